"""Web application firewalls: web ACLs, what they hold, and what they stand before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from readiness.evidence import Scope, record


@dataclass(frozen=True, kw_only=True)
class AclRule:
    """One rule of a web ACL or of a rule group."""

    name: str
    #: block, allow, count, captcha, challenge; of a rule group `none` (its rules act) or `count`.
    action: str
    #: Whether it counts requests and acts on those who send too many.
    rate_based: bool = False
    #: A managed rule group, as `vendor/name`; empty where it is none.
    managed: str = ""
    #: The ARN of a rule group of the customer; empty where it is none.
    group: str = ""
    #: What rules of the group do here instead, by their names, e.g. count.
    overrides: Mapping[str, str] = field(default_factory=dict)


@record(Scope.REGION, "association with a web ACL")
class WebAclAssociation:
    """The web ACL of an application load balancer that faces the internet.

    Source: wafv2.GetWebACLForResource.
    """

    #: The load balancer's ARN.
    arn: str
    #: The web ACL's ARN; empty where it has none.
    web_acl: str
    #: The rules in it.
    rules: tuple[AclRule, ...]


@record(Scope.REGION, "web ACL")
class WebAcl:
    """A web ACL of an API's stage or of a GraphQL API. Source: wafv2.GetWebACL."""

    arn: str
    rules: tuple[AclRule, ...]


@record(Scope.ACCOUNT, "web ACL of a distribution")
class EdgeWebAcl:
    """A web ACL of a CloudFront distribution. Source: wafv2.GetWebACL."""

    arn: str
    rules: tuple[AclRule, ...]


@record(Scope.REGION, "rule group")
class RuleGroup:
    """A rule group of the customer that a web ACL refers to. Source: wafv2.GetRuleGroup."""

    arn: str
    rules: tuple[AclRule, ...]


@record(Scope.ACCOUNT, "rule group of a distribution's web ACL")
class EdgeRuleGroup:
    """The same for web ACLs of distributions. Source: wafv2.GetRuleGroup."""

    arn: str
    rules: tuple[AclRule, ...]
