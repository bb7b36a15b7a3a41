"""Is it written down what shall be watched, and by which figures the business is steered?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterable

from readiness.checklist.alerting import NOT_PRODUCTION
from readiness.checklist.dependencies import published
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.checklist.observability import NO_WORKLOAD, Workload, runs_workload
from readiness.checklist.standing import left_out
from readiness.evidence import Evidence, Reason, account_of
from readiness.evidence.infrastructure import IacRoot, MonitoringDefinition
from readiness.evidence.observability import ServiceObjectives
from readiness.evidence.repository import (
    BuildDefinition,
    CiStep,
    DependencyManifest,
    Repository,
    SourceFile,
)
from readiness.evidence.signals import (
    KPI_DOCUMENTS,
    MONITORING_DOCUMENTS,
    OBJECTIVE_FILES,
    is_foreign,
)

# --- Solution has desired monitoring defined ------------------------------------------------------


@check(Severity.MEDIUM)
def applicationsignals_slo_defined(
    objectives: Evidence[ServiceObjectives],
    workload: Evidence[Workload],
    unit: Unit,
) -> Result:
    """An objective says how much failure is too much, before there is any.

    Pass: Application Signals has a service level objective in the region.
    Fix: write down signal, threshold, action and owner, and declare objectives in Application Signals.
    Blind spot: a monitoring account may hold objectives for others; those are judged there.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-ServiceLevelObjectives.html
    """
    offered = False
    for found in objectives:
        offered = True
        for objective in found.objectives:
            if account_of(objective.arn) != unit.account:
                continue  # of an account that is linked to this one, and judged there
            return passed(f"is an objective ({objective.name})").about(objective.arn)
    if not offered:
        return not_applicable("is a region without Application Signals")
    if not unit.is_production():
        return not_applicable(NOT_PRODUCTION)
    if not runs_workload(workload):
        return not_applicable(NO_WORKLOAD)
    return no_evidence("has no service level objective")


@check(Severity.MEDIUM)
def repo_monitoring_plan_present(
    repository: Repository,
    files: Evidence[SourceFile],
    definitions: Evidence[MonitoringDefinition],
    roots: Evidence[IacRoot],
    manifests: Evidence[DependencyManifest],
    steps: Evidence[CiStep],
    builds: Evidence[BuildDefinition],
    *,
    min_size: int = 500,
) -> Result:
    """What is watched, from which number on, and who then does what, is decided once or every night.

    Pass: the repository holds a document of monitoring, objectives or alerts of at least 500 bytes
    below `docs`, or objectives in the format of OpenSLO or Sloth. Libraries are left out.
    Fix: write docs/monitoring.md: signal, threshold, action, owner.
    Blind spot: a plan in a wiki is not visible here, and can be attested with a link.
    See: https://docs.aws.amazon.com/wellarchitected/latest/operational-excellence-pillar/ops_observability_identify_kpis.html
    """
    if out := left_out(repository):
        return not_applicable(out)
    untold = ""
    for each in files | definitions:
        if isinstance(each, MonitoringDefinition):
            if each.declares_objectives:
                return passed(f"declares objectives for {each.tool}").about(each.arn)
        elif _is_own(each) and OBJECTIVE_FILES.search(each.path):
            return passed("is a file of objectives").about(each.arn)
        elif _is_own(each) and MONITORING_DOCUMENTS.search(each.path):
            if each.size is None:
                untold = each.path
            elif each.size >= min_size:
                return passed(f"is a document of {each.size} bytes").about(each.arn)
    if untold:
        return unknown(Reason.UNDECIDED, f"has {untold}, whose size is not told")
    if _is_library(roots, manifests, steps, builds):
        return not_applicable(_LIBRARY)
    return no_evidence(f"has no plan of its monitoring of {min_size} bytes or more")


@check(Severity.MEDIUM)
def repo_monitoring_as_code(
    repository: Repository,
    definitions: Evidence[MonitoringDefinition],
    roots: Evidence[IacRoot],
    manifests: Evidence[DependencyManifest],
    steps: Evidence[CiStep],
    builds: Evidence[BuildDefinition],
) -> Result:
    """An alarm in code is there in every environment, and its threshold has a history.

    Pass: infrastructure code defines an alarm, a dashboard, an objective, or the monitor of another
    tool. Libraries are left out.
    Fix: define the alarms of a resource beside the resource.
    Blind spot: a module that is switched off counts like any other.
    See: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
    """
    if out := left_out(repository):
        return not_applicable(out)
    for each in definitions:
        return passed(f"defines monitoring ({each.tool})").about(each.arn)
    if _is_library(roots, manifests, steps, builds):
        return not_applicable(_LIBRARY)
    return no_evidence("defines no alarm, dashboard or objective in its code")


def _is_own(file: SourceFile) -> bool:
    return not file.foreign and not is_foreign(file.path)


_LIBRARY = "is a library, which others run and watch"


def _is_library(
    roots: Iterable[IacRoot],
    manifests: Iterable[DependencyManifest],
    steps: Evidence[CiStep],
    builds: Evidence[BuildDefinition],
) -> bool:
    """Whether a repository is for others to install: it is published, and deploys nothing."""
    return not any(True for _ in roots) and any(
        published(manifest, steps, builds) for manifest in manifests
    )


# --- Track business metrics -----------------------------------------------------------------------


@check(Severity.LOW)
def repo_kpi_document_present(
    repository: Repository, files: Evidence[SourceFile], *, min_size: int = 300
) -> Result:
    """A figure that is defined nowhere means something else to everybody who reads it.

    Pass: the repository holds a document of its business's figures of at least 300 bytes below `docs`.
    Fix: write docs/kpi.md: the figure, how it is counted, where it is shown.
    Blind spot: a document elsewhere is not visible here, and can be attested with a link.
    See: https://docs.aws.amazon.com/wellarchitected/latest/operational-excellence-pillar/ops_observability_identify_kpis.html
    """
    if out := left_out(repository):
        return not_applicable(out)
    untold = ""
    for each in files:
        if _is_own(each) and KPI_DOCUMENTS.search(each.path):
            if each.size is None:
                untold = each.path
            elif each.size >= min_size:
                return passed(f"is a document of {each.size} bytes").about(each.arn)
    if untold:
        return unknown(Reason.UNDECIDED, f"has {untold}, whose size is not told")
    return no_evidence(f"has no document of its figures of {min_size} bytes or more")
