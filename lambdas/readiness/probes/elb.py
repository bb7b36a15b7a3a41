"""Look at Classic load balancers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.balancing import (
    ClassicAttributes,
    ClassicHealth,
    ClassicListener,
    ClassicLoadBalancer,
    ClassicTlsPolicies,
)
from readiness.probes import probe
from readiness.probes.aws import Aws

_GONE = ("LoadBalancerNotFound", "AccessPointNotFoundException")


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
            listeners=tuple(map(_listener, each.get("ListenerDescriptions") or ())),
        )


def _listener(each: Mapping[str, Any]) -> ClassicListener:
    said = each["Listener"]
    return ClassicListener(
        port=said["LoadBalancerPort"],
        protocol=said["Protocol"].upper(),
        policies=tuple(each.get("PolicyNames") or ()),
    )


@probe(ClassicHealth, "elb.describe_instance_health")
def instance_health(
    aws: Aws, balancers: Evidence[ClassicLoadBalancer]
) -> Iterator[ClassicHealth | Gap]:
    def look(balancer: ClassicLoadBalancer) -> Iterator[ClassicHealth]:
        if balancer.scheme != "internet-facing" or not balancer.instances:
            return
        answer = aws.call(
            "elb.describe_instance_health", absent=_GONE, LoadBalancerName=balancer.name
        )
        if answer is not None:
            listed = answer.get("InstanceStates") or ()
            yield ClassicHealth(
                arn=balancer.arn, states=tuple(each.get("State", "Unknown") for each in listed)
            )

    yield from aws.each(balancers, look)


@probe(ClassicTlsPolicies, "elb.describe_load_balancer_policies")
def tls_policies(
    aws: Aws, balancers: Evidence[ClassicLoadBalancer]
) -> Iterator[ClassicTlsPolicies | Gap]:
    def look(balancer: ClassicLoadBalancer) -> Iterator[ClassicTlsPolicies]:
        if not any(each.protocol in ("HTTPS", "SSL") for each in balancer.listeners):
            return
        answer = aws.call(
            "elb.describe_load_balancer_policies", absent=_GONE, LoadBalancerName=balancer.name
        )
        if answer is not None:
            yield ClassicTlsPolicies(
                arn=balancer.arn,
                protocols={
                    each["PolicyName"]: tuple(_protocols(each))
                    for each in answer.get("PolicyDescriptions") or ()
                    if each.get("PolicyTypeName") == "SSLNegotiationPolicyType"
                },
            )

    yield from aws.each(balancers, look)


def _protocols(policy: Mapping[str, Any]) -> Iterator[str]:
    """Yield the protocols that a policy switches on, e.g. `TLSv1.2`."""
    for each in policy.get("PolicyAttributeDescriptions") or ():
        name = each["AttributeName"]
        if name.startswith("Protocol-") and each.get("AttributeValue", "").lower() == "true":
            yield name.removeprefix("Protocol-")


@probe(ClassicAttributes, "elb.describe_load_balancer_attributes")
def balancer_attributes(
    aws: Aws, balancers: Evidence[ClassicLoadBalancer]
) -> Iterator[ClassicAttributes | Gap]:
    def look(balancer: ClassicLoadBalancer) -> Iterator[ClassicAttributes]:
        answer = aws.call(
            "elb.describe_load_balancer_attributes",
            absent=_GONE,
            LoadBalancerName=balancer.name,
        )
        if answer is not None:
            said = answer["LoadBalancerAttributes"]
            yield ClassicAttributes(
                arn=balancer.arn,
                cross_zone=(said.get("CrossZoneLoadBalancing") or {}).get("Enabled", False),
                access_log=(said.get("AccessLog") or {}).get("Enabled", False),
            )

    yield from aws.each(balancers, look)
