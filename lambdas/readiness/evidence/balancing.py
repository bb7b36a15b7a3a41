"""Load balancers, and whether they are used."""

from __future__ import annotations

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
