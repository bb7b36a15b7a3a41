"""Hold the configuration's loader to its sentences: file, line, what is wrong, the nearest name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.config import (
    Accounts,
    Applies,
    Attestation,
    Audience,
    Configuration,
    OwnersMail,
    Records,
    Suppression,
    Workload,
)
from readiness.config_files import (
    LARGEST,
    ConfigurationError,
    Loaded,
    Problem,
    load,
    read_folder,
    schema,
)
from readiness.evidence.observability import BusinessMetric

TODAY = date(2026, 11, 24)

MAIN = """\
accounts:
  exclude: [999999999999]  # the sandbox
regions: [eu-west-1, us-east-1]
closed_regions:
  - me-south-1
workloads:
  - name: payments
    accounts: [012345670123, "111122223333"]
    repositories: ["github:acme/payments", "codecommit:111122223333:eu-west-1:jobs", "path:../shop"]
    owners: [payments@acme.example]
    environment: no
    options:
      rds_instance_backup_retention.retention_days: 14
audiences:
  - name: platform
    addresses: [platform@acme.example]
    cadence: daily
  - name: payments
    addresses: [payments@acme.example]
    workloads: [payments]
    day: tuesday
owners_mail:
  enabled: true
  allowed_domains: [acme.example]
fallback: platform@acme.example
item_fail_severity: high
cost_explorer: false
"""
RECORDS = """\
# Kept by the platform team.
attestations:
  - item: security/go-through-a-security-audit
    statement: An outside audit was done in October.
    evidence: https://wiki.acme.example/audit
    author: ciso@acme.example
    date: 2026-10-01
    expires: 2027-09-30
suppressions:
  - check: rds_instance_backup_retention
    scope: {account: "111122223333", workload: payments}
    resource: "arn:aws:rds:*:*:db:cache-*"
    reason: These databases hold derived data only.
    approver: ciso@acme.example
    date: 2026-10-01
    expires: 2027-10-01
"""


def problems(files: Mapping[str, str | bytes]) -> list[str]:
    """Return what the loader says is wrong."""
    contents = {
        name: content.encode() if isinstance(content, str) else content
        for name, content in files.items()
    }
    with pytest.raises(ConfigurationError) as caught:
        load(contents, TODAY)
    return str(caught.value).splitlines()


def test_a_whole_configuration_is_read_as_it_is_written() -> None:
    loaded = load({"readiness.yaml": MAIN.encode(), "records/all.yaml": RECORDS.encode()}, TODAY)

    assert loaded == Loaded(
        configuration=Configuration(
            accounts=Accounts(exclude=("999999999999",)),
            regions=("eu-west-1", "us-east-1"),
            closed_regions=("me-south-1",),
            workloads=(
                Workload(
                    name="payments",
                    accounts=("012345670123", "111122223333"),
                    repositories=(
                        "github:acme/payments",
                        "codecommit:111122223333:eu-west-1:jobs",
                        "path:../shop",
                    ),
                    owners=("payments@acme.example",),
                    environment="no",
                    options={"rds_instance_backup_retention.retention_days": 14},
                ),
            ),
            audiences=(
                Audience(name="platform", addresses=("platform@acme.example",), cadence="daily"),
                Audience(
                    name="payments",
                    addresses=("payments@acme.example",),
                    workloads=("payments",),
                    day="tuesday",
                ),
            ),
            owners_mail=OwnersMail(enabled=True, allowed_domains=("acme.example",)),
            fallback="platform@acme.example",
            item_fail_severity="high",
            cost_explorer=False,
        ),
        attestations=(
            Attestation(
                item="security/go-through-a-security-audit",
                statement="An outside audit was done in October.",
                evidence="https://wiki.acme.example/audit",
                author="ciso@acme.example",
                date=date(2026, 10, 1),
                expires=date(2027, 9, 30),
            ),
        ),
        suppressions=(
            Suppression(
                check="rds_instance_backup_retention",
                scope=Applies(account="111122223333", workload="payments"),
                resource="arn:aws:rds:*:*:db:cache-*",
                reason="These databases hold derived data only.",
                approver="ciso@acme.example",
                date=date(2026, 10, 1),
                expires=date(2027, 10, 1),
            ),
        ),
    )


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="no files"),
        pytest.param({"README.md": b"\xff", "pipeline.yaml": b"{"}, id="others' files only"),
        pytest.param({"readiness.yaml": b"# regions: [eu-west-1]\n"}, id="comments only"),
        pytest.param(
            {"readiness.yaml": b"workloads:\n  # - name: shop\nfallback: ~\n"},
            id="keys without value",
        ),
        pytest.param({"readiness.yaml": b"\xef\xbb\xbfregions: enabled\r\n"}, id="byte order mark"),
        pytest.param({"records/none.yaml": b"suppressions: []\n"}, id="an empty list"),
    ],
)
def test_what_says_nothing_is_the_default(files: Mapping[str, bytes]) -> None:
    assert load(files, TODAY) == Loaded(configuration=Configuration())


MAIN_ROWS: Mapping[str, tuple[str | bytes, list[str]]] = {
    "an empty file": ("", ["readiness.yaml:1: is empty; write a key, or delete the file"]),
    "white space": (" \n\n", ["readiness.yaml:1: is empty; write a key, or delete the file"]),
    "a list": ("- a\n", ["readiness.yaml:1: holds a list where its keys are expected"]),
    "a word": ("\nhello\n", ["readiness.yaml:2: holds a text where its keys are expected"]),
    "a huge file": (
        "#" * (LARGEST + 1),
        ["readiness.yaml:1: holds 1,048,577 bytes; at most 1,048,576 are read"],
    ),
    "not UTF-8": (
        "a: b\nc: é\n".encode("latin-1"),
        ["readiness.yaml:2: is not UTF-8 text; save it in that encoding"],
    ),
    "a control character": (
        "a: b\n\nc: \x07\n",
        ["readiness.yaml:3: holds the character U+0007, which YAML does not allow"],
    ),
    "a tab": (
        "accounts:\n\tinclude: []\n",
        ["readiness.yaml:2: is indented with a tab; YAML takes spaces"],
    ),
    "a reserved character": (
        "fallback: @acme\n",
        ["readiness.yaml:1: '@' begins a value; put the value in quotes"],
    ),
    "two colons": (
        "fallback: a: b\n",
        [
            "readiness.yaml:1: has a ':' where no key can stand; put the text in quotes, or mend "
            "the indentation"
        ],
    ),
    "an open quote": (
        "regions: enabled\nfallback: 'a\nworkloads: []\n",
        ["readiness.yaml:2: opens a quote that is never closed"],
    ),
    "an open bracket": (
        "regions: [eu-west-1\nfallback: a@acme.example\n",
        ["readiness.yaml:1: opens a bracket that is not closed where it should be"],
    ),
    "a key without a colon": (
        "regions: enabled\nworkloads\nfallback: a@acme.example\n",
        ["readiness.yaml:2: has a key without a ':'"],
    ),
    "crooked indentation": (
        "workloads:\n  - name: a\n - name: b\n",
        ["readiness.yaml:3: is not indented like the lines it belongs to"],
    ),
    "an unknown directive": (
        "%YAML 9\n---\na: b\n",
        [
            "readiness.yaml:1: is not YAML: while scanning a %YAML directive, did not find "
            "expected digit or '.' character"
        ],
    ),
    "a second document": (
        "regions: enabled\n---\nregions: enabled\n",
        ["readiness.yaml:2: begins a second document; a file holds one"],
    ),
    "an anchor": (
        "workloads: &all\n  - name: a\n",
        ["readiness.yaml:1: sets the anchor &all; write the value where it is used"],
    ),
    "an alias": (
        "regions: *all\n",
        ["readiness.yaml:1: uses the alias *all; write the value itself"],
    ),
    "a bomb of aliases": (
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        ["readiness.yaml:1: sets the anchor &a; write the value where it is used"],
    ),
    "a tag": (
        "fallback: !!python/object:os.system x\n",
        [
            "readiness.yaml:1: uses the tag tag:yaml.org,2002:python/object:os.system; "
            "write the value without it"
        ],
    ),
    "a deep nest": ("a: " + "[" * 100_000, ["readiness.yaml:1: nests more than 12 levels"]),
    "a key that is a list": ("? [a]\n: b\n", ["readiness.yaml:1: has a key that is not a word"]),
    "a key twice": (
        "regions: enabled\naccounts: {}\nregions: [eu-west-9]\n",
        ["readiness.yaml:3: the key 'regions' is written twice; it first stands in line 1"],
    ),
    "an unknown key": (
        "acounts:\n",
        ["readiness.yaml:1: no key is named 'acounts'; the nearest is 'accounts'"],
    ),
    "an unknown key within": (
        "workloads:\n  - name: shop\n    accounts: ['111122223333']\n    enviroment: dev\n",
        ["readiness.yaml:4: no key is named 'enviroment'; the nearest is 'environment'"],
    ),
    "a word for keys": (
        "owners_mail: yes\nworkloads:\n  - shop\noptions: all\n",
        [
            "readiness.yaml:1: owners_mail takes keys and values, not 'yes'",
            "readiness.yaml:3: workloads takes keys and values, not 'shop'",
            "readiness.yaml:4: options takes keys and values, not 'all'",
        ],
    ),
    "a word for a list": (
        "workloads: shop\nclosed_regions: {}\n",
        [
            "readiness.yaml:1: workloads takes a list, not 'shop'",
            "readiness.yaml:2: closed_regions takes a list, not keys and values",
        ],
    ),
    "a list for a word": (
        "fallback: [a@acme.example]\n",
        ["readiness.yaml:1: fallback takes text, not a list"],
    ),
    "no name": (
        "workloads:\n  - accounts: ['111122223333']\n",
        ["readiness.yaml:2: name is missing"],
    ),
    "a name that leads elsewhere": (
        "workloads:\n  - name: ../shop\n    accounts: ['111122223333']\n",
        [
            "readiness.yaml:2: '../shop' in name is not a name (letters, digits, spaces, dots, "
            "hyphens; 64 at most, a letter or digit first)"
        ],
    ),
    "not an account": (
        "accounts:\n  include:\n    - 111122223333\n    - 1111-2222-3333\n    - ١١١١٢٢٢٢٣٣٣٣\n",
        [
            "readiness.yaml:4: '1111-2222-3333' in include is not an account id (12 digits)",
            "readiness.yaml:5: '١١١١٢٢٢٢٣٣٣٣' in include is not an account id (12 digits)",
        ],
    ),
    "not an organizational unit": (
        "accounts: {organizational_units: [Production]}\n",
        [
            "readiness.yaml:1: 'Production' in organizational_units is not an organizational "
            "unit's id like ou-ab12-12345678"
        ],
    ),
    "not a repository": (
        "workloads:\n  - name: shop\n    repositories: [acme/shop]\n",
        [
            "readiness.yaml:3: 'acme/shop' in repositories is not a repository like "
            "github:owner/name, codecommit:account:region:name, url:https://host/name or path:folder"
        ],
    ),
    "regions of no kind": (
        "regions: [eu-wset-1, EU-WEST-1]\nclosed_regions: [mars-north-1]\n",
        [
            "readiness.yaml:1: 'EU-WEST-1' in regions is not a region like eu-west-1",
            "readiness.yaml:1: no region is named 'eu-wset-1'; the nearest is 'eu-west-1'",
            "readiness.yaml:2: no region is named 'mars-north-1'; the nearest is 'eu-north-1'",
        ],
    ),
    "one region as a word": (
        "regions: eu-west-1\n",
        ["readiness.yaml:1: regions takes the word enabled or a list of regions, not 'eu-west-1'"],
    ),
    "a region scanned and closed": (
        "regions: [eu-west-1]\nclosed_regions:\n  - eu-west-1\n",
        ["readiness.yaml:3: eu-west-1 is both in regions and in closed_regions"],
    ),
    "an account in and out": (
        "accounts:\n  include: ['111122223333']\n  exclude: ['111122223333']\n",
        ["readiness.yaml:3: account 111122223333 is both included and excluded"],
    ),
    "workloads of left-out accounts": (
        "accounts:\n  include: ['111122223333', '444455556666']\n  exclude: [777788889999]\n"
        "workloads:\n  - name: shop\n    accounts:\n      - 777788889999\n      - 999999999999\n",
        [
            "readiness.yaml:7: workload 'shop' names account 777788889999, which accounts.exclude "
            "leaves out",
            "readiness.yaml:8: workload 'shop' names account 999999999999, which accounts.include "
            "leaves out",
        ],
    ),
    "an empty workload": (
        "workloads:\n  - name: shop\n",
        ["readiness.yaml:2: workload 'shop' has neither accounts nor repositories"],
    ),
    "two workloads of one name": (
        "workloads:\n  - {name: shop, accounts: ['111122223333']}\n"
        "  - {name: Shop, accounts: ['111122223333']}\n",
        ["readiness.yaml:3: two workloads are named 'shop'; give each a name of its own"],
    ),
    "two audiences of one name": (
        "audiences:\n  - {name: ops, addresses: [a@acme.example]}\n"
        "  - {name: ops, addresses: [b@acme.example]}\n",
        ["readiness.yaml:3: two audiences are named 'ops'; give each a name of its own"],
    ),
    "an account in two environments": (
        "workloads:\n  - {name: shop, accounts: ['111122223333'], environment: Prod}\n"
        "  - {name: desk, accounts: ['111122223333'], environment: prod}\n"
        "  - {name: jobs, accounts: ['111122223333'], environment: dev}\n"
        "  - {name: logs, accounts: ['111122223333']}\n",
        [
            "readiness.yaml:4: account 111122223333 is 'dev' in workload 'jobs' and 'Prod' in "
            "workload 'shop'; an account has one environment"
        ],
    ),
    "an audience of unknown workloads": (
        "workloads:\n  - {name: payments, accounts: ['111122223333']}\n"
        "audiences:\n  - name: ops\n    addresses: [a@acme.example]\n"
        "    workloads:\n      - paymnts\n      - 111122223333\n",
        [
            "readiness.yaml:7: no workload is named 'paymnts'; the nearest is 'payments'",
            "readiness.yaml:8: no workload is named '111122223333'",
        ],
    ),
    "bad addresses": (
        "audiences:\n  - name: ops\n    addresses:\n      - ops@\n      - a b@acme.example\n"
        '      - "a@acme.example\\nBcc: b@acme.example"\n      - a@localhost\n'
        "fallback: a@acme.example, b@acme.example\n",
        [
            "readiness.yaml:4: 'ops@' in addresses is not a mail address",
            "readiness.yaml:5: 'a b@acme.example' in addresses is not a mail address",
            "readiness.yaml:6: 'a@acme.example\\nBcc: b@acme.example' in addresses is not a mail "
            "address",
            "readiness.yaml:7: 'a@localhost' in addresses is not a mail address",
            "readiness.yaml:8: 'a@acme.example, b@acme.example' in fallback is not a mail address",
        ],
    ),
    "nobody to send to": (
        "audiences:\n  - name: ops\n    addresses: []\n",
        ["readiness.yaml:3: addresses takes at least one entry"],
    ),
    "words that are not among the choices": (
        "audiences:\n  - name: ops\n    addresses: [a@acme.example]\n    cadence: weekley\n"
        "    day: mon\nitem_fail_severity: severe\ncost_explorer: maybe\n",
        [
            "readiness.yaml:4: 'weekley' in cadence is not one of daily, weekly, monthly, never; "
            "the nearest is 'weekly'",
            "readiness.yaml:5: 'mon' in day is not one of monday, tuesday, wednesday, thursday, "
            "friday, saturday, sunday; the nearest is 'monday'",
            "readiness.yaml:6: 'severe' in item_fail_severity is not one of critical, high, "
            "medium, low, info",
            "readiness.yaml:7: 'maybe' in cost_explorer is neither true nor false",
        ],
    ),
    "owners' mail to anybody": (
        "fallback: a@acme.example\nowners_mail:\n  enabled: true\n",
        [
            "readiness.yaml:2: owners' mail is switched on, so allowed_domains must name at least "
            "one domain"
        ],
    ),
    "owners' mail with no fallback": (
        "owners_mail: {enabled: true, allowed_domains: [acme.example]}\n",
        [
            "readiness.yaml:1: owners' mail is switched on, so fallback must name who gets what "
            "no allowed owner would"
        ],
    ),
    "not a domain": (
        "owners_mail: {allowed_domains: ['@acme.example']}\n",
        ["readiness.yaml:1: '@acme.example' in allowed_domains is not a domain like example.com"],
    ),
    "unknown options": (
        "options:\n  rds_instance_backup_retention.retention_day: 7\n"
        "workloads:\n  - name: shop\n    accounts: ['111122223333']\n    options:\n"
        "      rds_instance_backup_retention.retention_days: a week\n      wrong: 1\n",
        [
            "readiness.yaml:2: no option is named 'rds_instance_backup_retention.retention_day'; "
            "the nearest is 'rds_instance_backup_retention.retention_days'",
            "readiness.yaml:7: 'a week' in rds_instance_backup_retention.retention_days is not a "
            "whole number",
            "readiness.yaml:8: no option is named 'wrong'",
        ],
    ),
}


@pytest.mark.parametrize("name", MAIN_ROWS)
def test_a_wrong_configuration_is_told_in_sentences(name: str) -> None:
    content, expected = MAIN_ROWS[name]

    assert problems({"readiness.yaml": content}) == expected


ATTESTATION = {
    "item": "security/go-through-a-security-audit",
    "statement": "An outside audit was done.",
    "evidence": "https://wiki.acme.example/audit",
    "author": "ciso@acme.example",
    "date": "2026-10-01",
    "expires": "2027-09-30",
}
SUPPRESSION = {
    "check": "rds_instance_backup_retention",
    "reason": "These databases hold derived data only.",
    "approver": "ciso@acme.example",
    "date": "2026-10-01",
    "expires": "2027-10-01",
}

#: Kind of record, changes to a valid one (None takes a key away), what is said of it.
RECORD_ROWS: Mapping[str, tuple[str, Mapping[str, object], list[str]]] = {
    "an unknown item": (
        "attestations",
        {"item": "security/go-through-security-audit"},
        [
            "no item is named 'security/go-through-security-audit'; the nearest is "
            "'security/go-through-a-security-audit'"
        ],
    ),
    "an item without its category": (
        "attestations",
        {"item": "go-through-a-security-audit"},
        [
            "no item is named 'go-through-a-security-audit'; the nearest is "
            "'security/go-through-a-security-audit'"
        ],
    ),
    "an unknown check": (
        "suppressions",
        {"check": "rds_backup_retention"},
        [
            "no check is named 'rds_backup_retention'; the nearest is "
            "'rds_instance_backup_retention'"
        ],
    ),
    "a check of another item": (
        "attestations",
        {"item": "security/record-audit-logs", "check": "rds_instance_backup_retention"},
        ["check 'rds_instance_backup_retention' does not belong to security/record-audit-logs"],
    ),
    "an endless attestation": ("attestations", {"expires": None}, ["expires is missing"]),
    "an attestation that runs too long": (
        "attestations",
        {"expires": "2027-10-02"},
        [
            "an attestation of security/go-through-a-security-audit runs at most 365 days, here "
            "from 2026-10-01 to 2027-10-01; 2027-10-02 is outside"
        ],
    ),
    "an endless suppression": ("suppressions", {"expires": ""}, ["expires is missing"]),
    "a suppression that runs too long": (
        "suppressions",
        {"expires": "2036-10-01"},
        [
            "a suppression runs at most 365 days, here from 2026-10-01 to 2027-10-01; "
            "2036-10-01 is outside"
        ],
    ),
    "a suppression that ends before it begins": (
        "suppressions",
        {"expires": "2026-09-30"},
        [
            "a suppression runs at most 365 days, here from 2026-10-01 to 2027-10-01; "
            "2026-09-30 is outside"
        ],
    ),
    "dates of another form": (
        "suppressions",
        {"date": "20261001", "expires": "2026-13-01"},
        [
            "'2026-13-01' in expires is not a date like 2026-11-24",
            "'20261001' in date is not a date like 2026-11-24",
        ],
    ),
    "no words": (
        "attestations",
        {"statement": "done", "evidence": "http://wiki.acme.example", "author": "the CISO"},
        [
            "'http://wiki.acme.example' in evidence is not a link that begins with https://",
            "'the CISO' in author is not a mail address",
            "statement takes at least 10 characters",
        ],
    ),
    "no resource": (
        "suppressions",
        {"resource": '""'},
        ["resource takes at least 1 characters"],
    ),
    "neither item nor check": (
        "suppressions",
        {"check": None},
        ["a suppression names either an item or a check"],
    ),
    "item and check": (
        "suppressions",
        {"item": "security/record-audit-logs"},
        ["a suppression names either an item or a check"],
    ),
    "an unknown workload": (
        "suppressions",
        {"scope": "{workload: payment}"},
        ["no workload is named 'payment'; the nearest is 'payments'"],
    ),
    "a scope of no kind": (
        "suppressions",
        {"scope": "{acount: '1', account: '1', repository: acme/shop}"},
        [
            "'1' in account is not an account id (12 digits)",
            "'acme/shop' in repository is not a repository like github:owner/name, "
            "codecommit:account:region:name, url:https://host/name or path:folder",
            "no key is named 'acount'; the nearest is 'account'",
        ],
    ),
}


def record_file(kind: str, changes: Mapping[str, object]) -> str:
    """Return a file with one record, all of it in line 2 but its list's key."""
    base = ATTESTATION if kind == "attestations" else SUPPRESSION
    members = {key: value for key, value in {**base, **changes}.items() if value is not None}
    return f"{kind}:\n  - {{{', '.join(f'{key}: {value}' for key, value in members.items())}}}\n"


@pytest.mark.parametrize("name", RECORD_ROWS)
def test_a_wrong_record_is_told_in_sentences(name: str) -> None:
    kind, changes, expected = RECORD_ROWS[name]
    found = problems({"readiness.yaml": MAIN, "records/r.yaml": record_file(kind, changes)})

    assert found == [f"records/r.yaml:2: {sentence}" for sentence in expected]


def test_everything_wrong_in_all_files_is_told_at_once_by_file_and_line() -> None:
    found = problems(
        {
            "records/b.yaml": "suppressions: x\n",
            "records/a.yaml": "attestations:\n  - item: nothing\n",
            "readiness.yaml": "fallback: x\nregion: y\nworkloads:\n  - name: 'a\n",
        }
    )

    assert found == [
        "readiness.yaml:4: opens a quote that is never closed",
        "records/a.yaml:2: author is missing",
        "records/a.yaml:2: date is missing",
        "records/a.yaml:2: evidence is missing",
        "records/a.yaml:2: expires is missing",
        "records/a.yaml:2: no item is named 'nothing'",
        "records/a.yaml:2: statement is missing",
        "records/b.yaml:1: suppressions takes a list, not 'x'",
    ]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("readiness.yml", "is not read; name it readiness.yaml"),
        ("Readiness.yaml", "is not read; name it readiness.yaml"),
        ("readines.yaml", "is not read; name it readiness.yaml"),
        ("records.yaml", "is not read; move it to records/records.yaml"),
        ("records/a.yml", "is not read; name it records/a.yaml"),
        ("records/2026/a.yaml", "is not read; move it to records/a.yaml"),
        ("record/a.yaml", "is not read; move it to records/a.yaml"),
    ],
)
def test_a_file_in_the_wrong_place_is_not_silently_without_effect(name: str, sentence: str) -> None:
    assert problems({name: "suppressions: []\n"}) == [f"{name}:1: {sentence}"]


def test_records_without_effect_are_warnings() -> None:
    files = {
        "records/a.yaml": record_file(
            "attestations", {"date": "2025-10-01", "expires": "2026-10-01"}
        ),
        "records/b.yaml": record_file("attestations", {"item": "security/record-audit-logs"}),
        "records/c.yaml": record_file("suppressions", {"expires": "2026-11-23"}),
        "records/d.yaml": record_file("suppressions", {"date": "2026-11-25"}),
        "records/e.yaml": record_file("suppressions", {"expires": "2026-11-24"}),
    }
    loaded = load({name: content.encode() for name, content in files.items()}, TODAY)

    assert [str(each) for each in loaded.warnings] == [
        "records/a.yaml:2: the attestation of security/go-through-a-security-audit expired on "
        "2026-10-01",
        "records/b.yaml:2: the attestation of security/record-audit-logs has no effect: it is "
        "decided by evidence alone",
        "records/c.yaml:2: the suppression of rds_instance_backup_retention expired on 2026-11-23",
        "records/d.yaml:2: the suppression of rds_instance_backup_retention has no effect before "
        "2026-11-25",
    ]
    assert len(loaded.attestations) == 2
    assert len(loaded.suppressions) == 3


def test_a_folder_is_read_by_its_yaml_files(tmp_path: Path) -> None:
    for name in ("readiness.yaml", "records/a.yaml", "records/deep/b.yml", "src/c.yaml", "d.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)

    assert read_folder(tmp_path) == {
        name: name.encode() for name in ("readiness.yaml", "records/a.yaml", "records/deep/b.yml")
    }


def test_a_configuration_made_in_python_is_held_to_the_same() -> None:
    shop = Workload(name="shop", accounts=("111122223333",), environment="prod")
    with pytest.raises(ValidationError, match="an account has one environment"):
        Configuration(workloads=(shop, shop.model_copy(update={"name": "b", "environment": "dev"})))


@pytest.mark.parametrize(("model", "content"), [(Configuration, MAIN), (Records, RECORDS)])
def test_the_schema_for_editors_takes_what_the_loader_takes(
    model: type[Configuration | Records], content: str
) -> None:
    document = json.loads(json.dumps(yaml.safe_load(content), default=str))
    if model is Configuration:
        # YAML 1.1's readings, which the loader does not share.
        document["accounts"]["exclude"] = ["999999999999"]
        document["workloads"][0]["accounts"][0] = "012345670123"
        document["workloads"][0]["environment"] = "no"
    validator = jsonschema.Draft202012Validator(schema(model))
    validator.check_schema(schema(model))

    assert list(validator.iter_errors(document)) == []
    assert [each.message for each in validator.iter_errors({**document, "wrong": 1})] == [
        "Additional properties are not allowed ('wrong' was unexpected)"
    ]


def test_the_schema_names_every_option_with_its_default() -> None:
    option = schema()["properties"]["options"]["properties"][
        "rds_instance_backup_retention.retention_days"
    ]

    assert option == {"type": "integer", "default": 7}


BUSINESS = "cloudwatch_business_metric_active.business_metrics"
ORDERS = {"namespace": "Shop", "metric": "Orders", "dimensions": {"country": "de"}}


def test_business_metrics_are_asked_for_once_whichever_workloads_name_them() -> None:
    carts = {"namespace": "Shop", "metric": "Carts"}
    workload = {
        "name": "shop",
        "accounts": ["111122223333"],
        "options": {BUSINESS: [carts, ORDERS]},
    }
    found = Configuration.model_validate({"options": {BUSINESS: [ORDERS]}, "workloads": [workload]})

    expected = (
        BusinessMetric("Shop", "Orders", {"country": "de"}),
        BusinessMetric("Shop", "Carts"),
    )
    assert found.business_metrics == expected
    # The plan is a file between two steps.
    assert Configuration.model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        ({**ORDERS, "dimension": {}}, "no key is named 'dimension'"),
        ({"namespace": "Shop"}, "metric is missing"),
        ("Orders", "takes keys and values, not 'Orders'"),
    ],
)
def test_a_business_metric_that_is_wrong(metric: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Configuration.model_validate({"options": {BUSINESS: [metric]}})


def test_the_schema_spells_out_what_an_option_takes() -> None:
    option = schema()["properties"]["options"]["properties"][BUSINESS]

    assert option["items"]["required"] == ["namespace", "metric"]
    assert "$ref" not in str(option)


KEYS = sorted(
    {
        key
        for model in (Accounts, Applies, Attestation, Audience, Configuration, Records, Suppression)
        for key in (*model.model_fields, *Workload.model_fields, *OwnersMail.model_fields)
    }
)
#: Values of every shape below the keys that mean something.
ODD = st.recursive(
    st.none() | st.sampled_from(["", "true", "shop", "111122223333", "2026-11-24", "security"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=20,
)


def outcome(files: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """Return what is wrong, nothing where all is well."""
    try:
        load(files, TODAY)
    except ConfigurationError as error:
        return error.problems
    return ()


@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | ODD.map(lambda value: json.dumps(value).encode())
)
def test_no_content_breaks_the_loader(content: bytes) -> None:
    found = outcome({"readiness.yaml": content, "records/a.yaml": content})

    assert all(problem.line >= 1 and problem.sentence for problem in found)
