"""Does traffic travel encrypted: from clients to what faces them, and to where the data is?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    gone,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.evidence import Evidence, Reason
from readiness.evidence.apis import ApiDomain
from readiness.evidence.balancing import (
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
from readiness.evidence.databases import (
    DEFAULT_GROUP,
    DbCluster,
    DbClusterParameters,
    DbInstance,
    DbParameters,
)
from readiness.evidence.edge import Distribution
from readiness.evidence.identity import Membership
from readiness.evidence.places import OrganizationAccount
from readiness.evidence.policies import Statement
from readiness.evidence.published import TLS_BY_DEFAULT, TLS_DEFAULTS_FROM
from readiness.evidence.search import OpenSearchDomain
from readiness.evidence.storage import Bucket

_ENCRYPTED = ("HTTPS", "SSL", "TLS")


@check(Severity.HIGH)
def elb_listener_encrypted_or_redirects(
    front: Listener | ClassicLoadBalancer,
    balancers: Evidence[LoadBalancer],
    rules: Evidence[ListenerRule | InternalRule],
    groups: Evidence[TargetGroup],
    *,
    require_internal_tls: bool = True,
) -> Iterator[Result]:
    """What a load balancer takes in clear text, everybody on the way can read and change.

    Pass: the listener speaks TLS; or it speaks HTTP and every rule of it, the default included,
    redirects to HTTPS or answers by itself. A network load balancer may hand port 80 to an
    application load balancer or to port 443. Internal load balancers count for less, and for nothing
    where `require_internal_tls` is off.
    Fix: add a listener for HTTPS with a certificate of ACM, and let the one for HTTP redirect to it.
    Blind spot: whether what a listener for TCP carries on other ports is encrypted.
    See: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html
    """
    balancer = front if isinstance(front, ClassicLoadBalancer) else balancers.of(front.balancer)
    if balancer is None:
        yield not_applicable("belongs to a load balancer that is gone")
        return
    internal = balancer.scheme == "internal"
    if internal and not require_internal_tls:
        yield not_applicable("is internal, where TLS is not demanded")
        return
    severity = Severity.MEDIUM if internal else None
    if isinstance(front, Listener):
        yield _listener(front, rules, groups, severity)
        return
    for each in front.listeners:
        yield _port(each.protocol, each.port, severity).about(f"{front.arn}#{each.port}")


def _port(protocol: str, port: int, severity: Severity | None) -> Result:
    if protocol in _ENCRYPTED:
        return passed(f"speaks {protocol} on port {port}")
    if protocol == "HTTP" or port == 80:
        return failed(f"takes {protocol} on port {port} in clear text", severity)
    return not_applicable(f"takes {protocol} on port {port}, which is not for HTTP")


def _listener(
    listener: Listener,
    rules: Evidence[ListenerRule | InternalRule],
    groups: Evidence[TargetGroup],
    severity: Severity | None,
) -> Result:
    if listener.protocol != "HTTP":
        port = listener.port or 0
        if port != 80 or not listener.protocol.startswith("TCP"):
            return _port(listener.protocol, port, severity)
        found = [groups.of(arn) for arn in listener.target_groups]
        if found and all(each is not None and _takes_tls(each) for each in found):
            return passed("hands port 80 on to what speaks TLS, or is judged by itself")
        return failed("takes TCP on port 80 in clear text", severity)
    if not _is_safe(listener):
        return failed(f"{_does(listener)} by default what it takes in clear text", severity)
    for rule in rules.about(listener.arn, "listener"):
        if not _is_safe(rule):
            return failed(
                f"{_does(rule)} by the rule {rule.arn} what it takes in clear text", severity
            )
    return passed("redirects HTTP to HTTPS, or answers by itself")


def _takes_tls(group: TargetGroup) -> bool:
    return group.type == "alb" or group.protocol in _ENCRYPTED or group.port == 443


def _is_safe(way: Listener | ListenerRule | InternalRule) -> bool:
    """Whether nothing that came by HTTP is worked on."""
    if "redirect" in way.actions:
        return way.redirects_to_https
    return "fixed-response" in way.actions


def _does(way: Listener | ListenerRule | InternalRule) -> str:
    return "redirects to HTTP" if "redirect" in way.actions else "forwards"


_MODERN = frozenset({"TLSv1.2", "TLSv1.3"})
#: What distributions may speak at least: with ciphers of today, and with older ones.
_DISTRIBUTION_MODERN = re.compile(r"TLSv1\.(3_\d{4}|2_(2019|20[2-9]\d))")
_DISTRIBUTION_OLD = re.compile(r"SSLv3|TLSv1(_2016|\.1_2016)?")
_API_MODERN = re.compile(r"TLS_1_2|SecurityPolicy_TLS1[23]_\w+")


@check(Severity.MEDIUM)
def tls_policy_modern(
    front: Listener | ClassicLoadBalancer | Distribution | ApiDomain,
    policies: Evidence[SslPolicy],
    classic: Evidence[ClassicTlsPolicies],
) -> Iterator[Result]:
    """TLS 1.0 and 1.1 are broken, and whoever still offers them can be talked into using them.

    Pass: the policy of the listener lets clients speak TLS 1.2 or newer alone; the distribution has a
    certificate of its own and demands TLSv1.2_2019 or newer; the API's domain demands TLS 1.2.
    Fix: set ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09 or its like, TLSv1.2_2021 for distributions, and
    TLS_1_2 for domains of APIs.
    See: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    """
    match front:
        case Listener():
            yield _policy_of_listener(front, policies)
        case ClassicLoadBalancer():
            yield from _policies_of_classic(front, classic)
        case Distribution():
            yield _policy_of_distribution(front)
        case ApiDomain():
            said = front.tls_policy or "no policy that is told"
            if _API_MODERN.fullmatch(front.tls_policy):
                yield passed(f"demands {said}")
            elif front.tls_policy == "TLS_1_0":
                yield failed(f"lets clients speak TLS 1.0 ({said})")
            else:
                yield no_evidence(f"has {said}")


def _policy_of_listener(listener: Listener, policies: Evidence[SslPolicy]) -> Result:
    if listener.protocol not in _ENCRYPTED:
        return not_applicable("speaks no TLS")
    policy = next(iter(policies.about(listener.tls_policy, "name")), None)
    if policy is None:
        return unknown(Reason.UNDECIDED, f"has a policy that is not listed: {listener.tls_policy}")
    return _by_protocols(policy.name, policy.protocols)


def _by_protocols(policy: str, protocols: Iterable[str]) -> Result:
    found = set(protocols)
    old = ", ".join(sorted(found - _MODERN))
    if old:
        return failed(f"lets clients speak {old} by {policy}")
    if not found:
        return unknown(Reason.UNDECIDED, f"has the policy {policy}, which names no protocol")
    return passed(f"lets clients speak {', '.join(sorted(found))} alone by {policy}")


def _policies_of_classic(
    balancer: ClassicLoadBalancer, classic: Evidence[ClassicTlsPolicies]
) -> Iterator[Result]:
    for each in balancer.listeners:
        if each.protocol not in _ENCRYPTED:
            continue
        found = classic.of(balancer.arn)
        protocols = found.protocols if found else {}
        named = next((name for name in each.policies if name in protocols), "")
        result = (
            _by_protocols(named, protocols[named])
            if named
            else no_evidence(f"names no policy of TLS for port {each.port}")
        )
        yield result.about(f"{balancer.arn}#{each.port}")


def _policy_of_distribution(distribution: Distribution) -> Result:
    if not distribution.enabled:
        return not_applicable("is switched off")
    said = distribution.minimum_tls
    if distribution.default_certificate and not distribution.tenants:
        because = "has CloudFront's own certificate, with which clients may speak TLS 1.0"
        return failed(because, Severity.LOW)
    if _DISTRIBUTION_MODERN.fullmatch(said):
        return passed(f"demands {said}")
    if _DISTRIBUTION_OLD.fullmatch(said):
        return failed(f"lets clients speak {said}")
    return no_evidence(f"demands {said or 'nothing that is told'}, with ciphers of before 2019")


@check(Severity.HIGH)
def cloudfront_https_only(distribution: Distribution) -> Result:
    """A distribution that takes HTTP hands out pages that anybody on the way may have written.

    Pass: every behavior takes HTTPS alone or redirects to it, and every origin that is no bucket is
    fetched from by HTTPS, with TLS 1.2. An origin that is a bucket's website cannot speak TLS, and
    counts for less.
    Fix: set the viewer protocol policy to redirect-to-https and the origins' to https-only, and reach
    buckets by origin access control instead of their websites.
    Blind spot: the protocol of VPC origins is not in the distribution.
    See: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https.html
    """
    if not distribution.enabled:
        return not_applicable("is switched off")
    if "allow-all" in distribution.viewer_policies:
        return failed("takes HTTP from viewers")
    plain = [each for each in distribution.origins if each.protocol == "http-only"]
    named = next((each for each in plain if not each.website), None)
    if named is not None:
        return failed(f"fetches from {named.domain} by HTTP")
    if plain:
        because = f"fetches from {plain[0].domain} by HTTP: a bucket's website speaks no TLS"
        return failed(because, Severity.MEDIUM)
    for origin in distribution.origins:
        old = ", ".join(sorted(set(origin.tls) - _MODERN))
        if origin.protocol and old:
            return no_evidence(f"takes HTTPS alone, and may speak {old} with {origin.domain}")
        if origin.vpc:
            return no_evidence(
                f"takes HTTPS alone; how it fetches from {origin.domain} is not told"
            )
    return passed("takes HTTPS from viewers and fetches by HTTPS")


@check(Severity.MEDIUM)
def data_access_requires_tls(
    store: Bucket | DbInstance | DbCluster | OpenSearchDomain | ReplicationGroup,
    policies: Evidence[BucketPolicy],
    parameters: Evidence[DbParameters],
    cluster_parameters: Evidence[DbClusterParameters],
    memberships: Evidence[Membership],
    controls: Evidence[ResourceControlPolicy],
    accounts: Evidence[OrganizationAccount],
    payers: Evidence[Payer],
    unit: Unit,
) -> Result:
    """A store that also takes clear text is spoken to in clear text by the one client that is set wrong.

    Pass: the bucket's policy, or a resource control policy of the organization, denies everything to
    everybody without TLS, without further conditions; the database refuses clients without it
    (`rds.force_ssl`, `require_secure_transport`), by its parameter group or by the engine's default;
    the OpenSearch domain enforces HTTPS; the ElastiCache replication group requires TLS.
    Fix: deny requests with `aws:SecureTransport` false for the bucket and its objects, or by a
    resource control policy for all; set the parameter in a group of your own; require TLS.
    Blind spot: Oracle, Db2, DocumentDB and Neptune say it elsewhere.
    See: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
    """
    match store:
        case Bucket():
            own = policies.of(store.arn)
            if own is None:
                return gone()
            if _refuses_clear_text(own.denials, store.arn):
                return passed("denies requests without TLS by its policy")
            found = _control(store, memberships, controls, accounts, payers, unit)
            if found:
                return passed(f"denies requests without TLS by the organization's policy {found}")
            if any(map(_refuses_old_tls, own.denials)):
                return no_evidence("denies old TLS, and not that there is none")
            return failed("takes requests without TLS")
        case DbInstance() if store.cluster:
            return not_applicable(f"is judged with its cluster {store.cluster}")
        case DbInstance():
            names = tuple(
                f"arn:{unit.partition}:rds:{unit.region}:{unit.account}:pg:{name}"
                for name in store.parameter_groups
            )
            return _database(store, names, parameters, unit)
        case DbCluster():
            prefix = f"arn:{unit.partition}:rds:{unit.region}:{unit.account}:cluster-pg"
            names = (f"{prefix}:{store.parameter_group}",) if store.parameter_group else ()
            return _database(store, names, cluster_parameters, unit)
        case OpenSearchDomain():
            return passed("enforces HTTPS") if store.https_only else failed("takes HTTP")
        case ReplicationGroup():
            if store.tls == "required":
                return passed("requires TLS")
            if store.tls:
                return failed(f"takes clients without TLS (mode {store.tls})")
            return failed("speaks no TLS")


_EVERYTHING = frozenset({"*", "s3:*"})


def _refuses_clear_text(denials: Iterable[Statement], bucket: str) -> bool:
    """Whether denials together cover a bucket and its objects, for everybody, whenever TLS is missing."""
    covering = [each for each in denials if _denies_all(each) and _is_without_tls(each)]
    patterns = [pattern for each in covering for pattern in each.resources]
    objects = any(
        pattern.endswith("*") and fnmatchcase(f"{bucket}/", pattern) for pattern in patterns
    )
    return objects and any(fnmatchcase(bucket, pattern) for pattern in patterns)


def _denies_all(statement: Statement) -> bool:
    everybody = statement.principals == ("*",) and not statement.others
    return everybody and not _EVERYTHING.isdisjoint(statement.actions)


def _is_without_tls(statement: Statement) -> bool:
    """Whether a statement holds for requests without TLS, and under no other condition."""
    if len(statement.conditions) != 1:
        return False
    condition = statement.conditions[0]
    if condition.key == "aws:securetransport":
        return condition.operator in ("Bool", "BoolIfExists") and [
            value.lower() for value in condition.values
        ] == ["false"]
    # A request without TLS has no version of it: only IfExists holds for that as well.
    return condition.operator == "NumericLessThanIfExists" and _wants_tls_1_2(statement)


def _refuses_old_tls(statement: Statement) -> bool:
    return _denies_all(statement) and _wants_tls_1_2(statement)


def _wants_tls_1_2(statement: Statement) -> bool:
    return any(
        each.key == "s3:tlsversion"
        and each.operator.startswith("NumericLessThan")
        and each.values in (("1.2",), ("1.3",))
        for each in statement.conditions
    )


def _control(
    bucket: Bucket,
    memberships: Evidence[Membership],
    controls: Evidence[ResourceControlPolicy],
    accounts: Evidence[OrganizationAccount],
    payers: Evidence[Payer],
    unit: Unit,
) -> str:
    """Name the resource control policy that denies requests without TLS; empty where there is none."""
    if not any(each.organization for each in memberships):
        return ""
    for control in controls:
        if _refuses_clear_text(control.denials, bucket.arn) and _holds_for(
            control, accounts, unit.account
        ):
            # Such policies do not hold for the management account.
            if any(each.account == unit.account for each in payers):
                return ""
            return control.name
    return ""


def _holds_for(
    control: ResourceControlPolicy, accounts: Evidence[OrganizationAccount], account: str
) -> bool:
    if any(target.startswith("r-") or target == account for target in control.targets):
        return True
    units = {target for target in control.targets if target.startswith("ou-")}
    if not units:
        return False
    # Raises where the organization's accounts, and so the units above this one, were not seen.
    own = next((each for each in accounts if each.id == account), None)
    above = {part for path in (own.paths if own else ()) for part in path.split("/")}
    return not units.isdisjoint(above)


def _database(
    database: DbInstance | DbCluster,
    groups: tuple[str, ...],
    parameters: Evidence[DbParameters] | Evidence[DbClusterParameters],
    unit: Unit,
) -> Result:
    engine = "sqlserver" if database.engine.startswith("sqlserver-") else database.engine
    if engine not in TLS_BY_DEFAULT:
        return no_evidence(f"is {engine}, which says elsewhere whether it requires TLS")
    parameter, off, on = TLS_BY_DEFAULT[engine]
    for group in groups:
        if group.rpartition(":")[2].startswith(DEFAULT_GROUP):
            continue
        found = parameters.of(group)
        if found is None:
            return unknown(Reason.UNDECIDED, f"has the parameter group {group}, which is not seen")
        if parameter in found.set:
            return _by_parameter(database, parameter, found.set[parameter])
    old = TLS_DEFAULTS_FROM.too_old(unit.now)
    version = tuple(int(part) for part in re.findall(r"\d+", database.version)[:2])
    said = f"{parameter} of {database.engine} {database.version}"
    if old or not version:
        return unknown(Reason.UNDECIDED, f"has the default of {said}: {old or 'it has no version'}")
    if on and version >= on:
        return passed(f"requires TLS: that is the default of {said}")
    if version <= off:
        return failed(f"takes clients without TLS: that is the default of {said}")
    return unknown(Reason.UNDECIDED, f"has the default of {said}, which is not known")


def _by_parameter(database: DbInstance | DbCluster, parameter: str, value: str) -> Result:
    if value.lower() not in ("1", "on", "true"):
        return failed(f"takes clients without TLS: {parameter} is {value or 'not set'}")
    if not database.parameters_in_force:
        return no_evidence(f"requires TLS by {parameter} as soon as it is restarted")
    return passed(f"requires TLS by {parameter}")
