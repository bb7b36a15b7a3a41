"""Who may change a repository's default branch, and who else looks at the change?

The checks of "Do code reviews" and "Pick a version control system", and of required status checks.
"""

from __future__ import annotations

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
from readiness.checklist.standing import inactive, left_out
from readiness.evidence import Evidence, Reason
from readiness.evidence.repository import (
    ApprovalTemplate,
    Branch,
    BranchRule,
    Codeowners,
    MergedPullRequest,
    Provider,
    Repository,
)


@check(Severity.HIGH)
def github_branch_review_required(
    branch: Branch,
    repositories: Evidence[Repository],
    rules: Evidence[BranchRule],
    unit: Unit,
    *,
    approvals: int = 1,
    inactive_days: int = 180,
) -> Result:
    """Only the platform can say that nothing reaches the default branch on one person's word.

    Pass: a ruleset or the classic protection of the default branch demands an approval of every pull
    request.
    Fix: add a ruleset on the default branch that requires a pull request with one approval.
    Blind spot: who may bypass the rule (administrators, a ruleset's bypass list) is not judged.
    See: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/about-rulesets
    """
    repository = repositories.of(branch.repository)
    if repository is not None:
        if repository.provider is Provider.CODECOMMIT:
            return not_applicable("is in CodeCommit, which has approval rules instead")
        out = left_out(repository)
        if out:
            return not_applicable(out)
    age = round(unit.age_days(branch.committed))
    if age > inactive_days:
        return not_applicable(f"had its newest commit {age} days ago")
    offered = True
    for rule in rules:
        if rule.approvals >= approvals:
            return passed(f"takes a change only with {_approvals(rule.approvals)}")
        offered = offered and rule.kind != "not offered"
    if not offered:
        return failed("has no protection, as GitHub's plan offers none for this repository")
    return failed(f"takes changes without {_approvals(approvals)}")


def _approvals(number: int) -> str:
    return "an approval" if number == 1 else f"{number} approvals"


@check(Severity.HIGH)
def codecommit_repository_approval_rule(
    repository: Repository,
    branches: Evidence[Branch],
    templates: Evidence[ApprovalTemplate],
    unit: Unit,
    *,
    approvals: int = 1,
    inactive_days: int = 180,
) -> Result:
    """Without an approval rule, CodeCommit lets everybody merge their own pull request.

    Pass: an approval rule template that holds for the default branch and demands an approval is
    associated with the repository.
    Fix: create an approval rule template with one approval and associate it with the repository.
    Blind spot: an approval rule stops no push; that takes an IAM policy on codecommit:References,
    which is not read. The share of reviewed merges shows direct pushes.
    See: https://docs.aws.amazon.com/codecommit/latest/userguide/approval-rule-templates.html
    """
    if repository.provider is Provider.GITHUB:
        return not_applicable("is on GitHub, which has rulesets instead")
    out = left_out(repository) or inactive(repository, branches, unit, inactive_days)
    if out:
        return not_applicable(out)
    default = f"refs/heads/{repository.default_branch}"
    for template in templates:
        holds = not template.branches or default in template.branches
        if holds and template.approvals >= approvals:
            return passed(f"takes a merge only by the approval rule of {template.name}")
    return failed(f"has no approval rule template that demands {_approvals(approvals)}")


@check(Severity.MEDIUM)
def pullrequest_merged_review_ratio(
    repository: Repository,
    branches: Evidence[Branch],
    merges: Evidence[MergedPullRequest],
    unit: Unit,
    *,
    sample: int = 20,
    ratio: float = 0.95,
    count_bots: bool = False,
    inactive_days: int = 180,
) -> Result:
    """What was merged shows whether reviews happen, whatever the settings say.

    Pass: 95 % of the 20 newest merged pull requests had been approved by a person other than their
    author before they were merged. Merges of bots are left out unless `count_bots` is set.
    Fix: let a second person approve every pull request, and close the way of direct pushes.
    Blind spot: CodeCommit records approvals only where a pull request has an approval rule, and no
    time of a merge: the last activity stands for it.
    See: https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/about-pull-request-reviews
    """
    out = left_out(repository) or inactive(repository, branches, unit, inactive_days)
    if out:
        return not_applicable(out)
    newest = sorted(merges, key=lambda merge: (merge.merged, merge.number), reverse=True)
    if not any(unit.age_days(merge.merged) <= inactive_days for merge in newest):
        return failed(
            f"had commits and no merged pull request in {inactive_days} days: direct pushes"
        )
    judged = [merge for merge in newest if count_bots or not merge.bot][:sample]
    if not judged:
        return no_evidence("shows merges of bots alone")
    alone = [merge for merge in judged if not set(merge.approved_by) - {merge.author}]
    reviewed = len(judged) - len(alone)
    said = f"had {reviewed} of its {len(judged)} newest merged pull requests approved by a second person"
    if reviewed >= ratio * len(judged):
        return passed(said)
    numbers = ", ".join(f"#{merge.number}" for merge in alone[:10])
    return failed(f"{said}; not {numbers}{' and more' if len(alone) > 10 else ''}")


@check(Severity.LOW)
def repository_codeowners_present(
    repository: Repository,
    branches: Evidence[Branch],
    files: Evidence[Codeowners],
    unit: Unit,
    *,
    inactive_days: int = 180,
) -> Result:
    """Owners named by path are asked for their review without anybody remembering to.

    Pass: CODEOWNERS, .github/CODEOWNERS or docs/CODEOWNERS names an owner for at least one path.
    Fix: write a CODEOWNERS file that names a team for each part of the repository.
    See: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
    """
    out = left_out(repository) or inactive(repository, branches, unit, inactive_days)
    if out:
        return not_applicable(out)
    empty = ""
    for file in files:
        if file.owned:
            return passed(f"names owners in {file.path}")
        empty = file.path
    return failed(f"names no owner in {empty}" if empty else "has no CODEOWNERS file")


# --- Pick a version control system ----------------------------------------------------------------


@check(Severity.HIGH)
def repository_registered_active(
    repository: Repository, branches: Evidence[Branch], unit: Unit, *, days: int = 365
) -> Result:
    """Code that lives in one known place, with its history, survives its authors' laptops.

    Pass: the repository is reachable, has a default branch, and got a commit in the last 365 days.
    Fix: keep the code in the organization's Git service, and register that repository.
    See: https://docs.aws.amazon.com/wellarchitected/latest/operational-excellence-pillar/ops_dev_integ_version_control.html
    """
    if repository.provider is Provider.FOLDER:
        said = "is a folder, which does not show the Git service it came from"
        return unknown(Reason.PROVIDER_UNSUPPORTED, said)
    if repository.archived:
        return failed("is archived, and yet registered for the workload")
    if not repository.default_branch:
        return failed("has no default branch")
    for branch in branches:
        age = round(unit.age_days(branch.committed))
        said = f"is on {repository.provider}, with its newest commit {age} days ago"
        return passed(said) if age <= days else no_evidence(said)
    return failed("is empty")


@check(Severity.MEDIUM)
def repository_history_protected(
    branch: Branch, repositories: Evidence[Repository], rules: Evidence[BranchRule]
) -> Result:
    """A history that anybody can rewrite proves nothing, and a deleted branch takes it along.

    Pass: rulesets or the classic protection forbid force pushes to the default branch, and its deletion.
    Fix: add a ruleset on the default branch that blocks force pushes and restricts deletions.
    Blind spot: who may bypass the rule is not judged.
    See: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets
    """
    repository = repositories.of(branch.repository)
    if repository is not None:
        if repository.provider is Provider.CODECOMMIT:
            return not_applicable("is in CodeCommit, where IAM policies protect branches")
        out = left_out(repository)
        if out:
            return not_applicable(out)
    held = set()
    for rule in rules:
        held.add(rule.kind)
        if {"non_fast_forward", "deletion"} <= held:
            return passed("can be neither overwritten nor deleted")
    open_to = [
        words
        for kind, words in (("non_fast_forward", "overwritten"), ("deletion", "deleted"))
        if kind not in held
    ]
    return failed(f"can be {' and '.join(open_to)}")


# --- Set up automated tests -----------------------------------------------------------------------


@check(Severity.MEDIUM)
def github_branch_status_checks_required(
    branch: Branch, repositories: Evidence[Repository], rules: Evidence[BranchRule]
) -> Result:
    """A test that may fail and still be merged is a comment.

    Pass: a ruleset or the classic protection of the default branch names a status check as required.
    Fix: make the workflow's check required in a ruleset on the default branch.
    See: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches
    """
    repository = repositories.of(branch.repository)
    if repository is not None:
        if repository.provider is Provider.CODECOMMIT:
            return not_applicable("is in CodeCommit, which has no status checks")
        out = left_out(repository)
        if out:
            return not_applicable(out)
    for rule in rules:
        if rule.contexts:
            return passed(f"requires {', '.join(rule.contexts)}")
    return failed("takes changes whose checks failed")
