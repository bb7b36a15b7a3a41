"""Judge the items of the category "High Availability"."""

from __future__ import annotations

from readiness.checklist.model import Mode, category, item

CATEGORY = category(
    "High Availability",
    item("Configure auto recovery"),
    item("Configure graceful degradation", mode=Mode.ATTESTED),
    item("Perform load tests and use chaos engineering", mode=Mode.ATTESTED),
    item("Solution has load balancing for all requests"),
    item("Solution is run concurrently in multiple regions", mode=Mode.ATTESTED),
    item("Solution requires no downtime for maintenance"),
)
