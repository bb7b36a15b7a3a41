"""Environment variables of what runs: their names, and whether what they hold is a secret.

Nothing secret is kept: a value is looked at once, where it is read, and dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydantic.dataclasses import dataclass

from readiness.evidence.secret_forms import is_literal, is_reference, matches_in

#: A key of an IAM user; those of AWS's own documentation end in EXAMPLE.
_ACCESS_KEY = re.compile(r"(?<![A-Z0-9])AKIA(?![0-9A-Z]{9}EXAMPLE)[0-9A-Z]{16}(?![A-Z0-9])")
#: By which names the SDKs of AWS look for a key.
_KEY_NAMES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


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

    @property
    def static_key(self) -> bool:
        """Whether it holds an access key of AWS, or is named as one and holds something."""
        return self.access_key or (self.name.upper() in _KEY_NAMES and self.literal)


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
        access_key=holds_access_key(value),
    )


def holds_access_key(text: str) -> bool:
    """Whether a text holds the id of an access key of AWS."""
    return bool(_ACCESS_KEY.search(text))
