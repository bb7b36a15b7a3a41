"""What the plan sees of an organization's accounts."""

from __future__ import annotations

from typing import Any

from readiness.evidence import Evidence
from readiness.evidence.places import OperationsContact
from tests.probes.looking import DENIED, Answer, answering, refused, seen
from tests.rows import ACCOUNT

LIST, TAGS = "organizations.list_accounts", "organizations.list_tags_for_resource"
CONTACT = "account.get_alternate_contact"
NONE = {"service_error_code": "ResourceNotFoundException", "http_status_code": 404}


def arn(account: str) -> str:
    return f"arn:aws:organizations::{ACCOUNT}:account/o-1/{account}"


def account(number: str, state: str = "ACTIVE") -> dict[str, Any]:
    return {"Id": number, "Arn": arn(number), "State": state}


def asked(**named: str) -> dict[str, str]:
    return {"AlternateContactType": "OPERATIONS", **named}


def contact(address: str) -> dict[str, Any]:
    return {"AlternateContact": {"EmailAddress": address, "Name": "Ada"}}


def test_contacts_are_asked_of_accounts_whose_tags_hold_no_address() -> None:
    numbers = (ACCOUNT, "222233334444", "333344445555", "444455556666", "555566667777")
    tagged = {"Tags": [{"Key": "Owner", "Value": "ada@example.com"}]}
    with answering(
        Answer(LIST, {"Accounts": [*map(account, numbers), account("666677778888", "SUSPENDED")]}),
        *(Answer(TAGS, tagged if each == numbers[1] else {"Tags": []}) for each in numbers),
        # The management account names itself by naming nobody.
        Answer(CONTACT, contact("root@example.com"), asked=asked()),
        Answer(CONTACT, contact("ops@example.com"), asked=asked(AccountId=numbers[2])),
        Answer(CONTACT, error=NONE, asked=asked(AccountId=numbers[3])),
        Answer(CONTACT, error=DENIED, asked=asked(AccountId=numbers[4])),
    ) as connection:
        found = seen(connection, OperationsContact)

    assert found == Evidence(
        (
            OperationsContact(arn=arn(ACCOUNT), address="root@example.com"),
            OperationsContact(arn=arn(numbers[2]), address="ops@example.com"),
        ),
        (refused("account:GetAlternateContact", resource=arn(numbers[4])),),
    )
