"""What a repository says of where its software runs and how it gets there.

Facts, never bodies; named under the repository's id, as all that is seen of one.
"""

from __future__ import annotations

from pydantic.dataclasses import dataclass

from readiness.evidence import Scope, record
from readiness.evidence.heap import HeapBound
from readiness.evidence.signals import GITOPS


@record(Scope.REPOSITORY, "infrastructure code")
class IacRoot:
    """One root of infrastructure code: what is deployed as a whole."""

    repository: str
    #: The file by which it is known.
    path: str
    #: CloudFormation, SAM, CDK, Terraform, Pulumi, Serverless Framework, Helm, Kubernetes, …
    family: str
    #: Whether it makes resources in AWS.
    aws: bool

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"

    @property
    def folder(self) -> str:
        """The folder that holds it; empty for the repository's own."""
        return self.path.rpartition("/")[0]

    @property
    def place(self) -> str:
        """What is dated of it: its folder, or where that is the repository's own its file."""
        return self.folder or self.path


@record(Scope.REPOSITORY, "image definition")
class ImageDefinition:
    """A file that says how a container image is made: a Dockerfile, or the settings of buildpacks."""

    repository: str
    path: str
    #: JVM, Node.js, .NET or Go, by the image that it starts from; empty for others.
    runtime: str
    #: What it says of the heap.
    heap: tuple[HeapBound, ...]

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@dataclass(frozen=True, kw_only=True)
class PodContainer:
    """A container of a manifest, and which of its resources are said."""

    name: str
    #: Whether it names an image; a patch of another container does not.
    image: bool
    cpu_request: bool
    memory_request: bool
    memory_limit: bool
    #: Whether a value that counts is filled in elsewhere.
    templated: bool = False

    @property
    def lacks(self) -> str:
        """What it does not say, in words; empty where it says all that counts."""
        said = {
            "requests.cpu": self.cpu_request,
            "requests.memory": self.memory_request,
            "limits.memory": self.memory_limit,
        }
        return ", ".join(name for name, there in said.items() if not there)


@record(Scope.REPOSITORY, "chart's resources")
class ChartResources:
    """What a Helm chart's values.yaml says of the resources of one of its containers."""

    repository: str
    path: str
    #: Where in the file, e.g. `web.resources`.
    key: str
    #: What it does not say, in words; empty where it says all that counts.
    lacks: str
    #: Another file of values that says the rest; empty where none does.
    elsewhere: str

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}#{self.key}"


@record(Scope.REPOSITORY, "Kubernetes object")
class KubernetesObject:
    """One object of a manifest that is written out; a chart's templates are not."""

    repository: str
    path: str
    #: Its place among the objects of the file.
    number: int
    #: Group and version, e.g. `apps/v1`.
    api: str
    kind: str
    name: str
    #: RollingUpdate or Recreate of a Deployment; canary or blueGreen of a Rollout; empty where unset.
    strategy: str = ""
    #: None where it is not said.
    replicas: int | None = None
    #: How many may be missing during a deployment, as it is written; empty where it is not.
    unavailable: str = ""
    #: What an autoscaler scales, and how many it keeps at least.
    target: str = ""
    minimum: int | None = None
    #: Whether a value that counts is filled in elsewhere, e.g. `{{ .Values.replicas }}`.
    templated: bool = False
    #: The containers of its pods; those that only prepare a pod are left out.
    containers: tuple[PodContainer, ...] = ()

    @property
    def pulls(self) -> bool:
        """Whether an operator of GitOps deploys a repository by it."""
        return bool(GITOPS.match(f"{self.api} {self.kind}"))

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}#{self.number}"


@record(Scope.REPOSITORY, "canary deployment")
class CanaryDefinition:
    """A file that shifts traffic to a new version step by step."""

    repository: str
    path: str
    tool: str

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@record(Scope.REPOSITORY, "serverless definition")
class ServerlessDefinition:
    """A file that declares Lambda functions."""

    repository: str
    path: str
    tool: str

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@record(Scope.REPOSITORY, "definition of monitoring")
class MonitoringDefinition:
    """A file that defines an alarm, a dashboard or a service level objective."""

    repository: str
    path: str
    #: E.g. Terraform, CloudFormation, CDK, Prometheus or OpenSLO.
    tool: str

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"

    @property
    def declares_objectives(self) -> bool:
        """Whether it is in a format for service level objectives alone."""
        return self.tool in ("OpenSLO", "Sloth")


@record(Scope.REPOSITORY, "settings for an environment")
class EnvironmentSettings:
    """A file, or a section of one, with the settings of one environment."""

    repository: str
    path: str
    #: What kind of files it is one of, e.g. `Helm values`.
    family: str
    #: The environment, in the file's own word.
    environment: str
    #: The id of the account that it is in, where the file says it.
    account: str = ""

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}#{self.environment}"


@record(Scope.REPOSITORY, "feature flag library")
class FlagLibrary:
    """A library for feature flags that a manifest or a source file names."""

    repository: str
    path: str
    name: str
    #: Whether it is there at run time, and not for development alone.
    runtime: bool

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@record(Scope.REPOSITORY, "test of infrastructure code")
class IacTest:
    """A file that tests infrastructure code, or a manifest that brings a tool which does."""

    repository: str
    path: str
    #: Terraform test, CDK assertions, Terratest, cdk-nag, …
    tool: str

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@record(Scope.REPOSITORY, "CI job")
class CiJob:
    """A job of a GitHub workflow, and how it depends on others."""

    repository: str
    workflow: str
    name: str
    #: The environment that it deploys to; `*` where an expression names it, empty where none is named.
    environment: str
    #: Whether it reads variables or secrets, which an environment may have of its own.
    reads_settings: bool
    #: The jobs that come before it.
    needs: tuple[str, ...]
    #: Whether it takes what those made: an artifact, an output, or the commit's image.
    takes: bool
    #: The branches whose pushes start its workflow.
    branches: tuple[str, ...]
    #: Whether it runs although a job before it failed.
    always: bool = False
    #: The name of its workflow, as others call it.
    title: str = ""
    #: The names of the workflows after which it runs, and whether only after their success.
    follows: tuple[str, ...] = ()
    on_success: bool = False

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.workflow}:{self.name}"


@record(Scope.REPOSITORY, "sign-in of CI to AWS")
class AwsLogin:
    """How a job of CI signs in to AWS; never with what."""

    repository: str
    workflow: str
    #: Empty where the whole file says it.
    job: str
    #: The environment of the job, as CiJob has it.
    environment: str = ""
    #: The ARN of the role that it assumes; `*` where an expression names it, empty for none.
    role: str = ""
    #: The variable or secret that names the role, e.g. `vars.DEPLOY_ROLE`.
    variable: str = ""
    #: Whether it has access keys that do not expire.
    keys: bool = False
    #: Whether it may ask for the token by which it assumes the role.
    token: bool = False

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.workflow}:{self.job}:{self.role or 'keys'}"


@record(Scope.REPOSITORY, "variable of CI")
class DeployVariable:
    """A variable of GitHub Actions that holds an account's id, or an ARN; never its value.

    Source: GET /repos/{owner}/{repo}/actions/variables and …/environments/{name}/variables.
    """

    repository: str
    #: The environment that it belongs to; empty for the whole repository.
    environment: str
    name: str
    account: str

    @property
    def arn(self) -> str:
        return f"{self.repository}:variable:{self.environment}:{self.name}"


@record(Scope.REPOSITORY, "deploy script")
class DeployScript:
    """A file that says how to deploy by hand: a task, a script, or a line of the README."""

    repository: str
    path: str
    #: What it runs, normalised as the commands of CI are.
    command: str

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@record(Scope.REPOSITORY, "deployment environment")
class DeployEnvironment:
    """An environment of a GitHub repository. Source: GET /repos/{owner}/{repo}/environments."""

    repository: str
    name: str
    #: Whether somebody, some time or some branch stands before a deployment to it.
    protected: bool

    @property
    def arn(self) -> str:
        return f"{self.repository}:environment:{self.name}"
