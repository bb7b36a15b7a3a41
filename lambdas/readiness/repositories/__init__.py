"""What does a repository hold, wherever it is kept?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from readiness.evidence import Gap, Reason
from readiness.evidence.files import Sighting, Target
from readiness.probes.access import Access


def read(
    reference: str,
    *,
    kinds: Iterable[type[Any]],
    access: Access | None,
    token: str,
    scan: str,
    now: datetime,
    deadline: float | None = None,
) -> Sighting:
    """Read a repository once: its tree, and the files that tell something."""
    del kinds, access, token, scan, now, deadline
    return Sighting(
        target=Target(repository=reference), failed=Gap(reason=Reason.PROVIDER_UNSUPPORTED)
    )
