"""Does a deployment keep serving, try itself on a few, and take itself back where it fails?

The checks of "Continuous Delivery" that judge services, groups and stages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.checklist.model import (
    Result,
    Severity,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.evidence import Evidence, Reason
from readiness.evidence.apis import RestStage
from readiness.evidence.containers import EcsService
from readiness.evidence.delivery import (
    PREDEFINED,
    BeanstalkEnvironment,
    BeanstalkSettings,
    DeploymentConfig,
    DeploymentGroup,
)
from readiness.evidence.environments import PRODUCTION, environment_of
from readiness.evidence.pipelines import Action, Pipeline, Stage
from readiness.evidence.scaling import AutoScalingGroup

# --- Do zero-downtime deployments -----------------------------------------------------------------

_GRADUAL = ("BLUE_GREEN", "LINEAR", "CANARY")


@check(Severity.HIGH)
def ecs_service_rolling_without_downtime(service: EcsService) -> Result:
    """A service that stops its tasks before new ones run is down at every deployment.

    Pass: CodeDeploy deploys it, or ECS does blue/green, linear or canary, or rolling with
    minimumHealthyPercent at 100 (50 where it has two tasks or more) and maximumPercent above 100.
    Fix: set minimumHealthyPercent to 100 and maximumPercent to 200, or deploy blue/green.
    Blind spot: whether the cluster's instances have room for more tasks is not looked at.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
    """
    if service.scheduling == "DAEMON":
        return not_applicable("is a daemon, which tolerates gaps")
    if not service.desired:
        return not_applicable("is scaled to zero")
    if service.controller == "EXTERNAL":
        return unknown(Reason.UNDECIDED, "is deployed by a controller outside of ECS")
    if service.controller == "CODE_DEPLOY":
        return passed("is deployed blue/green by CodeDeploy")
    if service.strategy in _GRADUAL:
        return passed(f"is deployed by the strategy {service.strategy}")
    healthy, most = service.minimum_healthy, service.maximum
    said = f"keeps {healthy} % of {service.desired} tasks and may run {most} %"
    if healthy < 50 or (healthy < 100 and service.desired == 1):
        return failed(said, None if service.balanced or service.connected else Severity.LOW)
    if most > 100:
        return passed(said)
    return no_evidence(f"{said}: whether instances have room for new tasks is not seen")


@check(Severity.HIGH)
def codedeploy_deployment_group_keeps_capacity(
    group: DeploymentGroup,
    configs: Evidence[DeploymentConfig],
    groups: Evidence[AutoScalingGroup],
) -> Result:
    """All instances at once is all customers at once.

    Pass: the group is deployed blue/green, or in place with some of its instances kept healthy, which
    takes two instances or more.
    Fix: deploy blue/green, or take CodeDeployDefault.HalfAtATime or OneAtATime with two instances.
    See: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
    """
    if group.platform == "Lambda":
        return not_applicable("deploys functions, which are updated without a gap")
    if group.style == "BLUE_GREEN" or group.platform == "ECS":
        return passed("is deployed blue/green")
    if group.config.startswith(PREDEFINED) and group.config != f"{PREDEFINED}AllAtOnce":
        named = group.auto_scaling_groups
        own = [each.desired for each in groups if each.name in named] if named else []
        if own and sum(own) == 1:
            said = f"has a single instance, which {group.config} deploys to in place"
            return failed(said) if group.balanced else no_evidence(said)
        return passed(f"is deployed in place by {group.config}")
    if not group.config.startswith(PREDEFINED):
        config = configs.of(_config_arn(group))
        if config is None:
            return no_evidence(f"uses the configuration {group.config}, which is gone")
        if config.minimum:
            percent = " %" if config.minimum_type == "FLEET_PERCENT" else ""
            return passed(
                f"keeps {config.minimum}{percent} of its instances healthy by {group.config}"
            )
    several = group.balanced or any(
        each.name in group.auto_scaling_groups and each.desired > 1 for each in groups
    )
    if several:
        return failed(f"is deployed in place to all instances at once by {group.config}")
    return no_evidence("is deployed to all instances at once, and how many it has is not told")


def _config_arn(group: DeploymentGroup) -> str:
    """Return the ARN of the deployment configuration that a group uses."""
    return f"{group.arn.partition(':deploymentgroup:')[0]}:deploymentconfig:{group.config}"


@check(Severity.MEDIUM)
def autoscaling_group_rolling_replacement(
    group: AutoScalingGroup, *, minimum_healthy: int = 90
) -> Result:
    """A group of one instance behind a load balancer is down while that instance is replaced.

    Pass: it may have two instances or more, and its maintenance policy keeps 90 % of them healthy, or
    without a policy two run that the load balancer's health checks watch.
    Fix: set an instance maintenance policy that launches before it terminates, and ELB health checks.
    Blind spot: CloudFormation's UpdatePolicy is not written in the group, and not seen here.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-maintenance-policy.html
    """
    if not group.balanced:
        return not_applicable("gets no requests from a load balancer")
    if not group.desired:
        return not_applicable("is scaled to zero")
    keeps = group.minimum_healthy
    if group.desired == 1 and (group.maximum_healthy or 0) <= 100:
        return failed("runs one instance and launches no other before that is terminated")
    if keeps is not None and keeps < 50:
        return failed(f"keeps {keeps} % of its instances healthy while they are replaced")
    if group.maximum >= 2 and keeps is not None and keeps >= minimum_healthy:
        return passed(f"keeps {keeps} % of its instances healthy while they are replaced")
    if group.maximum >= 2 and keeps is None and group.desired >= 2 and "ELB" in group.health_check:
        return passed(f"runs {group.desired} instances that its load balancer watches")
    said = "has no maintenance policy" if keeps is None else f"keeps {keeps} % healthy"
    return no_evidence(
        f"runs {group.desired} of at most {group.maximum} instances with health checks of "
        f"{group.health_check} and {said}"
    )


@check(Severity.MEDIUM)
def platform_deployment_strategy(
    environment: BeanstalkEnvironment, settings: Evidence[BeanstalkSettings]
) -> Result:
    """Elastic Beanstalk stops every instance of an environment at once unless it is told otherwise.

    Pass: its deployment policy is Immutable, or where it has a load balancer Rolling,
    RollingWithAdditionalBatch or TrafficSplitting. Workers with AllAtOnce are left out.
    Fix: set the deployment policy to Immutable, or to RollingWithAdditionalBatch.
    See: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.rolling-version-deploy.html
    """
    found = settings.of(environment.arn)
    if found is None:
        return not_applicable("is gone")
    policy = found.policy or "AllAtOnce"
    alone = found.kind == "SingleInstance" and policy != "Immutable"
    if policy != "AllAtOnce" and not alone:
        return passed(f"is deployed by the policy {policy}")
    if environment.tier == "Worker":
        return not_applicable("is a worker, which serves no requests")
    if alone:
        return failed(f"has a single instance, which the policy {policy} deploys to in place")
    return failed("is deployed to all instances at once")


# --- Roll back in case of failure -----------------------------------------------------------------


@check(Severity.HIGH)
def codedeploy_deployment_group_auto_rollback(group: DeploymentGroup) -> Result:
    """A deployment that failed at night stays until somebody wakes up, unless it is taken back by itself.

    Pass: automatic rollback is on for failed deployments, and for those that an alarm stops where the
    group watches alarms.
    Fix: turn on automatic rollback for deployment failures and alarms, and give the group alarms.
    See: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployments-rollback-and-redeploy.html
    """
    watched = group.alarms_enabled and bool(group.alarms)
    if not group.rollback or "DEPLOYMENT_FAILURE" not in group.rollback_events:
        return failed("is not rolled back when a deployment fails")
    if watched and "DEPLOYMENT_STOP_ON_ALARM" not in group.rollback_events:
        return failed("is not rolled back when one of its alarms stops a deployment")
    return passed(f"is rolled back when a deployment fails{'' if watched else '; it has no alarm'}")


@check(Severity.HIGH)
def ecs_service_deployment_rollback(service: EcsService) -> Result:
    """ECS starts a broken task again and again for hours unless the circuit breaker ends it.

    Pass: the deployment circuit breaker or an alarm rolls a deployment back, or CodeDeploy deploys it
    and is judged itself.
    Fix: turn on the deployment circuit breaker with rollback.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
    """
    if service.controller == "EXTERNAL":
        return not_applicable("is deployed by a controller outside of ECS")
    if service.controller == "CODE_DEPLOY":
        return passed("is deployed by CodeDeploy, whose deployment group is judged itself")
    if service.breaker_rollback:
        return passed("is rolled back by the deployment circuit breaker")
    if service.alarm_rollback:
        return passed("is rolled back by its alarms")
    return failed("is not rolled back: neither the circuit breaker nor an alarm does it")


#: Deploy providers that take a failed deployment back by themselves.
_ROLLS_BACK = frozenset(
    {"CloudFormation", "CloudFormationStackSet", "CodeDeploy", "CodeDeployToECS"}
)

#: Those that leave what they did.
_LEAVES = frozenset({"S3", "Lambda"})


@check(Severity.LOW)
def codepipeline_stage_rollback_configured(pipeline: Pipeline) -> Iterator[Result]:
    """Where the deployer cannot take back what it did, the pipeline can.

    Pass: the production stage rolls back on failure (V2), or its provider does so by itself.
    Fix: set the stage's onFailure result to ROLLBACK in a V2 pipeline.
    Blind spot: what a custom action does on failure is not known.
    See: https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback-auto.html
    """
    for stage in production_stages(pipeline):
        name = f"{pipeline.arn}/{stage.name}"
        if stage.on_failure == "ROLLBACK":
            yield passed("rolls the stage back on failure").about(name)
            continue
        actions = stage.of("Deploy")
        leaving = sorted({each.provider for each in actions if _leaves(each)})
        unknown_ones = sorted({each.provider for each in actions} - _ROLLS_BACK)
        if leaving:
            yield failed(f"does not roll back, and neither does {', '.join(leaving)}").about(name)
        elif unknown_ones:
            said = f"does not roll back, and leaves it to {', '.join(unknown_ones)}"
            yield no_evidence(said).about(name)
        else:
            yield passed("deploys by a service that rolls back by itself").about(name)


def _leaves(action: Action) -> bool:
    return action.provider in _LEAVES or action.owner == "Custom"


def production_stages(pipeline: Pipeline) -> tuple[Stage, ...]:
    """Return the stages that deploy to production: those named so, else the last that deploys."""
    stages = pipeline.deploying
    named = tuple(each for each in stages if _speaks_of_production(each))
    return named or stages[-1:]


def _speaks_of_production(stage: Stage) -> bool:
    names = [stage.name, *(name for each in stage.of("Deploy") for name in each.target.values())]
    return any(environment_of(name) in PRODUCTION for name in names)


# --- Use canary deployments -----------------------------------------------------------------------

_SHIFTS = re.compile(r"^CodeDeployDefault\.(Lambda|ECS)(Canary|Linear)")


@check(Severity.MEDIUM)
def codedeploy_deployment_config_shifts_traffic(
    group: DeploymentGroup,
    configs: Evidence[DeploymentConfig],
    *,
    canary_required_all: bool = False,
) -> Result:
    """A version that one customer in ten meets first hurts one in ten.

    Pass: the deployment configuration shifts traffic as a canary or linearly. One component that does
    is enough, unless `canary_required_all` is set.
    Fix: take a configuration such as CodeDeployDefault.LambdaCanary10Percent5Minutes, with alarms.
    See: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
    """
    component = group.arn if canary_required_all else ""
    if group.platform not in ("Lambda", "ECS"):
        return not_applicable("deploys to servers, where CodeDeploy shifts no traffic")
    if _SHIFTS.match(group.config):
        return passed(f"shifts traffic by {group.config}").about(group.arn, component)
    if group.config.startswith(PREDEFINED):
        return failed(f"shifts all traffic at once by {group.config}").about(group.arn, component)
    config = configs.of(_config_arn(group))
    if config is None:
        result = no_evidence(f"uses the configuration {group.config}, which is gone")
    elif config.routing in ("TimeBasedCanary", "TimeBasedLinear"):
        result = passed(f"shifts traffic by {group.config} ({config.routing})")
    else:
        result = failed(f"shifts all traffic at once by {group.config}")
    return result.about(group.arn, component)


@check(Severity.MEDIUM)
def ecs_service_canary_strategy(
    service: EcsService, *, canary_required_all: bool = False
) -> Result:
    """A version that gets all traffic at once is tried out on all customers at once.

    Pass: ECS deploys the service by the strategy CANARY or LINEAR. One component that does is enough,
    unless `canary_required_all` is set.
    Fix: set the service's deployment strategy to CANARY, with alarms that roll it back.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/canary-deployment.html
    """
    component = service.arn if canary_required_all else ""
    if not service.balanced:
        return not_applicable("gets no requests from a load balancer")
    if not service.desired:
        return not_applicable("is scaled to zero")
    if service.controller != "ECS":
        return not_applicable(f"is deployed by {service.controller}, which leads its traffic")
    if service.strategy in ("CANARY", "LINEAR"):
        return passed(f"is deployed by the strategy {service.strategy}").about(
            service.arn, component
        )
    return failed(f"gets all traffic at once by the strategy {service.strategy}").about(
        service.arn, component
    )


@check(Severity.INFO)
def apigateway_stage_canary_active(stage: RestStage) -> Result:
    """A canary of an API's stage is there only while a version is rolled out.

    Pass: a part of the stage's requests goes to a newer deployment now.
    Fix: deploy the API as a canary and promote it when its errors stay low.
    Blind spot: between two deployments nothing shows it; weighted aliases of functions are not read.
    See: https://docs.aws.amazon.com/apigateway/latest/developerguide/canary-release.html
    """
    if stage.canary:
        return passed("sends a part of its requests to a newer deployment")
    return no_evidence("has no canary now")
