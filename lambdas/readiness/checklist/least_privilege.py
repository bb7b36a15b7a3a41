"""Which principals may do more than they need?

Before service control and resource control policies, which the account does not show.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from readiness.checklist.iam import (
    RESERVED_PATH,
    Principal,
    Rights,
    rights_of,
    wildcards,
)
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    counted,
    failed,
    not_applicable,
    passed,
    unknown,
)
from readiness.evidence import Evidence, Reason, Scope
from readiness.evidence.escalations import ESCALATIONS_FROM
from readiness.evidence.rights import (
    IamGroup,
    IamRole,
    IamUser,
    ManagedPolicy,
    UnusedAccess,
    UnusedAccessAnalyzer,
)

#: Who may be administrator: roles by which AWS itself, or the organization, reaches an account.
ADMINISTRATORS = (
    "AWSServiceRole*",
    "AWSReservedSSO_*",
    "OrganizationAccountAccessRole",
    "AWSControlTowerExecution",
    "cdk-*-cfn-exec-role-*",
)
#: Names that say little without the path that only AWS can write to.
_PATHS = {"AWSServiceRole*": "/aws-service-role/", "AWSReservedSSO_*": RESERVED_PATH}
_CDK = "cdk-*-cfn-exec-role-*"
_CLOUDFORMATION = ("cloudformation.amazonaws.com",)


def _may_administer(principal: Principal, admin_allow_list: Iterable[str]) -> str:
    """Return the pattern that allows a principal to be administrator, empty where none does."""
    for pattern in admin_allow_list:
        if not fnmatchcase(principal.name, pattern):
            continue
        # Those are roles; a user of the same name is somebody's.
        if pattern in ADMINISTRATORS and not isinstance(principal, IamRole):
            continue
        path = principal.path if isinstance(principal, IamRole) else ""
        if pattern in _PATHS and not path.startswith(_PATHS[pattern]):
            continue
        if pattern == _CDK and not _only_by_cloudformation(principal):
            continue
        return pattern
    return ""


def _only_by_cloudformation(principal: Principal) -> bool:
    return isinstance(principal, IamRole) and all(
        trust.services == _CLOUDFORMATION and not trust.principals and not trust.providers
        for trust in principal.trusts
    )


def _unlisted(rights: Rights) -> Result:
    names = ", ".join(rights.missing)
    return unknown(Reason.UNDECIDED, f"has {names}, which the account does not list")


@check(Severity.HIGH)
def iam_policy_no_admin_equivalent(
    principal: IamUser | IamGroup | IamRole,
    policies: Evidence[ManagedPolicy],
    groups: Evidence[IamGroup],
    *,
    admin_allow_list: tuple[str, ...] = ADMINISTRATORS,
) -> Iterator[Result]:
    """Whoever gets hold of an administrator's session gets hold of the account.

    Pass: no policy of a user, of its groups, of a group or of a role allows all actions on all
    resources, or all but a few that leave writes to IAM, after explicit denies and within the
    permissions boundary. A condition on who calls, when or from where narrows nothing. AWS's own
    AdministratorAccess and IAMFullAccess count, PowerUserAccess as medium. Who is named in
    `admin_allow_list` is listed and does not count; CDK's execution role only where nothing but
    CloudFormation may assume it.
    Fix: replace the policy by one with the actions that are used; Access Analyzer generates it.
    Blind spot: before service control policies, which the account does not show. A Deny with a
    condition, or of single resources, is not taken into account.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
    """
    rights = rights_of(principal, policies, groups)
    allowed = _may_administer(principal, admin_allow_list)
    sound = not rights.missing
    for policy in rights.policies:
        if rights.administers(policy):
            because, severity = f"is an administrator by {policy.words}", None
        elif rights.powers(policy):
            because, severity = f"may do everything but IAM, by {policy.words}", Severity.MEDIUM
        else:
            continue
        sound = False
        found = failed(f"{because} (before SCP)", severity)
        if allowed:
            found = replace(passed(f"{because}, as {allowed} allows"), severity=Severity.INFO)
        yield found.about(f"{principal.arn}#{policy.label}")
    if rights.missing:
        yield _unlisted(rights)
    elif sound and allowed in _PATHS:
        yield not_applicable("is kept by AWS")
    elif sound:
        yield passed("is no administrator by any of its policies (before SCP)")


@check(Severity.HIGH)
def iam_policy_no_privilege_escalation(
    principal: IamUser | IamRole,
    policies: Evidence[ManagedPolicy],
    groups: Evidence[IamGroup],
    unit: Unit,
    *,
    admin_allow_list: tuple[str, ...] = ADMINISTRATORS,
) -> Iterator[Result]:
    """Some actions together are as good as an administrator's policy: they let one write it.

    Pass: what a user (with its groups) or a role may do on all resources, less what is denied and
    within the permissions boundary, completes none of the known sets of actions. `iam:PassRole`
    does not count where it is limited to certain roles or by `iam:PassedToService`. The list of
    sets has a date; a year after it nothing passes by it any more.
    Fix: limit the action to the resources that are needed, or set a permissions boundary.
    Blind spot: actions that are allowed on single resources, resource policies and chains of roles
    are not followed; a path that nobody has published is not known.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    if _may_administer(principal, admin_allow_list):
        yield not_applicable("may be an administrator, and has nothing left to gain")
        return
    rights = rights_of(principal, policies, groups)
    if any(map(rights.administers, rights.policies)):
        yield failed("is an administrator, and so can take every path (before SCP)")
        return
    sound = True
    for name in rights.escalations:
        sound = False
        yield failed(f"can gain rights by {name} (before SCP)").about(f"{principal.arn}#{name}")
    old = ESCALATIONS_FROM.too_old(unit.now)
    if rights.missing:
        yield _unlisted(rights)
    elif sound and old:
        yield unknown(Reason.UNDECIDED, f"takes no path that was known, and {old}")
    elif sound:
        known = ESCALATIONS_FROM.looked_up
        yield passed(f"completes no path known on {known} (before SCP)")


@check(Severity.LOW)
def iam_policy_no_service_wildcard(
    policies: Evidence[ManagedPolicy],
    principals: Evidence[IamUser | IamGroup | IamRole],
    unit: Unit,
) -> Iterator[Result]:
    """A wildcard grows by itself: with every action that AWS adds to a service.

    Pass: no customer-managed policy that is attached, and no inline policy, allows all actions of a
    service on all of its resources, whatever the condition; all actions but a few count as well. A
    policy that is attached to nothing is listed and does not count.
    Fix: name the actions that are used; the last accessed information of IAM shows them.
    Blind spot: AWS's own policies are not judged, nor what service roles of Identity Center carry.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
    """
    attached: set[str] = set()
    for principal in principals:
        attached.update(principal.attached)
        if isinstance(principal, IamRole) and principal.path.startswith(RESERVED_PATH):
            continue
        for inline in principal.inline:
            name = f"{principal.arn}#{inline.name}"
            yield _wildcard(wildcards(inline.statements)).about(name)
    for policy in policies:
        if f":{unit.account}:" in policy.arn:
            found = _wildcard(wildcards(policy.statements))
            if policy.arn not in attached:
                found = replace(found, severity=Severity.INFO)
            yield found.about(policy.arn)


def _wildcard(found: Iterable[str]) -> Result:
    names = ", ".join(dict.fromkeys(found))
    if names:
        return failed(f"allows {names} on all resources")
    return passed("allows no whole service on all resources")


#: For how many days IAM remembers that a role was used.
_REMEMBERED = 400


@check(Severity.MEDIUM, scope=Scope.ACCOUNT)
def iam_access_unused(
    role: IamRole,
    analyzers: Evidence[UnusedAccessAnalyzer],
    findings: Evidence[UnusedAccess],
    unit: Unit,
    *,
    role_unused_days: int = 90,
    standby_tag: str = "disaster-recovery",
) -> Iterator[Result]:
    """A role that nobody uses is missed by nobody when somebody else uses it.

    Pass: the role was used within 90 days or is younger than that, and no analyzer of unused access
    has an active finding about it. Permissions that an analyzer finds unused are low. A role with
    the tag `disaster-recovery` (`standby_tag`) waits by design.
    Fix: delete the role, or remove the permissions that are not used.
    Blind spot: IAM remembers 400 days, and not the first weeks of a new region; an organization's
    analyzer is read in the account that owns it alone.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
    """
    if role.path.startswith(RESERVED_PATH):
        yield not_applicable("is kept by Identity Center")
        return
    if standby_tag.lower() in {tag.lower() for tag in role.tags}:
        yield not_applicable(f"waits for a disaster, by its tag {standby_tag}")
        return
    last = role.used or role.created
    days = unit.age_days(last)
    age = counted(round(days), "day")
    known = f"was last used {age} ago" if role.used else f"is {age} old"
    if days > role_unused_days:
        remembered = (
            f"{age} since it was made" if days <= _REMEMBERED else f"last {_REMEMBERED} days"
        )
        yield failed(known if role.used else f"was not used in the {remembered}")
        return
    about = list(findings.about(role.arn, "role"))
    unused = any(each.type == "UnusedIAMRole" for each in about)
    # Without an analyzer there are no findings; one that was not seen may have some.
    watched = sum(1 for _ in analyzers)
    if unused:
        yield failed("is unused, as Access Analyzer finds")
        return
    if about:
        because = "has permissions that are not used, as Access Analyzer finds"
        yield failed(because, Severity.LOW).about(f"{role.arn}#permissions")
    yield passed(known + (", and Access Analyzer finds nothing unused" if watched else ""))
