"""Which IAM actions does a scan need, and how do they fit into managed policies?

Generated from the probes' declarations: nothing granted that is not called, nothing called that is not granted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from readiness.evidence import Scope
from readiness.evidence.places import CONTACTS, DISCOVERED, SURVEYED
from readiness.judging import kinds_of
from readiness.probes import wanted
from readiness.probes.actions import actions_of

#: The characters a managed policy may hold, white space not counted (IAM quotas).
POLICY_SIZE = 6144


def member_actions() -> tuple[str, ...]:
    """Return the actions of the member role, sorted."""
    return _actions(Scope.REGION, Scope.ACCOUNT, Scope.REPOSITORY)


def organization_actions() -> tuple[str, ...]:
    """Return the actions of the organization role, sorted."""
    return _actions(Scope.ORGANIZATION)


def member_policies() -> list[dict[str, Any]]:
    """Return the member role's policy documents, each within IAM's size."""
    return policies(member_actions())


def organization_policies() -> list[dict[str, Any]]:
    """Return the organization role's policy documents, each within IAM's size."""
    return policies(organization_actions())


def policies(actions: Iterable[str]) -> list[dict[str, Any]]:
    """Split a sorted list of actions into documents that each fit a managed policy."""
    documents: list[dict[str, Any]] = []
    chunk: list[str] = []
    for action in actions:
        if chunk and _size([*chunk, action]) > POLICY_SIZE:
            documents.append(_document(chunk))
            chunk = []
        chunk.append(action)
    if chunk:
        documents.append(_document(chunk))
    return documents


def _actions(*scopes: Scope) -> tuple[str, ...]:
    kinds = kinds_of() | SURVEYED | DISCOVERED | CONTACTS
    probes = [probe for probe in wanted(kinds).values() if probe.scope in scopes]
    calls = {call for probe in probes for call in probe.calls}
    return tuple(sorted({action for call in calls for action in actions_of(call)}))


def _document(actions: list[str]) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
    }


def _size(actions: list[str]) -> int:
    return len(json.dumps(_document(actions), separators=(",", ":")))
