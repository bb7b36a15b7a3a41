"""What does the scan of one account take: requests, time, processor and memory?

`make bench` scans a simulated account, at two latencies, as a program of its own; `SCALE=5` gives
the account five times as much, `--endpoint URL` measures against a server that runs already (whose
requests only the scan itself can count).  Nothing is compared with a goal: clocks differ by machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from readiness.demo.emulators import Processes, fetch, free_port, plain_environment, processes

ROOT = Path(__file__).resolve().parents[1]
CONCURRENCY = 8
LATENCIES = (0, 50)
#: So long, and so many calls at once, that only calls that wait for one another are not in flight together.
CHAIN_LATENCY = 1000
CHAIN_CONCURRENCY = 64
_FURNISHING_SECONDS = 600

#: The name of a request, and when it came and was answered.
Request = tuple[str, float, float]


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one scan took."""

    wall: float
    processor: float
    megabytes: float
    requests: int


def repeats(log: Iterable[Request]) -> int:
    """Count the requests that ask what was asked already."""
    return sum(count - 1 for count in Counter(name for name, _, _ in log).values())


def chain(log: Iterable[Request]) -> int:
    """Count the most requests of which each came after the one before it was answered."""
    length, free = 0, float("-inf")
    for _, began, ended in sorted(log, key=lambda request: request[2]):
        if began >= free:
            length, free = length + 1, ended
    return length


def limit(calls: int, dependent: int, concurrency: int, milliseconds: int) -> float:
    """Return the seconds that no scan can beat at a latency: its longest chain, or its calls in turns."""
    return max(dependent, calls / concurrency) * milliseconds / 1000


def scan(endpoint: str, environment: Mapping[str, str], concurrency: int) -> Cost:
    """Run `readiness scan` and take what the system says it used."""
    with tempfile.TemporaryDirectory(prefix="readiness-bench-") as folder:
        words = ["scan", "--endpoint-url", endpoint, "--region", "us-east-1", "--out", folder]
        command = [sys.executable, "-m", "readiness", *words]
        command += ["--max-concurrency", str(concurrency)]
        began = time.monotonic()
        with (Path(folder) / "said.log").open("wb") as said:
            child = subprocess.Popen(
                command, cwd=ROOT, env=dict(environment), stdout=said, stderr=said
            )
            try:
                _, status, used = os.wait4(child.pid, 0)
            except BaseException:
                child.kill()
                child.wait()
                raise
        wall = time.monotonic() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        record = Path(folder) / "scan.json"
        if not record.is_file():
            sys.exit((Path(folder) / "said.log").read_text(errors="replace"))
        calls: Mapping[str, Mapping[str, int]] = json.loads(record.read_text())["calls"]
    return Cost(
        wall=wall,
        processor=used.ru_utime + used.ru_stime,
        megabytes=used.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024),
        requests=sum(sum(each.values()) for each in calls.values()),
    )


def environment_of(account: str) -> dict[str, str]:
    return {
        **plain_environment(),
        "PYTHONPATH": f"{ROOT / 'lambdas'}:{ROOT}",
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    }


def start(started: Processes, environment: Mapping[str, str], scale: int) -> str:
    """Start the account, and return its address when all is in it."""
    port = free_port()
    script = ROOT / "tools" / "bench_account.py"
    process = started.start("account", [sys.executable, script, str(port), str(scale)], environment)
    deadline = time.monotonic() + _FURNISHING_SECONDS
    while "furnished" not in (started.logs / "account.log").read_text(errors="replace"):
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit(started.tail("account"))
        time.sleep(0.1)
    return f"http://127.0.0.1:{port}"


def measure(endpoint: str, environment: Mapping[str, str]) -> None:
    """Print what scans of our own account take."""
    control = f"{endpoint}/_bench/"
    fetch(control, "PUT", CHAIN_LATENCY)
    scan(endpoint, environment, CHAIN_CONCURRENCY)
    dependent = chain(fetch(control))
    for milliseconds in LATENCIES:
        fetch(control, "PUT", milliseconds)
        cost = scan(endpoint, environment, CONCURRENCY)
        log: list[Request] = fetch(control)
        least = limit(len(log), dependent, CONCURRENCY, milliseconds)
        show(f"{milliseconds} ms", cost, len(log), str(repeats(log)), f"{least:.2f}")
    print(f"\nLongest chain of dependent calls: at most {dependent}; {CONCURRENCY} calls at once.")


def show(label: str, cost: Cost, requests: int, repeated: str, least: str) -> None:
    print(
        f"{label:>8} {requests:>9} {repeated:>8} {cost.wall:>7.2f} {least:>7}"
        f" {cost.processor:>7.2f} {cost.megabytes:>7.0f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoint", help="measure against a server that runs already")
    parser.add_argument("--account", default="111122223333", help="the key that is sent there")
    chosen = parser.parse_args()
    scale = int(os.environ.get("SCALE", "1"))
    environment = environment_of(chosen.account)
    print("   added  requests  repeats  wall s limit s   CPU s peak MB")
    if chosen.endpoint:
        cost = scan(chosen.endpoint, environment, CONCURRENCY)
        show("?", cost, cost.requests, "?", "?")
        return
    with (
        tempfile.TemporaryDirectory(prefix="readiness-bench-") as logs,
        processes(Path(logs)) as started,
    ):
        measure(start(started, environment, scale), environment)


if __name__ == "__main__":
    main()
