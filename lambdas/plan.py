"""Decide what a scan looks at, and who is due a digest."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from environment import Context, access, ledger, logger, store, time_zone
from readiness.config_files import load as load_configuration
from readiness.evidence import Evidence, Scope
from readiness.evidence.places import (
    CONTACTS,
    DISCOVERED,
    AccountTags,
    OperationsContact,
    OrganizationAccount,
)
from readiness.ledger import ScanRunningError
from readiness.planning import Plan, make_plan, request_of, scan_id
from readiness.probes import look
from readiness.probes.refusals import UnseenError
from readiness.workflow import save_plan


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    del context  # the logger reads it
    started = datetime.now(UTC)
    request = request_of(event or {})
    files = {
        key.removeprefix("config/"): store().get(key) or b"" for key in store().keys("config/")
    }
    loaded = load_configuration(files)
    for warning in loaded.warnings:
        logger.warning("In the configuration: %s", warning)
    scan = scan_id(started, secrets.token_hex(2))
    owners = loaded.configuration.owners_mail.enabled
    found = _organization(scan, started, DISCOVERED | CONTACTS if owners else DISCOVERED)
    plan = make_plan(
        request,
        scan=scan,
        started=started,
        configuration=loaded.configuration,
        attestations=loaded.attestations,
        suppressions=loaded.suppressions,
        listed=found.get(OrganizationAccount),
        tags=found.get(AccountTags),
        contacts=found.get(OperationsContact),
        time_zone=time_zone(),
    )
    try:
        ledger().begin_scan(scan, started)
    except ScanRunningError as error:
        logger.warning(str(error))
        return {"scan": scan, "status": "refused"}
    save_plan(plan, store())
    return _announced(plan)


def _organization(
    scan: str, started: datetime, kinds: frozenset[type[Any]]
) -> Mapping[type[Any], Evidence[Any]]:
    """Return what the organization tells of its accounts; nothing where no role is to see it."""
    if not access().organization_role:
        return {}
    try:
        connection = access().organization(scan=scan, started=started)
    except UnseenError as error:
        logger.warning("The organization was not seen: %s", error)
        return {kind: Evidence(gaps=(error.gap,)) for kind in kinds}
    seen = look(connection, connection.home_region, Scope.ORGANIZATION, kinds)
    connection.close()
    return seen


def _announced(plan: Plan) -> dict[str, Any]:
    """Write the lists that the maps read, and return where they lie."""
    prefix = f"scans/{plan.scan}"
    lists = {
        "targets": list(plan.targets),
        "workloads": [{"scan": plan.scan, "workload": each.name} for each in plan.workloads],
        "audiences": [{"scan": plan.scan, "audience": each} for each in plan.due],
    }
    for name, items in lists.items():
        store().put(f"{prefix}/{name}.json", json.dumps(items).encode())
    return {
        "scan": plan.scan,
        "status": "planned",
        "bucket": store().name,
        **{name: f"{prefix}/{name}.json" for name in lists},
        "digest": bool(plan.due),
        "counts": {name: len(items) for name, items in lists.items()},
    }
