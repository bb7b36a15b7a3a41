"""The digest's handler with everything that it asks of the hub account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from moto import mock_aws

import digest
import environment
from readiness.config import Audience, Configuration
from readiness.digest.delivery import report_key
from readiness.planning import Request, make_plan
from readiness.results import dump, dump_record
from readiness.storage import Bucket
from readiness.workflow import result_key, save_plan
from tests.digest import sample
from tests.table import made

SCAN = sample.RECORD.id
EVENT = {"scan": SCAN, "audience": "Platform"}
ADA = "ada@acme.example"
SENDER = "readiness@acme.example"


class Context:
    function_name = "readiness-digest"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:readiness-digest"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return 300_000


@pytest.fixture
def hub_account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with mock_aws():
        session: Any = boto3.Session(region_name="us-east-1")
        session.client("s3").create_bucket(Bucket="data")
        queue = session.client("sqs").create_queue(QueueName="readiness-refused")["QueueUrl"]
        cached = [each for each in vars(environment).values() if hasattr(each, "cache_clear")]
        for name, value in {
            "READINESS_BUCKET": "data",
            "READINESS_TABLE": made(session.client("dynamodb"))._table,
            "READINESS_SENDER": SENDER,
            "READINESS_CONFIGURATION_SET": "",
            "READINESS_REFUSED_QUEUE": queue,
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(environment.metrics.provider, "namespace", "Readiness")
        for each in cached:
            each.cache_clear()
        store = Bucket(session.client("s3"), "data")
        plan = make_plan(
            Request(),
            scan=SCAN,
            started=sample.THIS_WEEK,
            configuration=Configuration(
                workloads=sample.WORKLOADS,
                audiences=(Audience(name="Platform", addresses=(ADA,)),),
            ),
        )
        save_plan(plan, store)
        store.put(f"scans/{SCAN}/scan.json", dump_record(sample.RECORD))
        for result in sample.results()[1]:
            store.put(result_key(SCAN, result.workload), dump(replace(result, scan=SCAN)))
        yield session
        for each in cached:
            each.cache_clear()


def refused(session: Any) -> list[dict[str, str]]:
    client = session.client("sqs")
    queue = client.get_queue_url(QueueName="readiness-refused")["QueueUrl"]
    answer = client.receive_message(QueueUrl=queue)
    return [json.loads(each["Body"]) for each in answer.get("Messages", [])]


def test_a_digest_is_mailed_once_and_its_page_kept(hub_account: Any) -> None:
    hub_account.client("sesv2").create_email_identity(EmailIdentity=SENDER)

    answers = [digest.handler(dict(EVENT), Context()) for _ in range(2)]

    assert answers == [{"sent": 1, "failed": 0}, {"sent": 0, "failed": 0}]
    assert hub_account.client("ses").get_send_quota()["SentLast24Hours"] == 1
    assert refused(hub_account) == []
    page = hub_account.client("s3").get_object(Bucket="data", Key=report_key("Platform", SCAN))
    assert page["Body"].read().startswith(b"<!doctype html>")


def test_a_digest_that_ses_refuses_lies_in_the_queue_and_ends_the_step_well(
    hub_account: Any,
) -> None:
    answer = digest.handler(dict(EVENT), Context())
    (message,) = refused(hub_account)

    assert answer == {"sent": 0, "failed": 1}
    assert (message["audience"], message["address"], message["scan"]) == ("Platform", ADA, SCAN)
    assert message["reason"].startswith("MessageRejected: ")
