"""CloudTrail: which trails record this account, and are they delivering?"""

from __future__ import annotations

from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.ACCOUNT, "trail")
class Trail:
    """A trail that the account can see, the organization's included. Source: cloudtrail.DescribeTrails."""

    arn: str
    home_region: str
    multi_region: bool
    organization: bool
    validated: bool
    #: The key's ARN; empty where the log files are encrypted by S3's own key.
    kms_key: str
    bucket: str


@record(Scope.ACCOUNT, "trail status")
class TrailStatus:
    """Whether a trail records and delivers. Source: cloudtrail.GetTrailStatus."""

    arn: str
    logging: bool
    #: The bucket's last refusal, e.g. `AccessDenied`; empty where delivery works.
    delivery_error: str
    delivered: datetime | None


@record(Scope.ACCOUNT, "trail's event selection")
class TrailSelection:
    """Which events a trail records. Source: cloudtrail.GetEventSelectors."""

    arn: str
    management_reads: bool
    management_writes: bool
    #: Event sources that are left out of the management events, e.g. `kms.amazonaws.com`.
    excluded_sources: tuple[str, ...]
