"""How does the member role come into every account, also into those of next year?"""

import json
import tempfile
from typing import Any, cast

import aws_cdk as cdk
from constructs import Construct

from stacks.member import MemberStack
from stacks.settings import Settings


class RolloutStack(cdk.Stack):
    """A service-managed StackSet, deployed from the hub as delegated administrator."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's own name for it
        *,
        env: cdk.Environment,
        settings: Settings,
    ) -> None:
        super().__init__(
            scope, id, env=env, description="Readiness: rolls the member role out to every account."
        )
        cdk.CfnStackSet(
            self,
            "Member",
            stack_set_name="readiness-member",
            description="The read-only role through which the Readiness hub account looks.",
            permission_model="SERVICE_MANAGED",
            call_as="DELEGATED_ADMIN",
            auto_deployment=cdk.CfnStackSet.AutoDeploymentProperty(
                enabled=True, retain_stacks_on_account_removal=False
            ),
            managed_execution={"Active": True},
            capabilities=["CAPABILITY_NAMED_IAM"],
            template_body=json.dumps(member_template(settings), separators=(",", ":")),
            parameters=[
                cdk.CfnStackSet.ParameterProperty(
                    parameter_key="HubAccount", parameter_value=self.account
                )
            ],
            operation_preferences=cdk.CfnStackSet.OperationPreferencesProperty(
                concurrency_mode="SOFT_FAILURE_TOLERANCE",
                failure_tolerance_percentage=100,
                max_concurrent_percentage=25,
            ),
            stack_instances_group=[
                cdk.CfnStackSet.StackInstancesProperty(
                    deployment_targets=cdk.CfnStackSet.DeploymentTargetsProperty(
                        organizational_unit_ids=list(settings.organizational_units)
                    ),
                    # IAM is global: one region carries the role.
                    regions=[self.region],
                )
            ],
        )


def member_template(settings: Settings) -> dict[str, Any]:
    """Synthesize the member stack by itself, as the StackSet's body."""
    with tempfile.TemporaryDirectory() as folder:
        app = cdk.App(outdir=folder)
        stack = MemberStack(app, "readiness-member", settings=settings)
        artifact = app.synth().get_stack_by_name(stack.stack_name)
        return cast(dict[str, Any], artifact.template)
