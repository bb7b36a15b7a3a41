"""Does infrastructure code make what is there, and do its stacks hold to it?

The checks of "Continuous Delivery" that judge an account's resources and stacks.
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.checklist.covered import INVENTORY_TYPES, Inventory, coverage
from readiness.checklist.delivered import IAC_MARKER_TAGS, UNMARKED
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.evidence import Evidence, Reason, Scope
from readiness.evidence.infrastructure import IacRoot
from readiness.evidence.stacks import Stack, StackedResource
from readiness.evidence.tagging import TaggedResource

# --- Define your infrastructure as code -----------------------------------------------------------

_LISTED = 100


@check(Severity.HIGH, scope=Scope.REGION)
def iac_resource_coverage(
    inventory: Evidence[Inventory],
    tagged: Evidence[TaggedResource],
    stacked: Evidence[StackedResource],
    roots: Evidence[IacRoot],
    unit: Unit,
    *,
    ratio: float = 0.8,
    iac_marker_tags: tuple[str, ...] = IAC_MARKER_TAGS,
    types: tuple[str, ...] = INVENTORY_TYPES,
) -> Iterator[Result]:
    """What was made by hand cannot be made again, reviewed, or rolled back.

    Pass: 80 % of the functions, services, databases, tables, instances, groups, buckets, APIs and
    image repositories carry the tag of a stack or of a tool, or a resource scan found them in a stack.
    Fix: import what was made by hand with the IaC generator or import blocks, and mark everything by
    default tags.
    Blind spot: a tag says that a tool made a resource, not that nobody changed it since.
    See: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/generate-IaC.html
    """
    found = coverage(inventory, tagged, stacked, unit, ratio, iac_marker_tags, types)
    if not found.total:
        yield not_applicable("holds no resource that infrastructure code would make")
        return
    said = found.said
    if found.enough:
        yield passed(said)
        return
    left = found.left
    if not found.marked:
        for root in roots:
            if root.family in UNMARKED:
                yield unknown(
                    Reason.UNDECIDED,
                    f"{said}, and {root.arn} leaves no mark: configure iac_marker_tags",
                )
                return
    yield failed(
        f"{said}; not {', '.join(each.arn for each in left[:5])}{', …' if left[5:] else ''}"
    )
    for each in left[:_LISTED]:
        yield failed("carries no mark of infrastructure code", Severity.INFO).about(each.arn)


@check(Severity.MEDIUM)
def cloudformation_stack_drift_status(stack: Stack, unit: Unit) -> Result:
    """A stack that drifted will undo by its next update what somebody changed by hand.

    Pass: the last drift detection found the stack in sync.
    Fix: bring the change into the template, or undo it, and detect drift on a schedule.
    Blind spot: drift detection is never started here, since that is no read.
    See: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
    """
    if out := stack_out(stack):
        return not_applicable(out)
    checked = stack.drift_checked
    when = f", as was seen {unit.age_days(checked):.0f} days ago" if checked else ""
    if stack.drift == "DRIFTED":
        return failed(f"drifted from its template{when}")
    if stack.drift == "IN_SYNC":
        return passed(f"is in sync with its template{when}")
    return no_evidence("was never checked for drift")


# --- Roll back in case of failure -----------------------------------------------------------------


@check(Severity.MEDIUM)
def cloudformation_stack_rollback_enabled(stack: Stack) -> Result:
    """A stack that stays half updated takes no further deployment until somebody repairs it.

    Pass: rollback on failure is not disabled, and the stack did not fail to roll back.
    Fix: turn rollback on failure on again; continue a failed rollback, leaving out what blocks it.
    See: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
    """
    if stack.status.endswith("ROLLBACK_FAILED") and not stack_out(stack):
        return failed(f"is stuck in {stack.status}", Severity.HIGH)
    out = stack_out(stack) or _nested(stack)
    if out:
        return not_applicable(out)
    if stack.rollback_disabled:
        return failed("keeps what failed: rollback is disabled")
    return passed("is rolled back when an update fails")


def stack_out(stack: Stack) -> str:
    """Say why a stack is not judged, empty where it is."""
    if stack.made_by:
        return f"is operated by {stack.made_by}"
    if stack.status == "REVIEW_IN_PROGRESS":
        return "was never created: a change set waits for its review"
    return "is being deleted" if stack.status == "DELETE_IN_PROGRESS" else ""


def _nested(stack: Stack) -> str:
    return "is nested, and judged at its root" if stack.parent else ""
