"""Look at Savings Plans."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.commitments import SavingsPlan
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(SavingsPlan, "savingsplans.describe_savings_plans")
def savings_plans(aws: Aws) -> Iterator[SavingsPlan]:
    for each in aws.pages(
        "savingsplans.describe_savings_plans", "savingsPlans", states=["active", "queued"]
    ):
        yield SavingsPlan(
            arn=each["savingsPlanArn"],
            kind=each["savingsPlanType"],
            state=each["state"],
            start=each["start"],
            end=each["end"],
            region=each.get("region", ""),
            family=each.get("ec2InstanceFamily", ""),
        )
