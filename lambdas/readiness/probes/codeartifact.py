"""Look at CodeArtifact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.registry import PackageRepository, PackageVersion
from readiness.probes import probe
from readiness.probes.aws import Aws

#: Packages of a repository that are asked for a version of its own, until one has it.
PACKAGES = 20
#: What is said of a repository or a package that was deleted meanwhile.
_GONE = ("ResourceNotFoundException",)


@probe(PackageRepository, "codeartifact.list_repositories")
def repositories(aws: Aws) -> Iterator[PackageRepository]:
    for each in aws.pages("codeartifact.list_repositories", "repositories"):
        yield PackageRepository(
            arn=each["arn"],
            name=each["name"],
            domain=each["domainName"],
            domain_owner=each["domainOwner"],
        )


@probe(PackageVersion, "codeartifact.list_packages", "codeartifact.list_package_versions")
def published_versions(
    aws: Aws, repositories: Evidence[PackageRepository]
) -> Iterator[PackageVersion | Gap]:
    def look(repository: PackageRepository) -> Iterator[PackageVersion]:
        place = {
            "domain": repository.domain,
            "domainOwner": repository.domain_owner,
            "repository": repository.name,
        }
        # Packages that may be published into come first: copies from upstream are blocked there.
        packages = aws.pages(
            "codeartifact.list_packages", "packages", absent=_GONE, **place, publish="ALLOW"
        )
        for package in islice(packages, PACKAGES):
            version = _version(aws, place, package)
            if version:
                yield PackageVersion(
                    arn=repository.arn, package=package["package"], version=version
                )
                return

    yield from aws.each(repositories, look)


def _version(aws: Aws, place: Mapping[str, str], package: Mapping[str, Any]) -> str:
    """Return a version of a package that was published from inside, empty where there is none."""
    namespace = {"namespace": package["namespace"]} if "namespace" in package else {}
    versions = aws.pages(
        "codeartifact.list_package_versions",
        "versions",
        absent=_GONE,
        **place,
        format=package["format"],
        package=package["package"],
        status="Published",
        originType="INTERNAL",
        **namespace,
    )
    return next((str(each["version"]) for each in versions), "")
