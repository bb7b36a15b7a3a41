"""How do the emulators start, and is everything gone when they stop?

Every process that the demo starts runs in a session of its own and ends with it: at the end, on an
error, on Ctrl-C and when the demo itself is told to terminate.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from readiness.demo.code_host import PREFIX

#: The checked-out project: the demo deploys from its source.
ROOT = Path(__file__).resolve().parents[3]
MINISTACK = ROOT / ".tools" / "ministack" / "bin" / "ministack"

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

_READY_SECONDS = 30
_GRACE_SECONDS = 3


class EmulatorError(Exception):
    """An emulator is missing, ended early or does not answer."""


class TerminatedError(BaseException):
    """The demo was told to terminate; not an Exception, so that nothing on the way out holds it up."""


@dataclass(frozen=True)
class Emulators:
    """Where the two answer."""

    #: The scanned organization: moto on the stage of `readiness.demo.stage`.
    organization: str
    #: The hub account: MiniStack.
    hub: str


@dataclass
class Processes:
    """The processes that were started, each the leader of its own group."""

    logs: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        folder: Path | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a program whose words go to `<name>.log`."""
        with (self.logs / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [str(word) for word in command],
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.running[name] = process
        return process

    def wait_ready(self, name: str, url: str) -> None:
        """Wait until a server answers; raises EmulatorError with the end of its log if it never does."""
        process, deadline = self.running[name], time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                message = f"{name} ended with code {process.returncode} before it answered. {self.tail(name)}"
                raise EmulatorError(message)
            if _answers(url):
                return
            time.sleep(0.05)
        message = (
            f"{name} did not answer at {url} within {_READY_SECONDS} seconds. {self.tail(name)}"
        )
        raise EmulatorError(message)

    def tail(self, name: str, lines: int = 12) -> str:
        """Return where a program's log lies and what it said last."""
        path = self.logs / f"{name}.log"
        last = path.read_text(errors="replace").splitlines()[-lines:]
        return f"The end of {path}:\n" + "\n".join(f"  {line}" for line in last)

    def stop(self) -> None:
        """End every group: ask first, and insist when the grace is over."""
        for process in self.running.values():
            _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + _GRACE_SECONDS
        for process in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            _signal(process, signal.SIGKILL)  # also what its leader left behind
            process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _answers(url: str) -> bool:
    try:
        fetch(url)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
    return True


def fetch(url: str, method: str = "GET", content: Any = None) -> Any:
    """Ask a server of ours, past any proxy, and return its JSON, if any; raises URLError."""
    body = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(url, method=method, data=body)
    with _direct.open(request, timeout=10) as response:
        answer = response.read()
    return json.loads(answer) if answer else None


@contextlib.contextmanager
def processes(logs: Path) -> Iterator[Processes]:
    """Start programs that are all gone afterwards, however the block ends."""
    logs.mkdir(parents=True, exist_ok=True)
    started = Processes(logs)
    with _terminated_by_signals():
        try:
            yield started
        finally:
            with _undisturbed():
                started.stop()


@contextlib.contextmanager
def emulators(logs: Path) -> Iterator[tuple[Emulators, Processes]]:
    """Start the simulated organization and the hub's emulator, on free ports of this machine only."""
    if not MINISTACK.exists():
        message = f"MiniStack is not installed in {MINISTACK.parents[1]}: run `make setup`."
        raise EmulatorError(message)
    # MiniStack unpacks functions and layers, and leaves them behind when it is killed.
    with (
        tempfile.TemporaryDirectory(prefix="readiness-demo-") as scratch,
        processes(logs) as started,
    ):
        places = start(started, Path(scratch))
        yield places, started


def start(started: Processes, scratch: Path) -> Emulators:
    """Start both, and return once both answer."""
    organization = start_organization(started, wait=False)
    port = free_port()
    hub = f"http://127.0.0.1:{port}"
    started.start("hub", [MINISTACK], hub_environment(port, organization, scratch), scratch)
    started.wait_ready("organization", f"{organization}/_stage/health")
    started.wait_ready("hub", f"{hub}/_ministack/health")
    return Emulators(organization=organization, hub=hub)


def start_organization(started: Processes, *, wait: bool = True) -> str:
    """Start the stage, empty, and return its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "readiness.demo.stage", str(port)]
    environment = {
        **plain_environment(),
        "PYTHONPATH": str(ROOT / "lambdas"),
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
        "AWS_ACCESS_KEY_ID": "demo",
        "AWS_SECRET_ACCESS_KEY": "demo",
    }
    started.start("organization", command, environment)
    if wait:
        started.wait_ready("organization", f"{address}/_stage/health")
    return address


def hub_environment(port: int, organization: str, scratch: Path) -> dict[str, str]:
    """Return MiniStack's environment; its Lambdas inherit all of it, so nothing else is in it."""
    return {
        **plain_environment(),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "TMPDIR": str(scratch),
        "LOG_LEVEL": "WARNING",
        # Two listeners that would take fixed ports.
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "READINESS_MEMBER_ENDPOINT": organization,
        "READINESS_GITHUB_URL": f"{organization}{PREFIX}",
    }


def plain_environment() -> dict[str, str]:
    """Return what any program needs of our environment: no credentials, no endpoints, no profile."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def _terminated_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP unwind the block as Ctrl-C does, and Ctrl-C wherever we were started."""

    def unwind(number: int, _: FrameType | None) -> None:
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        message = signal.Signals(number).name
        raise TerminatedError(message)

    with _handlers(unwind, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        yield


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Let nothing interrupt the stopping: a second Ctrl-C would leave processes behind."""
    with _handlers(signal.SIG_IGN, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        yield


@contextlib.contextmanager
def _handlers(handler: signal._HANDLER, *numbers: signal.Signals) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread receives signals, and only it may say how
        return
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)
