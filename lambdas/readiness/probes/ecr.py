"""Look at ECR."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from readiness.evidence import Evidence, Gap
from readiness.evidence.registry import (
    CacheRule,
    EcrImage,
    EcrRepository,
    RegistryScanning,
    ScanningRule,
)
from readiness.probes import probe
from readiness.probes.aws import Aws, gathered

#: Images cannot be asked for by age: one page of each repository is read.
PAGE = 1_000


@probe(EcrRepository, "ecr.describe_repositories")
def repositories(aws: Aws) -> Iterator[EcrRepository]:
    for each in aws.pages("ecr.describe_repositories", "repositories"):
        yield EcrRepository(
            arn=each["repositoryArn"],
            name=each["repositoryName"],
            uri=each["repositoryUri"],
            mutability=each["imageTagMutability"],
            exclusions=tuple(
                entry["filter"] for entry in each.get("imageTagMutabilityExclusionFilters") or ()
            ),
            scan_on_push=each.get("imageScanningConfiguration", {}).get("scanOnPush", False),
            created=each["createdAt"],
        )


@probe(CacheRule, "ecr.describe_pull_through_cache_rules")
def cache_rules(aws: Aws, repositories: Evidence[EcrRepository]) -> Iterator[CacheRule | Gap]:
    listed, hidden = gathered(repositories)
    # A rule fills repositories whose names begin with its prefix and a slash.
    if any("/" in each.name for each in listed):
        found = aws.pages("ecr.describe_pull_through_cache_rules", "pullThroughCacheRules")
        for each in found:
            prefix = each["ecrRepositoryPrefix"]
            yield CacheRule(arn=aws.arn("ecr", f"pull-through-cache-rule/{prefix}"), prefix=prefix)
    yield from hidden


@probe(EcrImage, "ecr.describe_images")
def images(aws: Aws, repositories: Evidence[EcrRepository]) -> Iterator[EcrImage | Gap]:
    def look(repository: EcrRepository) -> Iterator[EcrImage]:
        found = aws.pages(
            "ecr.describe_images",
            "imageDetails",
            absent=("RepositoryNotFoundException",),
            repositoryName=repository.name,
            PaginationConfig={"PageSize": PAGE},
        )
        for each in islice(found, PAGE):
            yield EcrImage(
                arn=f"{repository.arn}@{each['imageDigest']}",
                repository=repository.arn,
                digest=each["imageDigest"],
                tags=tuple(sorted(each.get("imageTags") or ())),
                pushed=each["imagePushedAt"],
            )

    yield from aws.each(repositories, look)


@probe(RegistryScanning, "ecr.get_registry_scanning_configuration")
def registry_scanning(aws: Aws) -> Iterator[RegistryScanning]:
    said = aws.get("ecr.get_registry_scanning_configuration")["scanningConfiguration"]
    yield RegistryScanning(
        arn=aws.arn("ecr", "registry-scanning"),
        type=said["scanType"],
        rules=tuple(
            ScanningRule(
                frequency=rule["scanFrequency"],
                filters=tuple(each["filter"] for each in rule["repositoryFilters"]),
            )
            for rule in said.get("rules") or ()
        ),
    )
