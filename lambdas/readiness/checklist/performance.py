"""Judge the items of the category "Performance"."""

from __future__ import annotations

from readiness.checklist.model import Mode, category, item

CATEGORY = category(
    "Performance",
    item("Degraded performance is handled gracefully", mode=Mode.ATTESTED),
    item("Expected performance in ideal conditions is defined", mode=Mode.ATTESTED),
    item("Stress test has been done on solution performance", mode=Mode.ATTESTED),
)
