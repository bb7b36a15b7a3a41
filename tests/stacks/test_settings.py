from typing import Any

import pytest

from stacks.settings import Settings, SettingsError, settings_from


@pytest.mark.parametrize(
    ("context", "sentence"),
    [
        (
            {"hub_account": "12"},
            "The context key hub_account is '12': an account id has twelve digits.",
        ),
        (
            {"hub_region": "Frankfurt"},
            "The context key hub_region is 'Frankfurt': a region looks like eu-central-1.",
        ),
        (
            {"organization_id": "acme"},
            "The context key organization_id is 'acme': "
            "an organization id is o- and 10 to 32 letters or digits.",
        ),
        (
            {"organizational_units": "r-abcd,finance"},
            "The context key organizational_units is 'finance': each is an organizational unit "
            "(ou-…) or the root (r-…), separated by commas.",
        ),
        (
            {"sender": "Readiness <readiness@example.com>"},
            "The context key sender is 'Readiness <readiness@example.com>': "
            "a bare mail address is name@domain.",
        ),
        (
            {"schedule": "rate(1 day)"},
            "The context key schedule is 'rate(1 day)': "
            "the daily scan starts at a time of day such as 05:00.",
        ),
        (
            {"time_zone": "Europe/Berln"},
            "The context key time_zone is 'Europe/Berln': "
            "a time zone is a name such as Europe/Berlin; the nearest is Europe/Berlin.",
        ),
        (
            {"concurrency": "0"},
            "The context key concurrency is '0': input should be greater than or equal to 1.",
        ),
        (
            {"platform": "windows"},
            "The context key platform is 'windows': input should be 'arm64', 'x86_64' or 'local'.",
        ),
        (
            {"platfrom": "local"},
            "The context key platfrom is not known: the nearest is platform.",
        ),
        (
            {"colour": "blue"},
            "The context key colour is not known: see cdk.json for those there are.",
        ),
    ],
)
def test_a_wrong_context_is_told_in_a_sentence(context: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError) as error:
        settings_from(context)

    assert str(error.value) == sentence


def test_each_wrong_key_has_its_sentence() -> None:
    with pytest.raises(SettingsError) as error:
        settings_from({"hub_account": "12", "platfrom": "local"})

    assert len(str(error.value).splitlines()) == 2


def test_an_empty_text_is_not_decided() -> None:
    assert settings_from({"hub_account": "", "organization_id": ""}) == Settings()


def test_the_command_line_says_numbers_and_lists_as_text() -> None:
    settings = settings_from(
        {"concurrency": "5", "organizational_units": "r-abcd, ou-abcd-12345678"}
    )

    assert settings.concurrency == 5
    assert settings.organizational_units == ("r-abcd", "ou-abcd-12345678")


def test_an_account_may_be_written_as_a_number() -> None:
    assert settings_from({"hub_account": 111122223333}).hub_account == "111122223333"


def test_cdks_own_keys_are_left_alone() -> None:
    context = {"@aws-cdk/aws-iam:minimizePolicies": True, "aws:cdk:bundling-stacks": ["**"]}

    assert settings_from(context) == Settings()
