"""Look at CloudFront, once per account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence.edge import Distribution
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(Distribution, "cloudfront.list_distributions")
def distributions(aws: Aws) -> Iterator[Distribution]:
    for each in aws.pages("cloudfront.list_distributions", "DistributionList.Items"):
        yield Distribution(
            arn=each["ARN"],
            id=each["Id"],
            region=aws.connection.home_region,
            enabled=each["Enabled"],
            dns=each["DomainName"].lower(),
            aliases=tuple(alias.lower() for alias in each["Aliases"].get("Items") or ()),
            tenants=each.get("ConnectionMode") == "tenant-only",
            web_acl=each["WebACLId"],
            origin_groups=tuple(_origin_groups(each)),
            error_pages=tuple(
                page["ErrorCode"]
                for page in (each.get("CustomErrorResponses") or {}).get("Items") or ()
                if page["ErrorCode"] >= 500 and page.get("ResponsePagePath")
            ),
        )


def _origin_groups(distribution: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the names of the origins of each group."""
    origins = (distribution.get("Origins") or {}).get("Items") or ()
    names = {each["Id"]: each["DomainName"].lower() for each in origins}
    for each in (distribution.get("OriginGroups") or {}).get("Items") or ():
        yield tuple(names[member["OriginId"]] for member in each["Members"]["Items"])
