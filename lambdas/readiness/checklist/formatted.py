"""Is code formatted by a tool, without somebody remembering to, and does CI refuse what is not?

The checks of formatters of "Code Readability" and "Continuous Integration".
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.checklist.model import Result, Severity, check, failed, not_applicable, passed
from readiness.checklist.on_change import (
    asked_of,
    run_of,
    stops_changes,
    wherever,
    why_not,
    witness,
)
from readiness.checklist.shown import Shown, configures, contexts, place_of
from readiness.checklist.standing import minor, of_language
from readiness.evidence import Evidence
from readiness.evidence.building import steps_of
from readiness.evidence.builds import BuildProject
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.practices import (
    COMMITS_CHANGES,
    FORMATTERS,
    HOOK_FILES,
    JAVASCRIPT,
    REFUSES_CHANGES,
    Formatter,
)
from readiness.evidence.repository import (
    BranchRule,
    CiStep,
    CommitStatus,
    DependencyManifest,
    Hook,
    Language,
    Manifest,
    Repository,
    SourceFile,
)
from readiness.evidence.signals import PRE_COMMIT_CI, matches

# --- Code is being formatted automatically --------------------------------------------------------


@check(Severity.LOW)
def repository_formatter_configured(
    language: Language,
    repositories: Evidence[Repository],
    shown: Evidence[SourceFile | Manifest | Hook | CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    *,
    language_share: float = 0.10,
) -> Result:
    """A formatter ends the talk about form before it begins.

    Pass: for each main language a formatter has a configuration, a commit hook or a CI step; those
    that come with the language, such as gofmt, need a hook or a step.
    Fix: choose the language's formatter and commit its configuration.
    Blind spot: .editorconfig alone is no formatter; defaults of an editor are not seen.
    See: https://docs.astral.sh/ruff/formatter/
    """
    why = minor(language, repositories, language_share)
    if why:
        return of_language(language, not_applicable(why))
    built = steps_of(language.repository, Evidence(), projects, pipelines)
    for each in shown | built:
        tool = formatter_shown(each, language.name)
        if tool:
            return of_language(language, passed(f"is formatted by {tool.name} ({place_of(each)})"))
    return of_language(
        language, failed("has no formatter: no configuration, no hook and no CI step")
    )


def formatter_shown(each: Shown, language: str) -> Formatter | None:
    """Return the formatter that a file, hook or step shows, whether it checks or writes."""
    for tool in FORMATTERS:
        if not tool.covers(language):
            continue
        match each:
            case CiStep():
                fits = formats(tool, each)
            case Hook():
                fits = hook_formats(tool, each)
            case _:
                fits = configures(tool, each)
        if fits:
            return tool
    return None


def formats(tool: Formatter, step: CiStep) -> bool:
    """Whether a step runs a formatter, be it to check or to write."""
    return tool.runs_in(step.command, step.uses, step.hook) or tool.rewrites_in(step.command)


def hook_formats(tool: Formatter, hook: Hook) -> bool:
    """Whether a commit hook runs a formatter."""
    return tool.runs_in("", "", hook.name) or any(
        tool.runs_in(command, "", "") or tool.rewrites_in(command) for command in hook.commands
    )


@check(Severity.LOW)
def repository_formatter_automatic(
    language: Language,
    repositories: Evidence[Repository],
    shown: Evidence[Hook | CiStep | SourceFile | Manifest],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    *,
    language_share: float = 0.10,
) -> Result:
    """A formatter that somebody has to remember is forgotten.

    Pass: for each main language the formatter runs by itself: as a commit hook, in a CI step, or bound
    to a phase of the build.
    Fix: add the formatter's pre-commit hook, or run it in CI.
    See: https://pre-commit.com/
    """
    why = minor(language, repositories, language_share)
    if why:
        return of_language(language, not_applicable(why))
    built = steps_of(language.repository, Evidence(), projects, pipelines)
    configured: Formatter | None = None
    hooked = ""
    bound: Formatter | None = None
    for each in shown:
        tool = formatter_shown(each, language.name)
        if tool and isinstance(each, Hook | CiStep):
            return of_language(language, passed(f"is formatted by {tool.name} in {place_of(each)}"))
        configured = configured or tool
        if tool and tool.bound and isinstance(each, Manifest):
            bound = tool
        if isinstance(each, SourceFile) and matches(each.path, HOOK_FILES):
            hooked = each.path
        if isinstance(each, Manifest) and _HOOK_SECTIONS & set(each.sections):
            hooked = each.path
    if configured and hooked:
        return of_language(
            language, passed(f"is formatted by {configured.name} in the hooks of {hooked}")
        )
    if bound:
        return of_language(
            language, passed(f"is formatted by {bound.name}, which is bound to the build")
        )
    for step in built:
        tool = formatter_shown(step, language.name)
        if tool:
            return of_language(language, passed(f"is formatted by {tool.name} in {place_of(step)}"))
    if configured:
        return of_language(
            language, failed(f"is formatted by {configured.name} where somebody runs it")
        )
    return of_language(language, failed("is formatted by no tool"))


_HOOK_SECTIONS = frozenset({"lint-staged", "husky", "simple-git-hooks", "pre-commit"})

# --- Set up automatic code formatting -------------------------------------------------------------


@check(Severity.LOW)
def repository_formatter_gate_in_ci(
    language: Language,
    repositories: Evidence[Repository],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    hooks: Evidence[Hook],
    configured: Evidence[Manifest],
    manifests: Evidence[DependencyManifest],
    reported: Evidence[BranchRule | CommitStatus],
    *,
    language_share: float = 0.10,
) -> Result:
    """A hook on a laptop can be skipped; a gate cannot.

    Pass: for each main language CI refuses unformatted code on every change, or a bot or pre-commit.ci
    formats it.
    Fix: add the formatter's check, such as `ruff format --check`, as a step that is required.
    See: https://docs.astral.sh/ruff/formatter/
    """
    why = minor(language, repositories, language_share)
    if why:
        return of_language(language, not_applicable(why))

    tools = tuple(tool for tool in FORMATTERS if tool.covers(language.name))
    asked = asked_of("is held to its form", tools)

    def judge(steps: Evidence[CiStep]) -> Result:
        held = (
            witness(asked, steps)
            or _rewritten(tools, steps)
            or _bound(tools, steps, configured)
            or _by_eslint(language, steps, manifests)
        )
        hooked = not held and any(hook_formats(tool, hook) for hook in hooks for tool in tools)
        if hooked:
            # Where the host shows it, pre-commit.ci runs the hook; a folder's host is dark.
            for context in contexts(reported):
                if PRE_COMMIT_CI.search(context):
                    held = passed(f"is formatted by a hook that {context} runs")
        return of_language(language, held or why_not(asked, steps, _lacking(tools, steps, hooked)))

    return wherever(judge, language.repository, steps, projects, pipelines)


def _rewriting(
    tools: tuple[Formatter, ...], steps: Evidence[CiStep]
) -> Iterator[tuple[Formatter, CiStep]]:
    for step in steps:
        yield from ((tool, step) for tool in tools if tool.rewrites_in(step.command))


def _rewritten(tools: tuple[Formatter, ...], steps: Evidence[CiStep]) -> Result | None:
    """Return PASS where a step rewrites the code, and one after it refuses or commits the change."""
    for tool, step in _rewriting(tools, steps):
        for after in steps:
            same = (after.workflow, after.job) == (step.workflow, step.job)
            if not same or after.number <= step.number or not stops_changes(after):
                continue
            if REFUSES_CHANGES.match(after.command) or COMMITS_CHANGES.match(after.uses):
                followed = f"`{after.command or after.uses}` follows"
                return passed(f"is formatted by {tool.name} in {run_of(step)}, and {followed}")
    return None


def _bound(
    tools: tuple[Formatter, ...], steps: Evidence[CiStep], configured: Evidence[Manifest]
) -> Result | None:
    """Return PASS where a build file binds a formatter to the build, and CI builds every change."""
    for each in configured:
        for tool in tools:
            if tool.bound and tool.has_section(each.path, each.sections):
                for step in steps:
                    if tool.is_bound_to(step.command) and stops_changes(step):
                        by = f"{tool.name}, which {each.path} binds to the build"
                        return passed(f"is held to its form by {by}")
    return None


def _by_eslint(
    language: Language, steps: Evidence[CiStep], manifests: Evidence[DependencyManifest]
) -> Result | None:
    """Return PASS where ESLint stops changes by what its plugin for Prettier finds."""
    if language.name == JAVASCRIPT and any(
        "eslint-plugin-prettier" in manifest.dependencies for manifest in manifests
    ):
        for step in steps:
            if step.command.startswith("eslint") and stops_changes(step):
                return passed(f"is held to its form by ESLint with Prettier in {run_of(step)}")
    return None


def _lacking(tools: tuple[Formatter, ...], steps: Evidence[CiStep], hooked: bool) -> Result:
    """Say what there is instead of a gate."""
    if hooked:
        return failed("is formatted by a hook alone, which can be skipped")
    for tool, step in _rewriting(tools, steps):
        said = f"is rewritten by {tool.name} in {run_of(step)}, and nothing refuses the change"
        return failed(said)
    return failed("is formatted by no CI step")
