"""Denying one IAM action at a time: what changes says so, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from moto import mock_aws

from readiness.checklist import CHECKS, ITEMS
from readiness.checklist.model import Status
from readiness.config import Workload
from readiness.evidence import SCOPES, Evidence, Scope
from readiness.evidence.files import Sighting, Target
from readiness.findings import Finding
from readiness.judging import Seen, judge, kinds_of
from readiness.permissions import member_actions, organization_actions
from readiness.probes import load, look, wanted
from readiness.probes.actions import action_of, api_name
from readiness.probes.aws import Connection
from readiness.probes.models import session_of
from tests.world import build

ACCOUNT = "123456789012"
REGION = "us-east-1"
NOW = datetime.now(UTC)
TARGETS = {
    Scope.ORGANIZATION: Target(account="organization"),
    Scope.ACCOUNT: Target(account=ACCOUNT),
    Scope.REGION: Target(account=ACCOUNT, region=REGION),
}

#: Actions whose refusal changes no finding in the simulated account, and why; the probes' own tests
#: and the dark rows of the checks stand in for them. A service's name stands for all its actions.
NOT_SEEN: dict[str, str] = {
    **dict.fromkeys(
        (
            "ce:GetReservationCoverage",
            "ce:GetReservationUtilization",
            "ce:GetSavingsPlansCoverage",
            "ce:GetSavingsPlansUtilization",
            "cost-optimization-hub",
        ),
        "nothing ran for a month in the simulated account",
    ),
    "ce:ListCostAllocationTags": "the simulated account costs nothing",
    "ecr:DescribePullThroughCacheRules": "no name of its repositories may be of such a rule",
    "wellarchitected:GetLensReview": "the simulated account cannot list workloads",
    "wellarchitected:GetWorkload": "the simulated account cannot hold reviews",
    "guardduty:GetAdministratorAccount": "a rule of its own sends security events on already",
    "securityhub:GetAdministratorAccount": "a rule of its own sends security events on already",
    "notifications:ListChannels": "the simulated account cannot list configurations",
    "logs:DescribeDeliveries": "nothing is a source of deliveries in the simulated account",
    "notifications:ListEventRules": "the simulated account cannot list configurations",
    "securityagent:ListPentestJobsForPentest": "the simulated account cannot list agent spaces",
    "securityagent:ListPentests": "the simulated account cannot list agent spaces",
    "access-analyzer:ListFindings": "the simulated account cannot list analyzers",
    "sso:ListAccountAssignments": "the simulated account belongs to no organization",
    "sso:ListPermissionSetsProvisionedToAccount": "the simulated account belongs to no organization",
    "codeartifact:ListPackageVersions": "the simulated account cannot hold packages",
    "codeartifact:ListPackages": "the simulated account cannot hold packages",
    "codebuild:BatchGetReports": "the simulated account cannot hold reports",
    "amplify:ListApps": "is asked where an option counts what deploys itself",
    "apprunner": "is asked where an option counts what deploys itself",
    "appconfig:ListConfigurationProfiles": "the simulated account cannot list applications",
    "appconfig:ListDeployments": "the simulated account cannot list applications",
    "appconfig:ListEnvironments": "the simulated account cannot list applications",
    "cloudformation:ListResourceScanResources": "nobody ever began a resource scan there",
    "codedeploy:BatchGetDeploymentGroups": "the simulated account cannot describe deployment groups",
    "codedeploy:GetDeploymentConfig": "the simulated account cannot describe deployment groups",
    "codedeploy:ListDeploymentGroups": "the simulated account cannot describe deployment groups",
    "elasticbeanstalk:DescribeConfigurationSettings": "the simulated account cannot tell settings",
    "backup:DescribeProtectedResource": "AWS Backup protects nothing in the simulated account",
    "backup:ListRestoreTestingPlans": "AWS Backup protects nothing in the simulated account",
    "backup:ListRestoreTestingSelections": "AWS Backup protects nothing in the simulated account",
    "firehose:DescribeDeliveryStream": "no Firehose stream reads the simulated stream",
    "kafka:ListReplicators": "there is no MSK cluster to copy",
    "kafkaconnect": "there is no MSK cluster to copy",
    "codecommit": "no repository is registered here",
    "inspector2:ListFindings": "the simulated account cannot sum up findings",
    "inspector2:ListCoverage": "is asked of repositories, and none is registered here",
    "compute-optimizer:GetAutoScalingGroupRecommendations": "nobody enrolled there",
    "compute-optimizer:GetECSServiceRecommendations": "nobody enrolled there",
    "compute-optimizer:GetLambdaFunctionRecommendations": "nobody enrolled there",
    "lambda:ListProvisionedConcurrencyConfigs": "names no call: Compute Optimizer asks for it beside its own",
    "logs:DescribeAccountPolicies": "is asked where an option declares an archive of logs",
    "compute-optimizer:GetIdleRecommendations": "tells what an idle resource costs",
    "globalaccelerator:ListEndpointGroups": "the simulated account cannot list accelerators",
    "globalaccelerator:ListListeners": "the simulated account cannot list accelerators",
    "ssm:DescribeMaintenanceWindows": "a schedule suffices there",
    "ec2:DescribeHosts": "no simulated instance lies on a Dedicated Host",
    "ecs:DescribeCapacityProviders": "the simulated account forgets capacity providers",
    "ec2:DescribeVpcBlockPublicAccessExclusions": "decides a severity only",
    "ec2:DescribeVpcBlockPublicAccessOptions": "decides a severity only",
    "application-autoscaling:DescribeScheduledActions": "is asked where an option allows schedules",
    "elasticloadbalancing:GetLoadBalancerWebACL": "names no call: WAF asks for it beside its own",
    "ec2:DescribeClientVpnAuthorizationRules": "the simulated account cannot list VPN endpoints",
    "ec2:DescribeInstanceConnectEndpoints": "the simulated account cannot list managed nodes either",
    "ec2:DescribeVerifiedAccessEndpoints": "the simulated account cannot list managed nodes either",
    "ssm:GetDocument": "the simulated account cannot list managed nodes, whose sessions it is about",
    "iam:ListOrganizationsFeatures": "adds a note, and decides nothing",
    "iam:ListVirtualMFADevices": "adds a note, and decides nothing",
    "organizations:DescribePolicy": "the simulated account is in no organization",
    "organizations:ListPolicies": "the simulated account is in no organization",
    "organizations:ListTargetsForPolicy": "the simulated account is in no organization",
    "iam:ListAccessKeys": "is asked of repositories, and none is registered here",
    "sns:GetTopicAttributes": "is asked where an option demands a key of topics",
}
#: Actions that plan and survey need, and no check.
FOR_THE_PLAN = {
    "ec2:DescribeRegions",
    "organizations:ListAccounts",
    "organizations:ListTagsForResource",
}


def _apis() -> dict[str, str]:
    """Return the action of every declared call, by `service.API`."""
    return {
        f"{call.partition('.')[0]}.{api_name(call)}": action_of(call)
        for probe in load().values()
        for call in probe.calls
    }


ACTION_OF_API = _apis()
#: Every action that a type's evidence takes, its own and those of what it starts from.
ACTIONS_OF = {
    kind: {action_of(call) for probe in wanted([kind]).values() for call in probe.calls}
    for kind in kinds_of()
}


def actions_of(check: str) -> set[str]:
    """Return every action that the evidence of a check takes."""
    return set[str]().union(*(ACTIONS_OF[kind] for kind in CHECKS[check].needs))


def at_all(kinds: Any, denied: str = "") -> dict[type[Any], Evidence[Any]]:
    """Look for some types, with one action refused at the client."""
    session = session_of(region_name=REGION)

    def refuse(model: Any, **_: Any) -> Any:
        operation = f"{model.service_model.service_name}.{model.name}"
        if ACTION_OF_API.get(operation) != denied:
            return None
        answer = {
            "Error": {"Code": "AccessDenied", "Message": "no"},
            "ResponseMetadata": {"HTTPStatusCode": 403},
        }
        return SimpleNamespace(status_code=403), answer

    session.events.register("before-call", refuse)
    connection = Connection(session, account=ACCOUNT, started=NOW)
    found: dict[type[Any], Evidence[Any]] = {}
    for scope in TARGETS:
        wanted_here = [kind for kind in kinds if SCOPES[kind] is scope]
        found |= look(connection, REGION, scope, wanted_here) if wanted_here else {}
    connection.close()
    return found


def findings(
    evidence: Mapping[type[Any], Evidence[Any]], items: list[str]
) -> dict[tuple[str, ...], Finding]:
    sightings = {
        target.id: Sighting(
            target=target,
            regions=(REGION,),
            evidence={kind: each for kind, each in evidence.items() if SCOPES[kind] is scope},
        )
        for scope, target in TARGETS.items()
    }
    seen = Seen(started=NOW, sightings=sightings, pool=evidence)
    found = judge(Workload(name="all", accounts=(ACCOUNT,)), seen, items=items)
    return {finding.key: finding for finding in found.findings}


@pytest.fixture(scope="module")
def whole() -> Iterator[dict[type[Any], Evidence[Any]]]:
    """What is seen with every right, in an account that stays there for the module."""
    with mock_aws():
        build(REGION)
        yield at_all(kinds_of())


def excused(action: str) -> bool:
    return action in NOT_SEEN or action.partition(":")[0] in NOT_SEEN


@pytest.mark.parametrize(
    "action", sorted({*member_actions(), *organization_actions()} - FOR_THE_PLAN)
)
def test_denying_an_action_makes_unknown_what_needs_it_and_nothing_else(
    action: str, whole: dict[type[Any], Evidence[Any]]
) -> None:
    hidden = [kind for kind, actions in ACTIONS_OF.items() if action in actions]
    items = [
        item.id
        for item in ITEMS.values()
        if any(action in actions_of(check.id) for check in item.checks)
    ]
    before = findings(whole, items)
    after = findings({**whole, **at_all(hidden, denied=action)}, items)
    changed = [
        finding
        for key, finding in after.items()
        if key not in before or said(finding) != said(before[key])
    ]

    for finding in changed:
        told = f"{finding.check} {finding.status} {finding.resource}: {finding.because}"
        assert action in actions_of(finding.check), told
        assert finding.status is Status.UNKNOWN, told
        assert action in finding.reason, told
    assert bool(changed) is not excused(action)


def said(finding: Finding) -> tuple[str, str]:
    return finding.status.value, finding.reason
