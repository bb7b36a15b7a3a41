"""What do the runs of load tests show?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from readiness.checklist.model import Result, Unit, failed, no_evidence, passed
from readiness.evidence import Evidence
from readiness.evidence.load import LoadRun
from readiness.evidence.traffic import DoorTraffic, Hour

#: How old the newest run may be.
MAX_AGE_DAYS = 180


def run_recent(runs: Evidence[LoadRun], unit: Unit, max_age_days: int) -> Result:
    """Judge the newest run of a load test: it fails the check where it failed."""
    for run in runs:  # newest first
        days = unit.age_days(run.started)
        if days <= max_age_days:
            if run.succeeded:
                return passed(f"was put under load {days:.0f} days ago").about(run.arn)
            return failed(f"failed its load test {days:.0f} days ago").about(run.arn)
    return no_evidence(f"shows no run of a load test in the last {max_age_days} days")


def newest_success(runs: Evidence[LoadRun], unit: Unit, max_age_days: int) -> LoadRun | None:
    """Return the newest run that succeeded, if it is young enough."""
    return next(
        (run for run in runs if run.succeeded and unit.age_days(run.started) <= max_age_days), None
    )


def load_of(run: LoadRun, traffic: DoorTraffic) -> float | None:
    """Return how many times the usual a way in carried at most; None where that is not known."""
    hours = traffic.within(run.started, run.ended) if run.ended else ()
    busiest = max((hour.busiest for hour in hours), default=0)
    return busiest / traffic.usual if busiest and traffic.usual else None


def driven_by(
    run: LoadRun, carried: Iterable[DoorTraffic], load_factor: float
) -> list[DoorTraffic]:
    """Return the ways in that a run drove so far beyond the usual; all of them where it drove none."""
    listed = list(carried)
    return [each for each in listed if (load_of(run, each) or 0) >= load_factor] or listed


def window_healthy(
    run: LoadRun,
    traffic: DoorTraffic,
    load_factor: float,
    max_error_ratio: float,
    lacks: Callable[[Sequence[Hour]], str],
) -> Result:
    """Judge what a way in carried while a run put on load; `lacks` says what else went wrong then."""
    place = f"{traffic.arn}#{run.started:%Y-%m-%dT%H:%M}"
    hours = traffic.within(run.started, run.ended) if run.ended else ()
    requests = sum(hour.requests for hour in hours)
    if not requests or not traffic.usual:
        because = "carried nothing that is known while its load test ran"
        return no_evidence(because).about(place)
    peak = max(hour.busiest for hour in hours)
    times = peak / traffic.usual
    errors = sum(hour.errors for hour in hours) / requests
    told = f"carried {peak:.0f} requests in five minutes under load, {times:.1f} times the usual"
    if times < load_factor:
        return failed(f"{told}, less than {load_factor:g} times").about(place)
    if errors > max_error_ratio:
        return failed(f"{told}, and failed to answer {errors:.1%}").about(place)
    if lack := lacks(hours):
        return failed(f"{told}, and {lack}").about(place)
    return passed(f"{told}, and failed to answer {errors:.1%}").about(place)


def refused(hours: Sequence[Hour]) -> str:
    """Say how many calls of the functions behind a webhook were refused."""
    throttles = sum(hour.throttles for hour in hours)
    return f"had {throttles:.0f} calls of its functions refused" if throttles else ""
