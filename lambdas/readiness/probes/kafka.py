"""Look at MSK."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.kafka import KafkaCluster
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(KafkaCluster, "kafka.list_clusters_v2")
def kafka_clusters(aws: Aws) -> Iterator[KafkaCluster]:
    for each in aws.pages("kafka.list_clusters_v2", "ClusterInfoList"):
        serverless = each["ClusterType"] == "SERVERLESS"
        brokers = (each.get("Provisioned") or {}).get("BrokerNodeGroupInfo") or {}
        networks = (each.get("Serverless") or {}).get("VpcConfigs") or ()
        subnets = brokers.get("ClientSubnets") or [
            subnet for network in networks for subnet in network["SubnetIds"]
        ]
        yield KafkaCluster(
            arn=each["ClusterArn"],
            name=each["ClusterName"],
            serverless=serverless,
            zones=tuple(brokers.get("ZoneIds") or ()),
            subnets=tuple(subnets),
            tags=each.get("Tags") or {},
            created=each.get("CreationTime"),
        )
