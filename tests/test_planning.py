"""Which accounts does a scan look at, and what does it say of those that it does not?"""

from __future__ import annotations

import zoneinfo
from typing import Any

import pytest

from readiness.config import Configuration
from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.places import AccountTags, OrganizationAccount
from readiness.planning import Plan, PlanError, PlannedAccount, Request, SkippedAccount, make_plan
from tests.rows import NOW

ROOT, UNIT, CHILD, ELSEWHERE = "r-root", "ou-root-11111111", "ou-root-22222222", "ou-root-33333333"
SHOP, OTHER, NEW = "111111111111", "222222222222", "333333333333"
CUT_OFF = Gap(reason=Reason.THROTTLED, action="organizations:ListAccounts")
REFUSED = Gap(reason=Reason.DENIED, action="sts:AssumeRole", account="999988887777")


def account(number: str = SHOP, **changes: Any) -> OrganizationAccount:
    told: dict[str, Any] = {
        "arn": f"arn:aws:organizations::999988887777:account/o-1/{number}",
        "id": number,
        "name": f"account {number[0]}",
        "email": "",
        "state": "ACTIVE",
        "paths": (f"o-1/{ROOT}/{UNIT}/{CHILD}/",),
    }
    return OrganizationAccount(**{**told, **changes})


def planned(
    *listed: OrganizationAccount, gap: Gap | None = None, tags: Any = None, **configured: Any
) -> Plan:
    return make_plan(
        Request.model_validate(configured.pop("request", {})),
        scan="20261124T060000Z-aaaa",
        started=NOW,
        configuration=Configuration.model_validate(configured),
        listed=Evidence(listed, (gap,) if gap else ()),
        tags=Evidence((AccountTags(arn=listed[0].arn, tags=tags),) if tags else ()),
    )


@pytest.mark.parametrize(
    ("changes", "asked", "reason"),
    [
        ({}, {}, ""),
        ({"state": "SUSPENDED"}, {}, "is suspended"),
        ({"state": "PENDING_CLOSURE"}, {}, "is pending closure"),
        ({"state": "PENDING_ACTIVATION"}, {}, "is pending activation"),
        ({}, {"exclude": [SHOP]}, "is excluded by the configuration"),
        ({"state": "SUSPENDED"}, {"exclude": [SHOP]}, "is suspended"),
        ({}, {"include": [SHOP]}, ""),
        ({}, {"include": [OTHER]}, "is not included by the configuration"),
        ({}, {"organizational_units": [CHILD]}, ""),
        # A unit holds the accounts of the units in it.
        ({}, {"organizational_units": [UNIT]}, ""),
        ({}, {"organizational_units": [ELSEWHERE, CHILD]}, ""),
        (
            {},
            {"organizational_units": [ELSEWHERE]},
            "is in none of the configured organizational units",
        ),
        (
            {"paths": ()},
            {"organizational_units": [UNIT]},
            "is in a unit that Organizations does not tell",
        ),
    ],
)
def test_an_account_is_scanned_or_left_out_with_the_reason(
    changes: dict[str, Any], asked: dict[str, Any], reason: str
) -> None:
    everywhere = account(OTHER, paths=(f"o-1/{ROOT}/{UNIT}/{CHILD}/{ELSEWHERE}/",))
    plan = planned(account(**changes), everywhere, accounts=asked)
    left_out = {each.id: each.reason for each in plan.skipped}

    assert left_out.get(SHOP, "") == reason
    assert (SHOP in {each.id for each in plan.accounts}) == (not reason)


def test_a_new_account_is_scanned_and_judged_by_itself() -> None:
    before, after = planned(account()), planned(account(), account(NEW))

    assert [each.id for each in before.accounts] == [SHOP]
    assert after.accounts == (
        PlannedAccount(id=SHOP, name="account 1"),
        PlannedAccount(id=NEW, name="account 3"),
    )
    assert [each.accounts for each in after.workloads] == [(SHOP,), (NEW,)]


def test_the_tags_of_an_account_say_its_environment() -> None:
    plan = planned(account(), tags={"Environment": "Prod"})

    assert plan.environments == {SHOP: "prod"}


def test_an_account_of_nobody_is_named() -> None:
    plan = planned(account(), workloads=[{"name": "shop", "accounts": [SHOP, NEW]}])

    assert plan.skipped == (
        SkippedAccount(id=NEW, reason="is not an account of this organization"),
    )
    assert plan.workload("shop").accounts == (SHOP,)


def test_where_the_list_is_cut_off_the_named_accounts_are_scanned_all_the_same() -> None:
    workloads = [{"name": "shop", "accounts": [SHOP, NEW]}]
    plan = planned(account(), gap=CUT_OFF, workloads=workloads)

    assert [each.id for each in plan.accounts] == [SHOP, NEW]
    assert plan.skipped == ()
    assert plan.unlisted == "throttled: organizations:ListAccounts"


def test_where_the_organization_is_not_seen_the_named_accounts_are_scanned() -> None:
    plan = planned(gap=REFUSED, accounts={"include": [SHOP, OTHER], "exclude": []})

    assert [each.id for each in plan.accounts] == [SHOP, OTHER]
    assert plan.unlisted == "denied: sts:AssumeRole"
    assert plan.organization, "its target is a gap of the scan, and not silently missing"


@pytest.mark.parametrize(
    ("listed", "gap", "configured", "sentence"),
    [
        (
            (account(state="SUSPENDED"), account(OTHER), account(NEW)),
            None,
            {"accounts": {"exclude": [OTHER, NEW]}},
            "there is nothing to scan: every account is left out, since it "
            "is excluded by the configuration (2), is suspended (1); "
            "look at `accounts:` in readiness.yaml",
        ),
        (
            (),
            REFUSED,
            {},
            "there is nothing to scan: the organization's accounts were not seen "
            "(denied: sts:AssumeRole); mend its role, or name accounts under "
            "`accounts: include:` in readiness.yaml, or with --account",
        ),
        (
            (account(),),
            CUT_OFF,
            {"request": {"accounts": [NEW]}},
            f"account {NEW} is not among the accounts of this scan; the organization's accounts "
            "were not seen (throttled: organizations:ListAccounts)",
        ),
        (
            (account(state="SUSPENDED"), account(OTHER)),
            None,
            {"request": {"accounts": [SHOP]}},
            f"account {SHOP} is suspended",
        ),
    ],
)
def test_what_cannot_be_planned_is_said_with_its_cause(
    listed: tuple[OrganizationAccount, ...],
    gap: Gap | None,
    configured: dict[str, Any],
    sentence: str,
) -> None:
    with pytest.raises(PlanError) as told:
        planned(*listed, gap=gap, **configured)

    assert str(told.value) == sentence


def test_time_zones_come_with_the_layer_and_not_with_the_system() -> None:
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=())
    try:
        assert zoneinfo.ZoneInfo.no_cache("Asia/Tokyo").key == "Asia/Tokyo"
    finally:
        zoneinfo.reset_tzpath(to=before)
