"""Look at services that build and deploy from a repository by themselves: Amplify Hosting, App Runner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence import Gap
from readiness.evidence.delivery import HostedApp
from readiness.probes import probe
from readiness.probes.aws import Aws, NotOfferedError
from readiness.probes.refusals import UnseenError


@probe(HostedApp, "amplify.list_apps", "apprunner.list_services", "apprunner.describe_service")
def hosted_apps(aws: Aws) -> Iterator[HostedApp | Gap]:
    for look in (_amplify, _app_runner):
        try:
            yield from look(aws)
        except NotOfferedError:
            continue  # the other may be
        except UnseenError as error:
            yield error.gap


def _amplify(aws: Aws) -> Iterator[HostedApp]:
    for each in aws.pages("amplify.list_apps", "apps"):
        yield HostedApp(
            arn=each["appArn"],
            connected=bool(each["repository"]),
            automatic=each["enableBranchAutoBuild"],
        )


def _app_runner(aws: Aws) -> Iterator[HostedApp | Gap]:
    def look(listed: Mapping[str, Any]) -> Iterator[HostedApp]:
        answer = aws.get("apprunner.describe_service", ServiceArn=listed["ServiceArn"])
        source = answer["Service"]["SourceConfiguration"]
        yield HostedApp(
            arn=listed["ServiceArn"],
            connected=bool(source.get("CodeRepository") or source.get("ImageRepository")),
            automatic=source.get("AutoDeploymentsEnabled", False),
        )

    services = aws.pages("apprunner.list_services", "ServiceSummaryList")
    yield from aws.each(services, look, arn=lambda each: str(each["ServiceArn"]))
