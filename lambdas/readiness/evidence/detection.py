"""What watches an account for threats and weaknesses, and who hears of what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.REGION, "Security Hub")
class SecurityHub:
    """Security Hub, where it is enabled in a region. Source: securityhub.DescribeHub."""

    arn: str


@record(Scope.REGION, "standard of Security Hub")
class SecurityStandard:
    """A standard that Security Hub holds the account to. Source: securityhub.GetEnabledStandards."""

    #: The subscription's ARN.
    arn: str
    #: PENDING, READY, FAILED, DELETING or INCOMPLETE.
    status: str


@record(Scope.REGION, "Security Hub whose findings could be open")
class CriticalFindings:
    """Open critical findings about this account and region, oldest first.

    Source: securityhub.GetFindings; the hundred oldest.
    """

    #: The hub's ARN.
    arn: str
    #: When each was made, by its id; never what it says.
    created: Mapping[str, datetime]
    #: Whether there are more.
    more: bool


@record(Scope.REGION, "GuardDuty detector")
class GuardDutyDetector:
    """GuardDuty in a region. Source: guardduty.ListDetectors, guardduty.GetDetector."""

    arn: str
    enabled: bool
    #: The features that are enabled, e.g. EBS_MALWARE_PROTECTION or RUNTIME_MONITORING.
    features: tuple[str, ...] = ()


@record(Scope.REGION, "administrator of findings")
class FindingsAdministrator:
    """Which account manages Security Hub or GuardDuty for this one.

    Source: securityhub.GetAdministratorAccount, guardduty.GetAdministratorAccount.
    """

    #: The ARN of the hub, or of the detector.
    arn: str
    #: The administrator's account.
    account: str


@record(Scope.REGION, "Inspector")
class InspectorStatus:
    """What Inspector scans in a region. Source: inspector2.BatchGetAccountStatus."""

    arn: str
    #: ENABLING, ENABLED, DISABLING, DISABLED, SUSPENDING or SUSPENDED, by ec2, ecr, lambda,
    #: lambdaCode and codeRepository.
    types: Mapping[str, str]


@record(Scope.REGION, "route of security events")
class SecurityRoute:
    """An enabled rule of the default bus that picks security events. Source: events.ListTargetsByRule."""

    #: The rule's ARN.
    arn: str
    #: Whose events it picks, e.g. `aws.guardduty`.
    sources: tuple[str, ...]
    targets: int


@record(Scope.ACCOUNT, "notification configuration")
class NotificationConfiguration:
    """A configuration of AWS User Notifications, and one source of security events that it picks.

    Source: notifications.ListNotificationConfigurations, notifications.ListEventRules,
    notifications.ListChannels.
    """

    arn: str
    name: str
    #: Whose events it is about, e.g. `aws.health`.
    source: str
    #: The regions whose events it picks now.
    regions: tuple[str, ...] = ()
    #: Whether it has a channel: without one it writes to the console alone.
    delivered: bool = False

    def tells_of(self, region: str) -> bool:
        """Whether somebody hears of a region's events without looking for them."""
        return self.delivered and region in self.regions


@record(Scope.ACCOUNT, "security contact")
class SecurityContact:
    """Whom AWS writes to about security; no more of the address than its domain.

    Source: account.GetAlternateContact.
    """

    arn: str
    domain: str
    phone: bool


@record(Scope.REGION, "audit report")
class AuditReport:
    """An assessment report of Audit Manager. Source: auditmanager.ListAssessmentReports."""

    arn: str
    name: str
    #: COMPLETE, IN_PROGRESS or FAILED.
    status: str
    created: datetime


@record(Scope.REGION, "penetration test")
class PenetrationTest:
    """A run of a penetration test of AWS Security Agent. Source: securityagent.ListPentestJobsForPentest."""

    arn: str
    title: str
    #: IN_PROGRESS, STOPPING, STOPPED, FAILED or COMPLETED.
    status: str
    #: FULL, REVALIDATION or CICD; empty where that is not told.
    type: str
    ended: datetime | None
