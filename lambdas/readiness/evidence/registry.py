"""Where built artifacts lie: ECR and CodeArtifact."""

from __future__ import annotations

from datetime import datetime

from pydantic.dataclasses import dataclass

from readiness.evidence import Scope, record


@record(Scope.REGION, "ECR repository")
class EcrRepository:
    """A repository of container images. Source: ecr.DescribeRepositories."""

    arn: str
    name: str
    #: `<account>.dkr.ecr.<region>.amazonaws.com/<name>`.
    uri: str
    #: IMMUTABLE, MUTABLE, IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION.
    mutability: str
    #: Tags that are left out of the mutability, as patterns.
    exclusions: tuple[str, ...]
    scan_on_push: bool
    created: datetime


@dataclass(frozen=True, kw_only=True)
class ScanningRule:
    """Which repositories are scanned, and when."""

    #: SCAN_ON_PUSH, CONTINUOUS_SCAN or MANUAL.
    frequency: str
    #: Their names, in which `*` stands for anything; one without it stands for all that hold it.
    filters: tuple[str, ...]


@record(Scope.REGION, "scanning of the registry")
class RegistryScanning:
    """How the images of a registry are scanned. Source: ecr.GetRegistryScanningConfiguration."""

    arn: str
    #: BASIC or ENHANCED.
    type: str
    rules: tuple[ScanningRule, ...]


@record(Scope.REGION, "pull-through cache rule")
class CacheRule:
    """A rule by which ECR copies images of another registry. Source: ecr.DescribePullThroughCacheRules."""

    #: `…:pull-through-cache-rule/<prefix>`: ECR gives it no name of its own.
    arn: str
    #: What stands before the slash in the names of the repositories that it fills.
    prefix: str


@record(Scope.REGION, "container image")
class EcrImage:
    """One of the images of a repository's first page of 1,000. Source: ecr.DescribeImages."""

    #: The repository's ARN, `@`, and the image's digest.
    arn: str
    #: The repository's ARN.
    repository: str
    digest: str
    tags: tuple[str, ...]
    pushed: datetime


@record(Scope.REGION, "CodeArtifact repository")
class PackageRepository:
    """A repository of packages. Source: codeartifact.ListRepositories."""

    arn: str
    name: str
    domain: str
    #: The account that owns the domain.
    domain_owner: str


@record(Scope.REGION, "published package version")
class PackageVersion:
    """One version that was published into a repository from inside; one is enough.

    Source: codeartifact.ListPackages, codeartifact.ListPackageVersions.
    """

    #: The repository's ARN.
    arn: str
    package: str
    version: str
