"""Integers in JSON: `5.0` is the integer 5, as JSON Schema says, and what JavaScript writes as 5.

pydantic either refuses it (strict) or accepts texts and booleans, too (lax).
"""

from collections.abc import Mapping
from typing import Any

from pydantic_core import CoreSchema, core_schema

_LARGEST = 2.0**63
# A number that is neither a text nor a boolean, nor infinite. The order keeps integers beyond 53 bits exact.
_NUMBER = core_schema.union_schema(
    [core_schema.int_schema(strict=True), core_schema.float_schema(strict=True, ge=-_LARGEST, le=_LARGEST)],
    mode="left_to_right",
    custom_error_type="int_type",
)
_FIELDS = {"model": "schema", "model-fields": "fields", "model-field": "schema"}
# Where the schemas of other values contain schemas. Models in fields have bounds of their own.
_PARTS = {
    "nullable": "schema",
    "default": "schema",
    "function-before": "schema",
    "function-after": "schema",
    "function-wrap": "schema",
    "list": "items_schema",
    "dict": "values_schema",
    "union": "choices",
}


def accept_whole_numbers(schema: CoreSchema) -> CoreSchema:
    """Return the schema of a model whose strict integers accept numbers such as 5.0, and make integers of them."""
    changed: CoreSchema = _change(schema, _PARTS | _FIELDS)
    return changed


def _change(schema: Any, parts: Mapping[str, str]) -> Any:  # noqa: ANN401  (a schema, or one of a field)
    if schema["type"] == "int" and schema.get("strict"):
        # The OpenAPI document is made from the other one. It also reads JSON text, which nobody validates here.
        return core_schema.json_or_python_schema(
            json_schema=schema, python_schema=core_schema.chain_schema([_NUMBER, {**schema, "strict": False}])
        )
    key = parts.get(schema["type"])
    inner = schema.get(key) if key else None
    if inner is None:
        return schema
    below = _PARTS if schema["type"] == "model-field" else parts
    if schema["type"] == "model-fields":
        return {**schema, key: {name: _change(field, parts) for name, field in inner.items()}}
    if isinstance(inner, list):
        return {**schema, key: [_change(choice, below) for choice in inner]}
    return {**schema, key: _change(inner, below)}
