"""What is one audience sent of a scan, and did it arrive?

Never twice: each address is claimed in the ledger before its mail leaves, and a claim whose sender died
is not sent again but counted as uncertain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from botocore.exceptions import ClientError

from readiness.config import Audience, Records
from readiness.digest.mail import send
from readiness.digest.render import Mail, render_digest, render_report
from readiness.digest.view import Links, Point, View, percent, view_of
from readiness.ledger import Ledger
from readiness.planning import Plan
from readiness.results import WorkloadResult, load, load_record
from readiness.storage import Store
from readiness.workflow import result_key

#: What SES says when the same mail will never leave.
PERMANENT = frozenset(
    {
        "AccountSuspendedException",
        "BadRequestException",
        "MailFromDomainNotVerifiedException",
        "MessageRejected",
        "NotFoundException",
    }
)
#: What SES says when this mail did not leave, and may later.
TRANSIENT = frozenset(
    {
        "LimitExceededException",
        "SendingPausedException",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Whom the mail comes from, and through what."""

    client: Any
    address: str
    configuration_set: str


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What became of one digest, by number of addresses."""

    sent: int = 0
    refused: int = 0
    #: Its sender died in between: it may have left, and is not sent again.
    uncertain: int = 0
    #: It did not leave, and may at the next attempt.
    waiting: int = 0


def report_key(audience: str, scan: str) -> str:
    return f"reports/{quote(audience, safe='')}/{scan}.html"


def deliver(
    plan: Plan,
    name: str,
    *,
    store: Store,
    bucket: str,
    region: str,
    ledger: Ledger,
    sender: Sender,
    now: datetime,
) -> Delivery:
    """Render an audience's digest and report of a scan, keep the report, and mail the digest."""
    audience = plan.audience(name)
    told = ledger.last_told(name)
    if told is not None and told >= plan.scan:
        return Delivery()
    key = report_key(name, plan.scan)
    links = Links(
        report=f"https://{region}.console.aws.amazon.com/s3/object/{bucket}?prefix={quote(key)}",
        deep=False,
        copy=f"aws s3 cp s3://{bucket}/{key} .",
    )
    view = _view(plan, audience, told, store=store, ledger=ledger, links=links, now=now)
    store.put(key, render_report(view).encode())
    delivery = _send(plan, audience, render_digest(view), ledger=ledger, sender=sender, now=now)
    if not delivery.waiting:
        ledger.told(name, plan.scan, now)
    return delivery


def _view(
    plan: Plan,
    audience: Audience,
    told: str | None,
    *,
    store: Store,
    ledger: Ledger,
    links: Links,
    now: datetime,
) -> View:
    record = store.get(f"scans/{plan.scan}/scan.json")
    if record is None:
        message = f"scan {plan.scan} has no record"
        raise LookupError(message)
    wanted = [
        each for each in plan.workloads if each.name in audience.workloads or not audience.workloads
    ]
    names = [each.name for each in wanted]
    return view_of(
        audience,
        _results(names, plan.scan, store),
        load_record(record),
        before=_results(names, told, store) if told else (),
        workloads=wanted,
        records=Records(attestations=plan.attestations, suppressions=plan.suppressions),
        # Who hears of everything sees the organization's own trend.
        history=_trend(map(ledger.history, names if audience.workloads else [""])),
        links=links,
        moment=now,
    )


def _results(names: Iterable[str], scan: str, store: Store) -> list[WorkloadResult]:
    contents = (store.get(result_key(scan, name)) for name in names)
    return [load(content) for content in contents if content is not None]


def _trend(histories: Iterable[Iterable[Mapping[str, Any]]]) -> list[Point]:
    """Return one point a week: the mean of the audience's workloads in that week's last scan."""
    by_scan: dict[str, list[Mapping[str, Any]]] = {}
    for history in histories:
        for entry in history:
            by_scan.setdefault(str(entry["scan"]), []).append(entry)
    weeks: dict[tuple[int, int], Point] = {}
    for scan in sorted(by_scan):
        entries = by_scan[scan]
        day = datetime.strptime(scan[:8], "%Y%m%d").date()
        shares = [
            percent(sum(float(entry[share]) for entry in entries) / len(entries))
            for share in ("score", "known")
        ]
        weeks[day.isocalendar()[:2]] = Point(day=day, score=shares[0], known=shares[1])
    return list(weeks.values())


def _send(
    plan: Plan, audience: Audience, mail: Mail, *, ledger: Ledger, sender: Sender, now: datetime
) -> Delivery:
    counts = {"sent": 0, "refused": 0, "uncertain": 0, "waiting": 0}
    for address in audience.addresses:
        counts[_send_one(plan, audience, mail, address, ledger, sender, now)] += 1
    return Delivery(**counts)


def _send_one(
    plan: Plan,
    audience: Audience,
    mail: Mail,
    address: str,
    ledger: Ledger,
    sender: Sender,
    now: datetime,
) -> str:
    state = ledger.begin_delivery(audience.name, plan.scan, address, now)
    if state != "mine":
        return "uncertain" if state == "sending" else state
    try:
        detail = send(
            sender.client,
            mail,
            address=address,
            sender=sender.address,
            configuration_set=sender.configuration_set,
        )
    except ClientError as error:
        detail = str(error.response.get("Error", {}).get("Code") or "")
        if detail in PERMANENT:
            state = "refused"
        elif detail in TRANSIENT:
            state = "waiting"
        else:
            raise
    else:
        state = "sent"
    ledger.end_delivery(audience.name, plan.scan, address, state, now, detail)
    return state
