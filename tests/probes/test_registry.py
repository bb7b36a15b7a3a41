"""What is seen of registries: images and packages."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.evidence import Evidence
from readiness.evidence.registry import (
    CacheRule,
    EcrImage,
    EcrRepository,
    PackageRepository,
    PackageVersion,
)
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

SHOP = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/shop"
PACKAGES = f"arn:aws:codeartifact:{REGION}:{ACCOUNT}:repository/acme/own"


def listed(name: str, **more: Any) -> dict[str, Any]:
    return {
        "repositoryArn": SHOP.replace("shop", name),
        "repositoryName": name,
        "repositoryUri": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{name}",
        "createdAt": NOW,
        "imageTagMutability": "MUTABLE",
        **more,
    }


def repository(name: str, **changes: Any) -> EcrRepository:
    values: dict[str, Any] = {
        "arn": SHOP.replace("shop", name),
        "name": name,
        "uri": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{name}",
        "mutability": "MUTABLE",
        "exclusions": (),
        "scan_on_push": False,
        "created": NOW,
    }
    return EcrRepository(**values | changes)


def test_cache_rules_are_asked_for_where_a_name_may_be_of_one() -> None:
    rule = {"ecrRepositoryPrefix": "hub", "upstreamRegistryUrl": "registry-1.docker.io"}
    answers = (
        Answer("ecr.describe_repositories", {"repositories": [listed("hub/nginx")]}),
        Answer("ecr.describe_pull_through_cache_rules", {"pullThroughCacheRules": [], "nextToken": "n"}, asked={}),
        Answer("ecr.describe_pull_through_cache_rules", {"pullThroughCacheRules": [rule]}, asked={"nextToken": "n"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, CacheRule)
        assert_made_as_declared(connection, EcrRepository, CacheRule)

    arn = f"arn:aws:ecr:{REGION}:{ACCOUNT}:pull-through-cache-rule/hub"
    assert found == Evidence((CacheRule(arn=arn, prefix="hub"),))


def test_cache_rules_are_not_asked_for_where_no_name_has_a_prefix() -> None:
    with answering(
        Answer("ecr.describe_repositories", {"repositories": [listed("shop")]})
    ) as connection:
        assert seen(connection, CacheRule) == Evidence()


def test_cache_rules_that_are_refused() -> None:
    with answering(
        Answer("ecr.describe_repositories", {"repositories": [listed("hub/nginx")]}),
        Answer("ecr.describe_pull_through_cache_rules", error=DENIED),
    ) as connection:
        found = seen(connection, CacheRule)

    assert found == Evidence(gaps=(refused("ecr:DescribePullThroughCacheRules"),))


def test_repositories_of_every_page() -> None:
    strict = listed(
        "till",
        imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters=[{"filterType": "WILDCARD", "filter": "latest"}],
        imageScanningConfiguration={"scanOnPush": True},
    )
    answers = (
        Answer("ecr.describe_repositories", {"repositories": [listed("shop")], "nextToken": "n"}, asked={}),
        Answer("ecr.describe_repositories", {"repositories": [strict]}, asked={"nextToken": "n"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, EcrRepository)
        assert_made_as_declared(connection, EcrRepository)

    till = repository(
        "till",
        mutability="IMMUTABLE_WITH_EXCLUSION",
        exclusions=("latest",),
        scan_on_push=True,
    )
    assert found == Evidence((repository("shop"), till))


def test_one_page_of_images_of_each_repository_although_one_is_refused() -> None:
    image = {"imageDigest": "sha256:1", "imagePushedAt": NOW, "imageTags": ["v2", "v1"]}
    answers = (
        Answer("ecr.describe_repositories", {"repositories": [listed("shop"), listed("till")]}),
        Answer("ecr.describe_images", {"imageDetails": [image] * 1000, "nextToken": "more that nobody asks for"}, asked={"repositoryName": "shop", "maxResults": 1000}),
        Answer("ecr.describe_images", error=DENIED),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, EcrImage)
        assert_made_as_declared(connection, EcrRepository, EcrImage)

    expected = EcrImage(
        arn=f"{SHOP}@sha256:1",
        repository=SHOP,
        digest="sha256:1",
        tags=("v1", "v2"),
        pushed=NOW,
    )
    hidden = refused("ecr:DescribeImages", resource=SHOP.replace("shop", "till"))
    assert found == Evidence((expected,) * 1000, (hidden,))


LISTED = {"name": "own", "arn": PACKAGES, "domainName": "acme", "domainOwner": ACCOUNT}
PLACE = {"domain": "acme", "domainOwner": ACCOUNT, "repository": "own"}
REPOSITORIES = (
    Answer("codeartifact.list_repositories", {"repositories": [], "nextToken": "n"}, asked={}),
    Answer("codeartifact.list_repositories", {"repositories": [LISTED]}, asked={"nextToken": "n"}),
)


def test_a_package_that_was_published_from_inside_is_looked_for_until_one_is_found() -> None:
    packages = [
        {"format": "pypi", "package": "copied"},
        {"format": "npm", "namespace": "acme", "package": "own"},
        {"format": "npm", "package": "never asked for"},
    ]
    asked = {**PLACE, "status": "Published", "originType": "INTERNAL"}
    answers = (
        *REPOSITORIES,
        Answer("codeartifact.list_packages", {"packages": packages}, asked={**PLACE, "publish": "ALLOW"}),
        Answer("codeartifact.list_package_versions", {"versions": []}, asked={**asked, "format": "pypi", "package": "copied"}),
        Answer("codeartifact.list_package_versions", {"versions": [{"version": "1.2.3", "status": "Published"}]}, asked={**asked, "format": "npm", "namespace": "acme", "package": "own"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, PackageVersion)
        assert_made_as_declared(connection, PackageRepository, PackageVersion)

    assert found == Evidence((PackageVersion(arn=PACKAGES, package="own", version="1.2.3"),))


def test_package_repositories_of_every_page() -> None:
    with answering(*REPOSITORIES) as connection:
        found = seen(connection, PackageRepository)
        assert_made_as_declared(connection, PackageRepository)

    own = PackageRepository(arn=PACKAGES, name="own", domain="acme", domain_owner=ACCOUNT)
    assert found == Evidence((own,))


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (EcrRepository, "ecr.describe_repositories", "ecr:DescribeRepositories"),
        (PackageRepository, "codeartifact.list_repositories", "codeartifact:ListRepositories"),
    ],
)
def test_a_refused_list_is_a_gap(kind: type[Any], operation: str, action: str) -> None:
    with answering(Answer(operation, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))
