"""Judge the items of the category "Testing"."""

from __future__ import annotations

from readiness.checklist.model import category, item

CATEGORY = category(
    "Testing",
    item("Automated coverage report is being carried out"),
    item("Automated testing is being utilised in the pipeline"),
    item("Testing safety net is in place"),
)
