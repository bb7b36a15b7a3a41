"""Judge the items of the category "Documentation"."""

from __future__ import annotations

from readiness.checklist.model import Mode, category, item

CATEGORY = category(
    "Documentation",
    item("An architecture diagram is in place", mode=Mode.ATTESTED),
    item("Code has sufficient comments and docstrings", mode=Mode.ATTESTED),
    item("Documentation is kept within the repository", mode=Mode.ATTESTED),
    item("Operational runbooks are included", mode=Mode.ATTESTED),
    item("Updated and accurate README is included in repository"),
)
