"""Rules of all requests in the OpenAPI document: `core.http.routing` and `core.http.strict_request` enforce them."""

from collections.abc import Iterator
from typing import Any

from exercise_buddy.core.http.openapi_problems import operations_of

_NO_NUL = r"^[^\x00]*$"
# What has one of these is something else than any text.
_NARROWER = {"pattern", "enum", "const", "format", "contentMediaType"}
_ANY_TEXT_FORMATS = {"password"}
_REFERENCE = "#/components/schemas/"


def describe_requests(document: dict[str, Any]) -> None:
    """Document that no text contains the character U+0000, and that a form has no other fields."""
    schemas: dict[str, Any] = document["components"]["schemas"]
    seen: set[str] = set()
    for operation in operations_of(document):
        # HTTP does not allow it in a header.
        parameters = [given for given in operation.get("parameters", ()) if given["in"] in {"path", "query"}]
        for schema in (given["schema"] for given in parameters):
            _exclude_nul(schema, schemas, seen)
        for media_type, media in operation.get("requestBody", {}).get("content", {}).items():
            _exclude_nul(media["schema"], schemas, seen)
            if media_type.startswith("multipart/"):
                schemas[media["schema"]["$ref"].removeprefix(_REFERENCE)]["additionalProperties"] = False


def _exclude_nul(schema: dict[str, Any], schemas: dict[str, Any], seen: set[str]) -> None:
    """Add a pattern to the texts without one, in a schema and in the schemas that it refers to."""
    name = schema.get("$ref", "").removeprefix(_REFERENCE)
    if name and name not in seen:
        seen.add(name)
        _exclude_nul(schemas[name], schemas, seen)
    is_any_text = not _NARROWER & schema.keys() or schema.get("format") in _ANY_TEXT_FORMATS
    if schema.get("type") == "string" and is_any_text:
        schema["pattern"] = _NO_NUL
    # A pattern beside `anyOf` holds for each of its texts.
    if "pattern" not in schema:
        for part in _list_parts(schema):
            _exclude_nul(part, schemas, seen)


def _list_parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from schema.get("properties", {}).values()
    yield from (*schema.get("anyOf", ()), *schema.get("oneOf", ()))
    yield from (schema[key] for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict))
