"""What a repository says of how its software gets along where something fails, and what it runs when.

Facts, never bodies; named under the repository's id, as all that is seen of one.
"""

from __future__ import annotations

from readiness.evidence import Scope, record


@record(Scope.REPOSITORY, "setting for failures")
class FailureSetting:
    """A file that sets what a network between services does where one of them fails."""

    repository: str
    path: str
    #: Istio, Envoy, App Mesh or ECS Service Connect.
    tool: str

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@record(Scope.REPOSITORY, "schedule")
class ScheduleDefinition:
    """A file that has something run at certain times."""

    repository: str
    path: str
    #: EventBridge Scheduler, EventBridge, GitHub Actions, Kubernetes, or `cron of a host`.
    tool: str
    #: Whether a host's own cron does it, which nobody manages.
    host: bool = False

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"
