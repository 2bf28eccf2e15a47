"""Field types of the input schemas.

They are strict: booleans and strings are not numbers, numbers are not dates. `core.http.routing` has already refused
what no field may contain: NUL bytes, lone surrogates, NaN and numbers beyond 64 bits.
"""

import re
import unicodedata
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from exercise_buddy.core.error_bounds import bound_errors
from exercise_buddy.core.text import has_invisible, is_control, remove_misleading
from exercise_buddy.core.whole_numbers import accept_whole_numbers

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_DATE = date(2199, 12, 31)

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:.*")


class Input(BaseModel):
    """The base of all request bodies: unknown fields are refused, and validation stops after some errors.

    An integer may be written as `5.0`.
    """

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        """Return the schema of the model with bounds for its errors."""
        return bound_errors(accept_whole_numbers(handler(source)))


def example(body: dict[str, Any]) -> ConfigDict:
    """Return the model configuration with the example of a request or response body for OpenAPI."""
    return ConfigDict(json_schema_extra={"examples": [body]})


def has_example(model: type[BaseModel]) -> bool:
    """Return whether a model has an example."""
    return "examples" in (model.model_config.get("json_schema_extra") or {})  # type: ignore[operator]


def example_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return the example of a model, as a part of the example of another one."""
    extra: Any = model.model_config["json_schema_extra"]
    body: dict[str, Any] = extra["examples"][0]
    return body


class Output(BaseModel):
    """The base of all response bodies. Fields have no defaults, so that OpenAPI marks them as required."""

    model_config = ConfigDict(extra="forbid")


NextCursor = Annotated[str | None, Field(description="The `cursor` of the next page. Null on the last page.")]


def unset() -> Any:  # noqa: ANN401  (what pydantic's own Field returns)
    """Return an optional field of a partial update, which must not be null. `model_fields_set` tells what was sent."""
    return Field(default_factory=lambda: None)


@dataclass(frozen=True, slots=True, eq=False)
class Documented:
    """Keywords of the JSON schema of a type whose rules are checked by a function.

    pydantic would check a `pattern` itself, with a message that shows the expression. A pattern accepts all that the
    function accepts: a client may validate with it. It may accept more, where no expression is exact.
    """

    keywords: Mapping[str, Any]

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the JSON schema of the type with the keywords."""
        return {**handler(schema), **self.keywords}


@dataclass(frozen=True, slots=True, eq=False)
class CheckedText:
    """The rule of a type of texts: a function that returns the text to store or raises, and its `Documented`."""

    check: Callable[[str], str]
    documented: Documented

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        """Return the schema of the type with the check."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the JSON schema of the type with the keywords."""
        return self.documented.__get_pydantic_json_schema__(schema, handler)


# --- text --------------------------------------------------------------------------------------------------------

CONTROLS = r"\x00-\x1f\x7f-\x9f"
"""The control characters, in a character class of a pattern."""
_BREAKS = rf"{CONTROLS}\u2028\u2029"
_BLANKS = r"\x20\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
# A character that is not blank, among any that are no line breaks.
_SINGLE_LINE = f"^[^{_BREAKS}]*[^{_BREAKS}{_BLANKS}][^{_BREAKS}]*$"
_SEVERAL_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e]*$"


def _check_single_line(text: str) -> str:
    if any(map(is_control, text)):
        raise ValueError("Control characters and line breaks are not allowed here")
    if has_invisible(text):
        raise ValueError("Invisible characters, such as those that change the direction of text, are not allowed here")
    if not text.strip():
        raise ValueError("This must not be blank")
    # Keyboards differ in how they compose characters: the same name must be stored as the same text.
    return unicodedata.normalize("NFC", text.strip())


def _check_notes(text: str) -> str:
    if any(unicodedata.category(character) == "Cc" and character not in "\n\r\t" for character in text):
        raise ValueError("Control characters other than line breaks and tabs are not allowed here")
    if remove_misleading(text) != text:
        raise ValueError("Characters that reverse the direction of text, and hidden tags, are not allowed here")
    return text


SingleLine = CheckedText(_check_single_line, Documented({"pattern": _SINGLE_LINE}))
"""A `str` of one line without surrounding white space. Set the length with `Field(max_length=…)`."""

MAX_NOTES = 10_000
Notes = Annotated[
    str,
    Field(max_length=MAX_NOTES, description="Notes of several lines."),
    CheckedText(_check_notes, Documented({"pattern": _SEVERAL_LINES})),
]
"""Text of several lines."""


# --- numbers -----------------------------------------------------------------------------------------------------

Count = Annotated[int, Strict(), Field(ge=0)]
"""An integer of at least 0. Set the upper bound with `Field(le=…)`."""

Measure = Annotated[float, Strict(), Field(ge=0, allow_inf_nan=False)]
"""A finite number of at least 0. Set the upper bound with `Field(le=…)`."""

StrictBool = Annotated[bool, Strict()]


# --- time --------------------------------------------------------------------------------------------------------


def _check_date_text(value: Any) -> Any:  # noqa: ANN401  (any value from pydantic)
    if isinstance(value, str) and not _DATE.fullmatch(value):
        raise ValueError("A date is written YYYY-MM-DD")
    if not isinstance(value, str | date) or isinstance(value, datetime):
        raise ValueError("A date is a text, YYYY-MM-DD")  # noqa: TRY004  (pydantic wants ValueError)
    return value


def _check_timestamp_text(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str) and not _DATE_TIME.fullmatch(value):
        raise ValueError("A date-time is written like 2026-03-29T18:30:00+02:00")
    if not isinstance(value, str | datetime):
        raise ValueError("A date-time is a text like 2026-03-29T18:30:00+02:00")  # noqa: TRY004
    return value


def _check_timestamp_range(value: datetime) -> datetime:
    if not EARLIEST <= value <= datetime.now(UTC) + timedelta(days=1):
        raise ValueError("A date-time lies between 1970 and tomorrow")
    return value


Timestamp = Annotated[AwareDatetime, BeforeValidator(_check_timestamp_text), AfterValidator(_check_timestamp_range)]
"""A point in time with a UTC offset, between 1970 and one day from now."""

LocalDate = Annotated[
    date,
    # Directly at the type: then pydantic writes the bounds as dates in its messages.
    Field(ge=EARLIEST.date(), le=LATEST_DATE),
    BeforeValidator(_check_date_text),
    # JSON Schema has no bounds of texts, but the years of these are easy to describe.
    WithJsonSchema(
        {
            "type": "string",
            "format": "date",
            "pattern": r"^(?:19[7-9]|2[01][0-9])[0-9]-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$",
            "description": f"A local day from {EARLIEST.date()} to {LATEST_DATE}.",
        }
    ),
]
"""A calendar day without a time zone, between 1970 and 2199."""

CreatedAt = Annotated[datetime, Field(description="When it was created.")]
UpdatedAt = Annotated[datetime, Field(description="When it was last changed.")]


@cache
def time_zones() -> frozenset[str]:
    """Return the names of all IANA time zones of places, deprecated names included.

    `Factory` means that a machine has no time zone yet.
    """
    return frozenset(resources.files("tzdata").joinpath("zones").read_text().split()) - {"Factory"}


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
    """Return the current name of a time zone, which every PostgreSQL server knows.

    The official image lacks deprecated names such as Asia/Calcutta, which browsers still report.
    """
    links = _zone_links()
    while name in links:
        name = links[name]
    return name


def _check_time_zone(name: str) -> str:
    if name not in time_zones():
        raise ValueError("This is not the name of an IANA time zone, such as Europe/Berlin")
    return name


TimeZone = Annotated[
    str,
    Field(max_length=64, description="An IANA time zone, such as Europe/Berlin."),
    # The names change several times a year. What they are made of does not.
    CheckedText(
        _check_time_zone,
        Documented({"format": "iana-time-zone", "pattern": "^[A-Z][A-Za-z0-9_+-]*(?:/[A-Z][A-Za-z0-9_+-]*){0,2}$"}),
    ),
]
"""The name of an IANA time zone."""


@cache
def zone(name: str) -> zoneinfo.ZoneInfo:
    """Return the rules of a time zone whose name `TimeZone` has accepted.

    They come from the package, not from the machine: a local day must not depend on where it is computed.
    """
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return zoneinfo.ZoneInfo.from_file(rules, key=name)


def local_date(timestamp: datetime, time_zone: str) -> date:
    """Return the calendar day of `timestamp` (aware) in `time_zone` (an IANA name)."""
    return timestamp.astimezone(zone(time_zone)).date()
