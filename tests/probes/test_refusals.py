"""Which gap each error leaves."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    PaginationError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from readiness.evidence import Reason
from readiness.probes.refusals import DeadlineError, gap_of

OPERATION = "s3.get_bucket_lifecycle_configuration"
ACTION = "s3:GetLifecycleConfiguration"


def client_error(code: str, message: str = "no", status: int = 400) -> ClientError:
    answer: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, "GetBucketLifecycleConfiguration")


NAMED = "User: arn:aws:sts::1:assumed-role/x/y is not authorized to perform: ec2:DescribeVpcs"
SCP = f"{NAMED} on resource: * with an explicit deny in a service control policy"

CASES = [
    (client_error("AccessDenied", status=403), Reason.DENIED, ACTION),
    (client_error("AccessDeniedException"), Reason.DENIED, ACTION),
    (client_error("UnauthorizedOperation", NAMED, 403), Reason.DENIED, "ec2:DescribeVpcs"),
    (client_error("AuthorizationError"), Reason.DENIED, ACTION),
    (client_error("SomethingElse", status=403), Reason.DENIED, ACTION),
    (client_error("AccessDenied", SCP, 403), Reason.DENIED_BY_SCP, "ec2:DescribeVpcs"),
    (client_error("ExpiredToken", status=403), Reason.DENIED, ACTION),
    (client_error("Throttling"), Reason.THROTTLED, ACTION),
    (client_error("TooManyRequestsException", status=429), Reason.THROTTLED, ACTION),
    (client_error("RequestLimitExceeded", status=503), Reason.THROTTLED, ACTION),
    (client_error("SlowDown", status=503), Reason.THROTTLED, ACTION),
    (client_error("InvalidClientTokenId", status=403), Reason.REGION_DISABLED, ACTION),
    (client_error("OptInRequired", status=403), Reason.REGION_DISABLED, ACTION),
    (client_error("NotImplemented", status=501), Reason.NOT_SUPPORTED, ACTION),
    (client_error("404", status=404), Reason.NOT_SUPPORTED, ACTION),
    (client_error("UnknownOperationException"), Reason.NOT_SUPPORTED, ACTION),
    (client_error("InternalError", status=500), Reason.NO_ANSWER, ACTION),
    (client_error("ServiceUnavailable", status=503), Reason.NO_ANSWER, ACTION),
    (client_error("400", status=400), Reason.NO_ANSWER, ACTION),
    (client_error("DependencyThrottle"), Reason.THROTTLED, ACTION),
    (client_error("ValidationException"), Reason.CRASHED, ACTION),
    (ResponseParserError("not xml"), Reason.NOT_SUPPORTED, ACTION),
    (ReadTimeoutError(endpoint_url="https://x"), Reason.TIMED_OUT, ACTION),
    (ConnectTimeoutError(endpoint_url="https://x"), Reason.TIMED_OUT, ACTION),
    (EndpointConnectionError(endpoint_url="https://x"), Reason.NO_ANSWER, ACTION),
    (IncompleteReadError(actual_bytes=1, expected_bytes=2), Reason.NO_ANSWER, ACTION),
    (PaginationError(message="the same token"), Reason.TRUNCATED, ACTION),
    (DeadlineError(), Reason.TIMED_OUT, ACTION),
    (KeyError("Trails"), Reason.ODD_ANSWER, ACTION),
    (RuntimeError("Trails"), Reason.CRASHED, ACTION),
]


@pytest.mark.parametrize(("error", "reason", "action"), CASES)
def test_an_error_leaves_the_gap(error: BaseException, reason: Reason, action: str) -> None:
    gap = gap_of(error, OPERATION, account="111122223333", region="eu-west-1")

    assert (gap.reason, gap.action) == (reason, action)
    assert (gap.account, gap.region) == ("111122223333", "eu-west-1")


def test_a_gap_repeats_no_message_of_the_service() -> None:
    gap = gap_of(client_error("ValidationException", "password=hunter2"), OPERATION)

    assert "hunter2" not in str(gap)
