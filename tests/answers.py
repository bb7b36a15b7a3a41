"""Answers that botocore's models allow and AWS never gave: members absent, empty, at extremes."""

from __future__ import annotations

import json
import random
import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from botocore.model import OperationModel, Shape

_TEXTS = (
    "",
    " ",
    "x",
    "0",
    "true",
    "*",
    "10.0.0.0/8",
    "::/0",
    "us-east-1",
    "arn:aws:iam::123456789012:role/x",
    "arn:aws:",
    "{}",
    "[]",
    "null",
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*"}}',
    '{"Statement": [null, 3, {"Action": null, "Principal": []}]}',
    "<script>alert(1)</script>",
    "=HYPERLINK(1)",
    "a\r\nBcc: b@example.com",
    "\u202eexe.\U0001f4a5\x00",
    "x" * 1000,
    "2026-11-24T06:00:00Z",
    "rate(1 day)",
    "cron(0 0 * * ? *)",
)
_NUMBERS = (0, 1, -1, 7, 443, 65536, 2**31 - 1, 2**63 - 1, -(2**31))
_MOMENTS = (
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2026, 11, 23, tzinfo=UTC),
    datetime(9999, 12, 31, tzinfo=UTC),
)
_TOKEN = re.compile("token|marker|position", re.IGNORECASE)
#: Deeper than this, lists and maps end.
_DEEP = 8


def answer(chance: random.Random, shape: Shape | None, depth: int = 0) -> Any:
    """Return one value that a shape allows."""
    if shape is None:
        return {}
    kind = shape.type_name
    enum = getattr(shape, "enum", None)
    few = 0 if depth > _DEEP else chance.choice((0, 1, 1, 2))
    if depth > 2 * _DEEP and kind == "structure":
        return {}
    match kind:
        case "structure":
            members: dict[str, Shape] = shape.members  # type: ignore[attr-defined]
            odds = chance.choice((0.5, 0.9, 1.0))
            return {
                name: answer(chance, member, depth + 1)
                for name, member in members.items()
                if chance.random() < odds
            }
        case "list":
            inner: Shape = shape.member  # type: ignore[attr-defined]
            return [answer(chance, inner, depth + 1) for _ in range(few)]
        case "map":
            key, value = shape.key, shape.value  # type: ignore[attr-defined]
            return {
                str(answer(chance, key, depth + 1)): answer(chance, value, depth + 1)
                for _ in range(few)
            }
        case "string" if enum:
            return chance.choice(enum)
        case "string":
            return chance.choice(_TEXTS)
        case "integer" | "long" | "bigdecimal":
            return chance.choice(_NUMBERS)
        case "float" | "double":
            return float(chance.choice((*_NUMBERS, 0.5, 1e308)))
        case "boolean":
            return chance.random() < 0.5
        case "timestamp":
            return chance.choice(_MOMENTS)
        case "blob":
            return chance.choice(_TEXTS).encode("utf-8", "surrogatepass")
    raise AssertionError(kind)


def answering(seed: int) -> Any:
    """Return a handler of `before-call` that answers every request by chance, one seed one way."""

    def handler(model: OperationModel, params: Any, **_: Any) -> Any:
        body = json.dumps([model.name, str(params["body"]), str(params["query_string"])])
        chance = random.Random(f"{seed} {model.service_model.service_name} {body}")
        parsed = answer(chance, model.output_shape)
        # Lists end some time.
        for name in list(parsed):
            if _TOKEN.search(name) and chance.random() < 0.7:
                del parsed[name]
        parsed["ResponseMetadata"] = {"HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0}
        return SimpleNamespace(status_code=200, headers={}), parsed

    return handler
