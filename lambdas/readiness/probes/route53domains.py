"""Look at registered domains; never at who registered them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence import Gap
from readiness.evidence.dns import RegisteredDomain
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.route53 import name_of


@probe(RegisteredDomain, "route53domains.list_domains", "route53domains.get_domain_detail")
def registered_domains(aws: Aws) -> Iterator[RegisteredDomain | Gap]:
    if aws.partition != "aws":
        return  # domains are registered nowhere else

    def arn(each: Mapping[str, Any]) -> str:
        return aws.arn("route53domains", f"domain/{name_of(each['DomainName'])}", region="")

    def look(each: Mapping[str, Any]) -> Iterator[RegisteredDomain]:
        answer = aws.get("route53domains.get_domain_detail", DomainName=each["DomainName"])
        yield RegisteredDomain(
            arn=arn(each),
            name=name_of(each["DomainName"]),
            nameservers=tuple(
                name_of(server["Name"]) for server in answer.get("Nameservers") or ()
            ),
        )

    yield from aws.each(aws.pages("route53domains.list_domains", "Domains"), look, arn=arn)
