"""What users sends and receives."""

import re
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field

from exercise_buddy.core.types import Input, Output, SingleLine, TimeZone, unset
from exercise_buddy.users.tables import UnitSystem, Weekday

_USERNAME = re.compile(r"[^\W_][\w.-]{1,30}[^\W_]")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")


def _email(value: str) -> str:
    try:
        return validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError:
        raise ValueError("This is not an e-mail address") from None


def _username(value: str) -> str:
    if not _USERNAME.fullmatch(value):
        raise ValueError(
            "A user name has 3 to 32 letters, digits, dots, hyphens or underscores, and begins and ends "
            "with a letter or digit"
        )
    return value


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        valid = parts.scheme == "https" and bool(parts.hostname) and not parts.username
    except ValueError:
        valid = False
    if not valid or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("This is not an https:// address")
    return value


def _locale(value: str) -> str:
    if not _LOCALE.fullmatch(value):
        raise ValueError("This is not a language tag, such as en or pt-BR")
    return value


Email = Annotated[str, Field(max_length=254), AfterValidator(_email)]
Username = Annotated[str, Field(max_length=32), AfterValidator(_username)]
DisplayName = Annotated[str, Field(max_length=80), SingleLine]


def email_of(text: str) -> str | None:
    """Give a text from somewhere else as an e-mail address, or None if it is none."""
    try:
        return _email(text) if len(text) <= 254 else None  # noqa: PLR2004
    except ValueError:
        return None


def display_name_of(text: str | None) -> str | None:
    """Give a text from somewhere else as the name of a person, cut if it is too long, or None if there is none."""
    return (text or "")[:80].strip() or None


def web_address_of(text: str | None) -> str | None:
    """Give a text from somewhere else as the address of a picture, or None if it is none."""
    try:
        return _web_address(text) if text and len(text) <= 2048 else None  # noqa: PLR2004
    except ValueError:
        return None


class ProfileChange(Input):
    """What to change of a profile. A field that is left out stays; null empties one that may be empty."""

    username: Username | None = None
    display_name: DisplayName | None = None
    avatar_url: Annotated[str, Field(max_length=2048), AfterValidator(_web_address)] | None = None
    time_zone: TimeZone = unset()
    week_starts_on: Weekday = unset()
    unit_system: UnitSystem = unset()
    locale: Annotated[str, Field(max_length=35), AfterValidator(_locale)] = unset()


class Profile(Output):
    """A user, as the user sees it."""

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
