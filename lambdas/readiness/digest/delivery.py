"""What is one audience sent of a scan, and did it arrive?

Never twice: each address is claimed in the ledger before its mail leaves, and a claim whose sender died
is not sent again but counted as uncertain. What SES refuses for good lies in a queue, with the reason.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnectedError
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_random_exponential

from readiness.config import Audience, Records, Workload
from readiness.digest.mail import send
from readiness.digest.names import clean
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
#: What SES says when it takes no mail just now, whoever it is for.
TRANSIENT = frozenset(
    {
        "LimitExceededException",
        "SendingPausedException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
#: For how many accounts the mail says how to fetch the page.
_COMMANDS = 3


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Whom the mail comes from, and through what."""

    client: Any
    address: str
    configuration_set: str = ""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A mail that will never leave, and why."""

    audience: str
    address: str
    scan: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Refusals:
    """The queue in which a mail that was refused waits for somebody to look."""

    client: Any
    url: str

    def put(self, refusal: Refusal) -> None:
        self.client.send_message(QueueUrl=self.url, MessageBody=json.dumps(asdict(refusal)))


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
    """Return where an audience's page lies for those who may read the hub account's bucket.

    Below a word that is no account's id: the bucket's policy shows an account what lies below its own.
    """
    return f"reports/audiences/{quote(audience, safe='')}/{scan}.html"


def copy_key(account: str, audience: str, scan: str) -> str:
    """Return where the page lies for those who read with their own rights in a member account."""
    return f"reports/{account}/{quote(audience, safe='')}/{scan}.html"


def accounts_of(plan: Plan, audience: Audience) -> tuple[str, ...]:
    """Return the accounts from which an audience's page may be read, by their own people's rights.

    Those of its workloads, less those that another workload shares: whoever may read there need not
    be of the audience. Who hears of everything, or of what has no owner, reads in the hub account.
    """
    if not audience.workloads or audience.addresses == (plan.configuration.fallback,):
        return ()
    ours: set[str] = set()
    others: set[str] = set()
    # A scan that was narrowed does not plan what it leaves out.
    for workload in (*plan.workloads, *plan.configuration.workloads):
        (ours if workload.name in audience.workloads else others).update(workload.accounts)
    return tuple(sorted(ours - others))


def links_of(
    plan: Plan, audience: Audience, accounts: Sequence[str], *, bucket: str, region: str
) -> Links:
    """Return how the page is opened in a week as well: at its place, by the reader's own rights."""
    keys = [copy_key(account, audience.name, plan.scan) for account in accounts]
    keys = keys or [report_key(audience.name, plan.scan)]
    said = [f"aws s3 cp s3://{bucket}/{key} ." for key in keys[:_COMMANDS]]
    if len(keys) > 1:
        said = [f"{line} # in {account}" for line, account in zip(said, accounts, strict=False)]
    return Links(
        report=f"https://{region}.console.aws.amazon.com/s3/object/{bucket}"
        f"?region={region}&prefix={quote(keys[0])}",
        deep=False,
        copies=tuple(said),
    )


def deliver(
    plan: Plan,
    name: str,
    *,
    store: Store,
    bucket: str,
    region: str,
    ledger: Ledger,
    sender: Sender,
    refusals: Refusals,
    now: datetime,
) -> Delivery:
    """Render an audience's digest and report of a scan, keep the report, and mail the digest.

    Nobody is told of nothing: an audience none of whose workloads the scan planned gets no mail.
    """
    audience = plan.audience(name)
    told = ledger.last_told(name)
    if told is not None and told >= plan.scan:
        return Delivery()
    if not _wanted(plan, audience):
        return Delivery()
    accounts = accounts_of(plan, audience)
    links = links_of(plan, audience, accounts, bucket=bucket, region=region)
    view = _view(plan, audience, told, store=store, ledger=ledger, links=links, now=now)
    page = render_report(view).encode()
    store.put(report_key(name, plan.scan), page)
    for account in accounts:
        store.put(copy_key(account, name, plan.scan), page)
    post = _Post(plan, audience, render_digest(view), ledger, sender, refusals, now)
    delivery = post.send()
    # What nobody got, and what told of a part alone, the next digest must not take as told.
    if delivery.sent and not delivery.waiting and not plan.request.filtered:
        ledger.told(name, plan.scan, now)
    return delivery


def _wanted(plan: Plan, audience: Audience) -> list[Workload]:
    """Return the planned workloads that an audience hears of."""
    return [
        each for each in plan.workloads if each.name in audience.workloads or not audience.workloads
    ]


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
    wanted = _wanted(plan, audience)
    names = [each.name for each in wanted]
    results = _results(names, plan.scan, store)
    if not results:
        message = f"scan {plan.scan} has no result of what {audience.name} hears of"
        raise LookupError(message)
    return view_of(
        audience,
        results,
        load_record(record),
        before=_results(names, told, store) if told else (),
        workloads=wanted,
        records=Records(attestations=plan.attestations, suppressions=plan.suppressions),
        # Who hears of everything sees the organization's own trend.
        history=_trend(map(ledger.history, names if audience.workloads else [""])),
        links=links,
        moment=now,
        zone=plan.zone,
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


@dataclass(frozen=True)
class _Post:
    """One digest on its way to the addresses of its audience."""

    plan: Plan
    audience: Audience
    mail: Mail
    ledger: Ledger
    sender: Sender
    refusals: Refusals
    now: datetime

    def send(self) -> Delivery:
        """Send each address its mail; where SES takes none just now, the rest waits as well."""
        counts: Counter[str] = Counter()
        addresses = list(dict.fromkeys(self.audience.addresses))
        for position, address in enumerate(addresses):
            state, detail = self._send_one(address)
            counts[state] += 1
            if state == "waiting" and detail in TRANSIENT:
                counts["waiting"] += len(addresses) - position - 1
                break
        return Delivery(**counts)

    def _send_one(self, address: str) -> tuple[str, str]:
        state = self.ledger.begin_delivery(self.audience.name, self.plan.scan, address, self.now)
        if state != "mine":
            return ("uncertain" if state == "sending" else state), ""
        try:
            detail = _sent(self.sender, self.mail, address)
        except ClientError as error:
            detail = _code(error)
            state = _state(error)
            if state == "refused":
                self._refuse(address, error)
        except NotConnectedError as error:
            state, detail = "waiting", type(error).__name__
        except HTTPClientError:
            # It may have left before the answer was lost: the claim stands, and nobody sends again.
            state, detail = "uncertain", ""
        else:
            state = "sent"
        if state != "uncertain":
            self.ledger.end_delivery(
                self.audience.name, self.plan.scan, address, state, self.now, detail
            )
        return state, detail

    def _refuse(self, address: str, error: ClientError) -> None:
        said = error.response.get("Error", {}).get("Message") or ""
        self.refusals.put(
            Refusal(
                audience=self.audience.name,
                address=address,
                scan=self.plan.scan,
                reason=clean(f"{_code(error)}: {said}", 500),
            )
        )


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code") or "")


def _state(error: ClientError) -> str:
    """Say what an error of SES means for the mail: did it leave, and may it later?"""
    if _code(error) in PERMANENT:
        return "refused"
    if _code(error) in TRANSIENT:
        return "waiting"
    # What SES turned away did not leave; after an error of its own, nobody knows.
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    return "waiting" if 400 <= status < 500 else "uncertain"


def _passes(error: BaseException) -> bool:
    """Whether SES is only asked too fast: a new account of SES may send one mail a second."""
    return isinstance(error, ClientError) and _code(error) in (
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    )


@retry(
    retry=retry_if_exception(_passes),
    wait=wait_random_exponential(multiplier=1, max=8),
    stop=stop_after_attempt(5),
    reraise=True,
)
def _sent(sender: Sender, mail: Mail, address: str) -> str:
    return send(
        sender.client,
        mail,
        address=address,
        sender=sender.address,
        configuration_set=sender.configuration_set,
    )
