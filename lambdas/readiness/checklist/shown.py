"""By what does a repository show which tools it uses?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.checklist.on_change import run_by, run_of
from readiness.evidence import Evidence
from readiness.evidence.repository import (
    BranchRule,
    CiStep,
    CommitStatus,
    Hook,
    Manifest,
    SourceFile,
)
from readiness.evidence.signals import Tool, is_sample

Shown = SourceFile | Manifest | Hook | CiStep


def tool_shown(tools: tuple[Tool, ...], each: Shown, language: str) -> Tool | None:
    """Return the tool of a language that this file, hook or step shows."""
    own = (tool for tool in tools if tool.covers(language))
    match each:
        case CiStep():
            return run_by(tools, each, language)
        case Hook():
            return next((tool for tool in own if hook_runs(tool, each)), None)
        case _:
            return next((tool for tool in own if configures(tool, each)), None)


def hook_runs(tool: Tool, hook: Hook) -> bool:
    """Whether a commit hook runs a tool, by its name or by its command."""
    return tool.runs_in("", "", hook.name) or any(
        tool.runs_in(command, "", "") for command in hook.commands
    )


def configures(tool: Tool, each: SourceFile | Manifest) -> bool:
    """Whether a file configures a tool for the repository itself, not for a sample in it."""
    if is_sample(each.path):
        return False
    if isinstance(each, Manifest):
        return tool.has_section(each.path, each.sections)
    return not each.foreign and tool.is_file(each.path)


def contexts(reported: Evidence[BranchRule | CommitStatus]) -> Iterator[str]:
    """Yield what other services call themselves on the newest commit, or as what is required."""
    for each in reported:
        yield from each.contexts if isinstance(each, BranchRule) else (each.context,)


def place_of(each: Shown) -> str:
    """Name where a file, a hook or a step is."""
    match each:
        case CiStep():
            return run_of(each)
        case Hook():
            return f"hook {each.name}"
        case _:
            return each.path
