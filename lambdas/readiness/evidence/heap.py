"""What do a command, an environment or a Dockerfile say of how large a program's heap may grow?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re

from pydantic.dataclasses import dataclass

#: Environment variables whose values are looked into; those of all others never are.
HEAP_VARIABLES = frozenset(
    {
        "JAVA_TOOL_OPTIONS",
        "JDK_JAVA_OPTIONS",
        "JAVA_OPTS",
        "JAVA_OPTIONS",
        "CATALINA_OPTS",
        "NODE_OPTIONS",
        "DOTNET_GCHeapHardLimit",
        "DOTNET_GCHeapHardLimitPercent",
        "GOMEMLIMIT",
    }
)
JVM, NODE, DOTNET, GO = "JVM", "Node.js", ".NET", "Go"


@dataclass(frozen=True, kw_only=True)
class HeapBound:
    """One bound of a heap."""

    #: JVM, Node.js, .NET or Go.
    runtime: str
    #: As it is written, e.g. `-Xmx512m`.
    flag: str
    #: Its MiB; None where it is a share of what there is.
    mebibytes: float | None = None


_UNITS = {"": 1, "b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_XMX = re.compile(r"-Xmx(\d+)([kKmMgGtT]?)\b")
_MAX_HEAP = re.compile(r"-XX:MaxHeapSize=(\d+)([kKmMgGtT]?)\b")
_RAM_SHARE = re.compile(r"-XX:MaxRAMPercentage=\d+(\.\d+)?")
_OLD_SPACE = re.compile(r"--max[-_]old[-_]space[-_]size(?:-percentage)?[= ](\d+)")
#: .NET reads these numbers as hexadecimal.
_HARD_LIMIT = re.compile(r"DOTNET_GCHeapHardLimit=\"?(?:0x)?([0-9A-Fa-f]+)")
_HARD_SHARE = re.compile(r"DOTNET_GCHeapHardLimitPercent=\"?(?:0x)?[0-9A-Fa-f]+")
_GO_LIMIT = re.compile(r"GOMEMLIMIT=\"?(\d+)(B|KiB|MiB|GiB|TiB)?\b")


def heap_bounds(text: str) -> tuple[HeapBound, ...]:
    """Return every bound of a heap that a text sets."""
    found: list[HeapBound] = []

    def add(runtime: str, match: re.Match[str], size: float | None) -> None:
        found.append(
            HeapBound(runtime=runtime, flag=match[0], mebibytes=size and round(size / 2**20, 3))
        )

    for pattern in (_XMX, _MAX_HEAP):
        for match in pattern.finditer(text):
            add(JVM, match, int(match[1]) * _UNITS[match[2].lower()])
    for match in _RAM_SHARE.finditer(text):
        add(JVM, match, None)
    for match in _OLD_SPACE.finditer(text):
        add(NODE, match, None if "percentage" in match[0] else int(match[1]) * 2**20)
    for match in _HARD_LIMIT.finditer(text):
        add(DOTNET, match, int(match[1], 16))
    for match in _HARD_SHARE.finditer(text):
        add(DOTNET, match, None)
    for match in _GO_LIMIT.finditer(text):
        add(GO, match, int(match[1]) * _UNITS[(match[2] or "B")[0].lower()])
    return tuple(found)


_IMAGES = (
    (JVM, re.compile(r"\b(open)?(jdk|jre)|\bjava\b|corretto|temurin|tomcat|jetty|wildfly|quarkus|spring-?boot|\bzulu\b")),
    (NODE, re.compile(r"\bnode(js)?\b")),
    (DOTNET, re.compile(r"\bdotnet\b|\baspnet\b")),
    (GO, re.compile(r"\bgolang\b")),
)  # fmt: skip


def runtime_of(image: str) -> str:
    """Return the runtime that an image's name speaks of, empty where it speaks of none."""
    name = image.lower().partition("@")[0].partition("/")[2] or image.lower()
    return next((runtime for runtime, words in _IMAGES if words.search(name)), "")
