"""The steps of a scan over a store in memory: what is kept, what is missed, what is said of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist import CHECKS
from readiness.checklist.model import Status
from readiness.config import Configuration
from readiness.evidence import SCOPES, Evidence, Gap, Reason, Scope
from readiness.evidence.balancing import SslPolicy
from readiness.evidence.files import Sighting, Target, dump, load
from readiness.evidence.places import (
    AccountTags,
    EnabledRegion,
    OperationsContact,
    OrganizationAccount,
)
from readiness.evidence.storage import Bucket
from readiness.evidence.trails import Trail
from readiness.judging import ORGANIZATION, kinds_of
from readiness.planning import Plan, PlanError, PlannedAccount, Request, make_plan, regions_of
from readiness.results import ScanStatus
from readiness.storage import Folder, Memory, Store
from readiness.workflow import (
    conclude,
    evidence_key,
    finish_workload,
    judge_workload,
    leave,
    load_plan,
    pool,
    save_plan,
)
from tests.rows import ACCOUNT, NOW, REGION

OTHER = "444455556666"
ENDED = NOW + timedelta(minutes=3)


def plan(**changes: Any) -> Plan:
    made = make_plan(
        Request(),
        scan="20261124T060000Z-aaaa",
        started=NOW,
        configuration=Configuration.model_validate({"accounts": {"include": [ACCOUNT, OTHER]}}),
    )
    return made.model_copy(update=changes)


def whole(target: Target, regions: tuple[str, ...] = ()) -> Sighting:
    scope = Scope.REGION if target.region else Scope.ACCOUNT
    return Sighting(
        target=target,
        regions=regions,
        evidence={kind: Evidence() for kind in kinds_of() if SCOPES[kind] is scope},
        calls={"ec2.describe_vpcs": 2},
    )


def seen_everywhere(made: Plan, store: Store) -> None:
    for account in (ACCOUNT, OTHER):
        leave(made, whole(Target(account=account), (REGION,)), store)
        leave(made, whole(Target(account=account, region=REGION)), store)


def test_a_scan_that_saw_everything_is_complete() -> None:
    store, made = Memory(), plan()
    seen_everywhere(made, store)
    tally = pool(made, store)
    record, _ = conclude(made, store, ENDED)

    assert tally.failed == {}
    assert tally.calls == {"ec2.describe_vpcs": 8}
    assert record.accounts.scanned == (ACCOUNT, OTHER)
    assert record.regions.scanned == (f"{ACCOUNT}/{REGION}", f"{OTHER}/{REGION}")


def test_a_probe_that_ended_without_a_word_is_a_named_gap() -> None:
    store, made = Memory(), plan()
    seen_everywhere(made, store)
    lost = Target(account=OTHER, region=REGION)
    del store._objects[evidence_key(made.scan, lost)]
    pool(made, store)
    for workload in made.workloads:
        finish_workload(made, workload.name, store, None)
    record, _ = conclude(made, store, ENDED)
    said = judge_workload(made, OTHER, store)

    assert record.status is ScanStatus.PARTIAL
    assert record.regions.failed == {
        f"{OTHER}/{REGION}": "no answer from the target (its probe ended without a word)"
    }
    dark = [
        each
        for each in said.findings
        # Of an account's buckets, which were seen, none lies in the region.
        if each.region == REGION and CHECKS[each.check].subjects != (Bucket,)
    ]
    assert {each.status for each in dark} == {Status.UNKNOWN}
    assert all("ended without a word" in each.reason for each in dark)
    assert ACCOUNT in record.accounts.scanned


def test_an_account_whose_role_is_refused_is_named_and_hides_no_other() -> None:
    store, made = Memory(), plan()
    seen_everywhere(made, store)
    refused = Gap(reason=Reason.DENIED, account=OTHER, action="sts:AssumeRole")
    leave(made, Sighting(target=Target(account=OTHER), failed=refused), store)
    pool(made, store)
    for workload in made.workloads:
        finish_workload(made, workload.name, store, None)
    record, _ = conclude(made, store, ENDED)

    assert record.status is ScanStatus.PARTIAL
    assert record.accounts.failed == {OTHER: "denied: sts:AssumeRole"}
    findings = judge_workload(made, OTHER, store).findings
    aws = [each for each in findings if not each.unit.startswith("workload:")]
    assert {each.status for each in aws} == {Status.UNKNOWN}
    assert {each.reason for each in aws if "pooled" not in each.reason} >= {
        "denied: sts:AssumeRole"
    }
    assert any(
        each.status is not Status.UNKNOWN for each in judge_workload(made, ACCOUNT, store).findings
    )


def test_a_crashed_probe_makes_the_scan_partial_and_is_named() -> None:
    store, made = Memory(), plan()
    seen_everywhere(made, store)
    target = Target(account=ACCOUNT, region=REGION)
    sighting = whole(target)
    kind = next(iter(sighting.evidence))
    crashed = {**sighting.evidence, kind: Evidence(gaps=(Gap(reason=Reason.CRASHED),))}
    leave(made, replace(sighting, evidence=crashed), store)
    pool(made, store)
    for workload in made.workloads:
        finish_workload(made, workload.name, store, None)
    record, _ = conclude(made, store, ENDED)

    assert record.status is ScanStatus.PARTIAL
    assert kind.__name__ in record.regions.failed[target.id]
    assert target.id in record.regions.scanned


def test_a_region_denied_by_a_service_control_policy_is_one_line_with_what_to_paste() -> None:
    store, made = Memory(), plan()
    seen_everywhere(made, store)
    target = Target(account=ACCOUNT, region=REGION)
    denied = Gap(reason=Reason.DENIED_BY_SCP, account=ACCOUNT, region=REGION, action="a:B")
    unasked = {SslPolicy: Evidence[Any]()}  # nothing there had a policy to ask for
    dark: dict[type[Any], Evidence[Any]] = {
        kind: Evidence(gaps=(denied,)) for kind in whole(target).evidence
    } | unasked
    leave(made, replace(whole(target), evidence=dark), store)
    pool(made, store)
    for workload in made.workloads:
        finish_workload(made, workload.name, store, None)
    record, _ = conclude(made, store, ENDED)

    assert record.status is ScanStatus.PARTIAL
    assert record.regions.failed == {target.id: "denied by a service control policy"}
    assert [(each.region, each.accounts, each.entry) for each in record.closed_regions] == [
        (REGION, (ACCOUNT,), f"closed_regions: [{REGION}]")
    ]


def test_a_region_in_which_anything_answers_is_not_closed() -> None:
    denied = {Trail: Evidence[Any](gaps=(Gap(reason=Reason.DENIED_BY_SCP),))}
    closed = Sighting(target=Target(account=ACCOUNT, region=REGION), evidence=denied)
    other = {Bucket: Evidence[Any](gaps=(Gap(reason=Reason.DENIED),))}

    assert closed.closed
    assert not replace(closed, answered=1).closed
    assert not replace(closed, evidence=denied | other).closed
    assert not replace(closed, evidence={}).closed


def test_a_closed_region_that_is_declared_is_not_scanned() -> None:
    closed = Configuration.model_validate({"closed_regions": [REGION]})

    assert regions_of(plan(configuration=closed), [REGION, "us-east-1"]) == ("us-east-1",)


def test_regions_that_are_enabled_and_left_out_are_listed_with_the_reason() -> None:
    configured = {"regions": [REGION], "closed_regions": ["ap-south-2"]}
    store, made = Memory(), plan(configuration=Configuration.model_validate(configured))
    seen_everywhere(made, store)
    enabled = Evidence[Any](
        tuple(
            EnabledRegion(arn=f"region/{name}", name=name)
            for name in (REGION, "us-east-1", "ap-south-2")
        )
    )
    account = whole(Target(account=ACCOUNT), (REGION,))
    leave(made, replace(account, evidence={**account.evidence, EnabledRegion: enabled}), store)
    pool(made, store)
    record, _ = conclude(made, store, ENDED)

    assert record.regions.left_out == {
        "us-east-1": "enabled, and not among the configured regions",
        "ap-south-2": "declared as closed",
    }


def test_a_scan_that_saw_nothing_has_failed() -> None:
    store, made = Memory(), plan()
    pool(made, store)
    record, _ = conclude(made, store, ENDED)

    assert record.status is ScanStatus.FAILED


def test_a_scan_whose_pool_was_lost_has_failed_and_says_nothing_of_others() -> None:
    store, made = Memory(), plan()
    seen_everywhere(made, store)
    record, _ = conclude(made, store, ENDED)

    assert record.status is ScanStatus.FAILED


def test_an_organization_that_was_not_seen_is_named_among_the_accounts() -> None:
    store, made = Memory(), plan(organization=True)
    seen_everywhere(made, store)
    gap = Gap(reason=Reason.DENIED, action="sts:AssumeRole")
    leave(made, Sighting(target=Target(account=ORGANIZATION), failed=gap), store)
    pool(made, store)
    record, _ = conclude(made, store, ENDED)

    assert record.status is ScanStatus.PARTIAL
    assert record.accounts.failed == {ORGANIZATION: "denied: sts:AssumeRole"}
    assert record.accounts.expected == record.accounts.scanned == (ACCOUNT, OTHER)


def test_a_scan_that_did_not_know_every_account_is_partial() -> None:
    store, made = Memory(), plan(unlisted="throttled: organizations:ListAccounts")
    seen_everywhere(made, store)
    tally = pool(made, store)
    for each in made.workloads:
        finish_workload(made, each.name, store, None)
    record, _ = conclude(made, store, ENDED)

    assert tally.failed == {}
    assert record.status is ScanStatus.PARTIAL
    assert record.accounts.failed == {ORGANIZATION: "throttled: organizations:ListAccounts"}


def test_pooled_records_come_from_every_account_with_the_union_of_their_gaps() -> None:
    store, made = Memory(), plan()
    seen_everywhere(made, store)
    leave(made, Sighting(target=Target(account=OTHER), failed=Gap(reason=Reason.DENIED)), store)
    pool(made, store)
    content = store.get(f"evidence/{made.scan}/pool.json.gz")
    assert content

    pooled = load(content).evidence
    assert pooled, "some check asks for pooled records"
    assert all(each.gaps == (Gap(reason=Reason.DENIED),) for each in pooled.values())


def test_a_sighting_reads_back_as_it_was() -> None:
    trail = Trail(
        arn=f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/a",
        home_region="us-east-1",
        multi_region=True,
        organization=False,
        validated=True,
        kms_key="",
        bucket="logs",
    )
    gap = Gap(reason=Reason.THROTTLED, resource="x", action="a:B", detail="slow")
    sighting = Sighting(
        target=Target(account=ACCOUNT),
        evidence={Trail: Evidence((trail,), (gap,))},
        regions=(REGION,),
        calls={"a.b": 1},
        metrics=7,
        seconds=1.5,
    )

    assert load(dump(sighting)) == sighting


def test_a_plan_reads_back_as_it_was() -> None:
    store, made = Memory(), plan()
    save_plan(made, store)

    assert load_plan(made.scan, store) == made


def test_every_active_account_is_a_workload_by_default() -> None:
    assert [(each.name, each.accounts) for each in plan().workloads] == [
        (ACCOUNT, (ACCOUNT,)),
        (OTHER, (OTHER,)),
    ]
    assert plan().accounts == (PlannedAccount(id=ACCOUNT), PlannedAccount(id=OTHER))


def test_a_request_that_names_what_is_not_there_is_refused_with_the_nearest_name() -> None:
    configuration = Configuration.model_validate(
        {"workloads": [{"name": "payments", "accounts": [ACCOUNT]}]}
    )
    with pytest.raises(
        PlanError, match="no workload is named 'payment'; the nearest is 'payments'"
    ):
        make_plan(
            Request(workloads=("payment",)), scan="a", started=NOW, configuration=configuration
        )


def test_nothing_to_scan_is_said_in_a_sentence() -> None:
    sentence = "nothing to scan: there is no organization role to list accounts; name accounts"
    with pytest.raises(PlanError, match=sentence):
        make_plan(Request(), scan="a", started=NOW, configuration=Configuration())


@pytest.mark.parametrize("store", [Memory(), "folder"])
def test_a_store_gives_back_what_was_put(store: Any, tmp_path: Any) -> None:
    store = Folder(tmp_path) if store == "folder" else store
    store.put("scans/a/plan.json", b"1")
    store.put("scans/b/plan.json", b"2")

    assert store.get("scans/a/plan.json") == b"1"
    assert store.get("scans/c/plan.json") is None
    assert list(store.keys("scans/a")) == ["scans/a/plan.json"]


def owned(**changes: Any) -> tuple[str, ...]:
    """Return the owners of the one workload, of whose account tags and contact are given."""
    arn = f"arn:aws:organizations::1:account/o-1/{ACCOUNT}"
    account = OrganizationAccount(
        arn=arn, id=ACCOUNT, name="shop", email="", state="ACTIVE", paths=()
    )
    tags, contact = changes.pop("tags", {}), changes.pop("contact", "")
    made = make_plan(
        Request(),
        scan="20261124T060000Z-aaaa",
        started=NOW,
        configuration=Configuration.model_validate(changes),
        listed=Evidence((account,)),
        tags=Evidence((AccountTags(arn=arn, tags=tags),)),
        contacts=Evidence((OperationsContact(arn=arn, address=contact),) if contact else ()),
    )
    return made.workloads[0].owners


@pytest.mark.parametrize(
    ("given", "owners"),
    [
        ({"tags": {"owner": " ada@example.com "}}, ("ada@example.com",)),
        (
            {"tags": {"Contact": "ada@example.com", "OWNER": "bea@example.com"}},
            ("bea@example.com",),
        ),
        ({"tags": {"Owner": "ada"}, "contact": "ops@example.com"}, ("ops@example.com",)),
        ({"tags": {"Owner": "a@example.com\r\nBcc: b@example.com"}}, ()),
        ({"tags": {"Team": "ada@example.com"}}, ()),
        ({"tags": {"Team": "ada@example.com"}, "owner_tags": ("team",)}, ("ada@example.com",)),
        ({"contact": "<script>"}, ()),
        (
            {
                "tags": {"Owner": "ada@example.com"},
                "workloads": [
                    {"name": "shop", "accounts": [ACCOUNT], "owners": ["bea@example.com"]}
                ],
            },
            ("bea@example.com",),
        ),
    ],
)
def test_owners_are_the_configurations_else_the_tags_else_the_contact(
    given: dict[str, Any], owners: tuple[str, ...]
) -> None:
    assert owned(**given) == owners
