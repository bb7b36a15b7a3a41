"""Would a container or a function do where a machine runs?

The checks of two items of "Cost".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from readiness.checklist.capacity import role_of
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.checklist.rightsizing import DAYS, MEGABYTE, days_of
from readiness.checklist.standing import left_out
from readiness.evidence import Evidence
from readiness.evidence.batch import BatchEnvironment
from readiness.evidence.compute import Instance, marked
from readiness.evidence.containers import ContainerInstance, EcsActivity, EksCluster
from readiness.evidence.functions import FunctionUse, LambdaFunction
from readiness.evidence.infrastructure import IacRoot, ServerlessDefinition
from readiness.evidence.practices import NOT_BUILT
from readiness.evidence.repository import Language, Manifest, Repository, SourceFile
from readiness.evidence.signals import CONTAINER_BUILDS, JIB, matches
from readiness.evidence.usage import InstanceUse

#: What the tag `role`, or the name, says of machines that are rightly machines.
MACHINE_ROLES = ("bastion", "vpn", "appliance", "directory", "database")


def _role(tags: Mapping[str, str], roles: tuple[str, ...]) -> str:
    """Return the role for which something is rightly a machine, by its tag `role`, else its name."""
    said = role_of(tags)
    words = [said] if said else re.split(r"[^a-z0-9]+", tags.get("Name", "").lower())
    return next((word for word in words if word in roles), "")


# --- Containers -----------------------------------------------------------------------------------

#: Tags of machines that run containers; a star ends a family of them.
_CONTAINER_TAGS = {
    "eks:cluster-name": "EKS",
    "aws:eks:cluster-name": "EKS",
    "kubernetes.io/cluster/*": "Kubernetes",
    "karpenter.sh/nodepool": "Karpenter",
    "AWSBatchServiceTag": "Batch",
}


@check(Severity.LOW)
def ec2_instance_container_host(
    instance: Instance,
    hosts: Evidence[ContainerInstance],
    *,
    non_container_roles: tuple[str, ...] = MACHINE_ROLES,
) -> Result:
    """Services in containers share machines, and move to another one within seconds.

    Pass: the instance is a machine of an ECS, EKS or other Kubernetes cluster, or of Batch.
    Fix: build an image of the service and run it on ECS with Fargate; where containers run on the
    instance by hand, or cannot, attest it.
    Blind spot: no API shows containers that somebody runs by hand, nor the platform of Elastic
    Beanstalk. Instances whose tag `role`, or whose name, says bastion, VPN, appliance, directory or
    database are left out.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate.html
    """
    if instance.managed:
        return not_applicable("is operated by a service of AWS")
    if instance.state != "running":
        return not_applicable(f"is {instance.state}")
    if instance.bought:
        return not_applicable("runs an image of the Marketplace, as an appliance does")
    kind = marked(instance.tags, _CONTAINER_TAGS)
    if kind:
        return passed(f"is a machine of {kind}")
    role = _role(instance.tags, non_container_roles)
    if role:
        return not_applicable(f"has the role {role}")
    if any(True for _ in hosts.about(instance.id, "instance")):
        return passed("is a machine of ECS")
    if any(tag.startswith("elasticbeanstalk:") for tag in instance.tags):
        return no_evidence("belongs to Elastic Beanstalk, whose platform may run containers")
    return no_evidence("is a machine of no container cluster")


@check(Severity.INFO)
def container_platform_in_use(
    clusters: Evidence[EcsActivity],
    kubernetes: Evidence[EksCluster],
    environments: Evidence[BatchEnvironment],
    functions: Evidence[LambdaFunction],
) -> Result:
    """What runs containers here already is the shortest way for what does not yet.

    Pass: ECS, EKS, Batch or Lambda runs containers in the region; this only counts them.
    Fix: begin with ECS on Fargate, which needs no machine.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/Welcome.html
    """
    running = [each for each in clusters if each.services or each.tasks]
    found = {
        "ECS services": sum(each.services for each in running),
        "ECS tasks": sum(each.tasks for each in running),
        "EKS clusters": sum(1 for _ in kubernetes),
        "Batch environments": sum(each.enabled for each in environments),
        "functions from images": sum(each.image for each in functions),
    }
    counted = ", ".join(f"{number} {what}" for what, number in found.items() if number)
    return passed(f"has {counted}") if counted else no_evidence("runs no containers")


#: Families whose code is packed without a container.
_ZIPPED = ("SAM", "Serverless Framework")


@check(Severity.LOW)
def repo_container_build_present(
    repository: Repository,
    files: Evidence[SourceFile],
    manifests: Evidence[Manifest],
    languages: Evidence[Language],
    roots: Evidence[IacRoot],
) -> Result:
    """An image is built once, and runs the same on a laptop, in tests and in production.

    Pass: the repository holds a Dockerfile, a Compose file, a chart, or the configuration of
    Buildpacks, Jib, ko or Skaffold.
    Fix: add a Dockerfile and build it in CI.
    Blind spot: repositories of infrastructure code or documents alone, and of functions that SAM or the
    Serverless Framework pack as archives, are left out.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/create-container-image.html
    """
    why = left_out(repository)
    if why:
        return not_applicable(why)
    for each in files | manifests:
        if isinstance(each, Manifest):
            if JIB.intersection(each.sections):
                return passed(f"builds an image by Jib ({each.path})")
        elif not each.foreign and matches(each.path.rpartition("/")[2], CONTAINER_BUILDS):
            return passed(f"builds an image by {each.path}")
    if all(each.name in NOT_BUILT for each in languages):
        return not_applicable("holds nothing that is built")
    for root in roots:
        if root.family in _ZIPPED:
            return not_applicable(f"packs functions as archives ({root.path})")
    return no_evidence("has nothing that builds an image")


# --- Functions ------------------------------------------------------------------------------------


@check(Severity.LOW)
def ec2_instance_lambda_candidate(
    instance: Instance,
    uses: Evidence[InstanceUse],
    unit: Unit,
    *,
    idle_cpu_average_percent: float = 2,
    idle_cpu_maximum_percent: float = 5,
    idle_network_megabytes: float = 5,
    non_container_roles: tuple[str, ...] = MACHINE_ROLES,
) -> Result:
    """A function that waits costs nothing; a server that waits costs as much as one that works.

    Pass: on some of the last 14 days the CPU went above 5 %, or the network carried more than 5 MB.
    Fix: move the job to Lambda behind EventBridge Scheduler, SQS or API Gateway; where a licence or a
    state binds it to a machine, attest it.
    Blind spot: what keeps state looks idle too; instances whose tag `role`, or whose name, says
    bastion, VPN, appliance, directory or database are left out.
    See: https://docs.aws.amazon.com/lambda/latest/dg/welcome.html
    """
    why = _no_candidate(instance, unit, non_container_roles)
    if why:
        return not_applicable(why)
    days = days_of(instance, uses)
    if isinstance(days, Result):
        return days
    network = idle_network_megabytes * MEGABYTE
    if any(day.cpu_maximum > idle_cpu_maximum_percent or day.network > network for day in days):
        return passed("worked on some of the last 14 days")
    highest = max(day.cpu_average for day in days)
    if highest <= idle_cpu_average_percent:
        return no_evidence(f"was idle on all of the last 14 days (CPU {highest:.1f} % on average)")
    return no_evidence(f"did little on all of the last 14 days (CPU up to {highest:.1f} %)")


def _no_candidate(instance: Instance, unit: Unit, roles: tuple[str, ...]) -> str:
    """Say why an instance is not looked at as what a function could do, empty where it is."""
    if instance.made_by:
        return f"was made by {instance.made_by}"
    if instance.state != "running":
        return f"is {instance.state}"
    role = _role(instance.tags, roles)
    if role:
        return f"has the role {role}"
    days = unit.age_days(instance.launched)
    return f"has run for {days:.0f} days, fewer than {DAYS}" if days < DAYS else ""


@check(Severity.LOW)
def lambda_function_in_use(
    functions: Evidence[LambdaFunction], instances: Evidence[Instance], uses: Evidence[FunctionUse]
) -> Result:
    """Where no server runs, functions that are called show what took its place.

    Pass: in a region without running instances, its functions were called within 30 days. Those that
    Control Tower or CDK made for themselves do not count.
    Fix: remove the functions that nothing calls, or connect them to what should.
    See: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics.html
    """
    if any(each.state == "running" for each in instances):
        return not_applicable("has running instances, which are judged")
    if not any(not each.incidental for each in functions):
        return not_applicable("has neither a running instance nor a function of its own")
    for each in uses:
        if each.calls:
            return passed(f"has functions, called {each.calls:.0f} times within 30 days")
    return no_evidence("has functions, none of which was called within 30 days")


@check(Severity.INFO)
def repo_serverless_definition_present(
    repository: Repository, definitions: Evidence[ServerlessDefinition]
) -> Result:
    """Infrastructure code that declares functions shows that the team knows how to run them.

    Pass: the repository declares functions by SAM, the Serverless Framework, SST, Chalice,
    CloudFormation, Terraform or CDK; this is only told.
    Fix: declare functions in infrastructure code.
    See: https://docs.aws.amazon.com/lambda/latest/dg/foundation-iac.html
    """
    why = left_out(repository)
    if why:
        return not_applicable(why)
    for each in definitions:
        return passed(f"declares functions by {each.tool} ({each.path})")
    return no_evidence("declares no function")
