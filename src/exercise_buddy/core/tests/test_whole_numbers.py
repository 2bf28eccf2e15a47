from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, Field, ValidationError

from exercise_buddy.core.types import Count, Input, StrictBool, unset

Size = Annotated[Count, Field(le=1000)]
Doubled = Annotated[Size, AfterValidator(lambda value: value * 2)]


class Part(Input):
    size: Size


class Whole(Input):
    size: Size | None = None
    doubled: Doubled = 0
    later: Size = unset()
    sizes: list[Size] = Field(default_factory=list, max_length=100)
    by_name: dict[str, Size] = Field(default_factory=dict)
    parts: list[Part] = Field(default_factory=list)
    part: Part | None = None
    text_or_size: StrictBool | Size = False
    measure: float = 0.0


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"size": 5.0}, {"size": 5}),
        ({"size": 5}, {"size": 5}),
        ({"doubled": 5.0}, {"doubled": 10}),
        ({"later": -0.0}, {"later": 0}),
        ({"sizes": [1.0, 2, 1e3]}, {"sizes": [1, 2, 1000]}),
        ({"by_name": {"a": 7.0}}, {"by_name": {"a": 7}}),
        ({"parts": [{"size": 3.0}]}, {"parts": [{"size": 3}]}),
        ({"part": {"size": 3.0}}, {"part": {"size": 3}}),
        ({"text_or_size": 4.0}, {"text_or_size": 4}),
    ],
)
def test_an_integer_may_be_written_with_a_point(written: dict[str, Any], read: dict[str, Any]) -> None:
    found = Whole.model_validate(written).model_dump(include=set(written))

    assert found == read
    assert "." not in repr(found)


def test_a_measure_stays_a_measure() -> None:
    assert isinstance(Whole.model_validate({"measure": 5.0}).measure, float)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (True, "int_type"),
        ("5", "int_type"),
        ("5.0", "int_type"),
        ([], "int_type"),
        (1e300, "int_type"),
        (-1e300, "int_type"),
        (float("inf"), "int_type"),
        (float("nan"), "int_type"),
        (5.5, "int_from_float"),
        (1001.0, "less_than_equal"),
        (-1.0, "greater_than_equal"),
        (2.0**62, "less_than_equal"),
        (2**70, "less_than_equal"),
    ],
)
def test_nothing_else_is_an_integer(value: object, code: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Whole.model_validate({"size": value, "sizes": [value]})

    # No name of a choice between kinds of numbers.
    found = [(error["loc"], error["type"]) for error in raised.value.errors()]
    assert found == [(("size",), code), (("sizes", 0), code)]


def test_the_schema_has_integers() -> None:
    properties = Whole.model_json_schema()["properties"]

    integer = {"type": "integer", "minimum": 0, "maximum": 1000}
    assert properties["sizes"]["items"] == properties["size"]["anyOf"][0] == integer
