"""Does somebody know what the solution costs, and is what runs all the time paid in advance?

The checks of three items of "Cost"; most of it is known where the bill is paid.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

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
from readiness.checklist.standing import left_out
from readiness.evidence import Evidence, Pooled, Reason, Scope, region_of
from readiness.evidence.architecture import CostReview, WellArchitectedWorkload
from readiness.evidence.billing import (
    COST_TAG,
    CostAllocationTag,
    CostExport,
    CostReport,
    Payer,
    TaggedCost,
    cost_of,
)
from readiness.evidence.commitments import (
    CommitmentCoverage,
    CommitmentRecommendation,
    CommitmentUse,
    CostHubEnrollment,
    ReservedInstance,
    SavingsPlan,
)
from readiness.evidence.compute import Instance
from readiness.evidence.events import CostLookup, Event
from readiness.evidence.repository import CiStep, Repository, SourceFile

# --- What the solution costs ----------------------------------------------------------------------

#: Accounts that cost less a month are not looked at.
MINIMUM = 10.0


def _cheap(total: float, minimum_cost: float) -> str:
    return f"cost {total:.2f} in the last full month, less than {minimum_cost:.0f}"


@check(Severity.MEDIUM, scope=Scope.ACCOUNT)
def ce_cost_allocation_coverage(
    costs: Evidence[TaggedCost],
    tags: Evidence[CostAllocationTag],
    unit: Unit,
    *,
    cost_allocation_tag: str = COST_TAG,
    tagged_share: float = 0.9,
    untaggable_services: tuple[str, ...] = ("Tax", "AWS Support", "Data Transfer"),
    minimum_cost: float = MINIMUM,
) -> Result:
    """Spend that no tag explains belongs to nobody, and nobody saves it.

    Pass: in the last full month at least 90 % of the account's cost had the cost allocation tag
    `application`, or at least 90 % of the rest was tax, support and data transfer.
    Fix: activate the cost allocation tag in the paying account, and set it in the infrastructure code,
    as by `default_tags`.
    Blind spot: a tag counts from its activation, up to a day later. Each request to Cost Explorer
    costs USD 0.01; with `cost_explorer: false` none is made.
    See: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/custom-tags.html
    """
    tag = cost_allocation_tag
    cost = costs.of(cost_of(unit.account, tag))
    if cost is None and costs.of(cost_of("", tag)) is None:
        return unknown(Reason.NOT_SCANNED, f"was not asked for its costs by the tag {tag}")
    if cost is None or cost.total <= 0 or cost.total < minimum_cost:
        return not_applicable(_cheap(cost.total if cost else 0, minimum_cost))
    said = f"{cost.tagged / cost.total:.0%} of {cost.currency} {cost.total:.2f}"
    if cost.tagged / cost.total >= tagged_share:
        return passed(f"has the tag {tag} on {said}")
    rest = cost.total - cost.tagged
    names = tuple(map(_bare, untaggable_services))
    untaggable = sum(
        amount for name, amount in cost.untagged.items() if _bare(name).startswith(names)
    )
    if untaggable / rest >= tagged_share:
        return passed(f"has the tag {tag} on {said}; the rest can hardly be tagged")
    active = [each.key for each in tags]
    if tag not in active:
        others = f"; active are {', '.join(sorted(active)[:5])}" if active else ""
        return no_evidence(f"has no cost allocation tag {tag} that is active{others}")
    return failed(f"has the tag {tag} on {said} alone")


def _bare(service: str) -> str:
    """Return a service's name as Cost Explorer and people have it: `AWS Data Transfer`."""
    return service.lower().removeprefix("aws ")


@check(Severity.MEDIUM, scope=Scope.ACCOUNT)
def wellarchitected_workload_cost_review(
    workloads: Pooled[WellArchitectedWorkload],
    reviews: Pooled[CostReview],
    costs: Evidence[TaggedCost],
    unit: Unit,
    *,
    review_days: int = 365,
    minimum_cost: float = MINIMUM,
) -> Result:
    """A review asks what nobody asks in daily work: what of this do we need?

    Pass: a workload of the Well-Architected Tool names the account, and its cost pillar was answered
    whole, within a year.
    Fix: review the cost pillar of the workload in the Well-Architected Tool, and answer every question.
    See: https://docs.aws.amazon.com/wellarchitected/latest/userguide/define-workload.html
    """
    worst: Result | None = None
    for workload in workloads:
        if unit.account not in workload.accounts:
            continue
        review = reviews.of(workload.arn)
        if review is None:
            continue
        days = unit.age_days(review.updated)
        if review.unanswered:
            result = failed(
                f"({workload.name}) leaves {review.unanswered} questions of its cost pillar open"
            )
        elif days > review_days:
            result = failed(f"({workload.name}) was last reviewed {days:.0f} days ago")
        else:
            said = f"({workload.name}) had its costs reviewed {days:.0f} days ago"
            return passed(said).about(workload.arn)
        worst = worst or result.about(workload.arn)
    cost = next(iter(costs.about(unit.account, "account")), None)
    if cost is not None and cost.total < minimum_cost:
        return not_applicable(_cheap(cost.total, minimum_cost))
    return worst or no_evidence("is named by no workload with a review of its costs")


_ESTIMATES = re.compile(
    r"(^|/)infracost(-usage)?\.ya?ml$|^docs/(.*/)?(cost|finops)[^/]*\.md$", re.IGNORECASE
)


@check(Severity.LOW)
def repo_cost_estimate_present(
    repository: Repository, files: Evidence[SourceFile], steps: Evidence[CiStep]
) -> Result:
    """An estimate beside the code shows what a change will cost before it does.

    Pass: the repository holds a configuration of Infracost, runs Infracost in CI, or has a document
    on costs under `docs`.
    Fix: run Infracost on pull requests, or write down what the solution costs and why.
    See: https://docs.aws.amazon.com/wellarchitected/latest/cost-optimization-pillar/cost_select_service_analyze_all.html
    """
    why = left_out(repository)
    if why:
        return not_applicable(why)
    for each in files | steps:
        if isinstance(each, CiStep):
            if "infracost" in f"{each.command} {each.uses}".lower():
                return passed(f"runs Infracost in CI ({each.workflow})")
        elif not each.foreign and _ESTIMATES.search(each.path):
            return passed(f"holds {each.path}")
    return no_evidence("says nothing of its costs")


# --- Who looks at the bill ------------------------------------------------------------------------


def _payer(payers: Evidence[Payer], unit: Unit) -> str:
    """Return the account that pays: the organization's, or the account itself."""
    return next((payer.account for payer in payers), unit.account)


def _elsewhere(payers: Evidence[Payer], unit: Unit) -> str:
    """Say where the bill is looked at, empty where it is this account."""
    payer = _payer(payers, unit)
    return f"has its bill analysed where it is paid, in {payer}" if payer != unit.account else ""


@check(Severity.LOW, scope=Scope.ACCOUNT)
def billing_cost_export_configured(
    exports: Evidence[CostExport],
    reports: Evidence[CostReport],
    payers: Evidence[Payer],
    unit: Unit,
) -> Result:
    """Cost Explorer forgets details after months; an export keeps every line.

    Pass: the paying account has a healthy data export, or a Cost and Usage Report that was delivered.
    Fix: create a data export (CUR 2.0) in the paying account.
    Blind spot: an export does not show that somebody reads it, nor the list of them what each holds.
    See: https://docs.aws.amazon.com/cur/latest/userguide/dataexports-create-standard.html
    """
    why = _elsewhere(payers, unit)
    if why:
        return not_applicable(why)
    broken = []
    for each in exports | reports:
        if each.healthy:
            return passed(f"({each.name}) exports the bill").about(each.arn)
        broken.append(each.name)
    if broken:
        return no_evidence(f"has no export of its bill that works: {', '.join(broken)}")
    return no_evidence("exports no bill")


@check(Severity.LOW, scope=Scope.ACCOUNT)
def cloudtrail_cost_analysis_activity(
    lookups: Evidence[CostLookup],
    payers: Evidence[Payer],
    unit: Unit,
    *,
    activity_days: int = 31,
    cost_tool_roles: tuple[str, ...] = (),
    name_users: bool = False,
) -> Result:
    """A bill that nobody looks at grows until somebody has to.

    Pass: within 31 days somebody who is neither a scan nor a service of AWS asked Cost Explorer what
    was spent. Roles of cost tools are left out by `cost_tool_roles`.
    Fix: look at Cost Explorer together every month, and attest who does so and when they last did.
    Blind spot: the newest 250 requests of 90 days are looked at. Users are not named, unless
    `name_users` is set.
    See: https://docs.aws.amazon.com/cost-management/latest/userguide/ce-what-is.html
    """
    why = _elsewhere(payers, unit)
    if why:
        return not_applicable(why)
    tools = {name.lower() for name in cost_tool_roles}
    cut = False
    for lookup in lookups:
        for event in lookup.events:
            recent = unit.age_days(event.time) <= activity_days
            if recent and _is_person(event) and event.principal_name.lower() not in tools:
                who = _who(event, name_users=name_users)
                return passed(f"had its costs looked at on {event.time:%Y-%m-%d} by {who}")
        cut = cut or lookup.sampled
    if cut:
        return unknown(
            Reason.TRUNCATED,
            "had more requests to Cost Explorer than are looked at, none by a person",
        )
    return no_evidence(f"had its costs looked at by nobody within {activity_days} days")


def _is_person(event: Event) -> bool:
    by_service = (
        event.invoked_by
        or event.principal_type == "AWSService"
        or event.principal_name.startswith("AWSServiceRoleFor")
    )
    return not (event.scanner or by_service)


def _who(event: Event, *, name_users: bool) -> str:
    match event.principal_type:
        case "AssumedRole":
            return f"the role {event.principal_name}"
        case "Root":
            return "the root user"
        case _:
            return f"the user {event.principal_name}" if name_users else "a user"


# --- Commitments ----------------------------------------------------------------------------------


def _unsteady(
    used: Evidence[Instance | ReservedInstance | SavingsPlan], unit: Unit, days: int
) -> str:
    """Say why there is nothing to commit to, empty where there is."""

    def steady(each: Instance | ReservedInstance | SavingsPlan) -> bool:
        if isinstance(each, Instance):
            # A start after a stop renews the time of launch: it has run ever since.
            long = unit.age_days(each.launched) >= days
            return each.state == "running" and not each.managed and not each.lifecycle and long
        return each.state == "active"

    if any(map(steady, used)):
        return ""
    return f"has neither an instance that ran on demand for {days} days nor a commitment"


@check(Severity.MEDIUM, scope=Scope.ACCOUNT)
def cost_hub_commitment_recommendation(
    hubs: Evidence[CostHubEnrollment],
    recommendations: Evidence[CommitmentRecommendation],
    coverages: Evidence[CommitmentCoverage],
    payers: Evidence[Payer],
    used: Evidence[Instance | ReservedInstance | SavingsPlan],
    unit: Unit,
    *,
    saving_percent: float = 10,
    saving_amount: float = 100,
    coverage_share: float = 0.7,
    steady_days: int = 30,
) -> Iterator[Result]:
    """What runs all year costs up to two thirds less when it is paid for the year.

    Pass: Cost Optimization Hub recommends no commitment, of the account or where it is paid, that
    saves 10 % or USD 100 a month; where it is off, commitments cover at least 70 % of the
    organization's compute.
    Fix: buy a Compute Savings Plan without upfront payment for the base load, in the paying account.
    Blind spot: Cost Explorer tells the coverage of the organization, and not of each account.
    See: https://docs.aws.amazon.com/savingsplans/latest/userguide/sp-recommendations.html
    """
    why = _unsteady(used, unit, steady_days)
    if why:
        yield not_applicable(why)
        return
    payer = _payer(payers, unit)
    if not any(hub.active for hub in hubs):
        yield _covered(coverages, payer, coverage_share)
        return
    found = False
    for each in recommendations:
        small = each.saving_percent < saving_percent and each.monthly_savings < saving_amount
        if small or each.account not in (unit.account, payer):
            continue
        said = (
            f"could save {each.currency} {each.monthly_savings:.0f} a month "
            f"({each.saving_percent:.0f} %) with {each.what}"
        )
        if each.account == unit.account:
            found = True
            yield failed(said).about(f"{unit.account}#{each.id}")
        elif not found:
            # One finding for all that the payer alone can buy.
            found = True
            yield failed(f"is paid in {payer}, which {said}")
    if not found and payer != unit.account and not any(hub.members for hub in hubs):
        yield unknown(
            Reason.NOT_SCANNED,
            f"is left out of Cost Optimization Hub, which {payer} has switched on for itself alone",
        )
    elif not found:
        yield passed("has no open recommendation of a commitment that is worth it")


def _covered(coverages: Evidence[CommitmentCoverage], payer: str, coverage_share: float) -> Result:
    coverage = next(iter(coverages), None)
    if coverage is None or coverage.share is None:
        return no_evidence(f"is paid in {payer}, where nothing ran that could be covered")
    said = f"is paid in {payer}, where commitments cover {coverage.share:.0%} of compute"
    return passed(said) if coverage.share >= coverage_share else failed(said)


@check(Severity.MEDIUM, scope=Scope.ACCOUNT)
def ce_commitment_utilization(
    uses: Evidence[CommitmentUse],
    payers: Evidence[Payer],
    used: Evidence[Instance | ReservedInstance | SavingsPlan],
    unit: Unit,
    *,
    utilization_percent: float = 90,
    steady_days: int = 30,
) -> Iterator[Result]:
    """A commitment that is not used is paid for nothing.

    Pass: the organization used at least 90 % of its Savings Plans, and of its reserved instances, in 30
    days.
    Fix: move steady work under the commitment, sell what is left on the Marketplace, or let it lapse.
    Blind spot: Cost Explorer does not say why it has no data; of an account that has just begun it has
    none yet.
    See: https://docs.aws.amazon.com/savingsplans/latest/userguide/ce-sp-usingPR.html
    """
    why = _unsteady(used, unit, steady_days)
    if why:
        yield not_applicable(why)
        return
    payer = _payer(payers, unit)
    bought = False
    for each in uses:
        if each.percent is None:
            continue
        bought = True
        said = f"used {each.percent:.0f} % of its {each.kind} in 30 days"
        good = each.percent >= utilization_percent
        yield (passed(said) if good else failed(said)).about(f"{payer}#{each.kind}")
    if not bought:
        yield not_applicable("has no commitment").about(payer)


@check(Severity.LOW, scope=Scope.ACCOUNT)
def commitment_expiring(
    commitment: ReservedInstance | SavingsPlan,
    others: Evidence[ReservedInstance | SavingsPlan],
    unit: Unit,
    *,
    expiring_days: int = 30,
) -> Result:
    """A commitment that lapses unnoticed makes the next bill a surprise.

    Pass: the commitment ends in more than 30 days, or another one of its kind, for the same region
    and family of instances, is queued to follow it.
    Fix: queue a Savings Plan that begins when this one ends.
    Blind spot: whether the one that follows is as large is not looked at.
    See: https://docs.aws.amazon.com/savingsplans/latest/userguide/sp-purchase.html
    """
    if commitment.state != "active":
        return not_applicable(f"is {commitment.state}, to begin on {commitment.start:%Y-%m-%d}")
    ends = f"{commitment.end:%Y-%m-%d}"
    days = -unit.age_days(commitment.end)
    if days > expiring_days:
        return passed(f"runs until {ends}")
    for each in others.about("queued", "state"):
        if _is_like(each, commitment) and each.start <= commitment.end + timedelta(days=1):
            return passed(f"runs until {ends}, and {each.arn.rpartition('/')[2]} follows it")
    return failed(f"ends in {max(days, 0):.0f} days, on {ends}, and nothing is queued to follow it")


def _is_like(one: ReservedInstance | SavingsPlan, other: ReservedInstance | SavingsPlan) -> bool:
    """Whether one commitment is for what another is for."""

    def meant(each: ReservedInstance | SavingsPlan) -> tuple[str, ...]:
        if isinstance(each, ReservedInstance):
            return ("reserved", each.kind, region_of(each.arn))
        return ("plan", each.kind, each.region, each.family)

    return meant(one) == meant(other)
