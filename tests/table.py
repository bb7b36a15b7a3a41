"""The ledger's table, on the hub's emulator."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from readiness.ledger import Ledger


def made(client: Any) -> Ledger:
    """Make a table of its own for a ledger."""
    table = f"ledger-{uuid.uuid4().hex[:8]}"
    names = ("pk", "sk", "gsi1pk", "gsi1sk")
    client.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "gsi1",
                "KeySchema": [
                    {"AttributeName": "gsi1pk", "KeyType": "HASH"},
                    {"AttributeName": "gsi1sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    return Ledger(client, table)


def rows(ledger: Ledger) -> list[dict[str, Any]]:
    """Return everything in a ledger's table, in order."""
    found = ledger._client.scan(TableName=ledger._table)["Items"]
    return sorted(found, key=lambda row: (row["pk"]["S"], row["sk"]["S"]))


class KilledError(Exception):
    """The process ended in the middle."""


@dataclass
class Writes:
    """Counts writes, and kills at the one after so many; none after it, or where that is negative."""

    left: int = -1
    made: int = 0

    def count(self) -> None:
        self.left -= 1
        if self.left == -1:
            raise KilledError
        self.made += 1

    def watch(self, ledger: Ledger) -> None:
        ledger._client.meta.events.register("before-call.dynamodb", self._called)

    def forget(self, ledger: Ledger) -> None:
        ledger._client.meta.events.unregister("before-call.dynamodb", self._called)

    def _called(self, model: Any, **_: Any) -> None:
        if model.name in ("PutItem", "TransactWriteItems", "UpdateItem"):
            self.count()
