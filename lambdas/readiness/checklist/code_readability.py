"""Judge the items of the category "Code Readability"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.checklist.formatted import (
    repository_formatter_automatic,
    repository_formatter_configured,
)
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
    some,
    unknown,
)
from readiness.checklist.on_change import (
    asked_of,
    last_run,
    main_languages,
    no_source,
    run_by,
    run_of,
    stops_changes,
    wherever,
    why_not,
)
from readiness.checklist.shown import configures, hook_runs, place_of, tool_shown
from readiness.checklist.standing import left_out, minor, of_language
from readiness.evidence import Evidence, Reason
from readiness.evidence.building import steps_of
from readiness.evidence.builds import BuildProject
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.practices import PYTHON
from readiness.evidence.repository import (
    BranchRule,
    CiStep,
    CommitStatus,
    Convention,
    Hook,
    Language,
    Manifest,
    Outline,
    Provider,
    Readme,
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
    matches,
)


@check(Severity.LOW)
def repository_linter_configured(
    language: Language,
    repositories: Evidence[Repository],
    shown: Evidence[SourceFile | Manifest | Hook | CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
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
        return of_language(language, not_applicable(why))
    built = steps_of(language.repository, Evidence(), projects, pipelines)
    for each in shown | built:
        tool = tool_shown(LINTERS, each, language.name)
        if tool:
            return of_language(language, passed(f"is set up for {tool.name} ({place_of(each)})"))
    for each in shown | built:
        tool = tool_shown(RETIRED_LINTERS, each, language.name)
        if tool:
            said = f"is set up for {tool.name} alone, which is no longer maintained"
            return of_language(language, failed(said))
    return of_language(language, failed("has no linter: no configuration, no hook and no CI step"))


@check(Severity.MEDIUM)
def repository_linter_runs_on_change(
    language: Language,
    repositories: Evidence[Repository],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
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
    Blind spot: the workflows of other repositories that a workflow calls are not read, nor CodeBuild
    projects of accounts outside the workload.
    See: https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow
    """
    why = minor(language, repositories, language_share)
    if why:
        return of_language(language, not_applicable(why))
    repository = repositories.of(language.repository)

    def judge(steps: Evidence[CiStep]) -> Result:
        hosted = repository is not None and repository.provider is not Provider.FOLDER
        # A folder's host may report a hook's run or a service's review, which only the host shows.
        for each in (steps | reported) if hosted else steps:
            witness = _runs(each, language.name, configured, hooks)
            if witness:
                return of_language(language, passed(witness))
        for step in steps:
            for tool in _linters(language.name):
                if tool.is_bound_to(step.command) and step.on_change and not step.tolerated:
                    for file in configured:
                        if configures(tool, file):
                            return of_language(
                                language, passed(f"is linted by {tool.name} in {run_of(step)}")
                            )
        if not hosted and _may_be_reported(language.name, configured, hooks):
            any(reported)  # what nobody but the host shows is dark here, and so UNKNOWN
        asked = asked_of("is linted", LINTERS, language.name, unfit="where it has no configuration")
        return of_language(language, why_not(asked, steps))

    return wherever(judge, language.repository, steps, projects, pipelines)


def _runs(
    each: CiStep | BranchRule | CommitStatus,
    language: str,
    configured: Evidence[SourceFile | Manifest],
    hooks: Evidence[Hook],
) -> str:
    """Say how this shows that every change is linted, empty where it does not."""
    if isinstance(each, CiStep):
        tool = run_by(LINTERS, each, language)
        good = tool and each.on_change and not each.tolerated
        if tool and good and _reaches(tool, each, configured):
            return f"is linted by {tool.name} in {run_of(each)}"
        return ""
    for context in each.contexts if isinstance(each, BranchRule) else (each.context,):
        if REVIEW_SERVICES.search(context):
            return f"is reviewed by {context}"
        if PRE_COMMIT_CI.search(context) and any(_hook_of(hook, language) for hook in hooks):
            return f"is linted by a hook that {context} runs"
    return ""


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
    for workflow in workflows:
        name = f"{repository.arn}:{workflow}"
        newest = last_run(workflow, runs)
        if newest is None:
            yield no_evidence("has no finished run on the default branch").about(name)
            continue
        said = f"ended in {newest.conclusion} when it last ran on the default branch"
        result = passed(said) if newest.conclusion == "success" else failed(said)
        yield result.about(name)


def _lints_on_github(step: CiStep) -> bool:
    tools = (tool for tool in LINTERS if tool.runs_in(step.command, step.uses, step.hook))
    on_github = matches(step.workflow, GITHUB_WORKFLOWS)
    return on_github and step.on_change is True and any(tools)


def _linters(language: str) -> Iterator[Tool]:
    return (tool for tool in LINTERS if tool.covers(language))


def _hook_of(hook: Hook, language: str) -> bool:
    return any(hook_runs(tool, hook) for tool in _linters(language))


def _reaches(tool: Tool, step: CiStep, configured: Evidence[SourceFile | Manifest]) -> bool:
    """Whether a step runs where the tool's configuration holds; a tool without any holds everywhere."""
    if not step.folder:
        return True
    elsewhere = False
    for each in configured:
        if configures(tool, each):
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


# --- Code follows standard naming style conventions -----------------------------------------------

#: Languages with a convention that a tool holds.
_NAMED = frozenset(
    {PYTHON, "JavaScript/TypeScript", "Java", "Kotlin", "Go", "Rust", "C#", "Ruby", "PHP", "Swift", "Terraform"}
)  # fmt: skip


@check(Severity.LOW)
def repository_naming_rules_configured(
    language: Language,
    repositories: Evidence[Repository],
    languages: Evidence[Language],
    conventions: Evidence[Convention],
    shown: Evidence[Hook | CiStep],
    *,
    language_share: float = 0.10,
) -> Result:
    """Names that follow the language's convention read the same in every file.

    Pass: a tool's configuration demands conventional names of the language, such as ruff's rules N.
    Fix: switch on the naming rules of the language's linter, for example ruff's rule set N.
    Blind spot: exceptions for single files are not looked at.
    See: https://docs.astral.sh/ruff/rules/#pep8-naming-n
    """
    why = minor(language, repositories, language_share)
    if why:
        return of_language(language, not_applicable(why))
    if language.name not in _NAMED:
        if any(each.name in _NAMED for each in main_languages(languages, language_share)):
            return of_language(
                language, not_applicable("has no naming rule that a tool could hold")
            )
        said = "has no naming rule that a tool could hold, and no language beside it has one"
        return of_language(language, unknown(Reason.UNDECIDED, said))
    for convention in conventions:
        if convention.kind == "naming" and convention.language == language.name:
            return of_language(
                language,
                passed(
                    f"has its names held to the convention by {convention.tool} ({convention.path})"
                ),
            )
    if language.name == "Kotlin":  # ktlint and detekt look at names without being told to
        for each in shown:
            for tool in LINTERS:
                if tool.languages == ("Kotlin",) and tool_shown((tool,), each, "Kotlin"):
                    return of_language(
                        language,
                        passed(
                            f"has its names held to the convention by {tool.name} ({place_of(each)})"
                        ),
                    )
    return of_language(
        language, failed("has no rule for names: no tool's configuration demands any")
    )


@check(Severity.LOW)
def repository_identifier_conformance(
    language: Language,
    repositories: Evidence[Repository],
    outlines: Evidence[Outline],
    *,
    ratio: float = 0.90,
    sample: int = 200,
    language_share: float = 0.10,
) -> Result:
    """A name that breaks the convention lets its reader take a class for a function.

    Pass: of the classes and functions in up to 200 Python files 90 % are named as PEP 8 says; names that
    a framework demands are left out.
    Fix: rename what breaks the convention, beginning with the files that are named.
    Blind spot: only Python is measured.
    See: https://peps.python.org/pep-0008/#naming-conventions
    """
    why = minor(language, repositories, language_share)
    if not why and language.name != PYTHON:
        why = "is not measured by its names"
    if why:
        return of_language(language, not_applicable(why))
    files = [each for each in outlines if each.language == PYTHON and not each.test][:sample]
    broken = sum(not each.parsed for each in files)
    if files and broken > 0.2 * len(files):
        said = f"could not be parsed in {broken} of {len(files)} files"
        return of_language(language, unknown(Reason.UNDECIDED, said))
    names = sum(each.names for each in files)
    odd = sum(len(each.odd) for each in files)
    if not names:
        return of_language(language, no_evidence("declares no class and no function"))
    share = (names - odd) / names
    said = f"has {share:.1%} of its {names} names as PEP 8 says"
    if share >= ratio:
        return of_language(language, passed(said))
    worst = sorted(files, key=lambda each: (-len(each.odd), each.path))
    told = ", ".join(each.path for each in worst[:20] if each.odd)
    return of_language(language, failed(f"{said}; most of the others are in {told}"))


# --- Code has sufficient documentation for increased readability ----------------------------------

#: Tools that look at documentation and at nothing else, by language.
_DOCUMENTING = re.compile(
    r"(?!.*\s(--fail-under|-f)[= ]0(\s|$))(?P<tool>pydocstyle|interrogate|docstr-coverage|pydoclint|darglint)\b"
)
#: Tools that demand it wherever the code is built.
_COMPILERS = ("the compiler", ".NET analyzers")


@check(Severity.LOW)
def repository_doc_rules_enforced(
    language: Language,
    repositories: Evidence[Repository],
    conventions: Evidence[Convention],
    shown: Evidence[Hook | CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    *,
    language_share: float = 0.10,
) -> Result:
    """What a tool demands is written; what a guideline asks for is written once.

    Pass: a rule on documentation is configured, such as ruff's rules D, and the tool runs as a commit
    hook, or in CI where it stops every change. A compiler's warning needs `-D warnings` there.
    Fix: switch on the rule for public declarations, and run its tool in CI.
    See: https://docs.astral.sh/ruff/rules/#pydocstyle-d
    """
    why = minor(language, repositories, language_share)
    if why:
        return of_language(language, not_applicable(why))
    built = steps_of(language.repository, Evidence(), projects, pipelines)
    demanded = ""
    toothless = set()
    for convention in conventions:
        if convention.kind != "documentation" or convention.language != language.name:
            continue
        if not convention.floor:
            toothless.add(convention.tool)
            continue
        demanded = f"{convention.tool} ({convention.path})"
        if convention.tool in _COMPILERS and convention.strict:
            return of_language(language, passed(f"has its documentation demanded by {demanded}"))
        for each in shown | built:
            if _enforces(each, convention):
                return of_language(
                    language,
                    passed(f"has its documentation demanded by {demanded} in {place_of(each)}"),
                )
    if language.name == PYTHON:
        for each in shown | built:
            command = each.command if isinstance(each, CiStep) else ""
            hook = each.hook if isinstance(each, CiStep) else each.name
            fits = _DOCUMENTING.match(command) or _DOCUMENTING.match(hook)
            held = fits and fits["tool"] not in toothless
            if fits and held and (isinstance(each, Hook) or stops_changes(each)):
                return of_language(
                    language,
                    passed(f"has its documentation demanded by {fits['tool']} in {place_of(each)}"),
                )
    if demanded:
        return of_language(
            language,
            no_evidence(
                f"has its documentation asked for by {demanded}, which no hook and no CI step enforces"
            ),
        )
    return of_language(language, no_evidence("has no tool that demands documentation"))


def _enforces(each: Hook | CiStep, convention: Convention) -> bool:
    """Whether a hook or a step stops what breaks a convention."""
    if isinstance(each, CiStep) and not stops_changes(each):
        return False
    if convention.tool in _COMPILERS:
        return isinstance(each, CiStep) and "-D warnings" in each.command
    linters = tuple(linter for linter in LINTERS if linter.name == convention.tool)
    if linters:
        return tool_shown(linters, each, convention.language) is not None
    said = each.name if isinstance(each, Hook) else f"{each.command} {each.hook}"
    return convention.tool in said


@check(Severity.LOW)
def repository_docstring_coverage(
    language: Language,
    repositories: Evidence[Repository],
    outlines: Evidence[Outline],
    *,
    ratio: float = 0.40,
    sample: int = 200,
    language_share: float = 0.10,
) -> Result:
    """Public declarations with a sentence each let a newcomer use them without reading their bodies.

    Pass: of the public declarations in up to 200 source files 40 % are documented. Tests, examples and
    generated files are left out, and so are functions of less than three lines.
    Fix: document the public declarations file by file, and let a tool demand it of new ones.
    Blind spot: whether the words help is not measured; C, C++, Ruby, Scala, Shell and Swift are not.
    See: https://peps.python.org/pep-0257/
    """
    why = minor(language, repositories, language_share)
    if why:
        return of_language(language, not_applicable(why))
    files = [each for each in outlines if each.language == language.name and not each.test]
    public = sum(each.public for each in files[:sample])
    documented = sum(each.documented for each in files[:sample])
    if not public:
        return of_language(language, no_evidence("has no public declaration that is measured"))
    said = (
        f"has {documented} of {public} public declarations documented ({documented / public:.0%})"
    )
    return of_language(language, passed(said) if documented >= ratio * public else failed(said))


@check(Severity.LOW)
def repository_readme_substantive(
    repository: Repository,
    languages: Evidence[Language],
    readmes: Evidence[Readme],
    *,
    lines: int = 30,
    characters: int = 1500,
    language_share: float = 0.10,
) -> Result:
    """A repository that explains itself saves every newcomer an hour of somebody's time.

    Pass: a README at the root has 30 lines that are not blank, or 1,500 characters.
    Fix: say in the README what it is, how it is built, tested, run and deployed, and whom to ask.
    See: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-readmes
    """
    why = no_source(repository, languages, language_share)
    if why:
        return not_applicable(why)
    short = ""
    for readme in readmes:
        if readme.lines >= lines or readme.characters >= characters:
            return passed(f"explains itself in {readme.path} ({readme.lines} lines)")
        short = f"has a {readme.path} of {readme.lines} lines and {readme.characters} characters"
    return failed(short or "has no README at its root")


CATEGORY = category(
    "Code Readability",
    item(
        "Code follows standard naming style conventions",
        every(
            some(
                repository_naming_rules_configured,
                repository_identifier_conformance,
                per="language",
            )
        ),
    ),
    item(
        "Code has sufficient documentation for increased readability",
        every(
            some(repository_doc_rules_enforced, repository_docstring_coverage, per="language"),
            repository_readme_substantive,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Code is being formatted automatically",
        every(repository_formatter_configured, repository_formatter_automatic, per="language"),
    ),
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
