"""Look at CloudFront, once per account."""

from __future__ import annotations

from collections.abc import Iterator

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
        )
