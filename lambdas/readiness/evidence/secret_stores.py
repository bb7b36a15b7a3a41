"""What Secrets Manager keeps: that a secret is there and how old it is, never what it is."""

from __future__ import annotations

from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.REGION, "secret")
class Secret:
    """A secret that is not scheduled for deletion. Source: secretsmanager.ListSecrets."""

    arn: str
    name: str
    #: The service of AWS that made it and looks after it; empty where it is ours.
    owner: str
    #: The region of which this is a replica; empty where it is none.
    primary: str
    rotates: bool
    #: How many days may lie between two rotations; None where a calendar says it, or nothing does.
    every_days: float | None
    #: When the next rotation is due at the latest, where that is told.
    due: datetime | None
    #: When it was last rotated, and last changed at all.
    rotated: datetime | None
    changed: datetime
