"""Judge the items of the category "Monitoring"."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.checklist.alerting import (
    availability_alarm_configured,
    ec2_instance_status_check_alarm,
    ecs_service_alarm_coverage,
    elb_load_balancer_alarm_coverage,
    lambda_function_alarm_coverage,
    rds_instance_alarm_coverage,
    workload_resource_monitored_share,
)
from readiness.checklist.apart import apart, noted
from readiness.checklist.defined import (
    applicationsignals_slo_defined,
    repo_kpi_document_present,
    repo_monitoring_as_code,
    repo_monitoring_plan_present,
)
from readiness.checklist.kept_logs import (
    elb_load_balancer_access_logs,
    logs_log_group_retention,
    rds_instance_log_export,
)
from readiness.checklist.measured import (
    amp_workspace_active,
    applicationsignals_service_discovered,
    cloudwatch_business_metric_active,
    cloudwatch_custom_metric_active,
    ec2_instance_agent_metrics,
    ec2_instance_detailed_monitoring,
    logs_metric_filter_present,
    quicksight_business_dashboard_published,
    rds_instance_enhanced_monitoring,
    route53_health_check_configured,
    synthetics_canary_running,
)
from readiness.checklist.model import (
    Mode,
    Result,
    Severity,
    Status,
    Unit,
    category,
    check,
    every,
    failed,
    item,
    not_applicable,
    not_seen,
    passed,
    some,
    unknown,
)
from readiness.checklist.observability import (
    Workload,
    apigateway_stage_tracing,
    cloudwatch_alarm_evaluating,
    cloudwatch_dashboard_present,
    ecs_cluster_container_insights,
    lambda_function_tracing,
    monitoring_platform_connected,
    rds_instance_database_insights,
    runs_workload,
)
from readiness.evidence import Evidence, Pooled, Reason, account_of, region_of
from readiness.evidence.alarms import (
    AlarmMuteRule,
    CompositeAlarm,
    LogAlarm,
    MetricAlarm,
    TopicSubscriptions,
    acts_above,
)
from readiness.evidence.event_rules import EventRule
from readiness.evidence.unseen import tried

_SCALES = "scales something, and is not there to tell anybody"


@check(Severity.HIGH)
def cloudwatch_alarm_action_configured(
    alarms: Evidence[MetricAlarm | CompositeAlarm | LogAlarm],
    composites: Evidence[CompositeAlarm],
    rules: Evidence[EventRule],
    workload: Evidence[Workload],
    mutes: Evidence[AlarmMuteRule],
    unit: Unit,
) -> Iterator[Result]:
    """An alarm that does nothing is a number on a page that nobody has open at night.

    Pass: the alarm's actions are switched on and there is one, or a composite alarm above it acts, or
    an enabled rule of EventBridge picks its state changes. A region with workload and without an
    alarm fails.
    Fix: set an SNS topic, or the topic of a chat or on-call tool, as the alarm's action.
    Blind spot: whether a rule of EventBridge has a target, and whether an action reaches anybody, is
    not looked at here.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
    """

    def judge(alarm: MetricAlarm | CompositeAlarm | LogAlarm) -> Result:
        if alarm.scales:
            return not_applicable(_SCALES)
        if alarm.acts:
            return passed(f"acts when it goes off: {alarm.actions[0]}")
        for listener in composites | rules:
            if isinstance(listener, EventRule) and listener.picks(_state_change(alarm)):
                return passed(f"is picked by the rule {listener.name}")
            if isinstance(listener, CompositeAlarm) and acts_above(alarm, listener, composites):
                return passed(f"is watched by the composite alarm {listener.name}, which acts")
        return failed("has its actions switched off" if alarm.actions else "has no action")

    nothing = True
    for result in apart(alarms, judge):
        nothing &= result.status is Status.NOT_APPLICABLE
        yield result
    if nothing:
        if runs_workload(workload):
            yield failed("has workload and no alarm").about(unit.id)
        else:
            yield not_applicable("has neither an alarm nor workload").about(unit.id)
    yield from noted(_muted(mutes), f"{unit.id}#mute-rules")


def _state_change(alarm: MetricAlarm | CompositeAlarm | LogAlarm) -> dict[str, object]:
    """Return the event of an alarm going off, as far as every alarm's is the same."""
    return {
        "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        "account": account_of(alarm.arn),
        "region": region_of(alarm.arn),
        "resources": [alarm.arn],
        "detail": {"alarmName": alarm.name, "state": {"value": "ALARM"}},
    }


def _muted(mutes: Evidence[AlarmMuteRule]) -> Iterator[Result]:
    for mute in mutes:
        until = f"until {mute.expires:%Y-%m-%d %H:%M}" if mute.expires else "without end"
        yield failed(f"silences alarms {until}").about(mute.arn)


@check(Severity.HIGH)
def sns_alarm_topic_subscribed(
    alarms: Evidence[MetricAlarm | CompositeAlarm | LogAlarm],
    topics: Evidence[TopicSubscriptions],
    everywhere: Pooled[TopicSubscriptions],
    unit: Unit,
) -> Iterator[Result]:
    """A topic without a confirmed subscription takes every message and tells nobody.

    Pass: each SNS topic that an alarm tells has at least one confirmed subscription.
    Fix: subscribe a person's address or an on-call tool to the topic, and confirm it.
    Blind spot: a policy or a key that keeps CloudWatch out of the topic is not visible; a test
    notification is.
    See: https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.confirm.html
    """

    def judge(topic: str) -> Iterator[Result]:
        here = (unit.account, unit.region) == (account_of(topic), region_of(topic))
        found = (topics if here else everywhere).of(topic)
        if found is None and not here:
            yield unknown(Reason.NOT_SCANNED, "is a topic of an account that is not scanned")
        elif found is None:
            yield failed("is told by alarms and does not exist")
        elif found.confirmed:
            yield passed(f"is heard ({found.confirmed} confirmed in all)")
        elif found.pending:
            yield failed(f"has no confirmed subscription ({found.pending} wait to be confirmed)")
        else:
            yield failed("has no subscription")

    told: set[str] = set()
    for alarm in alarms:
        for topic in () if alarm.scales else alarm.actions:
            if topic.split(":")[2:3] == ["sns"] and topic not in told:
                told.add(topic)
                for result in tried(judge(topic), not_seen):
                    yield result.about(topic)
    if not told:
        yield not_applicable("has no alarm that tells an SNS topic").about(unit.id)


@check(Severity.MEDIUM)
def cloudwatch_alarm_live(
    alarm: MetricAlarm | CompositeAlarm | LogAlarm,
    unit: Unit,
    *,
    insufficient_data_days: int = 7,
) -> Result:
    """An alarm without data is dead: what it watches is gone, or was never measured.

    Pass: the alarm is OK or in ALARM, or has had insufficient data for at most 7 days. Alarms that
    take missing data for good are left out, and so are those that scale.
    Fix: correct the alarm's metric and dimensions, or delete it with the resource it watched.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    """
    if alarm.scales:
        return not_applicable(_SCALES)
    if not isinstance(alarm, CompositeAlarm) and alarm.missing_data == "notBreaching":
        return not_applicable("takes missing data for good, by design")
    if alarm.state != "INSUFFICIENT_DATA":
        return passed(f"is {alarm.state}")
    days = unit.age_days(alarm.since)
    if days <= insufficient_data_days:
        return passed(f"has had insufficient data for {days:.0f} days only")
    return failed(
        f"has had insufficient data for {days:.0f} days, more than {insufficient_data_days}"
    )


CATEGORY = category(
    "Monitoring",
    item(
        "Configure services for observability",
        every(
            ecs_cluster_container_insights,
            lambda_function_tracing,
            apigateway_stage_tracing,
            rds_instance_database_insights,
        ),
    ),
    item(
        "Set up alerts",
        every(
            cloudwatch_alarm_action_configured,
            sns_alarm_topic_subscribed,
            cloudwatch_alarm_live,
        ),
    ),
    item(
        "Solution has alerting in place",
        every(
            elb_load_balancer_alarm_coverage,
            lambda_function_alarm_coverage,
            rds_instance_alarm_coverage,
            ecs_service_alarm_coverage,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Solution has desired monitoring defined",
        # A plan in a repository is that of the whole workload.
        some(
            applicationsignals_slo_defined,
            repo_monitoring_plan_present,
            repo_monitoring_as_code,
        ),
        mode=Mode.ATTESTED,
        whole_workload=True,
    ),
    item(
        "Solution has monitoring in place",
        every(
            some(
                cloudwatch_alarm_evaluating,
                cloudwatch_dashboard_present,
                monitoring_platform_connected,
            ),
            workload_resource_monitored_share,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Store logs",
        every(
            logs_log_group_retention,
            rds_instance_log_export,
            elb_load_balancer_access_logs,
        ),
    ),
    item(
        "Track application metrics",
        some(
            cloudwatch_custom_metric_active,
            applicationsignals_service_discovered,
            logs_metric_filter_present,
            amp_workspace_active,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Track availability metrics",
        every(
            some(synthetics_canary_running, route53_health_check_configured),
            availability_alarm_configured,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Track business metrics",
        # A document in a repository, or a metric of one account, speaks for the whole workload.
        some(
            cloudwatch_business_metric_active,
            quicksight_business_dashboard_published,
            repo_kpi_document_present,
        ),
        mode=Mode.ATTESTED,
        whole_workload=True,
    ),
    item(
        "Track server metrics",
        every(
            ec2_instance_agent_metrics,
            ec2_instance_detailed_monitoring,
            ec2_instance_status_check_alarm,
            rds_instance_enhanced_monitoring,
        ),
    ),
)
