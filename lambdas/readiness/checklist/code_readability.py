"""Judge the items of the category "Code Readability"."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.checklist.model import (
    Mode,
    Result,
    Severity,
    category,
    check,
    every,
    failed,
    item,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.checklist.standing import left_out, minor
from readiness.evidence import Evidence, Reason
from readiness.evidence.repository import (
    BranchRule,
    CiStep,
    CommitStatus,
    Hook,
    Language,
    Manifest,
    Provider,
    Repository,
    SourceFile,
    WorkflowRun,
)
from readiness.evidence.signals import (
    GITHUB_WORKFLOWS,
    LINTERS,
    PRE_COMMIT_CI,
    RETIRED_LINTERS,
    REVIEW_SERVICE_FILES,
    REVIEW_SERVICES,
    Tool,
    is_sample,
    matches,
)

Shown = SourceFile | Manifest | Hook | CiStep


@check(Severity.LOW)
def repository_linter_configured(
    language: Language,
    repositories: Evidence[Repository],
    shown: Evidence[SourceFile | Manifest | Hook | CiStep],
    *,
    language_share: float = 0.10,
) -> Result:
    """Rules that are written down in the repository are the same for everybody, editors included.

    Pass: for each main language (3 files and 10 % of the source) a linter has a configuration file
    or section, a pre-commit hook or a CI step.
    Fix: commit a configuration of the language's linter, such as ruff's in pyproject.toml or
    ESLint's eslint.config.js.
    Blind spot: a configuration that switches every rule off looks the same.
    See: https://docs.astral.sh/ruff/configuration/
    """
    why = minor(language, repositories, language_share)
    if why:
        return _of(language, not_applicable(why))
    for each in shown:
        tool = _shows(LINTERS, each, language.name)
        if tool:
            return _of(language, passed(f"is set up for {tool.name} ({_place(each)})"))
    for each in shown:
        tool = _shows(RETIRED_LINTERS, each, language.name)
        if tool:
            said = f"is set up for {tool.name} alone, which is no longer maintained"
            return _of(language, failed(said))
    return _of(language, failed("has no linter: no configuration, no hook and no CI step"))


@check(Severity.MEDIUM)
def repository_linter_runs_on_change(
    language: Language,
    repositories: Evidence[Repository],
    steps: Evidence[CiStep],
    configured: Evidence[SourceFile | Manifest],
    hooks: Evidence[Hook],
    reported: Evidence[BranchRule | CommitStatus],
    *,
    language_share: float = 0.10,
) -> Result:
    """A linter that stops no change is advice, and advice is forgotten.

    Pass: for each main language a CI step that runs on pull requests or on pushes to the default
    branch runs a linter, and its failure fails the run; or pre-commit.ci runs its hook, or another
    review service reports on the commit or is required.
    Fix: run the linter in the workflow of pull requests, without continue-on-error, and make it a
    required check.
    Blind spot: CodeBuild projects are not looked at yet, so what a buildspec runs is UNKNOWN; nor are
    the workflows of other repositories that a workflow calls.
    See: https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow
    """
    why = minor(language, repositories, language_share)
    if why:
        return _of(language, not_applicable(why))
    repository = repositories.of(language.repository)
    hosted = repository is not None and repository.provider is not Provider.FOLDER
    # A folder's host may report a hook's run or a service's review, which only the host shows.
    for each in (steps | reported) if hosted else steps:
        witness = _runs(each, language.name, configured, hooks)
        if witness:
            return _of(language, passed(witness))
    for step in steps:
        for tool in _linters(language.name):
            if tool.is_bound_to(step.command) and step.on_change and not step.tolerated:
                for file in configured:
                    if _is_configuration(tool, file):
                        return _of(language, passed(f"is linted by {tool.name} in {_run(step)}"))
    if not hosted and _may_be_reported(language.name, configured, hooks):
        any(reported)  # what nobody but the host shows is dark here, and so UNKNOWN
    return _of(language, _why_not(language.name, steps, repository))


def _runs(
    each: CiStep | BranchRule | CommitStatus,
    language: str,
    configured: Evidence[SourceFile | Manifest],
    hooks: Evidence[Hook],
) -> str:
    """Say how this shows that every change is linted, empty where it does not."""
    if isinstance(each, CiStep):
        tool = _run_by(LINTERS, each, language)
        good = tool and each.on_change and not each.tolerated
        if tool and good and _reaches(tool, each, configured):
            return f"is linted by {tool.name} in {_run(each)}"
        return ""
    context = _context(each)
    if REVIEW_SERVICES.search(context):
        return f"is reviewed by {context}"
    if PRE_COMMIT_CI.search(context) and any(_hook_of(hook, language) for hook in hooks):
        return f"is linted by a hook that {context} runs"
    return ""


def _why_not(language: str, steps: Evidence[CiStep], repository: Repository | None) -> Result:
    """Say why no step lints every change; all steps were seen by now."""
    ran = [(tool, step) for step in steps if (tool := _run_by(LINTERS, step, language))]
    elsewhere = [step for step in steps if step.on_change and ".github/workflows/" in step.uses]
    untold = [(tool, step) for tool, step in ran if step.on_change is None and not step.tolerated]
    if untold:
        tool, step = untold[0]
        said = f"is linted by {tool.name} in {_run(step)}, which does not say what starts it"
        return unknown(Reason.UNDECIDED, said)
    if elsewhere:
        said = f"may be linted by {elsewhere[0].uses}, which is in another repository"
        return unknown(Reason.NOT_SCANNED, said)
    if repository is not None and repository.provider is Provider.CODECOMMIT and not ran:
        said = "may be linted by a CodeBuild project, and those are not looked at yet"
        return unknown(Reason.NOT_SCANNED, said)
    if not ran:
        return failed("is linted by no CI step")
    tool, step = next(((t, s) for t, s in ran if s.on_change and s.tolerated), ran[0])
    if step.on_change and step.tolerated:
        return failed(
            f"is linted by {tool.name} in {_run(step)}, but {step.tolerated} lets it fail"
        )
    if step.on_change:
        return failed(f"is linted by {tool.name} in {step.folder}, where it has no configuration")
    started = ", ".join(step.triggers) or "other events"
    return failed(f"is linted by {tool.name} in {_run(step)}, but only on {started}")


@check(Severity.INFO)
def repository_ci_run_green(
    repository: Repository, steps: Evidence[CiStep], runs: Evidence[WorkflowRun]
) -> Iterator[Result]:
    """A default branch that is red hides the next failure.

    Pass: the newest finished run of each linting workflow on the default branch succeeded.
    Fix: repair the workflow on the default branch.
    Blind spot: runs of other CI services are not seen.
    See: https://docs.github.com/en/actions/how-tos/monitor-workflows/view-workflow-run-history
    """
    out = left_out(repository)
    workflows = sorted({step.workflow for step in steps if _lints_on_github(step)})
    if out or not workflows:
        yield not_applicable(out or "has no GitHub workflow that lints every change")
        return
    finished = {run.number: run for run in runs if run.conclusion in _FINISHED}
    for workflow in workflows:
        name = f"{repository.arn}:{workflow}"
        own = [run for run in finished.values() if run.workflow == workflow]
        if not own:
            yield no_evidence("has no finished run on the default branch").about(name)
            continue
        newest = max(own, key=lambda run: (run.created, run.number))
        said = f"ended in {newest.conclusion} when it last ran on the default branch"
        result = passed(said) if newest.conclusion == "success" else failed(said)
        yield result.about(name)


_FINISHED = frozenset({"success", "failure", "timed_out", "startup_failure"})


def _lints_on_github(step: CiStep) -> bool:
    tools = (tool for tool in LINTERS if tool.runs_in(step.command, step.uses, step.hook))
    on_github = matches(step.workflow, GITHUB_WORKFLOWS)
    return on_github and step.on_change is True and any(tools)


def _of(language: Language, result: Result) -> Result:
    return result.about(language.arn, group=language.name)


def _linters(language: str) -> Iterator[Tool]:
    return (tool for tool in LINTERS if tool.covers(language))


def _shows(tools: tuple[Tool, ...], each: Shown, language: str) -> Tool | None:
    """Return the tool of a language that this file, hook or step shows."""
    own = (tool for tool in tools if tool.covers(language))
    match each:
        case CiStep():
            return _run_by(tools, each, language)
        case Hook():
            return next((tool for tool in own if _hook_runs(tool, each)), None)
        case _:
            return next((tool for tool in own if _is_configuration(tool, each)), None)


def _run_by(tools: tuple[Tool, ...], step: CiStep, language: str) -> Tool | None:
    own = (tool for tool in tools if tool.covers(language))
    return next((tool for tool in own if tool.runs_in(step.command, step.uses, step.hook)), None)


def _hook_runs(tool: Tool, hook: Hook) -> bool:
    return tool.runs_in("", "", hook.name) or any(
        tool.runs_in(command, "", "") for command in hook.commands
    )


def _hook_of(hook: Hook, language: str) -> bool:
    return any(_hook_runs(tool, hook) for tool in _linters(language))


def _is_configuration(tool: Tool, each: SourceFile | Manifest) -> bool:
    """Whether a file configures a tool for the repository itself, not for a sample in it."""
    if is_sample(each.path):
        return False
    if isinstance(each, Manifest):
        return tool.has_section(each.path, each.sections)
    return not each.foreign and tool.is_file(each.path)


def _reaches(tool: Tool, step: CiStep, configured: Evidence[SourceFile | Manifest]) -> bool:
    """Whether a step runs where the tool's configuration holds; a tool without any holds everywhere."""
    if not step.folder:
        return True
    elsewhere = False
    for each in configured:
        if _is_configuration(tool, each):
            folder = each.path.rpartition("/")[0]
            if (
                not folder
                or f"{step.folder}/".startswith(f"{folder}/")
                or f"{folder}/".startswith(f"{step.folder}/")
            ):
                return True
            elsewhere = True
    return not elsewhere


def _may_be_reported(
    language: str, configured: Evidence[SourceFile | Manifest], hooks: Evidence[Hook]
) -> bool:
    return any(_hook_of(hook, language) for hook in hooks) or any(
        matches(each.path, REVIEW_SERVICE_FILES) for each in configured
    )


def _context(each: BranchRule | CommitStatus) -> str:
    return each.context if isinstance(each, CommitStatus) else ", ".join(each.contexts)


def _place(each: Shown) -> str:
    match each:
        case CiStep():
            return _run(each)
        case Hook():
            return f"hook {each.name}"
        case _:
            return each.path


def _run(step: CiStep) -> str:
    return f"{step.workflow} by way of {' → '.join(step.via)}" if step.via else step.workflow


CATEGORY = category(
    "Code Readability",
    item("Code follows standard naming style conventions"),
    item("Code has sufficient documentation for increased readability", mode=Mode.ATTESTED),
    item("Code is being formatted automatically"),
    item(
        "Code is being linted automatically",
        every(
            repository_linter_configured,
            repository_linter_runs_on_change,
            per="language",
            supporting=(repository_ci_run_green,),
        ),
    ),
)
