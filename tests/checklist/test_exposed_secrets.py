"""What the checks of secrets in repositories say: of those that are there, and of those to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.exposed_secrets import (
    github_secret_alerts_closed,
    repository_history_secret_free,
    repository_secret_push_prevention,
    repository_secret_scanning_enabled,
)
from readiness.checklist.model import Check, Severity
from readiness.evidence import Gap, Reason
from readiness.evidence.builds import BuildProject
from readiness.evidence.code_security import (
    ExposedSecret,
    SecretAlert,
    SecretAlerts,
    SecretScanning,
)
from readiness.evidence.identity import IssuedKey
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.repository import CiStep, Hook, Provider, Repository
from readiness.evidence.secret_forms import FORMS_FROM
from tests.checklist.test_owasp import project
from tests.repositories.records import SHOP, repository, step
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    UNKNOWN,
    Row,
    assert_row,
)

HERE = repository()
IN_CODECOMMIT = repository(provider=Provider.CODECOMMIT)
FOLDER = repository(provider=Provider.FOLDER)
UNSUPPORTED = (Gap(reason=Reason.PROVIDER_UNSUPPORTED),)
NOT_FETCHED = (Gap(reason=Reason.NOT_SCANNED, detail="the newest files alone"),)
LATER = {"now": NOW + timedelta(days=FORMS_FROM.good_for_days + 1)}
BUILDS = project("gitleaks detect")
IN_BUILD = BuildProject(
    arn=BUILDS.arn,
    name="shop",
    source="CODECOMMIT",
    location="https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop",
    buildspec="inline",
    commands=BUILDS.commands,
    webhook=True,
    webhook_events=(),
    runner=False,
    created=NOW,
)
CODECOMMIT = f"codecommit:{ACCOUNT}:eu-west-1:shop"


def secret(**changes: Any) -> ExposedSecret:
    values: dict[str, Any] = {
        "repository": SHOP,
        "rule": "github-pat",
        "noun": "a token of GitHub",
        "path": "src/a.py",
        "line": 3,
        "fingerprint": "0123abcd",
    }
    return ExposedSecret(**values | changes)


def access_key(**changes: Any) -> ExposedSecret:
    return secret(rule="aws-access-token", noun="an access key of AWS", **changes)


def issued(*, active: bool, fingerprint: str = "0123abcd") -> IssuedKey:
    arn = f"arn:aws:iam::{ACCOUNT}:user/ann#{fingerprint}"
    return IssuedKey(arn=arn, fingerprint=fingerprint, active=active)


def alerts(*listed: tuple[int, bool], enabled: bool = True) -> SecretAlerts:
    found = (SecretAlert(number=n, kind="Stripe key", active=active) for n, active in listed)
    return SecretAlerts(arn=SHOP, enabled=enabled, open=tuple(found))


def scanning(*, enabled: bool = True, push_protection: bool = True) -> SecretScanning:
    return SecretScanning(arn=SHOP, enabled=enabled, push_protection=push_protection)


def hook(name: str, *commands: str) -> Hook:
    return Hook(repository=SHOP, name=name, commands=commands)


OFF = scanning(enabled=False, push_protection=False)

ROWS: dict[Check[..., Any], list[Row]] = {
    repository_history_secret_free: [
        Row("nothing anywhere", PASS, [HERE], says="holds no secret"),
        Row("in a file", {"3": FAIL}, [HERE, secret()], says="holds a token of GitHub in its files", severity=Severity.CRITICAL),
        Row("in the history alone", {"3": FAIL}, [HERE, secret(commit="c0ffee" * 7)], says="in the history (commit c0ffeec0ffee)", severity=Severity.CRITICAL),
        Row("two of them", {"3": FAIL, "9": FAIL}, [HERE, secret(), secret(line=9)]),
        Row("among tests", {"3": NO_EVIDENCE}, [HERE, secret(sample=True)], says="among tests or examples"),
        Row("an access key that works", {"3": FAIL}, [HERE, access_key(), issued(active=True)], severity=Severity.CRITICAL),
        Row("an access key that is switched off", {"3": FAIL}, [HERE, access_key(), issued(active=False)], severity=Severity.HIGH, says="inactive"),
        Row("an access key of somebody else", {"3": FAIL}, [HERE, access_key(), issued(active=False, fingerprint="ffff0000")], severity=Severity.CRITICAL),
        Row("a token is no access key", {"3": FAIL}, [HERE, secret(), issued(active=False)], severity=Severity.CRITICAL),
        Row("an archived repository is read all the same", {"3": FAIL}, [repository(archived=True), secret()]),
        Row("the history is not fetched", UNKNOWN, [HERE], gaps={ExposedSecret: NOT_FETCHED}, says="the newest files alone"),
        Row("a secret although the history is not fetched", {"3": FAIL, "acme/shop": UNKNOWN}, [HERE, secret()], gaps={ExposedSecret: NOT_FETCHED}),
        Row("the formats are too old to pass by", UNKNOWN, [HERE], unit=LATER, says="days old"),
        Row("old formats still find what they find", {"3": FAIL}, [HERE, secret()], unit=LATER),
        Row("no repository", NOT_APPLICABLE),
        Row("the repository is dark", UNKNOWN, dark=[Repository]),
        Row("its files are dark", UNKNOWN, [HERE], dark=[ExposedSecret]),
        Row("keys are dark, and say how bad it is", {"3": FAIL}, [HERE, access_key()], dark=[IssuedKey], severity=Severity.CRITICAL),
    ],
    github_secret_alerts_closed: [
        Row("none is open", PASS, [HERE, alerts()]),
        Row("two are open", {"acme/shop#secret-scanning-7": FAIL, "acme/shop#secret-scanning-9": FAIL}, [HERE, alerts((9, False), (7, True))], says="Stripe key, which still works", severity=Severity.CRITICAL),
        Row("scanning is off", NO_EVIDENCE, [HERE, alerts(enabled=False)]),
        Row("in CodeCommit", NOT_APPLICABLE, [IN_CODECOMMIT]),
        Row("a folder", UNKNOWN, [FOLDER], gaps={SecretAlerts: UNSUPPORTED}, says="provider unsupported"),
        Row("no repository", NOT_APPLICABLE),
        Row("the repository is dark", UNKNOWN, dark=[Repository]),
        Row("alerts are dark", UNKNOWN, [HERE], dark=[SecretAlerts]),
    ],
    repository_secret_scanning_enabled: [
        Row("GitHub's", PASS, [HERE, scanning()]),
        Row("a step", PASS, [HERE, OFF, step("gitleaks detect --source .")], says="by Gitleaks"),
        Row("an action", PASS, [HERE, OFF, step(uses="trufflesecurity/trufflehog")]),
        Row("a hook that CI runs", PASS, [HERE, OFF, step(hook="detect-secrets")]),
        Row("in CodeBuild", PASS, [HERE, OFF, BUILDS]),
        Row("a step whose failure is tolerated", FAIL, [HERE, OFF, step("gitleaks detect", tolerated="|| true")]),
        Row("neither", FAIL, [HERE, OFF], says="by nothing"),
        Row("a task of CodeBuild that is not followed", UNKNOWN, [HERE, OFF, project("make ci")]),
        Row("a folder", UNKNOWN, [FOLDER], gaps={SecretScanning: UNSUPPORTED}, says="provider unsupported"),
        Row("a folder with a step", PASS, [FOLDER, step("gitleaks detect")], gaps={SecretScanning: UNSUPPORTED}),
        Row("archived", NOT_APPLICABLE, [repository(archived=True)]),
        Row("no repository", NOT_APPLICABLE),
        Row("the repository is dark", UNKNOWN, dark=[Repository]),
        Row("settings are dark", UNKNOWN, [HERE], dark=[SecretScanning]),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, [HERE, OFF], dark=[kind]) for kind in (CiStep, BuildProject, Pipeline)),
    ],
    repository_secret_push_prevention: [
        Row("push protection", PASS, [HERE, scanning()]),
        Row("scanning without it", FAIL, [HERE, scanning(push_protection=False)]),
        Row("a hook", PASS, [HERE, OFF, hook("gitleaks")], says="Gitleaks"),
        Row("a local hook, by its command", PASS, [HERE, OFF, hook("secrets", "detect-secrets-hook --baseline x")]),
        Row("a hook for keys", PASS, [HERE, OFF, hook("detect-private-key")]),
        Row("another hook", FAIL, [HERE, OFF, hook("black"), hook("local", "make lint")]),
        Row("a step in CI prevents nothing", FAIL, [HERE, OFF, step("gitleaks detect")]),
        Row("in CodeCommit, a build of every change", PASS, [repository(arn=CODECOMMIT, provider=Provider.CODECOMMIT), IN_BUILD], unit={"repository": CODECOMMIT}, says="every change searched"),
        Row("in CodeCommit, a build of every change that calls a task", UNKNOWN, [repository(arn=CODECOMMIT, provider=Provider.CODECOMMIT), replace(IN_BUILD, commands=(replace(IN_BUILD.commands[0], command="make secrets"),))], unit={"repository": CODECOMMIT}, says="may have changes searched"),
        Row("in CodeCommit, nothing", FAIL, [IN_CODECOMMIT]),
        Row("a folder", UNKNOWN, [FOLDER], gaps={SecretScanning: UNSUPPORTED}, says="provider unsupported"),
        Row("archived", NOT_APPLICABLE, [repository(archived=True)]),
        Row("no repository", NOT_APPLICABLE),
        Row("the repository is dark", UNKNOWN, dark=[Repository]),
        Row("settings are dark", UNKNOWN, [HERE], dark=[SecretScanning]),
        Row("hooks are dark", UNKNOWN, [HERE, OFF], dark=[Hook]),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, [IN_CODECOMMIT], dark=[kind]) for kind in (CiStep, BuildProject, Pipeline)),
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
def test_exposed_secrets(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
