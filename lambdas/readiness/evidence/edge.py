"""The edge of AWS's network: CloudFront and Global Accelerator."""

from __future__ import annotations

from pydantic.dataclasses import dataclass

from readiness.evidence import Scope, record


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What a distribution fetches from."""

    id: str
    #: In lower case.
    domain: str
    #: http-only, https-only or match-viewer; empty for a bucket, which takes what the viewer took.
    protocol: str
    #: The TLS that it may speak with the origin.
    tls: tuple[str, ...]
    #: Whether it lies in a VPC, and its protocol is not in the distribution.
    vpc: bool = False

    @property
    def website(self) -> bool:
        """Whether it is a bucket's website, which speaks no TLS."""
        return ".s3-website" in self.domain


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
    #: What it does with HTTP, of its default behavior and then of the others: allow-all, https-only
    #: or redirect-to-https.
    viewer_policies: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()
    #: The oldest TLS that it speaks, e.g. `TLSv1.2_2021`.
    minimum_tls: str = ""
    #: Whether it has no certificate but CloudFront's own.
    default_certificate: bool = False


@record(Scope.ACCOUNT, "accelerator")
class Accelerator:
    """A standard accelerator of Global Accelerator. Source: globalaccelerator.ListAccelerators."""

    arn: str
    #: The names that it answers to, in lower case.
    dns: tuple[str, ...]
    enabled: bool = True


@record(Scope.ACCOUNT, "accelerator's endpoints")
class AcceleratorEndpoints:
    """Where an accelerator sends requests.

    Source: globalaccelerator.ListListeners, globalaccelerator.ListEndpointGroups.
    """

    #: The accelerator's ARN.
    arn: str
    #: The regions whose endpoints get requests.
    regions: tuple[str, ...]
    #: The accounts whose resources they are, as far as their names tell.
    accounts: tuple[str, ...]
