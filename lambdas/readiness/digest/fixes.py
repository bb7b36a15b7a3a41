"""What is to be fixed first?

What one change mends is one fix: everything that fails in one stack, one stack set or one launch
template; or, where nothing is known to have made the resources, everything that one check fails,
which takes the same change everywhere (one setting of an account, for example).

The fix that clears most items comes first, then the one that reaches most workloads, the more severe,
the one of fewer changes, of more findings. A fix clears an item of a workload where it leaves nothing
that fails it, the fixes before it being made. Every finding is told in one fix alone.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from readiness.checklist.model import Status
from readiness.digest.rows import Fix, Links, sentence
from readiness.digest.told import fails
from readiness.findings import Finding
from readiness.results import WorkloadResult

Place = tuple[str, str]
Rank = tuple[int, int, int, int, bool, str]

#: How many are chosen one after the other; the rest is ordered by what it would clear after those.
_CHOSEN = 100


@dataclass(eq=False)
class _Group:
    """What one fix would mend, as far as the fixes before it do not."""

    cause: str = ""
    check: str = ""
    #: By their numbers.
    findings: dict[int, Finding] = field(default_factory=dict)
    #: How many of them each item of a workload has.
    places: Counter[Place] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        return self.cause or self.check

    def add(self, number: int, finding: Finding) -> None:
        self.findings[number] = finding
        self.places[_place(finding)] += 1

    def drop(self, number: int) -> None:
        self.places[_place(self.findings.pop(number))] -= 1


def fixes_of(results: Iterable[WorkloadResult], links: Links) -> list[Fix]:
    """Return the fixes of everything that fails, what clears most items first."""
    results = list(results)
    deciding = {
        (each.workload, verdict.item)
        for each in results
        for verdict in each.verdicts
        if verdict.status is Status.FAIL
    }
    failing = [finding for each in results for finding in each.findings if fails(finding)]
    return [
        _fix(group, clears, links)
        for group, clears in _in_order(_groups(failing), failing, deciding)
    ]


def _groups(failing: Iterable[Finding]) -> list[_Group]:
    groups: dict[tuple[str, str], _Group] = {}
    for number, finding in enumerate(failing):
        for key in [("", finding.check)] + [(finding.cause, "")] * bool(finding.cause):
            group = groups.setdefault(key, _Group(cause=key[0], check=key[1]))
            group.add(number, finding)
    return list(groups.values())


def _in_order(
    groups: list[_Group], failing: list[Finding], deciding: set[Place]
) -> Iterator[tuple[_Group, int]]:
    """Yield the groups that are left something, each with the number of items that it clears."""
    left = Counter(map(_place, failing))
    of_finding: dict[int, list[_Group]] = defaultdict(list)
    at: dict[Place, list[_Group]] = defaultdict(list)
    for group in groups:
        for number in group.findings:
            of_finding[number].append(group)
        for place in group.places:
            at[place].append(group)

    def clears(group: _Group, places: Iterable[Place]) -> int:
        return sum(0 < left[place] == group.places[place] for place in places if place in deciding)

    def rank(group: _Group) -> tuple[int, Rank]:
        return -cleared[group], ranks[group]

    cleared = {group: clears(group, group.places) for group in groups}
    ranks = {group: _rank(group) for group in groups}
    order: list[_Group] = []
    for turn in range(len(groups)):
        if turn == _CHOSEN:
            order = sorted(ranks, key=rank, reverse=True)
        group = order.pop() if order else min(ranks, key=rank)
        del ranks[group]
        if not group.findings:
            continue
        places = list(+group.places)
        yield group, clears(group, places)
        touched = [(other, place) for place in places for other in at[place]] if not order else []
        for other, place in touched:
            cleared[other] -= clears(other, [place])
        left.subtract(group.places)
        lost = set()
        for number in list(group.findings):
            for other in of_finding[number]:
                if other is not group:
                    other.drop(number)
                    lost.add(other)
        if not order:
            ranks |= {other: _rank(other) for other in lost & ranks.keys()}
        for other, place in touched:
            cleared[other] += clears(other, [place])


def _rank(group: _Group) -> Rank:
    """Return what decides between fixes that clear as much; what is left nothing comes last."""
    findings = group.findings.values()
    changes = {(finding.check, finding.cause or finding.resource) for finding in findings}
    return (
        -len({finding.workload for finding in findings}),
        min((finding.severity.rank for finding in findings), default=0),
        len(changes),
        -len(findings),
        # Of two names for the same findings the one that says where to go.
        not group.cause,
        group.name,
    )


def _fix(group: _Group, clears: int, links: Links) -> Fix:
    findings = sorted(group.findings.values(), key=lambda finding: finding.severity.rank)
    first = findings[0]
    checks = tuple(dict.fromkeys(finding.check for finding in findings))
    text = sentence(first.fix or first.because)
    if group.cause:
        text = f"In {group.cause}: {text}"
        if len(checks) > 1:
            text += f" And what {len(checks) - 1} more {'check' if len(checks) == 2 else 'checks'} found there."
    return Fix(
        checks=checks,
        cause=group.cause,
        text=text,
        severity=first.severity,
        findings=len(findings),
        workloads=len({finding.workload for finding in findings}),
        clears=clears,
        link=links.to("cause" if group.cause else "check", group.name),
    )


def _place(finding: Finding) -> Place:
    return (finding.workload, finding.item)
