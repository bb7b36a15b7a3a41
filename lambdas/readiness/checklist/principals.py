"""Was it a person or a machine that did something?

A heuristic, by how principals name themselves; it serves every check that asks who acted.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re

from readiness.evidence.events import Event

#: Users of the machines on which CI services run `cdk deploy`; the session carries their names.
CI_USERS = ("runner", "root", "codebuild-user", "ubuntu")

_PERMISSION_SET = "AWSReservedSSO_"
_CDK_ROLE = re.compile(r"^cdk-.*-(deploy|cfn-exec|file-publishing|image-publishing|lookup)-role-")
_CDK_SESSION = "aws-cdk-"
_ROLE_SESSION = re.compile(r"^arn:[\w-]+:sts::\d{12}:assumed-role/([^/]+)/(.+)$")
_USER = re.compile(r"^arn:[\w-]+:iam::\d{12}:user/(?:.*/)?([^/]+)$")
_ROOT = re.compile(r"^arn:[\w-]+:iam::\d{12}:root$")


def person(event: Event, machine_users: tuple[str, ...], ci_users: tuple[str, ...]) -> str:
    """Return the person who caused an event, empty where a machine did."""
    if event.invoked_by.endswith(".amazonaws.com") or event.principal_type == "AWSService":
        return ""
    if event.console:
        return event.session or event.principal_name or event.principal_type
    match event.principal_type:
        case "Root":
            return "the root user"
        case "IAMUser":
            return "" if event.principal_name in machine_users else event.principal_name
        case "AssumedRole":
            return in_session(event.principal_name, event.session, ci_users)
        case _:
            return ""


def person_of(arn: str, machine_users: tuple[str, ...], ci_users: tuple[str, ...]) -> str:
    """Return the person whose ARN this is, empty for a machine's and for everything else."""
    if _ROOT.match(arn):
        return "the root user"
    user = _USER.match(arn)
    if user:
        return "" if user[1] in machine_users else user[1]
    session = _ROLE_SESSION.match(arn)
    return in_session(session[1], session[2], ci_users) if session else ""


def in_session(role: str, session: str, ci_users: tuple[str, ...]) -> str:
    """Return the person behind a role's session, empty for a machine."""
    if _CDK_ROLE.match(role) and session.startswith(_CDK_SESSION):
        user = session.removeprefix(_CDK_SESSION)
        return "" if user in ci_users else user
    return session if role.startswith(_PERMISSION_SET) or "@" in session else ""
