"""What is seen of the ways by which people and other networks get in."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from moto import mock_aws

from readiness.evidence import Evidence
from readiness.evidence.access import (
    ClientVpnEndpoint,
    ClientVpnRule,
    ClientVpnRules,
    ConnectEndpoint,
    KeyPair,
    ManagedNode,
    PortRange,
    SerialConsole,
    SessionDocument,
    VerifiedAccessEndpoint,
    VpnConnection,
)
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    connected,
    refused,
    seen,
)
from tests.rows import ACCOUNT, REGION

EC2 = f"arn:aws:ec2:{REGION}:{ACCOUNT}"
SSM = f"arn:aws:ssm:{REGION}:{ACCOUNT}"


def test_managed_nodes_of_every_page_in_ec2_and_elsewhere() -> None:
    def page(name: str, status: str, **more: str) -> Answer:
        listed = [{"InstanceId": name, "PingStatus": status, "IPAddress": "10.0.0.5"}]
        return Answer(
            "ssm.describe_instance_information", {"InstanceInformationList": listed, **more}
        )

    with answering(page("i-1", "Online", NextToken="n"), page("mi-2", "ConnectionLost")) as there:
        found = seen(there, ManagedNode)
        assert_made_as_declared(there, ManagedNode)

    assert found == Evidence(
        (
            ManagedNode(arn=f"{EC2}:instance/i-1", online=True),
            ManagedNode(arn=f"{SSM}:managed-instance/mi-2", online=False),
        )
    )


def test_session_preferences_of_our_own_documents_one_of_which_is_gone_and_one_refused() -> None:
    content = {
        "schemaVersion": "1.0",
        "sessionType": "Standard_Stream",
        "inputs": {
            "s3BucketName": "sessions",
            "s3EncryptionEnabled": True,
            "cloudWatchLogGroupName": "",
            "cloudWatchEncryptionEnabled": False,
            "kmsKeyId": "",
        },
    }
    names = ("SSM-SessionManagerRunShell", "Forward", "Gone", "Dark")
    own = [{"Key": "Owner", "Values": ["Self"]}, {"Key": "DocumentType", "Values": ["Session"]}]
    gone = {"service_error_code": "InvalidDocument", "http_status_code": 400}
    answers = (
        Answer("ssm.list_documents", {"DocumentIdentifiers": [{"Name": name} for name in names]}, {}, {"Filters": own, "MaxResults": 50}),
        Answer("ssm.get_document", {"Content": json.dumps(content)}, {}, {"Name": names[0], "DocumentFormat": "JSON"}),
        Answer("ssm.get_document", {"Content": json.dumps({"sessionType": "Port"})}),
        Answer("ssm.get_document", error=gone),
        Answer("ssm.get_document", error=DENIED),
    )  # fmt: skip
    with answering(*answers) as there:
        found = seen(there, SessionDocument)
        assert_made_as_declared(there, SessionDocument)

    assert found == Evidence(
        (
            SessionDocument(
                arn=f"{SSM}:document/SSM-SessionManagerRunShell",
                name="SSM-SessionManagerRunShell",
                bucket="sessions",
                log_group="",
                bucket_encrypted=True,
                log_group_encrypted=False,
            ),
            SessionDocument(
                arn=f"{SSM}:document/Forward",
                name="Forward",
                bucket="",
                log_group="",
                bucket_encrypted=False,
                log_group_encrypted=False,
            ),
        ),
        (refused("ssm:GetDocument", resource=f"{SSM}:document/Dark"),),
    )


def test_endpoints_of_instance_connect() -> None:
    def listed(name: str, state: str, **more: Any) -> dict[str, Any]:
        return {
            "InstanceConnectEndpointArn": f"{EC2}:instance-connect-endpoint/{name}",
            "InstanceConnectEndpointId": name,
            "VpcId": "vpc-1",
            "State": state,
            **more,
        }

    whole = listed(
        "eice-1",
        "create-complete",
        SecurityGroupIds=["sg-1"],
        NetworkInterfaceIds=["eni-1"],
        PreserveClientIp=True,
    )
    operation = "ec2.describe_instance_connect_endpoints"
    answers = (
        Answer(operation, {"InstanceConnectEndpoints": [whole], "NextToken": "n"}),
        Answer(operation, {"InstanceConnectEndpoints": [listed("eice-2", "create-failed")]}),
    )
    with answering(*answers) as there:
        found = seen(there, ConnectEndpoint)
        assert_made_as_declared(there, ConnectEndpoint)

    assert found == Evidence(
        (
            ConnectEndpoint(
                arn=f"{EC2}:instance-connect-endpoint/eice-1",
                id="eice-1",
                vpc="vpc-1",
                ready=True,
                groups=("sg-1",),
                interfaces=("eni-1",),
                keeps_client=True,
            ),
            ConnectEndpoint(
                arn=f"{EC2}:instance-connect-endpoint/eice-2",
                id="eice-2",
                vpc="vpc-1",
                ready=False,
                groups=(),
                interfaces=(),
                keeps_client=False,
            ),
        )
    )


def test_endpoints_of_verified_access_of_every_type() -> None:
    def listed(name: str, kind: str, code: str = "active", **more: Any) -> dict[str, Any]:
        return {
            "VerifiedAccessEndpointId": name,
            "EndpointType": kind,
            "Status": {"Code": code},
            "SecurityGroupIds": ["sg-1"],
            **more,
        }

    endpoints = [
        listed("vae-1", "network-interface", NetworkInterfaceOptions={"NetworkInterfaceId": "eni-1", "Protocol": "tcp", "PortRanges": [{"FromPort": 22, "ToPort": 23}]}),
        listed("vae-2", "cidr", CidrOptions={"Cidr": "10.0.0.0/16", "Protocol": "tcp", "PortRanges": [{"FromPort": 1, "ToPort": 9}], "SubnetIds": ["subnet-1"]}),
        listed("vae-3", "load-balancer", "pending", LoadBalancerOptions={"Protocol": "https", "Port": 443, "LoadBalancerArn": "arn:lb"}),
    ]  # fmt: skip
    answer = {"VerifiedAccessEndpoints": endpoints}
    with answering(Answer("ec2.describe_verified_access_endpoints", answer)) as there:
        found = seen(there, VerifiedAccessEndpoint)
        assert_made_as_declared(there, VerifiedAccessEndpoint)
    place = f"{EC2}:verified-access-endpoint"

    assert found == Evidence(
        (
            VerifiedAccessEndpoint(
                arn=f"{place}/vae-1",
                active=True,
                type="network-interface",
                protocol="tcp",
                ports=(PortRange(first=22, last=23),),
                interface="eni-1",
                block="",
                subnets=(),
                groups=("sg-1",),
            ),
            VerifiedAccessEndpoint(
                arn=f"{place}/vae-2",
                active=True,
                type="cidr",
                protocol="tcp",
                ports=(PortRange(first=1, last=9),),
                interface="",
                block="10.0.0.0/16",
                subnets=("subnet-1",),
                groups=("sg-1",),
            ),
            VerifiedAccessEndpoint(
                arn=f"{place}/vae-3",
                active=False,
                type="load-balancer",
                protocol="https",
                ports=(PortRange(first=443, last=443),),
                interface="",
                block="",
                subnets=(),
                groups=("sg-1",),
            ),
        )
    )


def vpn_endpoint(name: str, code: str, **more: Any) -> dict[str, Any]:
    return {
        "ClientVpnEndpointId": name,
        "Status": {"Code": code},
        "ConnectionLogOptions": {"Enabled": True},
        **more,
    }


def test_client_vpn_endpoints_with_their_rules_one_of_which_is_refused() -> None:
    saml = {"Type": "federated-authentication", "FederatedAuthentication": {}}
    endpoints = [
        vpn_endpoint("cvpn-1", "available", VpcId="vpc-1", AuthenticationOptions=[saml]),
        vpn_endpoint("cvpn-2", "pending-associate", TransitGatewayConfiguration={"TransitGatewayId": "tgw-1"}),
        vpn_endpoint("cvpn-3", "deleted"),
    ]  # fmt: skip

    def rule(destination: str, code: str, **more: Any) -> dict[str, Any]:
        return {"DestinationCidr": destination, "Status": {"Code": code}, **more}

    rules = "ec2.describe_client_vpn_authorization_rules"
    answers = (
        Answer("ec2.describe_client_vpn_endpoints", {"ClientVpnEndpoints": endpoints}),
        Answer(rules, {"AuthorizationRules": [rule("10.0.0.0/16", "active", AccessAll=True)], "NextToken": "n"}),
        Answer(rules, {"AuthorizationRules": [rule("10.1.0.0/16", "active"), rule("0.0.0.0/0", "revoking", AccessAll=True)]}),
        Answer(rules, error=DENIED),
    )  # fmt: skip
    with answering(*answers) as there:
        found = seen(there, ClientVpnRules)
        assert_made_as_declared(there, ClientVpnEndpoint, ClientVpnRules)
    with answering(answers[0]) as there:
        listed = seen(there, ClientVpnEndpoint)
    place = f"{EC2}:client-vpn-endpoint"

    assert listed == Evidence(
        (
            ClientVpnEndpoint(
                arn=f"{place}/cvpn-1",
                id="cvpn-1",
                state="available",
                vpc="vpc-1",
                gateway="",
                authentication=("federated-authentication",),
                logged=True,
            ),
            ClientVpnEndpoint(
                arn=f"{place}/cvpn-2",
                id="cvpn-2",
                state="pending-associate",
                vpc="",
                gateway="tgw-1",
                authentication=(),
                logged=True,
            ),
        )
    )
    assert found == Evidence(
        (
            ClientVpnRules(
                arn=f"{place}/cvpn-1",
                rules=(
                    ClientVpnRule(destination="10.0.0.0/16", everyone=True),
                    ClientVpnRule(destination="10.1.0.0/16", everyone=False),
                ),
            ),
        ),
        (refused("ec2:DescribeClientVpnAuthorizationRules", resource=f"{place}/cvpn-2"),),
    )


def test_vpn_connections_without_their_keys() -> None:
    connections = [
        {
            "VpnConnectionId": "vpn-1",
            "State": "available",
            "VpnGatewayId": "vgw-1",
            "CustomerGatewayConfiguration": "<secret/>",
            "VgwTelemetry": [{"Status": "UP"}, {"Status": "DOWN"}],
        },
        {"VpnConnectionId": "vpn-2", "State": "pending", "TransitGatewayId": "tgw-1"},
        {"VpnConnectionId": "vpn-3", "State": "deleted"},
    ]
    answer = {"VpnConnections": connections}
    with answering(Answer("ec2.describe_vpn_connections", answer)) as there:
        found = seen(there, VpnConnection)
        assert_made_as_declared(there, VpnConnection)

    assert found == Evidence(
        (
            VpnConnection(
                arn=f"{EC2}:vpn-connection/vpn-1",
                state="available",
                gateway="vgw-1",
                transit_gateway="",
                tunnels=(True, False),
            ),
            VpnConnection(
                arn=f"{EC2}:vpn-connection/vpn-2",
                state="pending",
                gateway="",
                transit_gateway="tgw-1",
                tunnels=(),
            ),
        )
    )
    assert "secret" not in repr(found)


def test_whether_serial_consoles_may_be_used() -> None:
    answer = {"SerialConsoleAccessEnabled": True}
    with answering(Answer("ec2.get_serial_console_access_status", answer)) as there:
        found = seen(there, SerialConsole)
        assert_made_as_declared(there, SerialConsole)

    assert found == Evidence((SerialConsole(arn=f"{EC2}:serial-console-access", enabled=True),))


@mock_aws
def test_key_pairs_of_the_simulated_account() -> None:
    boto3.client("ec2", region_name=REGION).create_key_pair(KeyName="team")
    with connected() as there:
        found = seen(there, KeyPair)
        assert_made_as_declared(there, KeyPair)

    assert found == Evidence((KeyPair(arn=f"{EC2}:key-pair/team", name="team"),))


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (ManagedNode, "ssm.describe_instance_information", "ssm:DescribeInstanceInformation"),
        (SessionDocument, "ssm.list_documents", "ssm:ListDocuments"),
        (VpnConnection, "ec2.describe_vpn_connections", "ec2:DescribeVpnConnections"),
        (KeyPair, "ec2.describe_key_pairs", "ec2:DescribeKeyPairs"),
    ],
)
def test_a_refusal_is_a_gap(kind: type[Any], operation: str, action: str) -> None:
    with answering(Answer(operation, error=DENIED)) as there:
        found = seen(there, kind)

    assert found == Evidence(gaps=(refused(action),))
