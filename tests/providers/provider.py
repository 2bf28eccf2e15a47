"""The authorization code flow that all providers of the tests share (RFC 6749, with PKCE from RFC 7636).

One client is registered. The provider signs in `account` without a question, and refuses each request that deviates
from the flow. Tests change the attributes while it runs; each request reads them again.
"""

import base64
import hashlib
import re
import secrets
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar
from urllib.parse import parse_qsl, urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from tests.providers.failures import Failure, build_failure, hang
from tests.providers.server import serve

CALLBACKS = "https://testserver/api/v1/auth/providers"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")

AccountT = TypeVar("AccountT")
Handler = Callable[[Request], Awaitable[Response]]


class OAuthError(Exception):
    """An error response of RFC 6749: its code, and a sentence for the developer."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status


@dataclass(frozen=True, slots=True)
class Grant(Generic[AccountT]):
    """The grant behind an authorization code and its access token."""

    account: AccountT
    scopes: tuple[str, ...]
    challenge: str
    nonce: str | None


class Provider(ABC, Generic[AccountT]):
    """A provider with one registered client."""

    name: ClassVar[str]
    """The name that our API uses for the provider."""

    def __init__(self, base_url: str, redirect_uri: str, account: AccountT) -> None:
        self.base_url = base_url
        self.redirect_uri = redirect_uri
        self.client_id = f"{self.name}-client"
        self.client_secret = secrets.token_urlsafe(32)
        self.account = account
        """The account that signs in next."""
        self.authorization_error: str | None = None
        """The error of the next callbacks, such as `access_denied`."""
        self.granted_scopes: tuple[str, ...] | None = None
        """The scopes that the user grants; None grants what the client requests."""
        self.access_tokens: dict[str, Grant[AccountT]] = {}
        self.requests: Counter[str] = Counter()
        """The number of requests to each endpoint."""
        self.leaked: list[str] = []
        """The credentials that a client sent to the redirect of a failing endpoint."""
        self._codes: dict[str, Grant[AccountT]] = {}
        self._failures: dict[str, Failure | Response] = {}
        routes = [self._build_route(name, path, handler) for name, (path, handler) in self.endpoints().items()]
        self.app = Starlette(routes=[*routes, Route("/redirected", self._record_leak, methods=["GET", "POST"])])

    @abstractmethod
    def endpoints(self) -> dict[str, tuple[str, Handler]]:
        """Return the path and the handler of each endpoint by its name. `token` and `decision` are POST requests."""

    @abstractmethod
    def endpoint_settings(self) -> dict[str, str]:
        """Return the settings of our API that hold this provider's addresses, without the provider's prefix."""

    @abstractmethod
    def build_token_response(self, grant: Grant[AccountT], access_token: str) -> dict[str, Any]:
        """Build the document of the token endpoint."""

    def settings(self) -> dict[str, str]:
        """Return the settings of our API for this provider, by their names in lower case."""
        credentials = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "redirect_uri": self.redirect_uri,
        }
        return {f"{self.name}_{setting}": value for setting, value in (credentials | self.endpoint_settings()).items()}

    def fail_endpoint(self, name: str, failure: Failure | Response | None) -> None:
        """Replace the responses of an endpoint by a failure or a fixed response; None restores it."""
        assert name in self.endpoints()
        if failure is None:
            self._failures.pop(name, None)
        else:
            self._failures[name] = failure

    async def authorize(self, request: Request) -> Response:
        """Redirect the browser back with a code or an error, unless it is not certain where "back" is."""
        sent = unique_parameters(request.query_params.multi_items())
        if sent.get("client_id") != self.client_id or sent.get("redirect_uri") != self.redirect_uri:
            raise OAuthError("invalid_request", "client_id or redirect_uri is not the registered one")
        try:
            self.check_authorization(sent)
            return self.sign_in(sent)
        except OAuthError as error:
            return self.redirect_back(sent, error=error.error, error_description=error.description)

    def check_authorization(self, sent: Mapping[str, str]) -> None:
        """Check the parameters of an authorization request.

        Raises:
            OAuthError: a parameter is missing or wrong. PKCE with S256 and `state` are required.

        """
        if sent.get("response_type") != "code":
            raise OAuthError("unsupported_response_type", "response_type must be code")
        if sent.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(sent.get("code_challenge", "")):
            raise OAuthError("invalid_request", "code_challenge must be a S256 challenge")
        if "scope" not in sent or "state" not in sent:
            raise OAuthError("invalid_request", "scope and state are required")

    def sign_in(self, sent: Mapping[str, str]) -> Response:
        """Return the response of a valid authorization request."""
        if self.authorization_error is not None:
            raise OAuthError(self.authorization_error, "a test requested this error")
        return self.grant_code(self.account, sent)

    def grant_code(self, account: AccountT, sent: Mapping[str, str]) -> Response:
        """Create a code for an account and redirect the browser back with it."""
        code = secrets.token_urlsafe(32)
        scopes = tuple(sent["scope"].split()) if self.granted_scopes is None else self.granted_scopes
        self._codes[code] = Grant(account, scopes, sent["code_challenge"], sent.get("nonce"))
        return self.redirect_back(sent, code=code)

    def redirect_back(self, sent: Mapping[str, str], **parameters: str) -> Response:
        """Redirect the browser to the client, with the client's `state`."""
        query = parameters | ({"state": sent["state"]} if "state" in sent else {})
        return RedirectResponse(f"{self.redirect_uri}?{urlencode(query)}", 302)

    async def exchange_code(self, request: Request) -> Response:
        """Exchange a code for tokens. The code is used up, even if the exchange fails afterwards."""
        sent = await read_form(request)
        if self.read_credentials(request, sent) != (self.client_id, self.client_secret):
            raise OAuthError("invalid_client", "the client's credentials are missing or wrong", 401)
        if sent.get("grant_type") != "authorization_code":
            raise OAuthError("unsupported_grant_type", "grant_type must be authorization_code")
        grant = self._codes.pop(sent.get("code", ""), None)
        if grant is None:
            raise OAuthError("invalid_grant", "the code is unknown or was used before")
        if sent.get("redirect_uri") != self.redirect_uri:
            raise OAuthError("invalid_grant", "redirect_uri is not the one of the authorization request")
        verifier = sent.get("code_verifier", "")
        if not _VERIFIER.fullmatch(verifier) or build_challenge(verifier) != grant.challenge:
            raise OAuthError("invalid_grant", "code_verifier does not match the code_challenge")
        access_token = secrets.token_urlsafe(32)
        self.access_tokens[access_token] = grant
        return JSONResponse(self.build_token_response(grant, access_token), headers={"Cache-Control": "no-store"})

    def read_credentials(self, _request: Request, sent: Mapping[str, str]) -> tuple[str, str]:
        """Return the client's id and secret from the form, the method `client_secret_post`."""
        return sent.get("client_id", ""), sent.get("client_secret", "")

    def build_error(self, endpoint: str, error: OAuthError) -> Response:
        """Build the response for an error: JSON for the client, a page for a browser."""
        if endpoint == "token":
            return JSONResponse({"error": error.error, "error_description": error.description}, error.status)
        return PlainTextResponse(str(error), error.status)

    def find_grant(self, request: Request) -> Grant[AccountT] | None:
        """Return the grant of the request's bearer token. None if the token is missing or unknown."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return self.access_tokens.get(token) if scheme == "Bearer" else None

    def _build_route(self, name: str, path: str, handler: Handler) -> Route:
        async def respond(request: Request) -> Response:
            self.requests[name] += 1
            failure = self._failures.get(name)
            if isinstance(failure, Response):
                return failure
            if failure is Failure.HANGS:
                await hang(request)
            try:
                response = await handler(request)
            except OAuthError as error:
                response = self.build_error(name, error)
            return response if failure is None else build_failure(failure, request, response, "/redirected")

        return Route(path, respond, methods=["POST" if name in {"token", "decision"} else "GET"])

    async def _record_leak(self, request: Request) -> Response:
        body = (await request.body()).decode(errors="replace")
        self.leaked.append(f"{request.headers.get('authorization', '')} {request.url.query} {body}")
        return JSONResponse({"access_token": "of another server", "token_type": "Bearer"})


ProviderT = TypeVar("ProviderT", bound=Provider[Any])


@contextmanager
def run_provider(
    kind: Callable[[str, str], ProviderT], name: str, redirect_uri: str | None = None
) -> Iterator[ProviderT]:
    """Yield a provider that runs on loopback. By default its client is the API at `https://testserver`."""
    providers: list[ProviderT] = []

    def build_app(base_url: str) -> ASGIApp:
        providers.append(kind(base_url, redirect_uri or f"{CALLBACKS}/{name}/callback"))
        return providers[0].app

    with serve(build_app):
        yield providers[0]


def unique_parameters(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return parameters by name. An empty one counts as missing (RFC 6749, 3.1).

    Raises:
        OAuthError: a parameter occurs twice.

    """
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise OAuthError("invalid_request", f"{name} occurs more than once")
        found[name] = value
    return {name: value for name, value in found.items() if value}


async def read_form(request: Request) -> dict[str, str]:
    """Return the parameters of a form in the request's body.

    Raises:
        OAuthError: the body is not a form, or the URL has parameters too.

    """
    media_type = request.headers.get("content-type", "").partition(";")[0]
    if media_type != "application/x-www-form-urlencoded" or request.url.query:
        raise OAuthError("invalid_request", "the parameters must be a form in the body")
    return unique_parameters(parse_qsl((await request.body()).decode(), keep_blank_values=True))


def build_challenge(verifier: str) -> str:
    """Build the S256 challenge of a verifier (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
