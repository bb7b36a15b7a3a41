"""What does an alarm's query look at: of Metrics Insights, and as far as names go of PromQL?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

#: An identifier, bare or in double quotes; the latter may hold escaped quotes.
_NAME = r'(?:[A-Za-z_]\w*|"(?:[^"\\]|\\.)+")'
#: A dimension, a tag (`tag.env`), or `AWS.AccountId`.
_KEY = rf"{_NAME}(?:\.{_NAME})?"
_VALUE = r"(?:'(?:[^'\\]|\\.|'')*'|CURRENT_ACCOUNT_ID\(\))"
_CONDITION = rf"{_KEY}\s*!?=\s*{_VALUE}"

#: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html
_QUERY = re.compile(
    rf"""\s* SELECT \s+ (?:AVG|COUNT|MAX|MIN|SUM) \s*\(\s* (?P<metric>{_NAME}) \s*\)
    \s+ FROM \s* (?:
        \b SCHEMA \s*\(\s* (?P<source>{_NAME}) (?P<schema>(?:\s*,\s*{_NAME})*) \s*\)
        | (?P<namespace>{_NAME})
    )
    (?: \s* \b WHERE \s+ (?P<where>{_CONDITION} (?:\s+ AND \s+ {_CONDITION})*) )?
    (?: \s* \b GROUP \s+ BY \s+ {_KEY} (?:\s*,\s*{_KEY})* )?
    (?: \s* \b ORDER \s+ BY \s+ (?:AVG|COUNT|MAX|MIN|SUM) \s*\(\s*\) (?:\s+(?:ASC|DESC))? )?
    (?: \s* \b LIMIT \s+ \d+ )?
    \s* ;? \s*""",
    re.VERBOSE | re.IGNORECASE,
)
_PARTS = re.compile(rf"(?P<key>{_KEY})\s*(?P<sign>!?=)\s*(?P<value>{_VALUE})", re.IGNORECASE)
#: The words FROM takes where the rest of a query is not understood.
_FROM = re.compile(rf"\bFROM\s*(?:SCHEMA\s*\(\s*)?({_NAME})", re.IGNORECASE)


@dataclass(frozen=True)
class Condition:
    """One condition of a query's WHERE."""

    #: A dimension's name, a tag's key, or empty for the account.
    key: str
    tag: bool
    equal: bool
    #: None stands for the account that the alarm is in.
    value: str | None


@dataclass(frozen=True)
class Query:
    """A query of Metrics Insights."""

    namespace: str
    metric: str
    #: The dimensions that a metric must have, these and no others; None where any will do.
    schema: frozenset[str] | None = None
    conditions: tuple[Condition, ...] = ()


@lru_cache(maxsize=4096)
def parsed(text: str) -> Query | None:
    """Return what a query of Metrics Insights looks at, None where it is not understood."""
    found = _QUERY.fullmatch(text)
    if found is None:
        return None
    schema = None
    if found["source"]:
        schema = frozenset(_plain(name) for name in re.findall(_NAME, found["schema"]))
    return Query(
        namespace=_plain(found["source"] or found["namespace"]),
        metric=_plain(found["metric"]),
        schema=schema,
        conditions=tuple(_conditions(found["where"] or "")),
    )


def _conditions(where: str) -> Iterator[Condition]:
    for part in _PARTS.finditer(where):
        names = [_plain(name) for name in re.findall(_NAME, part["key"])]
        tag = len(names) > 1 and names[0].lower() == "tag"
        account = len(names) > 1 and not tag
        yield Condition(
            key="" if account else names[-1],
            tag=tag,
            equal=part["sign"] == "=",
            value=_plain(part["value"]) if part["value"].startswith("'") else None,
        )


def namespace_of(text: str) -> str:
    """Return the namespace of a query that is otherwise not understood, empty where it names none."""
    found = _FROM.search(text)
    return _plain(found[1]) if found else ""


@dataclass(frozen=True)
class Selector:
    """One metric of a query of PromQL, and what its labels must equal."""

    #: Every name that it goes by: the metric's, or those in quotes within the braces.
    names: frozenset[str]
    labels: frozenset[tuple[str, str]]


#: `name{label="value", …}`, `{"name", label="value"}` or a name alone.
_SELECTOR = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\.)*"|'[^']*')
    |(?P<name>[A-Za-z_:][\w:.]*)?\s*\{(?P<inside>[^{}]*)\}
    |(?P<bare>[A-Za-z_:][\w:]*)""",
    re.VERBOSE,
)
_LABEL = re.compile(
    r"""(?P<key>"(?:[^"\\]|\\.)*"|[A-Za-z_@][\w.@]*)\s*(?P<sign>=~|!~|!=|=)\s*(?P<value>"(?:[^"\\]|\\.)*"|'[^']*')
    |(?P<name>"(?:[^"\\]|\\.)*")""",
    re.VERBOSE,
)


@lru_cache(maxsize=4096)
def selectors(promql: str) -> tuple[Selector, ...]:
    """Return the metrics that a query of PromQL names; functions and labels look like metrics too."""
    return tuple(_selectors(promql))


def _selectors(promql: str) -> Iterator[Selector]:
    for found in _SELECTOR.finditer(promql):
        names = {found["name"] or found["bare"] or ""}
        labels: set[tuple[str, str]] = set()
        for label in _LABEL.finditer(found["inside"] or ""):
            if label["name"]:
                names.add(_plain(label["name"]))
            elif label["sign"] == "=" and _plain(label["key"]) == "__name__":
                names.add(_plain(label["value"]))
            elif label["sign"] == "=":
                labels.add((_plain(label["key"]), _plain(label["value"])))
        if not found["text"]:
            yield Selector(frozenset(names - {""}), frozenset(labels))


def _plain(quoted: str) -> str:
    """Return a name or a value without its quotes."""
    if quoted[:1] not in ("'", '"'):
        return quoted
    text = quoted[1:-1].replace("''", "'") if quoted[0] == "'" else quoted[1:-1]
    return re.sub(r"\\(.)", r"\1", text)
