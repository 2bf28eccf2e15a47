"""The work for an invalid body is bounded by what the answer holds: counted in errors, never in seconds."""

import json
from typing import Annotated

import pytest
from pydantic import AfterValidator, BaseModel, Field, ValidationError

from exercise_buddy.core.problem_schemas import MAX_ERRORS
from exercise_buddy.core.types import Input

seen: list[int] = []


def _record(value: int) -> int:
    seen.append(value)
    return value


class Item(Input):
    size: Annotated[int, AfterValidator(_record), Field(ge=0)]


class Box(Input):
    name: str = ""
    items: list[Item] = Field(default_factory=list, min_length=1, max_length=10_000)


@pytest.fixture(autouse=True)
def _forget() -> None:
    seen.clear()


def list_errors(model: type[BaseModel], value: object) -> list[tuple[tuple[int | str, ...], str]]:
    with pytest.raises(ValidationError) as raised:
        model.model_validate(value)
    return [(error["loc"], error["type"]) for error in raised.value.errors()]


def test_unknown_keys_cost_no_error_each() -> None:
    errors = list_errors(Box, {f"key{number}": number for number in range(90_000)})

    assert len(errors) == MAX_ERRORS + 1
    assert errors[0] == (("key0",), "extra_forbidden")


def test_a_few_unknown_keys_are_reported_with_the_other_errors() -> None:
    errors = list_errors(Box, {"name": 5, "items": [{"size": 1}], "one": 1, "two": 2})

    assert errors == [(("name",), "string_type"), (("one",), "extra_forbidden"), (("two",), "extra_forbidden")]


def test_validation_leaves_a_list_after_its_first_errors() -> None:
    errors = list_errors(Box, {"items": [{"size": -1}] * 10_000})

    assert errors == [(("items", index, "size"), "greater_than_equal") for index in range(MAX_ERRORS + 1)]
    # Not even those that the answer does not hold were looked at.
    assert len(seen) <= MAX_ERRORS + 1


def test_the_items_between_two_errors_are_validated_once() -> None:
    items = [{"size": 1}, {"size": "x"}, {"size": 2}, {"size": 3}, {}, {"size": 4}]

    assert list_errors(Box, {"items": items}) == [
        (("items", 1, "size"), "int_parsing"),
        (("items", 4, "size"), "missing"),
    ]
    assert seen == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("items", "code"),
    [([], "too_short"), ([{"size": -1}] * 10_001, "too_long"), ({}, "list_type"), (None, "list_type")],
)
def test_an_invalid_list_is_one_error(items: object, code: str) -> None:
    assert list_errors(Box, {"items": items}) == [(("items",), code)]


def test_a_schema_looks_as_without_bounds() -> None:
    schema = json.dumps(Box.model_json_schema())

    assert '"maxItems": 10000' in schema
    assert '"minItems": 1' in schema


def test_a_dump_looks_as_without_bounds() -> None:
    box = Box(items=[Item(size=1)])

    assert box.model_dump(mode="json") == {"name": "", "items": [{"size": 1}]}
    assert Box.model_validate(box) is box
