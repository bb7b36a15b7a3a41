"""Judge the items of the category "Code Readability"."""

from __future__ import annotations

from readiness.checklist.model import Mode, category, item

CATEGORY = category(
    "Code Readability",
    item("Code follows standard naming style conventions"),
    item("Code has sufficient documentation for increased readability", mode=Mode.ATTESTED),
    item("Code is being formatted automatically"),
    item("Code is being linted automatically"),
)
