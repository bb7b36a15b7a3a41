"""Why did a call not answer? The one place that turns errors into gaps."""

from __future__ import annotations

import re

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own name
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
    InvalidRegionError,
    PaginationError,
    ParamValidationError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from botocore.parsers import ResponseParserError

from readiness.evidence import Gap, Reason
from readiness.probes.actions import action_of

DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AllAccessDisabled",
        "AuthorizationError",
        "AuthorizationErrorException",
        "Client.UnauthorizedOperation",
        "Forbidden",
        "ForbiddenException",
        "InsufficientPrivilegesException",
        "NotAuthorized",
        "UnauthorizedException",
        "UnauthorizedOperation",
        "403",
    }
)
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "DependencyThrottle",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
        "429",
    }
)
REGION_DISABLED = frozenset(
    {
        "AuthFailure",
        "InvalidClientTokenId",
        "OptInRequired",
        "SubscriptionRequiredException",
        "UnrecognizedClientException",
    }
)
NOT_SUPPORTED = frozenset(
    {
        "InvalidAction",
        "NotImplemented",
        "NotImplementedException",
        "UnknownOperation",
        "UnknownOperationException",
        "UnsupportedOperation",
        "UnsupportedOperationException",
        "404",
        "405",
        "501",
    }
)
#: Cost Explorer says no more than that: of an account that has just begun, and perhaps of others.
NO_DATA = frozenset({"DataUnavailableException"})
_ACTION = re.compile(r"not authorized to perform:?\s+([a-z0-9-]+:[A-Za-z0-9]+)")
_SCP = "explicit deny in a service control policy"


#: What is said of a list whose pages come round again.
TWICE = "the same page came twice"
#: What is said of an answer that ended before its end.
CUT = "the answer broke off"


class DeadlineError(Exception):
    """The probe's or its target's deadline passed before this call was made."""


class UnseenError(Exception):
    """A call was refused; carries the gap, so that the probe that made it need not know why."""

    def __init__(self, gap: Gap) -> None:
        self.gap = gap
        super().__init__(str(gap))


def gap_of(
    error: BaseException, operation: str, *, account: str = "", region: str = "", resource: str = ""
) -> Gap:
    """Return the gap that an error of `service.operation` leaves.

    Error codes: the services' API references and botocore's retry lists.
    """
    reason, action, detail = _reading(error, operation)
    return Gap(
        reason=reason,
        account=account,
        region=region,
        resource=resource,
        action=action,
        detail=detail,
    )


def error_code(error: ClientError) -> str:
    """Return the error's code, empty where the answer had none."""
    return str(error.response.get("Error", {}).get("Code") or "")


def _reading(error: BaseException, operation: str) -> tuple[Reason, str, str]:
    action = action_of(operation) if operation else ""
    match error:
        case ClientError():
            return _client_error(error, action)
        case DeadlineError():
            return Reason.TIMED_OUT, action, "the deadline passed"
        case ReadTimeoutError() | ConnectTimeoutError() | ResponseStreamingError():
            return Reason.TIMED_OUT, action, ""
        case IncompleteReadError():
            return Reason.NO_ANSWER, action, CUT
        case EndpointConnectionError():
            return Reason.NO_ANSWER, action, "the endpoint could not be reached"
        case ConnectionError() | HTTPClientError():
            return Reason.NO_ANSWER, action, "the connection broke"
        case ResponseParserError():
            return Reason.NOT_SUPPORTED, action, "the answer is not in the service's own form"
        case NotImplementedError():
            return Reason.NOT_SUPPORTED, action, ""
        case PaginationError():
            return Reason.TRUNCATED, action, TWICE
        case KeyError():
            return Reason.ODD_ANSWER, action, "a member is missing"
        case ValueError() | InvalidRegionError() | ParamValidationError():
            return Reason.ODD_ANSWER, action, "a member has no such values"
        case BotoCoreError():
            return Reason.CRASHED, action, type(error).__name__
        case _:
            return Reason.CRASHED, action, f"{type(error).__name__} in the probe"


def _client_error(error: ClientError, action: str) -> tuple[Reason, str, str]:
    code = error_code(error)
    message = str(error.response.get("Error", {}).get("Message") or "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in DENIED or (status == 403 and code not in EXPIRED | REGION_DISABLED):
        named = _ACTION.search(message)
        action = named[1] if named else action
        return (Reason.DENIED_BY_SCP if _SCP in message else Reason.DENIED), action, ""
    if code in THROTTLED or status == 429:
        return Reason.THROTTLED, action, ""
    if code in EXPIRED:
        return Reason.DENIED, action, "the credentials expired"
    if code in REGION_DISABLED:
        return Reason.REGION_DISABLED, action, code
    if code in NO_DATA:
        return Reason.NO_DATA, action, code
    if code in NOT_SUPPORTED or status in (405, 501):
        return Reason.NOT_SUPPORTED, action, ""
    # An answer to HEAD has no body that could say why.
    if status >= 500 or code == str(status):
        return Reason.NO_ANSWER, action, f"the service answered {status}"
    return Reason.CRASHED, action, code
