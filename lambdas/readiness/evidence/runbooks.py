"""Runbooks that Systems Manager carries out."""

from __future__ import annotations

from readiness.evidence import Scope, record


@record(Scope.REGION, "Automation document")
class AutomationRunbook:
    """An Automation document that the account itself owns. Source: ssm.ListDocuments."""

    arn: str
    name: str
