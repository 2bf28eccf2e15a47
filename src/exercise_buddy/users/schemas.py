"""The request and response bodies of users."""

import re
import unicodedata
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from exercise_buddy.core.text import clean_name
from exercise_buddy.core.types import (
    CONTROLS,
    CheckedText,
    Count,
    CreatedAt,
    Documented,
    Input,
    Output,
    SingleLine,
    TimeZone,
    UpdatedAt,
    example,
    unset,
)
from exercise_buddy.users.identifiers import MAX_EMAIL, MAX_USERNAME, normalize_email, normalize_username
from exercise_buddy.users.tables import UnitSystem, Weekday

_NAME_MIDDLE = r"[^\x00-\x2c\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x9f]"
_NAME_END = r"[^\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x9f]"
_LOCALE = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$")
# A host without a user before it, a port, and anything of visible ASCII characters.
_WEB_ADDRESS = re.compile(
    r"^[Hh][Tt][Tt][Pp][Ss]://(?:[A-Za-z0-9._~%-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:[/?#][!-~]*)?$"
)


def _check_web_address(value: str) -> str:
    if not _WEB_ADDRESS.fullmatch(value):
        raise ValueError("This is not an https:// address")
    return value


def _check_locale(value: str) -> str:
    if not _LOCALE.fullmatch(value):
        raise ValueError("This is not a language tag, such as en or pt-BR")
    return value


def _normalize_spelling(value: object) -> object:
    return unicodedata.normalize("NFKC", value.strip()) if isinstance(value, str) else value


Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=MAX_EMAIL),
    # What else an address must be depends on its parts.
    CheckedText(normalize_email, Documented({"pattern": rf"^\s*[^\s@{CONTROLS}]+@[^\s@{CONTROLS}]+\s*$"})),
    Field(description="An e-mail address."),
]
# The length is that of the stored form: blanks around a name, or another spelling of its letters, do not count.
Username = Annotated[
    str,
    Field(max_length=MAX_USERNAME, description="A unique name to sign in with instead of the address."),
    BeforeValidator(_normalize_spelling),
    # No expression that all languages have describes the letters of all scripts.
    CheckedText(normalize_username, Documented({"pattern": rf"^\s*{_NAME_END}(?:{_NAME_MIDDLE}*{_NAME_END})?\s*$"})),
]
DisplayName = Annotated[str, Field(max_length=80, description="The name to show."), SingleLine]
Locale = Annotated[
    str,
    Field(max_length=35, description="A language tag, such as `de-AT`."),
    CheckedText(_check_locale, Documented({"pattern": _LOCALE.pattern})),
]
AvatarUrl = Annotated[
    str,
    Field(max_length=2048, description="The https address of a picture."),
    CheckedText(_check_web_address, Documented({"pattern": _WEB_ADDRESS.pattern})),
]


def parse_email(text: str) -> str | None:
    """Return the normalized e-mail address of a provider's text, or None if it is not valid."""
    try:
        return normalize_email(text)
    except ValueError:
        return None


def parse_display_name(text: str | None) -> str | None:
    """Return a provider's text as a display name, cut to 80 characters, or None if it is blank."""
    # Cut before it is cleaned: the cut may divide an emoji, whose invisible parts are then out of place.
    return unicodedata.normalize("NFC", clean_name((text or "")[:80])) or None


def parse_web_address(text: str | None) -> str | None:
    """Return a provider's text as the address of a picture, or None if it is not a valid https address."""
    try:
        return _check_web_address(text) if text and len(text) <= 2048 else None  # noqa: PLR2004
    except ValueError:
        return None


class ProfileChange(Input):
    """The fields of a profile to update. A field that is left out keeps its value; null clears an optional field."""

    model_config = example({"display_name": "Ann", "time_zone": "Europe/Berlin", "week_starts_on": "monday"})

    username: Username | None = None
    display_name: DisplayName | None = None
    avatar_url: AvatarUrl | None = None
    time_zone: TimeZone = unset()
    week_starts_on: Weekday = unset()
    unit_system: UnitSystem = unset()
    locale: Locale = unset()


class QuotaUsage(Output):
    """What is used of a quota."""

    used: Count = Field(description="What is stored now, in the unit of the quota.")
    limit: Count = Field(description="The most that may be stored.")


class Usage(Output):
    """What is stored in your account, and the most that may be.

    A create beyond a limit receives the problem `quota-exceeded`.
    """

    model_config = example(
        {
            "stored_bytes": {"used": 1_482_310, "limit": 268_435_456},
            "workouts": {"used": 212, "limit": 20_000},
            "body_measurements": {"used": 48, "limit": 20_000},
        }
    )

    stored_bytes: QuotaUsage = Field(description="The space of your data in bytes, as estimated from its content.")
    workouts: QuotaUsage = Field(description="The number of workouts.")
    body_measurements: QuotaUsage = Field(description="The number of body measurements.")


class Profile(Output):
    """The profile of the signed-in user."""

    model_config = example(
        {
            "id": "019c8e1a-5a3c-7c61-9d5e-0b7f3c7f4a01",
            "email": "ann@example.org",
            "email_verified": True,
            "username": "ann",
            "display_name": "Ann",
            "avatar_url": "https://example.org/ann.png",
            "time_zone": "Europe/Berlin",
            "week_starts_on": "monday",
            "unit_system": "metric",
            "locale": "en",
            "created_at": "2026-03-01T09:12:45.120000Z",
            "updated_at": "2026-03-02T17:45:00.000000Z",
        }
    )

    id: UUID = Field(description="The id of the account.")
    email: str = Field(description="The e-mail address.")
    email_verified: bool = Field(description="Whether the owner of the address has confirmed it.")
    username: str | None = Field(description="A unique name to sign in with instead of the address.")
    display_name: str | None = Field(description="The name to show.")
    avatar_url: str | None = Field(description="The https address of a picture.")
    time_zone: str = Field(description="The IANA time zone of the user's days and weeks, such as Europe/Berlin.")
    week_starts_on: Weekday = Field(description="The day that begins a week in statistics.")
    unit_system: UnitSystem
    locale: str = Field(description="The language of the user as a tag, such as `de-AT`.")
    created_at: CreatedAt
    updated_at: UpdatedAt
