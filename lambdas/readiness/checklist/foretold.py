"""Are those who do maintenance told of what AWS plans, and do they see what it does?

The checks of "Solution has sufficient monitoring for maintenance to take place" that no other item has.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.checklist.observability import NO_WORKLOAD, Workload, runs_workload
from readiness.evidence import Evidence, Pooled, Scope, account_of, region_of
from readiness.evidence.databases import DbCluster, DbEventSubscription, DbInstance
from readiness.evidence.detection import NotificationConfiguration, SecurityRoute
from readiness.evidence.unseen import known

_HEALTH = "aws.health"


@check(Severity.MEDIUM, scope=Scope.REGION)
def health_event_notification_configured(
    routes: Evidence[SecurityRoute | NotificationConfiguration],
    everywhere: Pooled[SecurityRoute],
    workload: Evidence[Workload],
    unit: Unit,
    *,
    health_central_account: str = "",
) -> Result:
    """AWS says weeks ahead which host it retires; whoever does not hear of it meets it as an outage.

    Pass: an enabled rule of the region's default bus sends events of AWS Health to a target, or AWS
    User Notifications picks them in this region and has a channel to send them by, or the account that
    is named in `health_central_account` has such a rule in this region.
    Fix: add a rule with the source aws.health whose target is a topic or a chat, in each region.
    Blind spot: who stands behind a target is not visible, nor which events of AWS Health a rule leaves
    out. Events that belong to no region arrive in us-east-1.
    See: https://docs.aws.amazon.com/health/latest/ug/cloudwatch-events-health.html
    """

    def here() -> Result | None:
        for each in routes:
            match each:
                case SecurityRoute(targets=targets, sources=sources):
                    if targets and _HEALTH in sources:
                        return passed("sends events of AWS Health on").about(each.arn)
                case NotificationConfiguration(source=source):
                    if source == _HEALTH and each.tells_of(unit.region):
                        said = f"notifies of events of AWS Health ({each.name})"
                        return passed(said).about(each.arn)
        return None

    def centrally() -> Result | None:
        for each in everywhere if health_central_account else ():
            central = (account_of(each.arn), region_of(each.arn)) == (
                health_central_account,
                unit.region,
            )
            if central and each.targets and _HEALTH in each.sources:
                return passed("sends events of AWS Health on for all accounts").about(each.arn)
        return None

    found = known(here, None) or known(centrally, None) or here() or centrally()
    if found:
        return found
    if not runs_workload(workload):
        return not_applicable(NO_WORKLOAD)
    return no_evidence("sends events of AWS Health to nobody")


#: Why a subscription that is on reaches nobody.
_MUTE = ("no-permission", "topic-not-exist")


@check(Severity.LOW, scope=Scope.REGION)
def rds_event_subscription_configured(
    databases: Evidence[DbInstance | DbCluster], subscriptions: Evidence[DbEventSubscription]
) -> Result:
    """A failover or a forced patch that nobody was told of is found in the logs, a day later.

    Pass: an enabled event subscription whose topic it may reach tells of maintenance and failure of
    database instances or clusters.
    Fix: subscribe a topic to the categories maintenance and failure of all instances and clusters.
    Blind spot: a subscription for a few databases counts for all of the region, and who hears the
    topic is judged elsewhere, where alarms use it too.
    See: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.html
    """
    part = ""
    for each in subscriptions:
        if not each.enabled or each.source not in ("", "db-instance", "db-cluster"):
            continue
        if each.status in _MUTE:
            part = f", but for a subscription that reaches no topic ({each.status})"
            continue
        missing = {"maintenance", "failure"} - {*each.categories} if each.categories else set()
        if not missing:
            return passed("tells of maintenance and failure of databases").about(each.arn)
        part = f", but for a subscription without {' and '.join(sorted(missing))}"
    if not any(True for _ in databases):
        return not_applicable("has no database")
    return no_evidence(f"tells nobody of maintenance and failure of its databases{part}")
