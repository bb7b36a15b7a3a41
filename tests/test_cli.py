"""Hold every command to what it prints, says and returns."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import boto3
import click
import pytest
import yaml
from click.testing import CliRunner, Result
from moto import mock_aws
from moto.server import ThreadedMotoServer

from readiness.checklist import CHECKS, ITEMS
from readiness.checklist.model import Item, Severity, every, some
from readiness.cli import cli
from readiness.cli.catalogue import item_page
from readiness.cli.records import with_record
from readiness.cli.scanning import FORMATS
from readiness.cli.terminal import progress, show_table
from readiness.config_files import load, read_folder
from readiness.permissions import member_policies, organization_actions
from readiness.scanning import Progress

TRAIL = "security/record-audit-logs"
CHECK = "cloudtrail_multi_region_logging"
TODAY = date.today()


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, on a wide terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")
    return tmp_path


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)


def error_of(*words: str | Path) -> tuple[int, str]:
    """Return the exit code of a command that fails, and the last thing it says."""
    result = run(*words)
    assert result.stdout == ""
    return result.exit_code, result.stderr.partition("Error: ")[2].rstrip()


# What is judged, and why


def test_items_are_listed_whole_and_in_order() -> None:
    listed = json.loads(run("items", "--json").stdout)

    assert [list(each) for each in listed] == [["id", "title", "category", "mode"]] * 124
    assert [each["id"] for each in listed] == list(ITEMS)
    assert listed[0] == {
        "id": "backups-and-restoring/all-code-is-in-shared-repository",
        "title": "All code is in shared repository",
        "category": "Backups and Restoring",
        "mode": ITEMS["backups-and-restoring/all-code-is-in-shared-repository"].mode.value,
    }


def test_items_are_a_table_of_one_line_each() -> None:
    lines = run("items", "--category", "Scalability").stdout.splitlines()

    assert lines[0].split() == ["ID", "TITLE", "MODE"]
    assert [line.split()[0] for line in lines[1:]] == [
        name for name in ITEMS if name.startswith("scalability/")
    ]


def test_checks_are_listed_with_the_items_they_decide() -> None:
    listed = json.loads(run("checks", "--json").stdout)

    assert [each["id"] for each in listed] == sorted(CHECKS)
    assert next(each for each in listed if each["id"] == CHECK) == {
        "id": CHECK,
        "items": [TRAIL],
        "severity": "critical",
    }
    assert len(run("checks").stdout.splitlines()) == len(CHECKS) + 1


@pytest.mark.parametrize("name", [*CHECKS, *ITEMS])
def test_everything_is_explained(name: str) -> None:
    text, page = run("explain", name), json.loads(run("explain", name, "--json").stdout)

    assert text.stdout.startswith(name)
    assert page["id"] == name
    assert page["kind"] == ("check" if name in CHECKS else "item")


def test_a_check_is_explained_by_its_docstring_its_options_and_its_calls() -> None:
    page = json.loads(run("explain", CHECK, "--json").stdout)
    sections = CHECKS[CHECK].sections

    assert page == {
        "id": CHECK,
        "kind": "check",
        "severity": "critical",
        "scope": "account",
        "items": [TRAIL],
        "why": sections["why"],
        "pass": sections["Pass"],
        "fix": sections["Fix"],
        "blind_spot": sections["Blind spot"],
        "see": sections["See"],
        "options": {f"{CHECK}.delivery_hours": 24},
        "actions": [
            "cloudtrail:DescribeTrails",
            "cloudtrail:GetEventSelectors",
            "cloudtrail:GetTrailStatus",
        ],
    }


def test_an_item_is_explained_by_its_expression() -> None:
    one, two, three = list(CHECKS.values())[:3]
    item = Item(
        category="Security",
        title="All of it",
        rollup=every(one, some(one, two, per="language"), supporting=[some(three)]),
    )

    assert item_page(item)["rollup"] == (
        f"every({one.id}, some({one.id}, {two.id}, per=language), supporting=[some({three.id})])"
    )


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("cloudtrail_multi_region_log", CHECK),
        ("record-audit-logs", TRAIL),
        ("security/record-audit-log", TRAIL),
    ],
)
def test_explaining_what_is_not_there_names_the_nearest(name: str, nearest: str) -> None:
    assert error_of("explain", name) == (
        2,
        f"Invalid value for 'ID': no item or check is named {name!r}; the nearest is {nearest!r}",
    )


def test_permissions_are_those_that_the_roles_get() -> None:
    document = json.loads(run("permissions", "--json").stdout)
    lines = run("permissions").stdout.splitlines()

    assert document["member"]["policies"] == member_policies()
    assert document["organization"]["actions"] == list(organization_actions())
    assert [line.split() for line in lines] == [
        [role, action] for role, each in document.items() for action in each["actions"]
    ]


# The configuration


def configuration(folder: Path, text: str = "regions: [eu-west-1]\n") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "readiness.yaml").write_text(text)
    return folder


def test_a_valid_configuration_is_said_to_be_valid(here: Path) -> None:
    conf = configuration(here / "conf")
    expected = "conf is valid: 0 workloads, 0 audiences, 0 attestations, 0 suppressions.\n"

    assert run("config", "check", "conf").stdout == expected
    assert run("config", "check", "--config", "conf").stdout == expected
    os.chdir(conf)
    assert run("config", "check").stdout == expected.replace("conf", "this folder")


def test_every_command_refuses_a_wrong_configuration_with_file_and_line(here: Path) -> None:
    configuration(here / "conf", "regoins: enabled\nworkloads: shop\n")
    said = (
        "The configuration has 2 errors:\n"
        "readiness.yaml:1: no key is named 'regoins'; the nearest is 'regions'\n"
        "readiness.yaml:2: workloads takes a list, not 'shop'\n"
    )
    for words in (
        ("config", "check", "conf"),
        ("config", "push", "conf", "--bucket", "b"),
        ("scan", "--config", "conf"),
        suppressing("--config", "conf"),
    ):
        result = run(*words)

        assert (result.exit_code, result.stdout, result.stderr) == (2, "", said)
    assert not Path("readiness-out").exists()


def test_a_record_without_effect_is_a_warning(here: Path) -> None:
    conf = configuration(here / "conf")
    assert run(*suppressing("--config", "conf")).exit_code == 0
    record = conf / "records" / "suppressions.yaml"
    record.write_text(record.read_text().replace(str(TODAY.year), str(TODAY.year - 2)))
    result = run("config", "check", "conf")

    assert result.exit_code == 0
    assert result.stderr.startswith(
        f"Warning: records/suppressions.yaml:2: the suppression of {CHECK} expired on "
    )


@mock_aws
def test_a_push_puts_this_configuration_in_place_of_the_last_one(here: Path) -> None:
    conf = configuration(here / "conf")
    (conf / "README.md").write_text("not for the hub")
    run(*suppressing("--config", "conf"))
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="hub")
    s3.put_object(Bucket="hub", Key="config/records/old.yaml", Body=b"")
    s3.put_object(Bucket="hub", Key="scans/kept.json", Body=b"")
    result = run("config", "push", "conf", "--bucket", "hub")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "s3://hub/config/readiness.yaml",
        "s3://hub/config/records/suppressions.yaml",
    ]
    assert "Removed s3://hub/config/records/old.yaml, which is not in conf." in result.stderr
    assert [each["Key"] for each in s3.list_objects_v2(Bucket="hub")["Contents"]] == [
        "config/readiness.yaml",
        "config/records/suppressions.yaml",
        "scans/kept.json",
    ]
    body = s3.get_object(Bucket="hub", Key="config/readiness.yaml")["Body"].read()
    assert body == (conf / "readiness.yaml").read_bytes()


@mock_aws
def test_a_push_that_fails_says_why(here: Path) -> None:
    configuration(here / "conf")
    (here / "empty").mkdir()

    assert error_of("config", "push", "conf", "--bucket", "absent") == (
        2,
        "the configuration could not be put into s3://absent/config/: An error occurred "
        "(NoSuchBucket) when calling the ListObjectsV2 operation: The specified bucket does not "
        "exist",
    )
    assert error_of("config", "push", "empty", "--bucket", "hub") == (
        2,
        "empty holds neither readiness.yaml nor records/*.yaml: nothing to push",
    )


def test_the_schemas_are_printed() -> None:
    main, records = (
        json.loads(run("config", "schema", kind).stdout) for kind in ("readiness", "records")
    )

    assert set(main["properties"]) >= {"accounts", "workloads", "audiences"}
    assert set(records["properties"]) == {"attestations", "suppressions"}


# Records


def suppressing(*more: str | Path) -> Sequence[str | Path]:
    return (
        "suppress",
        CHECK,
        "--reason",
        "The trail is the organization's: we see it.",
        "--approver",
        "ciso@acme.example",
        "--expires",
        str(TODAY + timedelta(days=30)),
        *more,
    )


def attesting(*more: str | Path) -> Sequence[str | Path]:
    return (
        "attest",
        "security/go-through-a-security-audit",
        "--statement",
        "An outside audit was done.",
        "--evidence",
        "https://wiki.acme.example/audit",
        "--author",
        "ciso@acme.example",
        *more,
    )


def test_a_suppression_is_written_and_read_back(here: Path) -> None:
    result = run(
        *suppressing("--account", "012345678901", "--resource", "arn:aws:*", "--workload", "shop")
    )
    written = {
        "suppressions": [
            {
                "check": CHECK,
                "scope": {"workload": "shop", "account": "012345678901"},
                "resource": "arn:aws:*",
                "reason": "The trail is the organization's: we see it.",
                "approver": "ciso@acme.example",
                "date": TODAY,
                "expires": TODAY + timedelta(days=30),
            }
        ]
    }
    record = load(read_folder(here)).suppressions[0]

    assert result.exit_code == 0
    assert result.stderr == "records/suppressions.yaml now says:\n"
    assert yaml.safe_load(result.stdout) == written
    assert yaml.safe_load((here / "records/suppressions.yaml").read_text()) == written
    assert record.scope.account == "012345678901"


def test_an_attestation_runs_as_long_as_its_item_allows(here: Path) -> None:
    assert run(*attesting("--file", "2026")).exit_code == 0
    record = load(read_folder(here)).attestations[0]
    validity = ITEMS[record.item].validity_days

    assert (here / "records/2026.yaml").exists()
    assert (record.date, record.expires) == (TODAY, TODAY + timedelta(days=validity))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("attest", TRAIL, "--statement", "x", "--evidence", "x", "--author", "x"),
            f"{TRAIL} is decided by evidence alone; an attestation would change nothing",
        ),
        (
            attesting("--check", CHECK),
            f"check '{CHECK}' does not belong to security/go-through-a-security-audit",
        ),
        (
            attesting("--author", "me"),
            "'me' in author is not a mail address",
        ),
        (
            attesting("--date", str(TODAY + timedelta(days=3))),
            "the attestation of security/go-through-a-security-audit has no effect before "
            f"{TODAY + timedelta(days=3)}",
        ),
        (
            suppressing("--expires", str(TODAY + timedelta(days=366))),
            f"a suppression runs at most 365 days, here from {TODAY} to "
            f"{TODAY + timedelta(days=365)}; {TODAY + timedelta(days=366)} is outside",
        ),
        (suppressing("--reason", "because"), "reason takes at least 10 characters"),
        (
            suppressing("--file", "../elsewhere"),
            "'../elsewhere' is not a file's name; records lie in records/*.yaml",
        ),
        (
            suppressing("--account", "1"),
            "Invalid value for '--account': '1' is not an account id (12 digits)",
        ),
        (suppressing()[:2], "Missing option '--reason'."),
    ],
)
def test_a_record_that_is_not_valid_is_not_written(
    here: Path, words: Sequence[str], said: str
) -> None:
    assert error_of(*words) == (2, said)
    assert not (here / "records").exists()


def test_a_record_of_a_misspelt_workload_is_not_written(here: Path) -> None:
    conf = configuration(
        here / "conf", "workloads:\n  - name: payments\n    accounts: ['111122223333']\n"
    )
    result = run(*suppressing("--config", conf, "--workload", "payment"))

    assert result.exit_code == 2
    assert result.stderr == (
        "The configuration has 1 error:\nrecords/suppressions.yaml:4: no workload is named "
        "'payment'; the nearest is 'payments'\n"
    )
    assert not (conf / "records").exists()


RECORD = {"check": CHECK, "expires": "2026-12-24"}
ENTRY = f"  - check: {CHECK}\n    expires: '2026-12-24'\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("", f"suppressions:\n{ENTRY}", id="no file"),
        pytest.param("# ours\n", f"# ours\n\nsuppressions:\n{ENTRY}", id="comments only"),
        pytest.param(
            "attestations: []\n",
            f"attestations: []\n\nsuppressions:\n{ENTRY}",
            id="another list only",
        ),
        pytest.param(
            "suppressions: []  # none yet\n# end\n",
            f"suppressions:  # none yet\n{ENTRY}# end\n",
            id="an empty list",
        ),
        pytest.param(
            "suppressions:  # none\nattestations: []\n",
            f"suppressions:  # none\n{ENTRY}attestations: []\n",
            id="a key without value",
        ),
        pytest.param(
            "suppressions:\n  # why\n  - check: a  # here\n    scope: {account: x}\n"
            "\n# then\nattestations: []\n",
            "suppressions:\n  # why\n  - check: a  # here\n    scope: {account: x}\n"
            f"{ENTRY}\n# then\nattestations: []\n",
            id="a list in the middle",
        ),
        pytest.param(
            "suppressions:\n- reason: >\n    many\n    words\n  check: a\n- check: |\n    b\n",
            "suppressions:\n- reason: >\n    many\n    words\n  check: a\n- check: |\n    b\n"
            f"- check: {CHECK}\n  expires: '2026-12-24'\n",
            id="no indentation, and texts of several lines",
        ),
        pytest.param(
            "suppressions:\r\n  - check: a",
            f"suppressions:\r\n  - check: a\r\n{ENTRY}".replace("\r\n", "\n").replace("\n", "\r\n"),
            id="the line ends of Windows, and none at the end",
        ),
    ],
)
def test_a_record_is_put_at_the_end_of_its_list_and_nothing_else_changes(
    before: str, after: str
) -> None:
    assert with_record(before, "suppressions", RECORD) == after


def test_a_file_that_cannot_take_a_record_safely_stays_as_it_is(here: Path) -> None:
    run(*suppressing())
    file = here / "records" / "suppressions.yaml"
    flow = json.dumps(yaml.safe_load(file.read_text()), default=str)
    file.write_text(flow)
    code, said = error_of(*suppressing())

    assert code == 2
    assert said.startswith(
        "records/suppressions.yaml is laid out so that nothing can be added safely; add it "
        f"yourself:\nsuppressions:\n  - check: {CHECK}\n"
    )
    assert file.read_text() == flow


def test_records_of_both_kinds_are_added_one_after_the_other(here: Path) -> None:
    for words in (suppressing(), attesting(), suppressing("--file", "attestations"), attesting()):
        assert run(*words).exit_code == 0
    loaded = load(read_folder(here))

    assert (len(loaded.attestations), len(loaded.suppressions)) == (2, 2)


# Scans


def trail(**changes: Any) -> None:
    """Make a trail that passes, in the account of the moto that is active."""
    s3, cloudtrail = boto3.client("s3"), boto3.client("cloudtrail")
    s3.create_bucket(Bucket="audit-trail")
    cloudtrail.create_trail(
        Name="all", S3BucketName="audit-trail", IsMultiRegionTrail=True, **changes
    )


SCAN = ("scan", "--item", TRAIL, "--region", "us-east-1")


@mock_aws
def test_a_scan_prints_what_fails_and_leaves_its_files(here: Path) -> None:
    result = run(*SCAN)
    out = next(path for path in (here / "readiness-out").iterdir() if path.is_dir())
    record = json.loads((out / "scan.json").read_text())

    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].split()[0] == "WORKLOAD"
    assert result.stdout.splitlines()[1].split() == [
        "123456789012",
        "FAIL",
        "critical",
        TRAIL,
        *["123456789012", "has", "no", "trail"],
    ]
    assert out.name == record["id"]
    assert sorted(path.name for path in out.iterdir()) == [
        "digest.html",
        "digest.txt",
        "evidence",
        "findings.jsonl",
        "report.html",
        "results",
        "scan.json",
        "scans",
        "verdicts.json",
    ]
    assert json.loads((out / "verdicts.json").read_text())["123456789012"].keys() == {TRAIL}


@mock_aws
def test_a_scan_sums_up_on_stderr(here: Path) -> None:
    said = run(*SCAN, "--out", "out").stderr.splitlines()
    said = [line for line in said if line and "/" not in line.split(" ")[0]]

    assert said[0].startswith("COMPLETE: saw 1 of 1 account, 1 of 1 region in ")
    assert said[1:] == [
        "123456789012: score 0 %, known 100 %, attested 0 %",
        "Verdicts: 1 FAIL",
        "Failing findings: 1 critical",
        "Nothing to compare with: this is the baseline.",
    ]


@mock_aws
def test_progress_is_plain_lines_where_there_is_no_terminal(here: Path) -> None:
    lines = run(*SCAN).stderr.splitlines()[:3]

    # They are looked at side by side, and end in any order.
    assert {line.split()[1] for line in lines} == {
        "organization",
        "123456789012",
        "123456789012/us-east-1",
    }
    assert [line.partition("/")[0] for line in lines] == ["1", "2", "3"]
    assert lines[2].startswith("3/3 ")


@mock_aws
def test_json_is_the_same_content_as_the_files(here: Path) -> None:
    document = json.loads(run(*SCAN, "--format", "json", "--out", "out").stdout)
    lines = (here / "out" / "findings.jsonl").read_text().splitlines()

    assert document == {
        "scan": json.loads((here / "out" / "scan.json").read_text()),
        "verdicts": json.loads((here / "out" / "verdicts.json").read_text()),
        "findings": [json.loads(line) for line in lines],
    }


@mock_aws
def test_a_scan_and_a_judgement_answer_in_every_format(here: Path) -> None:
    answers = {form: run(*SCAN, "--format", form, "--out", "out").stdout for form in FORMATS}
    again = {form: run("judge", "out", "--format", form).stdout for form in FORMATS}

    csv, junit = answers["csv"].splitlines(), ElementTree.fromstring(answers["junit"])
    findings = json.loads(answers["json"])["findings"]
    assert len(csv) == 1 + len(findings)
    assert [each["compliance"]["control"] for each in json.loads(answers["ocsf"])] == [
        each["check"] for each in findings
    ]
    assert [each["ProductFields"]["readiness/status"] for each in json.loads(answers["asff"])] == [
        each["status"] for each in findings
    ]
    assert (junit.get("tests"), junit.get("failures")) == (str(len(findings)), "1")
    assert answers["table"].startswith("WORKLOAD")
    assert len(json.loads(again["asff"])) == len(json.loads(again["ocsf"])) == len(findings)
    assert (again["table"], again["junit"]) == (answers["table"], answers["junit"])


@mock_aws
@pytest.mark.parametrize(("severity", "code"), [("critical", 1), ("LOW", 1), (None, 0)])
def test_fail_on_is_met_by_what_fails(severity: str | None, code: int) -> None:
    gate = ["--fail-on", severity] if severity else []

    assert run(*SCAN, *gate).exit_code == code


@mock_aws
def test_fail_on_is_not_met_by_what_is_suppressed(here: Path) -> None:
    run(*suppressing("--config", "."))
    result = run(*SCAN, "--config", ".", "--fail-on", "critical")

    assert result.exit_code == 0
    assert result.stdout == ""
    assert "Verdicts: 1 NOT_APPLICABLE" in result.stderr


@mock_aws
def test_what_got_worse_since_the_previous_scan_is_a_regression(here: Path) -> None:
    trail(EnableLogFileValidation=True)
    assert "baseline" in run(*SCAN).stderr
    boto3.client("cloudtrail").update_trail(Name="all", EnableLogFileValidation=False)
    again = run(*SCAN)
    elsewhere = run(*SCAN, "--out", "out")
    compared = run(*SCAN, "--out", "out2", "--compare", "out")

    assert "1 regression, 0 new failures" in again.stderr
    assert "  regression: medium cloudtrail_log_validation_enabled: trail/all" in again.stderr
    assert "baseline" in elsewhere.stderr
    assert "0 regressions, 0 new failures" in compared.stderr


@mock_aws
def test_a_folder_used_again_is_compared_with_what_it_held(here: Path) -> None:
    trail(EnableLogFileValidation=False)
    run(*SCAN, "--out", "out")
    boto3.client("cloudtrail").update_trail(Name="all", EnableLogFileValidation=True)

    assert "0 no longer accepted or attested, 1 fixed" in run(*SCAN, "--out", "out").stderr
    assert len(list((here / "out" / "evidence").iterdir())) == 1


@mock_aws
def test_judging_again_says_the_same_offline(here: Path) -> None:
    run(*SCAN, "--out", "out")
    kept = {
        name: (here / "out" / name).read_bytes()
        for name in ("findings.jsonl", "verdicts.json", "digest.txt", "report.html", "scan.json")
    }
    for name in kept:
        if name != "scan.json":
            (here / "out" / name).unlink()
    first = run(*SCAN, "--out", "again", "--compare", "out").stdout
    judged = run("judge", "out", "--fail-on", "critical")

    assert (judged.exit_code, judged.stdout) == (1, first)
    assert {name: (here / "out" / name).read_bytes() for name in kept} == kept
    assert run("judge", "out", "--out", "other").exit_code == 0
    assert (here / "other" / "findings.jsonl").read_bytes() == kept["findings.jsonl"]


@mock_aws
def test_a_saved_scan_is_rendered_again(here: Path) -> None:
    run(*SCAN, "--out", "out")
    kept = (here / "out" / "digest.txt").read_text()
    for name in ("digest.txt", "digest.html", "report.html"):
        (here / "out" / name).unlink()
    result = run("digest", "out")

    assert (result.exit_code, result.stdout) == (0, kept)
    assert result.stderr.split() == ["out/digest.html", "out/digest.txt", "out/report.html"]
    assert "<html" in (here / "out" / "report.html").read_text()


@mock_aws
def test_a_saved_scan_s_digest_is_mailed_as_a_test(here: Path) -> None:
    ses: Any = boto3.client("sesv2", region_name="us-east-1")
    ses.create_email_identity(EmailIdentity="readiness@acme.example")
    run(*SCAN, "--out", "out")
    words = ("digest", "out", "--send-test", "ada@acme.example", "--sender")
    result = run(*words, "readiness@acme.example")
    refused = run(*words, "unknown@nowhere.example")

    assert result.exit_code == 0
    assert "SES took the mail to ada@acme.example: " in result.stderr
    assert boto3.client("ses", region_name="us-east-1").get_send_quota()["SentLast24Hours"] == 1
    assert refused.exit_code == 4
    assert "SES did not take the mail to ada@acme.example: " in refused.stderr
    assert error_of(*words[:-1]) == (
        2,
        "--send-test and --sender go together: to whom, and from whom",
    )
    assert error_of(*words, "Ada <ada@acme.example>\nBcc: x@acme.example")[0] == 2


@mock_aws
def test_what_was_not_seen_is_named_and_makes_the_scan_partial() -> None:
    shop = "codecommit:123456789012:us-east-1:shop"
    result = run(*SCAN, "--repository", shop)

    assert result.exit_code == 3
    assert "PARTIAL: saw 1 of 1 account, 1 of 1 region, 0 of 1 repository" in result.stderr
    assert f"  not seen: {shop} (" in result.stderr
    assert TRAIL in result.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (
            ("--profile", "nope"),
            2,
            "your AWS configuration has no profile 'nope'; it has: none",
        ),
        (
            ("--endpoint-url", "localhost:80"),
            2,
            "Invalid value for '--endpoint-url': 'localhost:80' is not an address like "
            "https://host:port",
        ),
        (
            ("--account", "1234"),
            2,
            "Invalid value for '--account': '1234' is not an account id (12 digits)",
        ),
        (
            ("--region", "eu-wset-1"),
            2,
            "Invalid value for '--region': no region is named 'eu-wset-1'; the nearest is "
            "'eu-west-1'",
        ),
        (
            ("--item", "record-audit-logs"),
            2,
            "Invalid value for '--item': no item is named 'record-audit-logs'; the nearest is "
            f"'{TRAIL}'",
        ),
        (
            ("--category", "securty"),
            2,
            "Invalid value for '--category': no category is named 'securty'; the nearest is "
            "'security'",
        ),
        (
            ("--fail-on", "hgh"),
            2,
            "Invalid value for '--fail-on': no severity is named 'hgh'; the nearest is 'high'",
        ),
        (
            ("--repository", "nowhere"),
            2,
            "Invalid value for '--repository': 'nowhere' is neither a folder on this machine nor "
            "the address of a repository, such as https://github.com/OWNER/NAME",
        ),
        (
            ("--max-concurrency", "0"),
            2,
            "Invalid value for '--max-concurrency': 0 is not in the range 1<=x<=64.",
        ),
        (
            ("--compare", "absent"),
            2,
            "Invalid value for '--compare': Directory 'absent' does not exist.",
        ),
        (("--compare", "."), 2, ". holds no saved results; name a folder that a scan left"),
        (
            ("--out", "file/out"),
            2,
            "file/out cannot be written (Not a directory); name another folder with --out",
        ),
    ],
)
def test_wrong_usage_is_told_before_anything_runs(
    here: Path, words: Sequence[str], code: int, said: str
) -> None:
    (here / "file").write_text("")

    assert error_of("scan", *words) == (code, said)
    assert not (here / "readiness-out").exists()


def test_without_credentials_nothing_is_scanned(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(here / "none"))

    assert error_of("scan") == (
        4,
        "no AWS credentials were found; name a profile with --profile, sign in with "
        "`aws sso login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    )


def test_credentials_that_cannot_be_loaded_are_told(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    (here / "credentials").write_text("[default]\naws_access_key_id = AKIA\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(here / "credentials"))

    assert error_of("scan") == (
        4,
        "your AWS credentials could not be loaded: Partial credentials found in "
        "shared-credentials-file, missing: aws_secret_access_key",
    )


@pytest.mark.parametrize("command", ["judge", "digest"])
def test_a_folder_without_a_scan_is_told(here: Path, command: str) -> None:
    (here / "empty").mkdir()

    assert error_of(command, "empty") == (
        2,
        "empty holds no saved scan; `readiness scan --out empty` leaves one there",
    )


def test_an_error_of_ours_is_a_sentence_that_names_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise KeyError("odd")  # noqa: EM101 - what a slip of ours would raise

    monkeypatch.setattr("readiness.cli.scanning.scan", broken)
    code, said = error_of("scan")

    assert code == 4
    assert said.startswith("readiness itself failed: KeyError in test_cli.py, line ")


# Terminals, processes and endpoints


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """An emulated AWS behind an address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def process(*words: str, **given: Any) -> subprocess.Popen[str]:
    """Start the command line as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "readiness", *words],
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[1] / "lambdas"),
            "TERM": "xterm",
        },
        text=True,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **given},
    )


def test_an_endpoint_is_asked_in_place_of_aws(here: Path, endpoint: str) -> None:
    scanning = process(*SCAN, "--endpoint-url", endpoint, "--format", "json")
    stdout, stderr = scanning.communicate(timeout=60)

    assert scanning.returncode == 0, stderr
    assert json.loads(stdout)["scan"]["accounts"]["scanned"] == ["123456789012"]


def test_an_endpoint_that_does_not_answer_is_told(here: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        code, said = error_of(
            "scan", "--endpoint-url", f"http://127.0.0.1:{taken.getsockname()[1]}"
        )

    assert code == 4
    assert "sts:GetCallerIdentity" in said
    assert "the endpoint could not be reached" in said
    assert list((here / "readiness-out").iterdir()) == [here / "readiness-out" / ".gitignore"]


def test_progress_is_a_live_bar_on_a_terminal(here: Path, endpoint: str) -> None:
    ours, theirs = pty.openpty()
    scanning = process(*SCAN, "--endpoint-url", endpoint, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:
        pass  # Linux says so when the other end is closed
    stdout, _ = scanning.communicate(timeout=60)
    os.close(ours)

    assert scanning.returncode == 0
    assert "\x1b[?25l" in shown.decode()
    assert "1/2 organization" not in shown.decode()
    assert "Verdicts: 1 FAIL" in shown.decode()
    assert "\x1b" not in stdout


def test_ctrl_c_ends_a_scan_at_once_and_quietly(here: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        silent.settimeout(30)
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        scanning = process(*SCAN, "--endpoint-url", address)
        connection, _ = silent.accept()  # it has asked, and waits
        scanning.send_signal(signal.SIGINT)
        stdout, stderr = scanning.communicate(timeout=5)
        connection.close()

    assert (scanning.returncode, stdout, stderr) == (130, "", "")
    assert list((here / "readiness-out").iterdir()) == [here / "readiness-out" / ".gitignore"]


def test_many_targets_are_about_a_hundred_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as follow:
        for done in range(1, 5001):
            follow(Progress(done=done, total=5000, label=f"\x1b[31mregion {done}"))
    lines = capsys.readouterr().err.splitlines()

    assert len(lines) == 100
    assert lines[-1] == "5000/5000 [31mregion 5000"


def test_names_from_elsewhere_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(("NAME",), [("[red]\x1b[2Jname",)])

    assert capsys.readouterr().out == "NAME\n[red][2Jname\n"


def walk(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from walk(each, (*path, name))


def test_the_commands_are_those_of_the_contract() -> None:
    assert sorted(" ".join(path) for path in walk(cli) if path) == [
        "attest",
        "checks",
        "config",
        "config check",
        "config push",
        "config schema",
        "demo",
        "digest",
        "explain",
        "items",
        "judge",
        "permissions",
        "scan",
        "start",
        "suppress",
    ]


@pytest.mark.parametrize("path", list(walk(cli)), ids=" ".join)
def test_every_command_and_every_option_has_help(path: tuple[str, ...]) -> None:
    command: click.Command = cli
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]

    assert run(*path, "--help").exit_code == 0
    assert command.help
    assert [
        option.name
        for option in command.params
        if isinstance(option, click.Option) and not (option.help or option.is_eager)
    ] == []


def test_scan_takes_the_options_of_the_contract() -> None:
    scan = cli.commands["scan"]
    assert sorted(each for option in scan.params for each in option.opts) == sorted(
        f"--{name}"
        for name in (
            "account",
            "category",
            "compare",
            "config",
            "endpoint-url",
            "external-id",
            "fail-on",
            "format",
            "item",
            "max-concurrency",
            "out",
            "profile",
            "region",
            "repository",
            "role-name",
        )
    )
    assert [each.value for each in Severity] == ["critical", "high", "medium", "low", "info"]


def test_it_runs_as_a_module() -> None:
    told = process("--version").communicate(timeout=30)

    assert told == ("readiness, version 0.1.0\n", "")


def test_it_runs_by_its_installed_name() -> None:
    name = shutil.which("readiness", path=str(Path(sys.executable).parent))
    assert name
    told = subprocess.run([name, "--version"], capture_output=True, text=True, check=True)

    assert told.stdout == "readiness, version 0.1.0\n"


def test_the_demo_is_given_its_folder(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []

    def played(out: Path) -> int:
        asked.append(out)
        return 0

    monkeypatch.setattr("readiness.demo.run.run", played)

    assert run("demo").exit_code == 0
    assert run("demo", "--out", "elsewhere").exit_code == 0
    assert asked == [Path("readiness-out/demo"), Path("elsewhere")]
