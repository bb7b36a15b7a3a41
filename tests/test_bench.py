"""The figures of the bench are counted right; what they are is nobody's test."""

from __future__ import annotations

import pytest

from tools.bench import Request, chain, limit, repeats
from tools.bench_account import request_name

SIGNED = "AWS4-HMAC-SHA256 Credential={}/20261124/{}/{}/aws4_request, SignedHeaders=host"


def named(
    account: str = "111122223333", region: str = "eu-west-1", service: str = "sqs", **changes: str
) -> str:
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "HTTP_AUTHORIZATION": SIGNED.format(account, region, service),
    }
    return request_name({**environ, **changes}, changes.get("body", "").encode())


def test_every_part_of_a_request_makes_it_another_one() -> None:
    names = {
        named(),
        named(account="444455556666"),
        named(region="eu-central-1"),
        named(service="ecs"),
        named(REQUEST_METHOD="GET"),
        named(PATH_INFO="/queues"),
        named(QUERY_STRING="page=2"),
        named(HTTP_X_AMZ_TARGET="AmazonSQS.ListQueues"),
        named(body="{}"),
    }

    assert len(names) == 9
    assert named(HTTP_X_AMZ_DATE="20261124T060000Z") == named()


def test_a_request_is_repeated_each_time_after_the_first() -> None:
    assert repeats([("a", 0, 1), ("b", 0, 1), ("a", 1, 2), ("a", 2, 3)]) == 2


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ([], 0),
        ([("a", 0, 9), ("b", 1, 2), ("c", 2, 3), ("d", 3, 4)], 3),
        ([("a", 0, 5), ("b", 1, 6), ("c", 2, 7)], 1),
    ],
)
def test_a_chain_is_of_requests_that_waited_for_one_another(
    log: list[Request], expected: int
) -> None:
    assert chain(log) == expected


def test_the_limit_is_the_chain_or_the_turns_whichever_is_longer() -> None:
    assert limit(600, 10, 8, 50) == 3.75
    assert limit(40, 10, 8, 50) == 0.5
