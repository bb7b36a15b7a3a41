"""Is this AWS organization ready for production, and what changed since last week?

`from readiness import scan` scans from Python, with the caller's own boto3 session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from readiness.scanning import scan

__all__ = ["__version__", "scan"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Load the scan only where it is asked for: a Lambda that judges needs no probe."""
    if name == "scan":
        from readiness.scanning import scan

        return scan
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
