"""The OpenAPI document: FastAPI's, without what linters refuse or generators misunderstand."""

from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from exercise_buddy.core.http.constant_documents import serve_document
from exercise_buddy.core.http.openapi_examples import describe_references, document_json_forms, place_examples
from exercise_buddy.core.http.openapi_problems import operations_of, place_problems
from exercise_buddy.core.http.openapi_requests import describe_requests
from exercise_buddy.core.security.identity import SCHEME

PATH = "/api/v1/openapi.json"
USUAL_PATH = "/openapi.json"
"""Where tools look for the document if nobody tells them."""
_SERVERS = [
    {"url": "/", "description": "The server of this document"},
    {"url": "http://localhost:8000", "description": "The default address of `exercise-buddy serve`"},
]

DESCRIPTION = """
JSON over HTTPS. Field names end in their unit (`weight_kg`), date-times have a UTC offset, and dates are local days.

- **Sign in** with `POST /api/v1/auth/login` or a provider, and send the access token: `Authorization: Bearer …`.
- **Errors** are problem documents (RFC 9457). `type` names the problem; each operation lists those that can occur.
- **Lists** have pages: pass `next_cursor` of a page as `cursor` until it is null.
- **Retries** are safe: choose the `id` of what you create, or send an `Idempotency-Key`.
- **Caching and lost updates**: an `ETag` works with `If-None-Match` (304) and `If-Match` (412).
- **Limits**: a response with 429 or 503 says in `Retry-After` how many seconds to wait.

`/api/v1/asyncapi.json` describes the WebSocket and the streams of events.
""".strip()
_CONTACT = {"name": "The maintainers of Exercise Buddy"}
_LICENSE = {"name": "MIT License", "identifier": "MIT"}
_BEARER = "BearerToken"
_BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}


def install(app: FastAPI, sign_in_url: str) -> None:
    """Replace `app.openapi()` by a function that returns our document.

    Args:
        app: the app.
        sign_in_url: where a client exchanges credentials for an access token, so that Swagger UI can sign in.

    """

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title,
                version=app.version,
                summary=app.summary,
                description=app.description,
                routes=app.routes,
                tags=app.openapi_tags,
                servers=_SERVERS,
                contact=_CONTACT,
                license_info=_LICENSE,
            )
            document_json_forms(document)
            describe_references(document)
            place_examples(document, app.routes)
            place_problems(document)
            _place_security(document, sign_in_url)
            _adapt_schemas(document)
            describe_requests(document)
            app.openapi_schema = _rename_form_schemas(document)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def serve(app: FastAPI) -> None:
    """Serve the document at `PATH` and `USUAL_PATH`."""
    app.openapi_url = PATH
    serve_document(app, app.openapi, PATH, USUAL_PATH)


def _place_security(document: dict[str, Any], sign_in_url: str) -> None:
    """Offer to sign in with a password or with an access token, and say which operations need neither."""
    schemes = document["components"]["securitySchemes"]
    for flow in schemes[SCHEME]["flows"].values():
        flow["tokenUrl"] = sign_in_url
    schemes[_BEARER] = {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token, for users who sign in with a provider.",
    }
    for operation in operations_of(document):
        operation["security"] = [*operation.get("security", []), {_BEARER: []}] if "security" in operation else []


def _adapt_schemas(document: dict[str, Any]) -> None:
    """Change what pydantic and FastAPI write about schemas to what linters and generators accept."""
    schemas: dict[str, Any] = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for schema in schemas.values():
        # FastAPI has removed nulls. The operations have the examples of whole bodies.
        schema.pop("examples", None)
        for content in schema.get("properties", {}).values():
            # Generators of TypeScript declare a property with a default as required, also in a request.
            if (default := content.pop("default", None)) is not None:
                about = f"If it is missing: `{orjson.dumps(default).decode()}`."
                content["description"] = f"{content.get('description', '')} {about}".strip()
        _write_whole_bounds(schema)
    for operation in operations_of(document):
        _adapt_media(operation, schemas)


def _write_whole_bounds(schema: Any) -> None:  # noqa: ANN401  (a schema, or a part of one)
    """Write the bounds of numbers as integers where they are whole: FastAPI makes floats of all."""
    if isinstance(schema, list):
        for part in schema:
            _write_whole_bounds(part)
    elif isinstance(schema, dict):
        for key, value in schema.items():
            if key in _BOUNDS and isinstance(value, float) and value.is_integer():
                schema[key] = int(value)
            else:
                _write_whole_bounds(value)


def _adapt_media(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    for media_type, media in operation.get("requestBody", {}).get("content", {}).items():
        if media_type.startswith("multipart/"):
            _remove_nulls(schemas[media["schema"]["$ref"].rpartition("/")[2]])
    for response in operation["responses"].values():
        for media in response.get("content", {}).values():
            # OpenAPI 3.2 knows the schema of an item of a stream.
            if media.pop("itemSchema", None):
                media["schema"] = {"type": "string", "description": "Server-sent events."}


def _remove_nulls(form: dict[str, Any]) -> None:
    """Remove null from the types of the fields of a form, which has no way to say it."""
    for field in form["properties"].values():
        types = [one for one in field.get("anyOf", ()) if one != {"type": "null"}]
        if len(types) == 1 and len(types) < len(field["anyOf"]):
            del field["anyOf"]
            field.update(types[0] | field)


def _rename_form_schemas(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with FastAPI's names for forms, such as `Body_auth-login`, as `AuthLoginForm`."""
    schemas: dict[str, Any] = document["components"]["schemas"]
    text = orjson.dumps(document).decode()
    for name in [name for name in schemas if name.startswith("Body_")]:
        words = name.removeprefix("Body_").split("-")
        text = text.replace(name, "".join(word.title() for word in words) + "Form")
    renamed: dict[str, Any] = orjson.loads(text)
    return renamed
