"""Judge the items of the category "Networking"."""

from __future__ import annotations

from readiness.checklist.model import Mode, category, item

CATEGORY = category(
    "Networking",
    item("Configure DNS using Route 53", mode=Mode.ATTESTED),
    item("Configure Network ACLs"),
    item("Configure Security Groups"),
    item("Configure Static IPs"),
    item("Scalability in place for sudden increase in incoming network traffic"),
    item("Set up subnets"),
    item("Set up VPCs"),
    item("Solution has load balancing in front of exposed HTTP endpoints"),
    item("Stress test has been done on volume of webhook ingestion", mode=Mode.ATTESTED),
)
