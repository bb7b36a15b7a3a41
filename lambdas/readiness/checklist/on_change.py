"""Does CI run something on every change, and does its failure stop the change?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from readiness.checklist.model import Result, Status, failed, passed, unknown
from readiness.checklist.standing import MIN_FILES, left_out
from readiness.evidence import Evidence, Reason
from readiness.evidence.building import is_unfollowed, steps_of
from readiness.evidence.builds import BuildProject
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.repository import CiStep, Language, Repository, WorkflowRun
from readiness.evidence.signals import Tool
from readiness.evidence.unseen import known

#: Names what a step runs; empty where it does not run what is looked for.
Shows = Callable[[CiStep], str]


@dataclass(frozen=True)
class Asked:
    """What is looked for, in the words of a sentence: "is linted by …", "is linted by no CI step"."""

    verb: str
    shows: Shows
    #: What is said of a step that stops changes and is still not enough.
    unfit: str = ""


def run_of(step: CiStep) -> str:
    """Name where a step is."""
    return f"{step.workflow} by way of {' → '.join(step.via)}" if step.via else step.workflow


def what_of(step: CiStep) -> str:
    """Quote what a step runs."""
    return f"`{(step.command or step.uses or step.hook)[:80]}`"


def last_run(workflow: str, runs: Evidence[WorkflowRun]) -> WorkflowRun | None:
    """Return the newest run of a workflow that came to an end of its own."""
    own = (run for run in runs if run.workflow == workflow and run.finished)
    return max(own, key=lambda run: (run.created, run.number), default=None)


def run_by(tools: tuple[Tool, ...], step: CiStep, language: str = "") -> Tool | None:
    """Return the tool that a step runs, of those that cover a language."""
    own = (tool for tool in tools if not language or tool.covers(language))
    return next((tool for tool in own if tool.runs_in(step.command, step.uses, step.hook)), None)


def asked_of(verb: str, tools: tuple[Tool, ...], language: str = "", unfit: str = "") -> Asked:
    """Ask for a step that runs one of these tools, named by the tool."""

    def shows(step: CiStep) -> str:
        tool = run_by(tools, step, language)
        return tool.name if tool else ""

    return Asked(verb, shows, unfit)


def stops_changes(step: CiStep) -> bool:
    """Whether a step runs on every change and its failure fails the run."""
    return step.on_change is True and not step.tolerated


def witness(asked: Asked, steps: Evidence[CiStep]) -> Result | None:
    """Return PASS for a step that stops changes; None once all steps were seen and none does."""
    for step in steps:
        name = asked.shows(step)
        if name and stops_changes(step):
            return passed(f"{asked.verb} by {name} in {run_of(step)}")
    return None


def why_not(asked: Asked, steps: Evidence[CiStep], nothing: Result | None = None) -> Result:
    """Say why no step stops every change; `nothing` is the answer where no step runs it at all."""
    ran = [(name, step) for step in steps if (name := asked.shows(step))]
    elsewhere = [step.elsewhere for step in steps if step.on_change and step.elsewhere]
    untold = [(name, step) for name, step in ran if step.on_change is None and not step.tolerated]
    if untold:
        name, step = untold[0]
        said = f"{asked.verb} by {name} in {run_of(step)}, which does not say what starts it"
        return unknown(Reason.UNDECIDED, said)
    maybe = asked.verb.replace("is ", "may be ", 1)
    if elsewhere:
        said = f"{maybe} by {elsewhere[0]}, which is in another repository"
        return unknown(Reason.NOT_SCANNED, said)
    unfollowed = [step for step in steps if is_unfollowed(step) and stops_changes(step)]
    if unfollowed and not ran:
        said = f"{maybe} by `{unfollowed[0].command[:80]}` in {unfollowed[0].workflow}"
        return unknown(Reason.UNDECIDED, f"{said}, which is not followed into the repository")
    if not ran:
        return nothing or failed(f"{asked.verb} by no CI step")
    name, step = next(((n, s) for n, s in ran if s.on_change and s.tolerated), ran[0])
    if step.on_change and step.tolerated:
        how = "is switched off" if step.never else "cannot fail"
        return failed(f"{asked.verb} by {name} in {run_of(step)}, which {how} ({step.tolerated})")
    if step.on_change and asked.unfit:
        return failed(f"{asked.verb} by {name} in {step.folder}, {asked.unfit}")
    started = ", ".join(step.triggers) or "other events"
    return failed(f"{asked.verb} by {name} in {run_of(step)}, but only on {started}")


def on_every_change(asked: Asked, steps: Evidence[CiStep]) -> Result:
    """Judge whether a step stops every change."""
    return witness(asked, steps) or why_not(asked, steps)


def wherever(
    judge: Callable[[Evidence[CiStep]], Result],
    repository: str,
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
) -> Result:
    """Judge the repository's own steps and, where these do not pass, what CodeBuild runs for it too.

    What its own steps show needs no CodeBuild; that they show nothing does not say that nothing runs.
    """
    own = known(lambda: judge(steps), None)
    if own is not None and own.status is Status.PASS:
        return own
    return judge(steps_of(repository, steps, projects, pipelines))


def main_languages(languages: Evidence[Language], language_share: float) -> tuple[Language, ...]:
    """Return the main languages of a repository; raises where they were not seen."""
    return tuple(
        each for each in languages if each.files >= MIN_FILES and each.share >= language_share
    )


def no_source(repository: Repository, languages: Evidence[Language], language_share: float) -> str:
    """Say why a repository has no code to judge, empty where it has."""
    out = left_out(repository)
    if out:
        return out
    return "" if main_languages(languages, language_share) else "has no main language"
