"""The edge of AWS's network: CloudFront and Global Accelerator."""

from __future__ import annotations

from readiness.evidence import Scope, record


@record(Scope.ACCOUNT, "distribution")
class Distribution:
    """A CloudFront distribution. Source: cloudfront.ListDistributions."""

    arn: str
    id: str
    #: Where it is judged: the region in which global services answer.
    region: str
    enabled: bool
    #: The name that CloudFront gave it.
    dns: str
    #: The names that it answers to besides, in lower case.
    aliases: tuple[str, ...]
    #: Whether its names belong to distribution tenants, and stand there.
    tenants: bool
    #: The ARN of its web ACL, or the id of one of WAF Classic; empty where it has none.
    web_acl: str
    #: The names of the origins of each group of them, the first one first.
    origin_groups: tuple[tuple[str, ...], ...] = ()
    #: The errors of servers (5xx) that it answers with a page of its own.
    error_pages: tuple[int, ...] = ()


@record(Scope.ACCOUNT, "accelerator")
class Accelerator:
    """A standard accelerator of Global Accelerator. Source: globalaccelerator.ListAccelerators."""

    arn: str
    #: The names that it answers to, in lower case.
    dns: tuple[str, ...]
