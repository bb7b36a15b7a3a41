"""What is known of the state of servers: their patches and their vulnerabilities."""

from __future__ import annotations

from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.REGION, "patch compliance")
class PatchCompliance:
    """Whether a machine has the patches it should. Source: ssm.ListResourceComplianceSummaries."""

    #: The instance's ARN; of a machine outside of EC2 its own.
    arn: str
    compliant: bool
    #: How many patches are missing or failed.
    missing: int
    #: When it was last looked at.
    scanned: datetime


@record(Scope.REGION, "instance in Inspector")
class InspectedInstance:
    """What Inspector knows of an instance, where it scans instances.

    Source: inspector2.ListCoverage, inspector2.ListFindingAggregations, inspector2.ListFindings.
    """

    #: The instance's ARN.
    arn: str
    #: Whether its packages are scanned; else why not, e.g. UNMANAGED_EC2_INSTANCE.
    scanned: bool
    reason: str
    #: Its open findings of critical severity, and those of them that a newer package ends.
    critical: int
    fixable: int
