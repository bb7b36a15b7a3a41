"""Judge the items of the category "Code Efficiency and Performance"."""

from __future__ import annotations

from readiness.checklist.model import Mode, category, item

CATEGORY = category(
    "Code Efficiency and Performance",
    item("Code performance has been measured and tested", mode=Mode.ATTESTED),
)
