"""Look at CloudFront, once per account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence.edge import Distribution, Origin
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(Distribution, "cloudfront.list_distributions")
def distributions(aws: Aws) -> Iterator[Distribution]:
    for each in aws.pages("cloudfront.list_distributions", "DistributionList.Items"):
        certificate = each.get("ViewerCertificate") or {}
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
            viewer_policies=tuple(
                behavior["ViewerProtocolPolicy"]
                for behavior in (
                    each["DefaultCacheBehavior"],
                    *((each.get("CacheBehaviors") or {}).get("Items") or ()),
                )
            ),
            origins=tuple(map(_origin, each["Origins"]["Items"])),
            minimum_tls=certificate.get("MinimumProtocolVersion", ""),
            default_certificate=certificate.get("CloudFrontDefaultCertificate", False)
            and not (certificate.get("ACMCertificateArn") or certificate.get("IAMCertificateId")),
        )


def _origin_groups(distribution: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the names of the origins of each group."""
    origins = (distribution.get("Origins") or {}).get("Items") or ()
    names = {each["Id"]: each["DomainName"].lower() for each in origins}
    for each in (distribution.get("OriginGroups") or {}).get("Items") or ():
        yield tuple(names[member["OriginId"]] for member in each["Members"]["Items"])


def _origin(each: Mapping[str, Any]) -> Origin:
    custom = each.get("CustomOriginConfig") or {}
    return Origin(
        id=each["Id"],
        domain=each["DomainName"].lower(),
        protocol=custom.get("OriginProtocolPolicy", ""),
        tls=tuple((custom.get("OriginSslProtocols") or {}).get("Items") or ()),
        vpc="VpcOriginConfig" in each,
    )
