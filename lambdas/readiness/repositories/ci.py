"""Which commands, actions and hooks does a repository's CI run, when, and does their failure stop anything?

One form for all CI services; `make lint`, local actions, reusable workflows and the like are followed
two levels deep.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from readiness.evidence import Gap, Reason
from readiness.evidence.coverage import report_of
from readiness.evidence.repository import CiStep
from readiness.evidence.signals import CI_FILES, one_of
from readiness.probes.refusals import UnseenError
from readiness.repositories.commands import commands_of, joined
from readiness.repositories.formats import as_dict, as_list, load_yaml
from readiness.repositories.reading import Reading
from readiness.repositories.tasks import bodies

#: Indirections that are followed from a step.
MAX_DEPTH = 2
#: What stands between a job and the one of another workflow that it calls, as GitHub shows it.
WITHIN = " / "
#: More steps than this are not told apart.
MAX_STEPS = 2_000


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step as its CI file has it: a script, something used, or a hook."""

    workflow: str
    job: str
    script: str = ""
    uses: str = ""
    hook: str = ""
    folder: str = ""
    triggers: tuple[str, ...] = ()
    on_change: bool | None = True
    #: Those of the triggers of a GitHub workflow that mean a change.
    changing: frozenset[str] = frozenset()
    tolerated: str = ""
    via: tuple[str, ...] = ()


def steps_of(reading: Reading) -> Iterator[CiStep | Gap]:
    """Yield every step of every CI definition; a file that cannot be read leaves a gap."""
    for number, step in enumerate(_followed_steps(reading)):
        if isinstance(step, Gap):
            yield step
        elif number >= MAX_STEPS:
            detail = f"only the first {MAX_STEPS} steps of its CI were followed"
            yield Gap(reason=Reason.TRUNCATED, detail=detail)
            return
        else:
            yield CiStep(
                repository=reading.repository,
                workflow=step.workflow,
                job=step.job,
                number=number,
                command=step.script,
                uses=step.uses,
                hook=step.hook,
                folder=step.folder,
                triggers=step.triggers,
                on_change=step.on_change,
                tolerated=step.tolerated,
                via=step.via,
            )


def _followed_steps(reading: Reading) -> Iterator[Step | Gap]:
    for service, patterns in CI_FILES.items():
        for path in reading.matching(patterns):
            try:
                for step in _PARSERS[service](reading, path):
                    if isinstance(step, Gap):
                        yield step
                    else:
                        yield from _followed(reading, step)
            except UnseenError as error:
                yield error.gap


def _followed(reading: Reading, step: Step) -> Iterator[Step | Gap]:
    """Yield a step command by command, and what each command leads to."""
    if not step.script:
        yield step
    for command in commands_of(step.script):
        folder = joined(step.folder, command.folder)
        direct = replace(
            step,
            script=str(command),
            hook="",
            folder=folder,
            tolerated=step.tolerated or command.tolerated,
        )
        yield direct
        if len(step.via) >= MAX_DEPTH:
            continue
        try:
            for body in bodies(reading, command, folder):
                inner = replace(
                    direct,
                    script=body.script,
                    hook=body.hook,
                    folder=body.folder,
                    tolerated=direct.tolerated or body.tolerated,
                    via=(*step.via, body.label),
                )
                if body.hook:
                    yield replace(inner, script="")
                if body.script:
                    yield from _followed(reading, replace(inner, hook=""))
        except UnseenError as error:
            yield error.gap


# --- GitHub Actions -------------------------------------------------------------------------------

_CHANGE_EVENTS = frozenset({"pull_request", "merge_group", "push"})
#: The activities of a pull request that bring new commits.
_CHANGE_TYPES = frozenset({"opened", "synchronize", "reopened", "ready_for_review"})
_NEVER = frozenset({"false", "${{ false }}", "${{false}}"})


def _github(reading: Reading, path: str) -> Iterator[Step | Gap]:
    document = as_dict(reading.parsed(path, load_yaml))
    events = _events(document.get("on"))
    changing = {name for name, said in events.items() if _is_change(name, said, reading.branch)}
    begun = Step(
        workflow=path,
        job="",
        triggers=tuple(events),
        on_change=bool(changing),
        changing=frozenset(changing),
    )
    yield from _github_jobs(reading, document, begun)


def _events(said: Any) -> dict[str, dict[str, Any]]:
    if isinstance(said, dict):
        return {str(name): as_dict(value) for name, value in said.items()}
    return {str(name): {} for name in as_list(said)}


def _is_change(event: str, said: Mapping[str, Any], branch: str) -> bool:
    """Whether an event with its filters means that a change is proposed for, or is on, the branch."""
    if event not in _CHANGE_EVENTS:
        return False
    types = set(map(str, as_list(said.get("types"))))
    if event == "pull_request" and types and not types & _CHANGE_TYPES:
        return False
    if "branches" in said:
        return _selects(branch, as_list(said["branches"]))
    if "branches-ignore" in said:
        return not _selects(branch, as_list(said["branches-ignore"]))
    return not (event == "push" and {"tags", "tags-ignore"} & said.keys())


def _selects(branch: str, patterns: Iterable[Any]) -> bool:
    """Whether a list of patterns ends up with the branch in: the last one that matches decides.

    A default branch whose name is not known is taken for main or master.
    """
    if not branch:
        listed = list(patterns)
        return _selects("main", listed) or _selects("master", listed)
    chosen = False
    for pattern in map(str, patterns):
        bare = pattern.removeprefix("!")
        if fnmatchcase(branch, bare.replace("**", "*")):
            chosen = not pattern.startswith("!")
    return chosen


def _github_jobs(
    reading: Reading, document: Mapping[str, Any], begun: Step, within: str = ""
) -> Iterator[Step | Gap]:
    shared = _directory(document.get("defaults"))
    for name, said in as_dict(document.get("jobs")).items():
        job = as_dict(said)
        known = {**as_dict(document.get("env")), **as_dict(job.get("env"))}
        base = replace(
            _where(job.get("if"), begun),
            job=f"{within}{name}",
            folder=_directory(job.get("defaults")) or shared,
            tolerated=begun.tolerated or _github_tolerance(job),
        )
        uses = str(job.get("uses", ""))
        if uses.startswith("./"):
            yield from _github_reusable(reading, uses, base)
        elif uses:
            yield replace(base, uses=uses.partition("@")[0])
        combinations = _matrix(as_dict(as_dict(job.get("strategy")).get("matrix")))
        for step in as_list(job.get("steps")):
            yield from _github_step(reading, as_dict(step), base, combinations, known)


def _directory(defaults: Any) -> str:
    return joined("", str(as_dict(as_dict(defaults).get("run")).get("working-directory", "")))


def _github_tolerance(said: Mapping[str, Any]) -> str:
    if str(said.get("if", "")).strip().lower() in _NEVER:
        return "if: false"
    return "continue-on-error" if said.get("continue-on-error") is True else ""


_EVENT_NAMES = re.compile(r"github\.event_name\s*==\s*['\"](\w+)['\"]")


def _where(condition: Any, begun: Step) -> Step:
    """Leave to a step the events that a condition leaves in; one that is not understood leaves all."""
    text = str(condition or "")
    # Each alternative asks for an event, or the condition holds for others, too.
    asked = [_EVENT_NAMES.findall(part) for part in text.split("||")]
    named = set(itertools.chain(*asked)) if all(asked) else set(begun.triggers)
    triggers = tuple(name for name in begun.triggers if name in named)
    only_tags = re.search(r"refs/tags|github\.ref_type\s*==\s*['\"]tag", text)
    tagged = bool(only_tags and "||" not in text and "!" not in text)
    on_change = not (tagged or begun.changing.isdisjoint(triggers))
    return replace(begun, triggers=triggers, on_change=begun.on_change and on_change)


#: A program that a variable may name, and nothing that could be secret.
_PROGRAM = re.compile(r"[A-Za-z][\w./-]{0,30}$")


def _with_programs(script: str, variables: Mapping[str, Any]) -> str:
    """Put the names of programs for the variables that stand where a command begins."""

    def value(found: re.Match[str]) -> str:
        said = str(variables.get(found[2], ""))
        return f"{found[1]}{said}" if _PROGRAM.match(said) else found[0]

    return re.sub(r"(?m)(^\s*|&&\s*|;\s*)\$\{\{\s*env\.(\w+)\s*\}\}(?=\s)", value, script)


def _github_step(
    reading: Reading,
    said: Mapping[str, Any],
    base: Step,
    combinations: list[dict[str, Any]],
    variables: Mapping[str, Any],
) -> Iterator[Step | Gap]:
    folder = str(said.get("working-directory", ""))
    step = replace(
        _where(said.get("if"), base),
        folder=joined("", folder) if folder else base.folder,
        tolerated=base.tolerated or _github_tolerance(said),
    )
    uses = str(said.get("uses", ""))
    if uses.startswith("./"):
        yield from _github_action(reading, uses, step)
    elif uses:
        name = uses.partition("@")[0]
        yield replace(step, uses=name)
        if name == "golangci/golangci-lint-action":
            yield replace(step, script="golangci-lint run")
        if name in ("pre-commit/action", "j178/prek-action"):
            hook = str(as_dict(said.get("with")).get("extra_args", "--all-files"))
            yield replace(step, script=f"pre-commit run {hook}")
        if name in _IMAGE_ACTIONS and _pushes(as_dict(said.get("with"))):
            yield replace(step, script=_IMAGE_ACTIONS[name])
    known = {**variables, **as_dict(said.get("env"))}
    for script in _with_matrix(str(said.get("run") or ""), combinations):
        yield replace(step, script=_with_programs(script, known))


#: Actions that build images, and the command that says what they do where they push them, too.
_IMAGE_ACTIONS = {
    "docker/build-push-action": "docker buildx build --push",
    "docker/bake-action": "docker buildx bake --push",
}


def _pushes(settings: Mapping[str, Any]) -> bool:
    """Whether an action pushes the image that it builds; an expression does for some events."""
    push = str(settings.get("push", "")).strip().lower()
    if push and push != "false":
        return True
    return bool(re.search(r"type=registry|push=true", str(settings.get("outputs", ""))))


def _github_action(reading: Reading, uses: str, step: Step) -> Iterator[Step | Gap]:
    """Follow a local composite action."""
    folder = joined("", uses)
    path = next(
        (each for name in ("action.yml", "action.yaml") if (each := joined(folder, name)) in reading.sizes), ""
    )  # fmt: skip
    if not path or len(step.via) >= MAX_DEPTH:
        yield replace(step, uses=uses)
        return
    document = as_dict(reading.parsed(path, load_yaml))
    inner = replace(step, via=(*step.via, path))
    for said in as_list(as_dict(document.get("runs")).get("steps")):
        yield from _github_step(reading, as_dict(said), inner, [{}], {})


def _github_reusable(reading: Reading, uses: str, base: Step) -> Iterator[Step | Gap]:
    """Follow a reusable workflow of the same repository; its caller says when it runs."""
    path = joined("", uses.partition("@")[0])
    if path not in reading.sizes or len(base.via) >= MAX_DEPTH:
        yield replace(base, uses=uses)
        return
    document = as_dict(reading.parsed(path, load_yaml))
    inner = replace(base, via=(*base.via, path))
    yield from _github_jobs(reading, document, inner, within=f"{base.job}{WITHIN}")


_MATRIX = re.compile(r"\$\{\{\s*matrix\.([\w-]+)(?:\.([\w-]+)|\[(\d+)\])?\s*\}\}")


def _matrix(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the combinations of a job's matrix, at most 100; one empty one without a matrix."""
    axes = {
        name: values
        for name, values in said.items()
        if name not in ("include", "exclude") and isinstance(values, list) and values
    }
    products = itertools.islice(itertools.product(*axes.values()), 100)
    combinations = [dict(zip(axes, each, strict=True)) for each in products]
    extra = [as_dict(each) for each in as_list(said.get("include"))]
    return [*(combinations if axes or not extra else []), *extra] or [{}]


def _with_matrix(script: str, combinations: list[dict[str, Any]]) -> list[str]:
    """Return a script once for each different text that the matrix makes of it."""
    if not script.strip():
        return []

    def filled(values: Mapping[str, Any]) -> str:
        def value_of(found: re.Match[str]) -> str:
            value = values.get(found[1])
            if found[2]:
                value = as_dict(value).get(found[2])
            elif found[3] and isinstance(value, list):
                value = value[int(found[3])] if int(found[3]) < len(value) else None
            return value if isinstance(value, str) else "*"

        return _MATRIX.sub(value_of, script)

    return list(dict.fromkeys(filled(values) for values in combinations))


# --- Other services -------------------------------------------------------------------------------


def _scripts(value: Any, depth: int = 4) -> Iterator[str]:
    """Yield the lines of a script that may be a text, or lists of lists of them."""
    for each in itertools.islice(as_list(value), MAX_STEPS):
        if isinstance(each, str):
            yield each
        elif isinstance(each, list) and depth:
            yield from _scripts(each, depth - 1)


_GITLAB_WORDS = one_of(
    "default include stages variables workflow image services cache before_script after_script pages spec"
)
_NO_CHANGE = re.compile(r"(?i)schedule|CI_COMMIT_TAG|\bweb\b|\bapi\b|trigger|\bpipeline\b")
_NO_REFS = one_of("api chat external pipelines schedules tags triggers web")


def _gitlab(reading: Reading, path: str) -> Iterator[Step | Gap]:
    document = as_dict(reading.parsed(path, load_yaml))
    for included in as_list(document.get("include")):
        local = included if isinstance(included, str) else str(as_dict(included).get("local", ""))
        inside = joined("", local.lstrip("/"))
        if inside in reading.sizes:
            document = {**as_dict(reading.parsed(inside, load_yaml)), **document}
        else:
            yield Step(
                workflow=path, job="include", uses="an included file that is not in this repository"
            )
    before = as_dict(document.get("default")).get("before_script", document.get("before_script"))
    for name in document:
        job = _gitlab_job(document, name, depth=5)
        if name in _GITLAB_WORDS or name.startswith(".") or not ("script" in job or "run" in job):
            continue
        step = Step(
            workflow=path,
            job=name,
            on_change=_gitlab_on_change(job),
            tolerated="allow_failure" if job.get("allow_failure") is True else "",
        )
        for script in _scripts([job.get("before_script", before), job.get("script")]):
            yield replace(step, script=script)


def _gitlab_job(document: Mapping[str, Any], name: str, depth: int) -> dict[str, Any]:
    job = as_dict(document.get(name))
    if not depth:
        return job
    merged: dict[str, Any] = {}
    for parent in as_list(job.get("extends")):
        merged |= _gitlab_job(document, str(parent), depth - 1)
    return merged | job


def _gitlab_on_change(job: Mapping[str, Any]) -> bool:
    if job.get("when") in ("manual", "never"):
        return False
    rules = [as_dict(rule) for rule in as_list(job.get("rules"))]
    if rules:
        return any(
            rule.get("when") not in ("manual", "never")
            and not ("==" in str(rule.get("if", "")) and _NO_CHANGE.search(str(rule["if"])))
            and str(rule.get("if", "")).strip() != "$CI_COMMIT_TAG"
            for rule in rules
        )
    only = job.get("only")
    refs = as_list(as_dict(only).get("refs")) if isinstance(only, dict) else as_list(only)
    return not refs or any(str(ref) not in _NO_REFS for ref in refs)


def _azure(reading: Reading, path: str) -> Iterator[Step | Gap]:
    document = as_dict(reading.parsed(path, load_yaml))
    on_change = not (document.get("trigger") == "none" and document.get("pr") == "none")
    yield from _azure_part(document, Step(workflow=path, job="", on_change=on_change), depth=6)


def _azure_part(said: Mapping[str, Any], base: Step, depth: int) -> Iterator[Step]:
    """Walk stages, jobs and steps, which nest in each other in several ways."""
    step = replace(
        base,
        job=str(said.get("job", said.get("deployment", base.job))),
        folder=joined("", str(said.get("workingDirectory", ""))) or base.folder,
        tolerated=base.tolerated
        or ("continueOnError" if said.get("continueOnError") is True else "")
        or ("condition: false" if str(said.get("condition", "")).lower() == "false" else ""),
    )
    for word in ("script", "bash", "pwsh", "powershell"):
        if isinstance(said.get(word), str):
            yield replace(step, script=said[word])
    for word in ("task", "template"):
        if isinstance(said.get(word), str):
            yield replace(step, uses=said[word].partition("@")[0])
    for word in ("stages", "jobs", "steps"):
        for part in as_list(said.get(word)) if depth else ():
            yield from _azure_part(as_dict(part), step, depth - 1)


def _bitbucket(reading: Reading, path: str) -> Iterator[Step | Gap]:
    pipelines = as_dict(as_dict(reading.parsed(path, load_yaml)).get("pipelines"))
    for kind, said in pipelines.items():
        if kind == "default":
            yield from _bitbucket_part(said, Step(workflow=path, job="default"), depth=5)
            continue
        for name, part in as_dict(said).items():
            on_change = kind == "pull-requests" or (
                kind == "branches" and fnmatchcase(reading.branch, name.replace("**", "*"))
            )
            step = Step(workflow=path, job=f"{kind} {name}", on_change=on_change)
            yield from _bitbucket_part(part, step, depth=5)


def _bitbucket_part(said: Any, base: Step, depth: int) -> Iterator[Step]:
    for part in as_list(said) if depth else ():
        known = as_dict(part)
        manual = known.get("trigger") == "manual"
        step = replace(base, on_change=base.on_change and not manual)
        for script in _scripts(known.get("script")):
            yield replace(step, script=script)
        for word in ("step", "parallel", "stage", "steps"):
            yield from _bitbucket_part(known.get(word), step, depth - 1)


def _circleci(reading: Reading, path: str) -> Iterator[Step | Gap]:
    document = as_dict(reading.parsed(path, load_yaml))
    own = as_dict(document.get("commands"))
    started = set(_circleci_started(document, reading.branch))
    for name, said in as_dict(document.get("jobs")).items():
        step = Step(workflow=path, job=name, on_change=name in started or name == "build")
        yield from _circleci_steps(as_dict(said).get("steps"), own, step, depth=2)


def _circleci_started(document: Mapping[str, Any], branch: str) -> Iterator[str]:
    """Yield the jobs that a change to the branch starts."""
    for said in as_dict(document.get("workflows")).values():
        workflow = as_dict(said)
        if workflow.get("triggers"):
            continue
        for job in as_list(workflow.get("jobs")):
            names = as_dict(job) or {str(job): {}}
            for name, settings in names.items():
                filters = as_dict(as_dict(as_dict(settings).get("filters")).get("branches"))
                only, ignored = as_list(filters.get("only")), as_list(filters.get("ignore"))
                if (not only or _circleci_names(branch, only)) and not _circleci_names(
                    branch, ignored
                ):
                    yield name


def _circleci_names(branch: str, patterns: Iterable[Any]) -> bool:
    return any(pattern == branch or str(pattern) in ("/.*/", f"/{branch}/") for pattern in patterns)


def _circleci_steps(said: Any, own: Mapping[str, Any], base: Step, depth: int) -> Iterator[Step]:
    for part in as_list(said):
        if isinstance(part, str):
            known: dict[str, Any] = {part: {}}
        else:
            known = as_dict(part)
        for name, value in known.items():
            if name == "run":
                run = as_dict(value) or {"command": value}
                folder = joined("", str(run.get("working_directory", "")))
                yield replace(base, script=str(run.get("command", "")), folder=folder)
            elif name in ("when", "unless") and depth:
                yield from _circleci_steps(as_dict(value).get("steps"), own, base, depth - 1)
            elif name in own and depth:
                inner = replace(base, via=(*base.via, f"command {name}"))
                yield from _circleci_steps(as_dict(own[name]).get("steps"), own, inner, depth - 1)
            else:
                yield replace(base, uses=name)


def _buildkite(reading: Reading, path: str) -> Iterator[Step | Gap]:
    document = reading.parsed(path, load_yaml)
    steps = document if isinstance(document, list) else as_dict(document).get("steps")
    for number, said in enumerate(as_list(steps)):
        step = as_dict(said)
        for part in [step, *map(as_dict, as_list(step.get("steps")))]:
            base = Step(
                workflow=path,
                job=str(part.get("key", part.get("label", number))),
                on_change=None,  # a pipeline's triggers are set at Buildkite
                tolerated="soft_fail" if part.get("soft_fail") is True else "",
            )
            for script in _scripts([part.get("command"), part.get("commands")]):
                yield replace(base, script=script)


_JENKINS_SHELL = re.compile(
    r"""\b(?:sh|bat|powershell)\b\s*\(?\s*(?:\[?\s*script\s*:\s*)?("{3}|'{3}|"|')(.*?)(?<!\\)\1""", re.DOTALL
)  # fmt: skip


def _jenkins(reading: Reading, path: str) -> Iterator[Step | Gap]:
    text = re.sub(r"(?m)^\s*//.*$", "", reading.text(path))
    for found in _JENKINS_SHELL.finditer(text):
        status = text[found.end() : found.end() + 40]
        tolerated = "returnStatus" if re.match(r"\s*,\s*returnStatus\s*:\s*true", status) else ""
        # What starts a Jenkins job is set at Jenkins.
        yield Step(workflow=path, job="", script=found[2], on_change=None, tolerated=tolerated)


def _codebuild(reading: Reading, path: str) -> Iterator[Step | Gap]:
    document = as_dict(reading.parsed(path, load_yaml))
    for form in report_forms(document):
        yield Step(workflow=path, job="reports", uses=report_of(form), on_change=None)
    phases = as_dict(document.get("phases"))
    for name, said in phases.items():
        phase = as_dict(said)
        step = Step(
            workflow=path,
            job=name,
            on_change=None,  # which project builds it, and on what, is said in the account
            tolerated="on-failure: CONTINUE" if str(phase.get("on-failure", "")).upper() == "CONTINUE" else "",
        )  # fmt: skip
        for script in _scripts([phase.get("commands"), phase.get("finally")]):
            yield replace(step, script=script)


def report_forms(document: Mapping[str, Any]) -> list[str]:
    """Return the formats of the reports that a buildspec declares."""
    said = [as_dict(each) for each in as_dict(document.get("reports")).values()]
    return [str(each.get("file-format", "JUNITXML")) for each in said]


_PARSERS = {
    "github": _github,
    "gitlab": _gitlab,
    "azure": _azure,
    "bitbucket": _bitbucket,
    "circleci": _circleci,
    "buildkite": _buildkite,
    "jenkins": _jenkins,
    "codebuild": _codebuild,
}
