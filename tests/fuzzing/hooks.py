"""Schemathesis loads this module: formats that it does not know, and checks that know the rules beyond the schema.

A request that follows the schema may be refused, but only for what a schema cannot say: several fields do not fit
together, or what a field refers to does not exist. `_CODES` and `_MESSAGES` list these rules. Any other refusal is a
rule of a single field that the schema should have.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis.core.parameters import ParameterLocation

from exercise_buddy.core.types import EARLIEST, LATEST_DATE, time_zones

BATCH = "sync-apply-operations"
# In the past, and the same whenever the requests are made.
_LATEST = datetime(2026, 11, 1)  # noqa: DTZ001  (in UTC)
_DATES = st.dates(EARLIEST.date(), LATEST_DATE)
_TIMES = st.datetimes(EARLIEST.replace(tzinfo=None), _LATEST).map(lambda moment: moment.isoformat() + "Z")

schemathesis.openapi.format("iana-time-zone", st.sampled_from(sorted(time_zones())))
schemathesis.openapi.format("date", _DATES.map(date.isoformat))
schemathesis.openapi.format("date-time", _TIMES)

_CODES = frozenset(
    {
        # What a field refers to.
        *("cursor", "unknown_exercise", "unknown_routine", "unknown_workout", "unknown_source"),
        *("id_taken", "other_id", "other_length", "incomplete_order"),
        # Fields that do not fit together.
        *(
            "before_from",
            "year_and_period",
            "exercise_and_muscle",
            "of_whole_workouts",
            "too_long",
            "too_many_points",
            "one_chart",
        ),
        *("repeated_id", "repeated_exercise", "same_exercise"),
        # The samples of a trace.
        *("not_ascending", "length", "out_of_bounds", "without_landmarks"),
        # The content of a file, and of texts that contain JSON.
        *("columns", "unknown_column", "column_needed", "column_taken", "column_missing", "mapping", "no_table"),
        *("unit_needed", "time_zone_needed", "date_order_needed", "number_format_needed"),
        *("repeated_name", "unknown_name"),
        # Words that attackers try first.
        *("password_too_common", "password_repetitive", "password_contains_context_word", "password_breached"),
    }
)
_MESSAGES = (
    # Fields that do not fit together.
    "A workout ends after",
    "A workout lasts at most",
    "A workout has at most",
    "An id of your choice needs",
    "Send either",
    "Send at least one of",
    "Name exactly one chart",
    "Exactly one of",
    "A set has either weight_kg or assistance_kg",
    "A set needs at least one of",
    "reps_to needs reps",
    "A judgement names a counted rep",
    "The highest heart rate is at least the average",
    "A trace has either",
    "A linear progression needs an increment",
    "A double progression needs",
    "A progression",
    "Only a linear progression",
    "Only a progression of reps",
    "A routine has at most",
    "The id of `data` is that of the operation",
    "e1rm_kg needs an exercise",
    "weight_kg needs an exercise",
    # Bounds that move with the clock.
    "A date-time lies between",
    "A measurement lies between",
    # A list that changes several times a year.
    "This is not the name of an IANA time zone",
    # What a character may do depends on its neighbours, and \p{L} is not an expression in all languages.
    "Invisible characters",
    "Characters that reverse",
    "A user name has",
    "This is not an e-mail address",
    "This is not a path of the web client",
    # After case folding, and after normalization.
    "A name has at most",
    "A password has at least",
    # A bit within a UUID.
    "UUIDs of version 5",
)
# A signed-in user without limits receives none of these for a request that follows the schema.
_IMPOSSIBLE = frozenset(
    {"malformed-request", "unsupported-media-type", "unauthenticated", "too-many-requests", "unavailable"}
)


def _is_beyond_schema(error: dict[str, Any]) -> bool:
    return error["code"] in _CODES or error["message"].startswith(_MESSAGES)


def _is_missing_link(error: dict[str, Any], case: Any) -> bool:
    """Return whether a parameter in the path is the null of an earlier response, which Schemathesis sends as `None`."""
    return error["code"] == "uuid_parsing" and "None" in map(str, case.path_parameters.values())


def _is_batch(case: Any) -> bool:
    return bool(case.operation.definition.raw.get("operationId") == BATCH)


def _list_errors(response: Any, case: Any) -> Iterator[dict[str, Any]]:
    """Yield the errors of the input: those of a problem, and those of the operations of a batch."""
    if response.status_code == 422:
        yield from response.json().get("errors", ())
    elif response.status_code == 200 and _is_batch(case):
        for item in response.json()["items"]:
            yield from item["errors"]


@schemathesis.check
def single_field_rules_are_documented(_context: Any, response: Any, case: Any) -> None:
    """Fail if a request that follows the schema is refused by a rule that the schema could have."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or response.status_code >= 500:
        return
    undocumented = [
        error
        for error in _list_errors(response, case)
        if not (_is_beyond_schema(error) or _is_missing_link(error, case))
    ]
    assert not undocumented, f"The schema does not have these rules: {undocumented}"
    if response.status_code >= 400:
        slug = response.json()["type"].removeprefix("/problems/")
        assert slug not in _IMPOSSIBLE, f"A request that follows the schema is refused: {slug}"


@schemathesis.check
def invalid_operations_have_no_effect(_context: Any, response: Any, case: Any) -> None:
    """Fail if a batch that does not follow the schema is accepted, and each of its operations, too."""
    meta = case.meta
    # Elsewhere, what does not follow the schema is a header that nobody knows.
    if meta is None or not meta.is_negative_at(ParameterLocation.BODY):
        return
    if response.status_code != 200 or not _is_batch(case):
        return
    assert any(item["outcome"] == "invalid" for item in response.json()["items"]), "All operations are accepted"
