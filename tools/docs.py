"""Write what can be said from the code: the README's tables, and the pages of docs/.

`python tools/docs.py` rewrites them; `--check` says whether they are current and writes nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from readiness.checklist import CATEGORIES, CHECKS, ITEMS
from readiness.checklist.model import Item, Mode
from readiness.config import declared_options
from readiness.permissions import member_actions, organization_actions

ROOT = Path(__file__).parents[1]


def items() -> Iterator[str]:
    """Yield the table of items by category."""
    yield "| Item | Checks | Worst severity | Decided by |"
    yield "|---|--:|---|---|"
    for category in CATEGORIES:
        yield f"| **{category.title}** | | | |"
        for item in category.items:
            by = "evidence" if item.mode is Mode.AUTOMATED else "evidence, else attestation"
            yield f"| {item.title} | {len(item.checks)} | {_worst(item)} | {by} |"


def _worst(item: Item) -> str:
    severities = [check.severity for check in item.checks]
    return min(severities, key=lambda each: each.rank).value if severities else ""


def permissions() -> Iterator[str]:
    """Yield the page of what both roles may do, by service."""
    yield "# What Readiness may read in your accounts"
    yield ""
    yield "Generated from what the probes declare; nothing else is granted, and nothing else is called."
    yield "The same list as JSON policies: `readiness permissions`."
    for heading, actions in (
        ("The member role, in every account", member_actions()),
        ("The organization role, in the management account", organization_actions()),
    ):
        yield f"\n## {heading}: {len(actions)} actions\n"
        services: dict[str, list[str]] = {}
        for action in actions:
            service, _, name = action.partition(":")
            services.setdefault(service, []).append(name)
        for service, names in services.items():
            yield f"- `{service}`: " + ", ".join(f"`{name}`" for name in names)


def blind_spots() -> Iterator[str]:
    """Yield the page of what each check cannot know."""
    yield "# What Readiness cannot know"
    yield ""
    yield "By check; `readiness explain <check>` says the rest."
    yield ""
    for check in sorted(CHECKS.values(), key=lambda each: each.id):
        if "Blind spot" in check.sections:
            yield f"- `{check.id}`: {check.sections['Blind spot']}"


def checks() -> Iterator[str]:
    """Yield the page of all checks, by item."""
    yield "# What is checked"
    yield ""
    yield "By category and item; what passes, and how bad a failure is."
    for category in CATEGORIES:
        yield f"\n## {category.title}"
        for item in category.items:
            yield f"\n### {item.title}\n"
            yield f"`{item.id}`\n"
            for check in item.checks:
                yield f"- `{check.id}` ({check.severity.value}): {check.sections['Pass']}"


def options() -> Iterator[str]:
    """Yield the page of every option with its default."""
    yield "# Options"
    yield ""
    yield "Thresholds and lists that a check goes by. In `readiness.yaml`, for everything under"
    yield "`options:`, or for one workload under its `options:`."
    yield ""
    yield "| Option | Default |"
    yield "|---|---|"
    for name, (_, default) in declared_options().items():
        shown = ", ".join(map(str, default)) if isinstance(default, tuple) else str(default)
        cell = shown.replace("|", r"\|")
        yield f"| `{name}` | {f'`{cell}`' if cell else 'empty'} |"


def counts() -> Iterator[str]:
    """Yield the figures of the catalogue in a sentence."""
    yield f"{len(ITEMS)} items in {len(CATEGORIES)} categories, judged by {len(CHECKS)} checks."


PARTS: dict[str, Callable[[], Iterator[str]]] = {"counts": counts, "items": items}
PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "docs/blind-spots.md": blind_spots,
    "docs/checks.md": checks,
    "docs/options.md": options,
    "docs/permissions.md": permissions,
}


def readme(text: str) -> str:
    """Return the README with its generated parts made anew."""
    for name, part in PARTS.items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        made = "\n".join(part()).strip()
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}\n{made}\n{end}{after}"
    return text


def made() -> dict[str, str]:
    """Return every generated file, by its path."""
    pages = {path: "\n".join(page()) + "\n" for path, page in PAGES.items()}
    return {"README.md": readme((ROOT / "README.md").read_text()), **pages}


def main() -> int:
    """Rewrite the files, or check them."""
    stale = {
        path: text
        for path, text in made().items()
        if not (ROOT / path).exists() or (ROOT / path).read_text() != text
    }
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path} is not current: run `make docs`.", file=sys.stderr)
        return int(bool(stale))
    for path, text in stale.items():
        (ROOT / path).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
