"""What holds for every item, check, evidence type and probe, whoever writes it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import pytest
from botocore import xform_name
from botocore.session import get_session
from policy_sentry.querying.actions import get_action_data
from pydantic import TypeAdapter

from readiness import permissions
from readiness.checklist import CATEGORIES, CHECKS, ITEMS
from readiness.checklist.event_stores import Listed
from readiness.checklist.model import Check, slug
from readiness.checklist.workloads import Compute, Deployable
from readiness.config import Workload
from readiness.evidence import RECORDS, SCOPES, Evidence, Scope
from readiness.evidence.files import Sighting, Target
from readiness.evidence.places import CONTACTS, DISCOVERED, SURVEYED, EnabledRegion
from readiness.evidence.storage import Bucket
from readiness.judging import Seen, judge, kinds_of
from readiness.probes import load as load_probes
from readiness.probes.actions import action_of, actions_of, api_name
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    judged,
)

HERE = Path(__file__).parent
LAMBDAS = HERE.parent / "lambdas"

#: What can be deployed, and what of it runs somebody's software.
COMPUTE = tuple(kind.__name__ for kind in get_args(Compute))
DEPLOYABLE = tuple(kind.__name__ for kind in get_args(Deployable))
#: Where events may lie.
EVENT_STORES = tuple(kind.__name__ for kind in get_args(Listed))

#: Where a check may pass although one of its evidence types is dark: the entry names an
#: alternative that decides alone. (check, type) → the reason.
ALTERNATIVES: dict[tuple[str, str], str] = {
    ("rds_instance_backup_retention", "ProtectedResource"): "the database's own backups suffice",
    **{
        ("dynamodb_table_recovery_enabled", kind): "either kind of backup suffices"
        for kind in ("ContinuousBackups", "ProtectedResource", "ReplicaBackups")
    },
    **{
        ("backup_resource_recent_recovery_point", kind): "each type has evidence of its own"
        for kind in (
            "BucketReplication",
            "BucketVersioning",
            "EfsBackupPolicy",
            "Instance",
            "ProtectedResource",
            "Snapshot",
            "VolumeActivity",
        )
    },
    **{
        (check, kind): "one thing to back up is enough to apply, and a copy made is made"
        for check in (
            "backup_plan_rule_retention",
            "backup_plan_cross_account_copy",
            "backup_copy_job_cross_account_recent",
        )
        for kind in (
            "Bucket",
            "DbCluster",
            "DbInstance",
            "EfsFileSystem",
            "FsxFileSystem",
            "Instance",
            "MemoryDbCluster",
            "RedshiftCluster",
            "Table",
            "Volume",
            "VolumeActivity",
        )
    },
    ("backup_copy_job_cross_account_recent", "BackupPlanRules"): "a copy made is made",
    ("s3_bucket_cross_account_replication", "CopyJob"): "replication suffices",
    **{
        ("backup_vault_lock_enabled", kind): "each vault is judged by itself"
        for kind in ("BackupPlanRules", "BackupVault", "CopyJob")
    },
    ("s3_bucket_lifecycle_configured", "BucketLifecycle"): "Intelligent-Tiering suffices",
    ("s3_bucket_lifecycle_configured", "BucketSize"): "a lifecycle rule suffices",
    **{
        (check, "BucketObjects"): "a bucket whose metrics are refused is judged as not empty"
        for check in (
            "s3_bucket_lifecycle_configured",
            "s3_bucket_noncurrent_version_expiration",
            "s3_bucket_incomplete_multipart_abort",
        )
    },
    ("ec2_volume_unattached", "VolumeActivity"): "an attached volume needs no metric",
    ("ec2_address_unassociated", "Instance"): "it may be associated with no instance",
    ("elb_load_balancer_idle", "BalancerOwner"): "it only says who made it",
    ("ec2_nat_gateway_idle", "IdleRecommendation"): "it only says what it costs",
    ("ec2_volume_unattached", "IdleRecommendation"): "it only says what it costs",
    **{
        (check, "AutoScalingGroup"): "only the instances of a group are reported with it"
        for check in (
            "compute_optimizer_instance_finding",
            "ec2_instance_current_generation",
            "ec2_instance_low_utilization",
        )
    },
    **{
        (check, kind): "a policy or a schedule is enough"
        for check, kinds in {
            "autoscaling_group_dynamic_scaling": "GroupPolicy GroupSchedule",
            "ecs_service_scaling_policy": "TargetPolicy TargetSchedule",
            "ec2_instance_offhours_stopped": "GroupSchedule RunHours",
        }.items()
        for kind in kinds.split()
    },
    **{
        ("dynamodb_table_capacity_elastic", kind): "a table that is paid by request needs no policy"
        for kind in ("ScalableTarget", "TargetPolicy")
    },
    ("autoscaling_group_worker_spot", "Instance"): "a mixed policy is enough",
    **{
        ("ecs_service_worker_spot", kind): "FARGATE_SPOT has no machines"
        for kind in ("AutoScalingGroup", "CapacityProvider", "Instance")
    },
    ("rds_instance_offhours_stopped", "DatabaseHours"): "what is stopped is stopped",
    ("ec2_instance_container_host", "ContainerInstance"): "a tag shows it alone",
    **{
        ("billing_cost_export_configured", kind): "either kind of export suffices"
        for kind in ("CostExport", "CostReport")
    },
    **{
        (check, kind): "one steady thing is enough to apply"
        for check, kinds in {
            "ce_commitment_utilization": "ReservedInstance SavingsPlan",
            "cost_hub_commitment_recommendation": "Instance ReservedInstance SavingsPlan",
        }.items()
        for kind in kinds.split()
    },
    **{
        ("cost_hub_commitment_recommendation", kind): "the hub, or Cost Explorer where it is off"
        for kind in ("CommitmentCoverage", "CommitmentRecommendation")
    },
    ("ce_cost_allocation_coverage", "CostAllocationTag"): "what has the tag has it",
    ("wellarchitected_workload_cost_review", "TaggedCost"): "what was reviewed was reviewed",
    **{
        ("repo_cost_estimate_present", kind): "a file or a step shows it alone"
        for kind in ("CiStep", "SourceFile")
    },
    **{
        ("repo_container_build_present", kind): "one of them is enough"
        for kind in ("IacRoot", "Language", "Manifest", "SourceFile")
    },
    **{
        ("budgets_budget_alert_configured", kind): "its own or the payer's budget suffices"
        for kind in ("Budget", "BudgetNotification", "PayerBudget", "PayerBudgetNotification")
    },
    **{
        (check, kind): "an entry that is not wide needs no more; of one that is, it is the severity"
        for check in (
            "ec2_security_group_admin_ports_not_public",
            "ec2_security_group_high_risk_ports_not_public",
        )
        for kind in (
            "BlockPublicAccess",
            "BlockPublicAccessExclusion",
            "NetworkInterface",
            "PrefixList",
            "RouteTable",
            "Vpc",
        )
    },
    **{
        ("ec2_security_group_public_ports_authorized_only", kind): "the same"
        for kind in (
            "BlockPublicAccess",
            "BlockPublicAccessExclusion",
            "NetworkInterface",
            "PrefixList",
            "Vpc",
        )
    },
    **{
        ("iam_root_mfa_enabled", kind): "it only says what kind of device it is, or what could help"
        for kind in ("VirtualMfaDevice", "CentralRootAccess")
    },
    **{
        ("iam_policy_no_service_wildcard", kind): "each policy is judged by itself"
        for kind in ("IamGroup", "IamUser", "ManagedPolicy")
    },
    **{
        (
            check,
            kind,
        ): "a region that is held to a standard, or whose events arrive, may run anything"
        for check in (
            "security_assessment_recent",
            "security_events_routed",
            "securityhub_standard_enabled",
        )
        for kind in DEPLOYABLE
    },
    **{
        ("security_assessment_recent", kind): "one assessment suffices"
        for kind in ("AuditReport", "PenetrationTest", "WellArchitectedWorkload")
    },
    **{
        ("security_events_routed", kind): "one way on suffices"
        for kind in (
            *("FindingsAdministrator", "GuardDutyDetector", "NotificationConfiguration"),
            *("SecurityHub", "SecurityRoute"),
        )
    },
    **{
        ("vulnerability_feed_active", kind): "each kind of thing is judged by itself"
        for kind in (
            *("EcrRepository", "GuardDutyDetector", "InspectorStatus", "Instance"),
            "LambdaFunction",
        )
    },
    **{
        ("repository_advisory_feed_active", kind): "one of them is enough"
        for kind in ("BuildProject", "CiStep", "DependabotAlerts", "Pipeline", "UpdateBot")
    },
    ("iam_policy_no_admin_equivalent", "ManagedPolicy"): "a principal may have none",
    **{
        ("iam_policy_no_privilege_escalation", kind): "a principal may have none"
        for kind in ("IamGroup", "ManagedPolicy")
    },
    **{
        ("iam_human_access_individual", kind): "one way in shows federation"
        for kind in ("IamRole", "SamlProvider")
    },
    **{
        ("iam_role_trust_known_principals", kind): "what is trusted by name needs no organization"
        for kind in ("Membership", "OrganizationAccount")
    },
    (
        "iam_human_cross_account_access_by_role",
        "OrganizationAccount",
    ): "an identity provider suffices",
    **{
        (
            "ec2_instance_admin_port_not_public",
            kind,
        ): "what the internet does not reach needs no more"
        for kind in (
            *("BlockPublicAccess", "BlockPublicAccessExclusion", "PrefixList"),
            *("RouteTable", "SecurityGroup"),
        )
    },
    **{
        (check, kind): "one way in is enough"
        for check in ("ec2_instance_managed_access_path", "ec2_instance_session_access")
        for kind in (
            *("ConnectEndpoint", "ManagedNode", "NetworkInterface", "PrefixList", "SecurityGroup"),
        )
    },
    ("ec2_instance_managed_access_path", "VerifiedAccessEndpoint"): "one way in is enough",
    **{
        ("private_network_access_path_present", kind): "one way in is enough"
        for kind in (
            *("ClientVpnEndpoint", "ConnectEndpoint", "Instance", "ManagedNode", "Subnet"),
            *("TransitAttachment", "VerifiedAccessEndpoint", "VpnConnection"),
        )
    },
    ("private_network_access_path_present", "PrefixList"): "no route names one",
    ("bastion_host_hardened", "PrefixList"): "no entry names one",
    **{
        ("ec2_instance_ssh_not_public", kind): "what is not open needs no more"
        for kind in ("BlockPublicAccess", "BlockPublicAccessExclusion", "PrefixList", "RouteTable")
    },
    **{
        ("ec2_key_pair_not_shared", kind): "an instance without a key needs no more"
        for kind in ("KeyPair", "ManagedNode")
    },
    ("client_vpn_authentication_and_authorization", "Vpc"): "no rule is for everyone",
    ("ec2_instance_imdsv2_required", "AutoScalingGroup"): "an instance speaks for itself",
    ("ssm_patch_compliant", "ManagedNode"): "it only says why an instance was never scanned",
    **{
        ("inspector_ec2_no_aged_critical", kind): "Inspector and GuardDuty are judged apart"
        for kind in ("GuardDutyDetector", "InspectedInstance", "InspectorStatus")
    },
    **{
        ("deployment_principal_automated", kind): "five events decide, whatever runs"
        for kind in (*DEPLOYABLE, "HostedApp", "Pipeline")
    },
    **{
        (check, kind): "one that is there passes, whatever runs"
        for check in (
            "appconfig_environment_separation",
            "appconfig_feature_flag_profile_deployed",
            "ssm_parameter_environment_namespaces",
        )
        for kind in COMPUTE
    },
    **{
        ("codepipeline_pipeline_deploys_successfully", kind): "a pipeline that deployed, deployed"
        for kind in (*DEPLOYABLE, "BuildProject")
    },
    **{
        ("compute_workload_code_traceable", kind): "a stack, a tag or what deploys it suffices"
        for kind in ("DeploymentGroup", "IacRoot", "Pipeline", "TaggedResource")
    },
    ("repository_iac_present", "CiStep"): "infrastructure code suffices",
    ("repository_ownership_shared", "Ownership"): "a CodeCommit repository is its account's",
    **{
        (check, kind): "each event store is judged by itself, by evidence of its own"
        for check, kinds in (
            (
                "event_store_backup_supported",
                ("BucketVersioning", "ContinuousBackups", "RegionSettings", "TaggedResource"),
            ),
            (
                "event_store_recovery_point_recent",
                ("BucketReplication", "ContinuousBackups", "ProtectedResource"),
            ),
        )
        for kind in (*EVENT_STORES, *kinds)
    },
    **{
        (check, kind): "a week's retention or a copy suffices"
        for check in ("kinesis_stream_durable_copy", "kinesis_stream_retention_period")
        for kind in ("DeliveryStream", "StreamRetention")
    },
    **{
        (check, "EventRule"): "only the default bus is told from its rules"
        for check in ("eventbridge_archive_retention", "eventbridge_bus_archive_enabled")
    },
    **{
        (check, kind): "each event store is judged by itself, and one restore suffices"
        for check, kinds in (
            (
                "event_store_restore_recent",
                (
                    "DataStream",
                    "KafkaCluster",
                    "LatestRestore",
                    "OpenSearchDomain",
                    "RestoreJob",
                    "StreamRetention",
                ),
            ),
            ("event_store_restore_event_recent", ("Table",)),
        )
        for kind in ("Bucket", "DbCluster", "DbInstance", *kinds)
    },
    ("eventbridge_replay_recent", "EventRule"): "only the default bus is told from its rules",
    **{
        (
            "backup_restore_job_recent",
            kind,
        ): "each type is judged by itself, and one restore suffices"
        for kind in (
            "BucketVersioning",
            "ContinuousBackups",
            "Snapshot",
            "Instance",
            "LatestRestore",
            "RestoreJob",
            "VolumeActivity",
        )
    },
    ("data_restore_event_recent", "ContinuousBackups"): "each type is judged by itself",
    **{
        ("msk_cluster_durable_copy", kind): "one copy suffices"
        for kind in ("DeliveryStream", "KafkaConnector", "KafkaReplicator")
    },
    ("account_environment_separation", "OrganizationAccount"): "a declaration or tags suffice",
    **{
        ("artifact_digest_shared_across_environments", kind): "names and digests alone may show it"
        for kind in ("EcrImage", "EcrRepository", "OrganizationAccount", "TaskDefinition")
    },
    ("codedeploy_deployment_config_shifts_traffic", "DeploymentConfig"): "AWS's own go by name",
    ("codedeploy_deployment_group_keeps_capacity", "DeploymentConfig"): "AWS's own go by name",
    ("codedeploy_deployment_group_keeps_capacity", "AutoScalingGroup"): "it decides failures alone",
    ("ecs_task_definition_image_pinned", "EcrRepository"): "a digest suffices",
    ("iac_resource_coverage", "IacRoot"): "it decides what is unknown alone",
    ("iac_resource_coverage", "StackedResource"): "tags alone may show it",
    **{
        ("repository_performance_tests_run", kind): "one way to run them is enough"
        for kind in ("Build", "BuildProject", "Pipeline", "WorkflowRun")
    },
    **{
        ("repository_canary_defined", kind): "a canary that is defined is defined, whatever serves"
        for kind in (
            "BeanstalkEnvironment",
            "ClassicLoadBalancer",
            "FunctionUrl",
            "HttpApi",
            "KubernetesObject",
            "LoadBalancer",
            "RestApi",
        )
    },
    **{
        (check, kind): "one step of any of them is enough"
        for check in (
            "repository_deploy_workflow_triggered",
            "repository_iac_static_checks_run",
            "repository_iac_tests_run",
        )
        for kind in ("BuildProject", "CiStep", "Pipeline")
    },
    **{
        ("repository_deploy_workflow_triggered", kind): "a step that a change starts is enough"
        for kind in ("DeployScript", "IacRoot", "KubernetesObject")
    },
    **{
        ("repository_environment_config_files", kind): "one family of settings is enough"
        for kind in ("CiJob", "CiStep", "IacRoot")
    },
    **{
        (
            "repository_environments_defined",
            kind,
        ): "two environments are two, wherever they are named"
        for kind in ("CiJob", "CiStep", "DeployEnvironment", "EnvironmentSettings")
    },
    ("repository_feature_flag_sdk_present", "Language"): "a library that is asked for suffices",
    **{
        ("repository_iac_static_checks_run", kind): "each is one way of several"
        for kind in ("CommitStatus", "Hook", "IacTest")
    },
    ("repository_iac_tests_run", "IacTest"): "a policy that is run suffices",
    ("kubernetes_deployment_strategy", "EksCluster"): "a manifest is judged whatever runs it",
    ("cloudtrail_bucket_not_public", "AccountAccessBlock"): "the bucket's own block suffices",
    **{
        ("ec2_instance_auto_recovery", kind): "a group, a supported type or an alarm suffices"
        for kind in ("DedicatedHost", "InstanceType", "MetricAlarm")
    },
    **{
        ("lambda_function_failure_destination", kind): "a dead-letter queue suffices"
        for kind in ("AsyncEvents", "FailureDestinations")
    },
    **{
        ("application_signals_slo_defined", kind): "an objective is one, whatever leads in"
        for kind in (
            *("ClassicLoadBalancer", "Distribution", "FunctionUrl", "GraphqlApi", "HttpApi"),
            *("LoadBalancer", "RestApi"),
        )
    },
    **{
        ("cloudwatch_latency_alarm_defined", kind): "an alarm of its own that acts is enough"
        for kind in ("CentralAlarms", "CompositeAlarm", "ObservabilityLink")
    },
    **{
        ("repository_performance_target_defined", kind): "one target is enough"
        for kind in ("Document", "LoadTestPaths", "MonitoringDefinition")
    },
    **{
        ("repository_load_test_defined", kind): "one load test is enough"
        for kind in ("CiStep", "LoadTest", "Stack")
    },
    **{
        (check, kind): "one run that succeeded is enough, wherever it ran"
        for check, kinds in {
            "load_test_run_recent": (
                "Build BuildProject CiStep DistributedRun Pipeline WorkflowRun"
            ),
            "load_test_window_healthy": "Build BuildProject DistributedRun Pipeline",
        }.items()
        for kind in kinds.split()
    },
    **{
        ("load_test_window_healthy", kind): "a way in is one of these, and may have no limit"
        for kind in (
            *("ClassicLoadBalancer", "FunctionUrl", "GraphqlApi", "HttpApi", "LoadBalancer"),
            "MetricAlarm",
        )
    },
    **{
        ("lambda_event_source_failure_handling", kind): "a queue has one, or a stream needs none"
        for kind in (
            *("FailureDestinations", "LambdaFunction", "Queue", "QueueAttributes"),
            "SubscriptionDeadLetters",
        )
    },
    **{
        ("repository_resilience_pattern_present", kind): "one pattern is enough"
        for kind in ("DependencyManifest", "FailureSetting", "Language", "Outline")
    },
    **{
        ("sqs_queue_dead_letter_configured", kind): "one use of a queue shows what it is for"
        for kind in (
            "EventSourceMapping",
            "FailureDestinations",
            "LambdaFunction",
            "SubscriptionDeadLetters",
        )
    },
    **{
        ("repo_resilience_pattern_present", kind): "one pattern suffices"
        for kind in ("DependencyManifest", "FailureSetting", "FlagLibrary", "Language")
    },
    **{
        ("resilience_practice_recent", kind): "one rehearsal is a witness, whatever else is dark"
        for kind in ("ResilienceApp", "ZonalShiftResource")
    },
    **{
        ("cloudwatch_alarm_action_configured", kind): "an alarm that acts needs nothing else"
        for kind in ("AlarmMuteRule", "CompositeAlarm", "EventRule", "LogAlarm", "MetricAlarm")
    },
    **{
        ("cloudwatch_alarm_action_configured", kind): "only a region without alarms is judged by it"
        for kind in (
            "ClassicLoadBalancer",
            "DbCluster",
            "DbInstance",
            "EcsService",
            "Instance",
            "LambdaFunction",
            "LoadBalancer",
        )
    },
    **{
        ("sns_alarm_topic_subscribed", kind): "each topic is judged by itself, as alarms name it"
        for kind in ("CompositeAlarm", "LogAlarm")
    },
    **{
        ("ec2_instance_direct_web_exposure", kind): "what opens no port needs no way to it"
        for kind in (
            "BlockPublicAccess",
            "BlockPublicAccessExclusion",
            "PrefixList",
            "RouteTable",
            "SecurityGroup",
        )
    },
    **{
        ("route53_record_multi_region_routing", kind): "one way to two regions suffices"
        for kind in (
            "AcceleratorEndpoints",
            "ApiDomain",
            "ClassicLoadBalancer",
            "Distribution",
            "LoadBalancer",
            "ZoneRecords",
        )
    },
    **{
        ("data_store_multi_region", kind): "one store in both regions suffices"
        for kind in ("MultiRegionAccessPoint", "RegionStores")
    },
    **{
        ("ec2_instance_disk_alarm", kind): "one that tells, and an alarm that acts, suffice"
        for kind in (
            "CentralAlarms",
            "CompositeAlarm",
            "DiskMetric",
            "NodeDiskMetric",
            "ObservabilityLink",
        )
    },
    **{
        ("rds_instance_free_storage_alarm", kind): "an alarm that acts suffices"
        for kind in ("CentralAlarms", "CompositeAlarm", "Instance", "ObservabilityLink")
    },
    **{
        ("rds_event_subscription_configured", kind): "one subscription tells of all databases"
        for kind in ("DbCluster", "DbInstance")
    },
    **{
        ("health_event_notification_configured", kind): "one way suffices, whatever runs"
        for kind in (
            "ClassicLoadBalancer",
            "DbCluster",
            "DbInstance",
            "EcsService",
            "Instance",
            "LambdaFunction",
            "LoadBalancer",
            "NotificationConfiguration",
            "SecurityRoute",
        )
    },
    **{
        ("scheduler_schedule_present", kind): "one schedule suffices, whatever runs"
        for kind in (
            "AutoScalingGroup",
            "EcsService",
            "EksCluster",
            "EventRule",
            "Instance",
            "LambdaFunction",
            "MaintenanceWindow",
            "Schedule",
            "ScheduleDetail",
        )
    },
    **{
        ("scheduler_target_valid", kind): "each rule and each group is judged by itself"
        for kind in ("Schedule", "ScheduledTargets")
    },
    **{
        ("scheduler_failure_handling", kind): "each is judged by itself, by a queue or an alarm"
        for kind in (
            "CentralAlarms",
            "CompositeAlarm",
            "MetricAlarm",
            "ObservabilityLink",
            "Schedule",
            "ScheduleDetail",
            "ScheduledTargets",
        )
    },
    ("ecs_service_load_balanced", "TaskDefinition"): "a load balancer suffices",
    ("elbv2_target_group_multiple_targets", "BalancerAttributes"): "two in each zone are enough",
    ("ecs_service_redundant_tasks", "Subnet"): "tasks may share the network of their machines",
    ("compute_spans_multiple_az", "Subnet"): "an Auto Scaling group names its zones itself",
    ("data_service_multi_az", "Subnet"): "only brokers that tell no zones are judged by subnets",
    ("ec2_security_group_default_closed", "NetworkInterface"): "only a default VPC may be unused",
    **{
        ("repository_linter_configured", kind): "a file, a section, a hook or a step shows it alone"
        for kind in ("CiStep", "Hook", "Manifest", "SourceFile")
    },
    **{
        ("repository_linter_runs_on_change", kind): "a step, or a service's report, shows it alone"
        for kind in ("BranchRule", "CiStep", "CommitStatus", "Hook", "Manifest", "SourceFile")
    },
    **{
        ("repository_naming_rules_configured", kind): "a configured rule suffices"
        for kind in ("CiStep", "Hook")
    },
    **{
        ("repository_doc_rules_enforced", kind): "a step or a hook shows it alone"
        for kind in ("CiStep", "Hook")
    },
    **{
        (check, kind): "a file, a section, a hook or a step shows it alone"
        for check in ("repository_formatter_configured", "repository_formatter_automatic")
        for kind in ("CiStep", "Hook", "Manifest", "SourceFile")
    },
    **{
        ("repository_formatter_gate_in_ci", kind): "a step shows it alone"
        for kind in ("BranchRule", "CommitStatus", "DependencyManifest", "Hook", "Manifest")
    },
    **{
        ("repository_static_analysis_runs", kind): "a step shows it alone"
        for kind in ("BranchRule", "CommitStatus", "Manifest", "SourceFile")
    },
    **{
        ("repository_release_published", kind): "a release of this year needs no more"
        for kind in ("Branch", "CiStep")
    },
    ("lambda_function_version_published", "TaggedResource"): "a published version suffices",
    **{
        ("codebuild_project_triggered_automatically", kind): "its webhook suffices"
        for kind in ("Build", "Pipeline")
    },
    ("ecr_repository_version_tags", "CacheRule"): "a name without a slash is of no such rule",
    **{
        ("repository_ci_runs_recent", kind): "one way to run is enough"
        for kind in ("Build", "CiStep", "CommitStatus", "WorkflowRun")
    },
    ("codebuild_test_report_recent", "BuildProject"): "it says only whether tests could report",
    **{
        ("repository_dependency_manifest_locked", kind): "a manifest with its lock needs no more"
        for kind in ("BuildDefinition", "CiStep", "Outline")
    },
    **{
        ("repository_dependency_updates_automated", kind): "a configuration or a merge shows it"
        for kind in ("MergedPullRequest", "UpdateBot")
    },
    **{
        ("repository_performance_tests_present", kind): "one of them is enough"
        for kind in ("DependencyManifest", "LoadTest", "Outline", "SourceFile")
    },
    **{
        ("compute_profiling_recent", kind): "a profile or a stack is a witness, whatever runs"
        for kind in (
            *("AutoScalingGroup", "EcsService", "EksCluster", "Instance", "LambdaFunction"),
            *("ProfilingGroup", "Stack"),
        )
    },
    **{
        ("repo_load_test_present", kind): "a load test that CI runs needs no file and no date"
        for kind in ("LastChange", "LoadTest")
    },
    **{
        ("ec2_nacl_admin_ports_not_public", kind): "an ACL that opens nothing needs no more"
        for kind in ("PrefixList", "SecurityGroup")
    },
    **{
        ("ec2_nacl_data_subnet_ingress_restricted", kind): "an interface shows it alone"
        for kind in ("DbInstance", "OpenSearchDomain")
    },
    **{
        ("route53_record_target_exists", kind): "a record leads to one kind of thing"
        for kind in (
            *("Accelerator", "Address", "ApiDomain", "Bucket", "ClassicLoadBalancer"),
            *("Distribution", "HttpApi", "LoadBalancer", "PublicAddress", "RestApi"),
        )
    },
    **{
        ("route53_record_not_ephemeral_ip", kind): "either list shows whose an address is"
        for kind in ("Address", "PublicAddress")
    },
    **{
        ("vpc_egress_address_static", kind): "a route leads to one kind of thing"
        for kind in ("Address", "NatGateway", "NetworkInterface", "PrefixList")
    },
    **{
        ("elbv2_public_target_group_scaling_headroom", kind): "one thing stands behind it"
        for kind in (
            *("AutoScalingGroup", "EcsService", "EksDescription", "EksNodegroup", "GroupPolicy"),
            *("Instance", "ScalableTarget", "TargetGroupTags", "TargetHealth", "TargetPolicy"),
        )
    },
    **{
        ("ingress_rate_limit_configured", kind): "each kind of entry has its own"
        for kind in ("EdgeRuleGroup", "EdgeWebAcl", "RestApi", "RuleGroup", "WebAclAssociation")
    },
    **{
        ("lambda_account_concurrency_headroom", kind): "one way in is enough"
        for kind in (
            *("ClassicLoadBalancer", "Distribution", "FunctionUrl", "GraphqlApi", "HttpApi"),
            *("LoadBalancer", "RestApi"),
        )
    },
    ("vpc_subnet_tiers_separated", "Instance"): "only what is outside may be a bastion",
    **{
        (check, "PrefixList"): "no route names one"
        for check in ("vpc_subnet_tiers_separated", "vpc_subnet_tier_multi_az")
    },
    ("vpc_flow_logs_enabled", "Subnet"): "a log of the VPC covers its subnets",
    **{
        ("vpc_data_store_in_private_subnet", kind): "each data store is judged by itself"
        for kind in ("DbInstance", "NetworkInterface", "OpenSearchDomain")
    },
    **{
        ("vpc_data_store_in_private_subnet", kind): "it says how bad a public subnet is"
        for kind in ("BlockPublicAccess", "BlockPublicAccessExclusion", "PrefixList")
    },
    **{
        ("ec2_instance_http_behind_load_balancer", kind): "what has no public address needs no more"
        for kind in (
            *("BlockPublicAccess", "BlockPublicAccessExclusion", "PrefixList"),
            *("RouteTable", "SecurityGroup", "ClassicLoadBalancer", "LoadBalancer"),
        )
    },
    **{
        ("ecs_service_http_behind_load_balancer", kind): "the same of tasks"
        for kind in ("ClassicLoadBalancer", "LoadBalancer", "PrefixList", "SecurityGroup", "Subnet")
    },
    **{
        ("elbv2_internet_facing_has_healthy_target", kind): "AWS itself balances other ways in"
        for kind in ("ClassicHealth", "Listener", "TargetGroup", "TargetHealth")
    },
    ("target_group_healthy_targets_multi_az", "TargetHealth"): "a function has no zone to lose",
    **{
        ("target_group_healthy_targets_multi_az", kind): "targets are of one kind"
        for kind in ("Instance", "Subnet")
    },
    (
        "service_attached_to_load_balancer",
        "TaskDefinition",
    ): "its ports matter only where it is not",
    **{
        ("elb_cross_zone_enabled", kind): "each kind of load balancer has its own"
        for kind in ("BalancerAttributes", "ClassicAttributes")
    },
    ("asg_dynamic_scaling_policy", "GroupSchedule"): "a policy decides alone",
    ("ecs_service_scales", "TargetSchedule"): "a policy decides alone",
    ("dynamodb_table_scales", "ScalableTarget"): "a table that is paid by request scales by itself",
    **{
        ("eks_cluster_compute_scales", kind): "one way to make nodes is enough"
        for kind in ("AutoScalingGroup", "EksNodegroup", "Instance")
    },
    **{
        (check, kind): "groups and targets have histories of their own"
        for check, kinds in {
            "scaling_out_and_in_observed": "GroupActivity GroupPolicy TargetActivity TargetPolicy",
            "scaling_not_capped": "GroupPeak GroupPolicy TargetActivity TargetPolicy",
        }.items()
        for kind in kinds.split()
    },
    **{
        (check, "RestoreJob"): "an event shows a restore also where the jobs are refused"
        for check in ("data_restore_event_recent", "event_store_restore_event_recent")
    },
    ("asg_minimum_two_instances", "Instance"): "only nodes of a cluster are counted one by one",
    ("asg_minimum_two_instances", "ContainerInstance"): "two machines of its own are enough",
    ("ecs_service_minimum_two_tasks", "ScalableTarget"): "a daemon is not scaled",
    ("standalone_instance_not_single_target", "Instance"): "only a single one may be exempt",
    **{
        (check, kind): "one run that succeeded is enough, wherever it ran"
        for check, kinds in {
            "webhook_load_test_run_recent": (
                "Build BuildProject CiStep DistributedRun Pipeline WorkflowRun"
            ),
            "webhook_load_test_window_healthy": "Build BuildProject DistributedRun Pipeline",
            "autoscaling_load_test_run_recent": "Build BuildProject DistributedRun Pipeline",
        }.items()
        for kind in kinds.split()
    },
    **{
        ("autoscaling_load_test_run_recent", kind): "one thing that grew is enough"
        for kind in ("GroupActivity", "GroupPolicy", "TargetActivity", "TargetPolicy")
    },
    **{
        (check, kind): "one step that does it is enough, in the repository or in CodeBuild"
        for check, kinds in {
            "repository_linter_configured": "BuildProject Pipeline",
            "repository_linter_runs_on_change": "BuildProject Pipeline",
            "repository_doc_rules_enforced": "BuildProject Pipeline",
            "repository_formatter_configured": "BuildProject Pipeline",
            "repository_formatter_automatic": "BuildProject Pipeline",
            "repository_build_runs_in_ci": "BuildProject CiStep Pipeline",
            "repository_static_analysis_runs": "BuildProject Pipeline",
            "repository_ci_runs_recent": "BuildProject Pipeline",
            "repository_tests_run_on_change": "BuildProject CiStep Pipeline",
            "repository_formatter_gate_in_ci": "BuildProject CiStep Pipeline",
        }.items()
        for kind in kinds.split()
    },
    **{
        (check, kind): "one witness is enough, in the repository, at GitHub or in CodeBuild"
        for check, kinds in {
            "repository_coverage_configured": "BuildProject CiStep CoverageSetup Pipeline",
            "coverage_report_recent": (
                "Branch BuildProject BuildReport CiStep CoverageSetup CoverageSignal Pipeline"
            ),
            "coverage_above_floor": (
                "BuildProject BuildReport CiStep CoverageSetup Pipeline WorkflowRun"
            ),
            "repository_tests_run_in_ci": "BuildProject IacRoot IacTest Outline Pipeline",
            "repository_multiple_test_levels": "CiStep DependencyManifest Outline",
            "deployment_self_verifies": "CiJob DeploymentGroup EcsService Stack",
        }.items()
        for kind in kinds.split()
    },
    **{
        ("pipeline_tests_before_deploy", kind): "each pipeline and workflow is judged by itself"
        for kind in ("BuildProject", "CiJob", "CiStep", "Pipeline")
    },
    **{
        ("ci_tests_last_run_passed", kind): "each workflow and project is judged by itself"
        for kind in ("Build", "BuildProject", "BuildReport", "Pipeline", "WorkflowRun")
    },
    **{
        ("repository_branch_requires_checks", kind): "GitHub and CodeCommit protect each in its way"
        for kind in (
            "ApprovalTemplate",
            "Branch",
            "BranchRule",
            "CiStep",
            "EventRule",
            "RuleTargets",
        )
    },
    **{
        ("synthetic_canary_running", kind): "one watcher is enough, whatever it watches"
        for kind in (
            *("Canary", "ClassicLoadBalancer", "Distribution", "FunctionUrl", "GraphqlApi"),
            *("HealthCheck", "HttpApi", "LoadBalancer", "RestApi"),
        )
    },
    **{
        (check, kind): "one diagram is enough, a file of its own or a chart in a document"
        for check in ("repo_architecture_diagram_present", "repo_architecture_diagram_fresh")
        for kind in ("Diagram", "Document")
        if (check, kind) != ("repo_architecture_diagram_fresh", "Diagram")
    },
    **{
        ("repo_architecture_diagram_fresh", kind): "a diagram that is young needs no comparison"
        for kind in ("Branch", "IacRoot")
    },
    **{
        ("repo_docstring_gate_configured", kind): "one tool that demands it is enough"
        for kind in ("Convention", "Hook")
    },
    **{
        (check, kind): "a file in docs is enough where its size is listed"
        for check in ("repo_docs_directory_present", "repo_docs_maintained")
        for kind in ("CatalogEntry", "Document")
    },
    **{
        (check, "Branch"): "what is young needs no comparison"
        for check in ("repo_docs_maintained", "repo_readme_fresh")
    },
    ("repo_codeowners_present", "ApprovalTemplate"): "owners in a file suffice",
    ("repo_codeowners_present", "CatalogEntry"): "owners in a file suffice",
    ("repo_decision_records_present", "LastChange"): "a decision suffices, whatever its age",
    **{
        ("repo_maintenance_docs_score", kind): "five points of eight suffice"
        for kind in ("DependencyManifest", "Diagram", "Release")
    },
    ("repo_runbook_present", "Document"): "notebooks count by an option, unread",
    **{
        ("ssm_automation_runbook_present", kind): "they say whether one is needed"
        for kind in ("CompositeAlarm", "LogAlarm", "MetricAlarm")
    },
    **{
        ("cloudwatch_alarm_runbook_link", kind): "a link is enough"
        for kind in ("AutomationRunbook", "SourceFile")
    },
    **{
        (check, kind): "an alarm of the region that acts by itself decides alone"
        for check, kinds in {
            "availability_alarm_configured": "CentralAlarms CompositeAlarm ObservabilityLink",
            "ec2_instance_status_check_alarm": "CentralAlarms CompositeAlarm ObservabilityLink",
            "ecs_service_alarm_coverage": "CentralAlarms CompositeAlarm ObservabilityLink",
            "elb_load_balancer_alarm_coverage": "CentralAlarms CompositeAlarm ObservabilityLink",
            "lambda_function_alarm_coverage": "CentralAlarms CompositeAlarm ObservabilityLink",
            "rds_instance_alarm_coverage": "CentralAlarms CompositeAlarm ObservabilityLink",
            "workload_resource_monitored_share": "CentralAlarms CompositeAlarm ObservabilityLink",
        }.items()
        for kind in kinds.split()
    },
    ("availability_alarm_configured", "HealthCheck"): "an alarm of the region decides alone",
    ("availability_alarm_configured", "MetricAlarm"): "an alarm in us-east-1 decides alone",
    ("ecs_service_alarm_coverage", "MetricAlarm"): "alarms on its deployments decide alone",
    ("workload_resource_monitored_share", "FunctionInvocations"): "a share may be enough without",
    **{
        (check, kind): "one endpoint is enough to apply"
        for check in (
            "availability_alarm_configured",
            "route53_health_check_configured",
            "synthetics_canary_running",
        )
        for kind in ("ClassicLoadBalancer", "Distribution", "HttpStage", "RestStage")
    },
    ("availability_alarm_configured", "LoadBalancer"): "one endpoint is enough to apply",
    **{
        (check, kind): "one that is there passes, whatever runs"
        for check in (
            "applicationsignals_slo_defined",
            "cloudwatch_alarm_evaluating",
            "cloudwatch_dashboard_present",
            "monitoring_platform_connected",
        )
        for kind in (
            "ClassicLoadBalancer",
            "DbCluster",
            "DbInstance",
            "EcsService",
            "Instance",
            "LambdaFunction",
            "LoadBalancer",
        )
    },
    **{
        (check, kind): "one that is there passes, whatever runs"
        for check in (
            "amp_workspace_active",
            "applicationsignals_service_discovered",
            "cloudwatch_custom_metric_active",
            "logs_metric_filter_present",
        )
        for kind in ("EcsService", "EksCluster", "FunctionInvocations", "Instance")
    },
    **{
        (check, kind): "one of them is enough"
        for check, kinds in {
            "cloudwatch_alarm_evaluating": "CompositeAlarm LogAlarm MetricAlarm",
            "monitoring_platform_connected": (
                "MetricStream ObservabilityLink PrometheusWorkspace SignalsServices"
            ),
            "elb_load_balancer_access_logs": "BalancerAttributes ClassicAttributes LogDelivery",
            "repo_monitoring_plan_present": "MonitoringDefinition SourceFile",
        }.items()
        for kind in kinds.split()
    },
    ("elb_load_balancer_access_logs", "Listener"): "only a network load balancer is judged by them",
    **{
        (check, kind): "it only tells a library, which needs none"
        for check in ("repo_monitoring_as_code", "repo_monitoring_plan_present")
        for kind in ("BuildDefinition", "CiStep", "DependencyManifest", "IacRoot")
    },
    ("cloudwatch_business_metric_active", "ActiveNamespace"): "names are told, and prove nothing",
    **{
        ("ec2_instance_agent_metrics", kind): "is asked where an option names an agent"
        for kind in ("ActiveNamespace", "InstalledAgent")
    },
    **{
        ("ec2_instance_log_agent", kind): "an agent decides alone, as does being a node"
        for kind in ("ContainerInstance", "InstalledAgent")
    },
    ("ecs_cluster_container_insights", "EcsService"): "only an empty cluster is judged by them",
    ("lambda_function_log_group_present", "FunctionInvocations"): "a group that is there is there",
    ("lambda_function_tracing", "SignalsServices"): "X-Ray or a layer decides alone",
    ("logs_log_group_retention", "LogSubscription"): "is asked where an option declares an archive",
    **{
        (check, kind): "one webhook is enough"
        for check in ("webhook_load_test_run_recent", "webhook_ingress_buffered")
        for kind in ("HttpRoute", "ListenerRule", "RestMethod")
    },
    **{
        ("ec2_image_owned_not_public", kind): "one thing that launches from images is enough"
        for kind in ("AutoScalingGroup", "Instance", "InstanceImage")
    },
    ("ec2_image_owned_not_public", "ImageBlock"): "it is told, and decides nothing",
    **{
        ("ec2_instance_disk_usage_monitored", kind): "an alarm that acts suffices"
        for kind in ("CentralAlarms", "CompositeAlarm", "ObservabilityLink")
    },
    ("ec2_instance_disk_usage_monitored", "DiskMetric"): "another agent's alarm shows it alone",
    ("ec2_instance_in_auto_scaling_group", "InstanceImage"): "its tags say that it is in a group",
    **{
        ("image_build_pipeline_present", kind): "a pipeline that ran is enough"
        for kind in ("CiStep", "ImagePipeline", "Repository", "SourceFile")
    },
    **{
        ("ec2_ebs_encryption_by_default", kind): "one thing that uses the region is enough"
        for kind in ("Instance", "LaunchTemplateVersion", "Volume")
    },
    ("s3_bucket_default_encryption_configured", "KmsKey"): "asked where a customer's is demanded",
    ("s3_bucket_default_encryption_configured", "TaggedResource"): "asked where tags demand more",
    **{
        ("elb_listener_encrypted_or_redirects", kind): "each listener needs what belongs to it"
        for kind in ("InternalRule", "ListenerRule", "LoadBalancer", "TargetGroup")
    },
    **{
        ("tls_policy_modern", kind): "each kind has policies of its own"
        for kind in ("ClassicTlsPolicies", "SslPolicy")
    },
    **{
        ("data_access_requires_tls", kind): "each store says it elsewhere"
        for kind in (
            *("BucketPolicy", "DbClusterParameters", "DbParameters", "Membership"),
            *("OrganizationAccount", "Payer", "ResourceControlPolicy"),
        )
    },
    **{
        ("repository_sast_in_pipeline", kind): "one thing that analyses is enough"
        for kind in ("BuildProject", "CiStep", "CodeScanning", "DependencyManifest", "Pipeline")
    },
    **{
        ("repository_dependency_scanning_active", kind): "one thing that scans is enough"
        for kind in ("BuildProject", "CiStep", "InspectorStatus", "Pipeline", "UpdateBot")
    },
    **{
        ("owasp_review_documented", kind): "a review or a scan is enough; code faces people anyhow"
        for kind in (
            *("BuildProject", "CiStep", "ClassicLoadBalancer", "Distribution", "FunctionUrl"),
            *("GraphqlApi", "HttpApi", "LastChange", "LoadBalancer", "Pipeline", "RestApi"),
            "ReviewDocument",
        )
    },
    **{
        ("waf_managed_rules_on_public_entry", kind): "each front has a web ACL of its own kind"
        for kind in (
            *("EdgeWebAcl", "PrefixList", "RestApi", "SecurityGroup", "WebAcl"),
            "WebAclAssociation",
        )
    },
    ("repository_history_secret_free", "IssuedKey"): "it only says whether a key still works",
    **{
        ("repository_secret_scanning_enabled", kind): "one thing that looks is enough"
        for kind in ("BuildProject", "CiStep", "Pipeline", "SecretScanning")
    },
    **{
        ("repository_secret_push_prevention", kind): "one thing that prevents is enough"
        for kind in ("BuildProject", "CiStep", "Hook", "Pipeline", "SecretScanning")
    },
    **{
        ("secret_store_in_use", kind): "a secret is a secret, and one workload is enough"
        for kind in (
            *("BuildProject", "DbCluster", "DbInstance", "EcsService", "Instance"),
            *("LambdaFunction", "Parameter", "Secret", "Table", "TaskDefinition"),
        )
    },
    **{
        ("data_service_encrypted_at_rest", kind): "each service is judged by itself"
        for kind in (
            *("DataStream", "DaxCluster", "EfsFileSystem", "OpenSearchDomain", "Queue"),
            *("QueueAttributes", "RedshiftCluster", "ReplicationGroup", "StreamRetention"),
            *("Topic", "TopicAttributes"),
        )
    },
    **{
        ("apigateway_api_deployed", kind): "each kind of API has stages of its own"
        for kind in ("HttpStage", "RestStage")
    },
    **{
        ("compute_optimizer_no_under_provisioning", kind): "what is recommended is told by itself"
        for kind in (
            *("AutoScalingGroup", "EcsService", "Instance", "LambdaFunction"),
            *("InstanceRecommendation", "OptimizerEnrollment", "SizingRecommendation"),
        )
    },
    ("ec2_container_not_run_by_hand", "AutoScalingGroup"): "one instance that runs is enough",
    ("ecs_running_image_from_trusted_registry", "OrganizationAccount"): "its own registry suffices",
    ("eks_cluster_version_supported", "EksVersion"): "a node group has the version of its cluster",
    ("lambda_function_managed_by_iac", "IacRoot"): "a tag suffices",
    **{
        ("repository_container_image_built_in_pipeline", kind): "one of them builds and pushes"
        for kind in ("BuildProject", "CiStep", "Pipeline")
    },
    ("repository_k8s_resources_set", "ChartResources"): "a manifest is judged by itself",
    **{
        ("runtime_heap_bounded", kind): "a task definition that says it needs no more"
        for kind in ("EcsService", "EksCluster", "ImageDefinition")
    },
    **{
        (check, kind): "one thing that can be deployed is enough"
        for check in ("repository_release_tag_current", "repository_release_tag_present")
        for kind in ("IacRoot", "ImageDefinition")
    },
    **{
        ("deploy_pipeline_last_run_succeeded", kind): "each way to deploy has runs of its own"
        for kind in ("Branch", "PipelineExecutions", "WorkflowRun")
    },
    **{
        ("deploy_pipeline_short_lived_credentials", kind): "what runs in AWS has a service role"
        for kind in ("AwsLogin", "IamRole")
    },
    **{
        ("repository_deploy_pipeline_defined", kind): "one way to deploy is enough"
        for kind in (
            *("BuildDefinition", "BuildProject", "CiStep", "ImageDefinition"),
            *("KubernetesObject", "Pipeline", "SourceFile"),
        )
    },
    ("resource_managed_by_iac", "IacRoot"): "it decides how bad a lack of marks is",
    ("resource_managed_by_iac", "StackedResource"): "tags alone may show it",
    **{
        (check, kind): "one way to deploy is enough"
        for check in (
            "environment_account_separated",
            "pipeline_production_gate",
            "repository_pipeline_environments",
        )
        for kind in ("BuildProject", "CiStep", "KubernetesObject")
    },
    **{
        ("environment_account_separated", kind): "only what is not said elsewhere is looked up"
        for kind in ("DeployVariable", "OrganizationAccount")
    },
    ("pipeline_production_gate", "Pipeline"): "each environment is judged by itself",
    **{
        ("repository_pipeline_environments", kind): "two names are two, wherever they stand"
        for kind in ("CiJob", "DeployEnvironment", "EnvironmentSettings", "Pipeline")
    },
}


def all_rows() -> dict[str, list[Row]]:
    """Return the rows of every check, from the tests of every category."""
    rows: dict[str, list[Row]] = {}
    for path in sorted((HERE / "checklist").glob("test_*.py")):
        module = import_module(f"tests.checklist.{path.stem}")
        for check, found in getattr(module, "ROWS", {}).items():
            rows.setdefault(check.id, []).extend(found)
    return rows


ROWS = all_rows()
EVERY_CHECK = [pytest.param(check, id=check.id) for check in CHECKS.values()]


def expected_statuses(row: Row) -> set[Any]:
    return {row.expected} if isinstance(row.expected, str) else set(row.expected.values())


def test_the_catalogue_is_the_checklist_word_for_word_and_in_order() -> None:
    lines = (HERE / "checklist.md").read_text().splitlines()
    written = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
    headings = [line.removeprefix("## ") for line in lines if line.startswith("## ")]

    assert [item.title for item in ITEMS.values()] == written
    assert [category.title for category in CATEGORIES] == headings
    assert len(ITEMS) == 124


def test_every_module_is_named_as_its_category() -> None:
    modules = {path.stem for path in (LAMBDAS / "readiness" / "checklist").glob("*.py")}

    assert {slug(category.title).replace("-", "_") for category in CATEGORIES} <= modules


@pytest.mark.parametrize("check", EVERY_CHECK)
def test_every_check_is_documented(check: Check[..., Any]) -> None:
    assert {"why", "Pass", "Fix", "See"} <= set(check.sections)
    assert all(re.match(r"https://\S+$", link) for link in check.sections["See"].split())
    assert check.sections["Fix"][0].islower(), "a fix completes a sentence"


@pytest.mark.parametrize("check", EVERY_CHECK)
def test_every_check_belongs_to_an_item(check: Check[..., Any]) -> None:
    assert any(check in item.checks for item in ITEMS.values())


@pytest.mark.parametrize("check", EVERY_CHECK)
def test_every_option_has_a_default_of_its_own_type(check: Check[..., Any]) -> None:
    for name, (hint, default) in check.options.items():
        assert TypeAdapter(hint).validate_python(default) == default, name


@pytest.mark.parametrize("check", EVERY_CHECK)
def test_every_check_has_rows_that_pass_fail_and_are_dark(check: Check[..., Any]) -> None:
    statuses = [expected_statuses(row) for row in ROWS.get(check.id, [])]
    dark = {kind for row in ROWS.get(check.id, []) for kind in row.dark}

    assert any(PASS in found for found in statuses) or check.id in NEVER_PASSES
    assert any(found & {FAIL, NO_EVIDENCE} for found in statuses)
    assert any(UNKNOWN in found for found in statuses)
    assert dark >= check.needs, "a dark row for every evidence type"


#: Checks whose entry allows no PASS from evidence: only an attestation passes them.
NEVER_PASSES = frozenset({"identity_center_mfa_enforced"})


@pytest.mark.parametrize("check", EVERY_CHECK)
def test_a_check_that_sees_nothing_is_unknown(check: Check[..., Any]) -> None:
    results = judged(check, Row("everything is dark", UNKNOWN, dark=check.needs))

    assert {result.status for result in results} == {UNKNOWN}
    assert all("test:" in result.reason for result in results)


def passing_rows(left_out: Mapping[tuple[str, str], str]) -> Iterator[Any]:
    for check in CHECKS.values():
        for row in ROWS.get(check.id, []):
            if PASS in expected_statuses(row):
                for kind in sorted(check.needs, key=lambda each: each.__name__):
                    if kind not in row.dark and (check.id, kind.__name__) not in left_out:
                        name = f"{check.id} without {kind.__name__}: {row.id}"
                        yield pytest.param(check, row, kind, id=name)


@pytest.mark.parametrize(("check", "row", "kind"), list(passing_rows(ALTERNATIVES)))
def test_no_check_passes_without_one_of_its_evidence_sets(
    check: Check[..., Any], row: Row, kind: type[Any]
) -> None:
    darkened = replace(row, dark=(*row.dark, kind))

    statuses = {result.status for result in judged(check, darkened)}

    if kind in check.subjects:
        # What is judged one by one stays judged; what is dark is said.
        assert UNKNOWN in statuses
    else:
        assert PASS not in statuses


def test_every_alternative_is_needed() -> None:
    needed = set()
    for case in passing_rows({}):
        check, row, kind = case.values
        results = judged(check, replace(row, dark=(*row.dark, kind)))
        if kind not in check.subjects and PASS in {result.status for result in results}:
            needed.add((check.id, kind.__name__))

    assert set(ALTERNATIVES) == needed


def empty_account() -> Seen:
    kinds = kinds_of()
    own = Sighting(
        target=Target(account=ACCOUNT),
        regions=(REGION,),
        evidence={kind: Evidence() for kind in kinds if SCOPES[kind] is Scope.ACCOUNT},
    )
    region = Sighting(
        target=Target(account=ACCOUNT, region=REGION),
        evidence={kind: Evidence() for kind in kinds if SCOPES[kind] is Scope.REGION},
    )
    organization = Sighting(
        target=Target(account="organization"),
        evidence={kind: Evidence() for kind in kinds if SCOPES[kind] is Scope.ORGANIZATION},
    )
    sightings = {each.target.id: each for each in (own, region, organization)}
    pool: dict[type[Any], Evidence[Any]] = {kind: Evidence() for kind in kinds}
    return Seen(started=NOW, sightings=sightings, pool=pool)


def test_an_empty_account_fails_by_nothing_but_itself() -> None:
    found = judge(Workload(name="empty", accounts=(ACCOUNT,)), empty_account())
    names = {finding.resource for finding in found.findings if finding.status is FAIL}

    assert names <= {
        ACCOUNT,
        f"{ACCOUNT}/{REGION}",
        f"arn:aws:iam::{ACCOUNT}:root",
    }


def test_an_account_whose_regions_were_not_seen_is_unknown_not_empty() -> None:
    seen = empty_account()
    own = replace(seen.sightings[ACCOUNT], regions=())
    blind = replace(seen, sightings={**seen.sightings, ACCOUNT: own})
    found = judge(Workload(name="blind", accounts=(ACCOUNT,)), blind)
    regional = [
        finding
        for finding in found.findings
        # The list of an account's buckets is global, and was seen.
        if CHECKS[finding.check].scope is Scope.REGION
        and CHECKS[finding.check].subjects != (Bucket,)
    ]

    assert {finding.status for finding in regional} == {UNKNOWN}


def test_every_evidence_type_that_a_check_needs_is_probed() -> None:
    aws = {kind for kind in kinds_of() if SCOPES[kind] is not Scope.REPOSITORY}

    assert {kind.__name__ for kind in aws - set(load_probes())} == set()


def test_every_evidence_type_is_read_by_a_check_or_another_probe() -> None:
    needed = kinds_of() | {kind for probe in load_probes().values() for kind in probe.needs}
    needed |= SURVEYED | DISCOVERED | CONTACTS
    idle = {name for name, kind in RECORDS.items() if kind not in needed}

    assert idle == set()


def declared() -> set[str]:
    return {call for probe in load_probes().values() for call in probe.calls}


@pytest.mark.parametrize("call", sorted(declared()))
def test_every_declared_call_exists_and_only_reads(call: str) -> None:
    service, _, method = call.partition(".")
    model = get_session().get_service_model(service)
    action = action_of(call)
    prefix, _, name = action.partition(":")
    data = get_action_data(prefix, name)

    assert method in {xform_name(operation) for operation in model.operation_names}
    assert api_name(call)
    if (prefix, name) != ("apigateway", "GET"):
        assert data, f"{action} is no IAM action"
        assert {each["access_level"] for each in data[prefix]} <= {"Read", "List"}


def test_the_member_policies_hold_what_is_declared_and_nothing_else() -> None:
    documents = permissions.member_policies()
    granted = [
        action
        for document in documents
        for statement in document["Statement"]
        for action in statement["Action"]
    ]
    probes = [probe for probe in load_probes().values() if probe.scope is not Scope.ORGANIZATION]
    wanted = {action for probe in probes for call in probe.calls for action in actions_of(call)}

    assert sorted(granted) == sorted(wanted)
    assert all(
        len(re.sub(r"\s", "", str(document))) <= permissions.POLICY_SIZE for document in documents
    )
    # Ten managed policies can be attached to a role.
    assert len(documents) <= 10


def test_checks_are_pure() -> None:
    allowed = {"readiness.evidence", "readiness.checklist"}
    forbidden = {"os", "time", "logging", "boto3", "botocore", "subprocess", "pathlib", "random"}
    for path in (LAMBDAS / "readiness" / "checklist").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.ImportFrom(module=str(module)):
                    names = [module]
                case ast.Import(names=aliases):
                    names = [alias.name for alias in aliases]
                case ast.Attribute(
                    attr=("seen" | "gaps" | "now" | "today" | "utcnow") as attribute
                ):
                    # `unit.now` is evidence; the clock's own `now` is not.
                    of_unit = isinstance(node.value, ast.Name) and node.value.id in ("unit", "self")
                    assert of_unit, f"{path.name} reads .{attribute}"
                    continue
                case _:
                    continue
            for name in names:
                assert name.split(".")[0] not in forbidden, f"{path.name} imports {name}"
                if name.startswith("readiness"):
                    assert name.startswith(tuple(allowed)), f"{path.name} imports {name}"


def test_probes_never_judge() -> None:
    for folder in ("probes", "evidence"):
        for path in (LAMBDAS / "readiness" / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom) and node.module:
                    assert not node.module.startswith("readiness.checklist"), path.name


def test_only_handlers_and_the_command_line_know_the_environment() -> None:
    for path in (LAMBDAS / "readiness").rglob("*.py"):
        below = path.relative_to(LAMBDAS / "readiness").parts[0]
        if below not in ("cli", "cli.py", "demo"):
            assert "os.environ" not in path.read_text(), path.name


def test_only_the_ledger_knows_the_table() -> None:
    for path in LAMBDAS.rglob("*.py"):
        if path.name not in ("ledger.py", "environment.py") and "demo" not in path.parts:
            assert "dynamodb.types" not in path.read_text(), path.name


def test_regions_are_always_surveyed() -> None:
    assert "ec2:DescribeRegions" in permissions.member_actions()
    assert SCOPES[EnabledRegion] is Scope.ACCOUNT
