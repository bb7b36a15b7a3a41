"""What the checks of how people get into instances say, situation by situation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.instance_access import (
    bastion_host_hardened,
    ec2_instance_admin_port_not_public,
    ec2_instance_managed_access_path,
    ec2_instance_session_access,
    ec2_instance_ssh_not_public,
    ec2_key_pair_not_shared,
    ec2_serial_console_disabled,
    ssm_session_logging_enabled,
)
from readiness.checklist.model import Check, Severity, Status
from readiness.evidence.access import (
    ConnectEndpoint,
    KeyPair,
    ManagedNode,
    PortRange,
    SerialConsole,
    SessionDocument,
    VerifiedAccessEndpoint,
)
from readiness.evidence.compute import Instance
from readiness.evidence.network import (
    BlockPublicAccess,
    BlockPublicAccessExclusion,
    NetworkInterface,
    PrefixList,
    RouteTable,
    SecurityGroup,
)
from tests.checklist import test_networking_vpcs as vpcs
from tests.checklist.test_exposure import (
    blocking,
    excluding,
    interface,
    permission,
    prefix_list,
    table,
)
from tests.checklist.test_networking import EC2, HTTPS, OPEN, group, ssh
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
)
from tests.verdicts import verdict_of

OFFICE = "203.0.113.0/24"


def instance(name: str = "i-1", **changes: Any) -> Instance:
    values: dict[str, Any] = {
        "arn": f"{EC2}:instance/{name}",
        "id": name,
        "launched": NOW - timedelta(days=9),
        "vpc": "vpc-1",
        "metadata_tokens": "required",
    }
    return vpcs.instance(**values | changes)


def face(of: str = "i-1", **changes: Any) -> NetworkInterface:
    """Return the interface of an instance, with its private address."""
    values: dict[str, Any] = {"instance": of, "addresses": ("10.0.0.5",)}
    return interface(**values | changes)


def bastion(**changes: Any) -> Instance:
    return instance(**{"tags": {"Name": "prod-bastion"}} | changes)


INNER = face(public_addresses=())
EXPOSED = (face(), table(), *blocking("off"))


def node(name: str = "i-1", *, online: bool = True) -> ManagedNode:
    return ManagedNode(arn=f"{EC2}:instance/{name}", online=online)


def endpoint(**changes: Any) -> ConnectEndpoint:
    values: dict[str, Any] = {
        "arn": f"{EC2}:instance-connect-endpoint/eice-1",
        "id": "eice-1",
        "vpc": "vpc-1",
        "ready": True,
        "groups": ("sg-e",),
        "interfaces": ("eni-e",),
        "keeps_client": False,
    }
    return ConnectEndpoint(**values | changes)


def to(*groups: str, **changes: Any) -> Any:
    return permission(groups=groups, **changes)


def group_e(*egress: Any) -> SecurityGroup:
    return group(arn=f"{EC2}:security-group/sg-e", id="sg-e", egress=egress)


FACE_E = face("", arn=f"{EC2}:network-interface/eni-e", id="eni-e", addresses=("10.0.9.9",))
OUT = group_e(to("sg-1"))
#: An endpoint whose group lets it out to the instances' group, which lets it in.
CONNECTED = (instance(), INNER, endpoint(), OUT, group(to("sg-e")), FACE_E)


def verified(**changes: Any) -> VerifiedAccessEndpoint:
    values: dict[str, Any] = {
        "arn": f"{EC2}:verified-access-endpoint/vae-1",
        "active": True,
        "type": "network-interface",
        "protocol": "tcp",
        "ports": (PortRange(first=22, last=22),),
        "interface": "eni-1",
        "block": "",
        "subnets": (),
        "groups": (),
    }
    return VerifiedAccessEndpoint(**values | changes)


def on_cidr(block: str) -> VerifiedAccessEndpoint:
    return verified(type="cidr", interface="", block=block, groups=("sg-e",))


BEHIND = (
    instance(),
    INNER,
    bastion(name="i-b"),
    face("i-b", arn=f"{EC2}:network-interface/eni-b", id="eni-b", groups=("sg-b",), addresses=("10.0.7.7",)),
)  # fmt: skip


def document(**changes: Any) -> SessionDocument:
    values: dict[str, Any] = {
        "arn": f"arn:aws:ssm:{REGION}:{ACCOUNT}:document/SSM-SessionManagerRunShell",
        "name": "SSM-SessionManagerRunShell",
        "bucket": "",
        "log_group": "",
        "bucket_encrypted": True,
        "log_group_encrypted": True,
    }
    return SessionDocument(**values | changes)


def pair(name: str = "team") -> KeyPair:
    return KeyPair(arn=f"{EC2}:key-pair/{name}", name=name)


def keyed(name: str, tag: str = "", group: str = "") -> Instance:
    tags = {"Name": tag} if tag else {}
    return instance(
        name, key="team", tags=tags | ({"aws:autoscaling:groupName": group} if group else {})
    )


def console(*, enabled: bool) -> SerialConsole:
    return SerialConsole(arn=f"{EC2}:serial-console-access", enabled=enabled)


def not_administered_rows(*beside: Any) -> list[Row]:
    """Return the rows of instances in which nobody logs in, which every check leaves out."""
    return [
        Row("it is stopped", NOT_APPLICABLE, (instance(state="stopped"), *beside), says="is stopped"),
        Row("a service of AWS operates it", NOT_APPLICABLE, (instance(managed=True), *beside)),
        Row("EMR operates it", NOT_APPLICABLE, (instance(tags={"aws:elasticmapreduce:job-flow-id": "j-1"}), *beside)),
    ]  # fmt: skip


def public_rows(bad: Any) -> list[Row]:
    """Return the rows in which what decides exposure is dark, or is another thing than it seems."""
    return [
        Row("interfaces are dark", UNKNOWN, (instance(), group(bad)), dark=[NetworkInterface]),
        Row("none of its interfaces is listed", UNKNOWN, (instance(), table(), *blocking("off"), group(bad)), says="none of the network interfaces of i-1"),
        Row("groups are dark", UNKNOWN, (instance(), *EXPOSED), dark=[SecurityGroup]),
        Row("a group that the account does not see", UNKNOWN, (instance(), *EXPOSED), says="does not see the security group sg-1"),
        Row("prefix lists are dark", UNKNOWN, (instance(), *EXPOSED, group(permission(prefix_lists=("pl-1",)))), dark=[PrefixList]),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
        Row("no instance", NOT_APPLICABLE),
        Row("Instance Connect's own prefix list", PASS, (instance(), *EXPOSED, group(permission(prefix_lists=("pl-1",))), prefix_list(aws=True, blocks=()))),
        *not_administered_rows(*EXPOSED, group(bad)),
    ]  # fmt: skip


ROWS: dict[Check[..., Any], list[Row]] = {
    ec2_instance_admin_port_not_public: [
        Row("it lets in an office", {"instance/i-1": PASS}, (instance(), *EXPOSED, group(ssh(OFFICE)))),
        Row("it lets everyone in by SSH", {"instance/i-1#22": FAIL}, (instance(), *EXPOSED, group(ssh())), severity=Severity.CRITICAL),
        Row("and by RDP", {"instance/i-1#22": FAIL, "instance/i-1#3389": FAIL}, (instance(), *EXPOSED, group(ssh(), ssh(from_port=3389, to_port=3389)))),
        Row("Windows Remote Management", {"instance/i-1#5985": FAIL, "instance/i-1#5986": FAIL}, (instance(windows=True), *EXPOSED, group(ssh(from_port=5985, to_port=5986)))),
        Row("HTTPS", PASS, (instance(), *EXPOSED, group(HTTPS))),
        Row("a port that is ours to name", FAIL, (instance(), *EXPOSED, group(ssh(from_port=2222, to_port=2222))), options={"admin_ports": (2222,)}),
        Row("a bastion is no exception", FAIL, (bastion(), *EXPOSED, group(ssh()))),
        Row("nobody can route to it", PASS, (instance(), face(), table(routes=()), group(ssh()))),
        Row("it has no public address", PASS, (instance(), INNER, table(), group(ssh()))),
        Row("the VPC is cut off", PASS, (instance(), face(), table(), *blocking(), group(ssh()))),
        Row("the VPC is cut off, its subnet is not", FAIL, (instance(), face(), table(), *blocking(), *excluding("subnet/subnet-1"), group(ssh()))),
        Row("one interface is open, another's routes are not seen", {"instance/i-1#22": FAIL, "instance/i-1": UNKNOWN}, (instance(), face(id="eni-0", vpc="vpc-9", subnet="subnet-9"), *EXPOSED, group(ssh()))),
        *public_rows(ssh()),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, (instance(), face(), table(), *blocking(), group(ssh())), dark=[kind])
            for kind in (RouteTable, BlockPublicAccess, BlockPublicAccessExclusion)
        ),
    ],
    ec2_instance_managed_access_path: [
        Row("online in Systems Manager", PASS, (instance(), node()), says="online in Systems Manager"),
        Row("its agent is lost", FAIL, (instance(), node(online=False))),
        Row("an endpoint, by groups", PASS, CONNECTED, says="eice-1"),
        Row("an endpoint, by addresses", PASS, (instance(), INNER, endpoint(), group_e(permission(blocks=("10.0.0.0/16",))), group(permission(blocks=("10.0.9.0/24",))), FACE_E)),
        Row("an endpoint, by a prefix list", PASS, (instance(), INNER, endpoint(), OUT, group(permission(prefix_lists=("pl-1",))), FACE_E, prefix_list(blocks=("10.0.9.0/24",)))),
        Row("an endpoint that keeps the client's address", PASS, (instance(), INNER, endpoint(keeps_client=True), OUT, group(permission(blocks=(OFFICE,))))),
        Row("an endpoint that is not let in", FAIL, (instance(), INNER, endpoint(), OUT, group(permission(blocks=(OFFICE,))), FACE_E)),
        Row("an endpoint that is not let out", FAIL, (instance(), INNER, endpoint(), group_e(permission(blocks=("10.9.0.0/16",))), group(to("sg-e")), FACE_E)),
        Row("an endpoint that is let out at another port", FAIL, (instance(), INNER, endpoint(), group_e(to("sg-1", from_port=443, to_port=443)), group(to("sg-e")), FACE_E)),
        Row("an endpoint of another VPC", FAIL, (instance(vpc="vpc-2"), *CONNECTED[1:])),
        Row("an endpoint that failed", FAIL, (instance(), INNER, endpoint(ready=False), OUT, group(to("sg-e")), FACE_E)),
        Row("RDP through an endpoint", PASS, (instance(windows=True), INNER, endpoint(), group_e(to("sg-1", from_port=3389, to_port=3389)), group(to("sg-e", from_port=3389, to_port=3389)), FACE_E)),
        Row("Verified Access to its interface", PASS, (instance(), INNER, group(), verified()), says="vae-1 of Verified Access"),
        Row("Verified Access to its network", PASS, (instance(), INNER, group(), group_e(), on_cidr("10.0.0.0/16"))),
        Row("Verified Access to the same addresses in another VPC", FAIL, (instance(), INNER, group(), replace(group_e(), vpc="vpc-2"), on_cidr("10.0.0.0/16"))),
        Row("Verified Access to another network", FAIL, (instance(), INNER, group(), on_cidr("10.9.0.0/16"))),
        Row("Verified Access to its web server", FAIL, (instance(), INNER, group(), verified(protocol="https", ports=(PortRange(first=443, last=443),)))),
        Row("Verified Access that is being deleted", FAIL, (instance(), INNER, group(), verified(active=False))),
        Row("a bastion, by its group", {"instance/i-1": PASS, "instance/i-b": NOT_APPLICABLE}, (*BEHIND, group(to("sg-b"))), says="the bastion i-b"),
        Row("a bastion, by its address", {"instance/i-1": PASS, "instance/i-b": NOT_APPLICABLE}, (*BEHIND, group(permission(blocks=("10.0.7.7/32",))))),
        Row("a bastion with that address in another VPC", {"instance/i-1": FAIL, "instance/i-b": NOT_APPLICABLE}, (*BEHIND[:2], bastion(name="i-b", vpc="vpc-2"), BEHIND[3], group(permission(blocks=("10.0.7.7/32",))))),
        Row("a bastion that is not let in", {"instance/i-1": FAIL, "instance/i-b": NOT_APPLICABLE}, (*BEHIND, group(ssh(OFFICE)))),
        Row("a bastion that is stopped", {"instance/i-1": FAIL, "instance/i-b": NOT_APPLICABLE}, (*BEHIND[:2], bastion(name="i-b", state="stopped"), BEHIND[3], group(to("sg-b")))),
        Row("no machine is a bastion", {"instance/i-1": FAIL, "instance/i-b": FAIL}, (*BEHIND, group(to("sg-b"))), options={"bastion_regex": ""}),
        Row("a machine that we call otherwise", {"instance/i-1": PASS, "instance/i-b": NOT_APPLICABLE}, (*BEHIND[:2], instance("i-b", tags={"Name": "hop"}), BEHIND[3], group(to("sg-b"))), options={"bastion_regex": "^hop$"}),
        Row("none of these", {"instance/i-1": FAIL}, (instance(), INNER, group(ssh(OFFICE))), severity=Severity.MEDIUM),
        Row("launched just now", NOT_APPLICABLE, (instance(launched=NOW - timedelta(minutes=14)),)),
        Row("launched a quarter of an hour ago", FAIL, (instance(launched=NOW - timedelta(minutes=15)),)),
        Row("no instance", NOT_APPLICABLE),
        *not_administered_rows(),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
        Row("a bastion may be among those that are dark", UNKNOWN, (instance(),), gaps={Instance: [dark_gap(Instance)]}),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, (instance(), INNER, group(ssh(OFFICE))), dark=[kind])
            for kind in (ManagedNode, ConnectEndpoint, VerifiedAccessEndpoint)
        ),
        Row("interfaces are dark", UNKNOWN, (instance(), endpoint(), OUT), dark=[NetworkInterface]),
        Row("groups are dark", UNKNOWN, (instance(), INNER, endpoint()), dark=[SecurityGroup]),
        Row("prefix lists are dark", UNKNOWN, (instance(), INNER, endpoint(), OUT, group(permission(prefix_lists=("pl-1",))), FACE_E), dark=[PrefixList]),
    ],
    bastion_host_hardened: [
        Row("it lets in an office", PASS, (bastion(), face(), group(ssh(OFFICE, "2001:db8::/56")))),
        Row("it lets in another group", PASS, (bastion(), face(), group(to("sg-9")))),
        Row("a metadata service that is off", PASS, (bastion(metadata_tokens="disabled"), face(), group(ssh(OFFICE)))),
        Row("it lets in a wider block", FAIL, (bastion(), face(), group(ssh("203.0.112.0/23"))), severity=Severity.HIGH, says="lets in 203.0.112.0/23"),
        Row("it lets in a whole private range", FAIL, (bastion(), face(), group(ssh("10.0.0.0/8")))),
        Row("it lets in a wider block of IPv6", FAIL, (bastion(), face(), group(ssh("2001:db8::/48")))),
        Row("blocks that options allow", PASS, (bastion(), face(), group(ssh("203.0.112.0/23", "2001:db8::/48"))), options={"narrowest_ipv4_prefix": 23, "narrowest_ipv6_prefix": 48}),
        Row("a prefix list with a wide block", FAIL, (bastion(), face(), group(permission(prefix_lists=("pl-1",))), prefix_list())),
        Row("a prefix list of offices", PASS, (bastion(), face(), group(permission(prefix_lists=("pl-1",))), prefix_list(blocks=(OFFICE,)))),
        Row("Instance Connect's own prefix list", PASS, (bastion(), face(), group(permission(prefix_lists=("pl-1",))), prefix_list(aws=True, blocks=()))),
        Row("it serves HTTPS too", FAIL, (bastion(), face(), group(ssh(OFFICE), permission(from_port=443, to_port=443, blocks=(OFFICE,)))), says="opens tcp/443"),
        Row("it opens everything to a group", FAIL, (bastion(), face(), group(to("sg-9", protocol="-1", from_port=None, to_port=None))), says="opens -1/all"),
        Row("it answers to ping", PASS, (bastion(), face(), group(ssh(OFFICE), permission(protocol="icmp", from_port=-1, to_port=-1, blocks=OPEN)))),
        Row("its metadata service asks for no token", FAIL, (bastion(metadata_tokens="optional"), face(), group(ssh(OFFICE))), says="no token"),
        Row("its metadata service is not told", UNKNOWN, (bastion(metadata_tokens=""), face(), group(ssh(OFFICE)))),
        Row("a jump host by its role", PASS, (instance(tags={"Role": "JumpHost"}), face(), group(ssh(OFFICE)))),
        Row("a bastion by a tag of its own", PASS, (instance(tags={"Bastion": "true"}), face(), group(ssh(OFFICE)))),
        Row("no bastion by that tag", NOT_APPLICABLE, (instance(tags={"Bastion": "false"}), face(), group(ssh()))),
        Row("a machine that a bastion leads to", NOT_APPLICABLE, (instance(tags={"AllowedFrom": "bastion"}), face(), group(ssh()))),
        Row("no bastion", NOT_APPLICABLE, (instance(tags={"Name": "web"}),)),
        Row("a bastion that is stopped", NOT_APPLICABLE, (bastion(state="stopped"), face(), group(ssh()))),
        Row("a port that is ours to name", PASS, (bastion(), face(), group(ssh(OFFICE, from_port=2222, to_port=2222))), options={"admin_ports": (2222,)}),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
        Row("interfaces are dark", UNKNOWN, (bastion(),), dark=[NetworkInterface]),
        Row("interfaces are dark, one flaw is seen", FAIL, (bastion(metadata_tokens="optional"),), dark=[NetworkInterface]),
        Row("groups are dark", UNKNOWN, (bastion(), face()), dark=[SecurityGroup]),
        Row("prefix lists are dark", UNKNOWN, (bastion(), face(), group(permission(prefix_lists=("pl-1",)))), dark=[PrefixList]),
    ],
    ssm_session_logging_enabled: [
        Row("an encrypted log group", {"document/SSM-SessionManagerRunShell": PASS}, (node(), document(log_group="sessions")), says="sessions"),
        Row("an encrypted bucket", {"document/SSM-SessionManagerRunShell": PASS}, (node(), document(bucket="sessions"))),
        Row("one of two is encrypted", PASS, (node(), document(bucket="plain", bucket_encrypted=False, log_group="sessions"))),
        Row("neither need be encrypted", NO_EVIDENCE, (node(), document(bucket="plain", bucket_encrypted=False))),
        Row("nowhere", {"document/SSM-SessionManagerRunShell": FAIL}, (node(), document()), severity=Severity.MEDIUM),
        Row("no preferences", {"111122223333/eu-west-1": FAIL}, (node(),), says="has no document SSM-SessionManagerRunShell"),
        Row("preferences under another name", PASS, (node(), document(arn=f"arn:aws:ssm:{REGION}:{ACCOUNT}:document/Ours", log_group="sessions")), options={"ssm_session_document": "Ours"}),
        Row("no instance is online", NOT_APPLICABLE, (node(online=False),)),
        Row("only a machine outside of EC2 is online", NOT_APPLICABLE, (ManagedNode(arn=f"arn:aws:ssm:{REGION}:{ACCOUNT}:managed-instance/mi-1", online=True),)),
        Row("nodes are dark", UNKNOWN, (document(log_group="sessions"),), dark=[ManagedNode]),
        Row("documents are dark", UNKNOWN, (node(),), dark=[SessionDocument]),
        Row("another document is dark", PASS, (node(), document(log_group="sessions")), gaps={SessionDocument: [dark_gap(SessionDocument, f"arn:aws:ssm:{REGION}:{ACCOUNT}:document/Other")]}),
    ],
    ec2_instance_ssh_not_public: [
        Row("it lets in an office", {"instance/i-1": PASS}, (instance(), *EXPOSED, group(ssh(OFFICE)))),
        Row("everyone, from the internet", {"instance/i-1": FAIL}, (instance(), *EXPOSED, group(ssh())), severity=Severity.CRITICAL),
        Row("everyone, in a private subnet", FAIL, (instance(), INNER, table(), group(ssh())), severity=Severity.HIGH, says="does not reach it yet"),
        Row("everyone, the VPC is cut off", FAIL, (instance(), face(), table(), *blocking(), group(ssh())), severity=Severity.HIGH),
        Row("everyone, the subnet is excluded from that", FAIL, (instance(), face(), table(), *blocking(), *excluding("subnet/subnet-1"), group(ssh())), severity=Severity.CRITICAL),
        Row("everyone by UDP", PASS, (instance(), *EXPOSED, group(ssh(protocol="udp")))),
        Row("everyone by every protocol", FAIL, (instance(), *EXPOSED, group(ssh(protocol="-1", from_port=None, to_port=None)))),
        Row("SSH on another port", PASS, (instance(), *EXPOSED, group(ssh(from_port=2222, to_port=2222)))),
        Row("a second group lets everyone in", FAIL, (instance(), face(groups=("sg-2", "sg-1")), table(), *blocking("off"), group(ssh(OFFICE), id="sg-2"), group(ssh()))),
        Row("one group is not seen, another is open", FAIL, (instance(), face(groups=("sg-2", "sg-1")), table(), *blocking("off"), group(ssh()))),
        Row("Windows", NOT_APPLICABLE, (instance(windows=True), *EXPOSED, group(ssh()))),
        *public_rows(ssh()),
        *(
            Row(f"{kind.__name__} is dark", FAIL, (instance(), face(), table(), *blocking(), group(ssh())), dark=[kind], severity=Severity.HIGH, says="was not seen")
            for kind in (RouteTable, BlockPublicAccess, BlockPublicAccessExclusion)
        ),
        *(
            Row(f"{kind.__name__} is dark, and nothing is open", PASS, (instance(), *EXPOSED, group(ssh(OFFICE))), dark=[kind])
            for kind in (RouteTable, BlockPublicAccess, BlockPublicAccessExclusion)
        ),
        Row("groups are dark, SSH is not reached", UNKNOWN, (instance(), INNER), dark=[SecurityGroup]),
    ],
    ec2_instance_session_access: [
        Row("online in Systems Manager", PASS, (instance(), node())),
        Row("an endpoint", PASS, CONNECTED),
        Row("an endpoint for RDP alone", FAIL, (instance(), INNER, endpoint(), group_e(to("sg-1", from_port=3389, to_port=3389)), group(to("sg-e", from_port=3389, to_port=3389)), FACE_E)),
        Row("keys alone", {"instance/i-1": FAIL}, (instance(key="team"), INNER, group(ssh(OFFICE))), severity=Severity.MEDIUM),
        Row("Windows", NOT_APPLICABLE, (instance(windows=True),)),
        Row("launched just now", NOT_APPLICABLE, (instance(launched=NOW),)),
        *not_administered_rows(),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, (instance(), INNER, group(ssh(OFFICE))), dark=[kind])
            for kind in (ManagedNode, ConnectEndpoint)
        ),
        Row("interfaces are dark", UNKNOWN, (instance(), endpoint(), OUT), dark=[NetworkInterface]),
        Row("groups are dark", UNKNOWN, (instance(), INNER, endpoint()), dark=[SecurityGroup]),
        Row("prefix lists are dark", UNKNOWN, (instance(), INNER, endpoint(), OUT, group(permission(prefix_lists=("pl-1",))), FACE_E), dark=[PrefixList]),
    ],
    ec2_key_pair_not_shared: [
        Row("no key", {"instance/i-1": PASS}, (instance(),)),
        Row("one group's, whose machines have sessions", {"key-pair/team": PASS}, (keyed("i-1", group="web"), keyed("i-2", group="web"), node(), node("i-2"), pair())),
        Row("one name's, whose machines have sessions", {"key-pair/team": PASS}, (keyed("i-1", "web"), keyed("i-2", "web"), node(), node("i-2"), pair())),
        Row("two names'", {"key-pair/team": FAIL}, (keyed("i-1", "web"), keyed("i-2", "jobs"), pair()), severity=Severity.MEDIUM, says="i-1, i-2"),
        Row("two groups'", FAIL, (keyed("i-1", group="web"), keyed("i-2", group="jobs"), pair())),
        Row("two without names", FAIL, (keyed("i-1"), keyed("i-2"), pair())),
        Row("two names', one of which has sessions", NO_EVIDENCE, (keyed("i-1", "web"), keyed("i-2", "jobs"), node(), pair())),
        Row("one group's, without sessions", NO_EVIDENCE, (keyed("i-1", group="web"), keyed("i-2", group="web"), pair())),
        Row("it was deleted", {"key-pair/team": FAIL}, (keyed("i-1", "web"), node()), severity=Severity.LOW, says="was deleted"),
        Row("it was deleted, and opens two names'", FAIL, (keyed("i-1", "web"), keyed("i-2", "jobs")), severity=Severity.MEDIUM),
        Row("a key that nobody uses", {"instance/i-1": PASS, "key-pair/old": PASS}, (instance(), pair("old"))),
        Row("only a stopped machine has it", {"key-pair/team": PASS}, (instance(key="team", state="stopped"), pair())),
        Row("Windows", NOT_APPLICABLE, (instance(windows=True, key="team"),)),
        Row("instances are dark", UNKNOWN, (pair(),), dark=[Instance]),
        Row("key pairs are dark", UNKNOWN, (keyed("i-1", "web"), node()), dark=[KeyPair]),
        Row("key pairs are dark, two names have one", {"key-pair/team": FAIL, "111122223333/eu-west-1": UNKNOWN}, (keyed("i-1", "web"), keyed("i-2", "jobs")), dark=[KeyPair]),
        Row("nodes are dark", UNKNOWN, (keyed("i-1", "web"), keyed("i-2", "jobs"), pair()), dark=[ManagedNode]),
    ],
    ec2_serial_console_disabled: [
        Row("off", {"111122223333/eu-west-1": PASS}, (console(enabled=False), instance())),
        Row("on", {"111122223333/eu-west-1": FAIL}, (console(enabled=True), instance()), severity=Severity.LOW),
        Row("on, and nothing runs", NOT_APPLICABLE, (console(enabled=True), instance(state="stopped"))),
        Row("on, and Windows alone runs", NOT_APPLICABLE, (console(enabled=True), instance(windows=True))),
        Row("the console is dark", UNKNOWN, (instance(),), dark=[SerialConsole]),
        Row("instances are dark", UNKNOWN, (console(enabled=False),), dark=[Instance]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


BASTION = "security/deploy-a-bastion-host"
SHELL = "security/set-up-ssh-access"


def test_sessions_without_a_bastion_are_the_good_state() -> None:
    good = (instance(), INNER, table(), group(), node(), document(log_group="sessions"))

    assert verdict_of(BASTION, good) is Status.PASS
    assert verdict_of(SHELL, (*good, console(enabled=True))) is Status.PASS
    assert verdict_of(SHELL, (*good, console(enabled=False)), [NetworkInterface]) is Status.UNKNOWN


def test_an_open_port_fails_both_items() -> None:
    bad = (instance(), *EXPOSED, group(ssh()), node(), document(log_group="sessions"))

    assert verdict_of(BASTION, bad) is Status.FAIL
    assert verdict_of(SHELL, (*bad, console(enabled=False))) is Status.FAIL


def test_a_region_without_instances_has_nobody_to_let_in() -> None:
    assert verdict_of(BASTION, ()) is Status.NOT_APPLICABLE
    assert verdict_of(SHELL, (console(enabled=True),)) is Status.NOT_APPLICABLE
