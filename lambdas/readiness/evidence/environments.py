"""By which words do names say which environment something belongs to?

Plain data, for the readers of repositories and for the checks alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

PRODUCTION = frozenset({"prod", "production", "prd", "live"})
#: Tags that declare an environment, in the order they are asked, in lower case.
TAGS = ("environment", "env", "stage")
OTHERS = frozenset(
    {
        "dev",
        "develop",
        "development",
        "test",
        "testing",
        "tst",
        "qa",
        "int",
        "uat",
        "stage",
        "staging",
        "stg",
        "preprod",
        "nonprod",
        "sandbox",
        "sbx",
    }
)
WORDS = PRODUCTION | OTHERS

#: `pre-prod` is no `prod`.
_JOINED = re.compile(r"(?i)\b(pre|non)[-_ .]?(prod)(uction)?\b")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def words_of(name: str) -> list[str]:
    """Return the words of a name in lower case, without numbers at their ends: `Shop-Prod2`."""
    parts = re.split(r"[^a-z]+", _HUMP.sub("-", _JOINED.sub(r"\1\2", name)).lower())
    return [part for part in parts if part]


def declared_production(tags: Mapping[str, str]) -> bool:
    """Whether a tag declares something production, by the words that do so by default."""
    named = {key.lower(): value for key, value in tags.items()}
    declared = next((named[key] for key in TAGS if key in named), "")
    return declared.lower() in PRODUCTION


def environment_of(name: str) -> str:
    """Return the environment that a name speaks of, empty where it speaks of none."""
    found = [word for word in words_of(name) if word in WORDS]
    return found[-1] if found else ""


def without_environment(name: str) -> str:
    """Return a name without the words that speak of an environment."""
    return "-".join(word for word in words_of(name) if word not in WORDS)
