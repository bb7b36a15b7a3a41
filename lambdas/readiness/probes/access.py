"""With which credentials is an account seen?

The member role in every account, the organization role for what belongs to the organization, and the
caller's own credentials for the caller's own account on a laptop.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import boto3
from botocore.config import Config

from readiness.evidence import Gap, Reason
from readiness.probes.aws import CALL_ERRORS, Connection, Shared
from readiness.probes.models import session_of
from readiness.probes.refusals import UnseenError, gap_of
from readiness.probes.whole import demand_whole

#: IAM ends a chained role's session after an hour; a target is done long before.
SESSION_SECONDS = 3600


def sts_of(session: boto3.Session, endpoint_url: str | None) -> Any:
    """Return a client of STS that does not wait long."""
    maker: Any = session
    client = maker.client(
        "sts",
        region_name=session.region_name or "us-east-1",
        endpoint_url=endpoint_url,
        config=Config(
            connect_timeout=5, read_timeout=15, retries={"mode": "standard", "max_attempts": 4}
        ),
    )
    demand_whole(client)
    return client


@dataclass(frozen=True, kw_only=True)
class Access:
    """How the accounts of a scan are reached."""

    session: boto3.Session
    partition: str = "aws"
    #: The account that is seen with the session itself; empty where every account has its role, the
    #: hub's own included.
    own_account: str = ""
    #: The member role's name; without it only the caller's own account is seen.
    role_name: str = ""
    external_id: str = ""
    #: The organization role's ARN; empty means that the caller's own credentials are used.
    organization_role: str = ""
    endpoint_url: str | None = None
    max_concurrency: int = 8
    #: What the caller's own account answers, as itself and for the organization.
    shared: Shared = field(default_factory=Shared)

    def member(self, account: str, *, scan: str, started: datetime) -> Connection:
        """Connect to an account; raises UnseenError with the gap where its role is refused."""
        if account == self.own_account:
            return self._connection(self.session, account, started)
        if not self.role_name:
            detail = "no role is named to reach it by; give --role-name"
            raise UnseenError(Gap(reason=Reason.NOT_SCANNED, account=account, detail=detail))
        role = f"arn:{self.partition}:iam::{account}:role/{self.role_name}"
        return self._connection(self._assumed(role, account, scan), account, started)

    def organization(self, *, scan: str, started: datetime) -> Connection:
        """Connect to the account that sees the organization; raises UnseenError where refused."""
        if not self.organization_role:
            return self._connection(self.session, self.own_account, started)
        account = self.organization_role.split(":")[4]
        session = self._assumed(self.organization_role, account, scan)
        return self._connection(session, account, started)

    def _assumed(self, role: str, account: str, scan: str) -> boto3.Session:
        """Return a session of a role, named so that CloudTrail shows which scan looked."""
        sts = sts_of(self.session, self.endpoint_url)
        arguments = {
            "RoleArn": role,
            "RoleSessionName": f"readiness-{scan}"[:64],
            "DurationSeconds": SESSION_SECONDS,
        }
        if self.external_id:
            arguments["ExternalId"] = self.external_id
        try:
            credentials = sts.assume_role(**arguments)["Credentials"]
        except CALL_ERRORS as error:
            raise UnseenError(gap_of(error, "sts.assume_role", account=account)) from error
        return session_of(
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
            region_name=self.session.region_name or "us-east-1",
        )

    def _connection(self, session: boto3.Session, account: str, started: datetime) -> Connection:
        return Connection(
            session,
            account=account,
            partition=self.partition,
            endpoint_url=self.endpoint_url,
            max_concurrency=self.max_concurrency,
            started=started,
            shared=self.shared if session is self.session else None,
        )
