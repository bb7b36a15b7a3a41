"""What becomes of a digest on its way, on a real table and a real queue of the hub's emulator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from botocore.stub import ANY, Stubber
from tenacity import wait_none

from readiness.config import Audience, Configuration, Workload
from readiness.digest import delivery
from readiness.digest.delivery import (
    Delivery,
    Refusals,
    Sender,
    accounts_of,
    copy_key,
    deliver,
    links_of,
    report_key,
)
from readiness.ledger import Ledger
from readiness.planning import Plan, Request, make_plan
from readiness.results import dump, dump_record
from readiness.storage import Memory
from readiness.workflow import result_key
from tests.digest import sample
from tests.table import made

SCAN = sample.RECORD.id
NOW = sample.RECORD.ended + timedelta(minutes=1)
ADA, BOB, EVE = "ada@example.com", "bob@example.com", "eve@example.com"
PLATFORM = Audience(name="Platform", addresses=(ADA, BOB, EVE))
PAYMENTS = Audience(name="Payments", addresses=(ADA,), workloads=("payments",))
BOTH = Audience(name="Both", addresses=(ADA,), workloads=("payments", "web-shop"))


@pytest.fixture(scope="module")
def dynamodb(hub: Any) -> Any:
    return hub("dynamodb")


@pytest.fixture
def ledger(dynamodb: Any) -> Ledger:
    return made(dynamodb)


@pytest.fixture
def refusals(hub: Any) -> Refusals:
    client = hub("sqs")
    url = client.create_queue(QueueName=f"refused-{uuid4().hex}")["QueueUrl"]
    return Refusals(client=client, url=url)


@pytest.fixture
def ses() -> Iterator[Stubber]:
    with Stubber(boto3.client("sesv2", region_name="eu-west-1")) as stubber:
        yield stubber


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery._sent.retry, "wait", wait_none())


def planned(*audiences: Audience, request: Request | None = None, **configured: Any) -> Plan:
    configuration = Configuration(
        **{"workloads": sample.WORKLOADS, "audiences": audiences, **configured}
    )
    return make_plan(
        request or Request(),
        scan=SCAN,
        started=sample.THIS_WEEK,
        configuration=configuration,
    )


def stored() -> Memory:
    store = Memory()
    store.put(f"scans/{SCAN}/scan.json", dump_record(sample.RECORD))
    for each in sample.results()[1]:
        store.put(result_key(SCAN, each.workload), dump(replace(each, scan=SCAN)))
    return store


def delivered(
    plan: Plan,
    ledger: Ledger,
    refusals: Refusals,
    ses: Stubber,
    *,
    name: str = "Platform",
    store: Memory | None = None,
) -> Delivery:
    found = deliver(
        plan,
        name,
        store=store or stored(),
        bucket="readiness-data",
        region="eu-west-1",
        ledger=ledger,
        sender=Sender(client=ses.client, address="readiness@example.com"),
        refusals=refusals,
        now=NOW,
    )
    ses.assert_no_pending_responses()
    return found


def takes(ses: Stubber, *addresses: str) -> None:
    for address in addresses:
        ses.add_response(
            "send_email",
            {"MessageId": f"for {address}"},
            {
                "FromEmailAddress": "readiness@example.com",
                "Destination": {"ToAddresses": [address]},
                "Content": ANY,
            },
        )


def says(ses: Stubber, code: str, status: int = 400, text: str = "") -> None:
    ses.add_client_error("send_email", code, text, http_status_code=status)


def waiting_in(refusals: Refusals) -> list[dict[str, str]]:
    answer = refusals.client.receive_message(QueueUrl=refusals.url, MaxNumberOfMessages=10)
    return [json.loads(each["Body"]) for each in answer.get("Messages", [])]


def test_each_address_gets_one_mail_and_never_a_second(
    ledger: Ledger, refusals: Refusals, ses: Stubber
) -> None:
    takes(ses, ADA, BOB, EVE)

    assert delivered(planned(PLATFORM), ledger, refusals, ses) == Delivery(sent=3)
    assert delivered(planned(PLATFORM), ledger, refusals, ses) == Delivery()
    assert ledger.last_told("Platform") == SCAN
    assert ledger.told_at("Platform") == NOW


def test_a_bad_address_blocks_nobody_and_lies_in_the_queue_with_the_reason(
    ledger: Ledger, refusals: Refusals, ses: Stubber
) -> None:
    takes(ses, ADA)
    says(ses, "MessageRejected", text="Email address is not verified:\r\n bob@example.com")
    takes(ses, EVE)

    assert delivered(planned(PLATFORM), ledger, refusals, ses) == Delivery(sent=2, refused=1)
    assert waiting_in(refusals) == [
        {
            "audience": "Platform",
            "address": BOB,
            "scan": SCAN,
            "reason": "MessageRejected: Email address is not verified: bob@example.com",
        }
    ]
    assert ledger.begin_delivery("Platform", SCAN, BOB, NOW) == "refused"


def test_what_nobody_got_is_told_again_by_the_next_digest(
    ledger: Ledger, refusals: Refusals, ses: Stubber
) -> None:
    says(ses, "MessageRejected")

    assert delivered(planned(PAYMENTS), ledger, refusals, ses, name="Payments") == Delivery(
        refused=1
    )
    assert ledger.last_told("Payments") is None


def test_ses_is_asked_again_when_it_is_asked_too_fast(
    ledger: Ledger, refusals: Refusals, ses: Stubber
) -> None:
    says(ses, "TooManyRequestsException", 429)
    says(ses, "ThrottlingException")
    takes(ses, ADA, BOB, EVE)

    assert delivered(planned(PLATFORM), ledger, refusals, ses) == Delivery(sent=3)


def test_where_ses_takes_none_just_now_all_wait_and_leave_at_the_next_attempt(
    ledger: Ledger, refusals: Refusals, ses: Stubber
) -> None:
    takes(ses, ADA)
    says(ses, "SendingPausedException")
    first = delivered(planned(PLATFORM), ledger, refusals, ses)
    told = ledger.last_told("Platform")
    takes(ses, BOB, EVE)
    second = delivered(planned(PLATFORM), ledger, refusals, ses)

    assert (first, told, second) == (Delivery(sent=1, waiting=2), None, Delivery(sent=3))
    assert waiting_in(refusals) == []


def test_what_ses_turns_away_for_an_unknown_reason_did_not_leave_and_waits_alone(
    ledger: Ledger, refusals: Refusals, ses: Stubber
) -> None:
    says(ses, "AccessDeniedException", 403)
    takes(ses, BOB, EVE)

    assert delivered(planned(PLATFORM), ledger, refusals, ses) == Delivery(sent=2, waiting=1)


def test_after_an_error_of_ses_itself_nobody_knows_and_nobody_sends_again(
    ledger: Ledger, refusals: Refusals, ses: Stubber
) -> None:
    says(ses, "InternalServiceErrorException", 500)
    takes(ses, BOB, EVE)

    assert delivered(planned(PLATFORM), ledger, refusals, ses) == Delivery(sent=2, uncertain=1)
    assert ledger.begin_delivery("Platform", SCAN, ADA, NOW) == "sending"


def test_a_delivery_whose_sender_died_is_uncertain_and_not_sent_again(
    ledger: Ledger, refusals: Refusals, ses: Stubber
) -> None:
    ledger.begin_delivery("Platform", SCAN, BOB, NOW)
    takes(ses, ADA, EVE)

    assert delivered(planned(PLATFORM), ledger, refusals, ses) == Delivery(sent=2, uncertain=1)


class _Broken:
    """SES whose connection breaks."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def send_email(self, **_: Any) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (EndpointConnectionError(endpoint_url="https://email"), Delivery(waiting=1)),
        (ReadTimeoutError(endpoint_url="https://email"), Delivery(uncertain=1)),
    ],
)
def test_a_connection_that_breaks_after_the_request_leaves_it_uncertain(
    ledger: Ledger, refusals: Refusals, error: Exception, expected: Delivery
) -> None:
    found = deliver(
        planned(PAYMENTS),
        "Payments",
        store=stored(),
        bucket="readiness-data",
        region="eu-west-1",
        ledger=ledger,
        sender=Sender(client=_Broken(error), address="readiness@example.com"),
        refusals=refusals,
        now=NOW,
    )

    assert found == expected


def test_who_has_nothing_in_the_scan_gets_no_mail(
    ledger: Ledger, refusals: Refusals, ses: Stubber
) -> None:
    asked = Request(workloads=("web-shop",), digest=True)
    plan = planned(PAYMENTS, request=asked)

    assert delivered(plan, ledger, refusals, ses, name="Payments") == Delivery()
    assert ledger.last_told("Payments") is None


def test_a_digest_of_a_part_does_not_count_as_telling_of_everything(
    ledger: Ledger, refusals: Refusals, ses: Stubber
) -> None:
    asked = Request(workloads=("payments",), digest=True)
    takes(ses, ADA, BOB, EVE)

    assert delivered(planned(PLATFORM, request=asked), ledger, refusals, ses) == Delivery(sent=3)
    assert ledger.last_told("Platform") is None


def test_an_audience_without_any_result_is_an_error_and_not_a_mail(
    ledger: Ledger, refusals: Refusals, ses: Stubber
) -> None:
    store = Memory()
    store.put(f"scans/{SCAN}/scan.json", dump_record(sample.RECORD))

    with pytest.raises(LookupError, match="has no result of what Platform hears of"):
        delivered(planned(PLATFORM), ledger, refusals, ses, store=store)


# Who reads the page, and from where.

SHARED = Workload(name="shared", accounts=(sample.PAYMENTS, "777788889999"))


@pytest.mark.parametrize(
    ("audience", "configured", "accounts"),
    [
        (PLATFORM, {}, ()),
        (PAYMENTS, {}, (sample.PAYMENTS,)),
        (BOTH, {}, (sample.PAYMENTS, sample.SHOP)),
        # Who may read in an account that another workload shares need not be of the audience.
        (PAYMENTS, {"workloads": (*sample.WORKLOADS, SHARED)}, ()),
        (BOTH, {"workloads": (*sample.WORKLOADS, SHARED)}, (sample.SHOP,)),
        # What has no owner is several teams' own; none of them reads of the others.
        (BOTH, {"fallback": ADA}, ()),
    ],
)
def test_the_page_is_read_from_the_accounts_that_are_the_audience_s_alone(
    audience: Audience, configured: dict[str, Any], accounts: tuple[str, ...]
) -> None:
    assert accounts_of(planned(audience, **configured), audience) == accounts


def test_a_narrowed_scan_does_not_make_a_shared_account_one_s_own() -> None:
    plan = planned(
        PAYMENTS,
        workloads=(*sample.WORKLOADS, SHARED),
        request=Request(workloads=("payments",)),
    )

    assert accounts_of(plan, PAYMENTS) == ()


def test_the_page_lies_in_the_hub_and_under_each_account_of_the_audience(
    ledger: Ledger, refusals: Refusals, ses: Stubber
) -> None:
    store = stored()
    takes(ses, ADA)
    delivered(planned(BOTH), ledger, refusals, ses, name="Both", store=store)
    kept = list(store.keys("reports/"))

    assert kept == [
        f"reports/111122223333/Both/{SCAN}.html",
        f"reports/444455556666/Both/{SCAN}.html",
        f"reports/audiences/Both/{SCAN}.html",
    ]
    assert len({store.get(key) for key in kept}) == 1


def test_no_audience_s_name_leads_into_an_account_s_part_of_the_bucket() -> None:
    assert report_key(sample.SHOP, SCAN) == f"reports/audiences/{sample.SHOP}/{SCAN}.html"
    assert report_key("../../x", SCAN) == f"reports/audiences/..%2F..%2Fx/{SCAN}.html"
    assert copy_key(sample.SHOP, "a/b", SCAN) == f"reports/{sample.SHOP}/a%2Fb/{SCAN}.html"


def test_the_links_lead_to_where_the_reader_may_look() -> None:
    console = "https://eu-west-1.console.aws.amazon.com/s3/object/data?region=eu-west-1&prefix="
    found = {
        each.name: links_of(
            planned(each), each, accounts_of(planned(each), each), bucket="data", region="eu-west-1"
        )
        for each in (PLATFORM, PAYMENTS, BOTH)
    }

    assert {name: (links.report, links.copies) for name, links in found.items()} == {
        "Platform": (
            f"{console}reports/audiences/Platform/{SCAN}.html",
            (f"aws s3 cp s3://data/reports/audiences/Platform/{SCAN}.html .",),
        ),
        "Payments": (
            f"{console}reports/111122223333/Payments/{SCAN}.html",
            (f"aws s3 cp s3://data/reports/111122223333/Payments/{SCAN}.html .",),
        ),
        "Both": (
            f"{console}reports/111122223333/Both/{SCAN}.html",
            (
                f"aws s3 cp s3://data/reports/111122223333/Both/{SCAN}.html . # in 111122223333",
                f"aws s3 cp s3://data/reports/444455556666/Both/{SCAN}.html . # in 444455556666",
            ),
        ),
    }
