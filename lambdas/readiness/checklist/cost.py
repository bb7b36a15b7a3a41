"""Judge the items of the category "Cost"."""

from __future__ import annotations

from readiness.checklist.model import Mode, category, item

CATEGORY = category(
    "Cost",
    item("Clean up old data with S3 lifecycle settings"),
    item("Clean up unused resources"),
    item("Cost analysis has been done against all resources used by solution", mode=Mode.ATTESTED),
    item("Create billing alarms"),
    item("Learn to analyze your AWS bill", mode=Mode.ATTESTED),
    item("Pick proper EC2 instance types and sizes"),
    item("Resources are on a pay-per-use model", mode=Mode.ATTESTED),
    item("Shut down EC2 instances and RDS DBs when not using them"),
    item("Use Auto Scaling", mode=Mode.ATTESTED),
    item("Use Docker when possible", mode=Mode.ATTESTED),
    item("Use Lambda when possible", mode=Mode.ATTESTED),
    item("Use reserved EC2 instances for dedicated work"),
    item("Use Spot EC2 instances for background jobs", mode=Mode.ATTESTED),
)
