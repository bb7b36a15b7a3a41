"""What do the runs of load tests show?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from readiness.checklist.model import Result, Unit, failed, no_evidence, passed
from readiness.evidence import Evidence
from readiness.evidence.load import LoadRun
from readiness.evidence.traffic import WebhookTraffic

#: How old the newest run may be.
MAX_AGE_DAYS = 180


def run_recent(runs: Evidence[LoadRun], unit: Unit, max_age_days: int) -> Result:
    """Judge the newest run of a load test: it fails the check where it failed."""
    for run in runs:  # newest first
        days = round(unit.age_days(run.started))
        if days <= max_age_days:
            if run.succeeded:
                return passed(f"was put under load {days} days ago").about(run.arn)
            return failed(f"failed its load test {days} days ago").about(run.arn)
    return no_evidence(f"shows no run of a load test in the last {max_age_days} days")


def newest_success(runs: Evidence[LoadRun], unit: Unit, max_age_days: int) -> LoadRun | None:
    """Return the newest run that succeeded, if it is young enough."""
    return next(
        (run for run in runs if run.succeeded and unit.age_days(run.started) <= max_age_days), None
    )


def window_healthy(
    run: LoadRun, traffic: WebhookTraffic, load_factor: float, max_error_ratio: float
) -> Result:
    """Judge what a way in carried while a run put on load."""
    place = f"{traffic.arn}#{run.started:%Y-%m-%dT%H:%M}"
    hours = traffic.within(run.started, run.ended) if run.ended else ()
    requests = sum(hour.requests for hour in hours)
    if not requests or not traffic.usual:
        because = "carried nothing that is known while its load test ran"
        return no_evidence(because).about(place)
    peak = max(hour.busiest for hour in hours)
    times = peak / traffic.usual
    errors = sum(hour.errors for hour in hours) / requests
    throttles = sum(hour.throttles for hour in hours)
    told = f"carried {peak:.0f} requests in five minutes under load, {times:.1f} times the usual"
    if times < load_factor:
        return failed(f"{told}, less than {load_factor:g} times").about(place)
    if errors > max_error_ratio:
        return failed(f"{told}, and failed to answer {errors:.1%}").about(place)
    if throttles:
        return failed(f"{told}, and had {throttles:.0f} calls of its functions refused").about(
            place
        )
    return passed(f"{told}, and failed to answer {errors:.1%}").about(place)
