"""How is a name that anybody may have chosen made fit for a mail, a page and a header?

Names come from AWS, from repositories and from configuration, and all of them are hostile.
Markup is the templates' matter (they escape everything); here is what escaping does not stop: line
breaks that forge lines and headers, marks that turn the reading direction, invisible characters,
piles of accents, invalid bytes, endless length.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
import unicodedata

#: Categories of Unicode that leave nothing: controls and formats (bidirectional marks, zero-width).
_HIDDEN = ("Cc", "Cf")
#: Categories that leave a replacement: surrogates (invalid bytes), private and unassigned characters.
_REPLACED = ("Cs", "Co", "Cn")
_ACCENTS = ("Mn", "Me")
_PLAIN = re.compile(r"[\x20-\x7e]*")
#: The most accents that a letter of a living script carries.
_MOST_ACCENTS = 3


def clean(text: str, limit: int = 300) -> str:
    """Return text on one line, without what is invisible, and no longer than the limit."""
    return shorten(" ".join(visible(text).split()), limit)


def visible(text: str) -> str:
    """Return text with spaces for what breaks lines and without what cannot be seen."""
    if _PLAIN.fullmatch(text):
        return text
    kept: list[str] = []
    accents = 0
    for character in text:
        category = unicodedata.category(character)
        accents = accents + 1 if category in _ACCENTS else 0
        if character.isspace() or category in ("Zl", "Zp"):
            kept.append(" ")
        elif category in _REPLACED:
            kept.append("\N{REPLACEMENT CHARACTER}")
        elif category not in _HIDDEN and accents <= _MOST_ACCENTS:
            kept.append(character)
    return "".join(kept)


def shorten(text: str, limit: int) -> str:
    """Cut a long text in the middle: both ends of a name tell more than its beginning."""
    if len(text) <= limit:
        return text
    tail = limit // 3
    return f"{text[: limit - tail - 1]}…{text[-tail:]}"


def short(resource: str) -> str:
    """Return what people call a resource: the end of its ARN; other names as they are."""
    parts = resource.split(":", 5)
    return parts[5] if len(parts) == 6 and parts[0] == "arn" and parts[5] else resource


def pattern(resource: str) -> str:
    """Return a suppression's pattern for one resource: `?` for each character that cannot be typed."""
    if _PLAIN.fullmatch(resource) and not set(resource) & set("*?["):
        return resource
    return "".join(character if _typed(character) else "?" for character in resource)


def _typed(character: str) -> bool:
    """Whether a character stands for itself in a pattern, and in a YAML string written by a script."""
    return character.isprintable() and character not in "*?[" and character <= "\uffff"
