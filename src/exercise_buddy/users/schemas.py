"""The request and response bodies of users."""

import re
import unicodedata
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from exercise_buddy.core.text import clean_name
from exercise_buddy.core.types import Input, Output, SingleLine, TimeZone, example, unset
from exercise_buddy.users.identifiers import MAX_EMAIL, MAX_USERNAME, normalize_email, normalize_username
from exercise_buddy.users.tables import UnitSystem, Weekday

_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")


def _check_web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        valid = parts.scheme == "https" and bool(parts.hostname) and not parts.username
    except ValueError:
        valid = False
    if not valid or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("This is not an https:// address")
    return value


def _check_locale(value: str) -> str:
    if not _LOCALE.fullmatch(value):
        raise ValueError("This is not a language tag, such as en or pt-BR")
    return value


def _normalize_spelling(value: object) -> object:
    return unicodedata.normalize("NFKC", value.strip()) if isinstance(value, str) else value


Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_EMAIL), AfterValidator(normalize_email)]
# The length is that of the stored form: blanks around a name, or another spelling of its letters, do not count.
Username = Annotated[
    str, Field(max_length=MAX_USERNAME), BeforeValidator(_normalize_spelling), AfterValidator(normalize_username)
]
DisplayName = Annotated[str, Field(max_length=80), SingleLine]


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
    avatar_url: Annotated[str, Field(max_length=2048), AfterValidator(_check_web_address)] | None = None
    time_zone: TimeZone = unset()
    week_starts_on: Weekday = unset()
    unit_system: UnitSystem = unset()
    locale: Annotated[str, Field(max_length=35), AfterValidator(_check_locale)] = unset()


class QuotaUsage(Output):
    """What is used of a quota."""

    used: int
    limit: int


class Usage(Output):
    """What is stored in your account, and the most that may be.

    A create beyond a limit receives the problem `quota-exceeded`.
    """

    stored_bytes: QuotaUsage = Field(description="The space of your data, as estimated from its content.")
    workouts: QuotaUsage
    body_measurements: QuotaUsage


class Profile(Output):
    """The profile of the signed-in user."""

    id: UUID
    email: str
    email_verified: bool
    username: str | None
    display_name: str | None
    avatar_url: str | None
    time_zone: str
    week_starts_on: Weekday
    unit_system: UnitSystem
    locale: str
    created_at: datetime
    updated_at: datetime
