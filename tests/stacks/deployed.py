"""Templates read as if deployed: references become the ARNs and names they would have."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

PARTITION, REGION, ACCOUNT = "aws", "eu-central-1", "111122223333"

Synthesize = Callable[..., Path]
Template = dict[str, Any]
Properties = dict[str, Any]

_PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": PARTITION,
    "AWS::Region": REGION,
    "AWS::URLSuffix": "amazonaws.com",
}
# How the ARN of a type reads, and which property names it; without one, its type does.
_ARNS = {
    "AWS::CloudWatch::Alarm": ("cloudwatch:{region}:{account}:alarm:{name}", "AlarmName"),
    "AWS::DynamoDB::Table": ("dynamodb:{region}:{account}:table/{name}", "TableName"),
    "AWS::IAM::ManagedPolicy": ("iam::{account}:policy/{name}", "ManagedPolicyName"),
    "AWS::IAM::Role": ("iam::{account}:role/{name}", "RoleName"),
    "AWS::KMS::Key": ("kms:{region}:{account}:key/{name}", "KeyId"),
    "AWS::Lambda::Function": ("lambda:{region}:{account}:function:{name}", "FunctionName"),
    "AWS::Lambda::LayerVersion": ("lambda:{region}:{account}:layer:{name}:1", "LayerName"),
    "AWS::Logs::LogGroup": ("logs:{region}:{account}:log-group:{name}:*", "LogGroupName"),
    "AWS::S3::Bucket": ("s3:::{name}", "BucketName"),
    "AWS::SecretsManager::Secret": ("secretsmanager:{region}:{account}:secret:{name}", "Name"),
    "AWS::SES::ConfigurationSet": ("ses:{region}:{account}:configuration-set/{name}", "Name"),
    "AWS::SNS::Topic": ("sns:{region}:{account}:{name}", "TopicName"),
    "AWS::SQS::Queue": ("sqs:{region}:{account}:{name}", "QueueName"),
    "AWS::StepFunctions::StateMachine": (
        "states:{region}:{account}:stateMachine:{name}",
        "StateMachineName",
    ),
}
# The types whose Ref is the ARN and not the name.
_REF_IS_ARN = {
    "AWS::IAM::ManagedPolicy",
    "AWS::Lambda::LayerVersion",
    "AWS::SecretsManager::Secret",
    "AWS::SNS::Topic",
    "AWS::StepFunctions::StateMachine",
}


def template_of(assembly: Path, stack: str) -> Template:
    """Read a template that was synthesized."""
    template: Template = json.loads((assembly / f"readiness-{stack}.template.json").read_text())
    return template


def deployed(template: Template, **parameters: str) -> Template:
    """Return the template's resources and outputs with their references replaced."""
    resources: dict[str, Any] = template["Resources"]

    def identity(logical_id: str, *, arn: bool) -> str:
        kind = resources[logical_id]["Type"]
        pattern, name_property = _ARNS[kind]
        name = resources[logical_id]["Properties"].get(name_property, kind.split("::")[-1].lower())
        path = pattern.format(region=REGION, account=ACCOUNT, name=name)
        return f"arn:{PARTITION}:{path}" if arn else str(name)

    def read(value: Any) -> Any:
        match value:
            case {"Ref": name} if name in parameters:
                return parameters[name]
            case {"Ref": name} if name in _PSEUDO:
                return _PSEUDO[name]
            case {"Ref": name}:
                return identity(name, arn=resources[name]["Type"] in _REF_IS_ARN)
            case {"Fn::GetAtt": [name, "Arn"]}:
                return identity(name, arn=True)
            case {"Fn::GetAtt": [name, _]}:
                return identity(name, arn=False)
            case {"Fn::Join": [separator, parts]}:
                return str(separator).join(str(read(part)) for part in parts)
            case dict():
                return {key: read(item) for key, item in value.items()}
            case list():
                return [read(item) for item in value]
        return value

    return {section: read(template.get(section, {})) for section in ("Resources", "Outputs")}


def all_of(template: Template, kind: str) -> list[Properties]:
    """Return the properties of each resource of the type."""
    return [
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == kind
    ]


def the(template: Template, kind: str) -> Properties:
    """Return the properties of the only resource of the type."""
    (properties,) = all_of(template, kind)
    return properties


def listed(value: Any) -> list[Any]:
    """Policies write a single value without its list."""
    return value if isinstance(value, list) else [value]
