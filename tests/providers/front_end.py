"""A web client on an origin of its own, which plays the role of http://localhost:5173."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from tests.providers.serving import serving

_PAGES = Path(__file__).parent / "pages_of_front_end"


class FrontEnd:
    """The server of the page."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        """What our API gets as `FRONTEND_URL` and among `CORS_ORIGINS`."""
        self.api = ""
        """The origin of the API that the page calls. Set it before the page is opened."""
        self.app = Starlette(
            routes=[
                Route("/", self._page),
                Route("/auth/callback", self._page),
                Route("/client.js", self._script),
                Route("/config.js", self._config),
            ]
        )

    async def _page(self, _request: Request) -> Response:
        return FileResponse(_PAGES / "index.html")

    async def _script(self, _request: Request) -> Response:
        return FileResponse(_PAGES / "client.js", media_type="text/javascript")

    async def _config(self, _request: Request) -> Response:
        text = f"window.API = {json.dumps(self.api)};"
        return Response(text, media_type="text/javascript", headers={"Cache-Control": "no-store"})


@contextmanager
def front_end() -> Iterator[FrontEnd]:
    """Serve the page on a free port of `localhost`."""
    made: list[FrontEnd] = []

    def app(origin: str) -> ASGIApp:
        made.append(FrontEnd(origin))
        return made[0].app

    with serving(app, "localhost"):
        yield made[0]
