"""Look at Classic load balancers."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.balancing import ClassicLoadBalancer
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
