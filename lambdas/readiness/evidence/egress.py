"""Ways out: public addresses and NAT gateways, and whether they are used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.REGION, "Elastic IP address")
class Address:
    """An Elastic IP address. Source: ec2.DescribeAddresses."""

    arn: str
    #: Its address on the internet, on a carrier's network or on that of an Outpost.
    public_ip: str
    associated: bool
    #: The ARN of the instance it is associated with; empty where it is none.
    instance: str
    #: `amazon`, the id of a pool that the customer brought, or of one of IPAM.
    pool: str
    #: The service of AWS that manages it, e.g. `alb`; empty where none does.
    managed_by: str
    tags: Mapping[str, str]


@record(Scope.REGION, "NAT gateway")
class NatGateway:
    """A NAT gateway; deleted ones are left out. Source: ec2.DescribeNatGateways."""

    arn: str
    id: str
    #: pending, failed, available or deleting.
    state: str
    created: datetime
    vpc: str
    #: Empty for a regional one.
    subnet: str
    #: Whether it serves every zone of its VPC by itself.
    regional: bool
    #: Whether it leads to the internet; a private one leads to other networks.
    public: bool
    tags: Mapping[str, str]
    #: Whether each of its public addresses is an Elastic IP.
    fixed: bool = True
    #: Whether it takes further addresses as it needs them.
    grows: bool = False


@record(Scope.REGION, "NAT gateway's traffic")
class NatTraffic:
    """When a NAT gateway carried data last, by its metrics. Source: cloudwatch.GetMetricData."""

    #: The gateway's ARN.
    arn: str
    #: The end of the last day with a byte; None where there was none since `since`.
    carried: datetime | None
    since: datetime
