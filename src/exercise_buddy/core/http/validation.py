"""What pydantic finds wrong, as problems: with JSON pointers and its codes, and without any piece of the input."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError

from exercise_buddy.core.problems import FieldError, InvalidInput

_MAX_MESSAGE = 500

# pydantic puts a piece of the input into the messages of these; what follows the comma stays here.
_TALKATIVE = {"uuid_parsing", "datetime_from_date_parsing", "datetime_parsing", "date_from_datetime_parsing"}


_NO_OBJECT = {"model_type", "model_attributes_type", "dict_type"}


def pointer(path: Iterable[object]) -> str:
    """Write a path of keys and indices as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def from_validation(error: RequestValidationError) -> InvalidInput:
    """Turn FastAPI's list of pydantic errors into ours: codes are pydantic's error types."""
    return InvalidInput(errors=field_errors(error.errors()))


def field_errors(items: Iterable[Mapping[str, Any]]) -> list[FieldError]:
    """Turn pydantic's errors into ours. Each `loc` begins with where the value stood: `body`, `query` and so on."""
    errors = []
    for item in items:
        location, *path = item["loc"]
        code, message = item["type"], str(item["msg"])
        if code == "json_invalid":
            message, path = f"This is not JSON: {item['ctx']['error']}", []
        elif code in _TALKATIVE:
            message = message.partition(",")[0]
        elif code in _NO_OBJECT:
            code, message = "object_type", "This should be a JSON object"
        errors.append(
            FieldError(pointer(path), code, _without_unprintable(message.removeprefix("Value error, ")), str(location))
        )
    return errors


def _without_unprintable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:_MAX_MESSAGE]
