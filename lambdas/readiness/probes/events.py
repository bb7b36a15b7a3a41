"""Look at EventBridge."""

from __future__ import annotations

import json
from collections.abc import Iterator

from readiness.evidence import Evidence, Gap
from readiness.evidence.event_rules import PULL_REQUEST, EventRule, RuleTargets
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(EventRule, "events.list_rules")
def event_rules(aws: Aws) -> Iterator[EventRule]:
    # Services of AWS send to the default bus, which is the one that is listed.
    for each in aws.pages("events.list_rules", "Rules"):
        yield EventRule(
            arn=each["Arn"],
            name=each["Name"],
            enabled=each["State"].startswith("ENABLED"),
            managed_by=each.get("ManagedBy", ""),
            pattern=_pattern(each.get("EventPattern", "")),
            scheduled=bool(each.get("ScheduleExpression")),
        )


def _pattern(text: str) -> str:
    """Return an event pattern as it is; raises ValueError where it is no JSON object."""
    if text and not isinstance(json.loads(text), dict):
        message = "an event pattern is not an object"
        raise ValueError(message)
    return text


@probe(RuleTargets, "events.list_targets_by_rule")
def rule_targets(aws: Aws, rules: Evidence[EventRule]) -> Iterator[RuleTargets | Gap]:
    def look(rule: EventRule) -> Iterator[RuleTargets]:
        absent = ("ResourceNotFoundException",)
        listed = aws.pages("events.list_targets_by_rule", "Targets", absent=absent, Rule=rule.name)
        yield RuleTargets(arn=rule.arn, targets=tuple(each["Arn"] for each in listed))

    yield from aws.each((rule for rule in rules if rule.picks(PULL_REQUEST)), look)
