"""Look at Classic load balancers."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence import Evidence, Gap
from readiness.evidence.balancing import ClassicAttributes, ClassicLoadBalancer
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(ClassicLoadBalancer, "elb.describe_load_balancers")
def load_balancers(aws: Aws) -> Iterator[ClassicLoadBalancer]:
    for each in aws.pages("elb.describe_load_balancers", "LoadBalancerDescriptions"):
        name = each["LoadBalancerName"]
        yield ClassicLoadBalancer(
            arn=aws.arn("elasticloadbalancing", f"loadbalancer/{name}"),
            name=name,
            scheme=each.get("Scheme", ""),
            created=each["CreatedTime"],
            zones=tuple(each.get("AvailabilityZones") or ()),
            instances=tuple(to["InstanceId"] for to in each.get("Instances") or ()),
            dns=each.get("DNSName", "").lower(),
            ports=tuple(
                listener["Listener"]["LoadBalancerPort"]
                for listener in each.get("ListenerDescriptions") or ()
            ),
        )


@probe(ClassicAttributes, "elb.describe_load_balancer_attributes")
def balancer_attributes(
    aws: Aws, balancers: Evidence[ClassicLoadBalancer]
) -> Iterator[ClassicAttributes | Gap]:
    def look(balancer: ClassicLoadBalancer) -> Iterator[ClassicAttributes]:
        answer = aws.call(
            "elb.describe_load_balancer_attributes",
            absent=("LoadBalancerNotFound", "AccessPointNotFoundException"),
            LoadBalancerName=balancer.name,
        )
        if answer is not None:
            shared = answer["LoadBalancerAttributes"].get("CrossZoneLoadBalancing") or {}
            yield ClassicAttributes(arn=balancer.arn, cross_zone=shared.get("Enabled", False))

    yield from aws.each(balancers, look)
