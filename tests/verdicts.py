"""What becomes of an item whose account and region hold certain records: the judge as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from readiness.checklist.model import Status
from readiness.config import Workload
from readiness.evidence import SCOPES, Evidence, Scope
from readiness.evidence.files import Sighting, Target
from readiness.judging import ORGANIZATION, Seen, judge, kinds_of
from tests.rows import ACCOUNT, NOW, REGION, dark_gap


def verdict_of(item: str, seen: Iterable[Any], dark: Iterable[type[Any]] = ()) -> Status:
    """Return the verdict of an item for an account with one region, in which these records lie."""
    records, hidden = tuple(seen), set(dark)

    def evidence(kind: type[Any]) -> Evidence[Any]:
        if kind in hidden:
            return Evidence(gaps=(dark_gap(kind),))
        return Evidence(tuple(record for record in records if isinstance(record, kind)))

    def sighting(target: Target, scope: Scope, regions: tuple[str, ...] = ()) -> Sighting:
        kinds = (kind for kind in kinds_of([item]) if SCOPES[kind] is scope)
        found = {kind: evidence(kind) for kind in kinds}
        return Sighting(target=target, evidence=found, regions=regions)

    sightings = (
        sighting(Target(account=ORGANIZATION), Scope.ORGANIZATION),
        sighting(Target(account=ACCOUNT), Scope.ACCOUNT, (REGION,)),
        sighting(Target(account=ACCOUNT, region=REGION), Scope.REGION),
    )
    whole = Seen(
        started=NOW,
        sightings={each.target.id: each for each in sightings},
        pool={kind: evidence(kind) for kind in kinds_of([item])},
    )
    judged = judge(Workload(name="shop", accounts=(ACCOUNT,)), whole, items=[item])
    return judged.verdicts[0].status
