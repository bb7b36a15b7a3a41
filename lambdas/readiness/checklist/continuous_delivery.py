"""Judge the items of the category "Continuous Delivery"."""

from __future__ import annotations

from readiness.checklist.model import Mode, category, item

CATEGORY = category(
    "Continuous Delivery",
    item("Automate your deployments"),
    item("Create deployment environments"),
    item("Define your infrastructure as code"),
    item("Do zero-downtime deployments"),
    item("Promote artifacts", mode=Mode.ATTESTED),
    item("Roll back in case of failure"),
    item("Set up immutable infrastructure"),
    item("Set up per-environment configuration"),
    item("Test your infrastructure code"),
    item("Use canary deployments"),
    item("Use feature toggles", mode=Mode.ATTESTED),
)
