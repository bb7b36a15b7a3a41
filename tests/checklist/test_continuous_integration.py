"""What the checks of "Continuous Integration" say, situation by situation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.model import Check
from readiness.checklist.reviews import (
    codecommit_repository_approval_rule,
    github_branch_review_required,
    pullrequest_merged_review_ratio,
    repository_codeowners_present,
)
from readiness.evidence import Gap, Reason
from readiness.evidence.repository import (
    ApprovalTemplate,
    Branch,
    BranchRule,
    Codeowners,
    MergedPullRequest,
    Provider,
    Repository,
)
from tests.repositories.records import SHOP, branch, merge, repository, rule
from tests.rows import (
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
)

ACTIVE = (repository(), branch())
JOBS = repository(provider=Provider.CODECOMMIT)
REVIEWED = rule(approvals=1)
UNSUPPORTED = [Gap(reason=Reason.PROVIDER_UNSUPPORTED)]


def template(approvals: int = 1, *branches: str) -> ApprovalTemplate:
    return ApprovalTemplate(
        repository=SHOP, name="two-eyes", approvals=approvals, branches=branches
    )


def owners(owned: int, path: str = ".github/CODEOWNERS") -> Codeowners:
    return Codeowners(repository=SHOP, path=path, owned=owned)


def merges(reviewed: int, alone: int) -> tuple[MergedPullRequest, ...]:
    return (
        *(merge(number, "tom") for number in range(1, reviewed + 1)),
        *(merge(number) for number in range(reviewed + 1, reviewed + alone + 1)),
    )


ROWS: dict[Check[..., Any], list[Row]] = {
    github_branch_review_required: [
        Row("one approval", {"acme/shop@main": PASS}, (*ACTIVE, rule("deletion"), REVIEWED), says="with an approval"),
        Row("no rule", {"acme/shop@main": FAIL}, ACTIVE, says="without an approval"),
        Row("a pull request without approvals", FAIL, (*ACTIVE, rule(approvals=0))),
        Row("one approval where two are wanted", FAIL, (*ACTIVE, REVIEWED), options={"approvals": 2}, says="without 2 approvals"),
        Row("a plan without protection", FAIL, (*ACTIVE, rule("not offered")), says="plan offers none"),
        Row("classic protection is dark, a ruleset decides", PASS, (*ACTIVE, REVIEWED), gaps={BranchRule: [dark_gap(BranchRule)]}),
        Row("classic protection is dark, rulesets say nothing", UNKNOWN, (*ACTIVE, rule("deletion")), gaps={BranchRule: [dark_gap(BranchRule)]}),
        Row("rules are dark", UNKNOWN, ACTIVE, dark=[BranchRule], says="test:BranchRule"),
        Row("a folder", UNKNOWN, (repository(provider=Provider.FOLDER), branch()), gaps={BranchRule: UNSUPPORTED}, says="provider unsupported"),
        Row("the branch is dark", UNKNOWN, (repository(), REVIEWED), dark=[Branch]),
        Row("the repository is dark", UNKNOWN, (branch(), REVIEWED), dark=[Repository]),
        Row("nothing was ever pushed", NOT_APPLICABLE, (repository(),)),
        Row("nobody commits any more", NOT_APPLICABLE, (repository(), branch(days=181)), says="181 days ago"),
        Row("commits are rare, and count by option", FAIL, (repository(), branch(days=181)), options={"inactive_days": 365}),
        Row("archived", NOT_APPLICABLE, (repository(archived=True), branch()), says="archived"),
        Row("CodeCommit", NOT_APPLICABLE, (JOBS, branch())),
    ],
    codecommit_repository_approval_rule: [
        Row("a template for all branches", PASS, (JOBS, branch(), template())),
        Row("a template for the default branch", PASS, (JOBS, branch(), template(1, "refs/heads/main"))),
        Row("a template for another branch", FAIL, (JOBS, branch(), template(1, "refs/heads/release"))),
        Row("a template without approvals", FAIL, (JOBS, branch(), template(0))),
        Row("one approval where two are wanted", FAIL, (JOBS, branch(), template()), options={"approvals": 2}),
        Row("no template", FAIL, (JOBS, branch())),
        Row("templates are dark", UNKNOWN, (JOBS, branch()), dark=[ApprovalTemplate]),
        Row("one template decides beside a dark one", PASS, (JOBS, branch(), template()), gaps={ApprovalTemplate: [dark_gap(ApprovalTemplate)]}),
        Row("the branch is dark", UNKNOWN, (JOBS, template()), dark=[Branch]),
        Row("the repository is dark", UNKNOWN, (branch(), template()), dark=[Repository]),
        Row("a folder", UNKNOWN, (repository(provider=Provider.FOLDER),), gaps={ApprovalTemplate: UNSUPPORTED}),
        Row("GitHub", NOT_APPLICABLE, ACTIVE),
        Row("nobody commits any more", NOT_APPLICABLE, (JOBS, branch(days=400))),
        Row("nothing was ever pushed", NOT_APPLICABLE, (JOBS,), says="no commit"),
    ],
    pullrequest_merged_review_ratio: [
        Row("all reviewed", PASS, (*ACTIVE, *merges(20, 0)), says="20 of its 20"),
        Row("19 of 20 are 95 %", PASS, (*ACTIVE, *merges(19, 1))),
        Row("18 of 20", FAIL, (*ACTIVE, *merges(18, 2)), says="not #20, #19"),
        Row("18 of 20, 90 % allowed", PASS, (*ACTIVE, *merges(18, 2)), options={"ratio": 0.9}),
        Row("one's own approval is none", FAIL, (*ACTIVE, merge(1, "mia"))),
        Row("older merges are out of the sample", PASS, (*ACTIVE, *merges(0, 5), *(merge(number, "tom", days=1) for number in range(30, 50)))),
        Row("a smaller sample", PASS, (*ACTIVE, *merges(0, 5), *(merge(number, "tom", days=1) for number in range(30, 40))), options={"sample": 10}),
        Row("bots are left out", PASS, (*ACTIVE, merge(1, "tom"), merge(2, author="renovate[bot]", bot=True))),
        Row("bots count by option", FAIL, (*ACTIVE, merge(1, "tom"), merge(2, author="renovate[bot]", bot=True)), options={"count_bots": True}),
        Row("merges of bots alone", NO_EVIDENCE, (*ACTIVE, merge(2, author="renovate[bot]", bot=True))),
        Row("direct pushes", FAIL, ACTIVE, says="direct pushes"),
        Row("the last pull request is long ago", FAIL, (*ACTIVE, merge(1, "tom", days=200)), says="direct pushes"),
        Row("nobody commits any more", NOT_APPLICABLE, (repository(), branch(days=200), merge(1, days=200))),
        Row("archived", NOT_APPLICABLE, (repository(archived=True), branch(), *merges(0, 3))),
        Row("merges are dark", UNKNOWN, ACTIVE, dark=[MergedPullRequest]),
        Row("one merge's reviews are dark", UNKNOWN, (*ACTIVE, *merges(19, 0)), gaps={MergedPullRequest: [dark_gap(MergedPullRequest, f"{SHOP}#20")]}),
        Row("a folder", UNKNOWN, (repository(provider=Provider.FOLDER),), gaps={MergedPullRequest: UNSUPPORTED}),
        Row("the branch is dark", UNKNOWN, (repository(), *merges(20, 0)), dark=[Branch]),
        Row("the repository is dark", UNKNOWN, (branch(), *merges(20, 0)), dark=[Repository]),
    ],
    repository_codeowners_present: [
        Row("an owner is named", PASS, (*ACTIVE, owners(2))),
        Row("an empty file beside one with owners", PASS, (*ACTIVE, owners(0), owners(1, "CODEOWNERS"))),
        Row("comments only", FAIL, (*ACTIVE, owners(0)), says="names no owner in .github/CODEOWNERS"),
        Row("no file", FAIL, ACTIVE, says="no CODEOWNERS"),
        Row("a folder is judged by its files", FAIL, (repository(provider=Provider.FOLDER, default_branch=""),)),
        Row("nobody commits any more", NOT_APPLICABLE, (repository(), branch(days=200))),
        Row("files are dark", UNKNOWN, ACTIVE, dark=[Codeowners]),
        Row("the branch is dark", UNKNOWN, (repository(), owners(1)), dark=[Branch]),
        Row("the repository is dark", UNKNOWN, (branch(), owners(1)), dark=[Repository]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


def test_a_merge_on_the_last_day_of_the_window_counts() -> None:
    row = Row("", PASS, (*ACTIVE, merge(1, "tom", merged=NOW - timedelta(days=180))))

    assert_row(pullrequest_merged_review_ratio, row)
