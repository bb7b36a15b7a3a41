"""Look at how much storage databases had left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from readiness.evidence import Evidence, Gap
from readiness.evidence.databases import DbInstance, FreeStorage
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.metrics import CALL, Series, measure

HOUR = timedelta(hours=1)
WINDOW = timedelta(days=1)


@probe(FreeStorage, CALL)
def free_storage(aws: Aws, databases: Evidence[DbInstance]) -> Iterator[FreeStorage | Gap]:
    def wanted(database: DbInstance) -> dict[str, Series]:
        return {
            "free": Series(
                namespace="AWS/RDS",
                metric="FreeStorageSpace",
                dimensions={"DBInstanceIdentifier": database.arn.rpartition(":")[2]},
                stat="Minimum",
                period=HOUR,
            )
        }

    own = (each for each in databases if not each.grows)
    for found in measure(aws, own, wanted, since=aws.now - WINDOW):
        if isinstance(found, Gap):
            yield found
        else:
            least = min(found.points["free"].values(), default=None)
            yield FreeStorage(arn=found.resource.arn, least=least)
