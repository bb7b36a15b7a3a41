"""How do people get into instances: through one controlled way, each as himself, and past nobody else?

The checks of "Deploy a Bastion Host" and "Set up SSH access".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from ipaddress import ip_network

from readiness.checklist.exposure import (
    Exposure,
    Paths,
    exposed_ports,
    group_named,
    hits,
    interfaces_of,
    port_range,
    ports_of,
    prefix_list,
    protocol_of,
    wide_sources,
)
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    not_seen,
    passed,
    unknown,
)
from readiness.checklist.ways_in import (
    ADMIN_PORTS,
    BASTION,
    LOGIN_PORTS,
    SSH,
    Ways,
    first_way,
    is_bastion,
    not_administered,
    too_new,
)
from readiness.evidence import Evidence, Reason
from readiness.evidence.access import (
    ConnectEndpoint,
    KeyPair,
    ManagedNode,
    SerialConsole,
    SessionDocument,
    VerifiedAccessEndpoint,
)
from readiness.evidence.compute import Instance
from readiness.evidence.network import (
    BlockPublicAccess,
    BlockPublicAccessExclusion,
    NetworkInterface,
    Permission,
    PrefixList,
    RouteTable,
    SecurityGroup,
)
from readiness.evidence.unseen import known, tried

# --- Deploy a Bastion Host ------------------------------------------------------------------------


@check(Severity.CRITICAL)
def ec2_instance_admin_port_not_public(
    instance: Instance,
    interfaces: Evidence[NetworkInterface],
    groups: Evidence[SecurityGroup],
    tables: Evidence[RouteTable],
    lists: Evidence[PrefixList],
    blocks: Evidence[BlockPublicAccess],
    exclusions: Evidence[BlockPublicAccessExclusion],
    *,
    admin_ports: tuple[int, ...] = ADMIN_PORTS,
) -> Iterator[Result]:
    """A login that the whole internet may try is tried within minutes, and for ever.

    Pass: no interface of the running instance that the internet reaches lets everyone in at SSH, RDP
    or Windows Remote Management. A bastion is no exception: it lets in named addresses alone.
    Fix: close the port in the security group, and log in by Session Manager or an EC2 Instance
    Connect Endpoint.
    Blind spot: a login on another port is found by the checks of security groups; one behind a load
    balancer is not.
    See: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html
    """
    out = not_administered(instance)
    if out:
        yield not_applicable(out)
        return
    paths = Paths(tables=tables, lists=lists, blocks=blocks, exclusions=exclusions)
    closed = True
    for port in exposed_ports(instance, admin_ports, interfaces, groups, paths):
        closed = False
        yield failed(f"lets everyone on the internet in at port {port}").about(
            f"{instance.arn}#{port}"
        )
    if closed:
        yield passed("lets nobody on the internet in at a login port")


@check(Severity.MEDIUM)
def ec2_instance_managed_access_path(
    instance: Instance,
    nodes: Evidence[ManagedNode],
    endpoints: Evidence[ConnectEndpoint],
    verified: Evidence[VerifiedAccessEndpoint],
    instances: Evidence[Instance],
    interfaces: Evidence[NetworkInterface],
    groups: Evidence[SecurityGroup],
    lists: Evidence[PrefixList],
    unit: Unit,
    *,
    bastion_regex: str = BASTION,
) -> Result:
    """When something breaks, whoever is called has to get in by a way that is known and logged.

    Pass: the instance is online in Systems Manager; or an EC2 Instance Connect Endpoint, an endpoint
    of Verified Access or a bastion reaches it at SSH or RDP.
    Fix: turn on Default Host Management Configuration, or make an EC2 Instance Connect Endpoint in
    the VPC.
    Blind spot: agents and VPNs of others, which AWS does not see.
    See: https://docs.aws.amazon.com/systems-manager/latest/userguide/fleet-manager-default-host-management-configuration.html
    """
    out = not_administered(instance) or too_new(instance, unit)
    if not out and is_bastion(instance, bastion_regex):
        out = "is a bastion, and judged as one"
    if out:
        return not_applicable(out)
    ways = Ways(nodes=nodes, endpoints=endpoints, interfaces=interfaces, groups=groups, lists=lists)
    found = first_way(
        (
            partial(ways.by_session, instance),
            partial(ways.by_endpoint, instance, LOGIN_PORTS),
            partial(ways.by_verified_access, instance, LOGIN_PORTS, verified),
            partial(ways.by_bastion, instance, LOGIN_PORTS, instances, bastion_regex),
        )
    )
    if found:
        return passed(found)
    return failed(
        "is reached by no session, endpoint or bastion: nobody gets in, or by a way that is not known"
    )


@check(Severity.HIGH)
def bastion_host_hardened(
    instance: Instance,
    interfaces: Evidence[NetworkInterface],
    groups: Evidence[SecurityGroup],
    lists: Evidence[PrefixList],
    *,
    bastion_regex: str = BASTION,
    admin_ports: tuple[int, ...] = ADMIN_PORTS,
    narrowest_ipv4_prefix: int = 24,
    narrowest_ipv6_prefix: int = 56,
) -> Result:
    """Whoever owns the bastion owns what is behind it, so it does one thing for few.

    Pass: the instance that is called a bastion lets in login ports alone, from other security groups
    or blocks of at least 24 bits (56 of IPv6), and its metadata service asks for a token.
    Fix: name the addresses of those who log in, require IMDSv2, and move other software elsewhere;
    better, replace the bastion by Session Manager.
    See: https://docs.aws.amazon.com/prescriptive-guidance/latest/patterns/access-a-bastion-host-by-using-session-manager-and-amazon-ec2-instance-connect.html
    """
    if not is_bastion(instance, bastion_regex):
        return not_applicable("is no bastion, by its name and tags")
    out = not_administered(instance)
    if out:
        return not_applicable(out)

    def bad(block: str) -> bool:
        network = ip_network(block, strict=False)
        least = narrowest_ipv4_prefix if network.version == 4 else narrowest_ipv6_prefix
        return network.prefixlen < least

    def flaws() -> Iterator[str | Result]:
        if instance.metadata_tokens == "optional":
            yield "its metadata service asks for no token"
        for interface in interfaces_of(instance, interfaces):
            for name in interface.groups:
                for permission in group_named(name, groups).ingress:
                    if any(port not in admin_ports for port in port_range(permission)):
                        yield f"{name} opens {protocol_of(permission)}/{ports_of(permission)}"
                    elif port_range(permission):
                        yield from (
                            f"{name} lets in {block}"
                            for block in _blocks_of(permission, lists)
                            if bad(block)
                        )

    found = list(tried(flaws(), not_seen))
    # What was seen to be bad is bad, whatever else there is.
    seen = dict.fromkeys(each for each in found if isinstance(each, str))
    if seen:
        return failed(f"is a bastion, and {'; '.join(seen)}")
    for hidden in found:
        if isinstance(hidden, Result):
            return hidden
    if not instance.metadata_tokens:
        return unknown(
            Reason.UNDECIDED, "does not say whether its metadata service asks for tokens"
        )
    return passed("is a bastion that lets in few, by login ports alone")


def _blocks_of(permission: Permission, lists: Evidence[PrefixList]) -> Iterator[str]:
    """Yield the blocks that an entry means; those of AWS's own prefix lists are not told."""
    yield from permission.blocks
    for name in permission.prefix_lists:
        yield from prefix_list(name, lists).blocks


@check(Severity.MEDIUM)
def ssm_session_logging_enabled(
    nodes: Evidence[ManagedNode],
    documents: Evidence[SessionDocument],
    unit: Unit,
    *,
    ssm_session_document: str = "SSM-SessionManagerRunShell",
) -> Result:
    """A session that is not logged leaves no trace of what was done in it.

    Pass: the document with Session Manager's preferences names an S3 bucket or a log group, and
    demands that it is encrypted. It is not judged where no instance is online in Systems Manager.
    Fix: set a log group in Session Manager's preferences, encrypted by KMS.
    Blind spot: port forwarding and SSH through Session Manager are never logged.
    See: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-logging.html
    """
    if not any(node.online and ":ec2:" in node.arn for node in nodes):
        return not_applicable("has no instance that is online in Systems Manager")
    place = f"arn:{unit.partition}:ssm:{unit.region}:{unit.account}:document/{ssm_session_document}"
    document = documents.of(place)
    if document is None:
        return failed(f"has no document {ssm_session_document}, so no session is logged")
    logs = {document.bucket: document.bucket_encrypted}
    logs[document.log_group] = document.log_group_encrypted
    named = {name: encrypted for name, encrypted in logs.items() if name}
    encrypted = next((name for name, secure in named.items() if secure), "")
    if encrypted:
        return passed(f"logs sessions to {encrypted}, encrypted").about(place)
    if named:
        told = f"logs sessions to {', '.join(named)}, and does not demand encryption there"
        return no_evidence(told).about(place)
    return failed("logs sessions nowhere").about(place)


# --- Set up SSH access ----------------------------------------------------------------------------


def _no_shell(instance: Instance) -> str:
    """Say why nobody logs in to an instance by SSH, empty where somebody may."""
    return "runs Windows" if instance.windows else not_administered(instance)


@check(Severity.CRITICAL)
def ec2_instance_ssh_not_public(
    instance: Instance,
    interfaces: Evidence[NetworkInterface],
    groups: Evidence[SecurityGroup],
    tables: Evidence[RouteTable],
    lists: Evidence[PrefixList],
    blocks: Evidence[BlockPublicAccess],
    exclusions: Evidence[BlockPublicAccessExclusion],
) -> Result:
    """Port 22 to everyone is one address, or one route, away from the internet.

    Pass: no security group of the instance's interfaces lets a wide source (an IPv4 block of 7 bits or
    fewer, an IPv6 block of 16 bits or fewer, or a customer's prefix list that holds one) reach port 22. The
    prefix list of EC2 Instance Connect is none.
    Fix: remove the entry, and log in by Session Manager or an EC2 Instance Connect Endpoint.
    Blind spot: SSH on another port is found by the checks of security groups.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/connect-linux-inst-eic.html
    """
    out = _no_shell(instance)
    if out:
        return not_applicable(out)
    own = interfaces.about(instance.id, "instance")
    hidden: list[Result] = []
    for interface in interfaces_of(instance, interfaces):
        for name in interface.groups:
            for source in tried(_sources(name, groups, lists), not_seen):
                if isinstance(source, Result):
                    hidden.append(source)
                    continue
                paths = Paths(tables=tables, lists=lists, blocks=blocks, exclusions=exclusions)
                severity, why = _how_bad(own, paths)
                return failed(f"lets {source} reach port 22 by {name}; {why}", severity)
    return hidden[0] if hidden else passed("lets no wide source reach port 22")


def _sources(
    name: str, groups: Evidence[SecurityGroup], lists: Evidence[PrefixList]
) -> Iterator[str | Result]:
    for permission in group_named(name, groups).ingress:
        if hits(permission, SSH) and protocol_of(permission) != "udp":
            yield from wide_sources(permission, lists)


def _how_bad(interfaces: Evidence[NetworkInterface], paths: Paths) -> tuple[Severity, str]:
    found = {
        *tried((paths.exposure(each) for each in interfaces), lambda _: Exposure.NOT_SEEN),
    }
    if Exposure.EXPOSED in found:
        return Severity.CRITICAL, "the internet reaches it"
    if Exposure.NOT_SEEN in found:
        return Severity.HIGH, "whether the internet reaches it was not seen"
    return Severity.HIGH, "the internet does not reach it yet"


@check(Severity.MEDIUM)
def ec2_instance_session_access(
    instance: Instance,
    nodes: Evidence[ManagedNode],
    endpoints: Evidence[ConnectEndpoint],
    interfaces: Evidence[NetworkInterface],
    groups: Evidence[SecurityGroup],
    lists: Evidence[PrefixList],
    unit: Unit,
) -> Result:
    """A session is somebody's, ends, and is logged; a key opens the door to whoever has a copy.

    Pass: the instance is online in Systems Manager, or an EC2 Instance Connect Endpoint reaches its
    port 22.
    Fix: turn on Default Host Management Configuration, or make an EC2 Instance Connect Endpoint in
    the VPC.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/connect-with-ec2-instance-connect-endpoint.html
    """
    out = _no_shell(instance) or too_new(instance, unit)
    if out:
        return not_applicable(out)
    ways = Ways(nodes=nodes, endpoints=endpoints, interfaces=interfaces, groups=groups, lists=lists)
    found = first_way(
        (partial(ways.by_session, instance), partial(ways.by_endpoint, instance, (SSH,)))
    )
    if found:
        return passed(found)
    return failed("is reached by no session and no endpoint: what is left are keys")


@check(Severity.MEDIUM)
def ec2_key_pair_not_shared(
    instances: Evidence[Instance],
    pairs: Evidence[KeyPair],
    nodes: Evidence[ManagedNode],
    unit: Unit,
) -> Iterator[Result]:
    """One key for many machines is one key for many people, and nobody can take it from one of them.

    Pass: an instance was launched without a key pair; or all instances with it belong together (one
    Auto Scaling group, or one name) and are online in Systems Manager, so that nobody needs the key.
    Fix: launch instances without a key pair, and log in by Session Manager.
    Blind spot: only the key of the launch is visible; who added others in the machine is not.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-key-pairs.html
    """
    users: dict[str, list[Instance]] = {}
    for instance in instances:
        if _no_shell(instance):
            continue
        if not instance.key:
            yield passed("was launched without a key pair").about(instance.arn)
        else:
            users.setdefault(instance.key, []).append(instance)
    for name, launched in sorted(users.items()):
        place = f"arn:{unit.partition}:ec2:{unit.region}:{unit.account}:key-pair/{name}"
        for result in tried(_shared(place, launched, pairs, nodes), not_seen):
            yield result.about(place)
    for pair in pairs:
        if pair.name not in users:
            unused = passed("is a key pair that no running instance was launched with")
            yield replace(unused, severity=Severity.INFO).about(pair.arn)


def _shared(
    place: str, users: list[Instance], pairs: Evidence[KeyPair], nodes: Evidence[ManagedNode]
) -> Iterator[Result]:
    def online(instance: Instance) -> bool:
        node = nodes.of(instance.arn)
        return node is not None and node.online

    # Those of which it was not seen are left to the end: two that need the key are enough.
    needing = [each for each in users if not known(partial(online, each), True)]
    purposes = {_purpose(each) for each in needing}
    named = ", ".join(each.id for each in users[:5]) + (", …" if len(users) > 5 else "")
    if len(purposes) > 1:
        yield failed(f"opens {len(needing)} instances that do not belong together ({named})")
    elif pairs.of(place) is None:
        because = f"was deleted, and still opens what was launched with it ({named})"
        yield failed(because, Severity.LOW)
    elif all(map(online, users)) and len({_purpose(each) for each in users}) == 1:
        yield passed(f"is one purpose's alone, and nobody needs it ({named})")
    else:
        yield no_evidence(f"opens {named}; whether one person has it alone is not visible")


def _purpose(instance: Instance) -> str:
    """Return what an instance is for: its group, its name, or nothing but itself."""
    tags = instance.tags
    return tags.get("aws:autoscaling:groupName") or tags.get("Name") or instance.id


@check(Severity.LOW)
def ec2_serial_console_disabled(
    consoles: Evidence[SerialConsole], instances: Evidence[Instance], unit: Unit
) -> Result:
    """The serial console passes by every security group, and logs nothing of what is typed.

    Pass: serial consoles are switched off in the region. It is not judged where no instance with a
    shell runs.
    Fix: disable access to serial consoles, and enable it for the hour in which it is needed.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configure-access-to-serial-console.html
    """
    if all(_no_shell(instance) for instance in instances):
        return not_applicable("runs no instance with a shell")
    if any(console.enabled for console in consoles):
        return failed("lets people use the serial consoles of instances").about(unit.id)
    return passed("keeps serial consoles switched off").about(unit.id)
