"""The ledger's table, on the hub's emulator."""

from __future__ import annotations

import uuid
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
