"""What may the hub see of the organization itself, in its management account?"""

import aws_cdk as cdk
from constructs import Construct

from readiness.permissions import organization_policies
from stacks.member import LookingRole, hub_parameter
from stacks.settings import Settings

ORGANIZATION_ROLE = "readiness-organization"


class OrganizationStack(cdk.Stack):
    """The organization role; StackSets never reach the management account, so it stands alone."""

    def __init__(self, scope: Construct, id: str, *, settings: Settings) -> None:  # noqa: A002 - CDK's own name for it
        super().__init__(
            scope,
            id,
            description="Readiness: the read-only role through which the hub account sees "
            "the organization.",
            synthesizer=cdk.BootstraplessSynthesizer(),
        )
        organization = LookingRole(
            self,
            "Organization",
            name=ORGANIZATION_ROLE,
            description="Readiness sees accounts, budgets and Identity Center through this role.",
            hub_account=hub_parameter(self, settings),
            seekers=("plan", "survey"),
            policies=organization_policies(),
            settings=settings,
        )
        cdk.CfnOutput(self, "OrganizationRole", value=organization.role.role_arn)
