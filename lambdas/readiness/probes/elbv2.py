"""Look at load balancers of the second generation."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence import Evidence
from readiness.evidence.balancing import BalancerOwner, LoadBalancer
from readiness.probes import probe
from readiness.probes.aws import Aws, tags_of

#: DescribeTags takes this many ARNs.
TAGGED = 20
CLUSTER_TAG = "elbv2.k8s.aws/cluster"


@probe(LoadBalancer, "elbv2.describe_load_balancers")
def load_balancers(aws: Aws) -> Iterator[LoadBalancer]:
    for each in aws.pages("elbv2.describe_load_balancers", "LoadBalancers"):
        yield LoadBalancer(
            arn=each["LoadBalancerArn"],
            name=each["LoadBalancerName"],
            type=each["Type"],
            scheme=each.get("Scheme", ""),
            created=each["CreatedTime"],
            zones=tuple(zone["ZoneName"] for zone in each.get("AvailabilityZones") or ()),
            state=each["State"]["Code"],
            dns=each.get("DNSName", "").lower(),
        )


@probe(BalancerOwner, "elbv2.describe_tags")
def balancer_owners(aws: Aws, balancers: Evidence[LoadBalancer]) -> Iterator[BalancerOwner]:
    arns = [each.arn for each in balancers]
    for first in range(0, len(arns), TAGGED):
        batch = arns[first : first + TAGGED]
        for each in aws.pages("elbv2.describe_tags", "TagDescriptions", ResourceArns=batch):
            cluster = tags_of(each).get(CLUSTER_TAG)
            if cluster:
                yield BalancerOwner(arn=each["ResourceArn"], cluster=cluster)
