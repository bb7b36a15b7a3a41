"""Judge the items of the category "Monitoring"."""

from __future__ import annotations

from readiness.checklist.model import Mode, category, item

CATEGORY = category(
    "Monitoring",
    item("Configure services for observability"),
    item("Set up alerts"),
    item("Solution has alerting in place", mode=Mode.ATTESTED),
    item("Solution has desired monitoring defined", mode=Mode.ATTESTED),
    item("Solution has monitoring in place", mode=Mode.ATTESTED),
    item("Store logs"),
    item("Track application metrics", mode=Mode.ATTESTED),
    item("Track availability metrics", mode=Mode.ATTESTED),
    item("Track business metrics", mode=Mode.ATTESTED),
    item("Track server metrics"),
)
