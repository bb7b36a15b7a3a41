"""Which stacks make up a deployment?"""

from pathlib import Path

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from stacks.hub import HubStack
from stacks.member import MemberStack
from stacks.organization import OrganizationStack
from stacks.rollout import RolloutStack
from stacks.settings import settings_from

ROOT = Path(__file__).parent.parent


def build(
    app: cdk.App,
    *,
    handlers: Path = ROOT / "lambdas",
    layers: Path = ROOT / "build" / "layer",
) -> None:
    """Add the stacks to the tree: no AWS call, no credentials, no network."""
    settings = settings_from(app.node.get_all_context())
    hub = cdk.Environment(account=settings.hub_account, region=settings.hub_region)
    HubStack(
        app,
        "readiness-hub",
        env=hub,
        settings=settings,
        handlers=handlers,
        layer=layers / settings.platform,
    )
    MemberStack(app, "readiness-member", settings=settings)
    OrganizationStack(app, "readiness-organization", settings=settings)
    if settings.organizational_units:
        RolloutStack(app, "readiness-rollout", env=hub, settings=settings)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app, verbose=True))
