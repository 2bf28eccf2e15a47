"""The kinds of values that input schemas are made of.

Strict where JSON is sloppy: a boolean or a string is no number, a number is no date. What no field may hold, whatever
its type (a NUL byte, a lone surrogate, NaN, a number beyond 64 bits), `core.http.routing` has refused before.
"""

import re
import unicodedata
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, Strict

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_DATE = date(2199, 12, 31)

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:.*")


class Input(BaseModel):
    """The base of everything that a client sends as JSON: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    """The base of everything that a client receives. No defaults, so that OpenAPI marks each field required."""

    model_config = ConfigDict(extra="forbid")


def unset() -> Any:  # noqa: ANN401  (what pydantic's own Field returns)
    """Make a field of a partial change that may be left out, but not null. `model_fields_set` tells which were sent."""
    return Field(default_factory=lambda: None)


# --- text --------------------------------------------------------------------------------------------------------


def _one_line(text: str) -> str:
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in text):
        raise ValueError("Control characters and line breaks are not allowed here")
    if not text.strip():
        raise ValueError("This must not be blank")
    # Typed on two keyboards, the same name must be the same text.
    return unicodedata.normalize("NFC", text.strip())


def _many_lines(text: str) -> str:
    if any(unicodedata.category(character) == "Cc" and character not in "\n\r\t" for character in text):
        raise ValueError("Control characters other than line breaks and tabs are not allowed here")
    return text


SingleLine = AfterValidator(_one_line)
"""Marks a `str` of one line; surrounding white space is dropped. Give the length by `Field(max_length=…)`."""

MAX_NOTES = 10_000
Notes = Annotated[str, Field(max_length=MAX_NOTES), AfterValidator(_many_lines)]
"""Free text of many lines."""


# --- numbers -----------------------------------------------------------------------------------------------------

Count = Annotated[int, Strict(), Field(ge=0)]
"""A whole number, 0 or more. Give the upper bound by `Field(le=…)`."""

Measure = Annotated[float, Strict(), Field(ge=0, allow_inf_nan=False)]
"""A finite number, 0 or more. Give the upper bound by `Field(le=…)`."""

StrictBool = Annotated[bool, Strict()]


# --- time --------------------------------------------------------------------------------------------------------


def _date_text(value: Any) -> Any:  # noqa: ANN401  (what pydantic hands over)
    if isinstance(value, str) and not _DATE.fullmatch(value):
        raise ValueError("A date is written YYYY-MM-DD")
    if not isinstance(value, str | date) or isinstance(value, datetime):
        raise ValueError("A date is a text, YYYY-MM-DD")  # noqa: TRY004  (pydantic wants ValueError)
    return value


def _moment_text(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str) and not _DATE_TIME.fullmatch(value):
        raise ValueError("A date-time is written like 2026-03-29T18:30:00+02:00")
    if not isinstance(value, str | datetime):
        raise ValueError("A date-time is a text like 2026-03-29T18:30:00+02:00")  # noqa: TRY004
    return value


def _in_our_time(value: datetime) -> datetime:
    if not EARLIEST <= value <= datetime.now(UTC) + timedelta(days=1):
        raise ValueError("A date-time lies between 1970 and tomorrow")
    return value


Timestamp = Annotated[AwareDatetime, BeforeValidator(_moment_text), AfterValidator(_in_our_time)]
"""A point in time, with its offset from UTC, from 1970 to a day ahead of now."""

LocalDate = Annotated[date, BeforeValidator(_date_text), Field(ge=EARLIEST.date(), le=LATEST_DATE)]
"""A calendar day, without a time zone, from 1970 to 2199."""


@cache
def time_zones() -> frozenset[str]:
    """Give the names of all IANA time zones, those of old among them."""
    return frozenset(resources.files("tzdata").joinpath("zones").read_text().split())


# Links since release 2024b of the tz database, which `tzdata` still carries as zones.
_LATER_LINKS = {
    "CST6CDT": "America/Chicago",
    "EST5EDT": "America/New_York",
    "MST7MDT": "America/Denver",
    "PST8PDT": "America/Los_Angeles",
}


@cache
def _zone_links() -> dict[str, str]:
    lines = resources.files("tzdata").joinpath("zoneinfo", "tzdata.zi").read_text().splitlines()
    links = (line.split() for line in lines if line.startswith("L "))
    return _LATER_LINKS | {name: target for _, target, name in links}


def canonical_zone(name: str) -> str:
    """Give the name that PostgreSQL knows a time zone by, whatever server it is.

    The official image has no names of old, such as Asia/Calcutta, which browsers still report.
    """
    links = _zone_links()
    while name in links:
        name = links[name]
    return name


def _known_zone(name: str) -> str:
    if name not in time_zones():
        raise ValueError("This is not the name of an IANA time zone, such as Europe/Berlin")
    return name


TimeZone = Annotated[str, Field(max_length=64), AfterValidator(_known_zone)]
"""The name of an IANA time zone."""


@cache
def zone(name: str) -> zoneinfo.ZoneInfo:
    """Give the rules of a time zone, by a name that `TimeZone` has let through.

    Always those of the package: a machine's own may be older, and a day must not depend on where it is computed.
    """
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return zoneinfo.ZoneInfo.from_file(rules, key=name)


def local_date(moment: datetime, time_zone: str) -> date:
    """Give the calendar day on which `moment` (aware) falls in `time_zone` (an IANA name)."""
    return moment.astimezone(zone(time_zone)).date()
