"""Write the part of botocore's service models that the probes need, beside the probes.

`python tools/models.py` rewrites it; a test says whether it is current.
"""

from __future__ import annotations

import gzip

from readiness.probes.models import SAVED, declared_loader

if __name__ == "__main__":
    SAVED.write_bytes(gzip.compress(declared_loader().written(), mtime=0))
