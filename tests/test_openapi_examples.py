"""What the OpenAPI document says about each property, and whether its examples are true."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

Document = dict[str, Any]

METHODS = ("get", "post", "put", "patch", "delete")
UNITS = {
    "kg": "kilograms",
    "lb": "pounds",
    "ms": "milliseconds",
    "seconds": "seconds",
    "minutes": "minutes",
    "meters": "metres",
    "mm": "millimetres",
    "mps": "metres per second",
    "degrees": "degrees",
    "percent": "percent",
    "share": "share",
    "kcal": "kilocalories",
    "bytes": "bytes",
    "days": "days",
    "cm": "centimetres",
    "minute": "per minute",
}
"""The last word of the name of a numeric property, and what its description must say."""
BOUNDS = {"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "const", "enum"}


@pytest.fixture(scope="module")
def document() -> Document:
    read: Document = orjson.loads((Path(__file__).parents[1] / "docs" / "openapi.json").read_bytes())
    return read


def operations(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the operations, each with its method and path."""
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield f"{method.upper()} {path}", methods[method]


def properties(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the properties of all schemas."""
    for name, schema in document["components"]["schemas"].items():
        for field, content in schema.get("properties", {}).items():
            yield f"{name}.{field}", content


def numeric_types(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the numeric types that a property may have, also as an item of an array."""
    for variant in content.get("anyOf", [content]):
        if {"integer", "number"}.intersection([kind] if isinstance(kind := variant.get("type"), str) else kind or ()):
            yield variant
        elif variant.get("type") == "array":
            yield from numeric_types(variant["items"])


def test_every_property_has_a_description(document: Document) -> None:
    assert sorted(name for name, content in properties(document) if not content.get("description")) == []


def test_every_parameter_has_a_description(document: Document) -> None:
    undescribed = [
        f"{name}: {parameter['name']}"
        for name, operation in operations(document)
        for parameter in operation.get("parameters", ())
        if not parameter.get("description")
    ]

    assert undescribed == []


def test_every_number_has_a_range(document: Document) -> None:
    """A number has bounds, or its description says that it may be negative."""
    without = [
        name
        for name, content in properties(document)
        for number in numeric_types(content)
        if not BOUNDS & number.keys() and "negative" not in content.get("description", "")
    ]

    assert sorted(without) == []


def test_every_number_has_its_unit(document: Document) -> None:
    without = [
        f"{name}: {UNITS[unit]}"
        for name, content in properties(document)
        if any(numeric_types(content))
        and (unit := re.split(r"[._]", name)[-1]) in UNITS
        and UNITS[unit] not in content.get("description", "").lower()
    ]

    assert sorted(without) == []


def test_every_operation_with_json_has_valid_examples(document: Document) -> None:
    faults: dict[str, str] = {}
    for name, operation in operations(document):
        contents = {"request": operation.get("requestBody", {}).get("content", {})}
        contents |= {
            status: response.get("content", {})
            for status, response in operation["responses"].items()
            if int(status) < 400
        }
        for part, content in contents.items():
            for media_type, media in content.items():
                if media_type == "application/json" or part == "request":
                    fault = check_example(document, media)
                    if fault:
                        faults[f"{name} {part} {media_type}"] = fault

    assert faults == {}


def check_example(document: Document, media: dict[str, Any]) -> str | None:
    """Return what is wrong with the examples of a media type."""
    examples = [media["example"]] if "example" in media else [it["value"] for it in media.get("examples", {}).values()]
    if not examples:
        return "There is no example."
    schema = {**media["schema"], "components": document["components"]}
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    faults = [f"{error.json_path}: {error.message}" for example in examples for error in validator.iter_errors(example)]
    return "; ".join(faults) or None


def test_every_required_parameter_has_a_valid_example(document: Document) -> None:
    faults = {
        f"{name}: {parameter['name']}": fault
        for name, operation in operations(document)
        for parameter in operation.get("parameters", ())
        if parameter.get("required") and (fault := check_example(document, parameter))
    }

    assert faults == {}
