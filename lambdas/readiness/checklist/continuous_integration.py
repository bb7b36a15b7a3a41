"""Judge the items of the category "Continuous Integration"."""

from __future__ import annotations

from readiness.checklist.model import category, item

CATEGORY = category(
    "Continuous Integration",
    item("Configure a build system"),
    item("Configure static analysis"),
    item("Do code reviews"),
    item("Pick a version control system"),
    item("Publish versioned artifacts"),
    item("Set up a build server"),
    item("Set up automated tests"),
    item("Set up automatic code formatting"),
    item("Use dependency management"),
)
