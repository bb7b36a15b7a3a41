"""Look at EC2: instances, volumes, snapshots, addresses and NAT gateways."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.commitments import CapacityReservation, ReservedInstance
from readiness.evidence.compute import DedicatedHost, Disk, Instance
from readiness.evidence.egress import Address, NatGateway
from readiness.evidence.storage import Snapshot, Volume
from readiness.probes import probe
from readiness.probes.aws import Aws, gathered, tags_of

PAGE = 1000


def instance_arn(aws: Aws, instance_id: str) -> str:
    return aws.arn("ec2", f"instance/{instance_id}")


def volume_arn(aws: Aws, volume_id: str) -> str:
    return aws.arn("ec2", f"volume/{volume_id}")


@probe(Instance, "ec2.describe_instances")
def instances(aws: Aws) -> Iterator[Instance]:
    # Those that services of AWS operate are hidden by default.
    for reservation in aws.pages(
        "ec2.describe_instances", "Reservations", IncludeManagedResources=True, MaxResults=PAGE
    ):
        for each in reservation["Instances"]:
            if each["State"]["Name"] != "terminated":
                yield Instance(
                    arn=instance_arn(aws, each["InstanceId"]),
                    id=each["InstanceId"],
                    type=each["InstanceType"],
                    state=each["State"]["Name"],
                    launched=each["LaunchTime"],
                    managed=each.get("Operator", {}).get("Managed", False),
                    tags=tags_of(each),
                    zone=each["Placement"]["AvailabilityZone"],
                    attached=_attached(each),
                    detailed=each.get("Monitoring", {}).get("State") == "enabled",
                    bought=any(
                        code.get("ProductCodeType") == "marketplace"
                        for code in each.get("ProductCodes") or ()
                    ),
                    image=each.get("ImageId", ""),
                    profile=each.get("IamInstanceProfile", {}).get("Arn", ""),
                    recovery=(each.get("MaintenanceOptions") or {}).get("AutoRecovery", ""),
                    tenancy=each["Placement"].get("Tenancy", "default"),
                    host=each["Placement"].get("HostId", ""),
                    fabric=any(
                        interface.get("InterfaceType", "").startswith("efa")
                        for interface in each.get("NetworkInterfaces") or ()
                    ),
                    root_on_store=each.get("RootDeviceType") == "instance-store",
                    disks=tuple(
                        Disk(
                            device=mapping["DeviceName"],
                            root=mapping["DeviceName"] == each.get("RootDeviceName"),
                            deleted=mapping["Ebs"].get("DeleteOnTermination", False),
                        )
                        for mapping in each.get("BlockDeviceMappings") or ()
                        if "Ebs" in mapping
                    ),
                    lifecycle=each.get("InstanceLifecycle", ""),
                    stopped=_stopped(each.get("StateTransitionReason", "")),
                    vpc=each.get("VpcId", ""),
                    key=each.get("KeyName", ""),
                    windows=each.get("Platform", "").lower() == "windows",
                    metadata_tokens=metadata_tokens(each.get("MetadataOptions") or {}),
                )


#: E.g. `User initiated (2026-11-22 23:51:48 GMT)`.
_STOPPED = re.compile(r"\((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?:GMT|UTC)\)")


def _stopped(reason: str) -> datetime | None:
    found = _STOPPED.search(reason)
    return datetime.fromisoformat(f"{found[1]}+00:00") if found else None


def metadata_tokens(options: Mapping[str, Any]) -> str:
    """Return what the metadata service asks for: required, optional, or disabled; empty if unsaid."""
    if options.get("HttpEndpoint") == "disabled":
        return "disabled"
    return str(options.get("HttpTokens", ""))


def _attached(instance: Mapping[str, Any]) -> datetime | None:
    """Return when the first network interface was attached, which was when it was first launched."""
    attachments = (each.get("Attachment") or {} for each in instance.get("NetworkInterfaces") or ())
    return next(
        (each.get("AttachTime") for each in attachments if each.get("DeviceIndex") == 0), None
    )


@probe(DedicatedHost, "ec2.describe_hosts")
def dedicated_hosts(aws: Aws, instances: Evidence[Instance]) -> Iterator[DedicatedHost | Gap]:
    listed, hidden = gathered(instances)
    if any(each.tenancy == "host" for each in listed):
        for each in aws.pages("ec2.describe_hosts", "Hosts", MaxResults=500):
            yield DedicatedHost(
                arn=aws.arn("ec2", f"dedicated-host/{each['HostId']}"),
                id=each["HostId"],
                recovers=each.get("HostRecovery") == "on",
            )
    yield from hidden


@probe(Volume, "ec2.describe_volumes")
def volumes(aws: Aws) -> Iterator[Volume]:
    for each in aws.pages("ec2.describe_volumes", "Volumes", MaxResults=PAGE):
        attached = (to["InstanceId"] for to in each.get("Attachments") or () if "InstanceId" in to)
        yield Volume(
            arn=volume_arn(aws, each["VolumeId"]),
            id=each["VolumeId"],
            state=each["State"],
            created=each["CreateTime"],
            instances=tuple(instance_arn(aws, to) for to in attached),
            type=each["VolumeType"],
            managed=each.get("Operator", {}).get("Managed", False),
            tags=tags_of(each),
            encrypted=each["Encrypted"],
        )


@probe(Snapshot, "ec2.describe_snapshots")
def snapshots(aws: Aws) -> Iterator[Snapshot]:
    # Without an owner every public snapshot of AWS would answer.
    for each in aws.pages(
        "ec2.describe_snapshots", "Snapshots", OwnerIds=["self"], MaxResults=PAGE
    ):
        yield Snapshot(
            # A snapshot's ARN has no account.
            arn=f"arn:{aws.partition}:ec2:{aws.region}::snapshot/{each['SnapshotId']}",
            volume=volume_arn(aws, each["VolumeId"]),
            state=each["State"],
            completed=each.get("CompletionTime") or each["StartTime"],
            encrypted=each["Encrypted"],
        )


@probe(Address, "ec2.describe_addresses")
def addresses(aws: Aws) -> Iterator[Address]:
    for each in aws.pages("ec2.describe_addresses", "Addresses"):
        instance = each.get("InstanceId", "")
        yield Address(
            # An address of EC2-Classic has no allocation.
            arn=aws.arn("ec2", f"elastic-ip/{each.get('AllocationId') or each['PublicIp']}"),
            public_ip=each.get("PublicIp") or each.get("CarrierIp") or each["CustomerOwnedIp"],
            associated=bool(each.get("AssociationId")),
            instance=instance_arn(aws, instance) if instance else "",
            pool=each.get("CustomerOwnedIpv4Pool") or each.get("PublicIpv4Pool", "amazon"),
            managed_by=each.get("ServiceManaged", ""),
            tags=tags_of(each),
        )


@probe(NatGateway, "ec2.describe_nat_gateways")
def nat_gateways(aws: Aws) -> Iterator[NatGateway]:
    for each in aws.pages("ec2.describe_nat_gateways", "NatGateways", MaxResults=PAGE):
        if each["State"] != "deleted":
            yield NatGateway(
                arn=aws.arn("ec2", f"natgateway/{each['NatGatewayId']}"),
                id=each["NatGatewayId"],
                state=each["State"],
                created=each["CreateTime"],
                vpc=each["VpcId"],
                subnet=each.get("SubnetId", ""),
                regional=each.get("AvailabilityMode") == "regional",
                public=each.get("ConnectivityType", "public") == "public",
                tags=tags_of(each),
                fixed=bool(each.get("NatGatewayAddresses"))
                and all(address.get("AllocationId") for address in each["NatGatewayAddresses"]),
                grows=each.get("AutoScalingIps") == "enabled",
            )


@probe(CapacityReservation, "ec2.describe_capacity_reservations")
def capacity_reservations(aws: Aws) -> Iterator[CapacityReservation]:
    for each in aws.pages(
        "ec2.describe_capacity_reservations", "CapacityReservations", MaxResults=PAGE
    ):
        yield CapacityReservation(
            arn=each["CapacityReservationArn"],
            owner=each["OwnerId"],
            state=each["State"],
            type=each.get("ReservationType", "default"),
            total=each["TotalInstanceCount"],
            available=each["AvailableInstanceCount"],
            since=max(each["CreateDate"], each.get("StartDate") or each["CreateDate"]),
        )


@probe(ReservedInstance, "ec2.describe_reserved_instances")
def reserved_instances(aws: Aws) -> Iterator[ReservedInstance]:
    # The answer has no pages.
    wanted = [{"Name": "state", "Values": ["active", "queued"]}]
    for each in aws.get("ec2.describe_reserved_instances", Filters=wanted)["ReservedInstances"]:
        yield ReservedInstance(
            arn=aws.arn("ec2", f"reserved-instances/{each['ReservedInstancesId']}"),
            kind=each["InstanceType"],
            state=each["State"],
            start=each["Start"],
            end=each["End"],
        )
