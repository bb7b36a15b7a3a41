"""How do other programs read what a scan found: spreadsheets, security tools, build servers?

Each status keeps its meaning at the border: what was not seen is never told as passed.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from readiness import __version__
from readiness.checklist import CHECKS, ITEMS
from readiness.checklist.model import Severity, Status
from readiness.digest.names import clean, short, shorten
from readiness.digest.rows import title_of, where
from readiness.findings import PUBLIC, Finding, Verdict
from readiness.results import ScanRecord, WorkloadResult

#: The version of OCSF whose schema the events hold to.
OCSF = "1.5.0"

#: What begins a formula in a spreadsheet, also where a text is cut at another separator or a quote.
_FORMULA = re.compile(r"""(^|[;,|"'][ ]*)(?=[=+\-@＝＋－＠])""")
#: The most characters that a spreadsheet's cell holds.
_CELL = 32_000

_OCSF_STATUS = {
    Status.PASS: ("Pass", 1),
    Status.FAIL: ("Fail", 3),
    Status.NO_EVIDENCE: ("Warning", 2),
    Status.UNKNOWN: ("Unknown", 0),
    Status.NOT_APPLICABLE: ("Other", 99),
}
_OCSF_SEVERITY = {
    Severity.CRITICAL: ("Critical", 5),
    Severity.HIGH: ("High", 4),
    Severity.MEDIUM: ("Medium", 3),
    Severity.LOW: ("Low", 2),
    Severity.INFO: ("Informational", 1),
}
_ASFF_STATUS = {
    Status.PASS: "PASSED",
    Status.FAIL: "FAILED",
    Status.NO_EVIDENCE: "WARNING",
    Status.UNKNOWN: "WARNING",
    Status.NOT_APPLICABLE: "NOT_AVAILABLE",
}
_ASFF_SEVERITY = {each: each.name for each in Severity} | {Severity.INFO: "INFORMATIONAL"}
#: Where a finding is kept that belongs to no region, when the scan saw none in its account.
_HOME = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}


def csv_of(results: Iterable[WorkloadResult]) -> str:
    """Return a row for each finding, in which no spreadsheet finds a formula."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(PUBLIC)
    for finding in _findings(results):
        writer.writerow(_cell(str(value)) for value in finding.public().values())
    return out.getvalue()


def _cell(text: str) -> str:
    """Return a text as it may stand in a spreadsheet; findings.jsonl has it to the letter."""
    return _FORMULA.sub(r"\1'", clean(text, _CELL))


def ocsf_of(results: Iterable[WorkloadResult], scan: ScanRecord) -> list[dict[str, Any]]:
    """Return the findings as OCSF events of the class Compliance Finding."""
    return [_event(finding, scan) for finding in _findings(results)]


def _event(finding: Finding, scan: ScanRecord) -> dict[str, Any]:
    status, status_id = _OCSF_STATUS[finding.status]
    severity, severity_id = _OCSF_SEVERITY[_severity(finding)]
    created = _moment(finding.first_seen, scan.started)
    new = created == scan.started
    event: dict[str, Any] = {
        "activity_id": 1 if new else 2,
        "activity_name": "Create" if new else "Update",
        "category_name": "Findings",
        "category_uid": 2,
        "class_name": "Compliance Finding",
        "class_uid": 2003,
        "type_name": f"Compliance Finding: {'Create' if new else 'Update'}",
        "type_uid": 200301 if new else 200302,
        "time": _milliseconds(scan.started),
        "severity": severity,
        "severity_id": severity_id,
        "status": "Suppressed" if finding.suppressed else "New",
        "status_id": 3 if finding.suppressed else 1,
        "message": _said(finding),
        "metadata": {
            "version": OCSF,
            "product": {"name": "Readiness", "vendor_name": "Readiness", "version": __version__},
            "profiles": ["cloud"] if finding.account else [],
        },
        "finding_info": {
            "uid": _uid(finding),
            "title": title_of(finding.item),
            "desc": _said(finding),
            "types": [_category(finding.item)],
            "created_time": _milliseconds(created),
            "first_seen_time": _milliseconds(created),
            "last_seen_time": _milliseconds(scan.started),
            "modified_time": _milliseconds(_moment(finding.changed_at, scan.started)),
        },
        "compliance": {
            "control": finding.check,
            "requirements": [finding.item],
            "standards": ["Readiness"],
            "status": status,
            "status_id": status_id,
            "status_details": [_reason(finding)],
        },
        "resources": [{"uid": finding.resource, "name": short(finding.resource)}],
        "unmapped": {"workload": finding.workload, "source": finding.source},
    }
    if finding.suppressed:
        event["status_detail"] = finding.suppressed
    if finding.fix:
        event["remediation"] = {"desc": finding.fix, "references": _references(finding)}
    if finding.account:
        place = {"cloud_partition": _partition(finding)}
        if finding.region:
            place["region"] = finding.region
        event["resources"][0] |= place
        event["cloud"] = {
            "provider": "AWS",
            "account": {"uid": finding.account, "type": "AWS Account", "type_id": 10},
            **place,
        }
    return event


def asff_of(
    results: Iterable[WorkloadResult], scan: ScanRecord, homes: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the findings as BatchImportFindings of Security Hub takes them, a hundred at a time.

    `homes` names, by workload, the account that stands for what lies in none: repositories, for
    example. Without one such findings are left out, for Security Hub keeps every finding in an account.
    """
    return [
        _imported(finding, scan, account)
        for finding in _findings(results)
        if (account := finding.account or homes.get(finding.workload, ""))
    ]


def _imported(finding: Finding, scan: ScanRecord, account: str) -> dict[str, Any]:
    partition = _partition(finding)
    region = finding.region or _home(scan, account, partition)
    compliance: dict[str, Any] = {"Status": _ASFF_STATUS[finding.status]}
    if finding.status is Status.UNKNOWN:
        compliance["StatusReasons"] = [
            {"ReasonCode": "NOT_SEEN", "Description": clean(_reason(finding), 1000)}
        ]
    created = _moment(finding.first_seen, scan.started)
    whole = finding.resource == finding.account != ""
    imported = {
        "SchemaVersion": "2018-10-08",
        "Id": f"readiness/{_uid(finding)}",
        "ProductArn": f"arn:{partition}:securityhub:{region}:{account}:product/{account}/default",
        "GeneratorId": f"readiness/{finding.check}",
        "AwsAccountId": account,
        "Types": ["Software and Configuration Checks"],
        "FirstObservedAt": _iso(created),
        "LastObservedAt": _iso(scan.started),
        "CreatedAt": _iso(created),
        "UpdatedAt": _iso(scan.ended),
        "Severity": {
            "Label": _ASFF_SEVERITY[_severity(finding)],
            "Original": finding.severity.value,
        },
        "Title": clean(title_of(finding.item), 256),
        "Description": clean(_said(finding), 1024),
        "ProductFields": {
            "readiness/workload": clean(finding.workload, 1000),
            "readiness/item": finding.item,
            "readiness/check": finding.check,
            "readiness/status": finding.status.value,
            "readiness/scan": scan.id,
        },
        "Resources": [
            {
                "Type": "AwsAccount" if whole else "Other",
                "Id": f"AWS::::Account:{account}" if whole else shorten(finding.resource, 512),
                "Partition": partition,
                "Region": region,
            }
        ],
        "Compliance": compliance,
        "Workflow": {"Status": "SUPPRESSED" if finding.suppressed else "NEW"},
        "RecordState": "ACTIVE",
    }
    if finding.fix:
        advice = {"Text": clean(finding.fix, 512)}
        if links := _references(finding):
            advice["Url"] = links[0]
        imported["Remediation"] = {"Recommendation": advice}
    return imported


def junit_of(results: Iterable[WorkloadResult], scan: ScanRecord) -> str:
    """Return a test suite for each workload and a test for each finding.

    A finding that fails and is not accepted is a failure. What is not known, not shown, not
    applicable or accepted is skipped, and says which: a test that passed was seen to pass.
    """
    root = ElementTree.Element("testsuites", name="readiness")
    for result in results:
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=clean(result.workload),
            timestamp=f"{scan.started:%Y-%m-%dT%H:%M:%S}",
        )
        told = {finding.item for finding in result.findings}
        for finding in result.findings:
            _test(suite, finding)
        for verdict in result.verdicts:
            if verdict.item not in told:
                _untold(suite, verdict)
        _count(suite, [suite])
    _count(root, list(root))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _test(suite: ElementTree.Element, finding: Finding) -> None:
    place = where(finding)
    name = f"{finding.check} [{short(finding.resource)}]"
    if finding.resource not in (place, finding.unit):
        name += f" {place}"
    test = ElementTree.SubElement(
        suite, "testcase", classname=finding.item, name=clean(name, 500), time="0"
    )
    if finding.status is Status.PASS:
        return
    said = clean(_said(finding), 1000)
    if finding.fails:
        failure = ElementTree.SubElement(test, "failure", type=finding.severity.value, message=said)
        failure.text = "\n".join(
            clean(line, 2000)
            for line in (
                finding.resource,
                f"Fix: {finding.fix}" if finding.fix else "",
                *_references(finding),
            )
            if line
        )
        return
    word = finding.suppressed or finding.status.value
    ElementTree.SubElement(test, "skipped", message=clean(f"{word}: {said}", 1000))


def _untold(suite: ElementTree.Element, verdict: Verdict) -> None:
    """Add an item of which there is no finding: the verdict speaks."""
    test = ElementTree.SubElement(
        suite, "testcase", classname=verdict.item, name=title_of(verdict.item), time="0"
    )
    because = clean(verdict.because, 1000)
    if verdict.status is Status.FAIL:
        ElementTree.SubElement(test, "failure", type=Severity.MEDIUM.value, message=because)
    elif verdict.status is not Status.PASS:
        ElementTree.SubElement(test, "skipped", message=f"{verdict.status.value}: {because}")


def _count(element: ElementTree.Element, suites: Iterable[ElementTree.Element]) -> None:
    cases = [case for suite in suites for case in suite.iter("testcase")]
    element.set("tests", str(len(cases)))
    element.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    element.set("errors", "0")
    element.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))


def _findings(results: Iterable[WorkloadResult]) -> Iterable[Finding]:
    return (finding for result in results for finding in result.findings)


def _uid(finding: Finding) -> str:
    """Return what names a finding from scan to scan."""
    named = "\0".join((finding.workload, *finding.key))
    return hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:32]


def _severity(finding: Finding) -> Severity:
    """Return how bad it is: what passes or does not apply is not bad at all."""
    settled = finding.status in (Status.PASS, Status.NOT_APPLICABLE)
    return Severity.INFO if settled else finding.severity


def _said(finding: Finding) -> str:
    return f"{short(finding.resource)} {finding.because}"


def _reason(finding: Finding) -> str:
    return finding.reason or finding.because


def _category(item: str) -> str:
    return ITEMS[item].category if item in ITEMS else item.partition("/")[0]


def _references(finding: Finding) -> list[str]:
    known = CHECKS.get(finding.check)
    return known.sections["See"].split() if known else []


def _partition(finding: Finding) -> str:
    parts = finding.resource.split(":", 2)
    if parts[0] == "arn" and parts[1] in _HOME:
        return parts[1]
    if finding.region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if finding.region.startswith("us-gov-") else "aws"


def _home(scan: ScanRecord, account: str, partition: str) -> str:
    """Return the region that keeps what belongs to none: the usual one where it was looked at."""
    seen = [place.partition("/")[2] for place in scan.regions.expected if place.startswith(account)]
    usual = _HOME[partition]
    return usual if usual in seen or not seen else min(seen)


def _moment(moment: str, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(moment) if moment else otherwise


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
