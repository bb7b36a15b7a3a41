"""What wakes the platform team, and what does it say?"""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

NAMESPACE = "Readiness"
SERVICE = "readiness"


@dataclass(frozen=True)
class Watch:
    """An alarm on one of our own metrics: Maximum, one period, no arithmetic."""

    metric: str
    threshold: float
    happened: str
    do: str


WATCHES = {
    "regression-critical": Watch(
        "RegressionsCritical",
        1,
        "Something that passed now fails, with critical severity.",
        "Open the latest report; the regressions stand first, each with its fix.",
    ),
    "regression-high": Watch(
        "RegressionsHigh",
        1,
        "Something that passed now fails, with high severity.",
        "Open the latest report; the regressions stand first, each with its fix.",
    ),
    "coverage-drop": Watch(
        "CoverageDrop",
        1,
        "Fewer accounts were scanned than by the scan before, and none is known to have left.",
        "Read scan.json of the latest scan: it lists what was not seen and why; "
        "most often a member role is missing, the organization role is refused, "
        "or a service control policy denies it.",
    ),
    "known-drop": Watch(
        "KnownDrop",
        5,
        "The share of items that could be decided fell by at least five percentage points.",
        "Read the reasons under 'could not be checked' in the latest report; "
        "most often a permission was taken away.",
    ),
    "digest-failed": Watch(
        "DigestsFailed",
        1,
        "A digest was not sent, or it is uncertain whether it was.",
        "Read the log of readiness-digest; then `readiness start --digest`.",
    ),
    "digest-overdue": Watch(
        "HoursSinceDigest",
        8 * 24,
        "An audience has had no digest for eight days.",
        "Read the log of readiness-plan for who was due, and that of readiness-digest.",
    ),
}


class Alarms(Construct):
    """One topic, and the alarms that speak on it."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's own name for it
        *,
        key: kms.Key,
        address: str | None,
    ) -> None:
        super().__init__(scope, id)
        #: In the order in which they were added.
        self.all: list[cloudwatch.IAlarm] = []
        self.topic = sns.Topic(
            self, "Topic", topic_name="readiness-alarms", master_key=key, enforce_ssl=True
        )
        # The TLS-only policy replaces the default one, so CloudWatch is named here; SES is named by
        # the event destination. Neither publishes unless the key lets it encrypt; conditions on a
        # source or a caller are not met there, and the alarm would be lost in silence.
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Alarms",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={
                    "ArnLike": {
                        "aws:SourceArn": cdk.Stack.of(self).format_arn(
                            service="cloudwatch",
                            resource="alarm",
                            resource_name="readiness-*",
                            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
                        )
                    }
                },
            )
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Publishers",
                principals=[
                    iam.ServicePrincipal("cloudwatch.amazonaws.com"),
                    iam.ServicePrincipal("ses.amazonaws.com"),
                ],
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                resources=["*"],
            )
        )
        if address:
            self.topic.add_subscription(subscriptions.EmailSubscription(address))

    def watch(
        self, *, state_machine: sfn.StateMachine, unstarted: sqs.Queue, refused: sqs.Queue
    ) -> None:
        """Add the alarms."""
        for name, watch in WATCHES.items():
            self._add(
                name,
                self._ours(watch.metric, cdk.Duration.hours(1)),
                threshold=watch.threshold,
                description=f"{watch.happened} {watch.do}",
            )
        self._add(
            "no-scan",
            self._ours("ScansCompleted", cdk.Duration.days(1)),
            threshold=1,
            periods=2,
            below=True,
            description="No scan has completed for two days, or none yet since the deployment. "
            "Look at the executions of the state machine readiness: start one with "
            "`readiness start`, and see that the schedule readiness-daily is enabled.",
        )
        for name, metric, happened in (
            ("scan-failed", state_machine.metric_failed(), "A scan failed."),
            ("scan-timed-out", state_machine.metric_timed_out(), "A scan did not end in time."),
        ):
            self._add(
                name,
                metric.with_(statistic="Sum", period=cdk.Duration.minutes(5)),
                threshold=1,
                description=f"{happened} Open the last execution of the state machine readiness, "
                "read the step that is red, mend it, and run `readiness start`.",
            )
        for name, queue, description in (
            (
                "scan-not-started",
                unstarted,
                "The schedule could not start a scan. Read the message in the queue "
                "readiness-unstarted: it says why; mend it, run `readiness start`, purge the queue.",
            ),
            (
                "mail-refused",
                refused,
                "SES refused a digest for good. Read the message in the queue readiness-refused: it "
                "names audience, address, scan and reason; mend the address or the sender, then run "
                "`readiness start --digest` and purge the queue.",
            ),
        ):
            self._add(
                name,
                queue.metric_approximate_number_of_messages_visible(
                    statistic="Maximum", period=cdk.Duration.minutes(5)
                ),
                threshold=1,
                description=description,
            )

    def _ours(self, metric: str, period: cdk.Duration) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace=NAMESPACE,
            metric_name=metric,
            # Powertools adds this dimension to whatever it emits.
            dimensions_map={"service": SERVICE},
            statistic="Maximum",
            period=period,
        )

    def _add(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        *,
        threshold: float,
        description: str,
        periods: int = 1,
        below: bool = False,
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=f"readiness-{name}",
            alarm_description=description,
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
            if below
            else cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING
            if below
            else cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
        self.all.append(alarm)
