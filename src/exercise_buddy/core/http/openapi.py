"""The OpenAPI document: FastAPI's, with our problem document instead of its error model."""

from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from exercise_buddy.core.http.constant_documents import serve_document
from exercise_buddy.core.http.openapi_examples import describe_references, document_json_forms, place_examples
from exercise_buddy.core.problems import ProblemDocument
from exercise_buddy.core.security.identity import SCHEME

PATH = "/api/v1/openapi.json"
USUAL_PATH = "/openapi.json"
"""Where tools look for the document if nobody tells them."""
_SERVERS = [
    {"url": "/", "description": "The server of this document"},
    {"url": "http://localhost:8000", "description": "The default address of `exercise-buddy serve`"},
]


def install(app: FastAPI, sign_in_url: str) -> None:
    """Replace `app.openapi()` by a function that returns our document.

    Args:
        app: the app.
        sign_in_url: where a client exchanges credentials for an access token, so that Swagger UI can sign in.

    """

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
                servers=_SERVERS,
            )
            problem = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas = schema.setdefault("components", {}).setdefault("schemas", {})
            schemas |= problem.pop("$defs", {})
            schemas["Problem"] = problem
            schemas.pop("HTTPValidationError", None)
            schemas.pop("ValidationError", None)
            flows = schema["components"].get("securitySchemes", {}).get(SCHEME, {}).get("flows", {})
            for flow in flows.values():
                flow["tokenUrl"] = sign_in_url
            document_json_forms(schema)
            describe_references(schema)
            place_examples(schema, app.routes)
            app.openapi_schema = _rename_form_schemas(schema)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def serve(app: FastAPI) -> None:
    """Serve the document at `PATH` and `USUAL_PATH`."""
    app.openapi_url = PATH
    serve_document(app, app.openapi, PATH, USUAL_PATH)


def _rename_form_schemas(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with FastAPI's names for forms, such as `Body_auth-login`, as `AuthLoginForm`."""
    schemas: dict[str, Any] = document["components"]["schemas"]
    text = orjson.dumps(document).decode()
    for name in [name for name in schemas if name.startswith("Body_")]:
        words = name.removeprefix("Body_").split("-")
        text = text.replace(name, "".join(word.title() for word in words) + "Form")
    renamed: dict[str, Any] = orjson.loads(text)
    return renamed
