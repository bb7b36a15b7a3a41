"""Which accounts does a filter of Billing leave in?

Budgets and anomaly monitors are limited by nested expressions; of these only the accounts matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

from readiness.evidence.billing import Accounts

ALL = Accounts()


def accounts_of(expression: Mapping[str, Any]) -> Accounts:
    """Return the accounts whose spend, or a part of it, an expression of Cost Explorer lets through."""
    if expression.get("And"):
        return reduce(both, map(accounts_of, expression["And"]), ALL)
    if expression.get("Or"):
        return reduce(either, map(accounts_of, expression["Or"]))
    if "Not" in expression:
        inner = expression["Not"]
        # What is left when a service is taken out is a part of every account's spend.
        return opposite(accounts_of(inner)) if _of_accounts_alone(inner) else ALL
    dimension = expression.get("Dimensions", {})
    if dimension.get("Key") == "LINKED_ACCOUNT":
        return only(dimension.get("Values") or ())
    return ALL


def only(ids: Any) -> Accounts:
    return Accounts(ids=tuple(sorted(set(ids))), all_but=False)


def opposite(accounts: Accounts) -> Accounts:
    return Accounts(ids=accounts.ids, all_but=not accounts.all_but)


def both(one: Accounts, other: Accounts) -> Accounts:
    """Return the accounts that are in both."""
    return opposite(either(opposite(one), opposite(other)))


def either(one: Accounts, other: Accounts) -> Accounts:
    """Return the accounts that are in one or in the other."""
    ours, theirs = set(one.ids), set(other.ids)
    match one.all_but, other.all_but:
        case False, False:
            return only(ours | theirs)
        case True, True:
            return opposite(only(ours & theirs))
        case True, False:
            return opposite(only(ours - theirs))
        case _:
            return opposite(only(theirs - ours))


def _of_accounts_alone(expression: Mapping[str, Any]) -> bool:
    if "Not" in expression:
        return _of_accounts_alone(expression["Not"])
    nested = [*expression.get("And", ()), *expression.get("Or", ())]
    if nested:
        return all(map(_of_accounts_alone, nested))
    return bool(expression.get("Dimensions", {}).get("Key") == "LINKED_ACCOUNT")
