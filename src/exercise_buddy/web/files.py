"""The web client on the API's origin: its files and its pages, and no other path."""

import json
import re
from mimetypes import guess_type
from pathlib import Path

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from exercise_buddy.web.build import DIST

_INDEX = "index.html"
_PATHS = "paths.json"
# The build writes these beside the files that they are smaller than. The best comes first.
_ENCODINGS = {"br": ".br", "gzip": ".gz"}
_IMMUTABLE = "public, max-age=31536000, immutable"
# WebAssembly detects the pose. A frame takes 15 s without it.
_CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src 'self' blob:",
        "connect-src 'self' data: blob:",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
_PAGE_HEADERS = {
    "Cache-Control": "public, no-cache",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


class WebClient(StaticFiles):
    """The files of the built web client. Pages are `index.html`, whose script shows the page of the path."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder)
        self._folder = folder
        pages: dict[str, str] = json.loads((folder / _PATHS).read_text())
        # `/workouts/:id` is a path of the client's router.
        self._pages = [re.sub(r":(\w+)", r"{\1}", page) for page in pages.values() if page != "/"]
        self._files = [
            f"/{path.relative_to(folder).as_posix()}"
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix not in _ENCODINGS.values() and path.name not in {_PATHS, "fingerprint"}
        ]

    @classmethod
    def find(cls, *, is_enabled: bool) -> "WebClient | None":
        """Return the web client, or None if it is turned off or was not built."""
        return cls(DIST) if is_enabled and (DIST / _INDEX).is_file() else None

    @property
    def paths(self) -> frozenset[str]:
        """The paths of all files and of the pages whose path is fixed."""
        return frozenset({"/", *self._files, *(page for page in self._pages if "{" not in page)})

    def install(self, app: FastAPI) -> None:
        """Serve the files and the pages, except the page at `/`."""
        app.router.routes.extend(Route(path, self) for path in self._files)
        app.router.routes.extend(Route(path, self.get_page, methods=["GET"]) for path in self._pages)

    async def get_page(self, request: Request) -> Response:
        """Return `index.html`."""
        return await self.get_response(_INDEX, request.scope)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file in the best encoding that the client accepts and the build has written."""
        accepted = Headers(scope=scope).get("accept-encoding", "")
        encoding = next((name for name in _ENCODINGS if name in accepted and self._has(path + _ENCODINGS[name])), None)
        response = await super().get_response(path + _ENCODINGS.get(encoding or "", ""), scope)
        if encoding is not None:
            response.headers["Content-Encoding"] = encoding
            response.headers["Content-Type"] = guess_type(path)[0] or "application/octet-stream"
        response.headers["Vary"] = "Accept-Encoding"
        # Workers have the policy of their own script.
        response.headers["Content-Security-Policy"] = _CONTENT_SECURITY_POLICY
        if path == _INDEX:
            response.headers.update(_PAGE_HEADERS)
        else:
            is_hashed = path.startswith("assets/")
            response.headers["Cache-Control"] = _IMMUTABLE if is_hashed else "public, no-cache"
        return response

    def _has(self, path: str) -> bool:
        return (self._folder / path).is_file()
