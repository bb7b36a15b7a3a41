"""Rehearsed failure: experiments, practice runs and assessments of resilience."""

from __future__ import annotations

from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.REGION, "fault injection experiment")
class FaultExperiment:
    """An experiment of Fault Injection Service. Source: fis.ListExperiments."""

    arn: str
    #: pending, initiating, running, completed, stopping, stopped, failed or cancelled.
    status: str
    created: datetime


@record(Scope.REGION, "resource of zonal shift")
class ZonalShiftResource:
    """A resource that traffic can be shifted away from. Source: arc-zonal-shift.ListManagedResources."""

    arn: str
    #: Whether traffic is moved out of a zone every week to practise it.
    practice_runs: bool


@record(Scope.REGION, "Resilience Hub application")
class ResilienceApp:
    """An application that Resilience Hub assesses. Source: resiliencehub.ListApps."""

    arn: str
    name: str
    #: PolicyBreached, PolicyMet, NotAssessed, ChangesDetected, NotApplicable or MissingPolicy.
    compliance: str
    assessed: datetime | None
