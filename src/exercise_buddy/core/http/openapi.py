"""The OpenAPI document: FastAPI's, with our problem document instead of its error model."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from exercise_buddy.core.problems import ProblemDocument
from exercise_buddy.core.security.identity import SCHEME


def install(app: FastAPI, sign_in_url: str) -> None:
    """Replace `app.openapi()` by a function that returns our document.

    Args:
        app: the app.
        sign_in_url: where a client exchanges credentials for an access token, so that Swagger UI can sign in.

    """

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            problem = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas = schema.setdefault("components", {}).setdefault("schemas", {})
            schemas |= problem.pop("$defs", {})
            schemas["Problem"] = problem
            schemas.pop("HTTPValidationError", None)
            schemas.pop("ValidationError", None)
            flows = schema["components"].get("securitySchemes", {}).get(SCHEME, {}).get("flows", {})
            for flow in flows.values():
                flow["tokenUrl"] = sign_in_url
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
