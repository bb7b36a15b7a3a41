"""Look at CloudWatch Synthetics."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.watching import Canary
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(Canary, "synthetics.describe_canaries")
def canaries(aws: Aws) -> Iterator[Canary]:
    for each in aws.pages("synthetics.describe_canaries", "Canaries"):
        name = each["Name"]
        arn = aws.arn("synthetics", f"canary:{name}")
        yield Canary(
            arn=arn,
            name=name,
            state=each["Status"]["State"],
            created=(each.get("Timeline") or {}).get("Created"),
            blueprints=tuple((each.get("Code") or {}).get("BlueprintTypes") or ()),
        )
