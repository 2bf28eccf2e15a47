"""The page at `/` and the icon of the service: the web client, or links to what is served without one."""

import base64
import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import JSONResponse, Response

from exercise_buddy.core.http.negotiation import NotAcceptable, preferred
from exercise_buddy.core.http.routing import BASE_PATH

PATH = "/"
FAVICON = "/favicon.svg"
ICONS = {FAVICON: "image/svg+xml", "/favicon.ico": "image/x-icon"}

_FOLDER = Path(__file__).with_name("static")
_TEMPLATES = Environment(
    loader=PackageLoader("exercise_buddy.core.http", "static"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)
_HTML = "text/html"
# Programs that accept anything get JSON.
_OFFERS = ("application/json", _HTML)


GetPage = Callable[[Request], Awaitable[Response]]


def install(app: FastAPI, links: dict[str, str], web_client: str | None, get_page: GetPage | None) -> None:
    """Serve the page, which is JSON for programs, and the icons that browsers request.

    Args:
        app: the app.
        links: the paths of what is served beside the API, by name. `docs` is one of them if it is served.
        web_client: the address of the web client. None if it is not known, or if this app serves it.
        get_page: returns the page of the web client that is served here. None if no web client is served.

    """
    content, policy = _build_page(app, links, web_client)
    if web_client is None and get_page is not None:
        web_client = PATH
    members = {"name": app.title, "version": app.version, "api": BASE_PATH, **links, "web_client": web_client}

    async def get_home(request: Request) -> Response:
        if _accepts_page(request):
            if get_page is not None:
                response = await get_page(request)
                response.headers.add_vary_header("Accept")
                return response
            return Response(content, headers={"Vary": "Accept", "Content-Security-Policy": policy}, media_type=_HTML)
        root = request.scope.get("root_path", "").rstrip("/")
        found = {name: root + text if text and text.startswith("/") else text for name, text in members.items()}
        return JSONResponse(found, headers={"Vary": "Accept"})

    app.add_api_route(PATH, get_home, include_in_schema=False)
    for path, media_type in ICONS.items():
        _serve_icon(app, path, media_type)


def _accepts_page(request: Request) -> bool:
    try:
        return preferred(request, _OFFERS) == _HTML
    except NotAcceptable:
        return False


def _build_page(app: FastAPI, links: dict[str, str], web_client: str | None) -> tuple[str, str]:
    """Return the page and the policy that allows its style and nothing else."""
    style = (_FOLDER / "home.css").read_text(encoding="utf-8")
    # Relative to the page: a proxy may serve it below a path.
    paths = {name: path.removeprefix("/") for name, path in links.items()}
    page = _TEMPLATES.get_template("home.html.j2").render(
        name=app.title, version=app.version, style=style, links=paths, web_client=web_client
    )
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
    return page, policy


def _serve_icon(app: FastAPI, path: str, media_type: str) -> None:
    content = (_FOLDER / path.removeprefix("/")).read_bytes()
    headers = {"Cache-Control": "public, max-age=86400"}

    async def get_icon() -> Response:
        return Response(content, headers=headers, media_type=media_type)

    app.add_api_route(path, get_icon, include_in_schema=False)
