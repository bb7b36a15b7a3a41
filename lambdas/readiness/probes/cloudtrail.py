"""Look at CloudTrail, once per account: a multi-region trail answers the same in every region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.trails import Trail, TrailSelection, TrailStatus
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(Trail, "cloudtrail.describe_trails")
def trails(aws: Aws) -> Iterator[Trail]:
    # Shadow trails (another region's, the organization's) are included by default.
    for each in aws.get("cloudtrail.describe_trails")["trailList"]:
        yield Trail(
            arn=each["TrailARN"],
            home_region=each["HomeRegion"],
            multi_region=each.get("IsMultiRegionTrail", False),
            organization=each.get("IsOrganizationTrail", False),
            validated=each.get("LogFileValidationEnabled", False),
            kms_key=each.get("KmsKeyId", ""),
            bucket=each.get("S3BucketName", ""),
        )


@probe(TrailStatus, "cloudtrail.get_trail_status")
def trail_statuses(aws: Aws, trails: Evidence[Trail]) -> Iterator[TrailStatus | Gap]:
    def look(trail: Trail) -> Iterator[TrailStatus]:
        answer = aws.get("cloudtrail.get_trail_status", region=trail.home_region, Name=trail.arn)
        yield TrailStatus(
            arn=trail.arn,
            logging=answer["IsLogging"],
            delivery_error=answer.get("LatestDeliveryError", ""),
            delivered=answer.get("LatestDeliveryTime"),
        )

    yield from aws.each(trails, look)


@probe(TrailSelection, "cloudtrail.get_event_selectors")
def trail_selections(aws: Aws, trails: Evidence[Trail]) -> Iterator[TrailSelection | Gap]:
    def look(trail: Trail) -> Iterator[TrailSelection]:
        yield _selection(
            trail.arn,
            aws.get(
                "cloudtrail.get_event_selectors", region=trail.home_region, TrailName=trail.arn
            ),
        )

    yield from aws.each(trails, look)


def _is_whole(fields: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a selector leaves out no more than reads, writes or the events of some services."""
    kept = {"Field", "NotEquals"}
    return fields.keys() <= {"eventCategory", "readOnly", "eventSource"} and (
        {name for name, value in fields.get("eventSource", {}).items() if value} <= kept
    )


def _selection(arn: str, answer: Mapping[str, Any]) -> TrailSelection:
    reads = writes = False
    excluded: set[str] = set()
    basic = answer.get("EventSelectors") or []
    advanced = answer.get("AdvancedEventSelectors") or []
    for each in basic:
        if each.get("IncludeManagementEvents", True):
            kind = each.get("ReadWriteType", "All")
            reads |= kind in ("All", "ReadOnly")
            writes |= kind in ("All", "WriteOnly")
            excluded |= set(each.get("ExcludeManagementEventSources") or ())
    for each in advanced:
        fields = {field["Field"]: field for field in each["FieldSelectors"]}
        if fields.get("eventCategory", {}).get("Equals") == ["Management"] and _is_whole(fields):
            only = fields.get("readOnly", {}).get("Equals")
            reads |= only in (None, ["true"])
            writes |= only in (None, ["false"])
            excluded |= set(fields.get("eventSource", {}).get("NotEquals") or ())
    if not basic and not advanced:
        # A trail without explicit selectors records all management events.
        reads = writes = True
    return TrailSelection(
        arn=arn,
        management_reads=reads,
        management_writes=writes,
        excluded_sources=tuple(sorted(excluded)),
    )
