"""What the checks of "Networking" say of names: zones, records, delegations and what they lead to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from readiness.checklist.model import Check, Severity
from readiness.checklist.static_addresses import (
    route53_record_not_ephemeral_ip,
)
from readiness.checklist.zones import (
    route53_public_name_hosted_in_zone,
    route53_public_zone_query_logging,
    route53_record_target_exists,
    route53_zone_delegation_consistent,
)
from readiness.evidence.apis import ApiDomain, HttpApi, RestApi
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.dns import (
    DnsRecord,
    HostedZone,
    QueryLog,
    RegisteredDomain,
    ZoneRecords,
)
from readiness.evidence.edge import Accelerator, Distribution
from readiness.evidence.egress import Address
from readiness.evidence.network import PublicAddress
from readiness.evidence.storage import Bucket
from tests.checklist.test_networking_vpcs import address
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
)

#: An address that EC2 gives out, and one that it does not.
OURS = "18.184.1.1"
ELSEWHERE = "203.0.113.7"
ZONE_ARN = "arn:aws:route53:::hostedzone/Z1"
EDGE = "d1.cloudfront.net"
BALANCER = f"shop-1.{REGION}.elb.amazonaws.com"
LATE = {"now": datetime(2028, 1, 1, tzinfo=UTC)}


def zone(name: str = "example.com", key: str = "Z1", *, private: bool = False) -> HostedZone:
    return HostedZone(arn=f"arn:aws:route53:::hostedzone/{key}", id=key, name=name, private=private)


def said(*records: DnsRecord, name: str = "example.com", key: str = "Z1") -> ZoneRecords:
    return ZoneRecords(arn=f"arn:aws:route53:::hostedzone/{key}", zone=name, records=records)


def alias(name: str, target: str, kind: str = "A") -> DnsRecord:
    return DnsRecord(name=name, type=kind, alias=target)


def cname(name: str, target: str) -> DnsRecord:
    return DnsRecord(name=name, type="CNAME", values=(target,))


def a(name: str, *addresses: str, kind: str = "A") -> DnsRecord:
    return DnsRecord(name=name, type=kind, values=addresses)


def ns(name: str, *servers: str) -> DnsRecord:
    return DnsRecord(name=name, type="NS", values=servers)


def distribution(*aliases: str, **changes: Any) -> Distribution:
    values: dict[str, Any] = {
        "arn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1",
        "id": "E1",
        "region": "us-east-1",
        "enabled": True,
        "dns": EDGE,
        "aliases": aliases,
        "tenants": False,
        "web_acl": "",
    }
    return Distribution(**values | changes)


def api_domain(name: str = "api.example.com", **changes: Any) -> ApiDomain:
    values: dict[str, Any] = {
        "arn": f"arn:aws:apigateway:{REGION}::/domainnames/{name}",
        "name": name,
        "private": False,
        "targets": (f"d-1.execute-api.{REGION}.amazonaws.com",),
    }
    return ApiDomain(**values | changes)


def balancer(dns: str = BALANCER) -> LoadBalancer:
    return LoadBalancer(
        arn=f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/shop/1",
        name="shop",
        type="application",
        scheme="internet-facing",
        created=NOW,
        zones=(),
        dns=dns,
    )


def classic(dns: str) -> ClassicLoadBalancer:
    return ClassicLoadBalancer(
        arn=f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/old",
        name="old",
        scheme="internet-facing",
        created=NOW,
        zones=(),
        instances=(),
        dns=dns,
    )


def bucket(name: str) -> Bucket:
    return Bucket(arn=f"arn:aws:s3:::{name}", name=name, region=REGION, account=ACCOUNT)


def public(address: str = OURS, **changes: Any) -> PublicAddress:
    values: dict[str, Any] = {
        "arn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:network-interface/eni-1/{address}",
        "address": address,
        "changing": False,
        "network_balancer": False,
    }
    return PublicAddress(**values | changes)


def domain(name: str = "example.com", *servers: str) -> RegisteredDomain:
    return RegisteredDomain(
        arn=f"arn:aws:route53domains::{ACCOUNT}:domain/{name}", name=name, nameservers=servers
    )


REST = RestApi(arn=f"arn:aws:apigateway:{REGION}::/restapis/r1", id="r1", name="r", private=False)
HTTP = HttpApi(arn=f"arn:aws:apigateway:{REGION}::/apis/h1", id="h1", name="h", protocol="HTTP")
ACCELERATOR = Accelerator(
    arn=f"arn:aws:globalaccelerator::{ACCOUNT}:accelerator/1", dns=("a1.awsglobalaccelerator.com",)
)
TYPES = (LoadBalancer, ClassicLoadBalancer, Distribution, ApiDomain, RestApi, HttpApi)


def led(record: DnsRecord) -> ZoneRecords:
    return said(record, ns("example.com", "ns1"), a("mail.example.com", ELSEWHERE))


WWW = "www.example.com"
SHOP = "distribution/E1#www.example.com"
RECORD = "hostedzone/Z1/www.example.com/A"
SERVERS = ("ns1.awsdns.com", "ns2.awsdns.org")
SITE = f"s3-website.{REGION}.amazonaws.com"

ROWS: dict[Check[..., Any], list[Row]] = {
    route53_public_name_hosted_in_zone: [
        Row("an alias leads to it", {SHOP: PASS}, (distribution(WWW), zone(), said(alias(WWW, EDGE)))),
        Row("a CNAME leads to it", PASS, (distribution(WWW), zone(), said(cname(WWW, EDGE)))),
        Row("a wildcard leads to it", PASS, (distribution(WWW), zone(), said(alias("*.example.com", EDGE)))),
        Row("a record of its own beats the wildcard", {SHOP: FAIL}, (distribution(WWW), zone(), said(alias("*.example.com", EDGE), alias(WWW, BALANCER))), says=f"leads to {BALANCER} instead"),
        Row("the closest wildcard decides", FAIL, (distribution("www.eu.example.com"), zone(), said(alias("*.example.com", EDGE), alias("*.eu.example.com", BALANCER)))),
        Row("a wildcard does not reach below a name", FAIL, (distribution("www.eu.example.com"), zone(), said(alias("*.example.com", EDGE), a("eu.example.com", ELSEWHERE))), says="has no record"),
        Row("a wildcard reaches two levels down", PASS, (distribution("www.eu.example.com"), zone(), said(alias("*.example.com", EDGE)))),
        Row("by another record of the zone", PASS, (distribution(WWW), zone(), said(cname(WWW, "shop.example.com"), alias("shop.example.com", EDGE)))),
        Row("records that lead in a circle", FAIL, (distribution(WWW), zone(), said(cname(WWW, "a.example.com"), cname("a.example.com", WWW)))),
        Row("one of several weighted records", PASS, (distribution(WWW), zone(), said(alias(WWW, BALANCER), alias(WWW, EDGE)))),
        Row("it leads elsewhere", {SHOP: FAIL}, (distribution(WWW), zone(), said(alias(WWW, BALANCER))), says=f"leads to {BALANCER} instead"),
        Row("no record", {SHOP: FAIL}, (distribution(WWW), zone(), said()), says="the zone example.com has no record"),
        Row("the closest zone decides", FAIL, (distribution("www.eu.example.com"), zone(), said(alias("www.eu.example.com", EDGE)), zone("eu.example.com", "Z2"), said(name="eu.example.com", key="Z2"))),
        Row("one of two zones of the same name", PASS, (distribution(WWW), zone(), said(), zone(key="Z2"), said(alias(WWW, EDGE), key="Z2"))),
        Row("a private zone does not count", {SHOP: NO_EVIDENCE}, (distribution(WWW), zone(private=True))),
        Row("the zone is elsewhere", {SHOP: NO_EVIDENCE}, (distribution(WWW), zone("ample.com")), says="no zone of the scanned accounts"),
        Row("the zone leaves the name to others", {"distribution/E1#www.eu.example.com": NO_EVIDENCE}, (distribution("www.eu.example.com"), zone(), said(ns("eu.example.com", "ns9.old.com"))), says="other name servers"),
        Row("each name by itself", {SHOP: PASS, "distribution/E1#shop.example.com": FAIL}, (distribution(WWW, "shop.example.com"), zone(), said(alias(WWW, EDGE)))),
        Row("a wildcard name", {"distribution/E1#*.example.com": PASS}, (distribution("*.example.com"), zone(), said(alias("*.example.com", EDGE)))),
        Row("a wildcard name, by a name below it", PASS, (distribution("*.example.com"), zone(), said(alias("eu.example.com", EDGE)))),
        Row("a wildcard name that leads elsewhere", FAIL, (distribution("*.example.com"), zone(), said(alias("*.example.com", BALANCER), alias("eu.example.com", BALANCER)))),
        Row("the name of an API", {"/domainnames/api.example.com#api.example.com": PASS}, (api_domain(), zone(), said(alias("api.example.com", f"d-1.execute-api.{REGION}.amazonaws.com")))),
        Row("the name of an API that leads elsewhere", FAIL, (api_domain(), zone(), said(alias("api.example.com", EDGE)))),
        Row("a private API", NOT_APPLICABLE, (api_domain(private=True), zone(), said())),
        Row("names of tenants", NOT_APPLICABLE, (distribution(WWW, tenants=True), zone(), said()), says="tenants"),
        Row("a distribution that is off", NOT_APPLICABLE, (distribution(WWW, enabled=False), zone(), said())),
        Row("no name of its own", NOT_APPLICABLE, (distribution(),)),
        Row("no entry", NOT_APPLICABLE, (zone(), said())),
        Row("distributions are dark", UNKNOWN, dark=[Distribution]),
        Row("API names are dark", UNKNOWN, dark=[ApiDomain]),
        Row("zones are dark", UNKNOWN, (distribution(WWW),), dark=[HostedZone]),
        Row("records are dark", UNKNOWN, (distribution(WWW), zone()), dark=[ZoneRecords]),
        Row("another zone's records are dark", {SHOP: PASS}, (distribution(WWW), zone(), said(alias(WWW, EDGE))), gaps={ZoneRecords: [dark_gap(ZoneRecords, "arn:aws:route53:::hostedzone/Z9")]}),
    ],
    route53_record_target_exists: [
        Row("a load balancer of ours", {RECORD: PASS}, (led(alias(WWW, BALANCER)), balancer())),
        Row("by its name for IPv6 too", {RECORD: PASS}, (led(alias(WWW, f"dualstack.{BALANCER}")), balancer())),
        Row("by its name in one zone", {RECORD: PASS}, (led(alias(WWW, f"{REGION}a.{BALANCER}")), balancer())),
        Row("by the name in one zone of another", FAIL, (led(alias(WWW, f"{REGION}a.{BALANCER}")), balancer("other"))),
        Row("a load balancer in a region that is not scanned", {RECORD: UNKNOWN}, (led(alias(WWW, "shop-1.us-west-2.elb.amazonaws.com")),), unit={"regions": (REGION,)}, says="us-west-2 is not scanned"),
        Row("a load balancer that is gone from a region that is scanned", FAIL, (led(alias(WWW, BALANCER)),), unit={"regions": (REGION,)}),
        Row("a load balancer that is gone", {RECORD: FAIL}, (led(alias(WWW, BALANCER)),), says=BALANCER),
        Row("a network load balancer that is gone", FAIL, (led(cname(WWW, f"shop-1.elb.{REGION}.amazonaws.com")),)),
        Row("a Classic load balancer of ours", PASS, (led(alias(WWW, BALANCER)), classic(BALANCER))),
        Row("a distribution of ours", {"hostedzone/Z1/www.example.com/CNAME": PASS}, (led(cname(WWW, EDGE)), distribution())),
        Row("the distribution of an API's name", PASS, (led(alias(WWW, "d9.cloudfront.net")), api_domain(targets=("d9.cloudfront.net",)))),
        Row("a distribution that is gone", FAIL, (led(alias(WWW, EDGE)),), severity=Severity.HIGH),
        Row("a name of distribution tenants, perhaps", UNKNOWN, (led(alias(WWW, EDGE)), distribution(dns="d2.cloudfront.net", tenants=True)), says="connection groups"),
        Row("a distribution that is accepted", PASS, (led(alias(WWW, EDGE)),), options={"accepted_targets": ("*.cloudfront.net",)}),
        Row("the website of a bucket of ours", PASS, (led(alias(WWW, SITE)), bucket(WWW))),
        Row("the website of a bucket that is gone", {RECORD: FAIL}, (led(alias(WWW, SITE)), bucket("other")), severity=Severity.CRITICAL),
        Row("the same by CNAME, with the old address", FAIL, (led(cname(WWW, f"{WWW}.s3-website-us-east-1.amazonaws.com")),), severity=Severity.CRITICAL),
        Row("a REST API of ours", PASS, (led(cname(WWW, f"r1.execute-api.{REGION}.amazonaws.com")), REST)),
        Row("an HTTP API of ours", PASS, (led(cname(WWW, f"h1.execute-api.{REGION}.amazonaws.com")), HTTP)),
        Row("a private API of ours at its endpoint", PASS, (led(cname(WWW, f"r1-vpce-0123abcd.execute-api.{REGION}.amazonaws.com")), REST)),
        Row("the name of an API of ours", PASS, (led(alias(WWW, f"d-1.execute-api.{REGION}.amazonaws.com")), api_domain())),
        Row("an API that is gone", FAIL, (led(cname(WWW, f"x1.execute-api.{REGION}.amazonaws.com")), REST)),
        Row("an accelerator of ours", PASS, (led(alias(WWW, "a1.awsglobalaccelerator.com")), ACCELERATOR)),
        Row("an accelerator that is gone", FAIL, (led(alias(WWW, "a2.awsglobalaccelerator.com")), ACCELERATOR)),
        Row("an Elastic IP of ours", {RECORD: PASS}, (led(a(WWW, OURS)), address(public_ip=OURS, associated=False))),
        Row("an interface of ours", PASS, (led(a(WWW, OURS)), public())),
        Row("an address that is gone", {RECORD: FAIL}, (led(a(WWW, OURS)), public("18.184.1.2")), says=f"{OURS} of EC2"),
        Row("one of two addresses is gone", FAIL, (led(a(WWW, "18.184.1.2", OURS)), public("18.184.1.2"))),
        Row("an IPv6 address of ours", PASS, (led(a(WWW, "2a05:d018::7", kind="AAAA")), public("2a05:d018::7"))),
        Row("an IPv6 address that is gone", {"hostedzone/Z1/www.example.com/AAAA": FAIL}, (led(a(WWW, "2a05:d018::7", kind="AAAA")),)),
        Row("an address that is accepted", PASS, (led(a(WWW, OURS)),), options={"accepted_targets": (OURS,)}),
        Row("an address outside of AWS", NOT_APPLICABLE, (led(a(WWW, ELSEWHERE)),)),
        Row("an address that a list of last year does not know", UNKNOWN, (said(a(WWW, ELSEWHERE)),), unit=LATE, says="2026-10-26"),
        Row("such a list still knows what is ours", PASS, (said(a(WWW, OURS)), public()), unit=LATE),
        Row("an old list that is accepted", NOT_APPLICABLE, (said(a(WWW, ELSEWHERE)),), unit=LATE, options={"ranges_max_age_days": 3650}),
        Row("a validation of ACM", NOT_APPLICABLE, (led(cname("_x.example.com", "_y.acm-validations.aws")),)),
        Row("another provider", NOT_APPLICABLE, (led(cname(WWW, "shops.example.net")),)),
        Row("no zone", NOT_APPLICABLE),
        Row("zones are dark", UNKNOWN, dark=[ZoneRecords]),
        Row("load balancers are dark", UNKNOWN, (led(alias(WWW, BALANCER)),), dark=[LoadBalancer]),
        Row("Classic load balancers are dark", UNKNOWN, (led(alias(WWW, BALANCER)),), dark=[ClassicLoadBalancer]),
        Row("distributions are dark", UNKNOWN, (led(alias(WWW, EDGE)),), dark=[Distribution]),
        Row("API names are dark", UNKNOWN, (led(alias(WWW, EDGE)),), dark=[ApiDomain]),
        Row("REST APIs are dark", UNKNOWN, (led(cname(WWW, f"r1.execute-api.{REGION}.amazonaws.com")),), dark=[RestApi]),
        Row("HTTP APIs are dark", UNKNOWN, (led(cname(WWW, f"h1.execute-api.{REGION}.amazonaws.com")),), dark=[HttpApi]),
        Row("accelerators are dark", UNKNOWN, (led(alias(WWW, "a1.awsglobalaccelerator.com")),), dark=[Accelerator]),
        Row("buckets are dark", UNKNOWN, (led(alias(WWW, SITE)),), dark=[Bucket]),
        Row("Elastic IPs are dark", UNKNOWN, (led(a(WWW, OURS)),), dark=[Address]),
        Row("interfaces are dark", UNKNOWN, (led(a(WWW, OURS)),), dark=[PublicAddress]),
        Row("a load balancer of ours while one account is dark", PASS, (led(alias(WWW, BALANCER)), balancer()), gaps={LoadBalancer: [dark_gap(LoadBalancer)]}),
        Row("one record is undecided, another is not", {RECORD: UNKNOWN, "hostedzone/Z1/api.example.com/A": FAIL}, (said(alias(WWW, BALANCER), alias("api.example.com", EDGE)),), dark=[LoadBalancer]),
    ],
    route53_zone_delegation_consistent: [
        Row("the registrar names its servers", {"hostedzone/Z1": PASS}, (zone(), said(ns("example.com", *SERVERS)), domain("example.com", *SERVERS)), says="the registrar"),
        Row("in another order", PASS, (zone(), said(ns("example.com", *SERVERS)), domain("example.com", *reversed(SERVERS)))),
        Row("the registrar names others", {"hostedzone/Z1": FAIL}, (zone(), said(ns("example.com", *SERVERS)), domain("example.com", "ns9.old.com")), says="ns9.old.com"),
        Row("the registrar names one less", FAIL, (zone(), said(ns("example.com", *SERVERS)), domain("example.com", SERVERS[0])), says=SERVERS[1]),
        Row("a forgotten double", {"hostedzone/Z1": PASS, "hostedzone/Z2": FAIL}, (zone(), said(ns("example.com", *SERVERS)), zone(key="Z2"), said(ns("example.com", "ns7.awsdns.net"), key="Z2"), domain("example.com", *SERVERS))),
        Row("the parent names its servers", {"hostedzone/Z2": PASS, "hostedzone/Z1": NOT_APPLICABLE}, (zone(), said(ns("eu.example.com", *SERVERS)), zone("eu.example.com", "Z2"), said(ns("eu.example.com", *SERVERS), name="eu.example.com", key="Z2")), says="the zone example.com"),
        Row("the parent does not name it", {"hostedzone/Z2": FAIL, "hostedzone/Z1": NOT_APPLICABLE}, (zone(), said(), zone("eu.example.com", "Z2"), said(ns("eu.example.com", *SERVERS), name="eu.example.com", key="Z2")), says="not delegated"),
        Row("the parent leaves it to others", NOT_APPLICABLE, (zone(), said(ns("eu.example.com", "ns9.old.com")), zone("a.eu.example.com", "Z2"), said(ns("a.eu.example.com", *SERVERS), name="a.eu.example.com", key="Z2"))),
        Row("the parent names others", {"hostedzone/Z2": FAIL, "hostedzone/Z1": NOT_APPLICABLE}, (zone(), said(ns("eu.example.com", "ns9.old.com")), zone("eu.example.com", "Z2"), said(ns("eu.example.com", *SERVERS), name="eu.example.com", key="Z2"))),
        Row("registered elsewhere", NOT_APPLICABLE, (zone(), said(ns("example.com", *SERVERS))), says="outside of the scanned accounts"),
        Row("a private zone", NOT_APPLICABLE, (zone(private=True),)),
        Row("no zone", NOT_APPLICABLE),
        Row("zones are dark", UNKNOWN, dark=[HostedZone]),
        Row("domains are dark", UNKNOWN, (zone(), said()), dark=[RegisteredDomain]),
        Row("records are dark", UNKNOWN, (zone(), domain("example.com", *SERVERS)), dark=[ZoneRecords]),
    ],
    route53_public_zone_query_logging: [
        Row("a log", {"hostedzone/Z1": PASS}, (zone(), QueryLog(arn=ZONE_ARN))),
        Row("no log", FAIL, (zone(), QueryLog(arn="arn:aws:route53:::hostedzone/Z2"))),
        Row("a private zone", NOT_APPLICABLE, (zone(private=True),)),
        Row("no zone", NOT_APPLICABLE),
        Row("zones are dark", UNKNOWN, dark=[HostedZone]),
        Row("logs are dark", UNKNOWN, (zone(),), dark=[QueryLog]),
    ],
    route53_record_not_ephemeral_ip: [
        Row("an Elastic IP", {RECORD: PASS}, (led(a(WWW, OURS)), address(public_ip=OURS))),
        Row("the Elastic IP of an interface", PASS, (led(a(WWW, OURS)), public())),
        Row("a network load balancer", PASS, (led(a(WWW, OURS)), public(changing=True, network_balancer=True)), says="Network Load Balancer"),
        Row("an automatic address", {RECORD: FAIL}, (led(a(WWW, OURS)), public(changing=True))),
        Row("an automatic address that the list does not know", {RECORD: FAIL}, (said(a(WWW, ELSEWHERE)), public(ELSEWHERE, changing=True))),
        Row("an address outside of AWS while interfaces are dark", NOT_APPLICABLE, (led(a(WWW, ELSEWHERE)),), dark=[PublicAddress]),
        Row("an address of nobody", NOT_APPLICABLE, (led(a(WWW, OURS)), public("18.184.1.2", changing=True))),
        Row("an address outside of AWS", NOT_APPLICABLE, (led(a(WWW, ELSEWHERE)),)),
        Row("an alias", NOT_APPLICABLE, (led(alias(WWW, BALANCER)),)),
        Row("IPv6", NOT_APPLICABLE, (led(a(WWW, "2a05:d018::7", kind="AAAA")), public("2a05:d018::7", changing=True))),
        Row("no zone", NOT_APPLICABLE),
        Row("zones are dark", UNKNOWN, dark=[ZoneRecords]),
        Row("Elastic IPs are dark", UNKNOWN, (led(a(WWW, OURS)),), dark=[Address]),
        Row("interfaces are dark", UNKNOWN, (led(a(WWW, OURS)),), dark=[PublicAddress]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
