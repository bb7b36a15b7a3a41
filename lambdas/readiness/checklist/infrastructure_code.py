"""Is all that runs made by code, are the stacks healthy, and do they still describe what is there?

The checks of "Solution is defined in Infrastructure as code".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from readiness.checklist.covered import INVENTORY_TYPES, WideInventory, coverage
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
from readiness.checklist.stacks import stack_out
from readiness.evidence import Evidence, Reason, Scope
from readiness.evidence.infrastructure import IacRoot
from readiness.evidence.stacks import Stack, StackedResource
from readiness.evidence.tagging import TaggedResource

_TYPES = (*INVENTORY_TYPES, "elasticloadbalancing", "eks", "sqs", "sns")
_LISTED = 200


@check(Severity.MEDIUM, scope=Scope.REGION)
def resource_managed_by_iac(
    inventory: Evidence[WideInventory],
    tagged: Evidence[TaggedResource],
    stacked: Evidence[StackedResource],
    roots: Evidence[IacRoot],
    unit: Unit,
    *,
    iac_min_ratio: float = 0.9,
    iac_tags: tuple[str, ...] = (*IAC_MARKER_TAGS, "pulumi"),
    types: tuple[str, ...] = _TYPES,
) -> Iterator[Result]:
    """What was made by hand is made otherwise next time, and by whom nobody knows.

    Pass: at least 90 % of the functions, services, databases, tables, instances, groups, buckets,
    APIs, load balancers, queues, topics, clusters, networks and image repositories carry the tag of a
    stack or of a tool, or a resource scan found them in a stack.
    Fix: import what was made by hand with the IaC generator or import blocks, mark everything by
    default tags, and close the console to changes.
    Blind spot: Terraform and Pulumi leave no mark unless they are told to; then a lack of marks counts
    as low.
    See: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/generate-IaC.html
    """
    found = coverage(inventory, tagged, stacked, unit, iac_min_ratio, iac_tags, types)
    if not found.total:
        yield not_applicable("holds no resource that infrastructure code would make")
        return
    if found.enough:
        yield passed(found.said)
        return
    names = ", ".join(each.arn for each in found.left[:5])
    said = f"{found.said}; not {names}{', …' if found.left[5:] else ''}"
    # Whether a tool that leaves no mark may have made it decides how bad that is.
    unmarked = next((root for root in roots if root.family in UNMARKED), None)
    if unmarked is not None and not found.marked:
        said = f"{said}; {unmarked.arn} leaves no mark unless it is told to"
        yield failed(said, Severity.LOW)
    else:
        yield failed(said)
    for each in found.left[:_LISTED]:
        yield failed("carries no mark of infrastructure code", Severity.INFO).about(each.arn)


@check(Severity.MEDIUM)
def cloudformation_stack_healthy(stack: Stack, unit: Unit, *, hours: int = 24) -> Result:
    """A stack that is stuck takes no deployment, on the day of a hotfix either.

    Pass: the last operation of the stack is complete, and the stack was not rolled back when it was
    made.
    Fix: continue the rollback, leaving out what blocks it, or delete the stack and make it again.
    See: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
    """
    status = stack.status
    if status.endswith("_FAILED") and not stack.made_by:
        return failed(f"is in {status}")
    if out := stack_out(stack):
        return not_applicable(out)
    if status == "ROLLBACK_COMPLETE":
        return failed("was rolled back when it was made, and can only be deleted")
    if status.endswith("_IN_PROGRESS"):
        age = unit.age_days(stack.updated or stack.created) * 24
        said = f"is in {status} since {age:.0f} hours"
        return failed(said) if age > hours else no_evidence(said)
    if status.endswith("ROLLBACK_COMPLETE"):
        return failed(f"is in {status}: its last change was taken back", Severity.LOW)
    if status.endswith("_COMPLETE"):
        return passed(f"is in {status}")
    return unknown(Reason.UNDECIDED, f"is in {status}, which is not known")


@check(Severity.MEDIUM)
def cloudformation_stack_not_drifted(stack: Stack, unit: Unit, *, days: int = 90) -> Result:
    """A stack that drifted undoes by its next update what somebody changed by hand.

    Pass: a drift detection of the last 90 days found the stack in sync.
    Fix: bring the change into the template or undo it, and detect drift on a schedule.
    Blind spot: drift detection is never started here, since that is no read.
    See: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
    """
    if out := stack_out(stack):
        return not_applicable(out)
    if stack.drift == "DRIFTED":
        return failed("drifted from its template")
    if stack.drift != "IN_SYNC" or stack.drift_checked is None:
        return replace(no_evidence("was never checked for drift"), severity=Severity.INFO)
    age = unit.age_days(stack.drift_checked)
    if age <= days:
        return passed(f"was in sync with its template {age:.0f} days ago")
    return no_evidence(f"was in sync with its template {age:.0f} days ago, too long to say so now")
