"""How is the text of a configuration file read, when anybody may have written it?

Nothing in a file is executed, resolved or fetched; what cannot be read is said, never guessed.
"""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

#: Deeper nesting overflows the parser's stack, which ends the process; no real file is as deep.
MAX_DEPTH = 64
#: Each alias may stand for a large part of the file, and those for others.
MAX_ALIASES = 1_000


class FormatError(Exception):
    """The file is not in the format that its name promises."""


class _Loader(yaml.CSafeLoader):
    """YAML as CI services read it: unknown tags are left out, and only true and false are booleans."""


_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile(r"^<<$"), ["<"])


def _untagged(loader: yaml.Loader, suffix: str, node: yaml.Node) -> Any:
    """Read `!Sub text` as the text; what `!reference` points to is not followed, and so is nothing."""
    if suffix == "reference":
        return None
    match node:
        case yaml.MappingNode():
            return loader.construct_mapping(node, deep=True)
        case yaml.SequenceNode():
            return loader.construct_sequence(node, deep=True)
        case _:
            return node.value


_Loader.add_multi_constructor("!", _untagged)
_Loader.add_multi_constructor("tag:", _untagged)


def load_yaml(text: str) -> Any:
    """Return the first document of a YAML file; scalars stay strings, so that 3.10 is not 3.1."""
    try:
        _bounded(text)
        return next(iter(yaml.load_all(text, Loader=_Loader)), None)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        message = "it is not YAML"
        raise FormatError(message) from error


def _bounded(text: str) -> None:
    depth = aliases = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        aliases += isinstance(event, yaml.AliasEvent)
        if depth > MAX_DEPTH or aliases > MAX_ALIASES:
            message = "it is nested too deeply or repeats itself too often"
            raise FormatError(message)


def load_toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        message = "it is not TOML"
        raise FormatError(message) from error


def load_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        message = "it is not JSON"
        raise FormatError(message) from error


def load_ini(text: str) -> dict[str, dict[str, str]]:
    """Return the sections of an INI file; keys above the first section come under an empty name."""
    parser = configparser.RawConfigParser(
        strict=False, allow_no_value=True, delimiters=("=", ":"), default_section="\0"
    )
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # tox's keys mind their case
    try:
        parser.read_string(f"[ ]\n{text}")
    except configparser.Error as error:
        message = "it is not an INI file"
        raise FormatError(message) from error
    return {
        name.strip(): {key: value or "" for key, value in parser[name].items()}
        for name in parser.sections()
    }


def tables(document: Mapping[str, Any], depth: int = 3) -> Iterator[str]:
    """Yield the dotted names of a TOML document's tables, e.g. `tool.ruff.format`."""
    for name, value in document.items():
        if isinstance(value, Mapping):
            yield name
            if depth > 1:
                yield from (f"{name}.{below}" for below in tables(value, depth - 1))


def as_list(value: Any) -> list[Any]:
    """Return a list as it is, nothing as an empty one, and anything else as its only member."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def as_dict(value: Any) -> dict[str, Any]:
    """Return a mapping with names for keys; anything else as an empty one."""
    return {str(key): each for key, each in value.items()} if isinstance(value, dict) else {}
