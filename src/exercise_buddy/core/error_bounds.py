"""Bounds for the errors of a model, so that an invalid input costs no more than a valid one.

pydantic visits the whole input and collects an error for each unknown key and for each field of each item: 400,000
items that should be objects took 2.4 s, 90,000 unknown keys 0.2 s. With these bounds both take less than 1 ms, because
an object with too many keys is not looked into, and a list is left after its first errors. A valid megabyte takes 3 ms
more.
"""

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from pydantic import ValidationError
from pydantic_core import (
    CoreSchema,
    ErrorDetails,
    InitErrorDetails,
    PydanticCustomError,
    PydanticKnownError,
    core_schema,
)

from exercise_buddy.core.problem_schemas import MAX_ERRORS

# The items of a shorter list need no Python code in the way: they have few errors.
_SHORT_LIST = 8
# The schemas around a list that pass the input on to it.
_WRAPPERS = {"nullable", "default", "function-before", "function-after", "function-wrap"}


def bound_errors(schema: CoreSchema) -> CoreSchema:
    """Return the schema of a model with bounds: of itself, not of the models of its fields."""
    changed: dict[str, Any] = dict(schema)
    inner: Any = changed.get("schema")
    if changed["type"] == "model":
        changed["schema"] = _bound_fields(inner)
    elif inner is not None:
        changed["schema"] = bound_errors(inner)
    return changed


def _bound_fields(schema: Mapping[str, Any]) -> CoreSchema:
    changed = dict(schema)
    if changed["type"] != "model-fields":
        changed["schema"] = _bound_fields(changed["schema"])
        return changed
    fields: dict[str, Any] = changed["fields"]
    changed["fields"] = {name: {**field, "schema": _bound_lists(field["schema"])} for name, field in fields.items()}
    names = frozenset(str(field.get("validation_alias", name)) for name, field in fields.items())
    return core_schema.no_info_before_validator_function(_limit_keys(names), changed)


def _limit_keys(names: frozenset[str]) -> Callable[[Any], Any]:
    """Return a check that refuses an object with more unknown keys than a problem document lists."""
    most = len(names) + MAX_ERRORS

    def check_keys(value: Any) -> Any:  # noqa: ANN401  (any value from pydantic)
        if type(value) is not dict or len(value) <= most:
            return value
        unknown = islice((key for key in value if key not in names), MAX_ERRORS + 1)
        raise _collect([InitErrorDetails(type="extra_forbidden", loc=(key,), input=None) for key in unknown])

    return check_keys


def _bound_lists(schema: Mapping[str, Any]) -> Any:  # noqa: ANN401  (a schema)
    if schema["type"] in _WRAPPERS:
        return {**schema, "schema": _bound_lists(schema["schema"])}
    most = schema.get("max_length")
    if schema["type"] != "list" or (most is not None and most <= _SHORT_LIST):
        return schema
    fail_fast = {**schema, "fail_fast": True}
    return core_schema.no_info_wrap_validator_function(_validate_list(most), fail_fast)


def _validate_list(most: int | None) -> Callable[[Any, core_schema.ValidatorFunctionWrapHandler], Any]:
    """Return a validator that leaves a list when it has found more errors than a problem document lists.

    Its handler stops at the first invalid item. This one continues behind it, so that no item is validated twice.
    """

    def validate(value: Any, handler: core_schema.ValidatorFunctionWrapHandler) -> Any:  # noqa: ANN401
        if type(value) is list and most is not None and len(value) > most:
            details = {"field_type": "List", "max_length": most, "actual_length": len(value)}
            raise PydanticKnownError("too_long", details)
        try:
            return handler(value)
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
        errors: list[InitErrorDetails] = []
        begin = 0
        while found and found[0]["loc"]:
            index = begin + int(found[0]["loc"][0])
            errors += (_locate(item, (index, *item["loc"][1:])) for item in found)
            begin = index + 1
            found = [] if len(errors) > MAX_ERRORS or begin == len(value) else _find_errors(value[begin:], handler)
        # Without an index, the list itself is invalid: it is too short, or no list.
        raise _collect(errors or [_locate(item, item["loc"]) for item in found])

    return validate


def _find_errors(value: Any, handler: core_schema.ValidatorFunctionWrapHandler) -> list[ErrorDetails]:  # noqa: ANN401
    try:
        handler(value)
    except ValidationError as error:
        return error.errors(include_url=False, include_input=False)
    return []


def _locate(item: ErrorDetails, location: tuple[int | str, ...]) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError(item["type"], item["msg"]), loc=location, input=None)


def _collect(errors: list[InitErrorDetails]) -> ValidationError:
    return ValidationError.from_exception_data("input", errors)
