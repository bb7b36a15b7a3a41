"""What is seen of TLS: listeners and their policies, distributions, domains, and what policies deny."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.apis import ApiDomain
from readiness.evidence.balancing import (
    ClassicHealth,
    ClassicListener,
    ClassicLoadBalancer,
    ClassicTlsPolicies,
    InternalRule,
    Listener,
    ListenerRule,
    LoadBalancer,
    SslPolicy,
    TargetGroup,
)
from readiness.evidence.bucket_access import BucketPolicy, ResourceControlPolicy
from readiness.evidence.edge import Distribution, Origin
from readiness.evidence.firewalls import AclRule, WebAclAssociation
from readiness.evidence.policies import Condition, Statement
from readiness.evidence.storage import Bucket
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

ELB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
WEB, INSIDE = f"{ELB}:loadbalancer/app/web/1", f"{ELB}:loadbalancer/app/in/1"
BALANCERS = "elbv2.describe_load_balancers"


@pytest.fixture
def account() -> Iterator[str]:
    with mock_aws():
        yield boto3.client("sts", region_name=REGION).get_caller_identity()["Account"]


def balancers(*named: tuple[str, str]) -> Answer:
    listed = [
        {
            "LoadBalancerArn": arn,
            "LoadBalancerName": "x",
            "Type": "application",
            "Scheme": scheme,
            "CreatedTime": NOW,
            "State": {"Code": "active"},
        }
        for arn, scheme in named
    ]
    return Answer(BALANCERS, {"LoadBalancers": listed})


def listeners(balancer: str, *listed: dict[str, Any]) -> Answer:
    return Answer(
        "elbv2.describe_listeners", {"Listeners": list(listed)}, asked={"LoadBalancerArn": balancer}
    )


def http(arn: str, *actions: dict[str, Any]) -> dict[str, Any]:
    return {"ListenerArn": arn, "Port": 80, "Protocol": "HTTP", "DefaultActions": list(actions)}


def to_https(**more: Any) -> dict[str, Any]:
    return {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", **more}}


def test_where_listeners_redirect_and_forward() -> None:
    group, other = f"{ELB}:targetgroup/a/1", f"{ELB}:targetgroup/b/1"
    both = {"TargetGroups": [{"TargetGroupArn": group}, {"TargetGroupArn": other}]}
    answers = (
        balancers((WEB, "internet-facing")),
        listeners(
            WEB,
            http("one", to_https(Protocol="HTTPS")),
            http("two", to_https(Protocol="#{protocol}")),
            http("three", to_https()),
            http("four", {"Type": "forward", "TargetGroupArn": group, "ForwardConfig": both}),
        ),
    )
    with answering(*answers) as connection:
        found = seen(connection, Listener)

    assert [(each.arn, each.redirects_to_https, each.target_groups) for each in found] == [
        ("one", True, ()),
        ("two", False, ()),
        ("three", False, ()),
        ("four", False, (group, other)),
    ]


def test_a_load_balancer_that_is_gone_has_no_listeners() -> None:
    gone = {"service_error_code": "LoadBalancerNotFound", "http_status_code": 400}
    answers = (
        balancers((WEB, "internet-facing")),
        Answer("elbv2.describe_listeners", error=gone),
    )
    with answering(*answers) as connection:
        assert seen(connection, Listener) == Evidence()


def test_the_rules_of_listeners_for_http_that_are_internal() -> None:
    rules = [
        {"RuleArn": "default", "IsDefault": True},
        {"RuleArn": "api", "IsDefault": False, "Actions": [{"Type": "forward"}]},
        {"RuleArn": "old", "IsDefault": False, "Actions": [to_https(Protocol="HTTPS")]},
    ]
    secure = {"ListenerArn": "tls", "Port": 443, "Protocol": "HTTPS"}
    answers = (
        balancers((WEB, "internet-facing"), (INSIDE, "internal")),
        listeners(WEB, http("outside")),
        listeners(INSIDE, http("inside"), secure, http("shut")),
        Answer("elbv2.describe_rules", {"Rules": rules}, asked={"ListenerArn": "inside"}),
        Answer("elbv2.describe_rules", error=DENIED),
    )
    with answering(*answers) as connection:
        found = seen(connection, InternalRule)
        assert_made_as_declared(connection, LoadBalancer, Listener, InternalRule)

    assert found == Evidence(
        (
            InternalRule(arn="api", listener="inside", actions=("forward",)),
            InternalRule(
                arn="old", listener="inside", actions=("redirect",), redirects_to_https=True
            ),
        ),
        (refused("elasticloadbalancing:DescribeRules", resource="shut"),),
    )


def test_a_rule_on_the_internet_redirects() -> None:
    rules = [{"RuleArn": "r", "IsDefault": False, "Actions": [to_https(Protocol="HTTPS")]}]
    answers = (
        balancers((WEB, "internet-facing")),
        listeners(WEB, http("outside")),
        Answer("elbv2.describe_rules", {"Rules": rules}),
    )
    with answering(*answers) as connection:
        (found,) = seen(connection, ListenerRule)

    assert found.redirects_to_https


def test_the_rules_that_a_web_acl_turns_into_others() -> None:
    group = f"arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/rulegroup/ours/1"
    counted = {"Name": "flood", "ActionToUse": {"Count": {}}}
    seen_here = {
        "SampledRequestsEnabled": True,
        "CloudWatchMetricsEnabled": True,
        "MetricName": "m",
    }
    common = {"Priority": 1, "VisibilityConfig": seen_here}
    rules = [
        {
            **common,
            "Name": "ours",
            "Statement": {
                "RuleGroupReferenceStatement": {"ARN": group, "RuleActionOverrides": [counted]}
            },
            "OverrideAction": {"None": {}},
        },
        {
            **common,
            "Name": "aws",
            "Statement": {
                "ManagedRuleGroupStatement": {
                    "VendorName": "AWS",
                    "Name": "Bots",
                    "ExcludedRules": [{"Name": "a"}],
                }
            },
        },
        {
            **common,
            "Name": "limit",
            "Statement": {"RateBasedStatement": {"Limit": 100, "AggregateKeyType": "IP"}},
            "Action": {"Block": {}},
        },
    ]
    acl = {
        "Name": "acl",
        "Id": "1",
        "ARN": "arn:acl-1234567890123",
        "DefaultAction": {"Allow": {}},
        "Rules": rules,
        "VisibilityConfig": seen_here,
    }
    answers = (
        balancers((WEB, "internet-facing"), (INSIDE, "internal")),
        Answer("wafv2.get_web_acl_for_resource", {"WebACL": acl}, asked={"ResourceArn": WEB}),
    )
    with answering(*answers) as connection:
        found = seen(connection, WebAclAssociation)
        assert_made_as_declared(connection, WebAclAssociation, LoadBalancer)

    assert found == Evidence(
        (
            WebAclAssociation(
                arn=WEB,
                web_acl="arn:acl-1234567890123",
                rules=(
                    AclRule(name="ours", action="none", group=group, overrides={"flood": "count"}),
                    AclRule(
                        name="aws", action="none", managed="AWS/Bots", overrides={"a": "count"}
                    ),
                    AclRule(name="limit", action="block", rate_based=True),
                ),
            ),
        )
    )


def test_policies_of_tls_are_listed_where_one_is_used() -> None:
    secure = {"ListenerArn": "tls", "Port": 443, "Protocol": "HTTPS", "SslPolicy": "new"}
    pages = (
        {"SslPolicies": [{"Name": "new", "SslProtocols": ["TLSv1.2"]}], "NextMarker": "m"},
        {"SslPolicies": [{"Name": "old", "SslProtocols": ["TLSv1"]}]},
    )
    listed = "elbv2.describe_ssl_policies"
    answers = (
        balancers((WEB, "internet-facing")),
        listeners(WEB, secure),
        Answer(listed, pages[0], asked={}),
        Answer(listed, pages[1], asked={"Marker": "m"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, SslPolicy)
        assert_made_as_declared(connection, LoadBalancer, Listener, SslPolicy)

    assert found == Evidence(
        (
            SslPolicy(arn=f"{ELB}:ssl-policy/new", name="new", protocols=("TLSv1.2",)),
            SslPolicy(arn=f"{ELB}:ssl-policy/old", name="old", protocols=("TLSv1",)),
        )
    )


def test_nobody_asks_for_policies_that_nothing_uses() -> None:
    answers = (balancers((WEB, "internet-facing")), listeners(WEB, http("plain")))
    with answering(*answers) as connection:
        assert seen(connection, SslPolicy) == Evidence()


def test_the_port_of_a_target_group() -> None:
    group = {
        "TargetGroupArn": f"{ELB}:targetgroup/a/1",
        "TargetGroupName": "a",
        "TargetType": "ip",
        "Protocol": "TCP",
        "Port": 443,
    }
    with answering(Answer("elbv2.describe_target_groups", {"TargetGroups": [group]})) as connection:
        (found,) = seen(connection, TargetGroup)

    assert found.port == 443


def test_what_classic_load_balancers_speak() -> None:
    def described(name: str, *listed: tuple[str, int]) -> dict[str, Any]:
        found = [
            {"Listener": {"Protocol": protocol, "LoadBalancerPort": port, "InstancePort": 80}, "PolicyNames": ["p"]}
            for protocol, port in listed
        ]  # fmt: skip
        return {"LoadBalancerName": name, "CreatedTime": NOW, "ListenerDescriptions": found}

    names = (("plain", ("HTTP", 80)), ("tls", ("https", 443)), ("gone", ("SSL", 1)), ("shut", ("SSL", 1)))  # fmt: skip
    policies = [
        {"PolicyName": "sticky", "PolicyTypeName": "LBCookieStickinessPolicyType"},
        {
            "PolicyName": "p",
            "PolicyTypeName": "SSLNegotiationPolicyType",
            "PolicyAttributeDescriptions": [
                {"AttributeName": "Protocol-TLSv1", "AttributeValue": "false"},
                {"AttributeName": "Protocol-TLSv1.2", "AttributeValue": "true"},
                {"AttributeName": "ECDHE-RSA-AES128-SHA", "AttributeValue": "true"},
            ],
        },
    ]
    gone = {"service_error_code": "LoadBalancerNotFound", "http_status_code": 400}
    said = "elb.describe_load_balancer_policies"
    answers = (
        Answer("elb.describe_load_balancers", {"LoadBalancerDescriptions": [described(*each) for each in names]}),
        Answer(said, {"PolicyDescriptions": policies}, asked={"LoadBalancerName": "tls"}),
        Answer(said, error=gone),
        Answer(said, error=DENIED),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, ClassicTlsPolicies)
        assert_made_as_declared(connection, ClassicLoadBalancer, ClassicTlsPolicies)

    tls = ClassicTlsPolicies(arn=f"{ELB}:loadbalancer/tls", protocols={"p": ("TLSv1.2",)})
    hidden = refused(
        "elasticloadbalancing:DescribeLoadBalancerPolicies", resource=f"{ELB}:loadbalancer/shut"
    )
    assert found == Evidence((tls,), (hidden,))


def test_which_instances_of_classic_load_balancers_are_in_service() -> None:
    def balancer(name: str, *instances: str, scheme: str = "internet-facing") -> dict[str, Any]:
        return {
            "LoadBalancerName": name,
            "Scheme": scheme,
            "CreatedTime": NOW,
            "Instances": [{"InstanceId": each} for each in instances],
        }

    listed = [balancer("a", "i-1", "i-2"), balancer("b"), balancer("c", "i-1", scheme="internal")]
    listed += [balancer("d", "i-3"), balancer("e", "i-4")]
    states = [{"InstanceId": "i-1", "State": "InService"}, {"InstanceId": "i-2"}]
    gone = {"service_error_code": "LoadBalancerNotFound", "http_status_code": 400}
    operation = "elb.describe_instance_health"
    answers = (
        Answer("elb.describe_load_balancers", {"LoadBalancerDescriptions": listed}),
        Answer(operation, {"InstanceStates": states}, asked={"LoadBalancerName": "a"}),
        Answer(operation, error=gone, asked={"LoadBalancerName": "d"}),
        Answer(operation, error=DENIED, asked={"LoadBalancerName": "e"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, ClassicHealth)
        assert_made_as_declared(connection, ClassicHealth, ClassicLoadBalancer)

    action = "elasticloadbalancing:DescribeInstanceHealth"
    assert found == Evidence(
        (ClassicHealth(arn=f"{ELB}:loadbalancer/a", states=("InService", "Unknown")),),
        (refused(action, resource=f"{ELB}:loadbalancer/e"),),
    )


def test_the_listeners_of_a_classic_load_balancer(account: str) -> None:
    listed = [{"Protocol": "http", "LoadBalancerPort": 80, "InstancePort": 80}]
    boto3.client("elb", region_name=REGION).create_load_balancer(
        LoadBalancerName="old", Listeners=listed, AvailabilityZones=[f"{REGION}a"]
    )
    with connected(account) as connection:
        (found,) = seen(connection, ClassicLoadBalancer)

    assert found.listeners == (ClassicListener(port=80, protocol="HTTP", policies=()),)


def test_what_a_distribution_takes_and_how_it_fetches(account: str) -> None:
    def behavior(policy: str, **more: Any) -> dict[str, Any]:
        values = {"QueryString": False, "Cookies": {"Forward": "none"}}
        return {
            "TargetOriginId": "shop",
            "ViewerProtocolPolicy": policy,
            "ForwardedValues": values,
            "MinTTL": 0,
            **more,
        }

    custom = {
        "HTTPPort": 80,
        "HTTPSPort": 443,
        "OriginProtocolPolicy": "https-only",
        "OriginSslProtocols": {"Quantity": 1, "Items": ["TLSv1.2"]},
    }
    origins = [
        {"Id": "shop", "DomainName": "Shop.example.net", "CustomOriginConfig": custom},
        {
            "Id": "files",
            "DomainName": "files.s3.amazonaws.com",
            "S3OriginConfig": {"OriginAccessIdentity": ""},
        },
    ]
    boto3.client("cloudfront", region_name="us-east-1").create_distribution(
        DistributionConfig={
            "CallerReference": "1",
            "Origins": {"Quantity": 2, "Items": origins},
            "DefaultCacheBehavior": behavior("https-only"),
            "CacheBehaviors": {
                "Quantity": 1,
                "Items": [behavior("allow-all", PathPattern="/old/*")],
            },
            "ViewerCertificate": {
                "ACMCertificateArn": "arn:aws:acm:us-east-1:1:certificate/c",
                "MinimumProtocolVersion": "TLSv1.2_2021",
                "SSLSupportMethod": "sni-only",
            },
            "Comment": "",
            "Enabled": True,
        }
    )
    with connected(account) as connection:
        (found,) = seen(connection, Distribution)

    assert found.origins == (
        Origin(id="shop", domain="shop.example.net", protocol="https-only", tls=("TLSv1.2",)),
        Origin(id="files", domain="files.s3.amazonaws.com", protocol="", tls=()),
    )
    assert found.viewer_policies[0] == "https-only"
    assert (found.minimum_tls, found.default_certificate) == ("TLSv1.2_2021", False)


def test_every_behavior_of_a_distribution() -> None:
    page = {
        "DistributionList": {
            "Marker": "",
            "MaxItems": 100,
            "IsTruncated": False,
            "Quantity": 1,
            "Items": [
                {
                    "Id": "E1",
                    "ARN": "arn:aws:cloudfront::1:distribution/E1",
                    "Enabled": True,
                    "DomainName": "d1.cloudfront.net",
                    "WebACLId": "",
                    "Aliases": {"Quantity": 0},
                    "DefaultCacheBehavior": {"TargetOriginId": "a", "ViewerProtocolPolicy": "https-only"},
                    "CacheBehaviors": {"Quantity": 1, "Items": [{"PathPattern": "/", "TargetOriginId": "a", "ViewerProtocolPolicy": "allow-all"}]},
                    "Origins": {"Quantity": 1, "Items": [{"Id": "a", "DomainName": "in", "VpcOriginConfig": {"VpcOriginId": "vo-1"}}]},
                    "ViewerCertificate": {"CloudFrontDefaultCertificate": True, "MinimumProtocolVersion": "TLSv1"},
                    "Status": "Deployed", "LastModifiedTime": NOW, "CustomErrorResponses": {"Quantity": 0},
                    "Comment": "", "PriceClass": "PriceClass_All", "HttpVersion": "http2", "IsIPV6Enabled": True,
                    "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}}, "Staging": False,
                }
            ],
        }
    }  # fmt: skip
    with answering(Answer("cloudfront.list_distributions", page)) as connection:
        (found,) = seen(connection, Distribution)

    assert found.viewer_policies == ("https-only", "allow-all")
    assert found.origins == (Origin(id="a", domain="in", protocol="", tls=(), vpc=True),)
    assert (found.minimum_tls, found.default_certificate) == ("TLSv1", True)


def test_which_tls_the_domains_of_apis_speak() -> None:
    setting = {"ApiGatewayDomainName": "x", "SecurityPolicy": "TLS_1_0"}
    answers = (
        Answer("apigateway.get_domain_names", {"items": [{"domainName": "a.example.com", "securityPolicy": "TLS_1_2"}]}),
        Answer("apigatewayv2.get_domain_names", {"Items": [{"DomainName": "b.example.com", "DomainNameConfigurations": [setting]}]}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, ApiDomain)

    assert [(each.name, each.tls_policy) for each in found] == [
        ("a.example.com", "TLS_1_2"),
        ("b.example.com", "TLS_1_0"),
    ]


DENIAL = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::orders", "arn:aws:s3:::orders/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
ALLOWANCE = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
DENIES = Statement(
    allows=False,
    principals=("*",),
    others=False,
    actions=("s3:*",),
    resources=("arn:aws:s3:::orders", "arn:aws:s3:::orders/*"),
    conditions=(Condition(operator="Bool", key="aws:securetransport", values=("false",)),),
)


def test_what_the_policies_of_buckets_deny(account: str) -> None:
    client = boto3.client("s3", region_name="us-east-1")
    for name in ("bare", "orders"):
        client.create_bucket(Bucket=name)
    client.put_bucket_policy(Bucket="orders", Policy=json.dumps({"Statement": [ALLOWANCE, DENIAL]}))
    with connected(account) as connection:
        found = seen(connection, BucketPolicy)
        assert_made_as_declared(connection, Bucket, BucketPolicy)

    assert found == Evidence(
        (
            BucketPolicy(arn="arn:aws:s3:::bare", denials=()),
            BucketPolicy(arn="arn:aws:s3:::orders", denials=(DENIES,)),
        )
    )


def test_a_policy_that_cannot_be_read_hides_its_bucket_alone() -> None:
    named = [{"Name": name, "BucketRegion": REGION} for name in ("odd", "shut", "fine")]
    answers = (
        Answer("s3.list_buckets", {"Buckets": named}),
        Answer("s3.get_bucket_policy", {"Policy": "not JSON"}),
        Answer("s3.get_bucket_policy", error=DENIED),
        Answer("s3.get_bucket_policy", {"Policy": json.dumps({"Statement": DENIAL})}),
    )
    with answering(*answers) as connection:
        found = seen(connection, BucketPolicy)

    odd = Gap(
        reason=Reason.UNDECIDED,
        account=ACCOUNT,
        region=REGION,
        resource="arn:aws:s3:::odd",
        detail="its policy is in a form that is not known",
    )
    shut = refused("s3:GetBucketPolicy", resource="arn:aws:s3:::shut")
    fine = BucketPolicy(arn="arn:aws:s3:::fine", denials=(DENIES,))
    assert found == Evidence((fine,), (odd, shut))


def test_policies_of_the_organization_and_what_they_hold_for() -> None:
    def listed(name: str, *, of_aws: bool = False) -> dict[str, Any]:
        return {"Id": name, "Arn": f"arn:{name}", "Name": name, "AwsManaged": of_aws}

    content = json.dumps({"Statement": [{**DENIAL, "Resource": "*"}]})
    asked = {"Filter": "RESOURCE_CONTROL_POLICY"}
    call = "organizations.list_targets_for_policy"
    answers = (
        Answer("organizations.list_policies", {"Policies": [listed("p-full", of_aws=True), listed("p-tls")], "NextToken": "n"}, asked=asked),
        Answer("organizations.list_policies", {"Policies": [listed("p-shut")]}, asked={**asked, "NextToken": "n"}),
        Answer("organizations.describe_policy", {"Policy": {"Content": content}}, asked={"PolicyId": "p-tls"}),
        Answer(call, {"Targets": [{"TargetId": "ou-1"}], "NextToken": "n"}, asked={"PolicyId": "p-tls"}),
        Answer(call, {"Targets": [{"TargetId": "r-1"}]}, asked={"PolicyId": "p-tls", "NextToken": "n"}),
        Answer("organizations.describe_policy", error=DENIED),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, ResourceControlPolicy)
        assert_made_as_declared(connection, ResourceControlPolicy)

    (tls,) = found.seen
    assert (tls.arn, tls.name, tls.targets) == ("arn:p-tls", "p-tls", ("ou-1", "r-1"))
    assert tls.denials[0].resources == ("*",)
    assert found.gaps == (refused("organizations:DescribePolicy", resource="arn:p-shut"),)


def test_an_account_without_an_organization_has_no_such_policies() -> None:
    none = {"service_error_code": "AWSOrganizationsNotInUseException", "http_status_code": 400}
    with answering(Answer("organizations.list_policies", error=none)) as connection:
        assert seen(connection, ResourceControlPolicy) == Evidence()
