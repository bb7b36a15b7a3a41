"""What the Well-Architected Tool knows of the design of a workload."""

from __future__ import annotations

from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.REGION, "Well-Architected workload")
class WellArchitectedWorkload:
    """A workload of the Well-Architected Tool, those that others share included.

    Source: wellarchitected.ListWorkloads, wellarchitected.GetWorkload.
    """

    arn: str
    name: str
    #: The accounts that it says it runs in.
    accounts: tuple[str, ...]
    #: Whether it links its architectural design; never the link.
    design: bool
    #: When a review of it was last worked on.
    updated: datetime | None = None
    #: How many risks are high, and how many questions have no answer yet.
    high_risks: int = 0
    unanswered: int = 0


@record(Scope.REGION, "review of costs")
class CostReview:
    """The cost pillar of a workload's review by the lens of AWS. Source: wellarchitected.GetLensReview."""

    #: The workload's ARN.
    arn: str
    updated: datetime
    #: Questions without an answer.
    unanswered: int
