"""Names, doors and what stands behind them, in the simulated account of tests/world.py."""

from __future__ import annotations

from typing import Any

CONTACT = {
    "FirstName": "Ana",
    "LastName": "Lima",
    "ContactType": "PERSON",
    "AddressLine1": "1 Test Street",
    "City": "Lisboa",
    "CountryCode": "PT",
    "ZipCode": "1000",
    "PhoneNumber": "+351.100000000",
    "Email": "ana@example.com",
}
#: Names that records lead to: nothing of theirs is in the account.
ACCELERATOR = "a1.awsglobalaccelerator.com"
API = "x1.execute-api.us-east-1.amazonaws.com"


def build(made: Any, region: str, vpc: str, subnets: list[str]) -> None:
    """Make public names, load balancers, APIs, web ACLs and what scales behind them."""
    _behind(made, vpc, subnets, _doors(made, vpc, subnets))
    _apis(made)
    _edge(made)
    _names(made, region)


def _doors(made: Any, vpc: str, subnets: list[str]) -> str:
    elbv2 = made.client("elbv2")
    door = elbv2.create_load_balancer(
        Name="shop", Subnets=subnets, Type="application", Scheme="internet-facing"
    )["LoadBalancers"][0]["LoadBalancerArn"]
    elbv2.create_load_balancer(
        Name="fast", Subnets=subnets, Type="network", Scheme="internet-facing"
    )
    group: str = elbv2.create_target_group(Name="shop", Protocol="HTTP", Port=80, VpcId=vpc)[
        "TargetGroups"
    ][0]["TargetGroupArn"]
    listener = elbv2.create_listener(
        LoadBalancerArn=door,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )["Listeners"][0]["ListenerArn"]
    elbv2.create_rule(
        ListenerArn=listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/orders/*"]}],
        Actions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    certificate = made.client("acm").request_certificate(DomainName="shop.example.com")
    elbv2.create_listener(
        LoadBalancerArn=door,
        Protocol="HTTPS",
        Port=443,
        Certificates=[{"CertificateArn": certificate["CertificateArn"]}],
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    return group


def _behind(made: Any, vpc: str, subnets: list[str], group: str) -> None:
    """Let a group of instances scale, and a service and a table; the table's indexes do not."""
    autoscaling = made.client("autoscaling")
    image = made.client("ec2").register_image(Name="web", RootDeviceName="/dev/xvda")["ImageId"]
    made.client("ec2").create_launch_template(
        LaunchTemplateName="web",
        LaunchTemplateData={"ImageId": image, "InstanceType": "t3.micro"},
    )
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchTemplate={"LaunchTemplateName": "web", "Version": "$Latest"},
        MinSize=1,
        MaxSize=3,
        DesiredCapacity=1,
        VPCZoneIdentifier=",".join(subnets),
    )
    autoscaling.put_scaling_policy(
        AutoScalingGroupName="web",
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingConfiguration={
            "PredefinedMetricSpecification": {
                "PredefinedMetricType": "ASGAverageCPUUtilization",
            },
            "TargetValue": 50,
        },
    )
    scaling = made.client("application-autoscaling")
    service = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/shop/web",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    scaling.register_scalable_target(**service, MinCapacity=1, MaxCapacity=4)
    scaling.put_scaling_policy(
        **service, PolicyName="cpu", PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "PredefinedMetricSpecification": {
                "PredefinedMetricType": "ECSServiceAverageCPUUtilization",
            },
            "TargetValue": 50,
        },
    )  # fmt: skip
    instance = made.client("ec2").run_instances(
        ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnets[0]
    )["Instances"][0]["InstanceId"]
    made.client("elbv2").register_targets(TargetGroupArn=group, Targets=[{"Id": instance}])


def _apis(made: Any) -> None:
    rest = made.client("apigateway")
    api = rest.create_rest_api(name="orders")["id"]
    root = rest.get_resources(restApiId=api)["items"][0]["id"]
    rest.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
    rest.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
    deployment = rest.create_deployment(restApiId=api)["id"]
    rest.create_stage(restApiId=api, stageName="live", deploymentId=deployment)
    http = made.client("apigatewayv2")
    other = http.create_api(Name="carts", ProtocolType="HTTP")["ApiId"]
    http.create_stage(ApiId=other, StageName="live")
    http.create_route(ApiId=other, RouteKey="GET /carts")
    made.client("appsync").create_graphql_api(name="shop", authenticationType="API_KEY")


def _edge(made: Any) -> None:
    seen = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False}
    wafv2 = made.client("wafv2")
    group = wafv2.create_rule_group(
        Name="ours",
        Scope="CLOUDFRONT",
        Capacity=10,
        Rules=[],
        VisibilityConfig={**seen, "MetricName": "ours"},
    )["Summary"]["ARN"]
    acl = wafv2.create_web_acl(
        Name="edge",
        Scope="CLOUDFRONT",
        DefaultAction={"Allow": {}},
        VisibilityConfig={**seen, "MetricName": "edge"},
        Rules=[
            {
                "Name": "ours",
                "Priority": 1,
                "Statement": {"RuleGroupReferenceStatement": {"ARN": group}},
                "OverrideAction": {"None": {}},
                "VisibilityConfig": {**seen, "MetricName": "ours"},
            }
        ],
    )["Summary"]["ARN"]
    made.client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": "1",
            "Aliases": {"Quantity": 1, "Items": ["www.example.com"]},
            "Origins": {
                "Quantity": 1,
                "Items": [{"Id": "shop", "DomainName": "shop.example.net",
                           "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443,
                                                  "OriginProtocolPolicy": "https-only"}}],
            },
            "DefaultCacheBehavior": {
                "TargetOriginId": "shop",
                "ViewerProtocolPolicy": "redirect-to-https",
                "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
                "MinTTL": 0,
            },
            "Comment": "",
            "Enabled": True,
            "WebACLId": acl,
        }
    )  # fmt: skip


def _names(made: Any, region: str) -> None:
    route53 = made.client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"]
    targets = {
        "fast": ("CNAME", ACCELERATOR),
        "api": ("CNAME", API),
        "edge": ("CNAME", "d0.cloudfront.net"),
        "shop": ("CNAME", f"gone-1.{region}.elb.amazonaws.com"),
        "mail": ("A", "18.184.1.1"),
    }
    route53.change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch={
            "Changes": [
                {
                    "Action": "CREATE",
                    "ResourceRecordSet": {
                        "Name": f"{name}.example.com",
                        "Type": kind,
                        "TTL": 60,
                        "ResourceRecords": [{"Value": value}],
                    },
                }
                for name, (kind, value) in targets.items()
            ]
        },
    )
    made.client("route53domains").register_domain(
        DomainName="example.com",
        DurationInYears=2,
        AdminContact=CONTACT,
        RegistrantContact=CONTACT,
        TechContact=CONTACT,
    )
