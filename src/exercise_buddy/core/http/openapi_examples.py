"""Examples and descriptions of the OpenAPI document, moved to where tools look for them.

Our schemas declare the example of a body once, with `core.types.example`, and pydantic publishes it in the schema.
Swagger UI and other tools look for it at each operation. A parameter declares its example as `examples=[…]`.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, get_args

from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.routing import BaseRoute

from exercise_buddy.core.types import example_of, has_example

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_METHODS = frozenset({"get", "put", "post", "delete", "patch"})
_FIRST_ERROR = 400


def document_json_forms(document: dict[str, Any]) -> None:
    """Document a form without files as JSON, as which it may also be sent (see `core.http.strict_request`).

    openapi-python-client 0.29 generates a module that cannot be imported if a body has two content types.
    """
    for operation in _operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        if content.keys() == {_FORM}:
            operation["requestBody"]["content"] = {_JSON: content[_FORM]}


def place_examples(document: dict[str, Any], routes: Sequence[BaseRoute]) -> None:
    """Move the examples of bodies and of required parameters from their schemas to the operations."""
    schemas: dict[str, Any] = document["components"]["schemas"]
    # Those in the document have lost their nulls, and their fields are sorted by name.
    examples = {model.__name__: example_of(model) for model in _find_models(routes) if has_example(model)}
    for operation in _operations(document):
        for parameter in operation.get("parameters", ()):
            if parameter.get("required") and "examples" in parameter["schema"]:
                parameter["example"] = parameter["schema"].pop("examples")[0]
        for media in _media_types(operation):
            name = _referenced(media.get("schema", {}))
            if name in examples and not media.keys() & {"example", "examples"}:
                media["example"] = examples[name]
    for name in examples:
        schemas[name].pop("examples", None)


def _find_models(routes: Sequence[BaseRoute]) -> Iterator[type[BaseModel]]:
    """Yield the models of whole bodies."""
    for route in routes:
        if isinstance(route, APIRoute):
            body = route.body_field and route.body_field.field_info.annotation
            for kind in (body, route.response_model, *(response.get("model") for response in route.responses.values())):
                yield from (
                    model
                    for model in (kind, *get_args(kind))
                    if isinstance(model, type) and issubclass(model, BaseModel)
                )


def describe_references(document: dict[str, Any]) -> None:
    """Describe each property that has only a type with a description: with the first paragraph of that description."""
    schemas: dict[str, Any] = document["components"]["schemas"]
    for schema in schemas.values():
        for content in schema.get("properties", {}).values():
            if "description" not in content and (text := _describe_type(schemas, content)):
                content["description"] = text


def _describe_type(schemas: dict[str, Any], content: dict[str, Any]) -> str | None:
    variant = _only_variant(content)
    name = _referenced(variant)
    text: str = (variant if name is None else schemas[name]).get("description", "")
    if name is None:
        variant.pop("description", None)
    return " ".join(text.partition("\n\n")[0].split()) or None


def _only_variant(content: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a value that is not null; the schema itself if there are several."""
    variants: list[dict[str, Any]] = [kind for kind in content.get("anyOf", ()) if kind.get("type") != "null"]
    return variants[0] if len(variants) == 1 else content


def _referenced(schema: dict[str, Any]) -> str | None:
    """Return the name of the schema that a schema refers to, or null."""
    reference: str | None = _only_variant(schema).get("$ref")
    return None if reference is None else reference.rpartition("/")[2]


def _operations(document: dict[str, Any]) -> Iterable[dict[str, Any]]:
    return (
        operation for path in document["paths"].values() for method, operation in path.items() if method in _METHODS
    )


def _media_types(operation: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """Yield what an operation receives and returns as JSON or as a form, without problems."""
    contents = [operation.get("requestBody", {}).get("content", {})]
    contents += [
        response.get("content", {}) for status, response in operation["responses"].items() if int(status) < _FIRST_ERROR
    ]
    for content in contents:
        yield from content.values()
