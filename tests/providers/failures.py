"""Failures that an endpoint of a provider can be told to show."""

from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Any

import anyio
import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

_HANG_SECONDS = 30.0
_HUGE_BYTES = 64 * 1024 * 1024
_CHUNK = b"a" * 65_536


class Failure(StrEnum):
    """A response that a client has to survive."""

    HTML = "html"
    """200 with an HTML page."""
    SERVER_ERROR = "server_error"
    """500 with an HTML page."""
    REDIRECT = "redirect"
    """307 to another URL: a client that follows it sends its secrets there."""
    WRONG_TYPES = "wrong_types"
    """The correct document, with each value of another JSON type."""
    NOT_AN_OBJECT = "not_an_object"
    """A JSON number."""
    CUT_OFF = "cut_off"
    """The first half of the correct JSON."""
    HANGS = "hangs"
    """No response for 30 seconds, then the correct one."""
    HUGE = "huge"
    """JSON that starts correctly and continues for 64 MiB."""


def change_types(value: Any) -> Any:
    """Return a JSON document with each value replaced by one of another type. Objects stay, with changed members."""
    match value:
        case dict():
            return {name: change_types(part) for name, part in value.items()}
        case list():
            return {"0": "a list was expected"}
        case bool():
            return "perhaps"
        case str():
            return [value]
        case None:
            return {}
        case _:
            return str(value)


def build_failure(failure: Failure, request: Request, correct: Response, redirect_url: str) -> Response:
    """Build the response of a failing endpoint from the correct one. `HANGS` only delays it: see `hang`."""
    body = bytes(correct.body)
    match failure:
        case Failure.HTML:
            return HTMLResponse("<!doctype html><title>Sorry</title><p>We are having a short break.")
        case Failure.SERVER_ERROR:
            return HTMLResponse("<!doctype html><title>500</title><p>Something went wrong.", 500)
        case Failure.REDIRECT:
            return RedirectResponse(redirect_url, 307)
        case Failure.WRONG_TYPES:
            return Response(orjson.dumps(change_types(orjson.loads(body))), media_type="application/json")
        case Failure.NOT_AN_OBJECT:
            return Response(b"42", media_type="application/json")
        case Failure.CUT_OFF:
            return Response(body[: len(body) // 2], media_type="application/json")
        case Failure.HUGE:
            return StreamingResponse(_stream_huge_json(request), media_type="application/json")
        case Failure.HANGS:
            return correct


async def hang(request: Request) -> None:
    """Wait until the client disconnects, at most 30 seconds."""
    await request.body()
    with anyio.move_on_after(_HANG_SECONDS):
        # After the body, the only message that can arrive is the disconnect.
        await request.receive()


async def _stream_huge_json(request: Request) -> AsyncIterator[bytes]:
    yield b'{"access_token": "'
    sent = 0
    while sent < _HUGE_BYTES and not await request.is_disconnected():
        yield _CHUNK
        sent += len(_CHUNK)
    yield b'"}'
