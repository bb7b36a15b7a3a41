"""Does the role come into every account, does the organization tell of them, and does all go again?

moto plays the organization and its stack sets. It does not play what AWS does by itself, so a test asks
for it: a new account's stack. Nor does it play the delegated administrator, whom it tells of no account;
here the management account calls. MiniStack, which has no stack sets, plays the stack of one account.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from readiness.config import Configuration
from readiness.demo.emulators import Emulators
from readiness.evidence import Scope
from readiness.evidence.places import DISCOVERED, AccountTags, OrganizationAccount
from readiness.permissions import member_policies
from readiness.planning import Plan, Request, make_plan
from readiness.probes import look
from readiness.probes.access import Access
from stacks import ROOT
from stacks.settings import settings_from
from tests.rows import NOW
from tests.stacks.deployed import ACCOUNT, REGION, Properties, Template, deployed, template_of, the

MANAGEMENT = "123456789012"
FOUNDER_ROLE = "OrganizationAccountAccessRole"
INSTANCES = ("StackSetName", "CallAs", "OperationPreferences")


@dataclass
class Organization:
    """moto's organization: a unit with a unit in it, and another one."""

    accounts: dict[str, str]
    units: dict[str, str]
    root: str

    def session(self, account: str = "") -> Any:
        """Return a session in the management account, or in an account by the role that made it."""
        if not account:
            return boto3.Session(region_name=REGION)
        keys = self.client("sts").assume_role(
            RoleArn=f"arn:aws:iam::{self.accounts[account]}:role/{FOUNDER_ROLE}",
            RoleSessionName="tests",
        )["Credentials"]
        return boto3.Session(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=REGION
        )

    def client(self, service: str, account: str = "") -> Any:
        return self.session(account).client(service)

    def join(self, name: str, unit: str) -> None:
        """Let a new account come into a unit."""
        organizations = self.client("organizations")
        self.accounts[name] = organizations.create_account(
            Email=f"{name}@example.com",
            AccountName=name,
            Tags=[{"Key": "Owner", "Value": f"{name}@example.com"}],
        )["CreateAccountStatus"]["AccountId"]
        organizations.move_account(
            AccountId=self.accounts[name],
            SourceParentId=self.root,
            DestinationParentId=self.units[unit],
        )

    def roles(self) -> dict[str, Properties]:
        """Return the member role of each account that has one."""
        return {
            name: role
            for name in self.accounts
            for role in self.client("iam", name).list_roles()["Roles"]
            if role["RoleName"] == "readiness-member"
        }


@pytest.fixture
def organization() -> Iterator[Organization]:
    with mock_aws():
        maker: Any = boto3
        organizations = maker.client("organizations", region_name=REGION)
        organizations.create_organization(FeatureSet="ALL")
        root = organizations.list_roots()["Roots"][0]["Id"]
        made = Organization({}, {"": root}, root)
        for name, parent in (("workloads", ""), ("payments", "workloads"), ("other", "")):
            made.units[name] = organizations.create_organizational_unit(
                ParentId=made.units[parent], Name=name
            )["OrganizationalUnit"]["Id"]
        for name, unit in (("shop", "workloads"), ("cards", "payments"), ("lab", "other")):
            made.join(name, unit)
        yield made


def rollout(assembly: Path) -> Properties:
    """Return the stack set's properties, as the template asks CloudFormation for them."""
    template = deployed(template_of(assembly, "rollout"))
    return the(template, "AWS::CloudFormation::StackSet")


def roll_out(organization: Organization, stack_set: Properties) -> None:
    """Ask for the stack set's instances in a unit, as its resource does and AWS does by itself later."""
    (group,) = stack_set["StackInstancesGroup"]
    units = [organization.units["workloads"]]
    organization.client("cloudformation").create_stack_instances(
        **{key: stack_set[key] for key in INSTANCES},
        DeploymentTargets={**group["DeploymentTargets"], "OrganizationalUnitIds": units},
        Regions=group["Regions"],
    )


def test_the_stack_set_brings_the_role_into_the_accounts_of_its_units_and_new_ones(
    organization: Organization, assembly: Path, member: Template
) -> None:
    stack_set = rollout(assembly)
    asked = {
        key: value
        for key, value in stack_set.items()
        if key not in {"StackInstancesGroup", "OperationPreferences"}
    }
    organization.client("cloudformation").create_stack_set(**asked)
    roll_out(organization, stack_set)
    first = organization.roles()
    organization.join("news", "payments")
    roll_out(organization, stack_set)
    later = organization.roles()

    assert set(first) == {"shop", "cards"}
    assert set(later) == {"shop", "cards", "news"}
    trust = the(member, "AWS::IAM::Role")["AssumeRolePolicyDocument"]
    assert [each["AssumeRolePolicyDocument"] for each in later.values()] == [trust] * 3
    iam = organization.client("iam", "news")
    attached = iam.list_attached_role_policies(RoleName="readiness-member")["AttachedPolicies"]
    documents = [
        iam.get_policy_version(PolicyArn=each["PolicyArn"], VersionId="v1")["PolicyVersion"]
        for each in attached
    ]
    assert actions(each["Document"] for each in documents) == actions(member_policies())
    assert iam.list_role_policies(RoleName="readiness-member")["PolicyNames"] == ["never-data"]


def actions(documents: Any) -> list[str]:
    return sorted(
        action
        for document in documents
        for statement in document["Statement"]
        for action in statement["Action"]
    )


def discovered(organization: Organization) -> Plan:
    """Plan a scan as the hub does: from an account of its own, by the organization role."""
    access = Access(
        session=organization.session("shop"),
        external_id="readiness",
        organization_role=f"arn:aws:iam::{MANAGEMENT}:role/readiness-organization",
    )
    connection = access.organization(scan="20261124T060000Z-aaaa", started=NOW)
    seen = look(connection, connection.home_region, Scope.ORGANIZATION, DISCOVERED)
    connection.close()
    return make_plan(
        Request(),
        scan="20261124T060000Z-aaaa",
        started=NOW,
        configuration=Configuration(),
        listed=seen[OrganizationAccount],
        tags=seen[AccountTags],
    )


def test_the_hub_finds_new_accounts_and_leaves_closed_ones_out(
    organization: Organization,
) -> None:
    before = discovered(organization)
    organization.client("organizations").close_account(AccountId=organization.accounts["lab"])
    organization.join("news", "payments")
    after = discovered(organization)

    def names(plan: Plan) -> set[str]:
        return {each.name for each in plan.accounts} - {"master"}

    assert names(before) == {"shop", "cards", "lab"}
    assert names(after) == {"shop", "cards", "news"}
    assert [(each.name, each.reason) for each in after.skipped] == [("lab", "is suspended")]
    assert after.workload("news").owners == ("news@example.com",)
    assert (after.organization, after.unlisted) == (True, "")


def older(template: Template) -> Template:
    """Return a template as a release before might have had it: one policy fewer, another external id."""
    read: Template = json.loads(json.dumps(template).replace('"readiness"', '"before"'))
    policies = [
        name
        for name, each in read["Resources"].items()
        if each["Type"] == "AWS::IAM::ManagedPolicy"
    ]
    del read["Resources"][policies[-1]]
    return read


def test_the_role_is_brought_up_to_date_and_taken_away(assembly: Path, places: Emulators) -> None:
    template = json.loads(rollout(assembly)["TemplateBody"])

    def client(service: str) -> Any:
        maker: Any = boto3.Session("555566667777", "tests", region_name=REGION)
        return maker.client(service, endpoint_url=places.hub)

    stacks, iam = client("cloudformation"), client("iam")

    def state(asked: Mapping[str, Any]) -> tuple[int, str]:
        parameters = [{"ParameterKey": "HubAccount", "ParameterValue": ACCOUNT}]
        arguments = {
            "StackName": "readiness-member",
            "TemplateBody": json.dumps(asked),
            "Parameters": parameters,
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
        }
        there = stacks.list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"]
        (stacks.update_stack if there else stacks.create_stack)(**arguments)
        waiter = stacks.get_waiter(f"stack_{'update' if there else 'create'}_complete")
        waiter.wait(StackName="readiness-member", WaiterConfig={"Delay": 0.1})
        attached = iam.list_attached_role_policies(RoleName="readiness-member")["AttachedPolicies"]
        trust = iam.get_role(RoleName="readiness-member")["Role"]["AssumeRolePolicyDocument"]
        return len(attached), trust["Statement"][0]["Condition"]["StringEquals"]["sts:ExternalId"]

    number = len(member_policies())
    assert state(older(template)) == (number - 1, "before")
    assert state(template) == (number, "readiness")
    stacks.delete_stack(StackName="readiness-member")
    stacks.get_waiter("stack_delete_complete").wait(
        StackName="readiness-member", WaiterConfig={"Delay": 0.1}
    )
    assert iam.list_roles()["Roles"] == []
    assert iam.list_policies(Scope="Local")["Policies"] == []


README = (ROOT / "README.md").read_text()


def test_what_the_readme_decides_is_what_can_be_decided() -> None:
    (fragment,) = re.findall(r"```json\n(\"hub_account\".*?),\n```", README, re.DOTALL)
    decided = json.loads(f"{{{fragment}}}")
    settings = settings_from(decided)

    assert decided.keys() <= json.loads((ROOT / "cdk.json").read_text())["context"].keys()
    assert settings.organizational_units == (decided["organizational_units"],)


def test_the_stacks_that_the_readme_names_are_there(assembly: Path) -> None:
    named = set(re.findall(r"tools/cdk (?:deploy|destroy) ([\w -]+)", README))
    stacks = {path.name.partition(".")[0] for path in assembly.glob("*.template.json")}

    assert {name for each in named for name in each.split()} == stacks
