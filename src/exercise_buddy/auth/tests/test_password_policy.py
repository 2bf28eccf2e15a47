import random
import string
from typing import Any

import pytest

from exercise_buddy.auth import common_passwords
from exercise_buddy.auth.common_passwords import write_common_passwords
from exercise_buddy.auth.password_policy import PasswordPolicy
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.core.problems import InvalidInput
from exercise_buddy.core.security.bloom_filter import BloomFilter
from tests.support import Client

ANN = {"email": "ann.smith+gym@mail.example.org", "username": "stormcloud", "display_name": "Zwirbeltraud O'Quax"}


async def get_reasons(settings: AuthSettings, password: str, **changed: Any) -> list[str]:
    try:
        await PasswordPolicy(settings).require_acceptable(password, **(ANN | changed))
    except InvalidInput as refused:
        return [error.code for error in refused.errors]
    return []


async def test_random_passwords_of_the_minimum_length_are_accepted(settings: AuthSettings) -> None:
    chance = random.Random(2026)  # noqa: S311  (the same every time)
    alphabet = string.ascii_letters + string.digits + string.punctuation
    drawn = ["".join(chance.choices(alphabet, k=8)) for _ in range(1000)]

    refused = [password for password in ["xK9$vQ2m", *drawn] if await get_reasons(settings, password)]

    assert refused == []


@pytest.mark.parametrize(
    "password",
    [
        "tall giraffes drink slowly",
        "дуже-довгий-пароль",
        "五匹の猫が寝ている",
        "annabelle loves rain",
        "xK9 vQ2m",
        "1984 was a year",
        "93184207",
        "ä" * 4 + "ö9ü#",
    ],
)
async def test_phrases_in_any_language_are_accepted(settings: AuthSettings, password: str) -> None:
    assert await get_reasons(settings, password) == []


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "PASSWORD",
        "Pa55w0rd",
        "P@ssw0rd2026!",
        "passwordpassword",
        "qwertyuiop",
        "1qaz2wsx3edc",
        "iloveyou!!",
        "!!Monkey2026",
        "liverpool1",
        "trustno1",
        "p a s s w o r d",
        "pass\u00adword",
        "monkey monkey",
        ")(*&^%$#@!",
        '!"§$%&/()=',
        "".join(chr(ord(letter) + 0xFEE0) for letter in "password"),
    ],
)
async def test_common_passwords_and_their_variants_are_refused(settings: AuthSettings, password: str) -> None:
    assert "password_too_common" in await get_reasons(settings, password)


@pytest.mark.parametrize(
    "password",
    [
        "ExerciseBuddy2026",
        "3xercise-8uddy",
        "ex3rc1seBuddy",
        "buddy.exercise",
        "ann.smith+gym",
        "AnnSmith1990",
        "ANN_SMITH!!",
        "smithann7",
        "htims.nna",
        "Stormcloud#1",
        "mail.example.org",
        "zwirbeltraud quax",
        "Smith-Stormcloud",
    ],
)
async def test_words_of_the_account_and_of_the_service_are_refused(settings: AuthSettings, password: str) -> None:
    assert "password_contains_context_word" in await get_reasons(settings, password)


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaa",
        "abcabcabcabc",
        "23456789:;",
        "zyxwvuts",
        "🏋" * 8,
        "a       ",
        "0000000000001",
        "xyaaaaaaaaa",
        "abcabcabca1",
        "97531246",
        "!@#$%^&*",
        "19840512",
        "2019-05-12",
        "12.05.1984",
        "05/12/1984 ",
    ],
)
async def test_patterns_are_refused(settings: AuthSettings, password: str) -> None:
    assert "password_repetitive" in await get_reasons(settings, password)


async def test_names_that_are_too_short_to_be_a_word_refuse_nothing(settings: AuthSettings) -> None:
    assert await get_reasons(settings, "xK9$vQ2m", email="x@k.example", username="vq2", display_name="K 9") == []


async def test_the_minimum_length_is_a_setting_and_is_told(settings: AuthSettings) -> None:
    longer = settings.model_copy(update={"password_min_length": 15})

    with pytest.raises(InvalidInput) as refused:
        await PasswordPolicy(longer).require_acceptable("xK9$vQ2mxK9$vQ", **ANN, pointer="/new_password")

    assert [(error.pointer, error.code, error.message) for error in refused.value.errors] == [
        ("/new_password", "string_too_short", "A password has at least 15 characters")
    ]
    assert await get_reasons(longer, "xK9$vQ2mxK9$vQ2") == []


async def test_a_registration_tells_each_reason_without_the_password(client: Client) -> None:
    content = {"email": "monkey@example.com", "password": "monkeymonkey"}

    response = await client.post("/api/v1/auth/register", json=content)

    assert [(error["pointer"], error["code"]) for error in response.json()["errors"]] == [
        ("/password", "password_too_common"),
        ("/password", "password_repetitive"),
        ("/password", "password_contains_context_word"),
    ]
    assert "monkey" not in response.text


def test_the_filter_is_small_and_seldom_wrong() -> None:
    bloom = BloomFilter(common_passwords.FILE.read_bytes(), common_passwords.PASSWORDS + common_passwords.WORDS)
    chance = random.Random(7)  # noqa: S311

    wrong = sum(chance.randbytes(12).hex() in bloom for _ in range(20_000))

    assert wrong == 0
    assert len(bloom.content) == 384 * 1024


def test_the_filter_is_built_from_a_ranked_list(tmp_path: Any) -> None:
    path = tmp_path / "filter"

    number = write_common_passwords(["123456", "Sunshine1", "sunshine1", "abc", "monkey", "first-of-many"], path)

    bloom = BloomFilter(path.read_bytes(), common_passwords.PASSWORDS + common_passwords.WORDS)
    assert number == 3
    assert [text in bloom for text in ("sunshine1", "monkey", "first-of-many", "123456", "abc")] == [True] * 3 + [
        False
    ] * 2
