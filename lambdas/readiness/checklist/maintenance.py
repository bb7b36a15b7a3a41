"""Judge the items of the category "Maintenance"."""

from __future__ import annotations

from readiness.checklist.model import Mode, category, item

CATEGORY = category(
    "Maintenance",
    item("Configure disk space"),
    item("Set up cron jobs", mode=Mode.ATTESTED),
    item(
        "Solution has sufficient documentation for code maintenance to take place",
        mode=Mode.ATTESTED,
    ),
    item("Solution has sufficient high availability for maintenance to take place"),
    item("Solution has sufficient monitoring for maintenance to take place", mode=Mode.ATTESTED),
)
