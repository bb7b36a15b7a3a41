"""Look at CodeCommit repositories.

They are read as every repository is, by `readiness.repositories.codecommit`; importing it declares its
calls, so that the member role may make them.
"""

from __future__ import annotations

from readiness.repositories import codecommit

__all__ = ["codecommit"]
