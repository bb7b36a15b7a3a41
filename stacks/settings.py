"""What was decided for this deployment, in cdk.json's context or by `-c key=value`?"""

import difflib
import re
import zoneinfo
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
)


class SettingsError(Exception):
    """The context says something that cannot be deployed."""


def _matches(pattern: str, sentence: str) -> AfterValidator:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(sentence)
        return value

    return AfterValidator(check)


# cdk.json lists every key, so that a reader sees what there is to decide: "" is not decided.
_Undecided = BeforeValidator(lambda value: None if value == "" else value)

Account = Annotated[str, _matches(r"\d{12}", "an account id has twelve digits")]
Address = Annotated[
    str, _matches(r"[^@\s<>]+@[^@\s<>]+\.[a-zA-Z]+", "a bare mail address is name@domain")
]
RoleName = Annotated[
    str,
    _matches(r"[\w+=,.@-]{1,64}", "a role name has at most 64 letters, digits and +=,.@_- signs"),
]


class Settings(BaseModel):
    """The deploy-time decisions; what changes from day to day stands in the pushed configuration."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    hub_account: Annotated[Account | None, _Undecided] = None
    hub_region: Annotated[
        Annotated[str, _matches(r"[a-z]{2}(-[a-z]+)+-\d", "a region looks like eu-central-1")]
        | None,
        _Undecided,
    ] = None
    organization_id: Annotated[
        Annotated[
            str,
            _matches(
                r"o-[a-z0-9]{10,32}", "an organization id is o- and 10 to 32 letters or digits"
            ),
        ]
        | None,
        _Undecided,
    ] = None
    management_account: Annotated[Account | None, _Undecided] = None
    organizational_units: tuple[
        Annotated[
            str,
            _matches(
                r"r-[a-z0-9]{4,32}|ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}",
                "each is an organizational unit (ou-…) or the root (r-…), separated by commas",
            ),
        ],
        ...,
    ] = ()
    member_role_name: RoleName = "readiness-member"
    external_id: Annotated[
        str,
        _matches(
            r"[\w+=,.@:/-]{2,1224}",
            "an external id has 2 to 1,224 letters, digits and +=,.@:/_- signs",
        ),
    ] = "readiness"
    sender: Address = "readiness@example.com"
    alarm_address: Annotated[Address | None, _Undecided] = None
    # Of a GitHub server of one's own; the token goes there and nowhere else.
    github_url: Annotated[
        Annotated[
            str,
            _matches(
                r"https://[^\s/]+(/[^\s?#]*)?",
                "the address of a GitHub server's REST API is https://HOST/api/v3",
            ),
        ]
        | None,
        _Undecided,
    ] = None
    schedule: Annotated[
        str,
        _matches(
            r"([01]\d|2[0-3]):[0-5]\d", "the daily scan starts at a time of day such as 05:00"
        ),
    ] = "05:00"
    time_zone: str = "UTC"
    # Distributed Map runs at most 10,000 children; far below, a new account's 10 Lambdas throttle.
    concurrency: int = Field(default=40, ge=1, le=10_000)
    platform: Literal["arm64", "x86_64", "local"] = "arm64"

    @field_validator("organizational_units", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(filter(None, re.split(r"[,\s]+", value))) if isinstance(value, str) else value

    @field_validator("time_zone")
    @classmethod
    def _known(cls, value: str) -> str:
        known = zoneinfo.available_timezones()
        # A machine without a time-zone database cannot tell; the Scheduler then will.
        if known and value not in known:
            near = difflib.get_close_matches(value, known, n=1)
            hint = f"; the nearest is {near[0]}" if near else ""
            message = f"a time zone is a name such as Europe/Berlin{hint}"
            raise ValueError(message)
        return value


def settings_from(context: Mapping[str, Any]) -> Settings:
    """Read our keys from the context; CDK's own keys have a dash, a colon, a slash or an @."""
    ours = {key: value for key, value in context.items() if re.fullmatch(r"[a-z_]+", key)}
    try:
        return Settings.model_validate(ours)
    except ValidationError as error:
        raise SettingsError("\n".join(_sentences(error))) from error


def _sentences(error: ValidationError) -> list[str]:
    sentences = []
    for problem in error.errors():
        key = str(problem["loc"][0])
        if problem["type"] == "extra_forbidden":
            near = difflib.get_close_matches(key, Settings.model_fields, n=1)
            hint = f"the nearest is {near[0]}" if near else "see cdk.json for those there are"
            sentences.append(f"The context key {key} is not known: {hint}.")
        else:
            why = problem["msg"].removeprefix("Value error, ")
            sentences.append(
                f"The context key {key} is {problem['input']!r}: {why[0].lower()}{why[1:]}."
            )
    return sentences
