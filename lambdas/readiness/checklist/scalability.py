"""Judge the items of the category "Scalability"."""

from __future__ import annotations

from readiness.checklist.model import Mode, category, item

CATEGORY = category(
    "Scalability",
    item("Set up load balancing"),
    item("Solution resources can auto scale to handle workload"),
    item("Stress test has been done on autoscaling", mode=Mode.ATTESTED),
    item("Use multiple Availability Zones"),
    item("Use multiple Instances"),
)
