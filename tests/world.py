"""One simulated account that has one of most things, so that every probe finds something to ask about."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import boto3

from tests import ways_in
from tests.rows import NOW

ASSUMED_BY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)

ALLOWED = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}],
    }
)

#: A vault of an account that is not scanned.
ELSEWHERE = "arn:aws:backup:us-east-1:444455556666:backup-vault:copies"


def build(region: str) -> None:
    """Make one of everything the probes look at, in the account of the moto that is active."""
    made: Any = boto3.Session(region_name=region)
    ec2 = made.client("ec2")
    subnets = [each["SubnetId"] for each in ec2.describe_subnets()["Subnets"]][:2]
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    _storage(made, region)
    _network(ec2, vpc, subnets)
    _instance(ec2, subnets[0])
    _databases(made)
    _events(made)
    _computing(made, subnets)
    ways_in.build(made, region, vpc, subnets)
    _capacity(made, region, subnets)
    _building(made)
    _watching(made, region)
    _telling(made)
    _identity(made)
    _guarding(made, region)


def _storage(made: Any, region: str) -> None:
    s3 = made.client("s3")
    for name in ("orders-data", "audit-logs"):
        s3.create_bucket(Bucket=name)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    ec2 = made.client("ec2")
    volume = ec2.create_volume(AvailabilityZone=f"{region}a", Size=8)
    ec2.create_snapshot(VolumeId=volume["VolumeId"])
    made.client("kms").create_key()
    made.client("secretsmanager").create_secret(Name="db", SecretString="only-in-a-test")
    made.client("ssm").put_parameter(
        Name="/shop/db-password", Value="only-in-a-test", Type="String"
    )
    made.client("efs").create_file_system(CreationToken="files")
    made.client("dynamodb").create_table(
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    backup = made.client("backup")
    backup.create_backup_vault(BackupVaultName="main")
    backup.create_backup_plan(
        BackupPlan={
            "BackupPlanName": "daily",
            "Rules": [
                {
                    "RuleName": "daily",
                    "TargetBackupVaultName": "main",
                    "ScheduleExpression": "cron(0 5 * * ? *)",
                    "Lifecycle": {"DeleteAfterDays": 35},
                    "CopyActions": [{"DestinationBackupVaultArn": ELSEWHERE}],
                }
            ],
        }
    )


def _instance(ec2: Any, subnet: str) -> None:
    """Run an instance for good: its disk wants a backup, and its address is in use."""
    image = ec2.register_image(Name="base", RootDeviceName="/dev/xvda")["ImageId"]
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet)[
        "Instances"
    ][0]["InstanceId"]
    address = ec2.allocate_address(Domain="vpc")
    ec2.associate_address(InstanceId=instance, AllocationId=address["AllocationId"])


def _network(ec2: Any, vpc: str, subnets: list[str]) -> None:
    address = ec2.allocate_address(Domain="vpc")
    ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=address["AllocationId"])
    prefixes = ec2.create_managed_prefix_list(
        PrefixListName="offices",
        MaxEntries=5,
        AddressFamily="IPv4",
        Entries=[{"Cidr": "192.0.2.0/24"}],
    )["PrefixList"]["PrefixListId"]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "PrefixListIds": [{"PrefixListId": prefixes}],
            }
        ],
    )
    ec2.create_network_interface(SubnetId=subnets[0], Groups=[group])


def _databases(made: Any) -> None:
    for name, kind in (("ours", "instance"), ("ours-too", "cluster")):
        _parameter_group(made.client("rds"), name, kind)
    made.client("rds").create_db_instance(
        DBInstanceIdentifier="orders",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="main",
        MasterUserPassword="only-in-a-test",
        BackupRetentionPeriod=0,
        DBParameterGroupName="ours",
    )
    rds = made.client("rds")
    rds.create_db_snapshot(DBInstanceIdentifier="orders", DBSnapshotIdentifier="orders-1")
    rds.create_db_cluster(
        DBClusterIdentifier="main",
        Engine="aurora-postgresql",
        DBClusterParameterGroupName="ours-too",
        MasterUsername="main",
        MasterUserPassword="only-in-a-test",
    )
    rds.create_db_cluster_snapshot(DBClusterIdentifier="main", DBClusterSnapshotIdentifier="main-1")
    role = made.client("iam").create_role(RoleName="caches", AssumeRolePolicyDocument=ASSUMED_BY)
    made.client("dax").create_cluster(
        ClusterName="near",
        NodeType="dax.t3.small",
        ReplicationFactor=1,
        IamRoleArn=role["Role"]["Arn"],
    )
    made.client("elasticache").create_replication_group(
        ReplicationGroupId="cache", ReplicationGroupDescription="cache"
    )
    made.client("redshift").create_cluster(
        ClusterIdentifier="facts",
        NodeType="ra3.large",
        MasterUsername="main",
        MasterUserPassword="Only-in-a-test-1",
    )
    made.client("opensearch").create_domain(DomainName="search")


def _parameter_group(rds: Any, name: str, kind: str) -> None:
    if kind == "instance":
        rds.create_db_parameter_group(
            DBParameterGroupName=name, DBParameterGroupFamily="postgres16", Description="ours"
        )
    else:
        rds.create_db_cluster_parameter_group(
            DBClusterParameterGroupName=name,
            DBParameterGroupFamily="aurora-postgresql16",
            Description="ours",
        )


def _events(made: Any) -> None:
    """Hold events in a stream, a bus and a table, none of them kept for long."""
    made.client("kinesis").create_stream(StreamName="clicks", ShardCount=1)
    made.client("sqs").create_queue(QueueName="work")
    events = made.client("events")
    bus = events.create_event_bus(Name="orders")["EventBusArn"]
    events.create_archive(ArchiveName="orders", EventSourceArn=bus, RetentionDays=7)
    made.client("dynamodb").create_table(
        TableName="order-events",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )


def _computing(made: Any, subnets: list[str]) -> None:
    role = made.client("iam").create_role(RoleName="runs", AssumeRolePolicyDocument=ASSUMED_BY)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("main.py", "def handler(event, context): return 0")
    made.client("lambda").create_function(
        FunctionName="orders",
        Runtime="python3.13",
        Role=role["Role"]["Arn"],
        Handler="main.handler",
        Code={"ZipFile": archive.getvalue()},
    )
    made.client("cloudwatch").put_metric_data(
        Namespace="AWS/Lambda",
        MetricData=[
            {
                "MetricName": "AsyncEventsReceived",
                "Dimensions": [{"Name": "FunctionName", "Value": "orders"}],
                "Value": 7,
                "Timestamp": NOW - timedelta(hours=1),
            }
        ],
    )
    elbv2 = made.client("elbv2")
    elbv2.create_load_balancer(Name="web", Subnets=subnets, Type="application")
    made.client("elb").create_load_balancer(
        LoadBalancerName="old",
        Listeners=[
            {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80},
            {
                "Protocol": "HTTPS",
                "LoadBalancerPort": 443,
                "InstancePort": 80,
                "SSLCertificateId": made.client("acm").request_certificate(
                    DomainName="old.example.com"
                )["CertificateArn"],
            },
        ],
        Subnets=subnets,
    )
    ecs = made.client("ecs")
    ecs.create_cluster(clusterName="shop")
    ecs.register_task_definition(
        family="web", containerDefinitions=[{"name": "web", "image": "web:1", "memory": 128}]
    )
    ecs.create_service(cluster="shop", serviceName="web", taskDefinition="web:1", desiredCount=1)
    eks = made.client("eks")
    eks.create_cluster(
        name="shop", roleArn=role["Role"]["Arn"], resourcesVpcConfig={"subnetIds": subnets}
    )
    eks.create_nodegroup(
        clusterName="shop", nodegroupName="main", subnets=subnets, nodeRole=role["Role"]["Arn"]
    )


def _capacity(made: Any, region: str, subnets: list[str]) -> None:
    """Pay for what nothing scales: a group, a table, an environment of Batch, a machine of ECS."""
    scaling = made.client("autoscaling")
    scaling.create_launch_configuration(
        LaunchConfigurationName="jobs", ImageId="ami-12c6146b", InstanceType="t3.micro"
    )
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="jobs",
        LaunchConfigurationName="jobs",
        MinSize=0,
        MaxSize=2,
        VPCZoneIdentifier=subnets[0],
    )
    made.client("dynamodb").create_table(
        TableName="ledger",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )
    role = made.client("iam").create_role(RoleName="jobs", AssumeRolePolicyDocument=ASSUMED_BY)
    ec2 = made.client("ec2")
    closed = ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
    made.client("batch").create_compute_environment(
        computeEnvironmentName="jobs",
        type="MANAGED",
        state="ENABLED",
        serviceRole=role["Role"]["Arn"],
        computeResources={
            "type": "FARGATE",
            "maxvCpus": 4,
            "subnets": subnets,
            "securityGroupIds": [closed],
        },
    )
    image = ec2.register_image(Name="ecs", RootDeviceName="/dev/xvda")["ImageId"]
    machine = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnets[0])
    made.client("elb").register_instances_with_load_balancer(
        LoadBalancerName="old",
        Instances=[{"InstanceId": machine["Instances"][0]["InstanceId"]}],
    )
    made.client("ecs").register_container_instance(
        cluster="shop",
        instanceIdentityDocument=json.dumps({"instanceId": machine["Instances"][0]["InstanceId"]}),
    )


def _building(made: Any) -> None:
    """Have a project that built once and one that never did, and a repository with an image."""
    role = made.client("iam").create_role(RoleName="builds", AssumeRolePolicyDocument=ASSUMED_BY)
    codebuild = made.client("codebuild")
    for name in ("shop", "idle"):
        codebuild.create_project(
            name=name,
            source={"type": "GITHUB", "location": "https://github.com/acme/shop"},
            artifacts={"type": "NO_ARTIFACTS"},
            environment={
                "type": "LINUX_CONTAINER",
                "image": "aws/codebuild/standard:7.0",
                "computeType": "BUILD_GENERAL1_SMALL",
            },
            serviceRole=role["Role"]["Arn"],
        )
    codebuild.start_build(projectName="shop")
    _pipeline(made)
    ecr = made.client("ecr")
    ecr.create_repository(repositoryName="shop")
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
    }
    config = {"digest": "sha256:1", "size": 1, "mediaType": "application/octet-stream"}
    ecr.put_image(
        repositoryName="shop",
        imageManifest=json.dumps({**manifest, "config": config, "layers": []}),
        imageTag="1.0.0",
    )


def _pipeline(made: Any) -> None:
    trust = ASSUMED_BY.replace("lambda.", "codepipeline.")
    role = made.client("iam").create_role(RoleName="pipelines", AssumeRolePolicyDocument=trust)

    def stage(name: str, category: str, provider: str, **more: Any) -> dict[str, Any]:
        kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
        return {"name": name, "actions": [{"name": name, "actionTypeId": kind, **more}]}

    source = {"configuration": {"S3Bucket": "orders-data", "S3ObjectKey": "shop.zip"}}
    made.client("codepipeline").create_pipeline(
        pipeline={
            "name": "shop",
            "roleArn": role["Role"]["Arn"],
            "artifactStore": {"type": "S3", "location": "orders-data"},
            "stages": [
                stage("Source", "Source", "S3", outputArtifacts=[{"name": "source"}], **source),
                stage(
                    "Live",
                    "Deploy",
                    "CloudFormation",
                    inputArtifacts=[{"name": "source"}],
                    configuration={"StackName": "shop"},
                ),
            ],
        }
    )


def _watching(made: Any, region: str) -> None:
    trail = made.client("cloudtrail")
    trail.create_trail(Name="audit", S3BucketName="audit-logs", IsMultiRegionTrail=True)
    trail.start_logging(Name="audit")
    account = made.client("sts").get_caller_identity()["Account"]
    made.client("inspector2").enable(accountIds=[account], resourceTypes=["EC2"])
    topic = made.client("sns").create_topic(Name="alarms")["TopicArn"]
    told = made.client("sns").create_topic(Name="orders")["TopicArn"]
    made.client("sns").subscribe(TopicArn=told, Protocol="email", Endpoint="ann@example.com")
    made.client("cloudwatch").put_metric_alarm(
        AlarmName="errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[topic],
    )


def _telling(made: Any) -> None:
    """Keep logs for a while, and have a dashboard, a canary and a health check."""
    logs = made.client("logs")
    logs.create_log_group(logGroupName="/shop/web")
    logs.put_retention_policy(logGroupName="/shop/web", retentionInDays=30)
    errors = {"metricName": "Errors", "metricNamespace": "Shop", "metricValue": "1"}
    logs.put_metric_filter(
        logGroupName="/shop/web",
        filterName="errors",
        filterPattern="ERROR",
        metricTransformations=[errors],
    )
    orders = {"MetricName": "Orders", "Value": 1}
    cloudwatch = made.client("cloudwatch")
    cloudwatch.put_metric_data(Namespace="Shop", MetricData=[orders])
    cloudwatch.put_dashboard(DashboardName="shop", DashboardBody=json.dumps({"widgets": []}))
    made.client("synthetics").create_canary(
        Name="shop",
        Code={"Handler": "main.handler"},
        ArtifactS3Location="s3://audit-logs",
        ExecutionRoleArn="arn:aws:iam::123456789012:role/canary",
        Schedule={"Expression": "rate(5 minutes)"},
        RuntimeVersion="syn-nodejs-puppeteer-13.0",
    )
    made.client("route53").create_health_check(
        CallerReference="shop",
        HealthCheckConfig={"Type": "HTTPS", "FullyQualifiedDomainName": "shop.example.com"},
    )


def _identity(made: Any) -> None:
    iam = made.client("iam")
    iam.create_user(UserName="ana")
    iam.create_login_profile(UserName="ana", Password="Only-in-a-test-1")
    iam.update_account_password_policy(MinimumPasswordLength=14)
    iam.create_access_key(UserName="ana")
    iam.create_group(GroupName="developers")
    iam.add_user_to_group(GroupName="developers", UserName="ana")
    policy = iam.create_policy(PolicyName="reads", PolicyDocument=ALLOWED)["Policy"]["Arn"]
    iam.attach_group_policy(GroupName="developers", PolicyArn=policy)
    account = made.client("sts").get_caller_identity()["Account"]
    made.client("budgets").create_budget(
        AccountId=account,
        Budget={
            "BudgetName": "all",
            "BudgetLimit": {"Amount": "100", "Unit": "USD"},
            "TimeUnit": "MONTHLY",
            "BudgetType": "COST",
        },
    )


def _guarding(made: Any, region: str) -> None:
    """Watch the account, and send what is found to a topic."""
    made.client("securityhub").enable_security_hub()
    made.client("guardduty").create_detector(Enable=True)
    made.client("account").put_alternate_contact(
        AlternateContactType="SECURITY",
        Name="Security",
        Title="Security",
        EmailAddress="security@example.com",
        PhoneNumber="+1 555 0100",
    )
    events = made.client("events")
    events.put_rule(Name="findings", EventPattern=json.dumps({"source": ["aws.guardduty"]}))
    account = made.client("sts").get_caller_identity()["Account"]
    topic = f"arn:aws:sns:{region}:{account}:alarms"
    made.client("scheduler").create_schedule(
        Name="nightly",
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": topic,
            "RoleArn": f"arn:aws:iam::{account}:role/schedules",
            "DeadLetterConfig": {"Arn": f"arn:aws:sqs:{region}:{account}:work"},
        },
    )
    events.put_targets(Rule="findings", Targets=[{"Id": "topic", "Arn": topic}])
