"""Judge the items of the category "Logging"."""

from __future__ import annotations

from readiness.checklist.model import Mode, category, item

CATEGORY = category(
    "Logging",
    item("Solution has logging in place through CloudWatch Logs", mode=Mode.ATTESTED),
)
