"""How does a view become a mail and a page?

The templates escape everything; what escaping does not stop, `names` does, for every value they print.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from readiness.checklist.model import Severity, Status
from readiness.config import Cadence
from readiness.digest.names import clean, shorten, visible
from readiness.digest.page import page_of
from readiness.digest.rows import Capped, Due, Fix, percent
from readiness.digest.view import PLACES, View

#: Every colour has a word or a mark beside it.
MARKS = {"critical": "■", "high": "▲", "medium": "◆", "low": "▽", "info": "·"}
#: Readable on white; the dark ones stand in the template.
COLOURS = {
    "critical": "#b3261e",
    "high": "#b3261e",
    "medium": "#8a5a00",
    "low": "#586673",
    "info": "#586673",
}
_STATUSES = (
    (Status.PASS, "✓", "pass", "good", "#146c2e"),
    (Status.FAIL, "✕", "fail", "bad", "#b3261e"),
    (Status.UNKNOWN, "?", "unknown", "warn", "#8a5a00"),
    (Status.NO_EVIDENCE, "○", "without evidence", "m", "#586673"),
    (Status.NOT_APPLICABLE, "–", "not applicable", "m", "#586673"),
)
#: Longer than any honest text of ours.
_LONGEST = 2000
#: How many rows a table of the report has that the page's script does not page through.
_LISTED = 500


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One digest, ready for any number of addresses."""

    audience: str
    subject: str
    html: str
    text: str
    headers: Mapping[str, str]


def render_digest(view: View) -> Mail:
    """Return the digest as HTML and as text of the same content."""
    words = _words(view) | {
        "subject": subject_of(view),
        "preheader": _preheader(view),
        "severities": ", ".join(
            f"{view.severities[each]} {each.value}" for each in Severity if view.severities[each]
        ),
        "unseen_note": _unseen_note(view),
        "quiet": _quiet(view),
        "places": PLACES,
        "colours": COLOURS,
    }
    return Mail(
        audience=view.audience,
        subject=subject_of(view),
        html=_HTML.get_template("digest.html.j2").render(words),
        text=_TEXT.get_template("digest.txt.j2").render(words).strip() + "\n",
        headers={
            "X-Readiness-Score": str(percent(view.score.score)),
            "X-Readiness-Regressions": str(view.regressed),
        },
    )


def render_report(view: View) -> str:
    """Return the report: one page that needs nothing but a browser."""
    words = _words(view) | page_of(view) | {"listed": _LISTED}
    return _HTML.get_template("report.html.j2").render(words)


def _words(view: View) -> dict[str, Any]:
    """Return what the digest and the report both say."""
    return {
        "view": view,
        "coverage": _coverage(view),
        "shares": (
            ("Score", percent(view.score.score), view.delta),
            ("Known", percent(view.score.known), view.known_delta),
            ("Attested", percent(view.score.attested), None),
        ),
        "statuses": [
            (mark, view.counts.get(status, 0), label, style, colour)
            for status, mark, label, style, colour in _STATUSES
            if view.counts.get(status, 0)
        ],
        "footer": _footer(view),
        "marks": MARKS,
    }


def subject_of(view: View) -> str:
    """Say the facts and the week: programs that see one subject twice hide the second mail."""
    facts = [f"{percent(view.score.score)} %"]
    if view.baseline:
        facts.insert(0, "baseline")
    elif view.delta is not None:
        facts[0] += f" ({signed(view.delta)})"
    if view.regressed:
        facts.append(counted(view.regressed, "regression"))
    if missed := view.seen.accounts.missed:
        facts.append(f"{counted(len(missed), 'account')} not seen")
    if view.due.total:
        facts.append(_next_due(view.due))
    if view.quiet:
        facts.append("nothing new")
    return clean(f"[Readiness] {clean(view.scope, 64)}: {', '.join(facts)} - week {view.week}", 200)


def _next_due(due: Capped[Due]) -> str:
    coming = [each for each in due.whole if each.state == "due"]
    if not coming:
        first = due.whole[0]
        same = [each for each in due.whole if each.state == first.state]
        return f"{counted(len(same), 'record')} {first.state}"
    first = coming[0]
    same = [each for each in coming if each.what == first.what]
    return f"{counted(len(same), first.what)} due {day(first.expires)}"


def _preheader(view: View) -> str:
    said = f"{_coverage(view)} · {percent(view.score.known)} % known"
    return said if view.quiet or view.baseline else f"{said} · {_fixed_and_failing(view)}"


def _fixed_and_failing(view: View) -> str:
    failing = view.counts.get(Status.FAIL, 0)
    fixed = sum(row.count for row in view.fixed.whole)
    return f"{fixed} fixed, {counted(failing, 'item')} failing"


def _coverage(view: View) -> str:
    """Say when was looked, and at how much of what was to be seen."""
    moment = view.scan.started
    parts = [f"Scan of {day(moment.date())} {moment.year}, {moment:%H:%M} UTC ({view.age} old)"]
    accounts = view.seen.accounts
    if accounts.expected:
        parts.append(
            f"{len(accounts.scanned)} of {counted(len(accounts.expected), 'account')} seen"
        )
    regions, repositories = view.seen.regions, view.seen.repositories
    if len(regions.scanned) < len(regions.expected):
        parts.append(f"{len(regions.scanned)} of {counted(len(regions.expected), 'region')} seen")
    if len(repositories.scanned) < len(repositories.expected):
        total = counted(len(repositories.expected), "repository", "repositories")
        parts.append(f"{len(repositories.scanned)} of {total} seen")
    return " · ".join(parts)


def _unseen_note(view: View) -> str:
    parts = []
    if view.became_unknown:
        parts.append(f"{counted(view.became_unknown, 'finding')} became unknown")
    if view.known_again:
        parts.append(f"{view.known_again} known again")
    return ", ".join(parts)


def _quiet(view: View) -> tuple[str, ...]:
    """Say in two lines that there is nothing to say; the third is the link."""
    score = f"Score {percent(view.score.score)} %, {percent(view.score.known)} % known"
    failing = view.counts.get(Status.FAIL, 0)
    if not failing:
        return (f"Nothing changed. {score}.", "Nothing fails.")
    fixes = view.fixes.rows
    first = f" First to fix: {clean(fixes[0].text, 180)}" if fixes else ""
    verb = "fails" if failing == 1 else "fail"
    return (f"Nothing changed. {score}.", f"{counted(failing, 'item')} still {verb}.{first}")


def _footer(view: View) -> str:
    if view.cadence == Cadence.NEVER:
        return f"Rendered on request from the results of scan {view.scan.id}; no audience gets it."
    return (
        f"You get this {view.cadence} as the audience “{clean(view.audience, 64)}”. "
        "To change or stop it, edit the audiences in readiness.yaml, or unsubscribe by mail. "
        f"Scan {view.scan.id}."
    )


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: "1 item", "2 items"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def signed(points: int) -> str:
    return f"{points:+d}" if points else "±0"


def moved(points: int) -> str:
    return f"{'▲' if points > 0 else '▼'} {abs(points)}" if points else "±0"


def day(date: dt.date) -> str:
    return f"{date.day} {date:%b}"


def days(number: int) -> str:
    """Say how far away a day is."""
    if number == 0:
        return "today"
    away = counted(abs(number), "day")
    return f"in {away}" if number > 0 else f"{away} ago"


def cures(fix: Fix) -> str:
    """Say what a fix would do."""
    said = counted(fix.findings, "finding")
    if fix.workloads > 1:
        said += f" in {fix.workloads} workloads"
    return said + (f", clears {counted(fix.clears, 'item')}" if fix.clears else "")


def _wrapped(text: str, first: str = "", rest: str | None = None) -> str:
    return textwrap.fill(
        text,
        width=76,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _cut(text: str, limit: int) -> str:
    """Cut a text by what it takes in the mail, where `"` is five bytes and an emoji four."""
    text = clean(text, limit)
    while len(escape(text).encode()) > 2 * limit:
        text = shorten(text, len(text) * 3 // 4)
    return text


def _code(text: str) -> Markup:
    """Set what stands between backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else part
        for number, part in enumerate(parts)
    )


def _environment(autoescape: bool, finalize: Callable[[Any], Any]) -> Environment:
    environment = Environment(
        loader=PackageLoader("readiness.digest"),
        autoescape=autoescape,
        finalize=finalize,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    environment.filters |= {
        "code": _code,
        "counted": counted,
        "cures": cures,
        "cut": _cut,
        "day": day,
        "days": days,
        "moved": moved,
        "signed": signed,
        "wrapped": _wrapped,
    }
    return environment


def _for_html(value: Any) -> Any:
    """Clean every text that a template prints, but not the markup that a macro made of such texts."""
    foreign = isinstance(value, str) and not isinstance(value, Markup)
    return shorten(visible(value), _LONGEST) if foreign else value


def _for_text(value: Any) -> Any:
    """Clean the same, and keep the line breaks: here macros return plain text."""
    if not isinstance(value, str):
        return value
    return "\n".join(visible(line) for line in value.split("\n"))


_HTML = _environment(autoescape=True, finalize=_for_html)
_TEXT = _environment(autoescape=False, finalize=_for_text)
