"""Write the list of EC2's public address blocks from a downloaded ip-ranges.json.

Get that from https://ip-ranges.amazonaws.com/ip-ranges.json; its path is the one argument.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, collapse_addresses
from pathlib import Path

TARGET = Path(__file__).parent.parent / "lambdas" / "readiness" / "evidence" / "ec2_ranges.txt"
SOURCE = "https://ip-ranges.amazonaws.com/ip-ranges.json"


def main(path: str) -> None:
    said = json.loads(Path(path).read_text())
    made = datetime.strptime(said["createDate"], "%Y-%m-%d-%H-%M-%S").date()
    fourth = (IPv4Network(e["ip_prefix"]) for e in said["prefixes"] if e["service"] == "EC2")
    sixth = (IPv6Network(e["ipv6_prefix"]) for e in said["ipv6_prefixes"] if e["service"] == "EC2")
    blocks = [*map(str, collapse_addresses(fourth)), *map(str, collapse_addresses(sixth))]
    TARGET.write_text("\n".join([f"# {made} {SOURCE} (service EC2)", *blocks, ""]))


if __name__ == "__main__":
    main(sys.argv[1])
