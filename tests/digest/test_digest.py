from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import boto3
import pytest
from botocore.stub import Stubber
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.checklist.model import Severity, Status
from readiness.config import Applies, Attestation, Audience, Cadence, Records, Suppression, Workload
from readiness.digest.mail import header, headers_of, send
from readiness.digest.render import Mail, render_digest, render_report
from readiness.digest.view import FIXES, NEW, REGRESSIONS, Links, View, view_of
from readiness.results import ClosedRegion, Coverage
from tests.digest import sample
from tests.digest.sample import Told

#: Gmail cuts at about 102 KB, and may cut the way out with it.
LIMIT = 80_000
PAYMENTS = Audience(name="Payments", addresses=("ada@example.com",), workloads=("payments",))


def quiet() -> View:
    _, after = sample.results()
    return sample.view(before=after, records=Records())


def test_the_text_says_what_changed_and_what_to_do_first() -> None:
    golden = Path(__file__).with_name("digest.txt").read_text("utf-8")

    assert render_digest(sample.view()).text == golden


SUBJECTS: list[tuple[str, Callable[[], View], str]] = [
    (
        "everything",
        sample.view,
        "[Readiness] Platform: 64 % (-1), 6 regressions, 1 account not seen, "
        "1 attestation due 28 Nov - week 48",
    ),
    (
        "one workload",
        lambda: sample.view(audience=PAYMENTS),
        "[Readiness] payments: 65 % (-2), 6 regressions, 1 attestation due 28 Nov - week 48",
    ),
    (
        "a baseline",
        lambda: sample.view(before=(), records=Records()),
        "[Readiness] Platform: baseline, 64 %, 1 account not seen - week 48",
    ),
    (
        "a quiet week",
        quiet,
        "[Readiness] Platform: 64 % (±0), 1 account not seen, nothing new - week 48",
    ),
]


@pytest.mark.parametrize(
    ("view", "subject"), [row[1:] for row in SUBJECTS], ids=[row[0] for row in SUBJECTS]
)
def test_the_subject_carries_the_facts_and_the_week(view: Callable[[], View], subject: str) -> None:
    assert render_digest(view()).subject == subject


def test_a_long_name_leaves_the_facts_in_the_subject() -> None:
    audience = sample.EVERYBODY.model_copy(update={"name": "W" * 1000})
    subject = render_digest(sample.view(audience=audience)).subject

    assert subject.endswith(
        "…WWWWWWWWWWWWWWWWWWWWW: 64 % (-1), 6 regressions, 1 account not seen, "
        "1 attestation due 28 Nov - week 48"
    )


def test_the_week_is_that_of_the_schedule_s_time_zone() -> None:
    sunday = replace(sample.RECORD, started=dt.datetime(2026, 11, 22, 20, 0, tzinfo=dt.UTC))
    _, after = sample.results()
    weeks = [
        view_of(sample.EVERYBODY, after, sunday, zone=ZoneInfo(name)).week
        for name in ("UTC", "Asia/Tokyo")
    ]

    assert weeks == [47, 48]


def test_the_first_digest_is_a_baseline_without_regressions() -> None:
    mail = render_digest(sample.view(before=()))

    assert "A BASELINE" in mail.text
    assert "REGRESSION" not in mail.text
    assert "FIRST TO FIX" in mail.text
    assert mail.headers["X-Readiness-Regressions"] == "0"


def test_a_quiet_week_is_three_lines() -> None:
    text = render_digest(quiet()).text
    head, said, rest = text.strip().split("\n\n")[:3]

    assert head.startswith("READINESS · Platform · week 48\nScan of 23 Nov 2026")
    assert said.splitlines() == [
        "Nothing changed. Score 64 %, 84 % known.",
        "43 items still fail. First to fix: Set the backup retention period to at",
        "  least 7 days, or assign the database to an AWS Backup plan.",
    ]
    assert rest.startswith("Report: report.html\n")


def test_a_week_in_which_something_runs_out_is_not_quiet() -> None:
    _, after = sample.results()

    assert not sample.view(before=after).quiet


def test_html_and_text_have_the_same_parts_in_the_same_order() -> None:
    mail = render_digest(sample.view())
    parts = (
        "6 regressions",
        "1 new failure",
        "Due and expired",
        "4 findings fixed",
        "Workloads",
        "Still failing",
        "Could not be checked",
    )

    assert _order(mail.html, parts) == sorted(_order(mail.html, parts))
    assert _order(mail.text, [part.upper() for part in parts]) == sorted(
        _order(mail.text, [part.upper() for part in parts])
    )


def _order(text: str, parts: Any) -> list[int]:
    return [text.index(part) for part in parts]


@pytest.mark.parametrize("number", [0, 500, 50_000])
@pytest.mark.parametrize(
    "name", ["table/orders-{n}", "&\"'<>" * 200 + "{n}", "\U0001f4a5" * 1000 + "{n}"]
)
def test_the_mail_stays_below_what_gmail_shows(number: int, name: str) -> None:
    hostile = replace(sample.many(number, name), fails="&" * 1000, fix='"' * 1000)
    every_place = [
        replace(hostile, check=f"check_{n}", severity=Severity.CRITICAL)
        for n in range(12 if number < 1000 else 1)
    ]

    mail = render_digest(sample.view([*sample.STORY, *every_place]))

    assert len(mail.html.encode()) < LIMIT
    assert len(mail.text.encode()) < LIMIT


def test_lists_end_at_their_limits_and_say_how_much_is_left() -> None:
    told = [
        replace(sample.many(3), check=f"check_{n:02}", item=item)
        for n, item in enumerate(["security/data-is-encrypted-at-rest"] * 20)
    ]
    view = sample.view([*sample.STORY, *told])

    assert len(view.regressions.rows) == REGRESSIONS
    assert len(view.fixes.rows) == FIXES
    assert len(view.new.rows) <= NEW
    assert f"and {view.regressed - sum(row.count for row in view.regressions.rows)} more" in (
        render_digest(view).text
    )


def test_the_most_severe_regressions_come_first() -> None:
    ranks = [row.severity.rank for row in sample.view().regressions.rows]

    assert ranks == sorted(ranks)
    assert len(ranks) == 3


def test_what_clears_most_is_fixed_first() -> None:
    rows = sample.view().fixes.whole

    assert [(*row.checks, row.clears, row.findings, row.workloads) for row in rows[:4]] == [
        ("rds_instance_backup_retention", 2, 2, 2),
        ("security_group_open_admin_port", 2, 5, 2),
        ("load_balancer_error_alarm", 2, 3, 2),
        ("cloudtrail_multi_region_logging", 1, 1, 1),
    ]


def test_a_renewed_record_is_not_due() -> None:
    old = sample.RECORDS.suppressions[0]
    renewed = old.model_copy(
        update={"date": old.expires, "expires": old.expires.replace(year=2027)}
    )

    due = sample.view(records=Records(suppressions=(old, renewed))).due

    assert [each for each in due.whole if each.dated] == []


def runs_out(expires: dt.date) -> Suppression:
    return Suppression(
        item="cost/clean-up-unused-resources",
        reason="Kept for the audit until it ends.",
        approver="shop@example.com",
        date=dt.date(2026, 9, 1),
        expires=expires,
    )


@pytest.mark.parametrize(
    ("days", "cadence", "mark"),
    [
        (15, Cadence.WEEKLY, ""),
        (14, Cadence.WEEKLY, "◷"),
        (8, Cadence.WEEKLY, "◷"),
        (7, Cadence.WEEKLY, "!"),
        (0, Cadence.WEEKLY, "!"),
        (-1, Cadence.WEEKLY, "✕"),
        # The next digest of the month may come five weeks later.
        (35, Cadence.MONTHLY, "◷"),
        (43, Cadence.MONTHLY, ""),
    ],
)
def test_what_runs_out_is_announced_before_the_next_digest_could_be_late(
    days: int, cadence: Cadence, mark: str
) -> None:
    record = runs_out(sample.THIS_WEEK.date() + dt.timedelta(days=days))
    audience = sample.EVERYBODY.model_copy(update={"cadence": cadence})
    due = sample.view(audience=audience, records=Records(suppressions=(record,))).due.whole

    assert "".join(each.mark for each in due if each.dated) == mark


def due_of(*records: Attestation | Suppression, **changes: Any) -> list[tuple[str, str, str]]:
    given = Records(
        attestations=tuple(each for each in records if isinstance(each, Attestation)),
        suppressions=tuple(each for each in records if isinstance(each, Suppression)),
    )
    due = sample.view(records=given, **changes).due.whole
    return [(each.state, each.title, each.detail) for each in due]


def vouched(item: str, workload: str = "payments") -> Attestation:
    return Attestation(
        item=item,
        scope=Applies(workload=workload),
        statement="We looked ourselves.",
        evidence="https://wiki.example.com/look",
        author="ada@example.com",
        date=dt.date(2026, 11, 1),
        expires=dt.date(2027, 4, 1),
    )


def let_be(item: str, resource: str = "*", **scope: str) -> Suppression:
    return Suppression(
        item=item,
        scope=Applies(**scope),
        resource=resource,
        reason="It is known and accepted.",
        approver="shop@example.com",
        date=dt.date(2026, 11, 1),
        expires=dt.date(2027, 4, 1),
    )


def test_an_attestation_that_evidence_contradicts_is_shown() -> None:
    item = "networking/configure-security-groups"

    assert due_of(vouched(item)) == [
        (
            "contradicted",
            "Configure Security Groups",
            "4 findings fail although it says otherwise",
        )
    ]
    assert due_of(vouched(item, "another")) == []
    assert due_of(vouched("backups-and-restoring/test-your-backups")) == []


def test_a_suppression_that_covers_nothing_is_shown_to_those_who_would_see_what_it_covers() -> None:
    typo = let_be("cost/clean-up-unused-resources", "*vol-typo*")
    idle = [
        (
            "without effect",
            "Clean up unused resources",
            "there is nothing that it covers (*vol-typo*)",
        )
    ]

    assert due_of(typo) == idle
    assert due_of(typo, audience=PAYMENTS) == []
    assert (
        due_of(
            let_be("cost/clean-up-unused-resources", "*vol-typo*", workload="payments"),
            audience=PAYMENTS,
        )
        == idle
    )


def test_a_suppression_of_what_could_not_be_seen_is_not_called_idle() -> None:
    assert (
        due_of(let_be("security/create-a-password-policy-and-enforce-mfa", workload="web-shop"))
        == []
    )


@pytest.mark.parametrize(
    ("fix", "set_as"),
    [
        ("Name it in `public_ports`.", "Name it in <code>public_ports</code>."),
        ("Name it in `<b>`.", "Name it in <code>&lt;b&gt;</code>."),
        ("One ` alone", "One ` alone"),
    ],
)
def test_what_a_fix_names_in_backticks_is_set_as_code(fix: str, set_as: str) -> None:
    mail = render_digest(named("", fix=fix))

    assert f"Fix:</strong> {set_as}" in mail.html
    assert f"Fix: {fix}" in mail.text


# What others named is hostile.

names = st.text(st.characters(), max_size=60).map(lambda text: f"x{text}")
TRAPS = (
    'x"><script>alert(1)</script>',
    "x</title></style></script><img src=x onerror=alert(1)>",
    "x{{ 7 * 7 }}{% raw %}",
    "x\r\nBcc: eve@example.com\r\n\r\nFORGED",
    "x\n\nFORGED 9 REGRESSIONS",
    "x\u202egnp.exe\u2066\u200f",
    "x" * 1000,
    "x\U0001f4a5\ud800\x00\x1b[2J",
    "x<!--",
    "x]]>",
    "x&#0;&lt;",
    "x javascript:alert(1)",
    "x\u2028FORGED\x85FORGED\x0bFORGED",
)


def named(name: str, *, fix: str | None = None) -> View:
    """Return the sample with every name that others choose replaced."""
    before, after = sample.results()

    def renamed(result: Any) -> Any:
        return replace(
            result,
            workload=result.workload + name,
            findings=tuple(
                replace(
                    each,
                    workload=each.workload + name,
                    resource=each.resource + name,
                    because=name,
                    reason=each.reason and name,
                    fix=each.fix and (name if fix is None else fix),
                    region=each.region and name,
                )
                for each in result.findings
            ),
            verdicts=tuple(replace(each, because=name) for each in result.verdicts),
        )

    scan = replace(
        sample.RECORD,
        accounts=replace(sample.RECORD.accounts, failed={"777788889999": name}),
        repositories=Coverage(expected=(name,), failed={name: name}),
    )
    # Past what the models let through: another version's plan may hold anything.
    return view_of(
        sample.EVERYBODY.model_copy(update={"name": f"Platform{name}"}),
        map(renamed, after),
        scan,
        before=map(renamed, before),
        workloads=[
            each.model_copy(update={"name": each.name + name, "owners": (name, name)})
            for each in sample.WORKLOADS
        ],
        records=Records.model_construct(
            attestations=tuple(
                each.model_copy(update={"author": name, "scope": Applies()})
                for each in sample.RECORDS.attestations
            ),
            suppressions=tuple(
                each.model_copy(update={"approver": name, "resource": name, "scope": Applies()})
                for each in sample.RECORDS.suppressions
            ),
        ),
        history=sample.HISTORY,
        links=Links(copies=(f"aws s3 cp s3://data/{name} .",)),
    )


class _Skeleton(HTMLParser):
    """Every tag with the names of its attributes: what a name must never add to."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, ...]] = []
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, *(name for name, _ in attrs)))
        self.links |= {value or "" for name, value in attrs if name in ("href", "src")}


def skeleton(html: str) -> _Skeleton:
    parser = _Skeleton()
    parser.feed(html)
    return parser


PLAIN = skeleton(render_digest(named("x")).html)


def check_mail(name: str) -> None:
    mail = render_digest(named(name))
    found = skeleton(mail.html)

    assert found.tags == PLAIN.tags
    assert all(link.startswith("report.html") for link in found.links)
    for text in (mail.html, mail.text):
        text.encode()
        hidden = {unicodedata.category(each) for each in text.replace("\n", "")}
        assert not hidden & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert not [line for line in mail.text.splitlines() if line.startswith("FORGED")]
    assert mail.subject.splitlines() == [mail.subject]
    assert len(mail.html.encode()) < LIMIT
    for value in map(header, headers_of(mail, "readiness@example.com").values()):
        assert value.isascii()
        assert value.isprintable()


@pytest.mark.parametrize("name", TRAPS, ids=range(len(TRAPS)))
def test_no_trap_gets_out_of_its_place_in_the_mail(name: str) -> None:
    check_mail(name)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(names)
def test_no_name_gets_out_of_its_place_in_the_mail(name: str) -> None:
    check_mail(name)


@given(names)
def test_no_value_ends_a_header(name: str) -> None:
    value = header(name * 20)

    assert value.isascii()
    assert value.isprintable()
    assert len(value) <= 870


# Nobody reads of what is not theirs.

weeks = st.sampled_from(
    [
        (before, after)
        for before in (Status.PASS, Status.FAIL, Status.UNKNOWN, None)
        for after in (Status.PASS, Status.FAIL, Status.UNKNOWN, Status.NO_EVIDENCE)
    ]
)
stories = st.tuples(
    st.sampled_from(
        ["security/data-is-encrypted-at-rest", "backups-and-restoring/configure-backup"]
    ),
    st.sampled_from(["dynamodb_table_encrypted", "rds_instance_backup_retention"]),
    st.sampled_from(list(Severity)),
    weeks,
)
digits = st.text("0123456789", min_size=12, max_size=12).filter(
    lambda text: text not in (sample.PAYMENTS, "000000000000")
)


@settings(max_examples=30, deadline=None)
@given(digits, st.from_regex(r"[a-z]{12,20}", fullmatch=True))
def test_nothing_outside_the_audience_is_named(account: str, name: str) -> None:
    foreign = Workload(name=name, accounts=(account,), owners=(f"{name}@example.com",))
    told = replace(
        sample.many(0),
        resources=(
            (
                account,
                "eu-west-1",
                f"arn:aws:rds:eu-west-1:{account}:db:{name}",
                Status.PASS,
                Status.FAIL,
            ),
        ),
    )
    before, after = sample.results([*sample.STORY, told], [*sample.WORKLOADS, foreign])
    scan = replace(
        sample.RECORD,
        accounts=Coverage(
            expected=(sample.PAYMENTS, account),
            failed={account: f"denied: arn:aws:iam::{account}:role/{name}"},
            left_out={account: "suspended"},
        ),
        regions=Coverage(failed={f"{account}/eu-west-1": "timed out"}),
        repositories=Coverage(failed={f"github:acme/{name}": "denied"}),
        closed_regions=(
            ClosedRegion(
                region="ap-east-1", accounts=(account,), entry="closed_regions: [ap-east-1]"
            ),
        ),
        workloads={name: sample.view().score},
    )
    records = Records(
        suppressions=tuple(
            Suppression(
                check="cloudtrail_multi_region_logging",
                scope=scope,
                reason=f"{name} is kept until then.",
                approver=f"{name}@example.com",
                date=sample.LAST_WEEK.date(),
                expires=sample.THIS_WEEK.date(),
            )
            for scope in (
                Applies(workload=name),
                Applies(account=account),
                Applies(repository=f"github:acme/{name}"),
            )
        )
    )
    view = view_of(
        PAYMENTS,
        after,
        scan,
        before=before,
        workloads=[*sample.WORKLOADS, foreign],
        records=records,
    )
    mail = render_digest(view)

    for text in (mail.html, mail.text, mail.subject, str(mail.headers), render_report(view)):
        assert name not in text
        assert account not in text
        assert "web-shop" not in text
        assert sample.SHOP not in text


#: What others may choose; what stands before it survives every form, escaped or cleaned.
hostile = st.text(st.characters(), max_size=40)
accounts = st.lists(
    st.text("3456789", min_size=12, max_size=12), min_size=4, max_size=4, unique=True
).filter(lambda found: not {sample.PAYMENTS, sample.SHOP} & {*found})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(accounts, st.lists(hostile, min_size=4, max_size=4), st.data())
def test_no_audience_reads_a_word_of_what_is_another_s(
    ids: list[str], endings: list[str], data: st.DataObject
) -> None:
    """Whatever workloads there are, whatever their resources are called, and whoever hears of which."""
    workloads = [
        Workload.model_construct(
            name=f"w{number}-{account}",
            accounts=(account,),
            repositories=(f"github:acme/r{account}",),
            owners=(f"o{account}@example.com",),
            environment="",
            options={},
        )
        for number, account in enumerate(ids)
    ]
    named = [f"zqname{number}{ending}" for number, ending in enumerate(endings)]
    told = [
        Told(
            item=item,
            check=check,
            severity=severity,
            fails=f"is not as {name} should be, says {account}",
            fix=f"mend {name} of {account}.",
            resources=(
                (account, "eu-west-1", f"arn:aws:rds:eu-west-1:{account}:db:{name}", *weeks),
                ("", "", f"github:acme/r{account}", *weeks),
            ),
            reason=f"denied: {name} in {account}",
        )
        for (account, name) in zip(ids, named, strict=True)
        for item, check, severity, weeks in data.draw(st.lists(stories, max_size=3))
    ]
    before, after = sample.results([*sample.STORY, *told], workloads)
    scan = replace(
        sample.RECORD,
        accounts=Coverage(
            expected=tuple(ids),
            scanned=tuple(ids[:2]),
            failed={account: f"denied to {account}" for account in ids[2:]},
            left_out={"222222222222": "is suspended"},
        ),
        regions=Coverage(
            failed={f"{account}/eu-west-1": f"{account} timed out" for account in ids}
        ),
        repositories=Coverage(failed={f"github:acme/r{account}": "denied" for account in ids}),
        closed_regions=tuple(
            ClosedRegion(region="ap-east-1", accounts=(account,), entry=f"# {account}")
            for account in ids
        ),
        workloads={each.name: sample.view().score for each in workloads},
    )
    records = Records(
        suppressions=tuple(
            Suppression(
                item="security/data-is-encrypted-at-rest",
                scope=scope,
                reason=f"{account} is kept until then.",
                approver=f"p{account}@example.com",
                date=sample.LAST_WEEK.date(),
                expires=sample.THIS_WEEK.date() + dt.timedelta(days=3),
            )
            for each, account in zip(workloads, ids, strict=True)
            for scope in (
                Applies(workload=each.name),
                Applies(account=account),
                Applies(repository=each.repositories[0]),
            )
        )
    )
    mine = data.draw(st.sets(st.integers(0, 3), min_size=1, max_size=3))
    audience = Audience(
        name="mine",
        addresses=("ada@example.com",),
        workloads=tuple(workloads[n].name for n in mine),
    )
    view = view_of(audience, after, scan, before=before, workloads=workloads, records=records)
    mail = render_digest(view)

    for text in (mail.html, mail.text, mail.subject, str(mail.headers), render_report(view)):
        for number in {*range(4)} - mine:
            assert ids[number] not in text
            assert f"zqname{number}" not in text
        assert "222222222222" not in text


def test_each_audience_does_read_what_is_its_own() -> None:
    """Or the test above would pass on empty pages."""
    told = replace(sample.many(2, "zqown{n}"), fails="is not as zqown should be")
    view = sample.view([*sample.STORY, told], audience=PAYMENTS)
    mail = render_digest(view)

    for text in (mail.html, mail.text, render_report(view)):
        assert "zqown" in text
        assert sample.PAYMENTS in text


# Sending.


@pytest.fixture
def mail() -> Mail:
    return render_digest(sample.view(audience=PAYMENTS))


@pytest.fixture
def ses() -> Iterator[tuple[Any, Stubber]]:
    client: Any = boto3.client("sesv2", region_name="eu-west-1")
    with Stubber(client) as stubber:
        yield client, stubber


def test_one_address_gets_one_mail_that_can_be_filtered_and_left(
    mail: Mail, ses: tuple[Any, Stubber]
) -> None:
    client, stubber = ses
    stubber.add_response(
        "send_email",
        {"MessageId": "0100"},
        {
            "FromEmailAddress": "readiness@example.com",
            "Destination": {"ToAddresses": ["ada@example.com"]},
            "ConfigurationSetName": "readiness",
            "Content": {
                "Simple": {
                    "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                    "Body": {
                        "Text": {"Data": mail.text, "Charset": "UTF-8"},
                        "Html": {"Data": mail.html, "Charset": "UTF-8"},
                    },
                    "Headers": [
                        {"Name": "X-Readiness-Score", "Value": "65"},
                        {"Name": "X-Readiness-Regressions", "Value": "6"},
                        {
                            "Name": "List-Unsubscribe",
                            "Value": "<mailto:readiness@example.com?subject=unsubscribe%20Payments>",
                        },
                    ],
                }
            },
        },
    )

    message = send(
        client,
        mail,
        address="ada@example.com",
        sender="readiness@example.com",
        configuration_set="readiness",
    )

    assert message == "0100"


def test_what_ses_refuses_is_raised(mail: Mail, ses: tuple[Any, Stubber]) -> None:
    client, stubber = ses
    stubber.add_client_error("send_email", "MessageRejected")

    with pytest.raises(client.exceptions.MessageRejected):
        send(client, mail, address="ada@example.com", sender="readiness@example.com")
