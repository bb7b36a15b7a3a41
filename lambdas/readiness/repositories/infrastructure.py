"""What do the files of a repository say of where its software runs and how it gets there?

Of each kind, a few files are read, those nearest to the root first; that there are more is a gap.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from readiness.evidence import Gap, Reason
from readiness.evidence.environments import WORDS, words_of
from readiness.evidence.heap import heap_bounds, runtime_of
from readiness.evidence.infrastructure import (
    AwsLogin,
    CanaryDefinition,
    ChartResources,
    CiJob,
    DeployScript,
    EnvironmentSettings,
    FlagLibrary,
    IacRoot,
    IacTest,
    ImageDefinition,
    KubernetesObject,
    MonitoringDefinition,
    PodContainer,
    ServerlessDefinition,
)
from readiness.evidence.signals import (
    CANARY_PATHS,
    CANARY_TEXTS,
    CHART_TEMPLATES,
    CI_FILES,
    CLOUDFORMATION,
    ENVIRONMENT_FILES,
    FLAG_IMPORT,
    FLAG_PACKAGES,
    GITHUB_WORKFLOWS,
    IAC_FILES,
    IAC_TEST_PATHS,
    IAC_TEST_TEXTS,
    KUBERNETES,
    MANIFEST_PATHS,
    MONITORING_NAMES,
    MONITORING_PATHS,
    MONITORING_TEXTS,
    SERVERLESS_FILES,
    SERVERLESS_TEXTS,
    TEMPLATE_PATHS,
    TERRAFORM,
    deploys,
    is_foreign,
    is_sample,
    matches,
)
from readiness.probes.refusals import UnseenError
from readiness.repositories.ci import MAX_DEPTH, WITHIN
from readiness.repositories.commands import commands_of, joined
from readiness.repositories.formats import (
    FormatError,
    as_dict,
    as_list,
    load_json,
    load_toml,
    load_yaml,
)
from readiness.repositories.reading import Reading, each_file

#: Files of one kind that are read; of source files, which count for no limit of their own, more.
MAX_OF_KIND = 12
MAX_SOURCES = 60


def chosen(reading: Reading, wanted: Callable[[str], Any]) -> list[str]:
    """Return the files written here that are wanted, those nearest to the root first."""
    found = (path for path in reading.sizes if not is_foreign(path) and wanted(path))
    return sorted(found, key=lambda path: (path.count("/"), path))


def each_of(
    paths: list[str], what: str, look: Callable[[str], Iterable[Any]], most: int = MAX_OF_KIND
) -> Iterator[Any]:
    """Look at the first of these files, and yield a gap where there are more."""
    yield from each_file(paths[:most], look)
    if len(paths) > most:
        yield Gap(reason=Reason.TRUNCATED, detail=f"only {most} of {len(paths)} {what} were read")


# --- Roots of infrastructure code -----------------------------------------------------------------

_AWS_RESOURCE = re.compile(r"\b(AWS::\w+::|aws_\w+\"|provider\s+\"aws\"|pulumi_aws|@pulumi/aws)")
_TERRAFORM_AWS = re.compile(
    r'resource\s+"aws_|provider\s+"aws"|hashicorp/aws|terraform-aws-modules'
)
_TEMPLATE = re.compile(
    r"AWSTemplateFormatVersion['\"]?\s*:\s*['\"]?\d|\bType['\"]?\s*:\s*['\"]?AWS::\w+::"
)
_SAM = re.compile(r"AWS::Serverless")
_NAMED = {name: family for family, names in IAC_FILES.items() for name in names}


def iac_roots(reading: Reading) -> Iterator[IacRoot | Gap]:
    """Yield every root: by the name of its file, or by what is written in it."""
    found = partial(IacRoot, repository=reading.repository)
    for path in chosen(reading, lambda path: _by_name(path) and not is_sample(path)):
        family = _by_name(path)
        if family == "Pulumi":
            yield from each_file([path], partial(_pulumi, reading))
        else:
            yield found(path=path, family=family, aws=family not in ("Helm", KUBERNETES))
    yield from _terraform(reading)
    templates = chosen(
        reading,
        lambda path: TEMPLATE_PATHS.search(path) and not (is_output(path) or _ASIDE.search(path)),
    )
    yield from each_of(templates, "files that may be templates", partial(_template, reading))


#: Folders whose infrastructure code is looked at by people and tests alone; `templates` is none here.
_ASIDE = re.compile(
    r"(?i)(^|/)(tests?|testdata|fixtures|__fixtures__|examples?|samples?|docs?|modules)/"
)


def is_output(path: str) -> bool:
    """Whether a file is what `cdk synth` wrote: the output of a root, and no root."""
    return "cdk.out/" in f"/{path}"


def _by_name(path: str) -> str:
    name = path.rpartition("/")[2]
    family = _NAMED.get(name, "")
    if family == "Chalice" and not path.endswith(".chalice/config.json"):
        family = ""
    if path.endswith("amplify/backend.ts"):
        return "Amplify"
    if re.search(r"(^|/)copilot/.*manifest\.ya?ml$", path):
        return "Copilot"
    return "" if is_output(path) else family


def _pulumi(reading: Reading, path: str) -> Iterator[IacRoot]:
    folder = path.rpartition("/")[0]
    beside = ("requirements.txt", "package.json", "pyproject.toml", "go.mod")
    texts = [
        reading.text(each)
        for name in beside
        if (each := f"{folder}/{name}".lstrip("/")) in reading.sizes
    ]
    aws = any(
        "pulumi-aws" in each or "pulumi/aws" in each or "pulumi_aws" in each for each in texts
    )
    yield IacRoot(repository=reading.repository, path=path, family="Pulumi", aws=aws)


def _terraform(reading: Reading) -> Iterator[IacRoot | Gap]:
    """Yield a root for each folder of Terraform files; which one of them names AWS is looked for."""
    folders: dict[str, list[str]] = {}
    for path in chosen(reading, lambda path: path.endswith((".tf", ".tofu"))):
        if not _ASIDE.search(path):
            folders.setdefault(path.rpartition("/")[0], []).append(path)

    def look(folder: str) -> Iterator[IacRoot]:
        # What says so stands in most files; those with a provider say it for sure.
        paths = sorted(folders[folder], key=lambda path: ("provider" not in path, path))
        aws = any(_TERRAFORM_AWS.search(reading.text(path)) for path in islice(paths, 3))
        yield IacRoot(
            repository=reading.repository, path=folders[folder][0], family=TERRAFORM, aws=aws
        )

    yield from each_of(list(folders), "folders of Terraform files", look)


def _template(reading: Reading, path: str) -> Iterator[IacRoot]:
    text = reading.text(path)
    # Descriptions of APIs speak of templates; a template in JSON has its resources by name.
    if path.endswith(".json") and not re.search(r'"Resources"\s*:\s*\{', text):
        return
    if _TEMPLATE.search(text):
        family = "SAM" if _SAM.search(text) else CLOUDFORMATION
        yield IacRoot(repository=reading.repository, path=path, family=family, aws=True)


# --- Kubernetes -----------------------------------------------------------------------------------

_TEMPLATED = re.compile(r"\{\{.*?\}\}|\$\{.*?\}")


def kubernetes_objects(reading: Reading) -> Iterator[KubernetesObject | Gap]:
    """Yield the objects of manifests that are written out."""
    paths = chosen(
        reading,
        lambda path: (
            MANIFEST_PATHS.search(path)
            and not (CHART_TEMPLATES.search(path) or _ASIDE.search(path))
        ),
    )
    yield from each_of(paths, "files that may be Kubernetes manifests", partial(_objects, reading))


def _objects(reading: Reading, path: str) -> Iterator[KubernetesObject]:
    text = reading.text(path)
    if "apiVersion" not in text:
        return
    for number, part in enumerate(re.split(r"(?m)^---.*$", text)):
        if "kind" not in part:
            continue
        try:
            document = as_dict(_quoted(part))
        except FormatError as error:
            raise UnseenError(reading.gap(path, Reason.UNDECIDED, str(error))) from error
        if isinstance(document.get("kind"), str) and isinstance(document.get("apiVersion"), str):
            yield _object(reading, path, number, document, bool(_TEMPLATED.search(part)))


def _quoted(part: str) -> Any:
    """Return a document whose templated values are read as text: `replicas: {{ n }}` is no YAML."""
    return load_yaml(re.sub(r"(?m):\s*(\{\{.*\}\})\s*$", r': "\1"', part.replace('"', "'")))


def _object(
    reading: Reading, path: str, number: int, document: Mapping[str, Any], templated: bool
) -> KubernetesObject:
    spec = as_dict(document.get("spec"))
    strategy = as_dict(spec.get("strategy"))
    rolling = as_dict(strategy.get("rollingUpdate"))
    way = str(strategy.get("type", "")) or next(
        (name for name in ("canary", "blueGreen") if name in strategy), ""
    )
    return KubernetesObject(
        repository=reading.repository,
        path=path,
        number=number,
        api=document["apiVersion"],
        kind=document["kind"],
        name=str(as_dict(document.get("metadata")).get("name", "")),
        strategy=way,
        replicas=_number(spec.get("replicas")),
        unavailable=str(rolling.get("maxUnavailable", "")),
        target=str(as_dict(spec.get("scaleTargetRef")).get("name", "")),
        minimum=_number(spec.get("minReplicas", spec.get("minReplicaCount"))),
        templated=templated and any(map(_is_templated, (spec.get("replicas"), way))),
        containers=tuple(_containers(spec)),
    )


def _containers(spec: Mapping[str, Any]) -> Iterator[PodContainer]:
    """Yield the containers of a workload's pods; a CronJob has them one level deeper."""
    job = as_dict(as_dict(spec.get("jobTemplate")).get("spec"))
    pod = as_dict(as_dict((job or spec).get("template")).get("spec"))
    for said in as_list(pod.get("containers")):
        container = as_dict(said)
        resources = container.get("resources")
        yield PodContainer(
            name=str(container.get("name", "")),
            image="image" in container,
            templated=_is_templated(resources) or _has_template(as_dict(resources)),
            **_resources(as_dict(resources)),
        )


def _has_template(resources: Mapping[str, Any]) -> bool:
    return any(map(_is_templated, (resources.get("requests"), resources.get("limits"))))


def _resources(said: Mapping[str, Any]) -> dict[str, bool]:
    requests, limits = as_dict(said.get("requests")), as_dict(said.get("limits"))
    return {
        # What has a limit and no request asks for its limit.
        "cpu_request": bool(requests.get("cpu") or limits.get("cpu")),
        "memory_request": bool(requests.get("memory") or limits.get("memory")),
        "memory_limit": bool(limits.get("memory")),
    }


def chart_resources(reading: Reading) -> Iterator[ChartResources | Gap]:
    """Yield what the values of charts say of resources."""
    charts = {path.rpartition("/")[0] for path in reading.named(("Chart.yaml",))}

    def values(path: str) -> bool:
        folder, _, name = path.rpartition("/")
        return folder in charts and bool(re.fullmatch(r"values[\w.-]*\.ya?ml", name))

    named: dict[str, list[str]] = {}
    for path in chosen(reading, lambda path: values(path) and not is_sample(path)):
        named.setdefault(path.rpartition("/")[0], []).append(path)

    def look(folder: str) -> Iterator[ChartResources]:
        paths = named[folder]
        own = next((each for each in paths if re.search(r"(^|/)values\.ya?ml$", each)), "")
        if not own:
            return
        others = {
            each: dict(_resource_maps(as_dict(reading.parsed(each, load_yaml)), ""))
            for each in paths
            if each != own
        }
        for key, said in _resource_maps(as_dict(reading.parsed(own, load_yaml)), ""):
            lacks = _lacks(said)
            yield ChartResources(
                repository=reading.repository,
                path=own,
                key=key,
                lacks=lacks,
                elsewhere=next(
                    (
                        each
                        for each, maps in others.items()
                        if lacks and key in maps and not _lacks(maps[key])
                    ),
                    "",
                ),
            )

    yield from each_of(list(named), "charts", look)


def _resource_maps(said: Mapping[str, Any], under: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, value in said.items():
        key = f"{under}.{name}".lstrip(".")
        if name == "resources" and (value is None or isinstance(value, dict)):
            yield key, as_dict(value)
        elif isinstance(value, dict) and key.count(".") < 4:
            yield from _resource_maps(as_dict(value), key)


def _lacks(said: Mapping[str, Any]) -> str:
    return PodContainer(name="", image=True, **_resources(said)).lacks


# --- Container images -----------------------------------------------------------------------------

_IMAGE_FILES = re.compile(
    r"(^|/)(Dockerfile(\.[\w-]+)?|[\w-]+\.Dockerfile|Containerfile(\.[\w-]+)?|project\.toml)$"
)
#: Images for developing, testing and documenting, which nobody deploys.
_ASIDE_IMAGES = re.compile(
    r"(?i)(^|/)(\.devcontainer|\.github|\.gitlab|\.ci|\.circleci|tools?|hack)/|[.-](dev|test|ci|docs?|local|lint)$"
)
_FROM = re.compile(r"(?mi)^\s*FROM\s+(?:--platform=\S+\s+)?(\S+)")
_SAYS = re.compile(r"(?mi)^\s*(ENV|CMD|ENTRYPOINT|RUN)\b.*(?:\\\n.*)*")


def image_definitions(reading: Reading) -> Iterator[ImageDefinition | Gap]:
    """Yield the files that say how an image is made."""
    paths = chosen(
        reading,
        lambda path: (
            _IMAGE_FILES.search(path) and not (is_sample(path) or _ASIDE_IMAGES.search(path))
        ),
    )

    def look(path: str) -> Iterator[ImageDefinition]:
        text = reading.text(path)
        if path.endswith("project.toml") and "buildpacks" not in text:
            return  # of another tool
        froms = _FROM.findall(text)
        said = "\n".join(match[0] for match in _SAYS.finditer(text) if match[1].upper() != "RUN")
        yield ImageDefinition(
            repository=reading.repository,
            path=path,
            runtime=runtime_of(froms[-1]) if froms else "",
            heap=heap_bounds(re.sub(r'["\',\[\]]+', " ", said)),
        )

    yield from each_of(paths, "files that define images", look)


def _is_templated(value: Any) -> bool:
    return isinstance(value, str) and bool(_TEMPLATED.search(value))


def _number(value: Any) -> int | None:
    return int(value) if isinstance(value, (str, int)) and str(value).isdecimal() else None


# --- Canary deployments ---------------------------------------------------------------------------


def canaries(reading: Reading) -> Iterator[CanaryDefinition | Gap]:
    """Yield the files that shift traffic step by step."""
    programmed = any(path.endswith(("cdk.json", ".tf", ".tofu")) for path in reading.sizes)

    def may(path: str) -> bool:
        if is_output(path) or is_sample(path):
            return False
        named = path.rpartition("/")[2] in IAC_FILES["Serverless Framework"]
        return named or bool(
            TEMPLATE_PATHS.search(path) or (programmed and CANARY_PATHS.search(path))
        )

    def look(path: str) -> Iterator[CanaryDefinition]:
        text = reading.sample(path)
        for tool, said in CANARY_TEXTS:
            if said.search(text):
                yield CanaryDefinition(repository=reading.repository, path=path, tool=tool)
                return

    yield from each_of(chosen(reading, may), "files that may define a canary", look, MAX_SOURCES)


# --- Functions ------------------------------------------------------------------------------------


def serverless_definitions(reading: Reading) -> Iterator[ServerlessDefinition | Gap]:
    """Yield the files that declare functions: by their name, or by what is written in them."""
    found = partial(ServerlessDefinition, repository=reading.repository)
    own = chosen(reading, lambda path: not (is_output(path) or is_sample(path)))
    for path in own:
        name = path.rpartition("/")[2]
        tool = next((tool for tool, names in SERVERLESS_FILES.items() if matches(name, names)), "")
        tool = "Chalice" if path.endswith(".chalice/config.json") else tool
        if tool:
            yield found(path=path, tool=tool)
    programmed = any(path.endswith("cdk.json") for path in reading.sizes)

    def may(path: str) -> bool:
        return bool(
            TEMPLATE_PATHS.search(path)
            or path.endswith((".tf", ".tofu"))
            or (programmed and CANARY_PATHS.search(path))
        )

    def look(path: str) -> Iterator[ServerlessDefinition]:
        text = reading.sample(path)
        for tool, said in SERVERLESS_TEXTS:
            if said.search(text):
                yield found(path=path, tool=tool)
                return

    yield from each_of(
        list(filter(may, own)), "files that may declare functions", look, MAX_SOURCES
    )


# --- Monitoring -----------------------------------------------------------------------------------


#: What is shown, or tested with; templates and modules are where alarms are defined.
_SHOWN = re.compile(r"(?i)(^|/)(tests?|testdata|fixtures|__fixtures__|examples?|samples?|docs?)/")


def monitoring(reading: Reading) -> Iterator[MonitoringDefinition | Gap]:
    """Yield the files that define what is watched."""
    programmed = any(path.endswith(("cdk.json", ".tf", ".tofu")) for path in reading.sizes)

    def may(path: str) -> bool:
        if is_output(path) or _SHOWN.search(path):
            return False
        defined = (MONITORING_NAMES, MONITORING_PATHS, TEMPLATE_PATHS, MANIFEST_PATHS)
        return any(each.search(path) for each in defined) or bool(
            programmed and CANARY_PATHS.search(path)
        )

    def look(path: str) -> Iterator[MonitoringDefinition]:
        text = reading.sample(path)
        for tool, said in MONITORING_TEXTS:
            if said.search(text):
                yield MonitoringDefinition(repository=reading.repository, path=path, tool=tool)
                return

    paths = chosen(reading, may)
    # Those that are named for it come first: of many files not all are read.
    paths.sort(key=lambda path: not MONITORING_NAMES.search(path))
    yield from each_of(paths, "files that may define monitoring", look, MAX_SOURCES)


# --- Settings by environment ----------------------------------------------------------------------


def environment_settings(reading: Reading) -> Iterator[EnvironmentSettings | Gap]:
    """Yield the files, and the sections of files, that hold the settings of one environment."""
    seen: set[tuple[str, str]] = set()
    for path in chosen(reading, lambda _: True):
        for family, pattern in ENVIRONMENT_FILES:
            found = pattern.search(path)
            if found and WORDS.intersection(words_of(found["env"])):
                if (family, found["env"]) not in seen:
                    seen.add((family, found["env"]))
                    yield _settings(reading, path, family, found["env"])
                break
    for names, look in _SECTIONED.items():
        paths = [path for path in reading.named(names) if not is_foreign(path)]
        yield from each_file(paths[:3], partial(look, reading))


def _settings(reading: Reading, path: str, family: str, environment: str) -> EnvironmentSettings:
    return EnvironmentSettings(
        repository=reading.repository, path=path, family=family, environment=environment
    )


def _sam_config(reading: Reading, path: str) -> Iterator[EnvironmentSettings]:
    for name, value in reading.parsed(path, load_toml).items():
        if isinstance(value, dict):
            yield _settings(reading, path, "SAM configurations", name)


def _cdk_context(reading: Reading, path: str) -> Iterator[EnvironmentSettings]:
    context = as_dict(as_dict(reading.parsed(path, load_json)).get("context"))
    names = [*context, *as_dict(context.get("environments")), *as_dict(context.get("env"))]
    sections = {**as_dict(context.get("env")), **as_dict(context.get("environments")), **context}
    for name in names:
        if WORDS.intersection(words_of(name)) and "@aws-cdk" not in name:
            found = _settings(reading, path, "CDK context", name)
            account = str(as_dict(sections.get(name)).get("account", ""))
            yield replace(found, account=account if re.fullmatch(r"\d{12}", account) else "")


_STAGE = re.compile(r"\$\{(opt:stage|sls:stage|self:provider\.stage)[^}]*\}")


def _serverless(reading: Reading, path: str) -> Iterator[EnvironmentSettings]:
    if not _STAGE.search(reading.text(path)):
        return
    document = as_dict(reading.parsed(path, load_yaml))
    stages = as_dict(document.get("stages")) or as_dict(as_dict(document.get("params")))
    for section in [stages, *map(as_dict, as_dict(document.get("custom")).values())]:
        for name in section:
            if WORDS.intersection(words_of(name)):
                yield _settings(reading, path, "Serverless Framework stages", name)


def _copilot(reading: Reading, path: str) -> Iterator[EnvironmentSettings]:
    if "copilot/" in path:
        for name in as_dict(as_dict(reading.parsed(path, load_yaml)).get("environments")):
            yield _settings(reading, path, "Copilot environments", name)


_SECTIONED: Mapping[tuple[str, ...], Callable[[Reading, str], Iterator[EnvironmentSettings]]] = {
    ("samconfig.toml",): _sam_config,
    ("cdk.json",): _cdk_context,
    ("serverless.yml", "serverless.yaml"): _serverless,
    ("manifest.yml", "manifest.yaml"): _copilot,
}


# --- Feature flags --------------------------------------------------------------------------------

_REQUIREMENT = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)")
_GO_REQUIRE = re.compile(r"(?m)^\s*(?:require\s+)?([\w.-]+\.[\w.-]+/\S+)\s+v")
_MAVEN = re.compile(
    r"(?s)<dependency>\s*<groupId>([^<]+)</groupId>\s*<artifactId>([^<]+)</artifactId>(.*?)</dependency>"
)
_GRADLE = re.compile(r"""(?m)^\s*(\w+)\s*\(?\s*['"]([\w.-]+):([\w.-]+)""")
_NUGET = re.compile(r'<PackageReference[^>]*Include="([^"]+)"')
_GEM = re.compile(r"""(?m)^\s*gem\s+['"]([\w-]+)""")


def flag_libraries(reading: Reading) -> Iterator[FlagLibrary | Gap]:
    """Yield the libraries for feature flags that manifests and source files name."""
    paths = chosen(reading, lambda path: _dependencies_of(path) is not None and not is_sample(path))

    def look(path: str) -> Iterator[FlagLibrary]:
        named = _dependencies_of(path)
        assert named is not None  # of such files alone
        for name, runtime in named(reading, path):
            if FLAG_PACKAGES.match(name):
                yield FlagLibrary(
                    repository=reading.repository, path=path, name=name, runtime=runtime
                )

    yield from each_of(paths, "manifests", look)
    sources = chosen(reading, lambda path: path.endswith(".py") and "flag" in path.lower())

    def imports(path: str) -> Iterator[FlagLibrary]:
        if FLAG_IMPORT.search(reading.text(path)):
            name = "aws_lambda_powertools.utilities.feature_flags"
            yield FlagLibrary(repository=reading.repository, path=path, name=name, runtime=True)

    yield from each_file(sources[:3], imports)


def _dependencies_of(
    path: str,
) -> Callable[[Reading, str], Iterator[tuple[str, bool]]] | None:
    """Return how a manifest's dependencies are read; None of a file that is no manifest."""
    name = path.rpartition("/")[2]
    if re.fullmatch(r"requirements[\w.-]*\.(txt|in)", name):
        return _requirements
    if name.endswith(".csproj"):
        return _csproj
    return _MANIFESTS.get(name)


def _requirements(reading: Reading, path: str) -> Iterator[tuple[str, bool]]:
    runtime = not re.search(r"(?i)dev|test|lint|doc", path.rpartition("/")[2])
    for line in reading.text(path).split("\n"):
        found = _REQUIREMENT.match(line)
        if found:
            yield found[1], runtime


def _package_json(reading: Reading, path: str) -> Iterator[tuple[str, bool]]:
    document = as_dict(reading.parsed(path, load_json))
    for section, runtime in (("dependencies", True), ("devDependencies", False)):
        for name in as_dict(document.get(section)):
            yield name, runtime


def _pyproject(reading: Reading, path: str) -> Iterator[tuple[str, bool]]:
    document = reading.parsed(path, load_toml)
    project = as_dict(document.get("project"))
    poetry = as_dict(as_dict(document.get("tool")).get("poetry"))
    for line in as_list(project.get("dependencies")):
        found = _REQUIREMENT.match(str(line))
        if found:
            yield found[1], True
    for name in as_dict(poetry.get("dependencies")):
        yield name, True


def _go_mod(reading: Reading, path: str) -> Iterator[tuple[str, bool]]:
    for line in reading.text(path).split("\n"):
        found = _GO_REQUIRE.match(line)
        if found and "// indirect" not in line:
            yield found[1], True


def _pom(reading: Reading, path: str) -> Iterator[tuple[str, bool]]:
    for found in _MAVEN.finditer(reading.text(path)):
        yield f"{found[1].strip()}:{found[2].strip()}", "<scope>test" not in found[3]


def _gradle(reading: Reading, path: str) -> Iterator[tuple[str, bool]]:
    for found in _GRADLE.finditer(reading.text(path)):
        yield f"{found[2]}:{found[3]}", not found[1].startswith("test")


def _csproj(reading: Reading, path: str) -> Iterator[tuple[str, bool]]:
    for found in _NUGET.finditer(reading.text(path)):
        yield found[1], True


def _gemfile(reading: Reading, path: str) -> Iterator[tuple[str, bool]]:
    for found in _GEM.finditer(reading.text(path)):
        yield found[1], True


_MANIFESTS: Mapping[str, Callable[[Reading, str], Iterator[tuple[str, bool]]]] = {
    "package.json": _package_json,
    "pyproject.toml": _pyproject,
    "go.mod": _go_mod,
    "pom.xml": _pom,
    "build.gradle": _gradle,
    "build.gradle.kts": _gradle,
    "Gemfile": _gemfile,
}


# --- Tests of infrastructure code -----------------------------------------------------------------

_NAG = re.compile(r"\bcdk[-_]nag\b")


def iac_tests(reading: Reading) -> Iterator[IacTest | Gap]:
    """Yield what tests infrastructure code; a repository without any is not searched."""
    found = partial(IacTest, repository=reading.repository)
    for path in chosen(reading, lambda path: path.endswith((".tftest.hcl", ".tofutest.hcl"))):
        yield found(path=path, tool="Terraform test")
    if not any(
        path.endswith(("cdk.json", "Pulumi.yaml", ".tf", ".tofu")) for path in reading.sizes
    ):
        return

    def manifests(path: str) -> Iterator[IacTest]:
        text = reading.text(path)
        if _NAG.search(text):
            yield found(path=path, tool="cdk-nag")
        if "gruntwork-io/terratest" in text:
            yield found(path=path, tool="Terratest")

    named = re.compile(
        r"(^|/)(requirements[\w.-]*\.txt|package\.json|pyproject\.toml|go\.mod|pom\.xml)$"
    )
    yield from each_of(chosen(reading, named.search), "manifests", manifests)

    def sources(path: str) -> Iterator[IacTest]:
        text = reading.sample(path)
        for tool, said in IAC_TEST_TEXTS:
            if said.search(text):
                yield found(path=path, tool=tool)

    paths = chosen(reading, IAC_TEST_PATHS.search)
    # Those in a folder of infrastructure code, or named for it, come first.
    paths.sort(key=lambda path: not re.search(r"(?i)infra|cdk|stack|iac|construct|snapshot", path))
    yield from each_of(paths, "test files", sources, MAX_SOURCES)


# --- Jobs -----------------------------------------------------------------------------------------

_TAKES = re.compile(r"needs\.[\w-]+\.outputs\.|github\.sha|GITHUB_SHA")


#: Conditions that let a job run after a failure, and that a workflow before it succeeded.
_ALWAYS = re.compile(r"\b(always|failure)\(\)|!\s*cancelled\(\)")
_ON_SUCCESS = re.compile(r"workflow_run\.conclusion\s*==\s*\\?['\"]success")


def ci_jobs(reading: Reading) -> Iterator[CiJob | Gap]:
    """Yield the jobs of GitHub workflows."""
    yield from each_file(reading.matching(GITHUB_WORKFLOWS), partial(_jobs, reading))


def _jobs(reading: Reading, path: str) -> Iterator[CiJob]:
    document = as_dict(reading.parsed(path, load_yaml))
    on = document.get("on")
    push = as_dict(on.get("push")) if isinstance(on, dict) else {}
    followed = as_dict(on.get("workflow_run")) if isinstance(on, dict) else {}
    begun = CiJob(
        repository=reading.repository,
        workflow=path,
        name="",
        environment="",
        reads_settings=False,
        needs=(),
        takes=False,
        branches=tuple(map(str, as_list(push.get("branches")))),
        title=str(document.get("name") or path.rpartition("/")[2].rpartition(".")[0]),
        follows=tuple(map(str, as_list(followed.get("workflows")))),
    )
    yield from _jobs_within(reading, document, begun, MAX_DEPTH)


def _jobs_within(
    reading: Reading, document: Mapping[str, Any], caller: CiJob, depth: int
) -> Iterator[CiJob]:
    """Yield the jobs of a workflow, and those of the workflows of the repository that they call.

    Whoever needs a job that calls others needs these, too.
    """
    within = f"{caller.name}{WITHIN}" if caller.name else ""
    for name, said in as_dict(document.get("jobs")).items():
        job = as_dict(said)
        environment = job.get("environment")
        if isinstance(environment, dict):
            environment = environment.get("name")
        text = str(job)
        needs = [f"{within}{each}" for each in as_list(job.get("needs"))]
        found = replace(
            caller,
            name=f"{within}{name}",
            environment="*" if "${{" in str(environment or "") else str(environment or ""),
            reads_settings=bool(re.search(r"\b(vars|secrets)\.", text)),
            needs=(*caller.needs, *needs),
            takes=caller.takes or _takes(job),
            always=caller.always or bool(_ALWAYS.search(str(job.get("if", "")))),
            on_success=caller.on_success or bool(_ON_SUCCESS.search(text)),
        )
        uses = joined("", str(job.get("uses", "")).partition("@")[0])
        called: list[CiJob] = []
        if str(job.get("uses", "")).startswith("./") and uses in reading.sizes and depth:
            inner = as_dict(reading.parsed(uses, load_yaml))
            called = list(_jobs_within(reading, inner, found, depth - 1))
        yield replace(found, needs=(*found.needs, *(each.name for each in called)))
        yield from called


def _takes(job: Mapping[str, Any]) -> bool:
    """Whether a job takes what others made; what it checks out, and when it runs, is none of that."""
    steps = [as_dict(each) for each in as_list(job.get("steps"))]
    if any(str(step.get("uses", "")).startswith("actions/download-artifact") for step in steps):
        return True
    rest = {name: said for name, said in job.items() if name not in ("if", "steps")}
    taking = [
        {name: said for name, said in step.items() if name != "if"}
        for step in steps
        if not str(step.get("uses", "")).startswith("actions/checkout")
    ]
    return bool(_TAKES.search(f"{rest} {taking}"))


# --- Signing in to AWS ----------------------------------------------------------------------------

_LOGIN = "aws-actions/configure-aws-credentials"
_SECRET = re.compile(r"\$\{\{.*\bsecrets\b")
_KEY_NAMES = re.compile(r"(?i)AWS[_-]SECRET[_-]ACCESS[_-]KEY")
#: A command that hands a secret of GitHub on as the key: to the shell, a file or the command line.
_HANDED_ON = re.compile(r"(?i)\baws_secret_access_key['\"]?[=\s].*\bsecrets\b")
#: A variable of another CI service that is handed on as the key.
_GIVEN = re.compile(r"(?m)AWS_SECRET_ACCESS_KEY['\"]?\s*[:=]\s*['\"]?\$\{?\(?\w+")
#: A variable of a buildspec: in clear text, or from where secrets are kept for long.
_KEPT = re.compile(r"(?m)^\s*['\"]?AWS_SECRET_ACCESS_KEY['\"]?\s*:\s*\S")
_NAMED_BY = re.compile(r"\$\{\{\s*((?:vars|secrets|env|inputs|matrix)\.[\w.-]+)")


def aws_logins(reading: Reading) -> Iterator[AwsLogin | Gap]:
    """Yield how the jobs of CI sign in to AWS."""
    yield from each_file(reading.matching(GITHUB_WORKFLOWS), partial(_logins, reading))
    for names in (names for service, names in CI_FILES.items() if service != "github"):
        yield from each_file(reading.matching(names), partial(_other_logins, reading))


def _logins(reading: Reading, path: str) -> Iterator[AwsLogin]:
    document = as_dict(reading.parsed(path, load_yaml))
    everywhere = _may_ask(document.get("permissions"))
    kept = _has_keys(document.get("env"))
    for name, said in as_dict(document.get("jobs")).items():
        job = as_dict(said)
        environment = job.get("environment")
        if isinstance(environment, dict):
            environment = environment.get("name")
        token = _may_ask(job["permissions"]) if "permissions" in job else everywhere
        own = partial(
            AwsLogin,
            repository=reading.repository,
            workflow=path,
            job=name,
            environment="*" if "${{" in str(environment or "") else str(environment or ""),
            token=token,
        )
        # What a job calls elsewhere may be given keys as well.
        keys = kept or any(_has_keys(job.get(given)) for given in ("env", "secrets", "with"))
        for each in as_list(job.get("steps")):
            step = as_dict(each)
            settings = as_dict(step.get("with"))
            # A role that is assumed with access keys is as safe as these.
            keys = keys or _has_keys(step.get("env")) or _has_keys(settings)
            keys = keys or bool(_HANDED_ON.search(str(step.get("run", ""))))
            if str(step.get("uses", "")).partition("@")[0] != _LOGIN:
                continue
            role = str(settings.get("role-to-assume", ""))
            if role:
                named = _NAMED_BY.search(role)
                yield own(role="*" if "${{" in role else role, variable=named[1] if named else "")
        if keys:
            yield own(keys=True)


def _may_ask(permissions: Any) -> bool:
    if isinstance(permissions, str):
        return permissions == "write-all"
    return as_dict(permissions).get("id-token") == "write"


def _has_keys(environment: Any) -> bool:
    """Whether a secret of the CI service is a key; what a step before has got may end soon."""
    return any(
        _KEY_NAMES.fullmatch(str(name)) and _SECRET.search(str(value))
        for name, value in as_dict(environment).items()
    )


def _other_logins(reading: Reading, path: str) -> Iterator[AwsLogin]:
    text = reading.text(path)
    # What comes with a session's token is a role's, and ends soon.
    soon = "assume-role" in text or "AWS_SESSION_TOKEN" in text
    given = _GIVEN.search(text) or (matches(path, CI_FILES["codebuild"]) and _KEPT.search(text))
    if given and not soon:
        yield AwsLogin(repository=reading.repository, workflow=path, job="", keys=True)


# --- Deploying by hand ----------------------------------------------------------------------------

_BY_HAND = re.compile(
    r"(?i)^readme(\.\w+)?$|(^|/)(makefile|justfile|taskfile\.ya?ml|package\.json|[\w-]*deploy[\w-]*\.(sh|bash|ps1))$"
)
_LEADING = re.compile(r"^[\s@$>`-]*(\"[\w:-]+\":\s*\")?")


def deploy_scripts(reading: Reading) -> Iterator[DeployScript | Gap]:
    """Yield the files that deploy when somebody runs them."""
    paths = chosen(reading, lambda path: _BY_HAND.search(path) and not is_sample(path))

    def look(path: str) -> Iterator[DeployScript]:
        for line in reading.text(path).split("\n"):
            for command in commands_of(_LEADING.sub("", line).rstrip('", ')):
                if deploys(str(command), ""):
                    yield DeployScript(
                        repository=reading.repository, path=path, command=str(command)
                    )
                    return

    yield from each_of(paths, "files that may deploy", look)


KINDS = {
    IacRoot: iac_roots,
    CiJob: ci_jobs,
    KubernetesObject: kubernetes_objects,
    EnvironmentSettings: environment_settings,
    FlagLibrary: flag_libraries,
    IacTest: iac_tests,
    CanaryDefinition: canaries,
    ServerlessDefinition: serverless_definitions,
    MonitoringDefinition: monitoring,
    DeployScript: deploy_scripts,
    ImageDefinition: image_definitions,
    ChartResources: chart_resources,
    AwsLogin: aws_logins,
}
