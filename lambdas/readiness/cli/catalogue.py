"""What is judged, why, and with which calls?"""

from __future__ import annotations

from typing import Any

import click

from readiness.checklist import CHECKS, ITEMS
from readiness.checklist.model import Check, Item, Rollup
from readiness.cli.choices import CATEGORY, ITEM_OR_CHECK, as_json
from readiness.cli.terminal import show_json, show_table
from readiness.permissions import (
    member_actions,
    member_policies,
    organization_actions,
    organization_policies,
)
from readiness.probes import wanted
from readiness.probes.actions import action_of


@click.command("items")
@click.option("--category", "categories", multiple=True, type=CATEGORY, help="Only this one.")
@as_json
def items_command(categories: tuple[str, ...], json_: bool) -> None:
    """List the items of the checklist."""
    chosen = [
        item for item in ITEMS.values() if not categories or item.id.split("/")[0] in categories
    ]
    rows = [
        {"id": item.id, "title": item.title, "category": item.category, "mode": item.mode.value}
        for item in chosen
    ]
    if json_:
        show_json(rows)
    else:
        show_table(
            ("ID", "TITLE", "MODE"), [(row["id"], row["title"], row["mode"]) for row in rows]
        )


@click.command("checks")
@as_json
def checks_command(json_: bool) -> None:
    """List the checks, and the items that each decides."""
    rows = [
        {"id": check.id, "items": items_of(check), "severity": check.severity.value}
        for check in sorted(CHECKS.values(), key=lambda each: each.id)
    ]
    if json_:
        show_json(rows)
    else:
        show_table(
            ("ID", "SEVERITY", "ITEMS"),
            [(str(row["id"]), str(row["severity"]), ", ".join(row["items"])) for row in rows],
        )


def items_of(check: Check[..., Any]) -> list[str]:
    """Return the ids of the items that a check takes part in."""
    return [item.id for item in ITEMS.values() if check in item.checks]


@click.command("explain")
@click.argument("name", metavar="ID", type=ITEM_OR_CHECK)
@as_json
def explain_command(name: str, json_: bool) -> None:
    """Explain a check or an item: why it matters, what passes, how it is fixed."""
    page = check_page(CHECKS[name]) if name in CHECKS else item_page(ITEMS[name])
    if json_:
        show_json(page)
        return
    text = _check_text(page) if page["kind"] == "check" else _item_text(page)
    click.echo("\n".join(text))


def check_page(check: Check[..., Any]) -> dict[str, Any]:
    """Return everything that there is to know about a check."""
    calls = {call for probe in wanted(check.needs).values() for call in probe.calls}
    return {
        "id": check.id,
        "kind": "check",
        "severity": check.severity.value,
        "scope": check.scope.value,
        "items": items_of(check),
        "why": check.sections["why"],
        "pass": check.sections["Pass"],
        "fix": check.sections["Fix"],
        "blind_spot": check.sections.get("Blind spot", ""),
        "see": check.sections["See"],
        "options": {
            f"{check.id}.{option}": default for option, (_, default) in check.options.items()
        },
        "actions": sorted({action_of(call) for call in calls}),
    }


def item_page(item: Item) -> dict[str, Any]:
    """Return everything that there is to know about an item."""
    return {
        "id": item.id,
        "kind": "item",
        "title": item.title,
        "category": item.category,
        "mode": item.mode.value,
        "validity_days": item.validity_days,
        "rollup": _expression(item.rollup),
        "checks": [
            {"id": check.id, "severity": check.severity.value, "pass": check.sections["Pass"]}
            for check in item.checks
        ],
    }


def _expression(operand: Rollup | Check[..., Any]) -> str:
    if isinstance(operand, Check):
        return operand.id
    parts = [_expression(each) for each in operand.operands]
    if operand.per:
        parts.append(f"per={operand.per}")
    if operand.supporting:
        parts.append(f"supporting=[{', '.join(_expression(each) for each in operand.supporting)}]")
    return f"{operand.word}({', '.join(parts)})"


def _check_text(page: dict[str, Any]) -> list[str]:
    lines = [f"{page['id']} ({page['severity']}, judged per {page['scope']})", "", page["why"], ""]
    for label, key in (
        ("Pass", "pass"),
        ("Fix", "fix"),
        ("Blind spot", "blind_spot"),
        ("See", "see"),
    ):
        if page[key]:
            lines.append(f"{label}: {page[key]}")
    lines.append(f"Items: {', '.join(page['items']) or 'none yet'}")
    lines.extend(f"Option: {name} = {default}" for name, default in page["options"].items())
    lines.append(f"Reads: {', '.join(page['actions']) or 'nothing of AWS'}")
    return lines


def _item_text(page: dict[str, Any]) -> list[str]:
    lines = [f"{page['id']} ({page['mode']})", "", page["title"], ""]
    if page["mode"] != "automated":
        lines.append(f"Attestation: valid for at most {page['validity_days']} days")
    if not page["rollup"]:
        return [*lines, "Not judged yet: its verdict is UNKNOWN."]
    lines.append(f"Verdict: {page['rollup']}")
    lines.extend(
        f"Check: {check['id']} ({check['severity']}): {check['pass']}" for check in page["checks"]
    )
    return lines


@click.command("permissions")
@as_json
def permissions_command(json_: bool) -> None:
    """List the IAM actions that a scan needs; none of them writes."""
    if json_:
        show_json(
            {
                "member": {"actions": member_actions(), "policies": member_policies()},
                "organization": {
                    "actions": organization_actions(),
                    "policies": organization_policies(),
                },
            }
        )
        return
    for role, actions in (("member", member_actions()), ("organization", organization_actions())):
        for action in actions:
            click.echo(f"{role:<12}  {action}")
