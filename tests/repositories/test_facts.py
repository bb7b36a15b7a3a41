"""What the files of a repository say, and within which bounds they are read."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.code_security import ReviewDocument
from readiness.evidence.documents import Document
from readiness.evidence.repository import (
    Codeowners,
    Hook,
    Language,
    LoadTest,
    LoadTestPaths,
    Manifest,
    SourceFile,
)
from readiness.probes.refusals import UnseenError
from readiness.repositories.dating import dated
from readiness.repositories.facts import KINDS
from readiness.repositories.reading import MAX_READ
from tests.repositories.reader import reading, seen
from tests.repositories.records import SHOP

PYTHON = {"src/a.py": "", "src/b.py": "", "src/c.py": ""}


def test_a_tree_is_listed_with_languages_and_what_is_foreign() -> None:
    files = {
        ".gitattributes": "# marks\n*.gen.py linguist-generated\nkept.gen.py -linguist-generated\n/third/** linguist-vendored=true\n",
        "a.py": "x",
        "node_modules/b.js": "",
        "app/c.gen.py": "",
        "app/kept.gen.py": "",
        "third/party/d.go": "",
        "api/e_pb2.py": "",
        "README.md": "",
    }
    found = {each.path: (each.language, each.foreign) for each in seen(SourceFile, files)}

    assert found == {
        ".gitattributes": ("", False),
        "a.py": ("Python", False),
        "node_modules/b.js": ("JavaScript/TypeScript", True),
        "app/c.gen.py": ("Python", True),
        "app/kept.gen.py": ("Python", False),
        "third/party/d.go": ("Go", True),
        "api/e_pb2.py": ("Python", True),
        "README.md": ("", False),
    }


def test_languages_count_what_was_written_here() -> None:
    found = seen(Language, {**PYTHON, "web/a.tsx": "", "vendor/x.go": "", "vendor/y.go": ""})

    assert found == [
        Language(repository=SHOP, name="JavaScript/TypeScript", files=1, share=0.25),
        Language(repository=SHOP, name="Python", files=3, share=0.75),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_of_the_tree_leaves_a_gap_in_every_fact(kind: type[Any]) -> None:
    gap = Gap(reason=Reason.TRUNCATED)
    found = seen(kind, {**PYTHON, "load/plan.jmx": "", "tox.ini": "[tox]\n"}, gaps=(gap,))

    assert found[-1] == gap


def test_a_part_of_the_tree_says_nothing_about_languages() -> None:
    gap = Gap(reason=Reason.TRUNCATED)

    assert seen(Language, PYTHON, gaps=(gap,)) == [gap]


MANIFESTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "pyproject.toml": ("[tool.ruff.lint]\nselect = []\n[project]\nname = 'x'\n", ("tool", "tool.ruff", "tool.ruff.lint", "project")),
    "setup.cfg": ("[flake8]\nmax = 1\n", ("flake8",)),
    "tox.ini": ("[tox]\n[testenv:lint]\ncommands =\n  a: b\n", ("tox", "testenv:lint")),
    ".editorconfig": ("root = true\n[*.cs]\ndotnet_diagnostic.CA1000.severity = error\n", ("*.cs", "dotnet_diagnostic")),
    "web/package.json": ('{"name": "x", "eslintConfig": {}}', ("name", "eslintConfig")),
    "pom.xml": (
        "<plugin><artifactId>maven-checkstyle-plugin</artifactId><goals><goal>check</goal></goals></plugin>",
        ("maven-checkstyle-plugin", "maven-checkstyle-plugin:check"),
    ),
    "src/Shop.csproj": ("<EnableNETAnalyzers>true</EnableNETAnalyzers><Other>false</Other>", ("EnableNETAnalyzers",)),
    "build.gradle": ("plugins {\n  id 'java'\n  id(\"pmd\") \n}\napply plugin: 'checkstyle'\n", ("java", "pmd", "checkstyle")),
}  # fmt: skip


@pytest.mark.parametrize("path", MANIFESTS)
def test_a_configuration_file_is_its_sections(path: str) -> None:
    text, sections = MANIFESTS[path]

    assert seen(Manifest, {path: text}) == [Manifest(repository=SHOP, path=path, sections=sections)]


def test_a_vendored_configuration_file_is_not_read() -> None:
    assert seen(Manifest, {"node_modules/x/package.json": "{", "vendor/pyproject.toml": "["}) == []


@pytest.mark.parametrize("path", ["pyproject.toml", "package.json"])
def test_a_broken_configuration_file_is_a_gap_about_it(path: str) -> None:
    found = seen(Manifest, {path: "[broken", "setup.cfg": "[flake8]\n"})

    assert [each.resource for each in found if isinstance(each, Gap)] == [f"{SHOP}:{path}"]
    assert [each.path for each in found if isinstance(each, Manifest)] == ["setup.cfg"]


def test_code_owners_are_counted() -> None:
    files = {
        "CODEOWNERS": "# nobody\n* \n",
        ".github/CODEOWNERS": "* @acme/shop # all\n/docs @mia\n\n",
    }

    assert seen(Codeowners, files) == [
        Codeowners(repository=SHOP, path=".github/CODEOWNERS", owned=2),
        Codeowners(repository=SHOP, path="CODEOWNERS", owned=0),
    ]


def test_hooks_are_those_that_run_by_themselves() -> None:
    text = """\
default_stages: [pre-push]
repos:
  - repo: https://example.com/a
    hooks: [{id: ruff}, {id: hand, stages: [manual]}]
  - repo: local
    hooks: [{id: style, entry: npx eslint, args: [--fix], stages: [commit]}]
"""

    assert seen(Hook, {".pre-commit-config.yaml": text}) == [
        Hook(repository=SHOP, name="ruff"),
        Hook(repository=SHOP, name="style", commands=("eslint --fix",)),
    ]
    assert seen(Hook, {}) == []


LOAD_TESTS = {
    "tests/load/checkout.js": ("import http from 'k6/http';", "k6"),
    "perf/a.ts": ("const x = require('k6')", "k6"),
    "k6/readme.js": ("console.log(1)", ""),
    "src/app.js": ("import http from 'k6/http';", ""),
    "plan.jmx": ("", "JMeter"),
    "locustfile_api.py": ("", "Locust"),
    "load/users.py": ("from locust import HttpUser", "Locust"),
    "src/gatling/simulations/Checkout.scala": ("", "Gatling"),
    "test/artillery-checkout.yml": ("", "Artillery"),
    "stress/test.yaml": ("config:\n  target: x\nscenarios:\n  - flow: []\n", "Artillery"),
    "performance/bzt.yml": ("execution:\n- concurrency: 1\nscenarios:\n  a: {}\n", "Taurus"),
    "load/Checkout.cs": ("using NBomber.CSharp;", "NBomber"),
    "tsung.xml": ("", "Tsung"),
    "infra/fis.yaml": ("Type: AWS::FIS::ExperimentTemplate", "a fault experiment"),
    "chaos/network.yaml": ("apiVersion: chaos-mesh.org/v1alpha1", "a fault experiment"),
    "load/config.yaml": ("retries: 3", ""),
    "vendor/load/a.jmx": ("", ""),
}


@pytest.mark.parametrize("path", LOAD_TESTS)
def test_a_load_test_is_known_by_its_name_or_by_what_it_says(path: str) -> None:
    text, tool = LOAD_TESTS[path]

    assert [each.tool for each in seen(LoadTest, {path: text})] == ([tool] if tool else [])


def test_the_61st_file_is_not_read_and_said() -> None:
    files = {f"load/{number:03}.js": "" for number in range(MAX_READ + 2)}
    found = seen(LoadTest, files)

    assert [(each.reason, each.resource) for each in found] == [
        (Reason.TRUNCATED, f"{SHOP}:load/060.js"),
        (Reason.TRUNCATED, f"{SHOP}:load/061.js"),
    ]


def test_a_file_is_read_once_and_a_large_one_never() -> None:
    asked: list[str] = []

    class Counted(dict[str, Any]):
        def __getitem__(self, path: str) -> Any:
            asked.append(path)
            return super().__getitem__(path)

    read = reading({})
    files = Counted({"small": b"\xff\xfe", "large": b"x" * ((1 << 20) + 1)})
    object.__setattr__(read.source, "files", files)

    assert read.text("small") == read.text("small") == "\ufffd\ufffd"
    with pytest.raises(UnseenError, match="larger than 1 MiB"):
        read.text("large")
    assert asked == ["small"]


def test_the_paths_that_load_tests_name_as_far_as_they_are_words() -> None:
    script = """import http from 'k6/http';
    http.post('https://shop.example.com/api/webhooks/T0KEN12345/x', '{}');
    http.get(`${BASE}/orders`);
    """
    plan = '<stringProp name="HTTPSampler.path">/callback/stripe</stringProp>'
    flow = "config:\n  target: https://shop.example.com\nscenarios:\n  - flow:\n    - post:\n        url: /events\n"
    found = seen(
        LoadTestPaths, {"load/a.js": script, "load/plan.jmx": plan, "load/artillery.yml": flow}
    )

    assert found == [
        LoadTestPaths(repository=SHOP, path="load/a.js", paths=("/api/webhooks", "/orders")),
        LoadTestPaths(repository=SHOP, path="load/artillery.yml", paths=("/events",)),
        LoadTestPaths(repository=SHOP, path="load/plan.jmx", paths=("/callback/stripe",)),
    ]


def test_reviews_by_their_names_unless_they_are_empty() -> None:
    files = {"docs/threat-model.md": "# Threats", "docs/owasp.md": "", "src/owasp.py": "x"}

    assert seen(ReviewDocument, files) == [
        ReviewDocument(repository=SHOP, path="docs/threat-model.md")
    ]


def test_reviews_are_dated_where_they_are_asked_for() -> None:
    names = [f"docs/owasp-{number}.md" for number in range(7)]
    reviews = Evidence(tuple(ReviewDocument(repository=SHOP, path=name) for name in names))
    evidence: dict[type[Any], Evidence[Any]] = {LoadTest: Evidence(), ReviewDocument: reviews}
    (_, asked) = dated(names, evidence, {ReviewDocument}, folders=True)

    assert asked.paths[: asked.most] == tuple(names[:5])
    assert asked.detail == "only the first 5 security reviews were dated"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("load/a.js", "import http from 'k6/http';\nexport const options = { thresholds: { http_req_duration: ['p(95)<200'] } };"),
        ("load/artillery.yml", "config:\n  target: https://a.example\n  ensure:\n    p99: 200\nscenarios: []\n"),
        ("src/gatling/Shop.scala", "setUp(scn).assertions(global.responseTime.percentile3.lt(200))"),
        ("load/plan.jmx", '<DurationAssertion guiclass="DurationAssertionGui">'),
    ],
)  # fmt: skip
def test_whether_a_load_test_says_by_which_numbers_it_fails(path: str, text: str) -> None:
    assert [each.bounded for each in seen(LoadTestPaths, {path: text})] == [True]


def test_a_load_test_without_numbers() -> None:
    text = "import http from 'k6/http';\nexport default () => http.get('https://a.example/');"

    assert [each.bounded for each in seen(LoadTestPaths, {"load/a.js": text})] == [False]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Requests are answered with a p99 of 300 ms.", 3),
        ("The SLO is 99.9 % of requests.", 3),
        ("Latency: below 2s for all pages", 3),
        ("Throughput: 500 req/s", 3),
        ("It is fast, with a low latency.", 0),
        ("Our SLA is in section 5", 0),
        ("latency of 5 servers", 0),
        ("It takes 300 ms to build.", 0),
        ("The SLO dashboard of v2.0s", 0),
    ],
)
def test_a_line_of_a_document_that_states_a_target(line: str, expected: int) -> None:
    found = seen(Document, {"docs/slo.md": f"# Shop\n\n{line}\n"})

    assert [each.target_line for each in found] == [expected]
