"""Which IAM action does an API operation need?

The action is usually `prefix:Operation`; the exceptions stand here, from the Service Authorization Reference.
"""

from __future__ import annotations

from functools import cache

from botocore import xform_name
from botocore.loaders import create_loader

from readiness.probes.models import declared_loader

#: The IAM prefix of a service whose prefix is not its name in boto3.
PREFIXES = {
    "accessanalyzer": "access-analyzer",
    "amp": "aps",
    "apigatewayv2": "apigateway",
    "application-autoscaling": "application-autoscaling",
    "budgets": "budgets",
    "cloudwatch": "cloudwatch",
    "codeguruprofiler": "codeguru-profiler",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "opensearch": "es",
    "resourcegroupstaggingapi": "tag",
    "s3control": "s3",
    "sesv2": "ses",
    "sso-admin": "sso",
    "stepfunctions": "states",
}

#: Operations whose action has another name.
ACTIONS = {
    "accessanalyzer.list_findings_v2": "access-analyzer:ListFindings",
    "apigateway.get_domain_names": "apigateway:GET",
    "apigateway.get_resources": "apigateway:GET",
    "apigateway.get_rest_apis": "apigateway:GET",
    "apigateway.get_stages": "apigateway:GET",
    "apigatewayv2.get_apis": "apigateway:GET",
    "apigatewayv2.get_domain_names": "apigateway:GET",
    "apigatewayv2.get_integrations": "apigateway:GET",
    "apigatewayv2.get_routes": "apigateway:GET",
    "apigatewayv2.get_stages": "apigateway:GET",
    "budgets.describe_budget_notifications_for_account": "budgets:ViewBudget",
    "budgets.describe_budgets": "budgets:ViewBudget",
    "budgets.describe_subscribers_for_notification": "budgets:ViewBudget",
    "s3.get_bucket_encryption": "s3:GetEncryptionConfiguration",
    "s3.get_bucket_lifecycle_configuration": "s3:GetLifecycleConfiguration",
    "s3.get_bucket_replication": "s3:GetReplicationConfiguration",
    "s3.get_public_access_block": "s3:GetBucketPublicAccessBlock",
    "s3.head_bucket": "s3:ListBucket",
    "s3.list_buckets": "s3:ListAllMyBuckets",
    "s3control.get_public_access_block": "s3:GetAccountPublicAccessBlock",
}

#: Actions that an operation needs beside its own, of the service that owns the resource.
BESIDE = {
    "compute-optimizer.get_lambda_function_recommendations": (
        "lambda:ListProvisionedConcurrencyConfigs",
    ),
    "wafv2.get_web_acl_for_resource": ("elasticloadbalancing:GetLoadBalancerWebACL",),
}


def actions_of(operation: str) -> tuple[str, ...]:
    """Return every IAM action that `service.operation` needs, its own first."""
    return (action_of(operation), *BESIDE.get(operation, ()))


def action_of(operation: str) -> str:
    """Return the IAM action of `service.operation`, both as boto3 writes them."""
    if operation in ACTIONS:
        return ACTIONS[operation]
    service = operation.partition(".")[0]
    return f"{PREFIXES.get(service, service)}:{api_name(operation)}"


def api_name(operation: str) -> str:
    """Return the API's own name of `service.operation`, e.g. `DescribeDBInstances`."""
    service, _, method = operation.partition(".")
    return _api_names(service).get(method) or _api_names(service, whole=True)[method]


@cache
def _api_names(service: str, *, whole: bool = False) -> dict[str, str]:
    """Return what boto3 calls a service's operations: those that probes declare, or all."""
    loader = create_loader() if whole else declared_loader()
    operations = loader.load_service_model(service, "service-2")["operations"]
    return {xform_name(name): name for name in operations}
