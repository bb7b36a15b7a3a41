"""Where do a scan's files lie? In the hub's bucket, in a folder on a laptop, or in memory.

Keys are the same everywhere: `scans/<scan>/…`, `evidence/<scan>/…`, `results/<scan>/…`, `reports/…`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from botocore.exceptions import ClientError


class Store(Protocol):
    """Whole objects by key; a key that is absent is None."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, content: bytes) -> None: ...

    def keys(self, prefix: str) -> Iterator[str]: ...


class Memory:
    """Objects in memory, for a scan that leaves no files."""

    def __init__(self) -> None:
        self._objects: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self._objects.get(key)

    def put(self, key: str, content: bytes) -> None:
        self._objects[key] = content

    def keys(self, prefix: str) -> Iterator[str]:
        yield from sorted(key for key in list(self._objects) if key.startswith(prefix))


class Folder:
    """Objects as files below a folder; a file is either whole or not there."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get(self, key: str) -> bytes | None:
        try:
            return (self.path / key).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, key: str, content: bytes) -> None:
        target = self.path / key
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def keys(self, prefix: str) -> Iterator[str]:
        found = (
            path.relative_to(self.path).as_posix()
            for path in self.path.rglob("*")
            if path.is_file()
        )
        yield from sorted(key for key in found if key.startswith(prefix))


class Bucket:
    """Objects in the hub's bucket."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self.name = name

    def get(self, key: str) -> bytes | None:
        try:
            answer = self._client.get_object(Bucket=self.name, Key=key)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404"):
                return None
            raise
        content: bytes = answer["Body"].read()
        return content

    def put(self, key: str, content: bytes) -> None:
        self._client.put_object(Bucket=self.name, Key=key, Body=content)

    def keys(self, prefix: str) -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self.name, Prefix=prefix
        )
        for page in pages:
            for each in page.get("Contents", ()):
                yield each["Key"]
