"""What a provider can be told to do wrong.

A `Fault` is a lie in an answer that is well-formed: a client has to notice it. A `Breakage` is an endpoint that does
not answer as it should: a client has to survive it.
"""

from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Any

import anyio
import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

_CHUNK = b"a" * 65_536


class Fault(StrEnum):
    """A lie in an answer of an OpenID provider."""

    WRONG_AUDIENCE = "wrong_audience"
    """The ID token is for another client."""
    FOREIGN_PARTY = "foreign_party"
    """The ID token is for this client and another one, and was issued to the other one (`azp`)."""
    WRONG_ISSUER = "wrong_issuer"
    WRONG_NONCE = "wrong_nonce"
    NO_NONCE = "no_nonce"
    EXPIRED = "expired"
    NO_EXPIRY = "no_expiry"
    NO_SUBJECT = "no_subject"
    UNKNOWN_KEY = "unknown_key"
    """The ID token is signed by a key, and names one, that the key set does not have."""
    WRONG_SIGNATURE = "wrong_signature"
    """The ID token names a key of the key set, and is signed by another one."""
    UNSIGNED = "unsigned"
    """`alg: none`."""
    HS256_WITH_PUBLIC_KEY = "hs256_with_public_key"
    """The public key, which everybody knows, taken as a shared secret."""
    NO_ID_TOKEN = "no_id_token"
    USERINFO_OF_SOMEBODY_ELSE = "userinfo_of_somebody_else"
    """The `sub` of the userinfo endpoint is not the one of the ID token."""
    FOREIGN_DISCOVERY = "foreign_discovery"
    """The discovery document is the one of another issuer."""
    CALLBACK_FROM_FOREIGN_ISSUER = "callback_from_foreign_issuer"
    CALLBACK_WITHOUT_ISSUER = "callback_without_issuer"
    CALLBACK_WITH_WRONG_STATE = "callback_with_wrong_state"
    CALLBACK_WITHOUT_STATE = "callback_without_state"


ID_TOKEN_FAULTS = (
    Fault.WRONG_AUDIENCE,
    Fault.FOREIGN_PARTY,
    Fault.WRONG_ISSUER,
    Fault.WRONG_NONCE,
    Fault.NO_NONCE,
    Fault.EXPIRED,
    Fault.NO_EXPIRY,
    Fault.NO_SUBJECT,
    Fault.UNKNOWN_KEY,
    Fault.WRONG_SIGNATURE,
    Fault.UNSIGNED,
    Fault.HS256_WITH_PUBLIC_KEY,
    Fault.NO_ID_TOKEN,
)
"""All that make the answer of the token endpoint worthless."""


class Breakage(StrEnum):
    """A way in which an endpoint does not answer as it should."""

    HTML = "html"
    """200, and a page for people."""
    SERVER_ERROR = "server_error"
    """500, and a page for people."""
    REDIRECT = "redirect"
    """307 to another place, which would get all that was sent, secrets and all."""
    WRONG_TYPES = "wrong_types"
    """The right answer, each value of another JSON type than it should be."""
    NOT_AN_OBJECT = "not_an_object"
    """JSON, but a number."""
    CUT_OFF = "cut_off"
    """The first half of the right JSON."""
    HANGS = "hangs"
    """Nothing for `hang_seconds`, then the right answer."""
    HUGE = "huge"
    """JSON that begins well and goes on for `huge_bytes`."""


def of_other_types(value: Any) -> Any:
    """Replace each value of a JSON document by one of another type; an object stays one, so that it is looked into."""
    match value:
        case dict():
            return {name: of_other_types(part) for name, part in value.items()}
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


def broken_answer(
    breakage: Breakage, request: Request, right: Response, *, elsewhere: str, huge_bytes: int
) -> Response:
    """Make the answer of a broken endpoint out of the right one. A hanging one is not made here: see `hang`."""
    body = bytes(right.body)
    match breakage:
        case Breakage.HTML:
            return HTMLResponse("<!doctype html><title>Sorry</title><p>We are having a short break.")
        case Breakage.SERVER_ERROR:
            return HTMLResponse("<!doctype html><title>500</title><p>Something went wrong.", 500)
        case Breakage.REDIRECT:
            return RedirectResponse(elsewhere, 307)
        case Breakage.WRONG_TYPES:
            return Response(orjson.dumps(of_other_types(orjson.loads(body))), media_type="application/json")
        case Breakage.NOT_AN_OBJECT:
            return Response(b"42", media_type="application/json")
        case Breakage.CUT_OFF:
            return Response(body[: len(body) // 2], media_type="application/json")
        case Breakage.HUGE:
            return StreamingResponse(_huge(request, huge_bytes), media_type="application/json")
        case Breakage.HANGS:
            return right


async def hang(request: Request, seconds: float) -> None:
    """Wait, but no longer than the client does."""
    await request.body()
    with anyio.move_on_after(seconds):
        # All that is left to hear from a client whose request has been read is that it is gone.
        await request.receive()


async def _huge(request: Request, size: int) -> AsyncIterator[bytes]:
    yield b'{"access_token": "'
    sent = 0
    while sent < size and not await request.is_disconnected():
        yield _CHUNK
        sent += len(_CHUNK)
    yield b'"}'
