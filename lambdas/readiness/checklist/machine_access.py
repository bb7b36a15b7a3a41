"""Do workloads get their rights by roles, and only from whom they should?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from readiness.checklist.model import (
    Result,
    Severity,
    check,
    failed,
    not_applicable,
    passed,
    unknown,
)
from readiness.checklist.trust import asked
from readiness.evidence import Reason
from readiness.evidence.builds import BuildProject
from readiness.evidence.compute import Instance
from readiness.evidence.containers import TaskDefinition
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.rights import IamRole
from readiness.evidence.templates import LaunchTemplateVersion
from readiness.evidence.variables import Variable


@check(Severity.MEDIUM)
def ec2_instance_profile_attached(instance: Instance, *, allow_no_profile: bool = False) -> Result:
    """Software on an instance without a role needs keys that somebody puts there, and that stay.

    Pass: a running instance has an instance profile. `allow_no_profile` is for accounts in which
    Default Host Management Configuration gives Systems Manager what it needs, and nothing on an
    instance calls AWS.
    Fix: attach an instance profile with the rights that the software needs.
    Blind spot: which keys lie on the instance's disks is not visible.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2.html
    """
    if instance.state != "running":
        return not_applicable(f"is {instance.state}")
    if instance.profile:
        return passed(f"has the instance profile {instance.profile.rpartition('/')[2]}")
    if allow_no_profile:
        return passed("has no instance profile, as allow_no_profile allows")
    return failed("has no instance profile")


@check(Severity.CRITICAL)
def workload_no_static_aws_keys(
    workload: LambdaFunction | TaskDefinition | BuildProject | LaunchTemplateVersion,
) -> Result:
    """A key in a configuration is read by everybody who may read that, and works from everywhere.

    Pass: no variable of a function, a container or a build project is named as an access key is or
    holds the id of one, nor does the user data of a launch template. References to parameters and
    secrets do not count. Names are reported, never values.
    Fix: give the workload a role, delete the key in IAM, and take it out of the configuration.
    Blind spot: user data of single instances, files that ECS reads from S3, and keys inside code
    or images are not looked into.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-workloads-use-roles
    """
    if isinstance(workload, LaunchTemplateVersion):
        if workload.static_keys:
            return failed("has the id of an access key in its user data")
        if not workload.readable:
            return unknown(Reason.UNDECIDED, "has user data in a form that could not be read")
        return passed("has no access key in its user data")
    if isinstance(workload, TaskDefinition):
        names = tuple(
            f"{name} of container {container.name}"
            for container in workload.containers
            for name in _static(container.variables)
        )
    else:
        names = tuple(_static(workload.variables))
    if names:
        return failed(f"has an access key in {', '.join(names)}")
    if isinstance(workload, LambdaFunction) and workload.variables_hidden:
        because = "has variables under a key that the scanner may not decrypt with"
        return unknown(Reason.UNDECIDED, because)
    return passed("has no access key in its variables")


def _static(variables: Iterable[Variable]) -> Iterator[str]:
    return (each.name for each in variables if each.static_key)


@check(Severity.MEDIUM)
def ecs_task_role_set(task: TaskDefinition) -> Result:
    """The execution role is for ECS itself; containers that share it may read every secret it pulls.

    Pass: a task definition that a service uses has a task role of its own, not the execution role.
    Without a task role it is low: the containers may call nothing of AWS.
    Fix: give the task definition a task role with what its containers call.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    """
    if not task.task_role:
        return failed("has no task role", Severity.LOW)
    name = task.task_role.rpartition("/")[2]
    if task.task_role == task.execution_role:
        return failed(f"gives its containers the execution role {name}")
    return passed(f"gives its containers the task role {name}")


#: Services that say, where they act for a resource, which one and of which account it is.
SERVICES_THAT_TELL = (
    "apigateway",
    "appsync",
    "backup",
    "bedrock",
    "bedrock-agentcore",
    "chatbot",
    "cloudtrail",
    "codebuild",
    "codepipeline",
    "config",
    "events",
    "firehose",
    "iot",
    "logs",
    "pipes",
    "s3",
    "scheduler",
    "ses",
    "sns",
    "ssm",
    "states",
    "transfer",
    "vpc-flow-logs",
)
_SOURCES = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths")


@check(Severity.LOW)
def iam_service_role_confused_deputy(
    role: IamRole,
    *,
    services: tuple[str, ...] = SERVICES_THAT_TELL,
) -> Result:
    """A service acts for all its customers; without a condition it may act for another one of them.

    Pass: a role that a service of the list (`services`) may assume demands `aws:SourceArn`,
    `aws:SourceAccount`, `aws:SourceOrgID` or `aws:SourceOrgPaths`. Services that act for their own
    account alone, as EC2, Lambda and ECS tasks do, are not judged.
    Fix: add `aws:SourceAccount` with the account's id to the statement that trusts the service.
    Blind spot: a Deny with the condition in it is not taken into account.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    bare: dict[str, None] = {}
    guarded: dict[str, None] = {}
    for trust in role.trusts:
        found = asked(trust, *_SOURCES)
        demanded = any(all(map(_names_a_source, each.values)) for each in found)
        for name in trust.services:
            if _service(name) in services:
                (guarded if demanded else bare)[name] = None
    if bare:
        return failed(f"lets {', '.join(bare)} act for any account")
    if guarded:
        return passed(f"asks {', '.join(guarded)} for whom it acts")
    return not_applicable("is assumed by no service that could be made to act for another account")


def _names_a_source(value: str) -> bool:
    """Whether a value is of one account, or of one resource: `arn:aws:sns:*:*:*` is of anybody."""
    parts = value.split(":", 5)
    if len(parts) < 6:
        return "*" not in value.partition("/")[0]
    return parts[4] != "*" if parts[4] else not parts[5].startswith("*")


def _service(principal: str) -> str:
    """Return a service's short name: `states.eu-west-1.amazonaws.com` is `states`."""
    return principal.partition(".")[0]
