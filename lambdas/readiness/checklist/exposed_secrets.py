"""Does a repository hold secrets, and does anything stop the next one?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.checklist.on_change import run_by, run_of, stops_changes
from readiness.checklist.standing import left_out
from readiness.evidence import Evidence, Reason
from readiness.evidence.building import is_unfollowed, steps_of
from readiness.evidence.builds import BuildProject
from readiness.evidence.code_security import (
    SECRET_TOOLS,
    ExposedSecret,
    SecretAlerts,
    SecretScanning,
)
from readiness.evidence.identity import IssuedKey
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.repository import CiStep, Hook, Provider, Repository
from readiness.evidence.secret_forms import ACCESS_KEY, FORMS_FROM
from readiness.evidence.unseen import known


@check(Severity.CRITICAL)
def repository_history_secret_free(
    repository: Repository,
    exposed: Evidence[ExposedSecret],
    keys: Evidence[IssuedKey],
    unit: Unit,
) -> Iterator[Result]:
    """Whoever may read a repository may use what lies in it, and git forgets nothing.

    Pass: neither the files nor any commit of any branch holds a secret in a known format, or a random
    literal under the name of one, but for those that .secrets.baseline, .gitleaksignore or a comment
    of these tools excuses. Archived repositories are judged too.
    Fix: revoke the secret and make a new one first; then take it out of the history with git
    filter-repo.
    Blind spot: of GitHub and CodeCommit only the newest files are fetched, so that without a finding
    the history stays unknown; scan a full clone as a folder to see it. Secrets in a format that nobody
    knows are not found.
    See: https://docs.github.com/en/code-security/secret-scanning/introduction/about-secret-scanning
    """
    clean = True
    for secret in exposed:
        clean = False
        where = f"in the history (commit {secret.commit[:12]})" if secret.commit else "in its files"
        if secret.sample:
            said = f"holds what looks like {secret.noun} {where}, among tests or examples"
            yield no_evidence(said).about(secret.arn)
        elif secret.rule == ACCESS_KEY and _is_inactive(secret, keys):
            said = f"holds {secret.noun} {where}, which is inactive"
            yield failed(said, Severity.HIGH).about(secret.arn)
        else:
            yield failed(f"holds {secret.noun} {where}").about(secret.arn)
    if not clean:
        return
    old = FORMS_FROM.too_old(unit.now)
    if old:
        yield unknown(Reason.UNDECIDED, f"may hold secrets of a newer format: {old}")
    else:
        yield passed(f"holds no secret that {repository.provider} shows, in files or history")


def _is_inactive(secret: ExposedSecret, keys: Evidence[IssuedKey]) -> bool:
    """Whether an access key was seen to be switched off; it decides a severity only."""

    def found() -> bool:
        return any(key.fingerprint == secret.fingerprint and not key.active for key in keys)

    return known(found, False)


@check(Severity.CRITICAL)
def github_secret_alerts_closed(
    repository: Repository, alerts: Evidence[SecretAlerts]
) -> Iterator[Result]:
    """GitHub found a secret, and told its maker; everybody else may have found it too.

    Pass: secret scanning of GitHub has no open alert.
    Fix: revoke the secret, then close the alert as revoked; those that still work come first.
    See: https://docs.github.com/en/code-security/secret-scanning/managing-alerts-from-secret-scanning
    """
    if repository.provider is Provider.CODECOMMIT:
        yield not_applicable("is in CodeCommit, which GitHub does not scan")
        return
    for found in alerts:
        if not found.enabled:
            yield no_evidence("has no secret scanning at GitHub")
            return
        for alert in sorted(found.open, key=lambda each: (not each.active, each.number)):
            still = ", which still works" if alert.active else ""
            yield failed(f"has an open alert of secret scanning: {alert.kind}{still}").about(
                f"{repository.arn}#secret-scanning-{alert.number}"
            )
        if not found.open:
            yield passed("has no open alert of secret scanning")


@check(Severity.HIGH)
def repository_secret_scanning_enabled(
    repository: Repository,
    scannings: Evidence[SecretScanning],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
) -> Result:
    """A secret that is pushed is found within minutes: by a scanner, or by somebody else.

    Pass: GitHub's secret scanning is enabled, or CI runs Gitleaks, TruffleHog, detect-secrets or their
    like.
    Fix: enable secret scanning under the repository's code security settings.
    See: https://docs.github.com/en/code-security/secret-scanning/enabling-secret-scanning-features/enabling-secret-scanning-for-your-repository
    """
    out = left_out(repository)
    if out:
        return not_applicable(out)
    if known(lambda: any(each.enabled for each in scannings), False):
        return passed("has secret scanning")
    unfollowed = False
    for step in steps_of(repository.arn, steps, projects, pipelines):
        tool = run_by(SECRET_TOOLS, step)
        if tool and not step.tolerated:
            return passed(f"is searched for secrets by {tool.name} in {run_of(step)}")
        unfollowed = unfollowed or is_unfollowed(step)
    if any(each.enabled for each in scannings):
        return passed("has secret scanning")
    if unfollowed:
        because = "may be searched for secrets in a task that CodeBuild or CodePipeline calls"
        return unknown(Reason.UNDECIDED, because)
    return failed("is searched for secrets by nothing")


@check(Severity.MEDIUM)
def repository_secret_push_prevention(
    repository: Repository,
    scannings: Evidence[SecretScanning],
    hooks: Evidence[Hook],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
) -> Result:
    """A secret that never reaches the repository has to be revoked by nobody.

    Pass: GitHub's push protection is on, or .pre-commit-config.yaml has a hook that looks for secrets;
    in CodeCommit also a build that a change starts and that looks for them.
    Fix: switch push protection on, or add Gitleaks to .pre-commit-config.yaml.
    Blind spot: a hook holds for those who installed it.
    See: https://docs.github.com/en/code-security/secret-scanning/introduction/about-push-protection
    """
    out = left_out(repository)
    if out:
        return not_applicable(out)
    if known(lambda: any(each.push_protection for each in scannings), False):
        return passed("has push protection")
    for hook in hooks:
        commands = hook.commands or ("",)
        for command in commands:
            tool = next(
                (each for each in SECRET_TOOLS if each.runs_in(command, "", hook.name)), None
            )
            if tool:
                return passed(f"has a commit hook of {tool.name}")
    unfollowed = False
    if repository.provider is Provider.CODECOMMIT:
        for step in steps_of(repository.arn, steps, projects, pipelines):
            tool = run_by(SECRET_TOOLS, step)
            if tool and stops_changes(step):
                return passed(f"has every change searched by {tool.name} in {run_of(step)}")
            unfollowed = unfollowed or (is_unfollowed(step) and stops_changes(step))
    if any(each.push_protection for each in scannings):
        return passed("has push protection")
    if unfollowed:
        because = "may have changes searched in a task that CodeBuild or CodePipeline calls"
        return unknown(Reason.UNDECIDED, because)
    return failed("takes pushes with secrets in them")
