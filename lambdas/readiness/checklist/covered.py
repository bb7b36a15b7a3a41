"""How much of what an account holds was made by infrastructure code?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from readiness.checklist.delivered import STACK_TAG, marker_of
from readiness.checklist.model import Unit
from readiness.checklist.workloads import ours
from readiness.evidence import Evidence, account_of, service_of
from readiness.evidence.apis import HttpApi, RestApi
from readiness.evidence.balancing import LoadBalancer
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService, EksCluster
from readiness.evidence.databases import DbCluster, DbInstance, Table
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.network import Vpc
from readiness.evidence.queues import Queue, Topic
from readiness.evidence.registry import EcrRepository
from readiness.evidence.scaling import AutoScalingGroup
from readiness.evidence.stacks import StackedResource
from readiness.evidence.storage import Bucket
from readiness.evidence.tagging import TaggedResource

#: What an account's own work consists of: everything else comes with these.
Inventory = (
    LambdaFunction
    | EcsService
    | DbInstance
    | DbCluster
    | Table
    | Instance
    | AutoScalingGroup
    | Bucket
    | RestApi
    | EcrRepository
)
#: The same, with what leads to it and between it.
WideInventory = Inventory | LoadBalancer | EksCluster | HttpApi | Queue | Topic | Vpc

#: The types of the inventory that propagate a stack's tags, as the first words of their ARNs.
INVENTORY_TYPES = (
    "lambda", "ecs", "rds", "dynamodb", "ec2", "autoscaling", "s3", "apigateway", "ecr",
)  # fmt: skip

#: Buckets that a service makes for itself.
_SERVICE_BUCKETS = re.compile(
    r"^(elasticbeanstalk-|cf-templates-|codepipeline-[a-z]{2}-|aws-cloudtrail-logs-|aws-athena-query-results-|"
    r"aws-glue-assets-|aws-controltower-|config-bucket-\d{12}$|do-not-delete-)"
)
#: Queues and topics that Control Tower makes for itself.
_BASELINE = re.compile(r"^(aws-controltower-|StackSet-AWSControlTower)")


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How many resources there are, and those that carry no mark of infrastructure code."""

    total: int
    left: tuple[WideInventory, ...]
    #: Whether anything at all carries the mark of a tool; the tag of a stack says nothing of others.
    marked: bool
    #: Whether few enough are left.
    enough: bool

    @property
    def said(self) -> str:
        covered = self.total - len(self.left)
        return f"has {covered} of {self.total} resources marked as made by infrastructure code"


def coverage(
    inventory: Iterable[WideInventory],
    tagged: Evidence[TaggedResource],
    stacked: Evidence[StackedResource],
    unit: Unit,
    ratio: float,
    markers: tuple[str, ...],
    types: tuple[str, ...],
) -> Coverage:
    """Return how much was made by code; a resource scan is asked where tags are not enough."""
    here = [
        each for each in inventory if service_of(each.arn) in types and _is_made_here(each, unit)
    ]
    if not here:
        return Coverage(total=0, left=(), marked=False, enough=True)
    marked = {each.arn for each in tagged if _made_by_code(each.tags, markers)}
    left = [
        each
        for each in here
        if each.arn not in marked and not _made_by_code(_own_tags(each), markers)
    ]
    if len(left) > (1 - ratio) * len(here):
        scanned = {name for each in stacked for name in _scanned(each)}
        left = [each for each in left if not scanned.intersection(_identifiers(each.arn))]
    return Coverage(
        total=len(here),
        left=tuple(left),
        marked=any(marker_of(each.tags, markers) for each in tagged),
        enough=len(here) - len(left) >= ratio * len(here),
    )


def _is_made_here(found: WideInventory, unit: Unit) -> bool:
    """Whether a resource is somebody's own work, and not what a service made."""
    match found:
        case LambdaFunction():
            return ours(found)
        case Instance():
            return not found.made_by
        case AutoScalingGroup():
            return not any(tag.startswith(("eks:", "elasticbeanstalk:")) for tag in found.tags)
        case Bucket():
            return found.region == unit.region and not _SERVICE_BUCKETS.match(found.name)
        case Queue() | Topic():
            return not _BASELINE.match(found.arn.rpartition(":")[2])
        case Vpc():
            return not found.default and account_of(found.arn) == unit.account
        case _:
            return True


def _own_tags(found: WideInventory) -> Mapping[str, str]:
    return getattr(found, "tags", {})


def _made_by_code(tags: Mapping[str, str], markers: Iterable[str]) -> bool:
    return STACK_TAG in tags or bool(marker_of(tags, markers))


#: What a resource scan calls the inventory, by the services in ARNs. Whatever else it finds is named
#: after what it belongs to: a bucket's policy in a stack says nothing of who made the bucket.
_SCANNED = {
    "AWS::ApiGateway::RestApi": "apigateway",
    "AWS::ApiGatewayV2::Api": "apigateway",
    "AWS::AutoScaling::AutoScalingGroup": "autoscaling",
    "AWS::DynamoDB::GlobalTable": "dynamodb",
    "AWS::DynamoDB::Table": "dynamodb",
    "AWS::EC2::Instance": "ec2",
    "AWS::EC2::VPC": "ec2",
    "AWS::ECR::Repository": "ecr",
    "AWS::ECS::Service": "ecs",
    "AWS::EKS::Cluster": "eks",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "elasticloadbalancing",
    "AWS::Lambda::Function": "lambda",
    "AWS::RDS::DBCluster": "rds",
    "AWS::RDS::DBInstance": "rds",
    "AWS::S3::Bucket": "s3",
    "AWS::SNS::Topic": "sns",
    "AWS::SQS::Queue": "sqs",
}


def _scanned(found: StackedResource) -> Iterator[tuple[str, str]]:
    service = _SCANNED.get(found.type, "")
    return ((service, part) for part in found.identifier.split("|") if service)


def _identifiers(arn: str) -> set[tuple[str, str]]:
    """Return how a resource scan may name a resource: by its ARN or by its name."""
    service, resource = service_of(arn), arn.split(":", 5)[-1]
    _, _, name = resource.partition("/")
    names = {arn, resource, name, resource.rpartition("/")[2], resource.rpartition(":")[2]}
    return {(service, each) for each in names if each}
