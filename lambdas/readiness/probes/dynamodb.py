"""Look at DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from readiness.evidence import Evidence, Gap
from readiness.evidence.databases import (
    ContinuousBackups,
    ReplicaBackups,
    Table,
    TableDescription,
)
from readiness.probes import probe
from readiness.probes.aws import Aws

GONE = ("ResourceNotFoundException", "TableNotFoundException")


@probe(Table, "dynamodb.list_tables")
def tables(aws: Aws) -> Iterator[Table]:
    for name in aws.pages("dynamodb.list_tables", "TableNames"):
        yield Table(arn=aws.arn("dynamodb", f"table/{name}"), name=name)


@probe(TableDescription, "dynamodb.describe_table")
def table_descriptions(aws: Aws, tables: Evidence[Table]) -> Iterator[TableDescription | Gap]:
    def look(table: Table) -> Iterator[TableDescription]:
        answer = aws.call("dynamodb.describe_table", TableName=table.name, absent=GONE)
        if answer is not None:
            described = answer["Table"]
            regions = [each["RegionName"] for each in described.get("Replicas") or ()]
            # A table that always had provisioned capacity has no summary of its billing.
            billing = (described.get("BillingModeSummary") or {}).get("BillingMode")
            yield TableDescription(
                arn=table.arn,
                name=table.name,
                replica_regions=tuple(each for each in regions if each != aws.region),
                on_demand=billing == "PAY_PER_REQUEST",
                indexes=tuple(
                    each["IndexName"] for each in described.get("GlobalSecondaryIndexes") or ()
                ),
            )

    yield from aws.each(tables, look)


@probe(ContinuousBackups, "dynamodb.describe_continuous_backups")
def continuous_backups(aws: Aws, tables: Evidence[Table]) -> Iterator[ContinuousBackups | Gap]:
    def look(table: Table) -> Iterator[ContinuousBackups]:
        found = _point_in_time(aws, table.name, aws.region)
        if found is not None:
            on, restorable = found
            yield ContinuousBackups(arn=table.arn, point_in_time=on, restorable=restorable)

    yield from aws.each(tables, look)


@probe(ReplicaBackups, "dynamodb.describe_continuous_backups")
def replica_backups(aws: Aws, tables: Evidence[TableDescription]) -> Iterator[ReplicaBackups | Gap]:
    def look(table: TableDescription) -> Iterator[ReplicaBackups]:
        for region in table.replica_regions:
            found = _point_in_time(aws, table.name, region)
            if found is not None:
                yield ReplicaBackups(arn=table.arn, region=region, point_in_time=found[0])

    yield from aws.each(tables, look)


def _point_in_time(aws: Aws, name: str, region: str) -> tuple[bool, datetime | None] | None:
    """Return whether a table can be restored, and to which newest moment; None where it is gone."""
    answer = aws.call(
        "dynamodb.describe_continuous_backups", region=region, TableName=name, absent=GONE
    )
    if answer is None:
        return None
    # Without a description nothing was ever switched on.
    described = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    on = described.get("PointInTimeRecoveryStatus") == "ENABLED"
    return on, described.get("LatestRestorableDateTime")
