"""Look at the keys of KMS; nothing is ever encrypted or decrypted."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence import Evidence, Gap
from readiness.evidence.encryption import KeyRotation, KmsKey, ListedKey
from readiness.probes import probe
from readiness.probes.aws import Aws

_GONE = "NotFoundException"
#: What an answer without a period means.
YEAR = 365


@probe(ListedKey, "kms.list_keys")
def listed_keys(aws: Aws) -> Iterator[ListedKey]:
    for each in aws.pages("kms.list_keys", "Keys", Limit=1000):
        yield ListedKey(arn=each["KeyArn"])


@probe(KmsKey, "kms.describe_key")
def keys(aws: Aws, listed: Evidence[ListedKey]) -> Iterator[KmsKey | Gap]:
    def look(key: ListedKey) -> Iterator[KmsKey]:
        answer = aws.call("kms.describe_key", absent=(_GONE,), KeyId=key.arn)
        if answer is not None:
            said = answer["KeyMetadata"]
            regions = said.get("MultiRegionConfiguration") or {}
            yield KmsKey(
                arn=key.arn,
                of_aws=said["KeyManager"] == "AWS",
                spec=said["KeySpec"],
                origin=said.get("Origin", ""),
                state=said["KeyState"],
                replica=regions.get("MultiRegionKeyType") == "REPLICA",
                deleted=said.get("DeletionDate"),
            )

    yield from aws.each(listed, look)


@probe(KeyRotation, "kms.get_key_rotation_status")
def key_rotations(aws: Aws, keys: Evidence[KmsKey]) -> Iterator[KeyRotation | Gap]:
    def look(key: KmsKey) -> Iterator[KeyRotation]:
        if key.unrotatable:
            return
        answer = aws.call(
            "kms.get_key_rotation_status",
            absent=(_GONE, "UnsupportedOperationException"),
            KeyId=key.arn,
        )
        if answer is not None:
            yield KeyRotation(
                arn=key.arn,
                enabled=answer.get("KeyRotationEnabled", False),
                days=answer.get("RotationPeriodInDays", YEAR),
            )

    yield from aws.each(keys, look)
