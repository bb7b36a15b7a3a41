"""Is everything gone when the demo's processes stop, and is said what is missing?"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import boto3
import pytest

from readiness.demo import emulators
from readiness.demo.emulators import EmulatorError, Processes, fetch, processes

HUB = "123456789012"
SCRIPT = """
import sys, time
from pathlib import Path
from readiness.demo.emulators import emulators

with emulators(Path(sys.argv[1])) as (_, started):
    print(*(process.pid for process in started.running.values()), flush=True)
    time.sleep(60)
"""


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def left(groups: list[int]) -> list[int]:
    """Return the groups that do not end: the killed child of a killed parent waits for init to take it."""
    deadline = time.monotonic() + 10
    while (staying := [group for group in groups if alive(group)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return staying


def run_a_lambda(hub: str) -> None:
    """Invoke a function, so that MiniStack starts a worker for it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("function.py", "def handler(event, context):\n    return 'well'\n")
    client = boto3.client(
        "lambda",
        endpoint_url=hub,
        region_name="us-east-1",
        aws_access_key_id=HUB,
        aws_secret_access_key="demo",
    )
    client.create_function(
        FunctionName="worker",
        Runtime="python3.13",
        Role=f"arn:aws:iam::{HUB}:role/any",
        Handler="function.handler",
        Code={"ZipFile": packed.getvalue()},
    )
    client.get_waiter("function_active_v2").wait(FunctionName="worker")
    with client.invoke(FunctionName="worker")["Payload"] as payload:
        assert payload.read() == b'"well"'


def test_both_emulators_answer_and_nothing_of_them_is_left(tmp_path: Path) -> None:
    with emulators.emulators(tmp_path) as (places, started):
        assert fetch(f"{places.organization}/_stage/health") == {"status": "ready"}
        run_a_lambda(places.hub)
        groups = [process.pid for process in started.running.values()]
        workers = subprocess.run(
            ["pgrep", "-g", str(groups[1])], check=True, capture_output=True, text=True
        ).stdout.split()

    assert len(workers) == 2, "MiniStack and its worker are one group"
    assert left(groups) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_nothing_running(tmp_path: Path, number: signal.Signals) -> None:
    environment = {**emulators.plain_environment(), "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "logs")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**environment, "PYTHONPATH": str(emulators.ROOT / "lambdas")},
        text=True,
    ) as demo:
        assert demo.stdout is not None
        groups = [int(word) for word in demo.stdout.readline().split()]
        running = [alive(group) for group in groups]
        demo.send_signal(number)
        demo.wait(20)

    assert running == [True, True]
    assert left(groups) == []
    assert [path.name for path in tmp_path.iterdir()] == ["logs"]


def test_a_process_that_ignores_the_polite_request_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emulators, "_GRACE_SECONDS", 0.2)
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"

    with processes(tmp_path) as started:
        process = started.start("deaf", [sys.executable, "-c", deaf], {})
        while "up" not in (tmp_path / "deaf.log").read_text():
            time.sleep(0.01)

    assert process.returncode == -signal.SIGKILL


def test_a_server_that_ends_early_is_told_with_its_last_words(tmp_path: Path) -> None:
    with processes(tmp_path) as started:
        started.start("hub", [sys.executable, "-c", "raise SystemExit('the port is taken')"], {})
        with pytest.raises(EmulatorError) as caught:
            started.wait_ready("hub", "http://127.0.0.1:9/")

    assert str(caught.value).splitlines() == [
        f"hub ended with code 1 before it answered. The end of {tmp_path / 'hub.log'}:",
        "  the port is taken",
    ]


def test_a_server_that_never_answers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emulators, "_READY_SECONDS", 0.3)

    with processes(tmp_path) as started:
        started.start("hub", [sys.executable, "-c", "import time; time.sleep(60)"], {})
        with pytest.raises(EmulatorError, match=r"hub did not answer at http://127\.0\.0\.1:9/"):
            started.wait_ready("hub", "http://127.0.0.1:9/")


def test_a_missing_emulator_names_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emulators, "MINISTACK", tmp_path / "ministack" / "bin" / "ministack")

    with (
        pytest.raises(EmulatorError, match="run `make setup`"),
        emulators.emulators(tmp_path),
    ):
        pytest.fail("it started")


def test_the_hub_inherits_no_credentials_and_no_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "ours")

    environment = emulators.hub_environment(4566, "http://127.0.0.1:1", Path("scratch"))

    assert [name for name, value in environment.items() if value == "ours"] == []
    assert environment["READINESS_MEMBER_ENDPOINT"] == "http://127.0.0.1:1"
    assert environment["READINESS_GITHUB_URL"] == "http://127.0.0.1:1/api/v3"


def test_stopping_what_was_never_started_is_quiet(tmp_path: Path) -> None:
    Processes(tmp_path).stop()
