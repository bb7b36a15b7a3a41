"""Are there runbooks, and does an alarm lead to its own?

The checks of "Operational runbooks are included".
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.checklist.standing import unasked
from readiness.evidence import Evidence
from readiness.evidence.alarms import CompositeAlarm, LogAlarm, MetricAlarm
from readiness.evidence.documents import Document, is_runbook
from readiness.evidence.repository import Repository, SourceFile
from readiness.evidence.runbooks import AutomationRunbook


@check(Severity.MEDIUM)
def repo_runbook_present(
    repository: Repository,
    files: Evidence[SourceFile],
    documents: Evidence[Document],
    *,
    min_lines: int = 20,
    notebooks: bool = False,
    libraries: tuple[str, ...] = (),
) -> Result:
    """At night people follow steps; those who know better are asleep.

    Pass: a document that is called runbook, playbook, on-call, incident, disaster recovery or
    troubleshooting, or lies in such a folder, has 20 lines and a list of steps.
    Fix: write a runbook for each alarm from one template, as docs/runbooks/NAME.md.
    Blind spot: whether the steps work. Playbooks of Ansible are programs and do not count; notebooks
    count with `notebooks`.
    See: https://docs.aws.amazon.com/wellarchitected/latest/operational-excellence-pillar/ops_ready_to_support_use_runbooks.html
    """
    if why := unasked(repository, files, libraries):
        return not_applicable(why)
    short = ""
    for file in files:
        if notebooks and file.path.endswith(".ipynb") and is_runbook(f"{file.path[:-6]}.md"):
            return passed(f"has a runbook in {file.path}")
        if not is_runbook(file.path) or file.foreign:
            continue
        document = documents.of(file.arn)
        if document and document.lines >= min_lines and document.listed:
            return passed(f"has a runbook in {file.path} ({document.lines} lines)")
        short = file.path
    if short:
        return no_evidence(
            f"has {short}, with fewer than {min_lines} lines or without a list of steps"
        )
    return no_evidence("has no runbook")


@check(Severity.MEDIUM)
def ssm_automation_runbook_present(
    runbooks: Evidence[AutomationRunbook],
    alarms: Evidence[MetricAlarm | CompositeAlarm | LogAlarm],
    unit: Unit,
) -> Iterator[Result]:
    """A runbook that is a program is carried out the same way by everybody.

    Pass: the account has an Automation document of its own.
    Fix: write the steps of the commonest repair as a Systems Manager Automation document.
    Blind spot: whether the document repairs anything, and whether it was ever run.
    See: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-documents.html
    """
    found = False
    for runbook in runbooks:
        found = True
        yield passed("is an Automation document of the account's own").about(runbook.arn)
    if found:
        return
    if any(not alarm.scales for alarm in alarms):
        yield no_evidence("has alarms and no Automation document of its own")
    else:
        yield not_applicable("has no alarm that a runbook could answer")


@check(Severity.LOW)
def cloudwatch_alarm_runbook_link(
    alarm: MetricAlarm | CompositeAlarm | LogAlarm,
    files: Evidence[SourceFile],
    runbooks: Evidence[AutomationRunbook],
) -> Result:
    """An alarm that says what to do is answered by whoever sees it first.

    Pass: the alarm's description has a link, or names a runbook of the repositories or an Automation
    document.
    Fix: put the link of the runbook into the alarm's description.
    Blind spot: what the link leads to is not fetched.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/ConsoleAlarms.html
    """
    if alarm.scales:
        return not_applicable("is there to scale")
    if not alarm.acts:
        return not_applicable("does nothing when it goes off")
    if alarm.links:
        return passed("links a page in its description")
    said = alarm.description.lower()
    for runbook in runbooks if said else ():
        if runbook.name.lower() in said:
            return passed(f"names the Automation document {runbook.name}")
    for file in files if said else ():
        name = file.path.rpartition("/")[2].lower()
        stem = name.rpartition(".")[0]
        # The bare words `troubleshooting` or `index` name no runbook.
        named = (
            file.path.lower() in said
            or name in said
            or (len(stem) > 8 and "-" in stem and stem in said)
        )
        if is_runbook(file.path) and named:
            return passed(f"names the runbook {file.path}")
    return no_evidence("says neither where its runbook is nor what it is called")
