"""Who gets a digest of which workloads, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from readiness.config import Audience, Cadence, Configuration, OwnersMail, Workload
from readiness.planning import Plan, Request, is_due, make_plan

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
ADA, BOB, REST = "ada@acme.example", "bob@elsewhere.example", "rest@acme.example"
SHOP = Workload(name="shop", accounts=("111122223333",), owners=(ADA,))
BANK = Workload(name="bank", accounts=("444455556666",), owners=(BOB,))
IDLE = Workload(name="idle", accounts=("777788889999",))
OWNERS = OwnersMail(enabled=True, allowed_domains=("ACME.example",))
EVERYTHING = Audience(name="platform", addresses=("ops@acme.example",))
OF_SHOP = Audience(name="shoppers", addresses=("shop@acme.example",), workloads=("shop",))


def plan(request: Request | None = None, **configured: Any) -> Plan:
    return make_plan(
        request or Request(),
        scan="20261123T060000Z-aaaa",
        started=MONDAY,
        configuration=Configuration(**{"workloads": (SHOP, BANK, IDLE), **configured}),
    )


def told(**configured: Any) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    return {each.name: (each.addresses, each.workloads) for each in plan(**configured).audiences}


FALLBACK: list[tuple[str, dict[str, Any], tuple[str, ...] | None]] = [
    ("of everything where nobody is configured", {}, ()),
    ("of nothing where somebody hears of everything", {"audiences": (EVERYTHING,)}, None),
    ("of what is in no audience", {"audiences": (OF_SHOP,)}, ("bank", "idle")),
    (
        "of what an audience has that never gets a digest",
        {"audiences": (OF_SHOP.model_copy(update={"cadence": Cadence.NEVER}),)},
        (),
    ),
    ("of what no allowed owner hears of", {"owners_mail": OWNERS}, ("bank", "idle")),
    (
        "of what an owner outside the domains would hear of, whoever else does",
        {"owners_mail": OWNERS, "audiences": (EVERYTHING,)},
        ("bank",),
    ),
]


@pytest.mark.parametrize(
    ("configured", "workloads"), [row[1:] for row in FALLBACK], ids=[row[0] for row in FALLBACK]
)
def test_the_fallback_hears(configured: dict[str, Any], workloads: tuple[str, ...] | None) -> None:
    expected = None if workloads is None else ((REST,), workloads)

    assert told(fallback=REST, **configured).get("fallback") == expected


def test_owners_get_no_mail_unless_it_is_switched_on() -> None:
    assert told() == {}


def test_an_owner_within_the_domains_gets_his_own_workload() -> None:
    assert told(owners_mail=OWNERS, fallback=REST)["owners of shop"] == ((ADA,), ("shop",))
    assert BOB not in str(told(owners_mail=OWNERS, fallback=REST))


def test_no_two_audiences_share_a_name() -> None:
    long = "a workload whose name is as long as names of workloads may be "
    workloads = [
        Workload(name=f"{long}{end}", accounts=(account,), owners=(ADA,))
        for end, account in (("a", "111122223333"), ("b", "444455556666"))
    ]
    taken = Audience(name="Fallback", addresses=(ADA,), workloads=(workloads[0].name,))
    found = told(
        workloads=(*workloads, IDLE), owners_mail=OWNERS, fallback=REST, audiences=(taken,)
    )

    assert {name: workloads for name, (_, workloads) in found.items()} == {
        "Fallback": (workloads[0].name,),
        f"owners of {long}"[:64]: (workloads[0].name,),
        f"owners of {long}"[:59].strip() + " 2": (workloads[1].name,),
        "fallback 2": ("idle",),
    }


@pytest.mark.parametrize(
    ("cadence", "day", "started", "due"),
    [
        ("daily", "monday", MONDAY.replace(day=24), True),
        ("weekly", "monday", MONDAY, True),
        ("weekly", "monday", MONDAY.replace(day=24), False),
        ("weekly", "friday", MONDAY.replace(day=27), True),
        ("monthly", "monday", MONDAY, False),
        ("monthly", "monday", MONDAY.replace(day=2), True),
        ("never", "monday", MONDAY, False),
    ],
)
def test_a_digest_is_due_at_its_audience_s_pace(
    cadence: str, day: str, started: datetime, due: bool
) -> None:
    audience = Audience.model_validate(
        {"name": "ops", "addresses": [ADA], "cadence": cadence, "day": day}
    )

    assert is_due(audience, started) is due


@pytest.mark.parametrize(
    ("time_zone", "started", "due"),
    [
        ("UTC", MONDAY, True),
        # Five in the morning in Tokyo, on a Monday and on a Tuesday.
        ("Asia/Tokyo", datetime(2026, 11, 22, 20, 0, tzinfo=UTC), True),
        ("Asia/Tokyo", datetime(2026, 11, 23, 20, 0, tzinfo=UTC), False),
        # Eight in the evening in Los Angeles, on a Sunday and on a Monday.
        ("America/Los_Angeles", datetime(2026, 11, 23, 4, 0, tzinfo=UTC), False),
        ("America/Los_Angeles", datetime(2026, 11, 24, 4, 0, tzinfo=UTC), True),
    ],
)
def test_a_digest_s_day_is_that_of_the_schedule_s_time_zone(
    time_zone: str, started: datetime, due: bool
) -> None:
    made = make_plan(
        Request(),
        scan="20261123T060000Z-aaaa",
        started=started,
        configuration=Configuration(workloads=(SHOP,), audiences=(EVERYTHING,)),
        time_zone=time_zone,
    )

    assert (made.due, str(made.zone)) == (("platform",) if due else (), time_zone)


def test_a_scan_on_demand_sends_digests_where_it_asks_for_them() -> None:
    daily = EVERYTHING.model_copy(update={"cadence": Cadence.DAILY})
    monthly = OF_SHOP.model_copy(update={"cadence": Cadence.MONTHLY})
    dues = {
        asked: plan(Request(digest=asked), audiences=(daily, monthly)).due
        for asked in (None, True, False)
    }

    assert dues == {None: ("platform",), True: ("platform", "shoppers"), False: ()}
