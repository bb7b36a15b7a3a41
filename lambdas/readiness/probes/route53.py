"""Look at Route 53: zones, records, query logs and health checks, once per account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.dns import DnsRecord, HostedZone, QueryLog, ZoneRecords
from readiness.evidence.watching import HealthCheck
from readiness.probes import probe
from readiness.probes.aws import Aws

#: Everything else names no address and no machine.
TYPES = frozenset({"A", "AAAA", "CNAME", "NS"})


def name_of(written: str) -> str:
    """Return a name as all records keep it; Route 53 writes the star of a wildcard in octal."""
    return written.lower().removesuffix(".").replace("\\052", "*")


def _zone_arn(aws: Aws, zone: str) -> str:
    # A hosted zone's ARN has no account.
    return f"arn:{aws.partition}:route53:::hostedzone/{zone.removeprefix('/hostedzone/')}"


@probe(HostedZone, "route53.list_hosted_zones")
def hosted_zones(aws: Aws) -> Iterator[HostedZone]:
    for each in aws.pages("route53.list_hosted_zones", "HostedZones"):
        yield HostedZone(
            arn=_zone_arn(aws, each["Id"]),
            id=each["Id"].removeprefix("/hostedzone/"),
            name=name_of(each["Name"]),
            private=(each.get("Config") or {}).get("PrivateZone", False),
        )


@probe(ZoneRecords, "route53.list_resource_record_sets")
def zone_records(aws: Aws, zones: Evidence[HostedZone]) -> Iterator[ZoneRecords | Gap]:
    def look(zone: HostedZone) -> Iterator[ZoneRecords]:
        if zone.private:
            return
        listed = aws.pages(
            "route53.list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone.id
        )
        yield ZoneRecords(
            arn=zone.arn,
            zone=zone.name,
            account=aws.account,
            records=tuple(_record(each) for each in listed if each["Type"] in TYPES),
        )

    yield from aws.each(zones, look)


def _record(each: Mapping[str, Any]) -> DnsRecord:
    alias = (each.get("AliasTarget") or {}).get("DNSName", "")
    return DnsRecord(
        name=name_of(each["Name"]),
        type=each["Type"],
        alias=name_of(alias),
        values=tuple(name_of(value["Value"]) for value in each.get("ResourceRecords") or ()),
        **_routing(each),
    )


def _routing(each: Mapping[str, Any]) -> dict[str, str]:
    """Return how a record is chosen among those of its name, and for which region."""
    if "Region" in each:
        return {"routing": "latency", "region": each["Region"]}
    if "GeoProximityLocation" in each:
        region = each["GeoProximityLocation"].get("AWSRegion", "")
        return {"routing": "geoproximity", "region": region}
    if "GeoLocation" in each:
        return {"routing": "geolocation"}
    if "Failover" in each:
        return {"routing": "failover"}
    # A weight of 0 sends nobody there.
    return {"routing": "weighted"} if each.get("Weight") else {}


@probe(QueryLog, "route53.list_query_logging_configs")
def query_logs(aws: Aws) -> Iterator[QueryLog]:
    for each in aws.pages("route53.list_query_logging_configs", "QueryLoggingConfigs"):
        yield QueryLog(arn=_zone_arn(aws, each["HostedZoneId"]))


@probe(HealthCheck, "route53.list_health_checks")
def health_checks(aws: Aws) -> Iterator[HealthCheck]:
    for each in aws.pages("route53.list_health_checks", "HealthChecks"):
        settings = each["HealthCheckConfig"]
        yield HealthCheck(
            arn=f"arn:{aws.partition}:route53:::healthcheck/{each['Id']}",
            type=settings["Type"],
            disabled=settings.get("Disabled", False),
            managed_by=each.get("LinkedService", {}).get("ServicePrincipal", ""),
        )
