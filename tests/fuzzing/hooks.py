"""Schemathesis loads this module: a check that the OpenAPI document has each rule of a single field.

A request that follows the schema may be refused, but only for what a schema cannot say: several fields do not fit
together, or a resource does not exist. `BEYOND_SCHEMA` lists these rules.
"""

from typing import Any

import schemathesis

# The codes of errors about what the request refers to.
_REFERENCES = frozenset({"cursor", "unknown_exercise", "unknown_routine", "unknown_workout", "unknown_source"})
# The beginnings of messages about fields that do not fit together, and about values whose form no pattern describes.
BEYOND_SCHEMA = (
    "A workout ends after",
    "A workout lasts at most",
    "A workout has at most",
    "An id of your choice needs",
    "Send either",
    "Name exactly one chart",
    "Exactly one of",
    "A date-time lies between",
    "This is not the name of an IANA time zone",
    "This should have",
    "Control characters",
    "Invisible characters",
    "Characters that reverse",
    "This must not be blank",
)
# Problems about the state of the account, or about the content of files and traces.
_STATES = frozenset({400, 401, 403, 404, 409, 412, 413, 415, 428, 429, 503})


def _is_beyond_schema(error: dict[str, Any]) -> bool:
    return error.get("code") in _REFERENCES or error.get("message", "").startswith(BEYOND_SCHEMA)


@schemathesis.check  # type: ignore[untyped-decorator]
def single_field_rules_are_documented(_context: Any, response: Any, case: Any) -> None:
    """Fail if a request that follows the schema is refused by a rule that the schema could have."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or response.status_code in _STATES:
        return
    if response.status_code < 400:
        return
    problem = response.json()
    errors = problem.get("errors", [])
    if problem.get("type") != "/problems/invalid-input":
        return
    undocumented = [error for error in errors if not _is_beyond_schema(error)]
    assert not undocumented, f"The schema does not have these rules: {undocumented}"
