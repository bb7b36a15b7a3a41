"""No test leaves this machine, and none sees the credentials of whoever runs it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.retries.standard import ExponentialBackoff

from readiness.demo.emulators import Emulators, emulators

_connect = socket.socket.connect
_resolve = socket.getaddrinfo
_HERE = ("127.0.0.1", "::1", "localhost")


def _connect_here(self: socket.socket, address: Any) -> None:
    if isinstance(address, tuple) and address[0] not in _HERE:
        message = f"a test tried to reach {address[0]}"
        raise AssertionError(message)
    _connect(self, address)


def _resolve_here(host: Any, *arguments: Any, **more: Any) -> Any:
    """Ask no name server: simulated accounts let through the hosts that they do not know."""
    if host not in (*_HERE, None, "0.0.0.0", socket.gethostname()):
        message = f"a test tried to reach {host}"
        raise AssertionError(message)
    return _resolve(host, *arguments, **more)


@pytest.fixture(autouse=True, scope="session")
def _stay_here() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", _connect_here)
    patch.setattr(socket, "getaddrinfo", _resolve_here)
    # What is refused here is refused again at once: no client waits before it asks once more.
    patch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)
    for name in list(os.environ):
        if name.startswith("AWS_"):
            patch.delenv(name)
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    patch.setenv("AWS_ACCESS_KEY_ID", "AKIATESTS00000000000")
    patch.setenv("AWS_SECRET_ACCESS_KEY", "tests")
    patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    yield
    patch.undo()


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulators]:
    """The emulators of the hub account and of the organization, empty, for a whole session."""
    logs: Path = tmp_path_factory.mktemp("emulators")
    with emulators(logs) as (started, _):
        yield started


@pytest.fixture(scope="session")
def hub(places: Emulators) -> Any:
    """A session in the emulated hub account, with its endpoint."""

    def client(service: str) -> Any:
        session: Any = boto3.Session("111111111111", "tests", region_name="us-east-1")
        return session.client(service, endpoint_url=places.hub)

    return client
