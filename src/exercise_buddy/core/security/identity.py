"""Verification of access tokens. `auth` issues them.

An access token is a JWT with the profile of RFC 9068: header `typ: at+jwt` and `kid`, claims `iss aud sub sid iat exp
jti`, all required. Its `kid` names the key; the key alone decides the algorithm.
"""

import time
from dataclasses import dataclass
from typing import Annotated, Any, Protocol
from uuid import UUID

import jwt
from fastapi import Depends
from fastapi.dependencies.models import Dependant
from fastapi.security import OAuth2PasswordBearer
from starlette.requests import HTTPConnection

from exercise_buddy.core.problems import Unauthenticated
from exercise_buddy.core.security.key_files import LEEWAY_SECONDS
from exercise_buddy.core.security.keys import KeyRing

ISSUER = "exercise-buddy"
AUDIENCE = "exercise-buddy-api"
TOKEN_TYPE = "at+jwt"  # noqa: S105  (the media type of access tokens)
CLAIMS = ("iss", "aud", "sub", "sid", "iat", "exp", "jti")

_CACHE_SIZE = 10_000
# The end of the year 9999.
_MAX_TIME = 253_402_300_799


@dataclass(frozen=True, slots=True)
class Identity:
    """The user of a request, and the session that the access token was issued for."""

    user_id: UUID
    session_id: UUID


class SessionRegister(Protocol):
    """A register of the sessions that access tokens were issued for. `auth` has one."""

    async def is_active(self, identity: Identity) -> bool:
        """Return whether the session of an access token exists, belongs to its user and was not revoked."""


class UnknownKeyError(jwt.InvalidTokenError):
    """The token names no key of this server."""


class TokenVerifier:
    """Verifies access tokens and caches the valid ones until they expire.

    PyJWT takes 50 to 200 µs for a token, depending on the algorithm; the cache takes less than 0.5 µs.
    """

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys
        self._version = keys.version
        self._cache: dict[str, tuple[Identity, float]] = {}

    def explain_refusal(self, token: str) -> tuple[str, str | None]:
        """Return why a token is refused, and the user that it names, whether truly or not: for the log.

        A valid token is refused because its session has ended.
        """
        try:
            subject = jwt.decode(token, options={"verify_signature": False}).get("sub")
            named = str(UUID(str(subject)))
        except (jwt.InvalidTokenError, ValueError):
            named = None
        try:
            self._verify(token)
        except (jwt.InvalidTokenError, ValueError, AttributeError, TypeError) as error:
            return type(error).__name__, named
        return "SessionEnded", named

    def identify(self, token: str) -> Identity | None:
        """Return the identity that a token proves. None if the token is invalid."""
        self._keys.refresh()
        if self._keys.version != self._version:
            # A key may have been removed or may have got an expiry time: its tokens must not stay valid.
            self._cache.clear()
            self._version = self._keys.version
        cached = self._cache.get(token)
        if cached is not None:
            if time.time() < cached[1]:
                return cached[0]
            del self._cache[token]
        try:
            identity, expires_at = self._verify(token)
        except (jwt.InvalidTokenError, ValueError, AttributeError, TypeError):
            return None
        if len(self._cache) >= _CACHE_SIZE:
            # The oldest entry also expires first.
            del self._cache[next(iter(self._cache))]
        self._cache[token] = (identity, expires_at)
        return identity

    def _verify(self, token: str) -> tuple[Identity, float]:
        """Return the identity that a token proves, and when it expires, in Unix time. Raise an error otherwise."""
        key = self._keys.verification_key(jwt.get_unverified_header(token).get("kid", ""))
        if key is None:
            raise UnknownKeyError
        decoded = jwt.decode_complete(
            token,
            key.public,
            algorithms=[key.algorithm],
            audience=AUDIENCE,
            issuer=ISSUER,
            leeway=LEEWAY_SECONDS,
            options={"require": list(CLAIMS), "strict_aud": True},
        )
        claims = decoded["payload"]
        # What is optional may be missing, but has a type.
        times = (claims[name] for name in ("iat", "exp", "nbf", "auth_time") if name in claims)
        if not _are_times(*times) or not isinstance(claims["jti"], str) or not _are_texts(claims.get("amr", [])):
            raise jwt.DecodeError("A claim has a wrong type.")
        if decoded["header"].get("typ") != TOKEN_TYPE:
            raise jwt.DecodeError("This is no access token.")
        identity = Identity(UUID(claims["sub"]), UUID(claims["sid"]))
        return identity, min(float(claims["exp"]) + LEEWAY_SECONDS, key.expires_at)


def _are_times(*claims: object) -> bool:
    """Return whether claims are whole seconds of an existing time. PyJWT accepts texts and integers of any size."""
    return all(type(claim) is int and 0 <= claim <= _MAX_TIME for claim in claims)


def _are_texts(claim: object) -> bool:
    return isinstance(claim, list) and all(isinstance(text, str) for text in claim)


def bearer_token(headers: list[tuple[bytes, bytes]]) -> str | None:
    """Return the bearer token of a request's raw headers. None if the request has none."""
    for name, value in headers:
        if name == b"authorization":
            scheme, _, token = value.decode("latin-1").partition(" ")
            return token.strip() if scheme.lower() == "bearer" else None
    return None


def require_identity(request: HTTPConnection) -> Identity:
    """Return the identity that the middleware found.

    Raises:
        Unauthenticated: the request has no valid access token.

    """
    identity: Identity | None = request.state.identity
    if identity is not None:
        return identity
    token = bearer_token(request.scope["headers"])
    if token is None:
        raise Unauthenticated("Send an access token: Authorization: Bearer …", headers={"WWW-Authenticate": "Bearer"})
    verifier: TokenVerifier = request.state.verifier
    reason, named = verifier.explain_refusal(token)
    raise Unauthenticated(
        "The access token is invalid or has expired.",
        headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        reason=reason,
        aimed_at=named,
    )


class BearerIdentity(OAuth2PasswordBearer):
    """Returns the identity that the middleware found, and documents the bearer token in OpenAPI."""

    async def __call__(self, request: HTTPConnection) -> Any:  # noqa: ANN401  (the base class returns a text)
        """Return the identity of a request, or raise `Unauthenticated`."""
        return require_identity(request)


SCHEME = "AccessToken"

# The kernel does not know where a client signs in: `core.http.openapi` adds the URL that `main` passes.
CurrentUser = Annotated[Identity, Depends(BearerIdentity(tokenUrl="", scheme_name=SCHEME))]
"""The signed-in user. An endpoint with this parameter answers 401 to everybody else."""


def find_bearer_dependency(dependant: Dependant) -> BearerIdentity | None:
    """Return the dependency with which an endpoint, or one of its dependencies, requires a signed-in user."""
    if isinstance(dependant.call, BearerIdentity):
        return dependant.call
    return next(filter(None, map(find_bearer_dependency, dependant.dependencies)), None)
