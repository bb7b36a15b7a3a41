"""Containers: clusters, services and node groups of ECS and EKS."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic.dataclasses import dataclass

from readiness.evidence import Scope, record
from readiness.evidence.heap import HeapBound
from readiness.evidence.variables import Variable


@record(Scope.REGION, "ECS cluster")
class EcsCluster:
    """An ECS cluster. Source: ecs.ListClusters."""

    arn: str


@record(Scope.REGION, "ECS service")
class EcsService:
    """An active ECS service. Source: ecs.ListServices, ecs.DescribeServices."""

    arn: str
    name: str
    #: The ARN of its cluster.
    cluster: str
    #: EC2, FARGATE, EXTERNAL or MANAGED_INSTANCES; empty where a capacity provider chooses.
    launch_type: str
    #: The subnets of its tasks; empty where tasks share the network of their instance.
    subnets: tuple[str, ...]
    tags: Mapping[str, str]
    #: REPLICA or DAEMON.
    scheduling: str = "REPLICA"
    desired: int = 1
    #: Who deploys: ECS, CODE_DEPLOY or EXTERNAL.
    controller: str = "ECS"
    #: ROLLING, BLUE_GREEN, LINEAR or CANARY.
    strategy: str = "ROLLING"
    #: How much of it runs while it is deployed, in percent.
    minimum_healthy: int = 100
    maximum: int = 200
    #: Whether a failed deployment is rolled back: by the circuit breaker, by alarms.
    breaker_rollback: bool = False
    alarm_rollback: bool = False
    #: Whether a load balancer, and whether Service Connect, leads requests to it.
    balanced: bool = False
    connected: bool = False
    #: The ARN of its task definition; empty where its task sets have one each.
    task_definition: str = ""
    created: datetime | None = None
    #: Whether others find it by Cloud Map or VPC Lattice.
    discovered: bool = False
    #: The ARNs of the target groups that its tasks are registered in.
    target_groups: tuple[str, ...] = ()
    #: Whether its tasks get public addresses, and their security groups.
    public: bool = False
    groups: tuple[str, ...] = ()
    #: The capacity providers that get a part of its tasks, by name.
    providers: tuple[str, ...] = ()
    #: How many tasks of its newest deployment run; None where it has task sets instead.
    newest_running: int | None = None
    #: Whether ECS spreads its tasks over zones, as it places them or afterwards.
    spread: bool = False
    running: int = 0
    #: COMPLETED, IN_PROGRESS or FAILED of its primary deployment; empty where ECS does not deploy it.
    rollout: str = ""
    #: When its primary deployment began.
    deployed: datetime | None = None
    #: Whether the circuit breaker ends a failing deployment, and whether alarms do.
    breaker: bool = False
    alarmed: bool = False
    #: Since when its events tell of no steady state; None where the newest of them does.
    unsteady: datetime | None = None
    #: The version of Fargate's platform, e.g. LATEST or 1.4.0; empty where it does not run there.
    platform: str = ""
    #: The operating systems of that platform, e.g. Linux or Windows.
    family: str = ""


@dataclass(frozen=True, kw_only=True)
class Container:
    """One container of a task definition; never its command or what its environment holds."""

    name: str
    image: str
    essential: bool
    #: Whether tasks of one deployment run the digest that its tag had when it began.
    consistent: bool
    #: The ports that it listens on, and whether it listens on a range of them besides.
    ports: tuple[int, ...] = ()
    port_range: bool = False
    #: Where its output goes, e.g. awslogs; empty where nothing is said.
    log_driver: str = ""
    #: Whether it routes the logs of the others.
    routes_logs: bool = False
    #: Its environment variables, without their values.
    variables: tuple[Variable, ...] = ()
    #: Its hard and its soft limit of memory in MiB, and its CPU units; None where nothing is said.
    memory: int | None = None
    reservation: int | None = None
    cpu: int = 0
    #: What its environment and command say of the heap; nothing else is kept of them.
    heap: tuple[HeapBound, ...] = ()
    #: Whether it has the rights of root on the machine, and whether its own files cannot be changed.
    privileged: bool = False
    read_only: bool = False
    #: The user that it runs as, e.g. `1000:1000`; empty where the image decides.
    user: str = ""


@record(Scope.REGION, "ECS cluster's activity")
class EcsActivity:
    """What runs in an ECS cluster, as it counts, and whether it tells of it.

    Source: ecs.DescribeClusters.
    """

    #: The cluster's ARN.
    arn: str
    services: int
    tasks: int
    #: Container Insights: enabled, enhanced or disabled.
    insights: str = "disabled"


@record(Scope.REGION, "ECS container instance")
class ContainerInstance:
    """A machine of an ECS cluster. Source: ecs.DescribeContainerInstances."""

    arn: str
    #: The id of the EC2 instance, or of a machine elsewhere.
    instance: str

    @property
    def cluster(self) -> str:
        """The name of its cluster; empty where its ARN is of the old form without one."""
        return self.arn.partition(":container-instance/")[2].rpartition("/")[0]


@record(Scope.REGION, "capacity provider")
class CapacityProvider:
    """What an ECS cluster gets machines from. Source: ecs.DescribeCapacityProviders."""

    arn: str
    name: str
    #: The ARN of its Auto Scaling group; empty where it has none.
    group: str
    #: Whether it makes Spot machines without such a group.
    spot: bool
    #: The name of the cluster that it belongs to; empty where any may use it.
    cluster: str = ""


@record(Scope.REGION, "task definition")
class TaskDefinition:
    """A task definition that an ECS service uses. Source: ecs.DescribeTaskDefinition."""

    arn: str
    containers: tuple[Container, ...]
    #: The memory of a task in MiB, and its CPU units; None where nothing is said.
    memory: int | None = None
    cpu: int | None = None
    #: The ARNs of the roles of its containers, and of ECS itself; empty where it has none.
    task_role: str = ""
    execution_role: str = ""
    #: awsvpc, bridge, host or none.
    network: str = "bridge"
    #: `host` or `task` where containers share processes, or memory; empty where they do not.
    processes: str = ""
    memory_segments: str = ""
    windows: bool = False


@record(Scope.REGION, "EKS cluster")
class EksCluster:
    """An EKS cluster. Source: eks.ListClusters."""

    arn: str
    name: str


@record(Scope.REGION, "EKS cluster's description")
class EksDescription:
    """What an EKS cluster runs its pods on. Source: eks.DescribeCluster, eks.ListFargateProfiles."""

    #: The cluster's ARN.
    arn: str
    name: str
    #: Whether EKS itself makes the nodes that pods need.
    auto_mode: bool
    #: Whether pods may run on Fargate.
    fargate: bool
    #: The version of Kubernetes, e.g. 1.34.
    version: str = ""
    #: CREATING, ACTIVE, DELETING, FAILED, UPDATING or PENDING.
    status: str = "ACTIVE"
    #: What EKS says is wrong with it, as codes.
    issues: tuple[str, ...] = ()


@record(Scope.REGION, "EKS node group")
class EksNodegroup:
    """A managed node group. Source: eks.ListNodegroups, eks.DescribeNodegroup."""

    arn: str
    name: str
    #: The name of its cluster.
    cluster: str
    subnets: tuple[str, ...]
    tags: Mapping[str, str]
    minimum: int = 1
    maximum: int = 1
    desired: int = 1
    #: The names of its Auto Scaling groups.
    groups: tuple[str, ...] = ()
    #: CREATING, ACTIVE, UPDATING, DELETING, CREATE_FAILED, DELETE_FAILED or DEGRADED.
    status: str = "ACTIVE"
    #: What EKS says is wrong with it, as codes.
    issues: tuple[str, ...] = ()


@record(Scope.REGION, "version of Kubernetes")
class EksVersion:
    """A version that EKS knows. Source: eks.DescribeClusterVersions."""

    arn: str
    #: E.g. 1.34.
    version: str
    #: STANDARD_SUPPORT, EXTENDED_SUPPORT or UNSUPPORTED.
    status: str
