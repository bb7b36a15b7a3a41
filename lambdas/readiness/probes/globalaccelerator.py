"""Look at Global Accelerator, once per account."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.edge import Accelerator
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
            arn=each["AcceleratorArn"], dns=tuple(name.lower() for name in names if name)
        )
