"""What is said of workloads in one region and in several, situation by situation."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.checklist.model import Check
from readiness.checklist.regions import (
    account_serving_regions,
    data_store_multi_region,
    route53_record_multi_region_routing,
)
from readiness.config import Workload
from readiness.evidence import Evidence
from readiness.evidence.apis import ApiDomain
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.dns import DnsRecord, ZoneRecords
from readiness.evidence.edge import AcceleratorEndpoints, Distribution
from readiness.evidence.spread import RegionStores, ServingRegion, SpreadStore
from readiness.evidence.storage import MultiRegionAccessPoint
from readiness.judging import Seen, judge
from tests.rows import (
    ACCOUNT,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
)

OTHER = "444455556666"
HERE, THERE = "eu-west-1", "eu-central-1"
DEV = {"environment": "dev"}
TOGETHER = {"workload_accounts": (ACCOUNT, OTHER)}
ONE = {"multi_region_required": False}


def serving(region: str, account: str = ACCOUNT) -> ServingRegion:
    return ServingRegion(arn=f"arn:aws:ec2:{region}:{account}:serving", serves="the function web")


def zone(*records: DnsRecord, account: str = ACCOUNT) -> ZoneRecords:
    return ZoneRecords(
        arn="arn:aws:route53:::hostedzone/Z1", zone="example.com", records=records, account=account
    )


def record(**changes: Any) -> DnsRecord:
    return DnsRecord(**{"name": "shop.example.com", "type": "A", **changes})


def elb(region: str) -> str:
    return f"web-1.{region}.elb.amazonaws.com"


def latency(*regions: str) -> tuple[DnsRecord, ...]:
    return tuple(record(alias=elb(each), routing="latency", region=each) for each in regions)


def balancer(region: str, account: str = ACCOUNT) -> LoadBalancer:
    return LoadBalancer(
        arn=f"arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/app/web/1",
        name="web",
        type="application",
        scheme="internet-facing",
        created=NOW,
        zones=(),
        dns=elb(region),
    )


def classic(region: str) -> ClassicLoadBalancer:
    return ClassicLoadBalancer(
        arn=f"arn:aws:elasticloadbalancing:{region}:{ACCOUNT}:loadbalancer/web",
        name="web",
        scheme="internet-facing",
        created=NOW,
        zones=(),
        instances=(),
        dns=elb(region),
    )


def domain(*targets: str) -> ApiDomain:
    return ApiDomain(
        arn=f"arn:aws:apigateway:{HERE}:{ACCOUNT}:/domainnames/shop.example.com",
        name="shop.example.com",
        private=False,
        targets=targets,
    )


def api(region: str) -> str:
    return f"d-1.execute-api.{region}.amazonaws.com"


def accelerator(*regions: str, of: str = ACCOUNT, to: str = ACCOUNT) -> AcceleratorEndpoints:
    return AcceleratorEndpoints(
        arn=f"arn:aws:globalaccelerator::{of}:accelerator/a", regions=regions, accounts=(to,)
    )


def distribution(*origins: str, account: str = ACCOUNT, enabled: bool = True) -> Distribution:
    return Distribution(
        arn=f"arn:aws:cloudfront::{account}:distribution/E1",
        id="E1",
        region="us-east-1",
        enabled=enabled,
        dns="d1.cloudfront.net",
        aliases=(),
        tenants=False,
        web_acl="",
        origin_groups=(origins,),
    )


def stores(
    region: str, *spread: SpreadStore, count: int = 3, account: str = ACCOUNT
) -> RegionStores:
    return RegionStores(arn=f"arn:aws:rds:{region}:{account}:stores", count=count, spread=spread)


def table(*regions: str) -> SpreadStore:
    return SpreadStore(name="the table orders", regions=regions)


def access_point(*regions: str) -> MultiRegionAccessPoint:
    return MultiRegionAccessPoint(arn=f"arn:aws:s3::{ACCOUNT}:accesspoint/m1.mrap", regions=regions)


BOTH = (serving(HERE), serving(THERE))
CENTRAL = zone(*latency(HERE, THERE), account=OTHER)
BY_API = tuple(record(alias=api(each), routing="latency", region=each) for each in (HERE, THERE))

ROWS: dict[Check[..., Any], list[Row]] = {
    account_serving_regions: [
        Row("two regions", {ACCOUNT: PASS}, BOTH, says="eu-west-1 (the function web) and eu-central-1"),
        Row("one region", {ACCOUNT: NO_EVIDENCE}, (serving(HERE),), says="eu-west-1 alone"),
        Row("no region", NO_EVIDENCE),
        Row("another account's region does not count", NO_EVIDENCE, (serving(HERE), serving(THERE, OTHER))),
        Row("a region of another account of the workload counts", PASS, (serving(HERE), serving(THERE, OTHER)), unit=TOGETHER),
        Row("one region is enough", NO_EVIDENCE, BOTH, options=ONE, says="by date"),
        Row("not production", NOT_APPLICABLE, unit=DEV),
        Row("regions are dark", UNKNOWN, (serving(HERE),), dark=[ServingRegion]),
        Row("a third region is dark", PASS, BOTH, gaps={ServingRegion: [dark_gap(ServingRegion)]}),
        Row("one region, and another is dark", UNKNOWN, (serving(HERE),), gaps={ServingRegion: [dark_gap(ServingRegion, region=THERE)]}),
    ],
    route53_record_multi_region_routing: [
        Row("latency records for two regions", {"hostedzone/Z1#shop.example.com": PASS}, (zone(*latency(HERE, THERE)),), says="by latency records"),
        Row("latency records for one region", {ACCOUNT: NO_EVIDENCE}, (zone(*latency(HERE)),)),
        Row("latency records for two regions that lead to one", NO_EVIDENCE, (zone(*(record(alias=elb(HERE), routing="latency", region=each) for each in (HERE, THERE))),)),
        Row("latency records with addresses", PASS, (zone(*(record(values=("198.51.100.7",), routing="latency", region=each) for each in (HERE, THERE))),)),
        *(
            Row(f"{routing} records", PASS, (zone(*(record(alias=elb(each), routing=routing) for each in (HERE, THERE))),))
            for routing in ("weighted", "failover", "geolocation")
        ),
        Row("geoproximity records by their region", PASS, (zone(*(record(values=("198.51.100.7",), routing="geoproximity", region=each) for each in (HERE, THERE))),)),
        Row("records that are not chosen from", NO_EVIDENCE, (zone(*(record(alias=elb(each)) for each in (HERE, THERE))),)),
        Row("records of two names", NO_EVIDENCE, (zone(latency(HERE)[0], record(name="b.example.com", alias=elb(THERE), routing="latency", region=THERE)),)),
        Row("records that lead on to others of the zone", PASS, (zone(*(record(type="CNAME", values=(f"{each}.example.com",), routing="weighted") for each in (HERE, THERE)), *(record(name=f"{each}.example.com", alias=elb(each)) for each in (HERE, THERE))),)),
        Row("names of one's own that only look like a region", NO_EVIDENCE, (zone(*(record(type="CNAME", values=(f"{each}.cdn.example.net",), routing="weighted") for each in (HERE, THERE))),)),
        Row("another account's zone that leads to our load balancers", PASS, (CENTRAL, balancer(HERE)), says="eu-west-1 and eu-central-1"),
        Row("another account's zone that leads to our Classic load balancers", PASS, (CENTRAL, classic(THERE))),
        Row("another account's zone that leads to our APIs", PASS, (zone(*BY_API, account=OTHER), domain(api(HERE)))),
        Row("another account's zone that leads to somebody else's", NO_EVIDENCE, (CENTRAL, balancer(HERE, OTHER))),
        Row("the zone of another account of the workload", PASS, (CENTRAL,), unit=TOGETHER),
        Row("an accelerator with two regions", {"accelerator/a": PASS}, (accelerator(HERE, THERE),)),
        Row("an accelerator with one", NO_EVIDENCE, (accelerator(HERE),)),
        Row("another account's accelerator to our resources", PASS, (accelerator(HERE, THERE, of=OTHER),)),
        Row("another account's accelerator to its own", NO_EVIDENCE, (accelerator(HERE, THERE, of=OTHER, to=OTHER),)),
        Row("a group of origins in two regions", {"distribution/E1": PASS}, (distribution(elb(HERE), elb(THERE)),)),
        Row("a group of origins in one region", NO_EVIDENCE, (distribution(elb(HERE), f"shop.s3.{HERE}.amazonaws.com"),)),
        Row("a disabled distribution", NO_EVIDENCE, (distribution(elb(HERE), elb(THERE), enabled=False),)),
        Row("another account's distribution", NO_EVIDENCE, (distribution(elb(HERE), elb(THERE), account=OTHER),)),
        Row("one region is enough", NO_EVIDENCE, (zone(*latency(HERE, THERE)),), options=ONE, says="by date"),
        Row("not production", NOT_APPLICABLE, unit=DEV),
        Row("zones are dark", UNKNOWN, dark=[ZoneRecords]),
        Row("zones are dark, and an accelerator shows it", PASS, (accelerator(HERE, THERE),), dark=[ZoneRecords]),
        Row("accelerators are dark", UNKNOWN, dark=[AcceleratorEndpoints]),
        Row("distributions are dark", UNKNOWN, dark=[Distribution]),
        Row("load balancers are dark", UNKNOWN, (CENTRAL,), dark=[LoadBalancer]),
        Row("Classic load balancers are dark", UNKNOWN, (CENTRAL,), dark=[ClassicLoadBalancer]),
        Row("APIs are dark", UNKNOWN, (CENTRAL,), dark=[ApiDomain]),
    ],
    data_store_multi_region: [
        Row("a table in both regions", {ACCOUNT: PASS}, (*BOTH, stores(HERE, table(HERE, THERE))), says="the table orders in eu-central-1 and eu-west-1"),
        Row("the parts of a cache in both regions", PASS, (*BOTH, *(stores(each, SpreadStore(name="the global cache c", regions=(each,))) for each in (HERE, THERE)))),
        Row("one part of a cache", NO_EVIDENCE, (*BOTH, stores(HERE, SpreadStore(name="the global cache c", regions=(HERE,))))),
        Row("an access point of buckets in both regions", PASS, (*BOTH, access_point(HERE, THERE))),
        Row("a table in a region that does not serve", {ACCOUNT: NO_EVIDENCE}, (*BOTH, stores(HERE, table(HERE, "us-east-1"))), says="of which not two serve"),
        Row("a table in two regions, one of which serves", NO_EVIDENCE, (serving(HERE), stores(HERE, table(HERE, THERE)))),
        Row("stores in one region each", NO_EVIDENCE, (*BOTH, stores(HERE), stores(THERE)), says="6 stores"),
        Row("no store", NOT_APPLICABLE, BOTH),
        Row("stores of another account", NOT_APPLICABLE, (*BOTH, stores(HERE, account=OTHER))),
        Row("stores of another account of the workload", NO_EVIDENCE, (*BOTH, stores(HERE, account=OTHER)), unit=TOGETHER),
        Row("one region is enough", NO_EVIDENCE, (*BOTH, stores(HERE, table(HERE, THERE))), options=ONE, says="by date"),
        Row("not production", NOT_APPLICABLE, unit=DEV),
        Row("stores are dark", UNKNOWN, BOTH, dark=[RegionStores]),
        Row("access points are dark", UNKNOWN, (*BOTH, stores(HERE)), dark=[MultiRegionAccessPoint]),
        Row("access points are dark, and a table shows it", PASS, (*BOTH, stores(HERE, table(HERE, THERE))), dark=[MultiRegionAccessPoint]),
        Row("regions are dark", UNKNOWN, (stores(HERE, table(HERE, THERE)),), dark=[ServingRegion]),
        Row("a part of the stores is dark", PASS, (*BOTH, stores(HERE, table(HERE, THERE))), gaps={RegionStores: [dark_gap(RegionStores)]}),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


@pytest.mark.parametrize(
    ("accounts", "expected"), [((ACCOUNT, OTHER), {PASS}), ((ACCOUNT,), {NO_EVIDENCE})]
)
def test_the_accounts_of_a_workload_are_judged_together(
    accounts: tuple[str, ...], expected: set[Any]
) -> None:
    pool = {ServingRegion: Evidence((serving(HERE), serving(THERE, OTHER)))}
    found = judge(
        Workload(name="shop", accounts=accounts),
        Seen(started=NOW, sightings={}, pool=pool),
        items=["high-availability/solution-is-run-concurrently-in-multiple-regions"],
    )

    checked = [each for each in found.findings if each.check == account_serving_regions.id]
    assert [each.account for each in checked] == list(accounts)
    assert {each.status for each in checked} == expected
