"""What can be seen in a member account, and with which calls?

The only package that talks to member accounts: one module per AWS service, one probe per evidence type.
A probe is a generator that yields records (and gaps about single records) for one account and region.
From the calls it declares come the member role's policies and the list of permissions in the README.
Probes look; they never judge.
"""

from __future__ import annotations

import inspect
import logging
import time
import traceback
import typing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from functools import cached_property
from graphlib import TopologicalSorter
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, TypeVar

from readiness.evidence import SCOPES, Evidence, Gap, NotSeenError, Reason, Scope
from readiness.probes.aws import Aws, Connection, NotOfferedError
from readiness.probes.refusals import DeadlineError, UnseenError, gap_of

logger = logging.getLogger(__name__)
F = TypeVar("F", bound=Callable[..., Iterator[Any]])

#: How long one probe may look, from its turn on: a list without end leaves the others their time.
PROBE_SECONDS = 10 * 60


@dataclass(frozen=True)
class Probe:
    """One generator, the type it yields and the calls it makes."""

    function: Callable[..., Iterator[Any]]
    kind: type[Any]
    calls: frozenset[str]

    @property
    def scope(self) -> Scope:
        return SCOPES[self.kind]

    @cached_property
    def needs(self) -> tuple[type[Any], ...]:
        """The evidence it starts from, e.g. the list whose members it looks into."""
        hints = typing.get_type_hints(self.function)
        names = list(inspect.signature(self.function).parameters)[1:]
        return tuple(typing.get_args(hints[name])[0] for name in names)


#: Every probe by the type it yields.
PROBES: dict[type[Any], Probe] = {}


def probe(kind: type[Any], *calls: str) -> Callable[[F], F]:
    """Register a generator as the one probe of an evidence type, with the calls it makes.

    Its first parameter is the account and region; each further one, typed `Evidence[T]`, is what
    another probe saw, so that no fact is fetched twice.
    """

    def register(function: F) -> F:
        if kind in PROBES:
            message = f"two probes yield {kind.__name__}"
            raise TypeError(message)
        PROBES[kind] = Probe(function, kind, frozenset(calls))
        return function

    return register


def load() -> Mapping[type[Any], Probe]:
    """Import every probe module and return the probes by the type they yield."""
    for module in iter_modules(__path__, f"{__name__}."):
        import_module(module.name)
    return PROBES


def wanted(kinds: Iterable[type[Any]]) -> dict[type[Any], Probe]:
    """Return the probes that yield these types, in their order, and those they start from."""
    probes = load()
    found: dict[type[Any], Probe] = {}
    pending = deque(kind for kind in kinds if kind in probes)
    while pending:
        kind = pending.popleft()
        if kind not in found:
            found[kind] = probes[kind]
            pending.extend(probes[kind].needs)
    return found


@dataclass
class _Sight:
    """What one probe has seen so far; read by the main thread only when it is done or late."""

    seen: list[Any] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def evidence(self) -> Evidence[Any]:
        return Evidence(tuple(self.seen), tuple(dict.fromkeys(self.gaps)))


def look(
    connection: Connection,
    region: str,
    scope: Scope,
    kinds: Iterable[type[Any]],
    *,
    told: Callable[[type[Any], Evidence[Any]], None] = lambda kind, evidence: None,
) -> dict[type[Any], Evidence[Any]]:
    """Run the probes of one scope that these types need, concurrently, each fact once.

    What is named first is begun first. `told` hears of each type as soon as its probe has ended.
    Nothing escapes: what a probe could not see, its own crash included, is a gap in its evidence.
    At the deadline, a probe's own or the target's, everything seen so far is kept and the rest is a gap.
    """
    probes = {kind: each for kind, each in wanted(kinds).items() if each.scope is scope}
    sights = {kind: _Sight() for kind in probes}
    order = TopologicalSorter(
        {kind: set(each.needs) & set(probes) for kind, each in probes.items()}
    )
    order.prepare()
    running: dict[Future[None], type[Any]] = {}
    finished: set[type[Any]] = set()
    # Some probes wait for their subjects' answers and make no call themselves; every thread costs memory.
    pool = ThreadPoolExecutor(2 * connection.max_concurrency, thread_name_prefix="probe")
    try:
        while order.is_active():
            for kind in order.get_ready():
                given = [sights[need].evidence() for need in probes[kind].needs]
                looking = pool.submit(_run, probes[kind], connection, region, given, sights[kind])
                running[looking] = kind
            left = None if connection.deadline is None else connection.deadline - time.monotonic()
            if left is not None and left <= 0:
                break
            done, _ = wait(running, timeout=left, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
                kind = running.pop(future)
                finished.add(kind)
                order.done(kind)
                told(kind, sights[kind].evidence())
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    late = gap_of(DeadlineError(), "", account=connection.account, region=region)
    for kind in probes.keys() - finished:
        sights[kind].gaps.append(late)
    return {kind: sight.evidence() for kind, sight in sights.items()}


def _run(
    each: Probe, connection: Connection, region: str, given: list[Evidence[Any]], sight: _Sight
) -> None:
    aws = Aws(connection, region, each.calls, deadline=time.monotonic() + PROBE_SECONDS)
    try:
        for found in each.function(aws, *given):
            if isinstance(found, Gap):
                sight.gaps.append(found)
            else:
                sight.seen.append(found)
    except UnseenError as error:
        sight.gaps.append(error.gap)
    except NotOfferedError:
        return  # what was seen is all there can be
    except NotSeenError as error:
        # What it starts from was not seen whole: the same holds for what it would have found.
        sight.gaps.extend(replace(gap, resource="") for gap in error.gaps)
    except Exception as error:
        # The last resort of every probe: the crash is a gap, so nothing it hides can pass.
        gap = gap_of(error, "", account=aws.account, region=aws.region)
        sight.gaps.append(gap)
        # The message may repeat an answer, and so stays out of the log.
        where = traceback.extract_tb(error.__traceback__)[-1]
        odd = gap.reason is Reason.ODD_ANSWER
        logger.log(
            logging.WARNING if odd else logging.ERROR,
            "The probe of %s %s: %s at %s:%s",
            each.kind.__name__,
            "met an answer that is not as documented" if odd else "crashed",
            type(error).__name__,
            where.name,
            where.lineno,
        )
