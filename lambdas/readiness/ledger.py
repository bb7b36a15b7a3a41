"""What did we know before this scan, who was told, and what is worth remembering?

The only module that knows the DynamoDB table. One table (`pk`, `sk`; index `gsi1`):

    W#<workload>#<0-f>   F#<hash>        a finding; sixteen partitions spread a large workload
                                         gsi1: I#<item>#<status> / <workload>#<hash>, while it fails
    W#<workload>         LATEST          the newest result's key, and the one before it
    W#<workload>         H#<scan>        score and known share of one scan
    SCAN                 LATEST          the scan that runs, or ran last
    SCAN                 COMPLETE        what the newest scan of everything concluded
    SCAN#<scan>          SCAN            a scan's record
    A#<audience>         SENT            the scan that the audience's last digest told of
    A#<audience>         D#<scan>#<hash> the delivery to one address

Scan ids sort by time, and every write is conditional on them: an older scan that ends late changes
nothing, and a step that is repeated writes the same again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from readiness.checklist.model import Status
from readiness.findings import Finding
from readiness.results import WorkloadResult
from readiness.rollup import Score

#: How long things stay: a year of history for the trend, and what is gone for a quarter.
KEEP_HISTORY = timedelta(days=400)
KEEP_GONE = timedelta(days=90)
#: A scan that has not ended after this long was lost, and no longer holds the next one up.
LOST_AFTER = timedelta(hours=24)
_FAILING = (Status.FAIL, Status.NO_EVIDENCE)
#: What holds an older scan back that ends late.
_NOT_OLDER = "attribute_not_exists(pk) OR #scan <= :scan"
#: Writes at a time; botocore keeps ten connections.
_WRITERS = 10


class ScanRunningError(Exception):
    """A younger scan of the organization is still running."""


class Ledger:
    """The table, through a DynamoDB client."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table
        self._out = TypeSerializer()
        self._in = TypeDeserializer()

    def begin_scan(self, scan: str, now: datetime) -> None:
        """Note that a scan runs; raises ScanRunningError where a younger one does.

        The same scan may begin again: the scheduler delivers at least once, and steps are retried.
        """
        written = self._put_if(
            {"pk": "SCAN", "sk": "LATEST", "scan": scan, "state": "RUNNING", "at": _iso(now)},
            "attribute_not_exists(pk) OR #state <> :running OR #scan <= :scan OR #at < :lost",
            {":running": "RUNNING", ":scan": scan, ":lost": _iso(now - LOST_AFTER)},
        )
        if not written:
            message = "a younger scan is still running; this one ends here"
            raise ScanRunningError(message)

    def end_scan(
        self, scan: str, now: datetime, record: Mapping[str, Any], *, complete: bool
    ) -> None:
        """Save a scan's record, and let the next one begin.

        Only a scan of everything (`complete`) is what the next one is compared with.
        """
        text = json.dumps(record)
        self._put(
            {
                "pk": f"SCAN#{scan}",
                "sk": "SCAN",
                "scan": scan,
                "record": text,
                "expires": _epoch(now + KEEP_HISTORY),
            }
        )
        self._put_if(
            {"pk": "SCAN", "sk": "LATEST", "scan": scan, "state": "ENDED", "at": _iso(now)},
            _NOT_OLDER,
            {":scan": scan},
        )

        if complete:
            self._put_if(
                {"pk": "SCAN", "sk": "COMPLETE", "scan": scan, "record": text},
                _NOT_OLDER,
                {":scan": scan},
            )

    def last_scan(self, scan: str) -> dict[str, Any] | None:
        """Return what the newest scan of everything concluded, this one left out."""
        latest = self._get("SCAN", "COMPLETE")
        if latest is None or latest["scan"] >= scan:
            return None
        record: dict[str, Any] = json.loads(latest["record"])
        return record

    def before(self, workload: str, scan: str) -> str | None:
        """Return the key of the newest result of a workload from before this scan."""
        latest = self._get(f"W#{workload}", "LATEST")
        if latest is None:
            return None
        key = latest["before"] if latest["scan"] == scan else latest["key"]
        return str(key) if key and latest["scan"] <= scan else None

    def keep(
        self, before: WorkloadResult | None, after: WorkloadResult, key: str, score: Score
    ) -> int:
        """Write what changed since the result before; return how many items were written.

        The pointer to the newest result is written last: until then, a repeated step compares with
        the same result as the first time.
        """
        known = {finding.key: finding for finding in before.findings} if before else {}
        now = {finding.key: finding for finding in after.findings}
        changed = [each for each in now.values() if _differs(known.get(each.key), each)]
        gone = (
            []
            if after.filtered
            else [finding for found, finding in known.items() if found not in now]
        )
        started = after.started
        writes = [self._finding(each, after.scan, None) for each in changed]
        writes += [
            self._finding(each, after.scan, _epoch(started + KEEP_GONE), state="GONE")
            for each in gone
        ]
        self._put_all(writes)
        if after.filtered:
            return len(writes)
        history = {
            "pk": f"W#{after.workload}",
            "sk": f"H#{after.scan}",
            "scan": after.scan,
            "score": f"{score.score:.4f}",
            "known": f"{score.known:.4f}",
            "expires": _epoch(started + KEEP_HISTORY),
        }
        latest = {
            "pk": f"W#{after.workload}",
            "sk": "LATEST",
            "scan": after.scan,
            "key": key,
            "before": self.before(after.workload, after.scan) or "",
        }
        self._put(history)
        self._put_if(latest, _NOT_OLDER, {":scan": after.scan})
        return len(writes) + 2

    def findings(self, workload: str) -> list[dict[str, Any]]:
        """Return the findings that are remembered of a workload, gone ones left out."""
        found: list[dict[str, Any]] = []
        for shard in "0123456789abcdef":
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues=self._values({":pk": f"W#{workload}#{shard}"}),
            )
            for page in pages:
                found.extend(self._plain(item) for item in page["Items"])
        return [each for each in found if each["state"] != "GONE"]

    def history(self, workload: str, weeks: int = 52) -> list[dict[str, Any]]:
        """Return score and known share of a workload's scans, oldest first."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :h)",
            ExpressionAttributeValues=self._values({":pk": f"W#{workload}", ":h": "H#"}),
            ScanIndexForward=False,
            Limit=weeks * 7,
        )
        return [self._plain(item) for item in reversed(answer["Items"])]

    def last_told(self, audience: str) -> str | None:
        """Return the scan that an audience's last digest told of."""
        sent = self._get(f"A#{audience}", "SENT")
        return str(sent["scan"]) if sent else None

    def told_at(self, audience: str) -> datetime | None:
        """Return when an audience's last digest was sent."""
        sent = self._get(f"A#{audience}", "SENT")
        return datetime.fromisoformat(sent["at"]) if sent else None

    def told(self, audience: str, scan: str, now: datetime) -> None:
        """Note which scan an audience's digest told of."""
        self._put_if(
            {"pk": f"A#{audience}", "sk": "SENT", "scan": scan, "at": _iso(now)},
            _NOT_OLDER,
            {":scan": scan},
        )

    def begin_delivery(self, audience: str, scan: str, address: str, now: datetime) -> str:
        """Claim the delivery to one address: `mine`, or the state another attempt left it in.

        A delivery found `sending` may have left: it is not sent again. One that certainly did not
        leave (`waiting`) may be claimed again.
        """
        item: dict[str, Any] = {
            "pk": f"A#{audience}",
            "sk": f"D#{scan}#{_hash(address)}",
            "address": address,
            "state": "sending",
            "at": _iso(now),
            "expires": _epoch(now + KEEP_HISTORY),
        }
        unclaimed = "attribute_not_exists(pk) OR #state = :waiting"
        if self._put_if(item, unclaimed, {":waiting": "waiting"}):
            return "mine"
        found = self._get(item["pk"], item["sk"])
        return str(found["state"]) if found else "sending"

    def end_delivery(
        self, audience: str, scan: str, address: str, state: str, now: datetime, detail: str = ""
    ) -> None:
        """Note how a delivery ended: `sent`, `refused` for good, or `waiting` for another attempt."""
        self._put(
            {
                "pk": f"A#{audience}",
                "sk": f"D#{scan}#{_hash(address)}",
                "address": address,
                "state": state,
                "detail": detail[:500],
                "at": _iso(now),
                "expires": _epoch(now + KEEP_HISTORY),
            }
        )

    def _finding(
        self, finding: Finding, scan: str, expires: int | None, state: str = "SEEN"
    ) -> dict[str, Any]:
        name = _hash("\0".join(finding.key))
        item: dict[str, Any] = {
            "pk": f"W#{finding.workload}#{name[0]}",
            "sk": f"F#{name}",
            "scan": scan,
            "state": state,
            **finding.public(),
        }
        if state == "SEEN" and finding.status in _FAILING:
            item["gsi1pk"] = f"I#{finding.item}#{finding.status.value}"
            item["gsi1sk"] = f"{finding.workload}#{name}"
        if expires:
            item["expires"] = expires
        return item

    def _put_all(self, items: Iterable[dict[str, Any]]) -> None:
        """Write many items at once, each only over what an older scan left."""

        def put(item: dict[str, Any]) -> bool:
            return self._put_if(item, _NOT_OLDER, {":scan": item["scan"]})

        with ThreadPoolExecutor(_WRITERS, thread_name_prefix="ledger") as pool:
            for _ in pool.map(put, items):
                pass

    def _get(self, pk: str, sk: str) -> dict[str, Any] | None:
        answer = self._client.get_item(
            TableName=self._table, Key=self._values({"pk": pk, "sk": sk}), ConsistentRead=True
        )
        return self._plain(answer["Item"]) if "Item" in answer else None

    def _put(self, item: Mapping[str, Any]) -> None:
        self._client.put_item(TableName=self._table, Item=self._values(item))

    def _put_if(
        self,
        item: Mapping[str, Any],
        condition: str,
        values: Mapping[str, Any],
    ) -> bool:
        """Write an item where the condition holds; return whether it did.

        In the condition, `#name` is the attribute `name`, as some names are DynamoDB's own words.
        """
        arguments: dict[str, Any] = {"ConditionExpression": condition}
        if values:
            arguments["ExpressionAttributeValues"] = self._values(values)
        if names := set(re.findall(r"#(\w+)", condition)):
            arguments["ExpressionAttributeNames"] = {f"#{name}": name for name in names}
        try:
            self._client.put_item(TableName=self._table, Item=self._values(item), **arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def _values(self, item: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._out.serialize(value) for name, value in item.items()}

    def _plain(self, item: Mapping[str, Any]) -> dict[str, Any]:
        read: Callable[[Any], Any] = self._in.deserialize
        return {name: read(value) for name, value in item.items()}


def _differs(before: Finding | None, after: Finding) -> bool:
    """Whether a finding says something else; that its numbers moved is not worth a write."""
    return before is None or _said(before) != _said(after)


def _said(finding: Finding) -> tuple[object, ...]:
    return (
        finding.status,
        finding.severity,
        finding.suppressed,
        finding.source,
        finding.reason,
        finding.last_known,
        finding.version,
    )


def _hash(text: str) -> str:
    """Return a short name for what may be longer than a key may be."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())
