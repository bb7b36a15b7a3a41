"""Look at OpenSearch."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.search import OpenSearchDomain
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.batches import batches


@probe(OpenSearchDomain, "opensearch.list_domain_names", "opensearch.describe_domains")
def opensearch_domains(aws: Aws) -> Iterator[OpenSearchDomain]:
    listed = aws.get("opensearch.list_domain_names").get("DomainNames") or ()
    for names in batches([each["DomainName"] for each in listed], 5):
        answer = aws.get("opensearch.describe_domains", DomainNames=names)
        for each in answer["DomainStatusList"]:
            if each.get("Deleted", False):
                continue
            config = each["ClusterConfig"]
            # With zone awareness and no number, two zones are used.
            aware = config.get("ZoneAwarenessConfig") or {}
            zones = aware.get("AvailabilityZoneCount", 2)
            yield OpenSearchDomain(
                arn=each["ARN"],
                name=each["DomainName"],
                zones=zones if config.get("ZoneAwarenessEnabled", False) else 1,
                standby=config.get("MultiAZWithStandbyEnabled", False),
                nodes=config.get("InstanceCount", 1),
                masters=config.get("DedicatedMasterCount", 0)
                if config.get("DedicatedMasterEnabled", False)
                else 0,
                subnets=tuple((each.get("VPCOptions") or {}).get("SubnetIds") or ()),
                encrypted=(each.get("EncryptionAtRestOptions") or {}).get("Enabled", False),
                https_only=(each.get("DomainEndpointOptions") or {}).get("EnforceHTTPS", False),
            )
