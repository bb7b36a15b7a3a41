"""How does a probe talk to one account and region?

Every call of the scanner to a member account passes here: counted, bounded in number and in time,
retried adaptively (we share the account's API limits with its production), and refused when it was
not declared.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import boto3
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
)
from botocore.parsers import ResponseParserError

from readiness.evidence import Gap, Identified, NotSeenError, Reason
from readiness.evidence.billing import COST_TAG
from readiness.evidence.observability import BusinessMetric
from readiness.probes.actions import action_of
from readiness.probes.refusals import (
    THROTTLED,
    TWICE,
    DeadlineError,
    UnseenError,
    error_code,
    gap_of,
)
from readiness.probes.whole import demand_whole

T = TypeVar("T")
S = TypeVar("S", bound=Identified)
Token = tuple[tuple[str, str], ...]

#: What a call may raise that is an answer about the other side, not an error of ours.
CALL_ERRORS = (
    ClientError,
    BotoCoreError,
    ResponseParserError,
    DeadlineError,
    NotImplementedError,  # a patched session that does not know the operation
)

#: Where global services answer, by partition.
HOME_REGIONS = {
    "aws": "us-east-1",
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
}


#: Services of which one call may take longer: a page of all policies of a large account.
_SLOW = Config(read_timeout=60)
_SLOW_SERVICES = ("iam",)

#: How a scan names itself where CloudTrail keeps who called, by user agent and session.
AGENT = "readiness"

#: What services call the token of the next page.
_TOKENS = (
    "NextToken",
    "nextToken",
    "NextPageToken",
    "Marker",
    "NextMarker",
    "NextPageMarker",
    "ContinuationToken",
    "PaginationToken",
    "LastEvaluatedTableName",
    "position",
    "NextRecordName",
    "NextRecordType",
    "NextRecordIdentifier",
)


class NotOfferedError(Exception):
    """The service does not exist in the region, so that nothing of it can be there."""


class GoneError(Exception):
    """What was just listed was deleted meanwhile, so that there is nothing to say of it."""


class UndeclaredCallError(Exception):
    """A probe made a call that it did not declare, so the member role would not allow it."""


class Calls:
    """How many calls of each operation were made, and how many of them were throttled."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.made: Counter[str] = Counter()
        self.throttled: Counter[str] = Counter()
        #: The metrics that CloudWatch was asked for, by which it charges.
        self.metrics = 0
        #: How many calls to the place itself were answered; global services answer from elsewhere.
        self.answered = 0

    def count(self, operation: str, arguments: Mapping[str, Any]) -> None:
        with self._lock:
            self.made[operation] += 1
            self.metrics += len(arguments.get("MetricDataQueries", ()))

    def answer(self) -> None:
        with self._lock:
            self.answered += 1

    def throttle(self, operation: str) -> None:
        with self._lock:
            self.throttled[operation] += 1


class Shared:
    """Answers that the organization's probes and an account's own both want, asked for once.

    They meet where the caller's own account stands for both, as on a laptop.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[tuple[str, str], Any] = {}

    def get(self, account: str, operation: str, ask: Callable[[], T]) -> T:
        """Return the answer to an operation in an account; ask where it was not answered yet."""
        with self._lock:
            key = (account, operation)
            if key not in self._answers:
                self._answers[key] = ask()
            answer: T = self._answers[key]
            return answer


class Connection:
    """One account's credentials, its clients (made once per service and region) and its bounds."""

    def __init__(
        self,
        session: boto3.Session,
        *,
        account: str,
        partition: str = "aws",
        endpoint_url: str | None = None,
        max_concurrency: int = 8,
        deadline: float | None = None,
        started: datetime,
        shared: Shared | None = None,
    ) -> None:
        self.shared = shared or Shared()
        #: Any: the services asked for are known at run time only.
        self.session: Any = session
        self.account = account
        self.partition = partition
        self.started = started
        self.endpoint_url = endpoint_url
        #: A moment of `time.monotonic()` after which no call is begun.
        self.deadline = deadline
        #: The tags by which costs are asked for.
        self.cost_tags: tuple[str, ...] = (COST_TAG,)
        #: Services that are not asked, by the configuration's key that says so.
        self.switched_off: Mapping[str, str] = {}
        #: The metrics that the configuration names as those that the business is steered by.
        self.business_metrics: tuple[BusinessMetric, ...] = ()
        self.calls = Calls()
        self.max_concurrency = max_concurrency
        #: Held by every call in flight, whichever thread makes it.
        self.turns = threading.BoundedSemaphore(max_concurrency)
        self.pool = ThreadPoolExecutor(max_concurrency, thread_name_prefix="call")
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], Any] = {}
        self._config = Config(
            connect_timeout=5,
            read_timeout=30,
            max_pool_connections=max(10, max_concurrency),
            retries={"mode": "adaptive", "max_attempts": 5},
            user_agent_extra=AGENT,
            s3={"addressing_style": "path"} if endpoint_url else None,
        )

    @property
    def home_region(self) -> str:
        """The region in which the partition's global services answer."""
        return HOME_REGIONS.get(self.partition, self.session.region_name or "us-east-1")

    def client(self, service: str, region: str) -> Any:
        """Return the one client of a service in a region."""
        key = (service, region)
        with self._lock:  # boto3 sessions do not make clients in parallel
            if key not in self._clients:
                slow = service in _SLOW_SERVICES
                client = self.session.client(
                    service,
                    region_name=region,
                    endpoint_url=self.endpoint_url,
                    config=self._config.merge(_SLOW) if slow else self._config,
                )
                demand_whole(client)
                if self.endpoint_url:
                    client.meta.events.register("before-sign", self._keep_host)
                self._clients[key] = client
            return self._clients[key]

    def _keep_host(self, request: AWSRequest, **_: Any) -> None:
        """Ask the given endpoint itself: some services put the account or a word before its host."""
        asked, given = urlsplit(str(request.url)), urlsplit(self.endpoint_url or "")
        request.url = urlunsplit(asked._replace(scheme=given.scheme, netloc=given.netloc))

    def close(self) -> None:
        self.pool.shutdown(wait=False, cancel_futures=True)


@dataclass(frozen=True)
class Aws:
    """One account and region as one probe may see it: only the calls it declared."""

    connection: Connection
    region: str
    declared: frozenset[str]
    #: Its own moment after which no call is begun, beside its target's.
    deadline: float | None = None

    @property
    def account(self) -> str:
        return self.connection.account

    @property
    def partition(self) -> str:
        return self.connection.partition

    @property
    def now(self) -> datetime:
        """When the scan began; probes ask for windows that end here."""
        return self.connection.started

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        """Return an ARN of this account; of this region unless another, or none, is given."""
        place = self.region if region is None else region
        return f"arn:{self.partition}:{service}:{place}:{self.account}:{resource}"

    def call(
        self,
        operation: str,
        *,
        region: str = "",
        absent: Iterable[str] = (),
        gone: Iterable[str] = (),
        **arguments: Any,
    ) -> dict[str, Any] | None:
        """Call `service.operation` once; None where the answer is one of the error codes in `absent`.

        Those codes are answers: "there is none" (for example `NoSuchLifecycleConfiguration`); where a
        code says too little, the message's beginning follows it: `AccessDeniedException: Please …`.
        Raises GoneError, which `each` leaves out, for the error codes in `gone`, and UnseenError with the
        gap for every other error, and for an answer that has more pages.
        """
        answer = self._call(operation, region, absent, arguments, gone)
        if answer is not None and _token(answer):
            # What is told by the first page would be said of all.
            raise UnseenError(self._truncated(operation, region, "there are more pages"))
        return answer

    def _call(
        self,
        operation: str,
        region: str,
        absent: Iterable[str],
        arguments: Mapping[str, Any],
        gone: Iterable[str] = (),
    ) -> dict[str, Any] | None:
        method = self._method(operation, region, arguments)
        try:
            with self._turn(operation, region):
                answer: dict[str, Any] = method(**arguments)
        except ClientError as error:
            if _means_none(error, absent):
                self._answered(region)
                return None
            if _means_none(error, gone):
                self._answered(region)
                raise GoneError from error
            raise self._unseen(error, operation, region) from error
        except CALL_ERRORS as error:
            raise self._unseen(error, operation, region) from error
        self._answered(region)
        return answer

    def get(self, operation: str, *, region: str = "", **arguments: Any) -> dict[str, Any]:
        """Call `service.operation` once; raises UnseenError with the gap for every error."""
        answer = self.call(operation, region=region, **arguments)
        assert answer is not None  # only error codes in `absent` give None
        return answer

    def pages(
        self,
        operation: str,
        member: str,
        *,
        region: str = "",
        absent: Iterable[str] = (),
        **arguments: Any,
    ) -> Iterator[Any]:
        """Yield the members of every page of a list call; raises UnseenError where a page fails.

        `member` names the list in the answer, as `Outer.Inner` where it lies deeper. A list that is
        absent from a page is empty. The error codes in `absent` are answers ("there is none") to the
        first page alone: after it they would cut the list off.
        """
        for answer in self.answers(operation, region=region, absent=absent, **arguments):
            yield from _member(answer, member)

    def answers(
        self, operation: str, *, region: str = "", absent: Iterable[str] = (), **arguments: Any
    ) -> Iterator[dict[str, Any]]:
        """Yield every page of a list call whole, for those whose lists belong together."""
        service, _, name = operation.partition(".")
        client = self.connection.client(service, region or self.region)
        if not client.can_paginate(name):
            yield from self._answers_by_hand(operation, region, absent, arguments)
            return
        self._permit(operation)
        pages = iter(client.get_paginator(name).paginate(**arguments))
        answers = tuple(absent)
        followed: set[Token] = set()
        while True:
            self._before(operation, region)
            try:
                with self._turn(operation, region):
                    page = next(pages, None)
            except CALL_ERRORS as error:
                self.connection.calls.count(operation, arguments)
                if isinstance(error, ClientError) and _means_none(error, answers):
                    return
                raise self._unseen(error, operation, region) from error
            if page is None:
                return
            self.connection.calls.count(operation, arguments)
            self._answered(region)
            # botocore hands on a page that names itself, and does not see that two name each other.
            self._go_on(operation, region, _token(page), followed)
            answers = ()
            yield page

    def _answers_by_hand(
        self, operation: str, region: str, absent: Iterable[str], arguments: dict[str, Any]
    ) -> Iterator[dict[str, Any]]:
        """Follow the token of an operation for which botocore has no paginator."""
        followed: set[Token] = set()
        while True:
            answer = self._call(operation, region, absent, arguments)
            if answer is None:
                return
            absent = ()
            token = _token(answer)
            self._go_on(operation, region, token, followed)
            yield answer
            if not token:
                return
            arguments = {**arguments, **dict(token[:1])}

    def _go_on(self, operation: str, region: str, token: Token, followed: set[Token]) -> None:
        """Note where a page leads; raises UnseenError where it leads back."""
        if token and token in followed:
            raise UnseenError(self._truncated(operation, region, TWICE))
        followed.add(token)

    def each(
        self,
        subjects: Iterable[S],
        look: Callable[[S], Iterable[T]],
        *,
        arn: Callable[[S], str] = lambda subject: subject.arn,
    ) -> Iterator[T | Gap]:
        """Look at each subject concurrently; one that is refused leaves a gap about itself alone."""

        def seen(subject: S) -> list[T | Gap]:
            try:
                return list(look(subject))
            except GoneError:
                return []
            except UnseenError as error:
                return [replace(error.gap, resource=arn(subject))]

        listed, hidden = gathered(subjects)
        for found in self.connection.pool.map(seen, listed):
            yield from found
        yield from hidden

    def _method(
        self, operation: str, region: str, arguments: Mapping[str, Any]
    ) -> Callable[..., dict[str, Any]]:
        self._permit(operation)
        self._before(operation, region)
        self.connection.calls.count(operation, arguments)
        service, _, name = operation.partition(".")
        method: Callable[..., dict[str, Any]] = getattr(
            self.connection.client(service, region or self.region), name
        )
        return method

    @contextmanager
    def _turn(self, operation: str, region: str) -> Iterator[None]:
        """Hold one of the few turns to call; raises UnseenError where none is free in time."""
        if not self.connection.turns.acquire(timeout=self._left()):
            raise self._unseen(DeadlineError(), operation, region)
        try:
            yield
        finally:
            self.connection.turns.release()

    def _answered(self, region: str) -> None:
        if region in ("", self.region):
            self.connection.calls.answer()

    def _permit(self, operation: str) -> None:
        if operation not in self.declared:
            message = f"{operation} is called but not declared by the probe"
            raise UndeclaredCallError(message)

    def _before(self, operation: str, region: str) -> None:
        key = self.connection.switched_off.get(operation.partition(".")[0])
        if key:
            raise UnseenError(
                Gap(
                    reason=Reason.SWITCHED_OFF,
                    account=self.account,
                    region=region or self.region,
                    action=action_of(operation),
                    detail=key,
                )
            )
        if self._left() == 0:
            raise self._unseen(DeadlineError(), operation, region)

    def _left(self) -> float | None:
        """Return the seconds in which a call may still begin; None where nothing ends them."""
        ends = [each for each in (self.deadline, self.connection.deadline) if each is not None]
        return max(0.0, min(ends) - time.monotonic()) if ends else None

    def _demand_offer(self, service: str, region: str) -> None:
        """Raise NotOfferedError where botocore knows the service's regions, and not this one.

        Asked only when nothing answered: botocore may not have heard of a new region.
        """
        known = self.connection.session.get_available_regions(service, self.partition)
        if known and region not in known and not self.connection.endpoint_url:
            message = f"{service} is not offered in {region}"
            raise NotOfferedError(message)

    def _truncated(self, operation: str, region: str, detail: str) -> Gap:
        return Gap(
            reason=Reason.TRUNCATED,
            account=self.account,
            region=region or self.region,
            action=action_of(operation),
            detail=detail,
        )

    def _unseen(self, error: BaseException, operation: str, region: str) -> UnseenError:
        if isinstance(error, EndpointConnectionError):
            self._demand_offer(operation.partition(".")[0], region or self.region)
        if isinstance(error, ClientError) and error_code(error) in THROTTLED:
            self.connection.calls.throttle(operation)
        return UnseenError(
            gap_of(error, operation, account=self.account, region=region or self.region)
        )


def _means_none(error: ClientError, absent: Iterable[str]) -> bool:
    """Whether an error is one of those that say: there is none."""
    code = error_code(error)
    said = f"{code}: {error.response.get('Error', {}).get('Message') or ''}"
    return any(code == each or (": " in each and said.startswith(each)) for each in absent)


def _token(page: Mapping[str, Any]) -> Token:
    """Return what names the next page, empty on the last."""
    said = page.get("DistributionList") or page  # CloudFront's list lies one deeper
    if not said.get("IsTruncated", said.get("Truncated", True)):
        return ()
    return tuple((name, said[name]) for name in _TOKENS if said.get(name))


def _member(page: Mapping[str, Any], path: str) -> Iterable[Any]:
    found: Any = page
    for name in path.split("."):
        found = found.get(name) or {}
    return found or ()


def gathered(subjects: Iterable[S]) -> tuple[list[S], tuple[Gap, ...]]:
    """List what was seen of a set, and the gaps that end it: the former is looked at all the same."""
    listed: list[S] = []
    try:
        listed.extend(subjects)
    except NotSeenError as error:
        return listed, error.gaps
    return listed, ()


def tags_of(
    answer: Mapping[str, Any], member: str = "Tags", key: str = "Key", value: str = "Value"
) -> dict[str, str]:
    """Return a list of key and value pairs as a dict; an absent list is no tags."""
    return {str(pair.get(key, "")): str(pair.get(value, "")) for pair in answer.get(member) or ()}
