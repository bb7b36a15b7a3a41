"""Which of cdk-nag's findings do we accept, and why?"""

from collections.abc import Iterable, Mapping
from typing import Any

from aws_cdk import Acknowledgment, Stack, Validations
from constructs import IConstruct


def accept(construct: IConstruct, findings: Mapping[str, str]) -> None:
    """Acknowledge each finding of cdk-nag (AWS Solutions) on the construct, for its reason."""
    Validations.of(construct).acknowledge(
        *(
            Acknowledgment(id=f"AwsSolutions-{finding}", reason=reason)
            for finding, reason in findings.items()
        )
    )


def accept_resources(construct: IConstruct, resources: Iterable[str], *, reason: str) -> None:
    """Acknowledge IAM resources that have a wildcard."""
    stack = Stack.of(construct)
    accept(
        construct,
        {f"IAM5[Resource::{_spelled(stack.resolve(arn))}]": reason for arn in resources},
    )


def _spelled(value: Any) -> str:
    """Spell a value as cdk-nag's findings do: references between angle brackets."""
    match value:
        case str():
            return value
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(_spelled(part) for part in parts)
    message = f"{value!r} is not a string, a reference or a join of them."
    raise ValueError(message)
