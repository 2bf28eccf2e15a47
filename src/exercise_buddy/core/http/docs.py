"""The documentation at `/docs` and `/redoc`, with self-hosted files and a strict content security policy."""

import base64
import hashlib
import re
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from exercise_buddy.core.http.home import FAVICON

PATH = "/docs"

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class _PublicFiles(StaticFiles):
    """Files that caches may keep."""

    def file_response(self, *arguments: Any, **options: Any) -> Response:  # noqa: ANN401  (Starlette's own)
        response = super().file_response(*arguments, **options)
        response.headers["Cache-Control"] = "public, max-age=86400"
        return response


def install(app: FastAPI) -> None:
    """Serve Swagger UI at `PATH`, ReDoc at `/redoc`, and their files below."""
    _serve(app, PATH, "swagger", _build_swagger_page)
    # ReDoc searches in a worker, which it makes from a blob.
    _serve(app, "/redoc", "redoc", _build_redoc_page, "worker-src blob:; ")


def _serve(
    app: FastAPI, path: str, folder: str, build_page: Callable[[str, str, str, str], HTMLResponse], policy: str = ""
) -> None:
    async def get_page(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "").rstrip("/")
        page = build_page(f"{app.title} API", f"{root}{app.openapi_url}", f"{root}{path}", f"{root}{FAVICON}")
        html = bytes(page.body).decode()
        return HTMLResponse(html, headers={"Content-Security-Policy": _build_policy(html, policy)})

    app.add_api_route(path, get_page, include_in_schema=False)
    static = Path(str(resources.files("fastapi_standalone_docs"))) / "static"
    app.mount(path, _PublicFiles(directory=static / folder))


def _build_swagger_page(title: str, openapi_url: str, files: str, favicon: str) -> HTMLResponse:
    return get_swagger_ui_html(
        openapi_url=openapi_url,
        title=title,
        swagger_js_url=f"{files}/swagger-ui-bundle.js",
        swagger_css_url=f"{files}/swagger-ui.css",
        swagger_favicon_url=favicon,
        swagger_ui_parameters={"persistAuthorization": False, "defaultModelsExpandDepth": 0},
    )


def _build_redoc_page(title: str, openapi_url: str, files: str, favicon: str) -> HTMLResponse:
    return get_redoc_html(
        openapi_url=openapi_url,
        title=title,
        redoc_js_url=f"{files}/redoc.standalone.js",
        redoc_favicon_url=favicon,
        with_google_fonts=False,
    )


def _build_policy(html: str, more: str) -> str:
    scripts = "".join(
        f" 'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in _INLINE_SCRIPT.findall(html)
    )
    return (
        f"default-src 'none'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline'; {more}"
        "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
