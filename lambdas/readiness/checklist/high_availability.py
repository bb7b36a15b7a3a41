"""Judge the items of the category "High Availability"."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.checklist.apart import apart
from readiness.checklist.degradation import (
    cloudfront_distribution_fallback,
    lambda_function_failure_destination,
    repo_resilience_pattern_present,
    sqs_queue_dead_letter_configured,
)
from readiness.checklist.fronts import (
    ec2_instance_direct_web_exposure,
    ecs_service_load_balanced,
    elbv2_target_group_multiple_targets,
)
from readiness.checklist.model import (
    Mode,
    Result,
    Severity,
    Unit,
    category,
    check,
    every,
    failed,
    item,
    no_evidence,
    not_applicable,
    passed,
    some,
)
from readiness.checklist.recovery import (
    autoscaling_group_elb_health_check,
    autoscaling_group_health_replacement,
    ec2_instance_auto_recovery,
)
from readiness.checklist.regions import (
    account_serving_regions,
    data_store_multi_region,
    route53_record_multi_region_routing,
)
from readiness.checklist.standing import left_out
from readiness.checklist.upkeep import (
    autoscaling_group_rolling_capacity,
    ecs_service_rolling_without_gap,
    elasticache_replication_group_failover,
    rds_instance_multi_az,
)
from readiness.evidence import Evidence, Pooled, account_of
from readiness.evidence.chaos import FaultExperiment, ResilienceApp, ZonalShiftResource
from readiness.evidence.load import puts_load
from readiness.evidence.repository import CiStep, LastChange, LoadTest, Repository


@check(Severity.MEDIUM)
def fis_experiment_recent(
    own: Evidence[FaultExperiment],
    everywhere: Pooled[FaultExperiment],
    unit: Unit,
    *,
    experiment_max_age_days: int = 180,
    count_stopped: bool = False,
    chaos_accounts: tuple[str, ...] = (),
) -> Result:
    """Redundancy that was never switched off on purpose is a hope, not a fact.

    Pass: an experiment of Fault Injection Service completed within the last 180 days. With
    `count_stopped` one that a stop condition ended counts too, and with `chaos_accounts` those of
    the accounts named there.
    Fix: run the scenario "AZ Availability: Power Interruption" with a stop condition, every quarter.
    Blind spot: what the experiment showed stands in its report, which a person has to read.
    See: https://docs.aws.amazon.com/fis/latest/userguide/az-availability-scenario.html
    """
    if not unit.is_production():
        return not_applicable("is not production")
    valid = {"completed", "stopped"} if count_stopped else {"completed"}
    # Other accounts are asked only where they are named: their gaps are none of ours.
    for experiment in (own | everywhere) if chaos_accounts else own:
        days = unit.age_days(experiment.created)
        if (
            experiment.status in valid
            and days <= experiment_max_age_days
            and account_of(experiment.arn) in {unit.account, *chaos_accounts}
        ):
            return passed(f"injected failures {round(days)} days ago").about(experiment.arn)
    return no_evidence(
        f"shows no experiment that ran to its end in the last {experiment_max_age_days} days"
    )


@check(Severity.MEDIUM)
def resilience_practice_recent(
    practised: Evidence[ResilienceApp | ZonalShiftResource],
    unit: Unit,
    *,
    assessment_max_age_days: int = 180,
) -> Iterator[Result]:
    """A zone that is drained every week, or an assessment against a policy, finds what plans forgot.

    Pass: zonal shift has weekly practice runs of a resource, or Resilience Hub assessed an
    application within the last 180 days and found no policy breached.
    Fix: switch on zonal autoshift with practice runs, and assess the application in Resilience Hub.
    Blind spot: a drill that was run by hand leaves no trace here; attest it with its record.
    See: https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-autoshift.html
    """
    if not unit.is_production():
        yield not_applicable("is not production")
        return

    def judge(found: ResilienceApp | ZonalShiftResource) -> Iterator[Result]:
        if isinstance(found, ZonalShiftResource):
            if found.practice_runs:
                yield passed("moves its traffic out of a zone every week to practise it")
        elif found.compliance == "PolicyBreached":
            yield failed("breaches its resiliency policy in Resilience Hub")
        elif found.assessed and unit.age_days(found.assessed) <= assessment_max_age_days:
            days = round(unit.age_days(found.assessed))
            yield passed(f"was assessed by Resilience Hub {days} days ago ({found.compliance})")
        else:
            yield no_evidence(
                f"was not assessed by Resilience Hub in the last {assessment_max_age_days} days"
            )

    nothing = True
    for result in apart(practised, judge):
        nothing = False
        yield result
    if nothing:
        yield no_evidence(
            "shows neither practice runs of a zonal shift nor an assessed application"
        )


@check(Severity.MEDIUM)
def repo_load_test_present(
    repository: Repository,
    proofs: Evidence[LoadTest | CiStep],
    changes: Evidence[LastChange],
    unit: Unit,
    *,
    load_test_max_age_days: int = 365,
    load_test_requires_run: bool = False,
) -> Result:
    """A limit that no test ever reached is met first by customers.

    Pass: the repository defines a load test or a fault experiment (k6, Locust, JMeter, Gatling,
    Artillery, Taurus, NBomber, Tsung, a FIS template) that was changed within a year or that its CI
    names, or its CI puts load on a system by itself.
    Fix: write a load test of the main path and run it every quarter; attest the run with its report.
    Blind spot: a script shows the means and not the run. With `load_test_requires_run` no script is
    enough, and the run has to be attested. Only files whose path speaks of load are looked into.
    See: https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_testing_resiliency_test_non_functional.html
    """
    if not unit.is_production():
        return not_applicable("is not production")
    out = left_out(repository)
    if out:
        return not_applicable(out)
    if load_test_requires_run:
        return no_evidence("is judged by runs of its load tests, which have to be attested")
    for each in proofs:
        if isinstance(each, CiStep) and puts_load(each):
            return passed(f"puts load on a system in {each.workflow}")
    tests = [each for each in proofs if isinstance(each, LoadTest)]
    named = " ".join(each.command for each in proofs if isinstance(each, CiStep))
    if not tests:
        return no_evidence("defines no load test")
    for test in tests:
        if test.path.rpartition("/")[2] in named:
            return passed(f"runs {test.path} ({test.tool}) in its CI")
    own: Evidence[LastChange] = Evidence()
    for test in tests:
        own |= changes.about(test.arn)
    for change in own:
        days = round(unit.age_days(change.committed))
        if days <= load_test_max_age_days:
            return passed(f"defines {change.path}, which was changed {days} days ago")
    return no_evidence(
        f"defines {tests[0].path} ({tests[0].tool}), which nobody changed in "
        f"{load_test_max_age_days} days and no CI runs"
    )


CATEGORY = category(
    "High Availability",
    item(
        "Configure auto recovery",
        every(
            ec2_instance_auto_recovery,
            autoscaling_group_health_replacement,
            autoscaling_group_elb_health_check,
        ),
    ),
    item(
        "Configure graceful degradation",
        every(
            lambda_function_failure_destination,
            sqs_queue_dead_letter_configured,
            cloudfront_distribution_fallback,
            repo_resilience_pattern_present,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Perform load tests and use chaos engineering",
        # Load proof AND chaos proof; one repository with a load test speaks for the workload.
        every(
            some(repo_load_test_present),
            some(fis_experiment_recent, resilience_practice_recent),
        ),
        mode=Mode.ATTESTED,
        whole_workload=True,
        validity_days=180,
    ),
    item(
        "Solution has load balancing for all requests",
        every(
            ec2_instance_direct_web_exposure,
            ecs_service_load_balanced,
            elbv2_target_group_multiple_targets,
        ),
    ),
    item(
        "Solution is run concurrently in multiple regions",
        every(
            account_serving_regions,
            route53_record_multi_region_routing,
            data_store_multi_region,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Solution requires no downtime for maintenance",
        every(
            rds_instance_multi_az,
            elasticache_replication_group_failover,
            ecs_service_rolling_without_gap,
            autoscaling_group_rolling_capacity,
        ),
    ),
)
