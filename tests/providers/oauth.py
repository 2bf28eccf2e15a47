"""Reading and answering requests as RFC 6749 has it."""

import base64
import binascii
import hmac
from collections.abc import Iterable
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse

from tests.providers.grants import Client, Refused

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def single_values(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Read parameters, of which none may come twice, and an empty one counts as absent (RFC 6749, 3.1).

    Raises:
        Refused: `invalid_request`.

    """
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise Refused("invalid_request", f"{name} comes more than once")
        found[name] = value
    return {name: value for name, value in found.items() if value}


def query(request: Request) -> dict[str, str]:
    """Read the parameters of a request's URL.

    Raises:
        Refused: `invalid_request`.

    """
    return single_values(request.query_params.multi_items())


async def form(request: Request) -> dict[str, str]:
    """Read a form, which is in the body, and nowhere else (RFC 6749, 3.2).

    Raises:
        Refused: `invalid_request`.

    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refused("invalid_request", "the body must be application/x-www-form-urlencoded")
    if request.url.query:
        raise Refused("invalid_request", "parameters belong in the body, not into the URL")
    try:
        text = (await request.body()).decode()
    except UnicodeDecodeError:
        raise Refused("invalid_request", "the body is not UTF-8") from None
    return single_values(parse_qsl(text, keep_blank_values=True))


def authenticate(request: Request, sent: dict[str, str], client: Client) -> str:
    """Check the client's secret, and give the method: `client_secret_basic` or `client_secret_post`.

    Raises:
        Refused: `invalid_client`, or `invalid_request` if the client uses both methods at once (RFC 6749, 2.3).

    """
    header = request.headers.get("authorization")
    if header is not None and "client_secret" in sent:
        raise Refused("invalid_request", "the client authenticates itself in two ways")
    if header is not None:
        method = "client_secret_basic"
        client_id, client_secret = _basic(header)
        if sent.get("client_id", client_id) != client_id:
            raise Refused("invalid_request", "client_id differs from the one of the Authorization header")
    else:
        method = "client_secret_post"
        client_id, client_secret = sent.get("client_id", ""), sent.get("client_secret", "")
    if not is_client(client, client_id, client_secret):
        raise Refused("invalid_client", "client_id or client_secret is wrong", 401)
    return method


def is_client(client: Client, client_id: str, client_secret: str) -> bool:
    """Tell whether these are the credentials of the client."""
    given, right = f"{client_id}:{client_secret}", f"{client.client_id}:{client.client_secret}"
    return hmac.compare_digest(given.encode(), right.encode())


def _basic(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    try:
        name, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        name, colon, secret = "", "", ""
    if scheme.lower() != "basic" or not colon:
        raise Refused("invalid_client", "the Authorization header cannot be read", 401)
    # Both halves are encoded like a form (RFC 6749, 2.3.1).
    return unquote_plus(name), unquote_plus(secret)


def bearer_token(request: Request) -> str:
    """Read the access token of a request; an empty text if there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def error_document(error: Refused) -> JSONResponse:
    """Answer with an error of a token endpoint (RFC 6749, 5.2)."""
    headers = dict(NO_STORE)
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="token"'
    return JSONResponse({"error": error.error, "error_description": error.description}, error.status, headers)


def send_back(redirect_uri: str, **parameters: str | None) -> RedirectResponse:
    """Send a browser back to the client, with what is not None in the query."""
    parts = urlsplit(redirect_uri)
    added = urlencode({name: value for name, value in parameters.items() if value is not None})
    joined = f"{parts.query}&{added}" if parts.query else added
    return RedirectResponse(urlunsplit(parts._replace(query=joined)), 302, {"Cache-Control": "no-store"})
