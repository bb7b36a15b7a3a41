"""What did we know before this scan, who was told, and what is worth remembering?

The only module that knows the DynamoDB table. One table (`pk`, `sk`; index `gsi1`):

    W#<workload>#<0-f>   F#<hash>        a finding; sixteen partitions spread a large workload
                                         gsi1: I#<item>#<status> / <workload>#<hash>, while it fails
    W#<workload>         LATEST          the newest result's key, the one before it, and the `writer`:
                                         the scan that wrote, or began to write, findings last
    W#<workload>         H#<scan>        score and known share of one scan
    SCAN                 LATEST          the scan that runs, or ran last
    SCAN                 COMPLETE        what the newest scan of everything concluded, and the one before
    SCAN                 H#<scan>        score and known share of the organization
    SCAN#<scan>          SCAN            a scan's record
    A#<audience>         SENT            the scan that the audience's last digest told of
    A#<audience>         D#<scan>#<hash> the delivery to one address

Scan ids sort by time. A workload's findings are written by one scan at a time: it enters itself as
the `writer`, and each of its transactions holds only while it still is. A younger scan takes over,
and an older one that ends late writes none. Where the last writer did not become the newest result
(it was killed, overtaken, or narrowed to a part), the next one does not trust that result: it
compares with the findings in the table. So a step that is repeated ends in the same table.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_random_exponential

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
_NOT_YOUNGER = "attribute_not_exists(#scan) OR #scan <= :scan"
#: A transaction holds a hundred writes; one is the condition.
_PER_TRANSACTION = 99
_CONDITION = "ConditionalCheckFailed"
_TRANSIENT = {"ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"}


def _reasons(error: BaseException) -> list[str]:
    """Return why each write of a cancelled transaction failed; nothing for any other error."""
    if not isinstance(error, ClientError):
        return []
    return [each.get("Code", "None") for each in error.response.get("CancellationReasons", ())]


def _passes(error: BaseException) -> bool:
    """Whether a cancelled transaction may hold when it is tried again; botocore tries the rest."""
    reasons = set(_reasons(error))
    return bool(reasons & _TRANSIENT) and _CONDITION not in reasons


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
        self,
        scan: str,
        now: datetime,
        record: Mapping[str, Any],
        score: Score | None,
        *,
        complete: bool,
    ) -> None:
        """Save a scan's record and the organization's score, and let the next one begin.

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
            _NOT_YOUNGER,
            {":scan": scan},
        )
        if not complete:
            return
        if score:
            self._put_history("SCAN", scan, score, now)
        self._update_if(
            {"pk": "SCAN", "sk": "COMPLETE"},
            "SET #before = if_not_exists(#record, :none), #scan = :scan, #record = :record",
            "attribute_not_exists(#scan) OR #scan < :scan",
            {":scan": scan, ":record": text, ":none": "null"},
        )

    def last_scan(self, scan: str) -> dict[str, Any] | None:
        """Return what the newest scan of everything concluded, this one left out."""
        latest = self._get("SCAN", "COMPLETE")
        if latest is None or latest["scan"] > scan:
            return None
        # A conclusion that is repeated is compared with the same scan as the first time.
        record: dict[str, Any] | None = json.loads(
            latest["before" if latest["scan"] == scan else "record"]
        )
        return record

    def before(self, workload: str, scan: str) -> str | None:
        """Return the key of the newest result of a workload from before this scan."""
        latest = self._get(f"W#{workload}", "LATEST") or {}
        if latest.get("scan", "") < scan:
            return latest.get("key")
        return latest["before"] if latest["before"] and latest["before_scan"] < scan else None

    def keep(
        self, before: WorkloadResult | None, after: WorkloadResult, key: str, score: Score
    ) -> int:
        """Write what changed since the result before; return how many items were written.

        Findings that a younger scan writes, or wrote, are left to it. A filtered result adds what it
        judged to the findings, and is never what the next one is compared with.
        """
        written = self._keep_findings(before, after)
        if after.filtered:
            return written
        self._put_history(f"W#{after.workload}", after.scan, score, after.started)
        self._point(after.workload, after.scan, key)
        return written + 2

    def _keep_findings(self, before: WorkloadResult | None, after: WorkloadResult) -> int:
        left = self._enter(after.workload, after.scan)
        if left is None:
            return 0
        if not left:
            known = {}
        elif before is not None and left.get("writer") == left.get("scan") == before.scan:
            known = {_name(each): _said(each) for each in before.findings}
        else:
            known = self._remembered(after.workload)
        now = {_name(each): each for each in after.findings}
        writes = [
            {"Put": {"Item": self._values(_row(each, name, after.scan))}}
            for name, each in now.items()
            if known.get(name) != _said(each)
        ]
        if not after.filtered:
            expires = _epoch(after.started + KEEP_GONE)
            writes += [
                {"Update": self._gone(after.workload, name, after.scan, expires)}
                for name in known
                if name not in now
            ]
        for first in range(0, len(writes), _PER_TRANSACTION):
            batch = writes[first : first + _PER_TRANSACTION]
            if not self._transact(after.workload, after.scan, batch):
                return first + 1
        return len(writes) + 1

    def _enter(self, workload: str, scan: str) -> dict[str, Any] | None:
        """Become the writer of a workload's findings; None where a younger scan is, or was.

        Returns what the pointer said until then: the newest result's scan, and the writer.
        """
        answer = self._update_if(
            {"pk": f"W#{workload}", "sk": "LATEST"},
            "SET writer = :scan",
            f"({_NOT_YOUNGER}) AND (attribute_not_exists(writer) OR writer <= :scan)",
            {":scan": scan},
        )
        return None if answer is None else self._plain(answer.get("Attributes", {}))

    def _point(self, workload: str, scan: str, key: str) -> None:
        """Make a result the newest one, unless a younger one, or itself, is so already."""
        self._update_if(
            {"pk": f"W#{workload}", "sk": "LATEST"},
            "SET #before = if_not_exists(#key, :none), "
            "before_scan = if_not_exists(#scan, :none), #scan = :scan, #key = :key",
            "attribute_not_exists(#scan) OR #scan < :scan",
            {":scan": scan, ":key": key, ":none": ""},
        )

    @retry(
        retry=retry_if_exception(_passes),
        wait=wait_random_exponential(multiplier=0.2, max=5),
        stop=stop_after_attempt(10),
        reraise=True,
    )
    def _transact(
        self, workload: str, scan: str, writes: Sequence[Mapping[str, Mapping[str, Any]]]
    ) -> bool:
        """Write all or nothing, and only while the scan is the writer; return whether it is.

        One after the other: transactions that share the condition's item would cancel each other.
        """
        check = {
            "ConditionCheck": {
                "Key": self._values({"pk": f"W#{workload}", "sk": "LATEST"}),
                "ConditionExpression": "writer = :scan",
                "ExpressionAttributeValues": self._values({":scan": scan}),
            }
        }
        items = [
            {kind: {"TableName": self._table, **rest} for kind, rest in each.items()}
            for each in (check, *writes)
        ]
        try:
            self._client.transact_write_items(TransactItems=items)
        except ClientError as error:
            if _reasons(error)[:1] == [_CONDITION]:
                return False
            raise
        return True

    def _gone(self, workload: str, name: str, scan: str, expires: int) -> dict[str, Any]:
        """Return the update that takes a finding out of all that is told, and lets it expire."""
        return {
            "Key": self._values({"pk": f"W#{workload}#{name[0]}", "sk": f"F#{name}"}),
            "UpdateExpression": "SET #scan = :scan, #state = :gone, expires = :expires "
            "REMOVE said, gsi1pk, gsi1sk",
            "ExpressionAttributeNames": {"#scan": "scan", "#state": "state"},
            "ExpressionAttributeValues": self._values(
                {":scan": scan, ":gone": "GONE", ":expires": expires}
            ),
        }

    def findings(self, workload: str) -> list[dict[str, Any]]:
        """Return the findings that are remembered of a workload, gone ones left out."""
        return [row for row in self._rows(workload) if row["state"] != "GONE"]

    def _remembered(self, workload: str) -> dict[str, str]:
        """Return what the table says of each finding of a workload, gone ones left out, by name."""
        rows = self._rows(workload, ProjectionExpression="sk, said")
        return {row["sk"].removeprefix("F#"): row["said"] for row in rows if "said" in row}

    def _rows(self, workload: str, **rest: Any) -> Iterator[dict[str, Any]]:
        for shard in "0123456789abcdef":
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues=self._values({":pk": f"W#{workload}#{shard}"}),
                ConsistentRead=True,
                **rest,
            )
            for page in pages:
                yield from map(self._plain, page["Items"])

    def history(self, workload: str = "", weeks: int = 52) -> list[dict[str, Any]]:
        """Return score and known share of a workload's scans, oldest first.

        Without a workload: those of the organization.
        """
        pk = f"W#{workload}" if workload else "SCAN"
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :h)",
            ExpressionAttributeValues=self._values({":pk": pk, ":h": "H#"}),
            ScanIndexForward=False,
            Limit=weeks * 7,
        )
        return [self._plain(item) for item in reversed(answer["Items"])]

    def _put_history(self, pk: str, scan: str, score: Score, now: datetime) -> None:
        self._put(
            {
                "pk": pk,
                "sk": f"H#{scan}",
                "scan": scan,
                "score": f"{score.score:.4f}",
                "known": f"{score.known:.4f}",
                "expires": _epoch(now + KEEP_HISTORY),
            }
        )

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
            _NOT_YOUNGER,
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

    def _get(self, pk: str, sk: str) -> dict[str, Any] | None:
        answer = self._client.get_item(
            TableName=self._table, Key=self._values({"pk": pk, "sk": sk}), ConsistentRead=True
        )
        return self._plain(answer["Item"]) if "Item" in answer else None

    def _put(self, item: Mapping[str, Any]) -> None:
        self._client.put_item(TableName=self._table, Item=self._values(item))

    def _put_if(self, item: Mapping[str, Any], condition: str, values: Mapping[str, Any]) -> bool:
        """Write an item where the condition holds; return whether it did."""
        call = self._client.put_item
        return self._if(call, condition, values, Item=self._values(item)) is not None

    def _update_if(
        self, key: Mapping[str, Any], update: str, condition: str, values: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Change an item where the condition holds; return the answer with what was there, or None."""
        return self._if(
            self._client.update_item,
            condition,
            values,
            names=update,
            Key=self._values(key),
            UpdateExpression=update,
            ReturnValues="ALL_OLD",
        )

    def _if(
        self,
        call: Callable[..., dict[str, Any]],
        condition: str,
        values: Mapping[str, Any],
        names: str = "",
        **arguments: Any,
    ) -> dict[str, Any] | None:
        """Write where the condition holds; None where it does not.

        In expressions, `#name` is the attribute `name`, as some names are DynamoDB's own words.
        """
        found = set(re.findall(r"#(\w+)", f"{condition} {names}"))
        try:
            return call(
                TableName=self._table,
                ConditionExpression=condition,
                ExpressionAttributeNames={f"#{name}": name for name in found},
                ExpressionAttributeValues=self._values(values),
                **arguments,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return None
            raise

    def _values(self, item: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._out.serialize(value) for name, value in item.items()}

    def _plain(self, item: Mapping[str, Any]) -> dict[str, Any]:
        read: Callable[[Any], Any] = self._in.deserialize
        return {name: read(value) for name, value in item.items()}


def _row(finding: Finding, name: str, scan: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "pk": f"W#{finding.workload}#{name[0]}",
        "sk": f"F#{name}",
        "scan": scan,
        "state": "SEEN",
        "said": _said(finding),
        **finding.public(),
    }
    if finding.status in _FAILING:
        item["gsi1pk"] = f"I#{finding.item}#{finding.status.value}"
        item["gsi1sk"] = f"{finding.workload}#{name}"
    return item


def _name(finding: Finding) -> str:
    """Return a finding's name within its workload."""
    return _hash("\0".join(finding.key))


def _said(finding: Finding) -> str:
    """Return what a finding says, in short; that its numbers moved is not worth a write."""
    said = (
        finding.status,
        finding.severity,
        finding.suppressed,
        finding.source,
        finding.reason,
        finding.last_known,
        finding.version,
    )
    return _hash(json.dumps(said))


def _hash(text: str) -> str:
    """Return a short name for what may be longer than a key may be."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())
