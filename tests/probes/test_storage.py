"""What is seen of buckets, volumes, snapshots and file systems."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from readiness.evidence import Evidence, Scope
from readiness.evidence.compute import DedicatedHost, Instance
from readiness.evidence.storage import (
    Bucket,
    BucketLifecycle,
    BucketReplication,
    BucketVersioning,
    EfsBackupPolicy,
    EfsFileSystem,
    FsxFileSystem,
    LifecycleRule,
    ReplicationRule,
    Snapshot,
    Volume,
)
from readiness.probes import look
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    connected,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

EC2 = f"arn:aws:ec2:{REGION}:{ACCOUNT}"


def bucket(name: str, region: str = REGION) -> Bucket:
    return Bucket(arn=f"arn:aws:s3:::{name}", name=name, region=region, account=ACCOUNT)


def listed(*names: str) -> Answer:
    """List buckets of this region, as AWS does where the request has a parameter."""
    named = [{"Name": name, "BucketRegion": REGION} for name in names]
    return Answer("s3.list_buckets", {"Buckets": named}, {}, {"MaxBuckets": 1000})


def gone(code: str) -> dict[str, Any]:
    return {"service_error_code": code, "http_status_code": 404}


def test_buckets_of_every_page_with_their_regions() -> None:
    answers = (
        Answer(
            "s3.list_buckets",
            {"Buckets": [{"Name": "a", "BucketRegion": "us-east-1"}], "ContinuationToken": "n"},
            asked={"MaxBuckets": 1000},
        ),
        Answer(
            "s3.list_buckets",
            {"Buckets": [{"Name": "b", "BucketRegion": REGION}]},
            asked={"MaxBuckets": 1000, "ContinuationToken": "n"},
        ),
    )
    with answering(*answers) as connection:
        assert seen(connection, Bucket) == Evidence((bucket("a", "us-east-1"), bucket("b")))


def test_a_bucket_without_a_region_is_asked_for_it() -> None:
    unplaced = [{"Name": name} for name in ("told", "refused", "gone")]
    answers = (
        Answer("s3.list_buckets", {"Buckets": unplaced}),
        Answer("s3.head_bucket", {"BucketRegion": "eu-north-1"}, {}, {"Bucket": "told"}),
        Answer("s3.head_bucket", error={"service_error_code": "403", "http_status_code": 403}),
        Answer("s3.head_bucket", error=gone("404")),
    )
    with answering(*answers) as connection:
        found = seen(connection, Bucket)
        assert_made_as_declared(connection, Bucket)

    assert found == Evidence(
        (bucket("told", "eu-north-1"),),
        (refused("s3:ListBucket", resource="arn:aws:s3:::refused"),),
    )


def test_buckets_are_found_where_the_list_lacks_their_region() -> None:
    with mock_aws(), connected() as connection:
        boto3.client("s3", region_name=REGION).create_bucket(
            Bucket="here", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="there")

        found = seen(connection, Bucket)

    assert found == Evidence((bucket("here"), bucket("there", "us-east-1")))


def test_versioning_of_each_bucket() -> None:
    answers = (
        listed("kept", "never", "refused", "gone"),
        Answer("s3.get_bucket_versioning", {"Status": "Enabled"}, {}, {"Bucket": "kept"}),
        Answer("s3.get_bucket_versioning", {}, {}, {"Bucket": "never"}),
        Answer("s3.get_bucket_versioning", error=DENIED),
        Answer("s3.get_bucket_versioning", error=gone("NoSuchBucket")),
    )
    with answering(*answers) as connection:
        found = seen(connection, BucketVersioning)
        assert set(connection.calls.made) == {"s3.list_buckets", "s3.get_bucket_versioning"}

    assert found == Evidence(
        (
            BucketVersioning(arn="arn:aws:s3:::kept", status="Enabled"),
            BucketVersioning(arn="arn:aws:s3:::never", status=""),
        ),
        (refused("s3:GetBucketVersioning", resource="arn:aws:s3:::refused"),),
    )


def test_replication_of_each_bucket() -> None:
    rules = [
        {
            "Status": "Enabled",
            "Destination": {"Bucket": "arn:aws:s3:::copy", "Account": "444455556666"},
        },
        {"Status": "Disabled", "Destination": {"Bucket": "arn:aws:s3:::old"}},
    ]
    answers = (
        listed("a", "b", "c", "d"),
        Answer(
            "s3.get_bucket_replication",
            {"ReplicationConfiguration": {"Role": "arn:aws:iam::1:role/r", "Rules": rules}},
        ),
        Answer("s3.get_bucket_replication", error=gone("ReplicationConfigurationNotFoundError")),
        Answer("s3.get_bucket_replication", error=DENIED),
        Answer("s3.get_bucket_replication", error=gone("NoSuchBucket")),
    )
    with answering(*answers) as connection:
        found = seen(connection, BucketReplication)

    assert found == Evidence(
        (
            BucketReplication(
                arn="arn:aws:s3:::a",
                rules=(
                    ReplicationRule(
                        enabled=True, destination="arn:aws:s3:::copy", account="444455556666"
                    ),
                    ReplicationRule(enabled=False, destination="arn:aws:s3:::old", account=""),
                ),
            ),
            BucketReplication(arn="arn:aws:s3:::b", rules=()),
        ),
        (refused("s3:GetReplicationConfiguration", resource="arn:aws:s3:::c"),),
    )


PLAIN = LifecycleRule(
    enabled=True,
    limit="",
    expires=False,
    moves=False,
    expires_noncurrent=False,
    moves_noncurrent=False,
    abort_days=None,
)

LIFECYCLE_RULES: dict[str, tuple[dict[str, Any], LifecycleRule]] = {
    "expires after days": ({"Expiration": {"Days": 30}}, replace(PLAIN, expires=True)),
    "expires at a date": ({"Expiration": {"Date": NOW}}, replace(PLAIN, expires=True)),
    "removes delete markers": ({"Expiration": {"ExpiredObjectDeleteMarker": True}}, PLAIN),
    "moves": ({"Transitions": [{"Days": 30, "StorageClass": "GLACIER"}]}, replace(PLAIN, moves=True)),
    "expires noncurrent": ({"NoncurrentVersionExpiration": {"NoncurrentDays": 30}}, replace(PLAIN, expires_noncurrent=True)),
    "moves noncurrent": ({"NoncurrentVersionTransitions": [{"NoncurrentDays": 30, "StorageClass": "GLACIER"}]}, replace(PLAIN, moves_noncurrent=True)),
    "aborts": ({"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}, replace(PLAIN, abort_days=7)),
    "is off": ({"Status": "Disabled"}, replace(PLAIN, enabled=False)),
    "an empty filter": ({"Filter": {}}, PLAIN),
    "an empty prefix": ({"Prefix": ""}, PLAIN),
    "a prefix of the old form": ({"Prefix": "tmp/"}, replace(PLAIN, limit="prefix tmp/")),
    "a prefix": ({"Filter": {"Prefix": "tmp/"}}, replace(PLAIN, limit="prefix tmp/")),
    "a tag": ({"Filter": {"Tag": {"Key": "team", "Value": "secret"}}}, replace(PLAIN, limit="tag team")),
    "all at once": ({"Filter": {"And": {"Prefix": "a", "Tags": [{"Key": "t", "Value": "v"}], "ObjectSizeLessThan": 5}}}, replace(PLAIN, limit="prefix a, tag t, object size")),
}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "expected"),
    [pytest.param(*row, id=name) for name, row in LIFECYCLE_RULES.items()],
)
def test_a_lifecycle_rule(rule: dict[str, Any], expected: LifecycleRule) -> None:
    answer = {"Rules": [{"Status": "Enabled", **rule}]}
    with answering(
        listed("a"), Answer("s3.get_bucket_lifecycle_configuration", answer)
    ) as connection:
        assert seen(connection, BucketLifecycle) == Evidence(
            (BucketLifecycle(arn="arn:aws:s3:::a", rules=(expected,)),)
        )


def test_a_bucket_without_a_lifecycle_is_an_answer_and_a_refusal_is_a_gap() -> None:
    answers = (
        listed("bare", "refused"),
        Answer("s3.get_bucket_lifecycle_configuration", error=gone("NoSuchLifecycleConfiguration")),
        Answer("s3.get_bucket_lifecycle_configuration", error=DENIED),
    )
    with answering(*answers) as connection:
        found = seen(connection, BucketLifecycle)

    assert found == Evidence(
        (BucketLifecycle(arn="arn:aws:s3:::bare", rules=()),),
        (refused("s3:GetLifecycleConfiguration", resource="arn:aws:s3:::refused"),),
    )


def test_one_bucket_without_a_region_hides_no_other_bucket() -> None:
    answers = (
        Answer("s3.list_buckets", {"Buckets": [{"Name": "a", "BucketRegion": REGION}, {"Name": "b"}]}),
        Answer("s3.head_bucket", error={"service_error_code": "403", "http_status_code": 403}),
        Answer("s3.get_bucket_versioning", {}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, BucketVersioning)

    assert found == Evidence(
        (BucketVersioning(arn="arn:aws:s3:::a", status=""),),
        (refused("s3:ListBucket", resource="arn:aws:s3:::b"),),
    )


def test_instances_with_what_marks_their_makers() -> None:
    def instance(name: str, state: str, **more: Any) -> dict[str, Any]:
        return {
            "InstanceId": name,
            "InstanceType": "m7g.large",
            "State": {"Name": state},
            "LaunchTime": NOW,
            "Placement": {"AvailabilityZone": f"{REGION}a"},
            **more,
        }

    pages = (
        {
            "Reservations": [
                {"Instances": [instance("i-1", "running", Operator={"Managed": True})]},
            ],
            "NextToken": "n",
        },
        {
            "Reservations": [
                {
                    "Instances": [
                        instance("i-2", "stopped", Tags=[{"Key": "Env", "Value": "dev"}]),
                        instance("i-3", "terminated"),
                    ]
                }
            ]
        },
    )
    asked = {"IncludeManagedResources": True, "MaxResults": 1000}
    answers = (
        Answer("ec2.describe_instances", pages[0], asked=asked),
        Answer("ec2.describe_instances", pages[1], asked={**asked, "NextToken": "n"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, Instance)
        assert_made_as_declared(connection, Instance)

    alike: dict[str, Any] = {"type": "m7g.large", "launched": NOW, "zone": f"{REGION}a"}
    assert found == Evidence(
        (
            Instance(arn=f"{EC2}:instance/i-1", id="i-1", state="running", managed=True, tags={}, **alike),
            Instance(arn=f"{EC2}:instance/i-2", id="i-2", state="stopped", managed=False, tags={"Env": "dev"}, **alike),
        )
    )  # fmt: skip


def test_what_lets_ec2_move_an_instance_and_the_hosts_of_ones_own() -> None:
    placed = {"AvailabilityZone": f"{REGION}a", "Tenancy": "host", "HostId": "h-1"}
    described = {
        "InstanceId": "i-1",
        "InstanceType": "m7g.large",
        "State": {"Name": "running"},
        "LaunchTime": NOW,
        "Placement": placed,
        "MaintenanceOptions": {"AutoRecovery": "disabled"},
        "NetworkInterfaces": [{"InterfaceType": "interface"}, {"InterfaceType": "efa-only"}],
        "RootDeviceType": "instance-store",
    }
    hosts = [{"HostId": "h-1", "HostRecovery": "on"}, {"HostId": "h-2", "HostRecovery": "off"}]
    answers = (
        Answer("ec2.describe_instances", {"Reservations": [{"Instances": [described]}]}),
        Answer("ec2.describe_hosts", {"Hosts": hosts[:1], "NextToken": "n"}),
        Answer("ec2.describe_hosts", {"Hosts": hosts[1:]}),
    )
    with answering(*answers) as connection:
        found = look(connection, REGION, Scope.REGION, [Instance, DedicatedHost])
        assert_made_as_declared(connection, Instance, DedicatedHost)

    (instance,) = found[Instance]
    assert (instance.recovery, instance.tenancy, instance.host) == ("disabled", "host", "h-1")
    assert (instance.fabric, instance.root_on_store) == (True, True)
    assert found[DedicatedHost] == Evidence(
        (
            DedicatedHost(arn=f"{EC2}:dedicated-host/h-1", id="h-1", recovers=True),
            DedicatedHost(arn=f"{EC2}:dedicated-host/h-2", id="h-2", recovers=False),
        )
    )


def test_moto_takes_the_question_for_managed_instances() -> None:
    with mock_aws(), connected() as connection:
        boto3.client("ec2", region_name=REGION).run_instances(
            ImageId="ami-12345678", MinCount=1, MaxCount=1
        )
        found = list(seen(connection, Instance))

    assert [(each.state, each.managed) for each in found] == [("running", False)]


def test_volumes_of_every_page() -> None:
    attached = [{"InstanceId": "i-1"}, {"AssociatedResource": "arn:aws:ecs:::task"}]
    used = {
        "VolumeId": "vol-1",
        "State": "in-use",
        "CreateTime": NOW,
        "VolumeType": "gp2",
        "Attachments": attached,
        "Operator": {"Managed": True},
        "Tags": [{"Key": "a", "Value": "b"}],
        "Encrypted": True,
    }
    loose = {
        "VolumeId": "vol-2",
        "State": "available",
        "CreateTime": NOW,
        "VolumeType": "gp3",
        "Encrypted": False,
    }
    answers = (
        Answer("ec2.describe_volumes", {"Volumes": [used], "NextToken": "n"}),
        Answer("ec2.describe_volumes", {"Volumes": [loose]}),
    )
    with answering(*answers) as connection:
        found = seen(connection, Volume)
        assert_made_as_declared(connection, Volume)

    assert found == Evidence(
        (
            Volume(
                arn=f"{EC2}:volume/vol-1",
                id="vol-1",
                state="in-use",
                created=NOW,
                instances=(f"{EC2}:instance/i-1",),
                managed=True,
                tags={"a": "b"},
                type="gp2",
                encrypted=True,
            ),
            Volume(
                arn=f"{EC2}:volume/vol-2",
                id="vol-2",
                state="available",
                created=NOW,
                instances=(),
                managed=False,
                tags={},
            ),
        )
    )


def test_only_the_accounts_own_snapshots() -> None:
    begun = NOW - timedelta(hours=2)
    done = {
        "SnapshotId": "snap-1",
        "VolumeId": "vol-1",
        "State": "completed",
        "StartTime": begun,
        "CompletionTime": NOW,
        "Encrypted": True,
    }
    pending = {"SnapshotId": "snap-2", "VolumeId": "vol-1", "State": "pending", "StartTime": begun, "Encrypted": False}  # fmt: skip
    asked = {"OwnerIds": ["self"], "MaxResults": 1000}
    answers = (
        Answer("ec2.describe_snapshots", {"Snapshots": [done, pending]}, {}, asked),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, Snapshot)
        assert_made_as_declared(connection, Snapshot)

    of = f"{EC2}:volume/vol-1"
    snapshots = f"arn:aws:ec2:{REGION}::snapshot"
    assert found == Evidence(
        (
            Snapshot(arn=f"{snapshots}/snap-1", volume=of, state="completed", completed=NOW, encrypted=True),
            Snapshot(arn=f"{snapshots}/snap-2", volume=of, state="pending", completed=begun),
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (Instance, "ec2.describe_instances", "ec2:DescribeInstances"),
        (Volume, "ec2.describe_volumes", "ec2:DescribeVolumes"),
        (Snapshot, "ec2.describe_snapshots", "ec2:DescribeSnapshots"),
        (EfsFileSystem, "efs.describe_file_systems", "elasticfilesystem:DescribeFileSystems"),
        (FsxFileSystem, "fsx.describe_file_systems", "fsx:DescribeFileSystems"),
        (Bucket, "s3.list_buckets", "s3:ListAllMyBuckets"),
    ],
)
def test_a_refused_list_is_a_gap(kind: type[Any], operation: str, action: str) -> None:
    with answering(Answer(operation, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))


def file_system(name: str, **more: Any) -> dict[str, Any]:
    return {
        "OwnerId": ACCOUNT,
        "CreationToken": name,
        "FileSystemId": name,
        "CreationTime": NOW,
        "LifeCycleState": "available",
        "NumberOfMountTargets": 0,
        "SizeInBytes": {"Value": 1},
        "PerformanceMode": "generalPurpose",
        "Tags": [],
        **more,
    }


def efs(name: str, zone: str = "") -> EfsFileSystem:
    arn = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:file-system/{name}"
    return EfsFileSystem(arn=arn, id=name, zone=zone, tags={})


def test_efs_file_systems_of_every_page() -> None:
    answers = (
        Answer(
            "efs.describe_file_systems",
            {"FileSystems": [file_system("fs-1")], "NextMarker": "n"},
            asked={},
        ),
        Answer(
            "efs.describe_file_systems",
            {"FileSystems": [file_system("fs-2", AvailabilityZoneName="eu-west-1a")]},
            asked={"Marker": "n"},
        ),
    )
    with answering(*answers) as connection:
        assert seen(connection, EfsFileSystem) == Evidence((efs("fs-1"), efs("fs-2", "eu-west-1a")))
        assert_made_as_declared(connection, EfsFileSystem)


def test_a_file_system_without_a_backup_policy_has_none_and_a_refusal_is_a_gap() -> None:
    named = [file_system(name) for name in ("fs-1", "fs-2", "gone", "fs-3")]
    answers = (
        Answer("efs.describe_file_systems", {"FileSystems": named}),
        Answer(
            "efs.describe_backup_policy",
            {"BackupPolicy": {"Status": "ENABLED"}},
            asked={"FileSystemId": "fs-1"},
        ),
        Answer("efs.describe_backup_policy", error=gone("PolicyNotFound")),
        Answer("efs.describe_backup_policy", error=gone("FileSystemNotFound")),
        Answer("efs.describe_backup_policy", error=DENIED),
    )
    with answering(*answers) as connection:
        found = seen(connection, EfsBackupPolicy)

    assert found == Evidence(
        (
            EfsBackupPolicy(arn=efs("fs-1").arn, status="ENABLED"),
            EfsBackupPolicy(arn=efs("fs-2").arn, status="DISABLED"),
        ),
        (refused("elasticfilesystem:DescribeBackupPolicy", resource=efs("fs-3").arn),),
    )


def test_fsx_file_systems_of_each_type() -> None:
    def given(name: str, kind: str, settings: str, **more: Any) -> dict[str, Any]:
        arn = f"arn:aws:fsx:{REGION}:{ACCOUNT}:file-system/{name}"
        return {
            "FileSystemId": name,
            "FileSystemType": kind,
            "ResourceARN": arn,
            settings: more,
            "Tags": [{"Key": "a", "Value": "b"}],
        }

    def fsx(name: str, kind: str, deployment: str, days: int) -> FsxFileSystem:
        return FsxFileSystem(
            arn=f"arn:aws:fsx:{REGION}:{ACCOUNT}:file-system/{name}",
            id=name,
            type=kind,
            deployment=deployment,
            backup_retention_days=days,
            tags={"a": "b"},
        )

    systems = [
        given("fs-01234561", "WINDOWS", "WindowsConfiguration", DeploymentType="MULTI_AZ_1", AutomaticBackupRetentionDays=7),
        given("fs-01234562", "LUSTRE", "LustreConfiguration", DeploymentType="SCRATCH_2"),
        given("fs-01234563", "ONTAP", "OntapConfiguration", DeploymentType="SINGLE_AZ_1", AutomaticBackupRetentionDays=0),
        given("fs-01234564", "OPENZFS", "OpenZFSConfiguration", DeploymentType="SINGLE_AZ_1", AutomaticBackupRetentionDays=30),
    ]  # fmt: skip
    with answering(Answer("fsx.describe_file_systems", {"FileSystems": systems})) as connection:
        found = seen(connection, FsxFileSystem)
        assert_made_as_declared(connection, FsxFileSystem)

    assert found == Evidence(
        (
            fsx("fs-01234561", "WINDOWS", "MULTI_AZ_1", 7),
            fsx("fs-01234562", "LUSTRE", "SCRATCH_2", 0),
            fsx("fs-01234563", "ONTAP", "SINGLE_AZ_1", 0),
            fsx("fs-01234564", "OPENZFS", "SINGLE_AZ_1", 30),
        )
    )
