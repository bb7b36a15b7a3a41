"""Look at CloudWatch Logs; never at what is logged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from readiness.evidence.logs import LogDelivery, LogGroup, LogSubscription, MetricFilter
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(LogGroup, "logs.describe_log_groups")
def log_groups(aws: Aws) -> Iterator[LogGroup]:
    for each in aws.pages("logs.describe_log_groups", "logGroups", limit=50):
        name = each["logGroupName"]
        yield LogGroup(
            # `arn` ends in a star.
            arn=each.get("logGroupArn") or each["arn"].removesuffix(":*"),
            name=name,
            retention_days=each.get("retentionInDays"),
            kind=each.get("logGroupClass", "STANDARD"),
        )


#: The one form that a subscription's selection has, e.g. `LogGroupName NOT IN ["a", "b"]`.
_WITHOUT = re.compile(r"(LogGroupName(?:Prefix)?)\s+NOT\s+IN\s+(\[[^\]]*\])")


@probe(LogSubscription, "logs.describe_account_policies")
def log_subscriptions(aws: Aws) -> Iterator[LogSubscription]:
    for each in aws.pages(
        "logs.describe_account_policies",
        "accountPolicies",
        policyType="SUBSCRIPTION_FILTER_POLICY",
    ):
        name = each["policyName"]
        chosen = each.get("selectionCriteria") or ""
        without = [
            word + ("*" if key == "LogGroupNamePrefix" else "")
            for key, listed in _WITHOUT.findall(chosen)
            for word in json.loads(listed)
        ]
        yield LogSubscription(
            arn=aws.arn("logs", f"account-policy/{name}"),
            name=name,
            # A selection of another form may leave out anything.
            whole=not json.loads(each["policyDocument"]).get("FilterPattern")
            and (not chosen.strip() or bool(without)),
            without=tuple(without),
        )


@probe(LogDelivery, "logs.describe_delivery_sources", "logs.describe_deliveries")
def log_deliveries(aws: Aws) -> Iterator[LogDelivery]:
    sources = list(aws.pages("logs.describe_delivery_sources", "deliverySources"))
    if not sources:
        return
    # A source that is joined to no destination sends nothing.
    listed = aws.pages("logs.describe_deliveries", "deliveries")
    joined = {each["deliverySourceName"] for each in listed}
    for each in sources:
        if each["name"] in joined and each.get("status", "ACTIVE") == "ACTIVE":
            for arn in each.get("resourceArns") or ():
                yield LogDelivery(arn=arn, kind=each.get("logType", ""))


@probe(MetricFilter, "logs.describe_metric_filters")
def metric_filters(aws: Aws) -> Iterator[MetricFilter]:
    for each in aws.pages("logs.describe_metric_filters", "metricFilters"):
        name = each["filterName"]
        made = (to["metricNamespace"] for to in each.get("metricTransformations") or ())
        yield MetricFilter(
            arn=aws.arn("logs", f"log-group:{each['logGroupName']}:metric-filter:{name}"),
            name=name,
            namespaces=tuple(dict.fromkeys(made)),
        )
