"""Write the generated parts of README.md: the items, the permissions, the blind spots.

`python tools/readme.py` rewrites them; `--check` says whether they are current and writes nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from readiness.checklist import CATEGORIES, CHECKS, ITEMS
from readiness.checklist.model import Item, Mode
from readiness.permissions import member_actions, organization_actions

README = Path(__file__).parents[1] / "README.md"


def items() -> Iterator[str]:
    """Yield the table of items by category."""
    yield "| Item | Checks | Worst severity | Decided by |"
    yield "|---|--:|---|---|"
    for category in CATEGORIES:
        yield f"| **{category.title}** | | | |"
        for item in category.items:
            by = "evidence" if item.mode is Mode.AUTOMATED else "evidence, else attestation"
            yield f"| {item.title} | {len(item.checks) or 'not yet'} | {_worst(item)} | {by} |"


def _worst(item: Item) -> str:
    severities = [check.severity for check in item.checks]
    return min(severities, key=lambda each: each.rank).value if severities else ""


def permissions() -> Iterator[str]:
    """Yield the actions of both roles, by service."""
    for heading, actions in (
        ("Member role, in every account", member_actions()),
        ("Organization role, in the management account", organization_actions()),
    ):
        yield f"**{heading}** ({len(actions)} actions):"
        yield ""
        services: dict[str, list[str]] = {}
        for action in actions:
            service, _, name = action.partition(":")
            services.setdefault(service, []).append(name)
        for service, names in services.items():
            yield f"- `{service}`: " + ", ".join(f"`{name}`" for name in names)
        yield ""


def blind_spots() -> Iterator[str]:
    """Yield what each check cannot know."""
    for check in sorted(CHECKS.values(), key=lambda each: each.id):
        if "Blind spot" in check.sections:
            yield f"- `{check.id}`: {check.sections['Blind spot']}"


def counts() -> Iterator[str]:
    """Yield the figures of the catalogue in a sentence."""
    judged = sum(bool(item.checks) for item in ITEMS.values())
    yield (
        f"{len(ITEMS)} items in {len(CATEGORIES)} categories; {judged} of them are judged, "
        f"by {len(CHECKS)} checks."
    )


PARTS: dict[str, Callable[[], Iterator[str]]] = {
    "counts": counts,
    "items": items,
    "permissions": permissions,
    "blind spots": blind_spots,
}


def rewritten(text: str) -> str:
    """Return the README with its generated parts made anew."""
    for name, part in PARTS.items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        made = "\n".join(part()).strip()
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}\n{made}\n{end}{after}"
    return text


def main() -> int:
    """Rewrite the README, or check it."""
    text = README.read_text()
    made = rewritten(text)
    if "--check" in sys.argv[1:]:
        if made != text:
            print("README.md is not current: run `make docs`.", file=sys.stderr)
        return int(made != text)
    README.write_text(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
