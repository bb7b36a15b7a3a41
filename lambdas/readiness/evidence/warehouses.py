"""Data warehouses: Redshift."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from readiness.evidence import Scope, record


@record(Scope.REGION, "Redshift cluster")
class RedshiftCluster:
    """A provisioned cluster of Redshift. Source: redshift.DescribeClusters."""

    arn: str
    #: Days of automated snapshots; 0 means off.
    snapshot_retention_days: int
    multi_az: bool
    encrypted: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
