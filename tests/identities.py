"""Users, groups, roles and policies as tests write them, and as the probes reduce them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from readiness.evidence.identity import Membership, UserCredentials
from readiness.evidence.places import OrganizationAccount
from readiness.evidence.rights import IamGroup, IamRole, IamUser, InlinePolicy, ManagedPolicy
from readiness.probes.rights import statements_of, trusts_of
from tests.rows import ACCOUNT, NOW

IAM = f"arn:aws:iam::{ACCOUNT}"
ROOT = f"{IAM}:root"
SISTER = "222233334444"
VENDOR = "999988887777"
OLD = NOW - timedelta(days=400)


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def document(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def inline(*statements: Mapping[str, Any], name: str = "own") -> InlinePolicy:
    return InlinePolicy(name=name, statements=statements_of(document(*statements), ACCOUNT))


def managed(name: str, *statements: Mapping[str, Any], owner: str = ACCOUNT) -> ManagedPolicy:
    return ManagedPolicy(
        arn=f"arn:aws:iam::{owner}:policy/{name}",
        statements=statements_of(document(*statements), ACCOUNT),
    )


def iam_user(name: str = "ann", *statements: Mapping[str, Any], **changes: Any) -> IamUser:
    values = {
        "arn": f"{IAM}:user/{name}",
        "name": name,
        "inline": (inline(*statements),) if statements else (),
    }
    return IamUser(**values | changes)


def iam_group(name: str = "devs", *statements: Mapping[str, Any], **changes: Any) -> IamGroup:
    values = {
        "arn": f"{IAM}:group/{name}",
        "name": name,
        "inline": (inline(*statements),) if statements else (),
    }
    return IamGroup(**values | changes)


def iam_role(name: str = "app", *statements: Mapping[str, Any], **changes: Any) -> IamRole:
    path = changes.get("path", "/")
    values = {
        "arn": f"{IAM}:role{path}{name}",
        "name": name,
        "path": path,
        "created": OLD,
        "used": days_ago(1),
        "trusts": trusts_of(document(trust({"Service": "ec2.amazonaws.com"}))),
        "inline": (inline(*statements),) if statements else (),
    }
    return IamRole(**values | changes)


def trust(principal: Any, action: Any = "sts:AssumeRole", **conditions: Any) -> dict[str, Any]:
    found = {"Effect": "Allow", "Principal": principal, "Action": action}
    return {**found, "Condition": conditions} if conditions else found


def trusting(*statements: Mapping[str, Any], name: str = "app", **changes: Any) -> IamRole:
    return iam_role(name, trusts=trusts_of(document(*statements)), **changes)


def credentials(name: str = "ann", **changes: Any) -> UserCredentials:
    values: dict[str, Any] = {
        "arn": f"{IAM}:user/{name}",
        "name": name,
        "password": True,
        "mfa": True,
    }
    return UserCredentials(**values | changes)


def root_row(**changes: Any) -> UserCredentials:
    values: dict[str, Any] = {"arn": ROOT, "name": "<root_account>", "password": False, "mfa": True}
    return UserCredentials(**values | changes)


def membership(organization: str = "o-acme", management: str = "000000000001") -> Membership:
    return Membership(
        arn=f"arn:aws:organizations::{ACCOUNT}:account",
        organization=organization,
        management=management if organization else "",
    )


def accounts(*names: str) -> Sequence[OrganizationAccount]:
    return tuple(
        OrganizationAccount(
            arn=f"arn:aws:organizations::000000000001:account/o-acme/{name}",
            id=name,
            name=name,
            email="",
            state="ACTIVE",
            paths=(),
        )
        for name in names or (ACCOUNT, SISTER)
    )
