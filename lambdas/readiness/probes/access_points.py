"""Look at names that stand for buckets in several regions, once per account."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.storage import MultiRegionAccessPoint
from readiness.probes import probe
from readiness.probes.aws import Aws

#: They are global, and listed here alone.
REGION = "us-west-2"


@probe(MultiRegionAccessPoint, "s3control.list_multi_region_access_points")
def multi_region_access_points(aws: Aws) -> Iterator[MultiRegionAccessPoint]:
    if aws.partition != "aws":
        return  # they are offered nowhere else
    listed = aws.pages(
        "s3control.list_multi_region_access_points",
        "AccessPoints",
        region=REGION,
        AccountId=aws.account,
    )
    for each in listed:
        if each.get("Status") == "READY":
            yield MultiRegionAccessPoint(
                arn=aws.arn("s3", f"accesspoint/{each['Alias']}", region=""),
                regions=tuple(sorted({part["Region"] for part in each["Regions"]})),
            )
