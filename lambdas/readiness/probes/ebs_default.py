"""Look at what a region does with new volumes."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.encryption import EbsDefault
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(EbsDefault, "ec2.get_ebs_encryption_by_default")
def ebs_default(aws: Aws) -> Iterator[EbsDefault]:
    answer = aws.get("ec2.get_ebs_encryption_by_default")
    yield EbsDefault(
        arn=aws.arn("ec2", "ebs-encryption-by-default"),
        encrypts=answer["EbsEncryptionByDefault"],
    )
