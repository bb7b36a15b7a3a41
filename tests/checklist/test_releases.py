"""What the checks of release tags say, situation by situation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.container_images import ecs_running_image_versioned
from readiness.checklist.model import Check
from readiness.checklist.releases import (
    repository_release_tag_current,
    repository_release_tag_present,
)
from readiness.evidence.containers import Container, EcsService, TaskDefinition
from readiness.evidence.infrastructure import IacRoot, ImageDefinition
from readiness.evidence.repository import Branch, BuildDefinition, Provider, Release, Repository
from tests.repositories.records import SHOP, branch, repository
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
)

BUILD = BuildDefinition(repository=SHOP, path="package.json")
TASK = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/web:1"


def tag(name: str, days: float | None = 10) -> Release:
    published = None if days is None else NOW - timedelta(days=days)
    return Release(repository=SHOP, name=name, published=published)


def definition(image: str) -> TaskDefinition:
    container = Container(name="web", image=image, essential=True, consistent=True)
    return TaskDefinition(arn=TASK, containers=(container,))


def service(desired: int = 1, scheduling: str = "REPLICA") -> EcsService:
    return EcsService(
        arn=f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/shop/web",
        name="web",
        cluster="",
        launch_type="FARGATE",
        subnets=(),
        tags={},
        desired=desired,
        scheduling=scheduling,
        task_definition=TASK,
    )


IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/shop"
DIGEST = f"{IMAGE}@sha256:{'0' * 64}"
NOTHING = (IacRoot, ImageDefinition, BuildDefinition)

ROWS: dict[Check[..., Any], list[Row]] = {
    repository_release_tag_present: [
        Row("a version", PASS, [repository(), BUILD, tag("v1.2.3")], says="v1.2.3"),
        Row("a version of one part of many", PASS, [repository(), BUILD, tag("svc-a-v1.2.3")]),
        Row("a date", PASS, [repository(), BUILD, tag("2026.11")]),
        Row("a lightweight tag without a date", PASS, [repository(), BUILD, tag("1.2", None)]),
        Row("a tag that is no version", FAIL, [repository(), BUILD, tag("before-migration")], says="1 tags"),
        Row("a commit's hash is no release", FAIL, [repository(), BUILD, tag("build-0a1b2c3d")]),
        Row("no tag", FAIL, [repository(), BUILD], says="no tag"),
        Row("a form of its own by an option", PASS, [repository(), BUILD, tag("R7")], options={"release_tag_regex": r"R\d+"}),
        Row("more tags than are listed", UNKNOWN, [repository(), BUILD, *(tag(f"x{number}") for number in range(50))], says="truncated"),
        Row("CodeCommit lists no tags", UNKNOWN, [repository(provider=Provider.CODECOMMIT), BUILD], says="provider unsupported"),
        Row("tags were not seen", UNKNOWN, [repository(), BUILD], dark=[Release]),
        Row("repositories were not seen", UNKNOWN, [BUILD, tag("v1.0")], dark=[Repository]),
        Row("infrastructure code was not seen", UNKNOWN, [repository()], dark=[IacRoot]),
        Row("images were not seen", UNKNOWN, [repository()], dark=[ImageDefinition]),
        Row("builds were not seen", UNKNOWN, [repository()], dark=[BuildDefinition]),
        Row("nothing to deploy", NOT_APPLICABLE, [repository()]),
        Row("an archived repository", NOT_APPLICABLE, [repository(archived=True), BUILD]),
        Row("an empty repository", NOT_APPLICABLE, [repository(default_branch=""), BUILD]),
    ],
    repository_release_tag_current: [
        Row("as new as the code", PASS, [repository(), BUILD, branch(days=2), tag("v1.2.3")], says="8 days behind"),
        Row("newer than the code", PASS, [repository(), BUILD, branch(days=400), tag("v1.2.3", 10)]),
        Row("far behind", FAIL, [repository(), BUILD, branch(days=2), tag("v1.2.3", 100)]),
        Row("far behind, and that is allowed", PASS, [repository(), BUILD, branch(days=2), tag("v1.2.3", 100)], options={"release_tag_lag_days": 120}),
        Row("far behind, beside tags without a date", NO_EVIDENCE, [repository(), BUILD, branch(days=2), tag("v1.2.3", 100), tag("v1.3.0", None)]),
        Row("tags without a date", NO_EVIDENCE, [repository(), BUILD, branch(), tag("v1.2.3", None)]),
        Row("a branch that does not tell its date", NO_EVIDENCE, [repository(), BUILD, tag("v1.2.3")]),
        Row("tags were not seen", UNKNOWN, [repository(), BUILD, branch()], dark=[Release]),
        Row("branches were not seen", UNKNOWN, [repository(), BUILD, tag("v1.2.3")], dark=[Branch]),
        Row("repositories were not seen", UNKNOWN, dark=[Repository]),
        *(Row(f"{kind.__name__} was not seen", UNKNOWN, [repository(), tag("v1.0"), branch()], dark=[kind]) for kind in NOTHING),
        Row("no release tag", NOT_APPLICABLE, [repository(), BUILD, branch(), tag("x")]),
        Row("nothing to deploy", NOT_APPLICABLE, [repository(), branch(), tag("v1.0", 400)]),
    ],
    ecs_running_image_versioned: [
        Row("a version", PASS, [definition(f"{IMAGE}:1.2.3"), service()]),
        Row("a commit's hash", PASS, [definition(f"{IMAGE}:0a1b2c3"), service()]),
        Row("a digest", PASS, [definition(DIGEST), service()]),
        Row("latest", FAIL, [definition(f"{IMAGE}:latest"), service()]),
        Row("no tag", FAIL, [definition(IMAGE), service()], says="latest"),
        Row("a registry's port is no tag", FAIL, [definition("registry:5000/shop"), service()]),
        Row("a branch", FAIL, [definition(f"{IMAGE}:main"), service()]),
        Row("a branch by an option", FAIL, [definition(f"{IMAGE}:edge"), service()], options={"moving_tags": ("edge",)}),
        Row("a sidecar of AWS", NOT_APPLICABLE, [definition("public.ecr.aws/xray/aws-xray-daemon:latest"), service()]),
        Row("a daemon", FAIL, [definition(IMAGE), service(0, "DAEMON")]),
        Row("scaled to zero", NOT_APPLICABLE, [definition(IMAGE), service(0)]),
        Row("services were not seen", UNKNOWN, [definition(IMAGE)], dark=[EcsService]),
        Row("definitions were not seen", UNKNOWN, [service()], dark=[TaskDefinition]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [
        pytest.param(check, row, id=f"{check.id}: {row.id}")
        for check, rows in ROWS.items()
        for row in rows
    ],
)
def test_rows(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
