"""Environment variables of what runs: their names, and whether what they hold is a secret.

Nothing secret is kept: a value is looked at once, where it is read, and dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydantic.dataclasses import dataclass

from readiness.evidence.secret_forms import is_literal, is_reference, matches_in

_ACCESS_KEY = re.compile(r"(?<![A-Z0-9])AKIA[0-9A-Z]{16}(?![A-Z0-9])")


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One environment variable, without its value."""

    name: str
    #: What its value is by its format, e.g. `a token of GitHub`; empty where it has none that is known.
    secret: str = ""
    #: Whether it is long enough to be a secret, and neither a reference, a switch nor a number.
    literal: bool = False
    #: Whether it says where a secret is: an ARN, a dynamic reference, a parameter's name.
    reference: bool = False
    #: Whether an access key's id of AWS is in its value.
    access_key: bool = False


def variables_of(settings: Iterable[tuple[str, str]]) -> tuple[Variable, ...]:
    """Reduce variables to their names and to what their values are."""
    return tuple(_reduced(name, value) for name, value in settings)


def _reduced(name: str, value: str) -> Variable:
    found = next(matches_in(value, values=True), None)
    return Variable(
        name=name,
        secret=found.form.noun if found else "",
        literal=is_literal(value),
        reference=is_reference(value),
        access_key=bool(_ACCESS_KEY.search(value)),
    )
