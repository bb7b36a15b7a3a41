"""By what is something reached from the internet?

Instances and tasks that the internet reaches by themselves are no doors here: they have no metrics of
requests, and their own checks.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from readiness.evidence.apis import GraphqlApi, HttpApi, RestApi
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.edge import Distribution
from readiness.evidence.functions import FunctionUrl

#: What may lead in from the internet, in a region.
RegionalDoor = LoadBalancer | ClassicLoadBalancer | RestApi | HttpApi | GraphqlApi | FunctionUrl
Door = RegionalDoor | Distribution


def is_a_way_in(door: Door) -> bool:
    """Whether something is reached from the internet."""
    match door:
        case LoadBalancer() | ClassicLoadBalancer():
            return door.scheme == "internet-facing"
        case RestApi() | GraphqlApi():
            return not door.private
        case Distribution():
            return door.enabled
        case _:
            return True
