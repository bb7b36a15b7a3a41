"""What the checks of "Cost" say of spend: who knows it, who looks at it, what is paid in advance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from readiness.checklist.model import Check, Status
from readiness.checklist.spending import (
    billing_cost_export_configured,
    ce_commitment_utilization,
    ce_cost_allocation_coverage,
    cloudtrail_cost_analysis_activity,
    commitment_expiring,
    cost_hub_commitment_recommendation,
    repo_cost_estimate_present,
    wellarchitected_workload_cost_review,
)
from readiness.config import Workload
from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.architecture import CostReview, WellArchitectedWorkload
from readiness.evidence.billing import (
    CostAllocationTag,
    CostExport,
    CostReport,
    Payer,
    TaggedCost,
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
from readiness.evidence.files import Sighting, Target
from readiness.evidence.repository import CiStep, Repository, SourceFile
from readiness.judging import ORGANIZATION, Seen, judge, kinds_of
from tests.repositories.records import file, repository, step
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
)
from tests.verdicts import verdict_of

PAYER = "999988887777"
OTHER = "444455556666"
ANALYSIS = "cost/cost-analysis-has-been-done-against-all-resources-used-by-solution"
BILL = "cost/learn-to-analyze-your-aws-bill"
RESERVED = "cost/use-reserved-ec2-instances-for-dedicated-work"


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def cost(
    total: float,
    tagged: float = 0,
    account: str = ACCOUNT,
    tag: str = "application",
    rest: Mapping[str, float] | None = None,
) -> TaggedCost:
    return TaggedCost(
        account=account, tag=tag, total=total, tagged=tagged, untagged=rest or {}, currency="USD"
    )


ALL = cost(5000, account="")
ACTIVE = CostAllocationTag(arn="tag/application", key="application")
TEAM = CostAllocationTag(arn="tag/team", key="team")


def workload(name: str = "shop", *accounts: str) -> WellArchitectedWorkload:
    return WellArchitectedWorkload(
        arn=arn("wellarchitected", f"workload/{name}"),
        name=name,
        accounts=accounts or (ACCOUNT,),
        design=False,
    )


def review(days: float, unanswered: int = 0, name: str = "shop") -> CostReview:
    return CostReview(arn=workload(name).arn, updated=ago(days), unanswered=unanswered)


PAYS = Payer(arn="organization", account=ACCOUNT)
PAID = Payer(arn="organization", account=PAYER)


def export(name: str, healthy: bool = True) -> CostExport:
    return CostExport(arn=f"arn:aws:bcm-data-exports:::export/{name}", name=name, healthy=healthy)


def report(healthy: bool = True) -> CostReport:
    return CostReport(arn=arn("cur", "definition/old"), name="old", healthy=healthy)


def look(*events: Event, sampled: bool = False) -> CostLookup:
    return CostLookup(arn="source/ce", name="ce.amazonaws.com", events=events, sampled=sampled)


def event(days: float = 3, **changes: Any) -> Event:
    values: dict[str, Any] = {
        "time": ago(days),
        "principal_type": "AssumedRole",
        "principal_arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/Billing/mia",
        "principal_name": "Billing",
        "session": "mia",
        "console": True,
        "invoked_by": "",
        "resources": (),
    }
    return Event(**values | changes)


MIA: dict[str, Any] = {"principal_type": "IAMUser", "principal_name": "mia"}


def instance(**changes: Any) -> Instance:
    values: dict[str, Any] = {
        "arn": arn("ec2", "instance/i-1"),
        "id": "i-1",
        "type": "m7g.large",
        "state": "running",
        "launched": ago(100),
        "managed": False,
        "tags": {},
    }
    return Instance(**values | changes)


def hub(active: bool = True, members: bool = True) -> CostHubEnrollment:
    return CostHubEnrollment(arn="enrollment", active=active, members=members)


def recommended(
    percent: float, amount: float, account: str = ACCOUNT, name: str = "r-1"
) -> CommitmentRecommendation:
    return CommitmentRecommendation(
        arn=f"recommendation/{name}",
        id=name,
        account=account,
        what="ComputeSavingsPlans",
        monthly_savings=amount,
        saving_percent=percent,
        currency="USD",
    )


def coverage(share: float | None) -> CommitmentCoverage:
    return CommitmentCoverage(arn="coverage", share=share)


def use(percent: float | None, kind: str = "Savings Plans") -> CommitmentUse:
    return CommitmentUse(arn=f"utilization/{kind}", kind=kind, percent=percent)


def plan(ends: float, state: str = "active", starts: float = -300, **changes: Any) -> SavingsPlan:
    """A plan that starts and ends so many days from now."""
    values: dict[str, Any] = {
        "arn": f"arn:aws:savingsplans::{ACCOUNT}:savingsplan/{state}",
        "kind": "Compute",
        "state": state,
        "start": ago(-starts),
        "end": ago(-ends),
    }
    return SavingsPlan(**values | changes)


def of_family(found: SavingsPlan, **changes: str) -> SavingsPlan:
    wanted: dict[str, Any] = {"kind": "EC2Instance", "region": REGION, "family": "m7g", **changes}
    return replace(found, **wanted)


def reserved(
    ends: float, state: str = "active", starts: float = -300, **changes: Any
) -> ReservedInstance:
    values: dict[str, Any] = {
        "arn": arn("ec2", f"reserved-instances/{state}"),
        "kind": "m7g.large",
        "state": state,
        "start": ago(-starts),
        "end": ago(-ends),
    }
    return ReservedInstance(**values | changes)


#: Another account pays, and is not seen from here.
UNSEEN_PAYER = Gap(reason=Reason.NOT_SCANNED, account=PAYER, detail="no role")

ROWS: dict[Check[..., Any], list[Row]] = {
    ce_cost_allocation_coverage: [
        Row("tagged", PASS, (ALL, cost(1000, 900), ACTIVE), says="90% of USD 1000.00"),
        Row("tagged in part", FAIL, (ALL, cost(1000, 899), ACTIVE), says="alone"),
        Row("tagged in part, which is allowed", PASS, (ALL, cost(1000, 500), ACTIVE), options={"tagged_share": 0.5}),
        Row("the rest cannot be tagged", PASS, (ALL, cost(1000, 800, rest={"Tax": 90, "AWS Support (Business)": 100, "Amazon EC2": 10}), ACTIVE), says="hardly be tagged"),
        Row("the rest is traffic", PASS, (ALL, cost(1000, 800, rest={"AWS Data Transfer": 190, "Amazon EC2": 10}), ACTIVE)),
        Row("the rest can be tagged", FAIL, (ALL, cost(1000, 800, rest={"Tax": 100, "Amazon EC2": 100}), ACTIVE)),
        Row("the rest, by other services", PASS, (ALL, cost(1000, 0, rest={"Marketplace": 1000}), ACTIVE), options={"untaggable_services": ("Marketplace",)}),
        Row("no tag is active", NO_EVIDENCE, (ALL, cost(1000)), says="no cost allocation tag application"),
        Row("another tag is active", NO_EVIDENCE, (ALL, cost(1000), TEAM), says="active are team"),
        Row("another tag is asked for", PASS, (cost(0, account="", tag="team"), cost(1000, 950, tag="team"), TEAM), options={"cost_allocation_tag": "team"}),
        Row("another tag was not asked for", UNKNOWN, (ALL, cost(1000, 950)), options={"cost_allocation_tag": "team"}, says="not asked"),
        Row("a cheap account", NOT_APPLICABLE, (ALL, cost(9.99)), says="9.99"),
        Row("a cheap account that counts", NO_EVIDENCE, (ALL, cost(9.99)), options={"minimum_cost": 5}),
        Row("an account of credits", NOT_APPLICABLE, (ALL, cost(-3)), options={"minimum_cost": -10}),
        Row("an account that cost nothing", NOT_APPLICABLE, (ALL, cost(1000, 900, account=OTHER))),
        Row("another account's cost", UNKNOWN, (ALL, cost(1000, account=OTHER)), gaps={TaggedCost: [UNSEEN_PAYER]}),
        Row("its own, where the payer is not seen", PASS, (ALL, cost(1000, 950)), gaps={TaggedCost: [UNSEEN_PAYER]}),
        Row("costs are dark", UNKNOWN, dark=[TaggedCost]),
        Row("tags are dark", UNKNOWN, (ALL, cost(1000)), dark=[CostAllocationTag]),
    ],
    wellarchitected_workload_cost_review: [
        Row("reviewed", PASS, (workload(), review(100)), says="(shop) had its costs reviewed 100 days ago"),
        Row("reviewed a year ago", PASS, (workload(), review(365))),
        Row("reviewed longer ago", FAIL, (workload(), review(366), cost(1000)), says="366 days ago"),
        Row("reviewed longer ago, which is allowed", PASS, (workload(), review(366)), options={"review_days": 400}),
        Row("questions are open", FAIL, (workload(), review(1, 3), cost(1000)), says="3 questions"),
        Row("one of two is good", {"workload/shop": PASS}, (workload("api"), review(1, 3, "api"), workload(), review(1), cost(1000))),
        Row("of another account", NO_EVIDENCE, (workload("shop", OTHER), review(1), cost(1000)), says="no workload"),
        Row("without a review", NO_EVIDENCE, (workload(), cost(1000))),
        Row("none", NO_EVIDENCE, (cost(1000),)),
        Row("none of a cheap account", NOT_APPLICABLE, (cost(5),), says="5.00"),
        Row("none of an account that is cheap by option", NOT_APPLICABLE, (cost(50),), options={"minimum_cost": 100}),
        Row("workloads are dark", UNKNOWN, (cost(1000),), dark=[WellArchitectedWorkload]),
        Row("reviews are dark", UNKNOWN, (workload(), cost(1000)), dark=[CostReview]),
        Row("costs are dark", UNKNOWN, dark=[TaggedCost]),
    ],
    repo_cost_estimate_present: [
        *(
            Row(f"by {path}", PASS, (repository(), file(path)), says=path)
            for path in (
                "infracost.yml",
                "infra/infracost-usage.yml",
                "docs/costs.md",
                "docs/adr/cost-of-storage.md",
                "docs/FinOps.md",
            )
        ),
        Row("Infracost by a command", PASS, (repository(), step("infracost breakdown --path .")), says="Infracost in CI"),
        Row("Infracost by an action", PASS, (repository(), step(uses="infracost/actions/setup"))),
        Row("none", NO_EVIDENCE, (repository(), file("docs/index.md"), file("cost.md"), step("make"))),
        Row("vendored", NO_EVIDENCE, (repository(), file("vendor/infracost.yml", foreign=True))),
        Row("archived", NOT_APPLICABLE, (repository(archived=True),)),
        Row("repositories are dark", UNKNOWN, dark=[Repository]),
        Row("files are dark", UNKNOWN, (repository(),), dark=[SourceFile]),
        Row("steps are dark", UNKNOWN, (repository(),), dark=[CiStep]),
    ],
    billing_cost_export_configured: [
        Row("an export", {"export/bill": PASS}, (PAYS, export("bill"))),
        Row("a report", PASS, (PAYS, report()), says="(old) exports the bill"),
        Row("an account that stands alone", PASS, (export("bill"),)),
        Row("a broken export beside a good report", PASS, (PAYS, export("bill", healthy=False), report())),
        Row("broken ones", NO_EVIDENCE, (PAYS, export("bill", healthy=False), report(healthy=False)), says="bill, old"),
        Row("none", NO_EVIDENCE, (PAYS,), says="exports no bill"),
        Row("a member", NOT_APPLICABLE, (PAID,), says=f"where it is paid, in {PAYER}"),
        Row("exports are dark", UNKNOWN, (PAYS,), dark=[CostExport]),
        Row("reports are dark", UNKNOWN, (PAYS,), dark=[CostReport]),
        Row("exports are dark, a report is there", PASS, (PAYS, report()), dark=[CostExport]),
        Row("who pays is dark", UNKNOWN, (export("bill"),), dark=[Payer]),
    ],
    cloudtrail_cost_analysis_activity: [
        Row("a role", PASS, (PAYS, look(event())), says="on 2026-11-21 by the role Billing"),
        Row("a user", PASS, (PAYS, look(event(**MIA))), says="by a user"),
        Row("a user, named", PASS, (PAYS, look(event(**MIA))), options={"name_users": True}, says="by the user mia"),
        Row("the root user", PASS, (PAYS, look(event(principal_type="Root", principal_name=""))), says="root"),
        Row("a month ago", PASS, (PAYS, look(event(31)))),
        Row("longer ago", NO_EVIDENCE, (PAYS, look(event(32))), says="nobody within 31 days"),
        Row("longer ago, which counts", PASS, (PAYS, look(event(32))), options={"activity_days": 60}),
        Row("a scan", NO_EVIDENCE, (PAYS, look(event(scanner=True)))),
        Row("a service", NO_EVIDENCE, (PAYS, look(event(invoked_by="billing.amazonaws.com"), event(principal_type="AWSService"), event(principal_name="AWSServiceRoleForCostOptimizationHub")))),
        Row("a cost tool", NO_EVIDENCE, (PAYS, look(event(principal_name="Vantage"))), options={"cost_tool_roles": ("vantage",)}),
        Row("a cost tool, and a person", PASS, (PAYS, look(event(principal_name="Vantage"), event())), options={"cost_tool_roles": ("vantage",)}),
        Row("more than are looked at", UNKNOWN, (PAYS, look(event(scanner=True), sampled=True)), says="truncated"),
        Row("more than are looked at, a person among them", PASS, (PAYS, look(event(), sampled=True))),
        Row("a member", NOT_APPLICABLE, (PAID,)),
        Row("events are dark", UNKNOWN, (PAYS,), dark=[CostLookup]),
        Row("who pays is dark", UNKNOWN, (look(event()),), dark=[Payer]),
    ],
    cost_hub_commitment_recommendation: [
        Row("none", PASS, (instance(), PAYS, hub())),
        Row("not worth it", PASS, (instance(), PAYS, hub(), recommended(9.9, 99))),
        Row("worth it by its share", FAIL, (instance(), PAYS, hub(), recommended(10, 5)), says="USD 5 a month (10 %) with ComputeSavingsPlans"),
        Row("worth it by its amount", {f"{ACCOUNT}#r-1": FAIL}, (instance(), PAYS, hub(), recommended(1, 100))),
        Row("two", {f"{ACCOUNT}#r-1": FAIL, f"{ACCOUNT}#r-2": FAIL}, (instance(), PAYS, hub(), recommended(30, 5), recommended(30, 5, name="r-2"))),
        Row("not worth it by options", PASS, (instance(), PAYS, hub(), recommended(30, 500)), options={"saving_percent": 40, "saving_amount": 1000}),
        Row("where it is paid", {ACCOUNT: FAIL}, (instance(), PAID, hub(), recommended(30, 500, PAYER), recommended(30, 400, PAYER, "r-2")), says=f"is paid in {PAYER}, which could save USD 500"),
        Row("of another account", PASS, (instance(), PAYS, hub(), recommended(30, 500, OTHER))),
        Row("a member that is looked at", PASS, (instance(), PAID, hub())),
        Row("a member that is left out", UNKNOWN, (instance(), PAID, hub(members=False)), says="for itself alone"),
        Row("who pays looks at itself", PASS, (instance(), PAYS, hub(members=False))),
        Row("off, and covered", PASS, (instance(), PAYS, hub(active=False), coverage(0.7)), says="70%"),
        Row("off, and not covered", FAIL, (instance(), PAYS, hub(active=False), coverage(0.69))),
        Row("off, and covered by an option's measure", PASS, (instance(), PAYS, hub(active=False), coverage(0.5)), options={"coverage_share": 0.5}),
        Row("off, and nothing to cover", NO_EVIDENCE, (instance(), PAYS, hub(active=False), coverage(None))),
        Row("nothing steady", NOT_APPLICABLE, (PAYS, hub(), recommended(30, 500)), says="for 30 days"),
        Row("an instance of this month", NOT_APPLICABLE, (instance(launched=ago(29)), PAYS, hub())),
        Row("an instance of this month, which counts", PASS, (instance(launched=ago(29)), PAYS, hub()), options={"steady_days": 7}),
        Row("a stopped instance", NOT_APPLICABLE, (instance(state="stopped"), PAYS, hub())),
        Row("a Spot instance", NOT_APPLICABLE, (instance(lifecycle="spot"), PAYS, hub())),
        Row("a service's own", NOT_APPLICABLE, (instance(managed=True), PAYS, hub())),
        Row("a commitment alone", PASS, (plan(100), PAYS, hub())),
        Row("a reserved instance alone", PASS, (reserved(100), PAYS, hub())),
        Row("a queued commitment alone", NOT_APPLICABLE, (plan(400, "queued", 10), PAYS, hub())),
        Row("the payer is not seen", UNKNOWN, (instance(), PAID, hub()), gaps={CommitmentRecommendation: [UNSEEN_PAYER]}),
        Row("the payer is not seen, its own is open", {f"{ACCOUNT}#r-1": FAIL, ACCOUNT: UNKNOWN}, (instance(), PAID, hub(), recommended(30, 500)), gaps={CommitmentRecommendation: [UNSEEN_PAYER]}),
        Row("enrolment is dark", UNKNOWN, (instance(), PAYS), dark=[CostHubEnrollment]),
        Row("recommendations are dark", UNKNOWN, (instance(), PAYS, hub()), dark=[CommitmentRecommendation]),
        Row("coverage is dark", UNKNOWN, (instance(), PAYS, hub(active=False)), dark=[CommitmentCoverage]),
        Row("who pays is dark", UNKNOWN, (instance(), hub()), dark=[Payer]),
        Row("instances are dark", UNKNOWN, (PAYS, hub()), dark=[Instance]),
        Row("reserved instances are dark", UNKNOWN, (PAYS, hub()), dark=[ReservedInstance]),
        Row("plans are dark", UNKNOWN, (PAYS, hub()), dark=[SavingsPlan]),
    ],
    ce_commitment_utilization: [
        Row("used", {f"{PAYER}#Savings Plans": PASS, f"{PAYER}#reserved instances": PASS}, (instance(), PAID, use(90), use(100, "reserved instances"))),
        Row("not used", {f"{ACCOUNT}#Savings Plans": FAIL}, (instance(), PAYS, use(89), use(None, "reserved instances")), says="used 89 % of its Savings Plans"),
        Row("used enough by an option", PASS, (instance(), PAYS, use(89)), options={"utilization_percent": 80}),
        Row("no commitment", {PAYER: NOT_APPLICABLE}, (instance(), PAID, use(None), use(None, "reserved instances"))),
        Row("nothing steady", NOT_APPLICABLE, (PAYS, use(10))),
        Row("steady sooner by an option", FAIL, (instance(launched=ago(10)), PAYS, use(10)), options={"steady_days": 7}),
        Row("a new account", {f"{ACCOUNT}#reserved instances": PASS, ACCOUNT: UNKNOWN}, (instance(), PAYS, use(99, "reserved instances")), gaps={CommitmentUse: [Gap(reason=Reason.NO_DATA, action="ce:GetSavingsPlansUtilization")]}, says="has no data"),
        Row("switched off", UNKNOWN, (instance(), PAYS), gaps={CommitmentUse: [Gap(reason=Reason.SWITCHED_OFF)]}, says="switched off"),
        Row("utilization is dark", UNKNOWN, (instance(), PAYS), dark=[CommitmentUse]),
        Row("who pays is dark", UNKNOWN, (instance(), use(90)), dark=[Payer]),
        Row("instances are dark", UNKNOWN, (PAYS, use(90)), dark=[Instance]),
        Row("reserved instances are dark", UNKNOWN, (PAYS, use(90)), dark=[ReservedInstance]),
        Row("plans are dark", UNKNOWN, (PAYS, use(90)), dark=[SavingsPlan]),
    ],
    commitment_expiring: [
        Row("runs on", PASS, (plan(31),), says="runs until 2026-12-25"),
        Row("ends in a month", FAIL, (plan(30),), says="ends in 30 days"),
        Row("ends later than an option asks", PASS, (plan(30),), options={"expiring_days": 7}),
        Row("ends, and is followed", {"savingsplan/active": PASS, "savingsplan/queued": NOT_APPLICABLE}, (plan(5), plan(400, "queued", 5)), says="queued follows it"),
        Row("ends, and is followed too late", {"savingsplan/active": FAIL, "savingsplan/queued": NOT_APPLICABLE}, (plan(5), plan(400, "queued", 9))),
        Row("ends, and is followed by another kind", {"savingsplan/active": FAIL, "savingsplan/queued": NOT_APPLICABLE}, (plan(5), plan(400, "queued", 5, kind="SageMaker"))),
        Row("ends, and is followed in its region and family", {"savingsplan/active": PASS, "savingsplan/queued": NOT_APPLICABLE}, (of_family(plan(5)), of_family(plan(400, "queued", 5)))),
        Row("ends, and is followed in another region", {"savingsplan/active": FAIL, "savingsplan/queued": NOT_APPLICABLE}, (of_family(plan(5)), of_family(plan(400, "queued", 5), region="us-east-1"))),
        Row("ends, and is followed by another family", {"savingsplan/active": FAIL, "savingsplan/queued": NOT_APPLICABLE}, (of_family(plan(5)), of_family(plan(400, "queued", 5), family="c7g"))),
        Row("a reserved instance runs on", PASS, (reserved(31),)),
        Row("a reserved instance ends", FAIL, (reserved(3),)),
        Row("a reserved instance ends, and is followed", {"reserved-instances/active": PASS, "reserved-instances/queued": NOT_APPLICABLE}, (reserved(5), reserved(400, "queued", 5))),
        Row("a reserved instance ends, and is followed in another region", {"reserved-instances/active": FAIL, "reserved-instances/queued": NOT_APPLICABLE}, (reserved(5), reserved(400, "queued", 5, arn=f"arn:aws:ec2:us-east-1:{ACCOUNT}:reserved-instances/queued"))),
        Row("none", NOT_APPLICABLE),
        Row("reserved instances are dark", UNKNOWN, dark=[ReservedInstance]),
        Row("plans are dark", UNKNOWN, dark=[SavingsPlan]),
        Row("what may follow is dark", UNKNOWN, (plan(5),), gaps={SavingsPlan: [dark_gap(SavingsPlan)]}),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [
        pytest.param(check, row, id=f"{check.id}: {row.id}")
        for check, rows in ROWS.items()
        for row in rows
    ],
)
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


VERDICTS: dict[str, tuple[str, tuple[Any, ...], Status]] = {
    "tagged and reviewed": (ANALYSIS, (ALL, cost(1000, 950), workload(), review(9)), PASS),
    "tagged, without a review": (ANALYSIS, (ALL, cost(1000, 950)), NO_EVIDENCE),
    "reviewed, and not tagged": (ANALYSIS, (ALL, cost(1000), ACTIVE, workload(), review(9)), FAIL),
    "a member that looks elsewhere": (BILL, (PAID,), NOT_APPLICABLE),
    "exported and looked at": (BILL, (PAYS, report(), look(event())), PASS),
    "exported, and looked at by nobody": (BILL, (PAYS, report(), look()), NO_EVIDENCE),
    "nothing to commit to": (RESERVED, (PAYS, hub()), NOT_APPLICABLE),
    "committed and used": (RESERVED, (plan(100), PAYS, hub(), use(95)), PASS),
    "committed, and not used": (RESERVED, (plan(100), PAYS, hub(), use(50)), FAIL),
}


@pytest.mark.parametrize(
    ("item", "seen", "expected"), [pytest.param(*row, id=name) for name, row in VERDICTS.items()]
)
def test_the_verdict(item: str, seen: tuple[Any, ...], expected: Status) -> None:
    assert verdict_of(item, seen) is expected


def test_a_review_of_one_account_does_not_speak_for_another() -> None:
    accounts = (ACCOUNT, OTHER)
    both = (ALL, *(cost(1000, 950, account) for account in accounts))
    records = (*both, workload("shop", ACCOUNT), review(9))

    def evidence(kind: type[Any]) -> Evidence[Any]:
        return Evidence(tuple(each for each in records if isinstance(each, kind)))

    found = {kind: evidence(kind) for kind in kinds_of([ANALYSIS])}
    shown = Target(account=ORGANIZATION)
    sightings = {
        ORGANIZATION: Sighting(target=shown, evidence=found),
        **{
            account: Sighting(target=Target(account=account), regions=(REGION,))
            for account in accounts
        },
    }
    seen = Seen(started=NOW, sightings=sightings, pool=found)
    judged = judge(Workload(name="shop", accounts=accounts), seen, items=[ANALYSIS])

    assert {
        finding.account: finding.status
        for finding in judged.findings
        if finding.check == "wellarchitected_workload_cost_review"
    } == {ACCOUNT: PASS, OTHER: NO_EVIDENCE}
    assert judged.verdicts[0].status is NO_EVIDENCE
