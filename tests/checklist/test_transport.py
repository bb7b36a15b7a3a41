"""What the checks of traffic say: of load balancers, distributions, APIs, buckets and databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.model import Check, Severity
from readiness.checklist.transport import (
    cloudfront_https_only,
    data_access_requires_tls,
    elb_listener_encrypted_or_redirects,
    tls_policy_modern,
)
from readiness.evidence.apis import ApiDomain
from readiness.evidence.balancing import (
    ClassicListener,
    ClassicLoadBalancer,
    ClassicTlsPolicies,
    InternalRule,
    Listener,
    ListenerRule,
    LoadBalancer,
    SslPolicy,
    TargetGroup,
)
from readiness.evidence.billing import Payer
from readiness.evidence.bucket_access import BucketPolicy, ResourceControlPolicy
from readiness.evidence.caches import ReplicationGroup
from readiness.evidence.databases import DbCluster, DbClusterParameters, DbInstance, DbParameters
from readiness.evidence.edge import Distribution, Origin
from readiness.evidence.identity import Membership
from readiness.evidence.places import OrganizationAccount
from readiness.evidence.policies import Condition, Statement
from readiness.evidence.published import TLS_DEFAULTS_FROM
from readiness.evidence.search import OpenSearchDomain
from readiness.evidence.storage import Bucket
from tests.checklist.test_encryption import BUCKET, arn, cache, cluster, instance_of, search
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    UNKNOWN,
    Row,
    assert_row,
)
from tests.verdicts import verdict_of

ELB = "elasticloadbalancing"
WEB = arn(ELB, "loadbalancer/app/web/1")
FAST = arn(ELB, "loadbalancer/net/fast/1")


def balancer(name: str = WEB, scheme: str = "internet-facing") -> LoadBalancer:
    return LoadBalancer(
        arn=name,
        name="web",
        type="application" if "/app/" in name else "network",
        scheme=scheme,
        created=NOW,
        zones=("a", "b"),
    )


def listener(
    protocol: str = "HTTP", port: int = 80, *actions: str, to: str = WEB, **changes: Any
) -> Listener:
    values: dict[str, Any] = {
        "arn": f"{to}/l{port}".replace("loadbalancer", "listener"),
        "balancer": to,
        "port": port,
        "protocol": protocol,
        "actions": actions or ("forward",),
        "tls_policy": "",
        "redirects_to_https": False,
    }
    return Listener(**values | changes)


REDIRECT = listener("HTTP", 80, "redirect", redirects_to_https=True)


def rule(*actions: str, https: bool = False) -> ListenerRule:
    return ListenerRule(
        arn=f"{REDIRECT.arn}/r",
        listener=REDIRECT.arn,
        balancer=WEB,
        paths=("/api/*",),
        actions=actions,
        redirects_to_https=https,
    )


INSIDE = InternalRule(arn=f"{REDIRECT.arn}/i", listener=REDIRECT.arn, actions=("forward",))
GROUP = arn(ELB, "targetgroup/tg/1")


def group(kind: str = "ip", protocol: str = "TCP", port: int | None = 80) -> TargetGroup:
    return TargetGroup(
        arn=GROUP,
        name="tg",
        type=kind,
        protocol=protocol,
        vpc="vpc-1",
        balancers=(FAST,),
        port=port,
    )


NLB = listener("TCP", 80, to=FAST, target_groups=(GROUP,))


def classic(*listeners: tuple[str, int], scheme: str = "internet-facing") -> ClassicLoadBalancer:
    return ClassicLoadBalancer(
        arn=arn(ELB, "loadbalancer/old"),
        name="old",
        scheme=scheme,
        created=NOW,
        zones=("a", "b"),
        instances=(),
        listeners=tuple(
            ClassicListener(port=port, protocol=protocol, policies=("sticky", "tls"))
            for protocol, port in listeners
        ),
    )


def classic_policies(*protocols: str) -> ClassicTlsPolicies:
    return ClassicTlsPolicies(arn=arn(ELB, "loadbalancer/old"), protocols={"tls": protocols})


def policy(name: str, *protocols: str) -> SslPolicy:
    return SslPolicy(arn=arn(ELB, f"ssl-policy/{name}"), name=name, protocols=protocols)


HTTPS = listener("HTTPS", 443, tls_policy="new")
NEW = policy("new", "TLSv1.2", "TLSv1.3")


def origin(
    protocol: str = "https-only", domain: str = "shop.example.net", **changes: Any
) -> Origin:
    values: dict[str, Any] = {
        "id": domain,
        "domain": domain,
        "protocol": protocol,
        "tls": ("TLSv1.2",) if protocol else (),
    }
    return Origin(**values | changes)


def distribution(*origins: Origin, **changes: Any) -> Distribution:
    values: dict[str, Any] = {
        "arn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1",
        "id": "E1",
        "region": "eu-west-1",
        "enabled": True,
        "dns": "d1.cloudfront.net",
        "aliases": ("www.example.com",),
        "tenants": False,
        "web_acl": "",
        "viewer_policies": ("redirect-to-https", "https-only"),
        "origins": origins or (origin(),),
        "minimum_tls": "TLSv1.2_2021",
    }
    return Distribution(**values | changes)


def domain(tls: str) -> ApiDomain:
    return ApiDomain(
        arn="arn:aws:apigateway:eu-west-1::/domainnames/api.example.com",
        name="api.example.com",
        private=False,
        targets=(),
        tls_policy=tls,
    )


def condition(key: str = "aws:securetransport", operator: str = "Bool", *values: str) -> Condition:
    return Condition(operator=operator, key=key, values=values or ("false",))


def denial(*resources: str, **changes: Any) -> Statement:
    values: dict[str, Any] = {
        "allows": False,
        "principals": ("*",),
        "others": False,
        "actions": ("s3:*",),
        "resources": resources or (BUCKET.arn, f"{BUCKET.arn}/*"),
        "conditions": (condition(),),
    }
    return Statement(**values | changes)


def denies(*denials: Statement) -> BucketPolicy:
    return BucketPolicy(arn=BUCKET.arn, denials=denials)


NOTHING = denies()
VERSION = condition("s3:tlsversion", "NumericLessThan", "1.2")
ALONE = Membership(arn=arn("organizations", "account"), organization="")
MEMBER = Membership(arn=arn("organizations", "account"), organization="o-1")
PAYER = Payer(arn="arn:aws:organizations::999988887777:organization/o-1", account="999988887777")
OURSELVES = Payer(arn="arn:aws:organizations::111122223333:organization/o-1", account=ACCOUNT)
INNER = OrganizationAccount(
    arn=arn("organizations", "account/x"),
    id=ACCOUNT,
    name="shop",
    email="",
    state="ACTIVE",
    paths=("o-1/r-1/ou-1-shops/",),
)


def control(*targets: str, **changes: Any) -> ResourceControlPolicy:
    values: dict[str, Any] = {"resources": ("*",), "actions": ("s3:*", "sqs:*")}
    return ResourceControlPolicy(
        arn="arn:aws:organizations::999988887777:policy/p-1",
        name="tls",
        denials=(denial(**values | changes),),
        targets=targets,
    )


def postgres(version: str = "16.4", **changes: Any) -> DbInstance:
    values: dict[str, Any] = {"version": version, "parameter_groups": ("default.postgres16",)}
    return instance_of(**values | changes)


def set_in(group: str = "ours", **values: str) -> DbParameters:
    said = {name.replace("__", "."): value for name, value in values.items()}
    return DbParameters(arn=arn("rds", f"pg:{group}"), set=said)


def set_for_cluster(**values: str) -> DbClusterParameters:
    said = {name.replace("__", "."): value for name, value in values.items()}
    return DbClusterParameters(arn=arn("rds", "cluster-pg:ours"), set=said)


OURS: dict[str, Any] = {"parameter_groups": ("ours",)}
LATER = {"now": NOW + timedelta(days=TLS_DEFAULTS_FROM.good_for_days + 1)}
ORGANIZED = (BUCKET, NOTHING, MEMBER, PAYER)

ROWS: dict[Check[..., Any], list[Row]] = {
    elb_listener_encrypted_or_redirects: [
        Row("redirects", PASS, [balancer(), REDIRECT]),
        Row("speaks TLS", PASS, [balancer(), HTTPS], says="speaks HTTPS"),
        Row("answers by itself", PASS, [balancer(), listener("HTTP", 80, "fixed-response")]),
        Row("forwards", FAIL, [balancer(), listener()], severity=Severity.HIGH, says="forwards by default"),
        Row("redirects HTTP to HTTP", FAIL, [balancer(), listener("HTTP", 80, "redirect")], says="redirects to HTTP"),
        Row("forwards on another port", FAIL, [balancer(), listener("HTTP", 8080)]),
        Row("redirects, and a rule forwards", FAIL, [balancer(), REDIRECT, rule("forward")], says="by the rule"),
        Row("redirects, and a rule redirects to HTTP", FAIL, [balancer(), REDIRECT, rule("redirect")]),
        Row("redirects, and so does a rule", PASS, [balancer(), REDIRECT, rule("redirect", https=True)]),
        Row("redirects, and a rule answers", PASS, [balancer(), REDIRECT, rule("fixed-response")]),
        Row("inside, it counts for less", FAIL, [balancer(scheme="internal"), listener()], severity=Severity.MEDIUM),
        Row("inside, a rule forwards", FAIL, [balancer(scheme="internal"), REDIRECT, INSIDE], severity=Severity.MEDIUM),
        Row("inside, for nothing", NOT_APPLICABLE, [balancer(scheme="internal"), listener()], options={"require_internal_tls": False}),
        Row("a scheme that is not told is no excuse", FAIL, [balancer(scheme=""), listener()], severity=Severity.HIGH),
        Row("a network one takes port 80", FAIL, [balancer(FAST), NLB, group()], says="TCP on port 80"),
        Row("a network one hands to an application one", PASS, [balancer(FAST), NLB, group("alb")]),
        Row("a network one hands to port 443", PASS, [balancer(FAST), NLB, group(port=443)]),
        Row("a network one speaks TLS", PASS, [balancer(FAST), listener("TLS", 443, to=FAST)]),
        Row("a network one on another port", NOT_APPLICABLE, [balancer(FAST), listener("TCP", 5432, to=FAST)]),
        Row("a network one takes datagrams", NOT_APPLICABLE, [balancer(FAST), listener("UDP", 53, to=FAST)]),
        Row("a Classic one, by its port", {"loadbalancer/old#443": PASS, "loadbalancer/old#80": FAIL, "loadbalancer/old#22": NOT_APPLICABLE}, [classic(("HTTPS", 443), ("HTTP", 80), ("TCP", 22))]),
        Row("a Classic one takes TCP on port 80", {"loadbalancer/old#80": FAIL}, [classic(("TCP", 80))]),
        Row("a Classic one inside", FAIL, [classic(("HTTP", 80), scheme="internal")], severity=Severity.MEDIUM),
        Row("its load balancer is gone", NOT_APPLICABLE, [listener()]),
        Row("none", NOT_APPLICABLE),
        Row("listeners are dark", UNKNOWN, dark=[Listener]),
        Row("Classic ones are dark", UNKNOWN, dark=[ClassicLoadBalancer]),
        Row("load balancers are dark", UNKNOWN, [listener()], dark=[LoadBalancer]),
        Row("rules are dark", UNKNOWN, [balancer(), REDIRECT], dark=[ListenerRule]),
        Row("rules inside are dark", UNKNOWN, [balancer(), REDIRECT], dark=[InternalRule]),
        Row("it forwards, whatever rules say", FAIL, [balancer(), listener()], dark=[ListenerRule]),
        Row("target groups are dark", UNKNOWN, [balancer(FAST), NLB], dark=[TargetGroup]),
    ],
    tls_policy_modern: [
        Row("a listener, new", PASS, [HTTPS, NEW], says="TLSv1.2, TLSv1.3 alone by new"),
        Row("a listener, old", FAIL, [HTTPS, policy("new", "TLSv1", "TLSv1.1", "TLSv1.2")], says="TLSv1, TLSv1.1 by new"),
        Row("a policy that is not listed", UNKNOWN, [HTTPS], says="not listed"),
        Row("a policy without protocols", UNKNOWN, [HTTPS, policy("new")]),
        Row("no TLS, whatever policy is told", NOT_APPLICABLE, [listener(tls_policy="new"), NEW]),
        Row("a Classic one", {"loadbalancer/old#443": PASS}, [classic(("HTTPS", 443), ("HTTP", 80)), classic_policies("TLSv1.2")]),
        Row("a Classic one, old", {"loadbalancer/old#443": FAIL}, [classic(("SSL", 443)), classic_policies("SSLv3", "TLSv1.2")], says="SSLv3"),
        Row("a Classic one that names none", {"loadbalancer/old#443": NO_EVIDENCE}, [classic(("HTTPS", 443)), ClassicTlsPolicies(arn=arn(ELB, "loadbalancer/old"), protocols={})]),
        Row("a Classic one without TLS", NOT_APPLICABLE, [classic(("HTTP", 80))]),
        Row("a distribution", PASS, [distribution()]),
        Row("a distribution of 2019", PASS, [distribution(minimum_tls="TLSv1.2_2019")]),
        Row("a distribution of tomorrow", PASS, [distribution(minimum_tls="TLSv1.3_2025")]),
        Row("a distribution of 2018", NO_EVIDENCE, [distribution(minimum_tls="TLSv1.2_2018")], says="before 2019"),
        *(Row(f"a distribution with {old}", FAIL, [distribution(minimum_tls=old)]) for old in ("SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016")),
        Row("CloudFront's own certificate cannot do better", FAIL, [distribution(minimum_tls="TLSv1", default_certificate=True)], severity=Severity.LOW),
        Row("a distribution that is off", NOT_APPLICABLE, [distribution(minimum_tls="TLSv1", enabled=False)]),
        Row("a distribution of another region", NOT_APPLICABLE, [distribution(region="us-east-1", minimum_tls="TLSv1")]),
        Row("a domain", PASS, [domain("TLS_1_2")]),
        Row("a domain, newer", PASS, [domain("SecurityPolicy_TLS13_1_2_2021_06")]),
        Row("a domain, old", FAIL, [domain("TLS_1_0")]),
        Row("a domain that tells nothing", NO_EVIDENCE, [domain("")]),
        Row("none", NOT_APPLICABLE),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, dark=[kind]) for kind in (Listener, ClassicLoadBalancer, Distribution, ApiDomain)),
        Row("policies are dark", UNKNOWN, [HTTPS], dark=[SslPolicy]),
        Row("Classic policies are dark", UNKNOWN, [classic(("HTTPS", 443))], dark=[ClassicTlsPolicies]),
    ],
    cloudfront_https_only: [
        Row("both ways", PASS, [distribution()]),
        Row("a bucket takes what the viewer took", PASS, [distribution(origin("", "shop.s3.amazonaws.com"))]),
        Row("as the viewer, who has to", PASS, [distribution(origin("match-viewer"))]),
        Row("one behavior takes HTTP", FAIL, [distribution(viewer_policies=("https-only", "allow-all"))], severity=Severity.HIGH),
        Row("as the viewer, who may", FAIL, [distribution(origin("match-viewer"), viewer_policies=("allow-all",))]),
        Row("an origin by HTTP", FAIL, [distribution(origin("http-only"))], severity=Severity.HIGH, says="shop.example.net"),
        Row("a bucket's website", FAIL, [distribution(origin("http-only", "shop.s3-website-eu-west-1.amazonaws.com"))], severity=Severity.MEDIUM),
        Row("a bucket's website, with a dot", FAIL, [distribution(origin("http-only", "shop.s3-website.eu-central-1.amazonaws.com"))], severity=Severity.MEDIUM),
        Row("a website and another by HTTP", FAIL, [distribution(origin("http-only", "shop.s3-website.eu-west-1.amazonaws.com"), origin("http-only"))], severity=Severity.HIGH),
        Row("old TLS with an origin", NO_EVIDENCE, [distribution(origin(tls=("TLSv1", "TLSv1.2")))], says="TLSv1 with"),
        Row("an origin in a VPC", NO_EVIDENCE, [distribution(origin("", vpc=True))]),
        Row("switched off", NOT_APPLICABLE, [distribution(origin("http-only"), enabled=False)]),
        Row("none", NOT_APPLICABLE),
        Row("dark", UNKNOWN, dark=[Distribution]),
    ],
    data_access_requires_tls: [
        Row("a bucket denies it", PASS, [BUCKET, denies(denial())]),
        Row("a bucket denies it in two statements", PASS, [BUCKET, denies(denial(BUCKET.arn), denial(f"{BUCKET.arn}/*"))]),
        Row("by one pattern for both", PASS, [BUCKET, denies(denial(f"{BUCKET.arn}*"))]),
        Row("by BoolIfExists", PASS, [BUCKET, denies(denial(conditions=(condition(operator="BoolIfExists"),)))]),
        Row("by the version, also where there is none", PASS, [BUCKET, denies(denial(conditions=(condition("s3:tlsversion", "NumericLessThanIfExists", "1.2"),)))]),
        Row("by the version, where there is one", NO_EVIDENCE, [BUCKET, denies(denial(conditions=(VERSION,))), ALONE], says="old TLS"),
        Row("by too old a version", FAIL, [BUCKET, denies(denial(conditions=(condition("s3:tlsversion", "NumericLessThan", "1.1"),))), ALONE]),
        Row("only for its objects", FAIL, [BUCKET, denies(denial(f"{BUCKET.arn}/*")), ALONE]),
        Row("only for itself", FAIL, [BUCKET, denies(denial(BUCKET.arn)), ALONE]),
        Row("only for a folder", FAIL, [BUCKET, denies(denial(BUCKET.arn, f"{BUCKET.arn}/a/*")), ALONE]),
        Row("for another bucket", FAIL, [BUCKET, denies(denial("arn:aws:s3:::other", "arn:aws:s3:::other/*")), ALONE]),
        Row("only for reading", FAIL, [BUCKET, denies(denial(actions=("s3:GetObject",))), ALONE]),
        Row("only for one principal", FAIL, [BUCKET, denies(denial(principals=("arn:aws:iam::111122223333:root",))), ALONE]),
        Row("for all but one", FAIL, [BUCKET, denies(denial(others=True)), ALONE]),
        Row("under a further condition", FAIL, [BUCKET, denies(denial(conditions=(condition(), condition("aws:sourceip", "IpAddress", "10.0.0.0/8")))), ALONE]),
        Row("the wrong way round", FAIL, [BUCKET, denies(denial(conditions=(condition("aws:securetransport", "Bool", "true"),))), ALONE]),
        Row("no policy, and no organization", FAIL, [BUCKET, NOTHING, ALONE], says="takes requests without TLS"),
        Row("the organization denies it", PASS, [*ORGANIZED, control("r-1")], says="policy tls"),
        Row("the organization denies it to this account", PASS, [*ORGANIZED, control(ACCOUNT)]),
        Row("to its unit", PASS, [*ORGANIZED, control("ou-1-shops"), INNER]),
        Row("to another unit", FAIL, [*ORGANIZED, control("ou-1-labs"), INNER]),
        Row("to nobody", FAIL, [*ORGANIZED, control()]),
        Row("for other services", FAIL, [*ORGANIZED, control("r-1", actions=("sqs:*",))]),
        Row("such policies spare the management account", FAIL, [BUCKET, NOTHING, MEMBER, OURSELVES, control("r-1")]),
        Row("a bucket that is gone", NOT_APPLICABLE, [BUCKET]),
        Row("PostgreSQL of today", PASS, [postgres()], says="default of rds.force_ssl"),
        Row("PostgreSQL of yesterday", FAIL, [postgres("14.9")]),
        Row("PostgreSQL, set", PASS, [postgres("14.9", **OURS), set_in(rds__force_ssl="1")], says="by rds.force_ssl"),
        Row("PostgreSQL, unset", FAIL, [postgres(**OURS), set_in(rds__force_ssl="0")], says="is 0"),
        Row("a group of ours that says nothing of it", PASS, [postgres(**OURS), set_in()]),
        Row("set, and not in force", NO_EVIDENCE, [postgres(**OURS, parameters_in_force=False), set_in(rds__force_ssl="1")], says="restarted"),
        Row("a group that is not seen", UNKNOWN, [postgres(**OURS)]),
        Row("SQL Server", FAIL, [postgres("15.00.4236.7.v1", engine="sqlserver-se")]),
        Row("SQL Server, set", PASS, [postgres("15.00.4236.7.v1", engine="sqlserver-se", **OURS), set_in(rds__force_ssl="1")]),
        Row("MySQL", FAIL, [postgres("8.4.3", engine="mysql")]),
        Row("MySQL of tomorrow", PASS, [postgres("9.7.1", engine="mysql")]),
        Row("MySQL between", UNKNOWN, [postgres("9.1.0", engine="mysql")], says="not known"),
        Row("MySQL, set", PASS, [postgres("8.0.35", engine="mysql", **OURS), set_in(require_secure_transport="ON")]),
        Row("MariaDB", FAIL, [postgres("11.4.2", engine="mariadb")]),
        Row("MariaDB of today", PASS, [postgres("11.8.1", engine="mariadb")]),
        Row("Oracle says it elsewhere", NO_EVIDENCE, [postgres("19", engine="oracle-ee")]),
        Row("an engine without a version", UNKNOWN, [postgres("")]),
        Row("defaults that are too old", UNKNOWN, [postgres()], unit=LATER, says="days old"),
        Row("what is set is no default", PASS, [postgres(**OURS), set_in(rds__force_ssl="1")], unit=LATER),
        Row("Aurora by its cluster", {"main": PASS, "orders": NOT_APPLICABLE}, [cluster(version="16.4", parameter_group="ours"), set_for_cluster(rds__force_ssl="1"), postgres(cluster="main")]),
        Row("Aurora PostgreSQL", FAIL, [cluster(version="16.4", parameter_group="default.aurora-postgresql16")]),
        Row("Aurora PostgreSQL of today", PASS, [cluster(version="17.4")], says="that is the default"),
        Row("Aurora MySQL", FAIL, [cluster(engine="aurora-mysql", version="8.0.mysql_aurora.3.05.2")]),
        Row("Aurora MySQL of tomorrow", UNKNOWN, [cluster(engine="aurora-mysql", version="8.4.mysql_aurora.4.01.0")], says="not known"),
        Row("DocumentDB says it elsewhere", NO_EVIDENCE, [cluster(engine="docdb", version="5.0.0")]),
        Row("a domain of OpenSearch", PASS, [search()]),
        Row("a domain that takes HTTP", FAIL, [search(https_only=False)]),
        Row("a cache", PASS, [cache()]),
        Row("a cache without TLS", FAIL, [cache(tls="")]),
        Row("a cache whose clients may do without", FAIL, [cache(tls="preferred")], says="preferred"),
        Row("none", NOT_APPLICABLE),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, dark=[kind]) for kind in (Bucket, DbInstance, DbCluster, OpenSearchDomain, ReplicationGroup)),
        Row("a bucket's policy is dark", UNKNOWN, [BUCKET], dark=[BucketPolicy]),
        Row("the membership is dark", UNKNOWN, [BUCKET, NOTHING], dark=[Membership]),
        Row("the organization's policies are dark", UNKNOWN, [BUCKET, NOTHING, MEMBER], dark=[ResourceControlPolicy]),
        Row("the bucket's own policy is enough", PASS, [BUCKET, denies(denial()), MEMBER], dark=[ResourceControlPolicy]),
        Row("the organization's units are dark", UNKNOWN, [*ORGANIZED, control("ou-1-shops")], dark=[OrganizationAccount]),
        Row("the management account is dark", UNKNOWN, [BUCKET, NOTHING, MEMBER, control("r-1")], dark=[Payer]),
        Row("parameters are dark", UNKNOWN, [postgres(**OURS)], dark=[DbParameters]),
        Row("a cluster's parameters are dark", UNKNOWN, [cluster(parameter_group="ours")], dark=[DbClusterParameters]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [
        pytest.param(check, row, id=f"{check.id}: {row.id}")
        for check, rows in ROWS.items()
        for row in rows
    ],
)
def test_transport(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


def test_a_certificate_of_cloudfront_does_not_decide_beside_others() -> None:
    item = "security/network-traffic-is-over-https"
    own = distribution(minimum_tls="TLSv1", default_certificate=True)

    assert verdict_of(item, [own, balancer(), HTTPS, NEW]) is PASS
    assert verdict_of(item, [own, balancer(), HTTPS, NEW, BUCKET, NOTHING, ALONE]) is FAIL
