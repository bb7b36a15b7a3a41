"""Is this AWS organization ready for production, and what changed since last week?"""

from __future__ import annotations

__version__ = "0.1.0"
