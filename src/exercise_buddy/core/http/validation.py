"""Conversion of pydantic's errors to field errors: JSON pointers, pydantic's codes, and no part of the input."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from fastapi.exceptions import RequestValidationError

from exercise_buddy.core.problem_schemas import MAX_ERRORS
from exercise_buddy.core.problems import FieldError, InvalidInput

_MAX_MESSAGE = 500

# The messages of these errors quote the input after a comma; that part is removed.
_QUOTES_INPUT = {"uuid_parsing", "datetime_from_date_parsing", "datetime_parsing", "date_from_datetime_parsing"}


_OBJECT_EXPECTED = {"model_type", "model_attributes_type", "dict_type"}


def pointer(path: Iterable[object]) -> str:
    """Return a path of keys and indices as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def from_validation(error: RequestValidationError) -> InvalidInput:
    """Return the problem for a validation error of FastAPI. Codes are pydantic's error types."""
    return InvalidInput(errors=field_errors(error.errors()))


def field_errors(items: Iterable[Mapping[str, Any]]) -> list[FieldError]:
    """Return the first of pydantic's errors as field errors, and one more than a problem document lists.

    Each `loc` begins with the location: `body`, `query` and so on.
    """
    errors = []
    for item in islice(items, MAX_ERRORS + 1):
        location, *path = item["loc"]
        code, message = item["type"], str(item["msg"])
        if code == "json_invalid":
            message, path = f"This is not valid JSON: {item['ctx']['error']}", []
        elif code in _QUOTES_INPUT:
            message = message.partition(",")[0]
        elif code in _OBJECT_EXPECTED:
            code, message = "object_type", "This should be a JSON object"
        errors.append(
            FieldError(pointer(path), code, _without_unprintable(message.removeprefix("Value error, ")), str(location))
        )
    return errors


def _without_unprintable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:_MAX_MESSAGE]
