import json

import pytest

from tests.stacks.deployed import ACCOUNT, Properties, Template, all_of, listed, the

KEY = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/key"
BUCKET = "arn:aws:s3:::bucket"
TABLE = f"arn:aws:dynamodb:eu-central-1:{ACCOUNT}:table/table"
TOKEN = f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:readiness/token"
TOPIC = f"arn:aws:sns:eu-central-1:{ACCOUNT}:readiness-alarms"
UNSTARTED = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:readiness-unstarted"
REFUSED = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:readiness-refused"
STATE_MACHINE = f"arn:aws:states:eu-central-1:{ACCOUNT}:stateMachine:readiness"
HANDLERS = {"plan", "survey", "probe", "repository", "pool", "judge", "conclude", "digest"}


def bucket_policy(hub: Template) -> list[Properties]:
    statements: list[Properties] = the(hub, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    return statements


def test_the_bucket_is_private_versioned_and_encrypted_with_our_key(hub: Template) -> None:
    bucket = the(hub, "AWS::S3::Bucket")

    assert bucket["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"] == [
        {
            "BucketKeyEnabled": True,
            "ServerSideEncryptionByDefault": {"KMSMasterKeyID": KEY, "SSEAlgorithm": "aws:kms"},
        }
    ]


def test_the_bucket_answers_over_tls_only(hub: Template) -> None:
    assert {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "s3:*",
        "Resource": [BUCKET, f"{BUCKET}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    } in bucket_policy(hub)


def test_evidence_is_refused_to_all_but_pool_and_judge(hub: Template) -> None:
    (statement,) = (
        each for each in bucket_policy(hub) if each.get("Sid") == "EvidenceForJudgesOnly"
    )

    assert statement == {
        "Sid": "EvidenceForJudgesOnly",
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": ["s3:GetObject", "s3:GetObjectVersion"],
        "Resource": f"{BUCKET}/evidence/*",
        "Condition": {
            "ArnNotEquals": {
                "aws:PrincipalArn": [
                    f"arn:aws:iam::{ACCOUNT}:role/readiness-pool",
                    f"arn:aws:iam::{ACCOUNT}:role/readiness-judge",
                ]
            }
        },
    }


def test_an_account_of_the_organization_reads_its_own_reports_and_nothing_else(
    hub: Template,
) -> None:
    allowed = [each for each in bucket_policy(hub) if each["Effect"] == "Allow"]

    assert allowed == [
        {
            "Sid": "ReportsForTheirAccount",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": "s3:GetObject",
            "Resource": f"{BUCKET}/reports/${{aws:PrincipalAccount}}/*",
            "Condition": {
                "StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"},
                # Within the hub account such a statement would do without the reader's own rights.
                "StringNotEquals": {"aws:PrincipalAccount": ACCOUNT},
            },
        }
    ]


def test_whoever_reads_a_report_by_that_statement_may_decrypt_it_through_s3_alone(
    hub: Template,
) -> None:
    (statement,) = (
        each
        for each in the(hub, "AWS::KMS::Key")["KeyPolicy"]["Statement"]
        if each.get("Sid") == "ReportsForTheirAccount"
    )

    assert (statement["Principal"], statement["Action"], statement["Condition"]) == (
        {"AWS": "*"},
        "kms:Decrypt",
        {
            "StringEquals": {
                "aws:PrincipalOrgID": "o-abcdefghij",
                "kms:ViaService": "s3.eu-central-1.amazonaws.com",
            },
            "StringNotEquals": {"aws:PrincipalAccount": ACCOUNT},
        },
    )


def test_the_policies_fit_whatever_the_organization_s_size(hub: Template) -> None:
    # S3 takes 20 KB and KMS 32 KB; no account is named in either.
    assert len(json.dumps(bucket_policy(hub))) < 4_000
    assert len(json.dumps(the(hub, "AWS::KMS::Key")["KeyPolicy"])) < 8_000


def test_each_part_of_the_bucket_is_kept_for_its_time(hub: Template) -> None:
    rules = the(hub, "AWS::S3::Bucket")["LifecycleConfiguration"]["Rules"]
    days = {
        rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule
    }

    assert days == {"evidence/": 35, "results/": 400, "reports/": 90, "scans/": 400, "maps/": 7}
    assert all(rule["Status"] == "Enabled" for rule in rules)


def test_an_expired_object_leaves_no_older_version_behind(hub: Template) -> None:
    rules = the(hub, "AWS::S3::Bucket")["LifecycleConfiguration"]["Rules"]

    assert {
        rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
        for rule in rules
        if "ExpirationInDays" in rule
    } == {1}


def test_the_ledger_is_protected_and_forgets_by_itself(hub: Template) -> None:
    table = the(hub, "AWS::DynamoDB::Table")

    assert table == table | {
        "BillingMode": "PAY_PER_REQUEST",
        "DeletionProtectionEnabled": True,
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "gsi1",
                "KeySchema": [
                    {"AttributeName": "gsi1pk", "KeyType": "HASH"},
                    {"AttributeName": "gsi1sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "SSESpecification": {"KMSMasterKeyId": KEY, "SSEEnabled": True, "SSEType": "KMS"},
        "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
    }
    assert {each["AttributeType"] for each in table["AttributeDefinitions"]} == {"S"}


@pytest.mark.parametrize("kind", ["AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::KMS::Key"])
def test_what_we_know_outlives_the_stack(hub: Template, kind: str) -> None:
    (resource,) = (each for each in hub["Resources"].values() if each["Type"] == kind)

    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_there_is_one_key_and_it_rotates(hub: Template) -> None:
    assert the(hub, "AWS::KMS::Key")["EnableKeyRotation"] is True


def functions(template: Template) -> dict[str, Properties]:
    return {
        function["FunctionName"].removeprefix("readiness-"): function
        for function in all_of(template, "AWS::Lambda::Function")
    }


def test_there_are_eight_functions_on_one_layer(hub: Template) -> None:
    common = {
        (
            function["Runtime"],
            *function["Architectures"],
            *function["Layers"],
            str(function["Code"]),
        )
        for function in functions(hub).values()
    }
    (runtime, architecture, *_) = common.pop()

    assert set(functions(hub)) == HANDLERS
    assert (runtime, architecture) == ("python3.13", "arm64")
    assert not common


def test_each_function_is_traced_and_has_a_role_and_an_encrypted_log_of_its_own(
    hub: Template,
) -> None:
    groups = {group["LogGroupName"]: group for group in all_of(hub, "AWS::Logs::LogGroup")}

    assert {
        name: (
            function["Handler"],
            function["TracingConfig"]["Mode"],
            function["Role"],
            function["LoggingConfig"]["LogGroup"],
        )
        for name, function in functions(hub).items()
    } == {
        name: (
            f"{name}.handler",
            "Active",
            f"arn:aws:iam::{ACCOUNT}:role/readiness-{name}",
            f"/aws/lambda/readiness-{name}",
        )
        for name in HANDLERS
    }
    assert {(group["RetentionInDays"], group["KmsKeyId"]) for group in groups.values()} == {
        (90, KEY)
    }
    assert len(groups) == len(HANDLERS) + 1  # the state machine's


def test_the_handlers_learn_their_surroundings_from_the_environment(hub: Template) -> None:
    common = {
        "POWERTOOLS_METRICS_NAMESPACE": "Readiness",
        "POWERTOOLS_SERVICE_NAME": "readiness",
        "READINESS_BUCKET": "bucket",
        "READINESS_CONFIGURATION_SET": "readiness",
        "READINESS_EXTERNAL_ID": "readiness",
        "READINESS_MEMBER_ROLE": "readiness-member",
        "READINESS_ORGANIZATION_ROLE": "arn:aws:iam::999988887777:role/readiness-organization",
        "READINESS_SENDER": "readiness@example.com",
        "READINESS_TABLE": "table",
    }
    own = {
        "digest": {"READINESS_REFUSED_QUEUE": "readiness-refused"},
        "plan": {"READINESS_TIME_ZONE": "Europe/Berlin"},
        "repository": {"READINESS_TOKEN_SECRET": TOKEN},
    }
    environments = {
        name: function["Environment"]["Variables"] for name, function in functions(hub).items()
    }

    assert environments == {name: common | own.get(name, {}) for name in HANDLERS}


def grants(template: Template, role: str) -> set[tuple[str, str]]:
    """Each action and resource that the role's policies allow."""
    return {
        (action, resource)
        for policy in all_of(template, "AWS::IAM::Policy")
        if role in policy["Roles"]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }


LOOKS = {
    ("s3:GetObject", "scans/*"),
    ("s3:PutObject", "evidence/*"),
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "plan",
            {
                ("s3:GetObject", "config/*"),
                ("s3:PutObject", "scans/*"),
            },
        ),
        ("survey", LOOKS),
        ("probe", LOOKS),
        ("repository", LOOKS),
        (
            "pool",
            {
                ("s3:GetObject", "evidence/*"),
                ("s3:PutObject", "evidence/*"),
                ("s3:GetObject", "scans/*"),
                ("s3:PutObject", "scans/*"),
            },
        ),
        (
            "judge",
            {
                ("s3:GetObject", "evidence/*"),
                ("s3:GetObject", "results/*"),
                ("s3:GetObject", "scans/*"),
                ("s3:PutObject", "results/*"),
            },
        ),
        (
            "conclude",
            {
                ("s3:GetObject", "results/*"),
                ("s3:GetObject", "scans/*"),
                ("s3:PutObject", "scans/*"),
            },
        ),
        (
            "digest",
            {
                ("s3:GetObject", "results/*"),
                ("s3:GetObject", "scans/*"),
                ("s3:PutObject", "reports/*"),
            },
        ),
        (
            "workflow",
            {
                ("s3:GetObject", "scans/*"),
                ("s3:AbortMultipartUpload", "maps/*"),
                ("s3:GetObject", "maps/*"),
                ("s3:ListMultipartUploadParts", "maps/*"),
                ("s3:PutObject", "maps/*"),
            },
        ),
        ("schedule", set()),
    ],
)
def test_a_role_touches_its_part_of_the_bucket(
    hub: Template, name: str, expected: set[tuple[str, str]]
) -> None:
    touched = {
        (action, resource.removeprefix(f"{BUCKET}/"))
        for action, resource in grants(hub, f"readiness-{name}")
        if resource.startswith(f"{BUCKET}/")
    }

    assert touched == expected


LEDGER = {
    "plan": {"PutItem"},
    "judge": {"ConditionCheckItem", "GetItem", "PutItem", "Query", "UpdateItem"},
    "conclude": {"GetItem", "PutItem", "UpdateItem"},
    "digest": {"GetItem", "PutItem", "Query"},
}


@pytest.mark.parametrize("name", [*sorted(HANDLERS), "workflow", "schedule"])
def test_only_the_steps_that_remember_use_the_ledger(hub: Template, name: str) -> None:
    used = {
        (action, resource)
        for action, resource in grants(hub, f"readiness-{name}")
        if action.startswith("dynamodb:")
    }

    assert used == {(f"dynamodb:{action}", TABLE) for action in LEDGER.get(name, ())}


MEMBER = ("sts:AssumeRole", "arn:aws:iam::*:role/readiness-member")
ORGANIZATION = ("sts:AssumeRole", "arn:aws:iam::999988887777:role/readiness-organization")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plan", {ORGANIZATION}),
        ("survey", {MEMBER, ORGANIZATION}),
        ("probe", {MEMBER}),
        (
            "repository",
            {
                MEMBER,
                ("secretsmanager:GetSecretValue", TOKEN),
            },
        ),
        ("pool", set()),
        ("judge", set()),
        ("conclude", set()),
        (
            "digest",
            {
                ("ses:SendEmail", f"arn:aws:ses:eu-central-1:{ACCOUNT}:identity/*"),
                (
                    "ses:SendEmail",
                    f"arn:aws:ses:eu-central-1:{ACCOUNT}:configuration-set/readiness",
                ),
                ("sqs:SendMessage", REFUSED),
            },
        ),
    ],
)
def test_beyond_storage_key_log_and_trace_a_function_may_only(
    hub: Template, name: str, expected: set[tuple[str, str]]
) -> None:
    common = {"dynamodb", "kms", "logs", "s3", "xray"}
    others = {
        (action, resource)
        for action, resource in grants(hub, f"readiness-{name}")
        if action.split(":")[0] not in common
    }

    assert others == expected


def test_roles_are_assumed_within_the_organization_only(hub: Template) -> None:
    conditions = {
        str(statement.get("Condition"))
        for policy in all_of(hub, "AWS::IAM::Policy")
        for statement in policy["PolicyDocument"]["Statement"]
        if MEMBER[1] in listed(statement["Resource"])
    }

    assert conditions == {"{'StringEquals': {'aws:ResourceOrgID': 'o-abcdefghij'}}"}


def test_mail_leaves_in_our_senders_name_only(hub: Template) -> None:
    (statement,) = (
        statement
        for policy in all_of(hub, "AWS::IAM::Policy")
        for statement in policy["PolicyDocument"]["Statement"]
        if "ses:SendEmail" in listed(statement["Action"])
    )

    assert statement["Condition"] == {"StringEquals": {"ses:FromAddress": "readiness@example.com"}}


def test_no_role_may_do_anything_to_everything_but_trace_and_deliver_logs(hub: Template) -> None:
    wild = {
        action
        for policy in all_of(hub, "AWS::IAM::Policy")
        for role in policy["Roles"]
        for action, resource in grants(hub, role)
        if resource == "*" or "*" in action
    }

    assert {action.split(":")[0] for action in wild} == {"logs", "xray"}
    assert not any("*" in action for action in wild)
    assert not [role for role in all_of(hub, "AWS::IAM::Role") if "ManagedPolicyArns" in role]


def test_the_token_starts_empty_and_is_encrypted_with_our_key(hub: Template) -> None:
    token = the(hub, "AWS::SecretsManager::Secret")

    assert (token["KmsKeyId"], token["SecretString"]) == (KEY, "{}")


def test_a_scan_starts_every_day_in_the_local_time(hub: Template) -> None:
    schedule = the(hub, "AWS::Scheduler::Schedule")

    assert (
        schedule["State"],
        schedule["ScheduleExpression"],
        schedule["ScheduleExpressionTimezone"],
        schedule["Target"]["Arn"],
        schedule["Target"]["Input"],
        schedule["Target"]["DeadLetterConfig"],
    ) == (
        "ENABLED",
        "cron(30 6 * * ? *)",
        "Europe/Berlin",
        STATE_MACHINE,
        "{}",
        {"Arn": UNSTARTED},
    )


def test_the_schedule_may_start_the_scan_and_leave_a_message(hub: Template) -> None:
    assert grants(hub, "readiness-schedule") == {
        ("states:StartExecution", STATE_MACHINE),
        ("sqs:SendMessage", UNSTARTED),
        ("kms:Decrypt", KEY),
        ("kms:GenerateDataKey", KEY),
    }


def test_the_queues_are_encrypted_and_answer_over_tls_only(hub: Template) -> None:
    queues = all_of(hub, "AWS::SQS::Queue")
    policies = all_of(hub, "AWS::SQS::QueuePolicy")
    statements = [policy["PolicyDocument"]["Statement"] for policy in policies]

    assert {queue["QueueName"]: queue["KmsMasterKeyId"] for queue in queues} == {
        "readiness-unstarted": KEY,
        "readiness-refused": KEY,
    }
    assert sorted((each["Resource"], each["Effect"]) for (each,) in statements) == [
        (REFUSED, "Deny"),
        (UNSTARTED, "Deny"),
    ]
    assert all(
        each["Condition"] == {"Bool": {"aws:SecureTransport": "false"}} for (each,) in statements
    )


OURS = ("Readiness", {"service": "readiness"}, "Maximum", 3600, 1)
STATES = ("AWS/States", {"StateMachineArn": STATE_MACHINE}, "Sum", 300, 1)
ABOVE = ("GreaterThanOrEqualToThreshold", "notBreaching")


def queued(name: str) -> tuple[object, ...]:
    return ("AWS/SQS", {"QueueName": f"readiness-{name}"}, "Maximum", 300, 1, 1, *ABOVE)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("regression-critical", ("RegressionsCritical", *OURS, 1, *ABOVE)),
        ("regression-high", ("RegressionsHigh", *OURS, 1, *ABOVE)),
        ("coverage-drop", ("CoverageDrop", *OURS, 1, *ABOVE)),
        ("known-drop", ("KnownDrop", *OURS, 5, *ABOVE)),
        ("digest-failed", ("DigestsFailed", *OURS, 1, *ABOVE)),
        ("digest-overdue", ("HoursSinceDigest", *OURS, 192, *ABOVE)),
        (
            "no-scan",
            (
                "ScansCompleted",
                "Readiness",
                {"service": "readiness"},
                "Maximum",
                86400,
                2,
                1,
                "LessThanThreshold",
                "breaching",
            ),
        ),
        ("scan-failed", ("ExecutionsFailed", *STATES, 1, *ABOVE)),
        ("scan-timed-out", ("ExecutionsTimedOut", *STATES, 1, *ABOVE)),
        ("scan-not-started", ("ApproximateNumberOfMessagesVisible", *queued("unstarted"))),
        ("mail-refused", ("ApproximateNumberOfMessagesVisible", *queued("refused"))),
    ],
)
def test_an_alarm_watches(hub: Template, name: str, expected: tuple[object, ...]) -> None:
    (alarm,) = (
        each
        for each in all_of(hub, "AWS::CloudWatch::Alarm")
        if each["AlarmName"] == f"readiness-{name}"
    )

    assert (
        alarm["MetricName"],
        alarm["Namespace"],
        {each["Name"]: each["Value"] for each in alarm["Dimensions"]},
        alarm["Statistic"],
        alarm["Period"],
        alarm["EvaluationPeriods"],
        alarm["Threshold"],
        alarm["ComparisonOperator"],
        alarm["TreatMissingData"],
    ) == expected


def test_each_alarm_says_what_happened_and_what_to_do(hub: Template) -> None:
    descriptions = [each["AlarmDescription"] for each in all_of(hub, "AWS::CloudWatch::Alarm")]

    assert len(descriptions) == 11
    assert all(text.count(". ") >= 1 and text.endswith(".") for text in descriptions)


def test_every_alarm_reaches_a_topic_on_which_cloudwatch_may_publish_what_it_encrypts(
    hub: Template,
) -> None:
    topic = the(hub, "AWS::SNS::Topic")
    topic_policy = the(hub, "AWS::SNS::TopicPolicy")

    assert {tuple(each["AlarmActions"]) for each in all_of(hub, "AWS::CloudWatch::Alarm")} == {
        (TOPIC,)
    }
    assert topic_policy["Topics"] == [TOPIC]
    assert topic["KmsMasterKeyId"] == KEY
    for service in ("cloudwatch.amazonaws.com", "ses.amazonaws.com"):
        assert "sns:Publish" in allowed_to(service, topic_policy["PolicyDocument"])
        assert {"kms:Decrypt", "kms:GenerateDataKey*"} <= allowed_to(
            service, the(hub, "AWS::KMS::Key")["KeyPolicy"]
        )


def test_the_topic_answers_over_tls_only(hub: Template) -> None:
    assert {
        "Sid": "AllowPublishThroughSSLOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sns:Publish",
        "Resource": TOPIC,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    } in the(hub, "AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]


def test_the_logs_of_this_account_may_use_the_key(hub: Template) -> None:
    assert "kms:Encrypt" in allowed_to(
        "logs.eu-central-1.amazonaws.com", the(hub, "AWS::KMS::Key")["KeyPolicy"]
    )


def test_an_alarm_address_is_subscribed(hub: Template) -> None:
    subscription = the(hub, "AWS::SNS::Subscription")

    assert (subscription["Protocol"], subscription["Endpoint"], subscription["TopicArn"]) == (
        "email",
        "oncall@example.com",
        TOPIC,
    )


def test_a_mail_that_comes_back_is_announced_on_the_alarm_topic(hub: Template) -> None:
    destination = the(hub, "AWS::SES::ConfigurationSetEventDestination")

    assert destination == {
        "ConfigurationSetName": "readiness",
        "EventDestination": {
            "Enabled": True,
            "MatchingEventTypes": ["bounce", "complaint", "reject"],
            "SnsDestination": {"TopicARN": TOPIC},
        },
    }


def test_the_sender_is_an_identity_that_sends_through_the_configuration_set(hub: Template) -> None:
    assert the(hub, "AWS::SES::EmailIdentity") == {
        "ConfigurationSetAttributes": {"ConfigurationSetName": "readiness"},
        "EmailIdentity": "readiness@example.com",
    }
    assert the(hub, "AWS::SES::ConfigurationSet")["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}


def test_the_outputs_are_what_the_command_line_looks_up(hub: Template) -> None:
    assert {name: output["Value"] for name, output in hub["Outputs"].items()} == {
        "AlarmTopic": TOPIC,
        "Bucket": "bucket",
        "Key": KEY,
        "StartPolicy": f"arn:aws:iam::{ACCOUNT}:policy/readiness-start",
        "StateMachine": STATE_MACHINE,
        "Table": "table",
        "TokenSecret": TOKEN,
    }


def allowed_to(service: str, policy: Properties) -> set[str]:
    """Every action that the resource policy allows to the service."""
    return {
        action
        for statement in policy["Statement"]
        if statement["Effect"] == "Allow" and isinstance(statement["Principal"], dict)
        if service in listed(statement["Principal"].get("Service"))
        for action in listed(statement["Action"])
    }


def test_the_dashboard_shows_the_course_of_the_scans_and_every_alarm(hub: Template) -> None:
    body = json.loads(the(hub, "AWS::CloudWatch::Dashboard")["DashboardBody"])
    shown = {
        metric[1]
        for widget in body["widgets"]
        for metric in widget["properties"].get("metrics", [])
        if metric[:1] == ["Readiness"] and metric[2:4] == ["service", "readiness"]
    }
    (listed_alarms,) = (
        widget["properties"]["alarms"] for widget in body["widgets"] if widget["type"] == "alarm"
    )

    assert shown == {
        *("AccountsExpected", "AccountsScanned", "AccountsFailed", "Score", "Known"),
        *("RegressionsCritical", "RegressionsHigh", "RegressionsMedium", "RegressionsLow"),
        *("NewFailures", "ScanSeconds", "Calls", "Throttles", "CostUsd"),
        *("DigestsSent", "DigestsFailed"),
    }
    assert sorted(name.rpartition(":")[2] for name in listed_alarms) == sorted(
        each["AlarmName"] for each in all_of(hub, "AWS::CloudWatch::Alarm")
    )


def test_a_pipeline_may_start_a_scan_and_follow_it_and_nothing_else(hub: Template) -> None:
    policy = the(hub, "AWS::IAM::ManagedPolicy")

    assert policy["ManagedPolicyName"] == "readiness-start"
    assert [
        (each["Effect"], each["Action"], each["Resource"])
        for each in policy["PolicyDocument"]["Statement"]
    ] == [
        ("Allow", "states:StartExecution", STATE_MACHINE),
        (
            "Allow",
            "states:DescribeExecution",
            f"arn:aws:states:eu-central-1:{ACCOUNT}:execution:readiness:*",
        ),
    ]
