"""Look at CloudWatch Application Signals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from readiness.evidence.observability import (
    Objective,
    ServiceObjectives,
    SignalsService,
    SignalsServices,
)
from readiness.probes import probe
from readiness.probes.aws import Aws

DAY = timedelta(days=1)


def _place(aws: Aws, name: str) -> str:
    return aws.arn("application-signals", name)


@probe(SignalsServices, "application-signals.list_services")
def services(aws: Aws) -> Iterator[SignalsServices]:
    listed = aws.pages(
        "application-signals.list_services",
        "ServiceSummaries",
        StartTime=aws.now - DAY,
        EndTime=aws.now,
        MaxResults=100,
    )
    yield SignalsServices(arn=_place(aws, "services"), services=tuple(map(_service, listed)))


def _service(each: Mapping[str, Any]) -> SignalsService:
    keys = each["KeyAttributes"]
    known = {key: value for part in each.get("AttributeMaps") or () for key, value in part.items()}
    return SignalsService(
        name=keys.get("Name") or keys.get("Identifier", ""),
        environment=keys.get("Environment", ""),
        platform=known.get("PlatformType") or keys.get("ResourceType", ""),
    )


@probe(ServiceObjectives, "application-signals.list_service_level_objectives")
def objectives(aws: Aws) -> Iterator[ServiceObjectives]:
    listed = aws.pages(
        "application-signals.list_service_level_objectives",
        "SloSummaries",
        IncludeLinkedAccounts=True,
        MaxResults=50,
    )
    yield ServiceObjectives(
        arn=_place(aws, "slo"),
        objectives=tuple(
            Objective(
                arn=each["Arn"],
                name=each["Name"],
                service=(each.get("KeyAttributes") or {}).get("Name", ""),
                source=each.get("MetricSourceType", ""),
                account=(each.get("KeyAttributes") or {}).get("AwsAccountId", ""),
            )
            for each in listed
        ),
    )
