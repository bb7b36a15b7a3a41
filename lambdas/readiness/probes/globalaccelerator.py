"""Look at Global Accelerator, once per account."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence import Evidence, Gap, account_of
from readiness.evidence.edge import Accelerator, AcceleratorEndpoints
from readiness.probes import probe
from readiness.probes.aws import Aws

#: It is global and answers here alone.
REGION = "us-west-2"


@probe(Accelerator, "globalaccelerator.list_accelerators")
def accelerators(aws: Aws) -> Iterator[Accelerator]:
    if aws.partition != "aws":
        return  # it is offered nowhere else
    for each in aws.pages("globalaccelerator.list_accelerators", "Accelerators", region=REGION):
        names = (each["DnsName"], each.get("DualStackDnsName", ""))
        yield Accelerator(
            arn=each["AcceleratorArn"],
            dns=tuple(name.lower() for name in names if name),
            enabled=each.get("Enabled", True),
        )


@probe(
    AcceleratorEndpoints,
    "globalaccelerator.list_listeners",
    "globalaccelerator.list_endpoint_groups",
)
def accelerator_endpoints(
    aws: Aws, accelerators: Evidence[Accelerator]
) -> Iterator[AcceleratorEndpoints | Gap]:
    def look(accelerator: Accelerator) -> Iterator[AcceleratorEndpoints]:
        groups = [
            group
            for listener in aws.pages(
                "globalaccelerator.list_listeners",
                "Listeners",
                region=REGION,
                AcceleratorArn=accelerator.arn,
            )
            for group in aws.pages(
                "globalaccelerator.list_endpoint_groups",
                "EndpointGroups",
                region=REGION,
                ListenerArn=listener["ListenerArn"],
            )
        ]
        # A dial of 0 sends nobody there.
        used = [
            group
            for group in groups
            if group.get("EndpointDescriptions") and group.get("TrafficDialPercentage", 100)
        ]
        ids = (each["EndpointId"] for group in used for each in group["EndpointDescriptions"])
        accounts = (account_of(each) or aws.account for each in ids)
        yield AcceleratorEndpoints(
            arn=accelerator.arn,
            regions=tuple(sorted({group["EndpointGroupRegion"] for group in used})),
            accounts=tuple(sorted(set(accounts))),
        )

    yield from aws.each((each for each in accelerators if each.enabled), look)
