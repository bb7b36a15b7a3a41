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

#: How many are chosen one after the other; the rest is ordered by what it would clear after those.
_CHOSEN = 100


@dataclass(eq=False)
class _Group:
    """What one fix would mend, as far as the fixes before it do not."""

    cause: str = ""
    check: str = ""
    #: By their numbers; a set that shrinks.
    findings: dict[int, Finding] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.cause or self.check

    def places(self) -> Counter[Place]:
        return Counter(_place(finding) for finding in self.findings.values())


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
            group.findings[number] = finding
    return list(groups.values())


def _in_order(
    groups: list[_Group], failing: list[Finding], deciding: set[Place]
) -> Iterator[tuple[_Group, int]]:
    """Yield the groups that are left something, each with the number of items that it clears."""
    left = Counter(map(_place, failing))
    of_finding: dict[int, list[_Group]] = defaultdict(list)
    at: dict[Place, set[_Group]] = defaultdict(set)
    for group in groups:
        for number, finding in group.findings.items():
            of_finding[number].append(group)
            at[_place(finding)].add(group)

    def clears(group: _Group) -> int:
        return sum(
            left[place] == count for place, count in group.places().items() if place in deciding
        )

    ranks = {group: _rank(group, clears(group)) for group in groups}
    chosen = 0
    order: list[_Group] = []
    while ranks:
        if chosen == _CHOSEN:
            order = sorted(ranks, key=ranks.__getitem__, reverse=True)
        group = order.pop() if order else min(ranks, key=ranks.__getitem__)
        chosen += 1
        if ranks.pop(group, None) is None:
            continue
        yield group, clears(group)
        places = group.places()
        left.subtract(places)
        for number in group.findings:
            for other in of_finding[number]:
                if other is not group:
                    del other.findings[number]
        for other in {other for place in places for other in at[place]} & ranks.keys():
            if other.findings:
                ranks[other] = _rank(other, clears(other))
            else:
                del ranks[other]


def _rank(group: _Group, clears: int) -> tuple[int, int, int, int, int, bool, str]:
    findings = group.findings.values()
    changes = {(finding.check, finding.cause or finding.resource) for finding in findings}
    return (
        -clears,
        -len({finding.workload for finding in findings}),
        min(finding.severity.rank for finding in findings),
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
