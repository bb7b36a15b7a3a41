"""Does anything run in a place, so that questions about deploying it apply?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService, EksCluster
from readiness.evidence.delivery import BeanstalkEnvironment
from readiness.evidence.functions import SERVICE_FUNCTIONS, LambdaFunction
from readiness.evidence.scaling import AutoScalingGroup
from readiness.evidence.stacks import Stack

#: What runs somebody's software.
Compute = LambdaFunction | EcsService | EksCluster | AutoScalingGroup | Instance
#: What can be deployed, wherever it runs.
Deployable = Compute | BeanstalkEnvironment | Stack


def ours(found: Deployable) -> bool:
    """Whether something that can be deployed is not a service's own."""
    match found:
        case Stack():
            return not found.made_by
        case LambdaFunction():
            return not found.name.startswith(SERVICE_FUNCTIONS)
        case _:
            return True


def runs_something(found: Iterable[Deployable]) -> bool:
    """Whether there is anything that can be deployed; raises where that was not seen."""
    return any(ours(each) for each in found)


def changed(found: Deployable) -> datetime | None:
    """Return when something was last changed as far as its listing tells; None where it tells nothing."""
    match found:
        case Stack():
            return found.updated or found.created
        case LambdaFunction():
            return found.modified
        case EcsService() | AutoScalingGroup():
            return found.created
        case Instance():
            return found.launched
        case _:
            return None
