"""Which 124 items are judged, in which order, and by which checks?

One module per category, named as the category: its checks, and its items as expressions over them.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from types import MappingProxyType

from readiness.checklist import (
    backups_and_restoring,
    code_efficiency_and_performance,
    code_readability,
    continuous_delivery,
    continuous_integration,
    cost,
    documentation,
    high_availability,
    logging,
    maintenance,
    monitoring,
    networking,
    performance,
    provisioning_and_deployment,
    scalability,
    security,
    testing,
)
from readiness.checklist.model import CHECKS, Category, Item

CATEGORIES: tuple[Category, ...] = tuple(
    module.CATEGORY
    for module in (
        backups_and_restoring,
        code_efficiency_and_performance,
        code_readability,
        continuous_delivery,
        continuous_integration,
        cost,
        documentation,
        high_availability,
        logging,
        maintenance,
        monitoring,
        networking,
        performance,
        provisioning_and_deployment,
        scalability,
        security,
        testing,
    )
)

#: The catalogue: every item by its id, in the checklist's order.
ITEMS = MappingProxyType({item.id: item for each in CATEGORIES for item in each.items})

__all__ = ["CATEGORIES", "CHECKS", "ITEMS", "Category", "Item"]
