"""The interactive documentation at `/docs`, with self-hosted assets and a strict content security policy."""

import base64
import hashlib
import re
from importlib import resources
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class _PublicFiles(StaticFiles):
    """Files that caches may keep."""

    def file_response(self, *arguments: Any, **options: Any) -> Response:  # noqa: ANN401  (Starlette's own)
        response = super().file_response(*arguments, **options)
        response.headers["Cache-Control"] = "public, max-age=86400"
        return response


def install(app: FastAPI, path: str = "/docs") -> None:
    """Serve Swagger UI at `path` and its files below."""
    static = Path(str(resources.files("fastapi_standalone_docs"))) / "static"

    async def docs(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "").rstrip("/")
        page = get_swagger_ui_html(
            openapi_url=f"{root}{app.openapi_url}",
            title=f"{app.title} API",
            swagger_js_url=f"{root}{path}/swagger-ui-bundle.js",
            swagger_css_url=f"{root}{path}/swagger-ui.css",
            swagger_favicon_url="data:,",
            swagger_ui_parameters={"persistAuthorization": False, "defaultModelsExpandDepth": 0},
        )
        html = bytes(page.body).decode()
        scripts = " ".join(
            f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
            for script in _INLINE_SCRIPT.findall(html)
        )
        policy = (
            f"default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
        )
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    app.add_api_route(path, docs, include_in_schema=False)
    app.mount(path, _PublicFiles(directory=static / "swagger"))
