"""Load balancers, and whether they are used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.REGION, "load balancer")
class LoadBalancer:
    """A load balancer of the second generation. Source: elbv2.DescribeLoadBalancers."""

    arn: str
    name: str
    #: application, network or gateway.
    type: str
    #: internet-facing or internal; a gateway's is empty.
    scheme: str
    created: datetime
    #: The names of its availability zones.
    zones: tuple[str, ...]
    #: active, provisioning, active_impaired or failed.
    state: str = "active"
    #: The name that it answers to; a gateway's is empty.
    dns: str = ""
    #: The ids of its security groups.
    groups: tuple[str, ...] = ()

    @property
    def dimension(self) -> str:
        """How its metrics name it, e.g. `app/shop/50dc6c495c0c9188`."""
        return self.arn.partition(":loadbalancer/")[2]


@dataclass(frozen=True, kw_only=True)
class ClassicListener:
    """One listener of a Classic load balancer, as its clients see it."""

    port: int
    #: HTTP, HTTPS, TCP or SSL.
    protocol: str
    #: The names of its policies, that of TLS among them.
    policies: tuple[str, ...]


@record(Scope.REGION, "Classic load balancer")
class ClassicLoadBalancer:
    """A load balancer of the first generation. Source: elb.DescribeLoadBalancers."""

    arn: str
    name: str
    #: internet-facing or internal.
    scheme: str
    created: datetime
    #: The names of its availability zones.
    zones: tuple[str, ...]
    #: The ids of the registered instances.
    instances: tuple[str, ...]
    #: The name that it answers to.
    dns: str = ""
    #: The ports that it listens on.
    ports: tuple[int, ...] = ()
    listeners: tuple[ClassicListener, ...] = ()


@record(Scope.REGION, "load balancer's owner")
class BalancerOwner:
    """The EKS cluster whose controller made a load balancer, by its tag. Source: elbv2.DescribeTags."""

    #: The load balancer's ARN.
    arn: str
    cluster: str


@record(Scope.REGION, "load balancer's traffic")
class BalancerTraffic:
    """What a load balancer carried on its busiest day of the last seven. Source: cloudwatch.GetMetricData."""

    #: The load balancer's ARN.
    arn: str
    #: Requests of an application or Classic load balancer; bytes of any other.
    busiest_day: float


@record(Scope.REGION, "listener")
class Listener:
    """A listener of a load balancer. Source: elbv2.DescribeListeners."""

    arn: str
    #: The load balancer's ARN.
    balancer: str
    #: None for a gateway's, which hears every port.
    port: int | None
    #: HTTP, HTTPS, TCP, TLS, UDP, …
    protocol: str
    #: What it does by default, in order: forward, redirect, fixed-response, authenticate-oidc, …
    actions: tuple[str, ...]
    #: The policy that says which TLS it speaks; empty where it speaks none.
    tls_policy: str
    #: Whether it redirects to HTTPS by default.
    redirects_to_https: bool
    #: Whether it hands on by default what it could not authenticate.
    lets_anyone_in: bool = False
    #: Whether it takes no connection without a certificate that it trusts.
    verifies_clients: bool = False
    #: The ARNs of the target groups that it forwards to by default.
    target_groups: tuple[str, ...] = ()


@record(Scope.REGION, "listener's rule")
class ListenerRule:
    """A rule of a listener of an application load balancer on the internet; never its default.

    Source: elbv2.DescribeRules.
    """

    arn: str
    #: The ARNs of its listener and of the load balancer.
    listener: str
    balancer: str
    #: The patterns of the paths that it is for.
    paths: tuple[str, ...]
    #: What it does, in order.
    actions: tuple[str, ...]
    #: Whether it hands on what it could not authenticate.
    lets_anyone_in: bool = False
    redirects_to_https: bool = False


@record(Scope.REGION, "internal listener's rule")
class InternalRule:
    """A rule of a listener for HTTP of an internal application load balancer.

    Source: elbv2.DescribeRules.
    """

    arn: str
    #: The ARN of its listener.
    listener: str
    #: What it does, in order.
    actions: tuple[str, ...]
    redirects_to_https: bool = False


@record(Scope.REGION, "TLS policy")
class SslPolicy:
    """Which TLS a policy of load balancers lets clients speak. Source: elbv2.DescribeSSLPolicies."""

    #: Built from its name.
    arn: str
    name: str
    #: E.g. TLSv1.2 and TLSv1.3.
    protocols: tuple[str, ...]


@record(Scope.REGION, "Classic load balancer's TLS policies")
class ClassicTlsPolicies:
    """The same of a Classic load balancer with listeners for TLS. Source: elb.DescribeLoadBalancerPolicies."""

    #: The load balancer's ARN.
    arn: str
    #: The protocols by the policy's name.
    protocols: Mapping[str, tuple[str, ...]]


@record(Scope.REGION, "target group")
class TargetGroup:
    """A target group. Source: elbv2.DescribeTargetGroups."""

    arn: str
    name: str
    #: instance, ip, lambda or alb.
    type: str
    #: HTTP, HTTPS, TCP, GENEVE, …; empty for functions.
    protocol: str
    vpc: str
    #: The ARNs of the load balancers that lead to it.
    balancers: tuple[str, ...]
    #: None for functions.
    port: int | None = None


@record(Scope.REGION, "target group's tags")
class TargetGroupTags:
    """The tags of a target group. Source: elbv2.DescribeTags."""

    #: The target group's ARN.
    arn: str
    tags: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Target:
    """One target of a target group."""

    #: An instance's id, an address, or the ARN of a function or of a load balancer.
    id: str
    #: The zone that it was registered with; `all` for an address outside of the VPC, mostly empty.
    zone: str
    #: healthy, unhealthy, initial, draining, unused or unavailable.
    state: str


@record(Scope.REGION, "target group's health")
class TargetHealth:
    """How the targets of a target group are that a load balancer leads to.

    Source: elbv2.DescribeTargetHealth.
    """

    #: The target group's ARN.
    arn: str
    targets: tuple[Target, ...]

    @property
    def healthy(self) -> tuple[Target, ...]:
        """The targets that requests are sent to; a function without health checks is `unavailable`."""
        return tuple(each for each in self.targets if each.state in ("healthy", "unavailable"))


@record(Scope.REGION, "Classic load balancer's health")
class ClassicHealth:
    """How the instances of a Classic load balancer on the internet are.

    Source: elb.DescribeInstanceHealth.
    """

    #: The load balancer's ARN.
    arn: str
    #: InService, OutOfService or Unknown of each instance.
    states: tuple[str, ...]


@record(Scope.REGION, "load balancer's attributes")
class BalancerAttributes:
    """Whether zones share the traffic of a load balancer, and whether it is logged.

    Source: elbv2.DescribeLoadBalancerAttributes.
    """

    #: The load balancer's ARN.
    arn: str
    cross_zone: bool
    #: Whether it writes an access log to a bucket.
    access_log: bool = False


@record(Scope.REGION, "Classic load balancer's attributes")
class ClassicAttributes:
    """The same of a Classic load balancer. Source: elb.DescribeLoadBalancerAttributes."""

    #: The load balancer's ARN.
    arn: str
    cross_zone: bool
    #: Whether it writes an access log to a bucket.
    access_log: bool = False


@record(Scope.REGION, "target group's healthy targets")
class HealthyTargets:
    """How many healthy targets each load balancer counted in a target group, hour by hour for a day.

    Source: cloudwatch.GetMetricData.
    """

    #: The target group's ARN.
    arn: str
    #: The least of each hour in which there were targets, by the load balancer's ARN.
    minima: Mapping[str, tuple[float, ...]]
