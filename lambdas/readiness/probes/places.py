"""Look for accounts and regions."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence import Evidence, Gap
from readiness.evidence.places import (
    AccountTags,
    EnabledRegion,
    OperationsContact,
    OrganizationAccount,
)
from readiness.probes import probe
from readiness.probes.aws import Aws, tags_of


@probe(OrganizationAccount, "organizations.list_accounts")
def organization_accounts(aws: Aws) -> Iterator[OrganizationAccount]:
    for each in aws.pages("organizations.list_accounts", "Accounts"):
        yield OrganizationAccount(
            arn=each["Arn"],
            id=each["Id"],
            name=each.get("Name", ""),
            email=each.get("Email", ""),
            # State replaces Status, which AWS retired in September 2026.
            state=each.get("State") or each["Status"],
            paths=tuple(each.get("Paths") or ()),
        )


@probe(AccountTags, "organizations.list_tags_for_resource")
def account_tags(aws: Aws, accounts: Evidence[OrganizationAccount]) -> Iterator[AccountTags | Gap]:
    def look(account: OrganizationAccount) -> Iterator[AccountTags]:
        tags = aws.pages("organizations.list_tags_for_resource", "Tags", ResourceId=account.id)
        yield AccountTags(arn=account.arn, tags=tags_of({"Tags": tags}))

    yield from aws.each((each for each in accounts if each.state == "ACTIVE"), look)


@probe(OperationsContact, "account.get_alternate_contact")
def operations_contacts(
    aws: Aws, accounts: Evidence[OrganizationAccount], tags: Evidence[AccountTags]
) -> Iterator[OperationsContact | Gap]:
    """Look where no tag holds an address: a contact is the last that is asked for an owner."""
    tagged = {each.arn for each in tags.seen if any("@" in value for value in each.tags.values())}

    def look(account: OrganizationAccount) -> Iterator[OperationsContact]:
        answer = aws.call(
            "account.get_alternate_contact",
            AlternateContactType="OPERATIONS",
            # The management account names itself by naming nobody.
            **({} if account.id == aws.account else {"AccountId": account.id}),
            absent=("ResourceNotFoundException",),
        )
        address = (answer or {}).get("AlternateContact", {}).get("EmailAddress")
        if address:
            yield OperationsContact(arn=account.arn, address=address)

    asked = (each for each in accounts if each.state == "ACTIVE" and each.arn not in tagged)
    yield from aws.each(asked, look)


@probe(EnabledRegion, "ec2.describe_regions")
def enabled_regions(aws: Aws) -> Iterator[EnabledRegion]:
    # AllRegions is off: only regions that need no opt-in or were opted in.
    for each in aws.get("ec2.describe_regions")["Regions"]:
        name = each["RegionName"]
        yield EnabledRegion(arn=aws.arn("account", f"region/{name}", region=""), name=name)
