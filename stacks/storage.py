"""Where do evidence, results and the ledger lie, and who may touch which part?"""

from collections.abc import Iterable
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.audit import accept, accept_resources

# Days for which each part of the bucket is kept. `maps` holds what Distributed Map must write
# somewhere and nothing reads; `config` is kept, and its history is the bucket's versions.
RETENTION = {"evidence": 35, "results": 400, "reports": 90, "scans": 400, "maps": 7}
HISTORY = 400


class Storage(Construct):
    """One key, one bucket, one table."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's own name for it
        *,
        evidence_readers: Iterable[str],
        organization_id: str | None,
    ) -> None:
        super().__init__(scope, id)
        self.key = kms.Key(
            self,
            "Key",
            alias="readiness",
            description="Encrypts what Readiness stores, logs and announces.",
            enable_key_rotation=True,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="LogGroups",
                principals=[iam.ServicePrincipal(f"logs.{cdk.Aws.REGION}.amazonaws.com")],
                actions=[
                    "kms:Decrypt",
                    "kms:DescribeKey",
                    "kms:Encrypt",
                    "kms:GenerateDataKey*",
                    "kms:ReEncrypt*",
                ],
                resources=["*"],
                conditions={
                    "ArnLike": {
                        "kms:EncryptionContext:aws:logs:arn": cdk.Stack.of(self).format_arn(
                            service="logs",
                            resource="log-group",
                            resource_name="*",
                            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
                        )
                    }
                },
            )
        )
        self.bucket = s3.Bucket(
            self,
            "Data",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.key,
            bucket_key_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            lifecycle_rules=_lifecycle(),
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        self.table = dynamodb.Table(
            self,
            "Ledger",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=self.key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            time_to_live_attribute="expires",
            deletion_protection=True,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        self.table.add_global_secondary_index(
            index_name="gsi1",
            partition_key=dynamodb.Attribute(name="gsi1pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="gsi1sk", type=dynamodb.AttributeType.STRING),
        )
        self._keep_evidence_to(evidence_readers)
        if organization_id:
            self._show_reports_to(organization_id)
        accept(
            self.bucket,
            {
                "S1": "CloudTrail's data events record who read an object, with the principal; "
                "server access logs would need a second bucket that our key cannot encrypt."
            },
        )

    def let_read(self, role: iam.Role, *prefixes: str) -> None:
        """Let the role read and list what lies under the prefixes."""
        self._let_touch(role, "s3:GetObject", prefixes)
        self.let_list(role, *prefixes)
        self.let_use_key(role, "kms:Decrypt")

    def let_write(self, role: iam.Role, *prefixes: str) -> None:
        """Let the role write, and not read back, under the prefixes."""
        self._let_touch(role, "s3:PutObject", prefixes)
        # Decrypt is what S3 asks of the writer of a multipart upload.
        self.let_use_key(role, "kms:GenerateDataKey", "kms:Decrypt")

    def let_list(self, role: iam.Role, *prefixes: str) -> None:
        """Let the role see which objects there are; without it a missing one looks forbidden."""
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["s3:ListBucket"],
                resources=[self.bucket.bucket_arn],
                conditions={"StringLike": {"s3:prefix": [f"{prefix}/*" for prefix in prefixes]}},
            )
        )

    def let_use_ledger(self, role: iam.Role, *operations: str) -> None:
        """Let the role do these operations on the ledger; what is gone goes by itself."""
        role.add_to_policy(
            iam.PolicyStatement(
                actions=[f"dynamodb:{each}" for each in operations],
                resources=[self.table.table_arn],
            )
        )
        # What DynamoDB asks of a caller whose table has a customer-managed key.
        self.let_use_key(role, "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey")

    def let_collect(self, role: iam.Role, prefix: str) -> None:
        """Let the role write under the prefix as Distributed Map's ResultWriter does."""
        for action in ("s3:GetObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"):
            self._let_touch(role, action, (prefix,))
        self.let_write(role, prefix)

    def let_use_key(self, role: iam.Role, *actions: str) -> None:
        """Let the role do the KMS actions with the key."""
        role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=[self.key.key_arn]))

    def _let_touch(self, role: iam.Role, action: str, prefixes: tuple[str, ...]) -> None:
        objects = [self.bucket.arn_for_objects(f"{prefix}/*") for prefix in prefixes]
        role.add_to_policy(iam.PolicyStatement(actions=[action], resources=objects))
        accept_resources(
            role,
            objects,
            reason="The names of a scan's objects are not known beforehand; the prefix bounds them.",
        )

    def _keep_evidence_to(self, readers: Iterable[str]) -> None:
        """Refuse evidence, the pooled as well, to all but the named roles: it maps every weakness."""
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="EvidenceForJudgesOnly",
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=["s3:GetObject", "s3:GetObjectVersion"],
                resources=[self.bucket.arn_for_objects("evidence/*")],
                conditions={
                    "ArnNotEquals": {
                        "aws:PrincipalArn": [
                            cdk.Stack.of(self).format_arn(
                                service="iam", region="", resource="role", resource_name=reader
                            )
                            for reader in readers
                        ]
                    }
                },
            )
        )

    def _show_reports_to(self, organization_id: str) -> None:
        """Let each account of the organization read the reports made for it, by its own rights.

        Not the hub account: there such a statement would do without the reader's own rights.
        """
        elsewhere = {"aws:PrincipalAccount": cdk.Aws.ACCOUNT_ID}
        within: dict[str, Any] = {
            "StringEquals": {"aws:PrincipalOrgID": organization_id},
            "StringNotEquals": elsewhere,
        }
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="ReportsForTheirAccount",
                principals=[iam.AnyPrincipal()],
                actions=["s3:GetObject"],
                resources=[self.bucket.arn_for_objects("reports/${aws:PrincipalAccount}/*")],
                conditions=within,
            )
        )
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="ReportsForTheirAccount",
                principals=[iam.AnyPrincipal()],
                actions=["kms:Decrypt"],
                resources=["*"],
                conditions={
                    "StringEquals": {
                        "aws:PrincipalOrgID": organization_id,
                        "kms:ViaService": f"s3.{cdk.Aws.REGION}.{cdk.Aws.URL_SUFFIX}",
                    },
                    "StringNotEquals": elsewhere,
                },
            )
        )


def _lifecycle() -> list[s3.LifecycleRule]:
    return [
        *(
            s3.LifecycleRule(
                id=prefix,
                prefix=f"{prefix}/",
                expiration=cdk.Duration.days(days),
                noncurrent_version_expiration=cdk.Duration.days(1),
            )
            for prefix, days in RETENTION.items()
        ),
        s3.LifecycleRule(
            id="config",
            prefix="config/",
            noncurrent_version_expiration=cdk.Duration.days(HISTORY),
        ),
        s3.LifecycleRule(
            id="remains",
            expired_object_delete_marker=True,
            abort_incomplete_multipart_upload_after=cdk.Duration.days(1),
        ),
    ]
