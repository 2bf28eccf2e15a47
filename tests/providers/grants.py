"""What an authorization server has to remember between the authorization request and the use of a token."""

import hashlib
import re
import secrets
import time
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tests.providers.keys import base64url

PersonT = TypeVar("PersonT")

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class Refused(Exception):  # noqa: N818  (this is the word of the trade)
    """An outcome that RFC 6749 calls an error: its code, and a sentence for the developer."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status


@dataclass(slots=True)
class Client:
    """A registered client, with a secret, and with the exact URIs that it may be called back at."""

    client_id: str
    client_secret: str
    redirect_uris: set[str]


@dataclass(slots=True)
class Grant(Generic[PersonT]):
    """What a person has granted, until it is redeemed with its code, and then for as long as its token lives."""

    person: PersonT
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str | None
    nonce: str | None
    expires_at: float
    tokens: list[str] = field(default_factory=list)
    redeemed: bool = False


class Grants(Generic[PersonT]):
    """The codes and access tokens that a provider has handed out."""

    def __init__(self) -> None:
        self._codes: dict[str, Grant[PersonT]] = {}
        self._tokens: dict[str, Grant[PersonT]] = {}

    def code_for(self, grant: Grant[PersonT]) -> str:
        """Hand out a code."""
        code = secrets.token_urlsafe(32)
        self._codes[code] = grant
        return code

    def redeem(self, code: str, redirect_uri: str | None, verifier: str | None) -> Grant[PersonT]:
        """Take a code back. It dies by this, whatever comes of it.

        Raises:
            Refused: `invalid_grant`. A code that comes a second time ends the tokens of the first (RFC 6749, 4.1.2).

        """
        grant = self._codes.get(code)
        if grant is None:
            raise Refused("invalid_grant", "there is no such code")
        if grant.redeemed:
            for token in grant.tokens:
                self._tokens.pop(token, None)
            raise Refused("invalid_grant", "this code was redeemed before")
        grant.redeemed = True
        if time.monotonic() >= grant.expires_at:
            raise Refused("invalid_grant", "this code has expired")
        if redirect_uri != grant.redirect_uri:
            raise Refused("invalid_grant", "redirect_uri is not the one of the authorization request")
        check_verifier(grant.challenge, verifier)
        return grant

    def token_for(self, grant: Grant[PersonT], prefix: str = "") -> str:
        """Hand out an access token."""
        token = prefix + secrets.token_hex(18)
        self._tokens[token] = grant
        grant.tokens.append(token)
        return token

    def of_token(self, token: str) -> Grant[PersonT] | None:
        """Find what an access token stands for."""
        return self._tokens.get(token)


def check_challenge(challenge: str | None, method: str | None) -> None:
    """Check the PKCE parameters of an authorization request (RFC 7636): S256, and nothing less.

    Raises:
        Refused: `invalid_request`.

    """
    if method != "S256":
        raise Refused("invalid_request", "code_challenge_method must be S256")
    if challenge is None or not _CHALLENGE.fullmatch(challenge):
        raise Refused("invalid_request", "code_challenge must be a SHA-256 hash in base64url, 43 characters")


def check_verifier(challenge: str | None, verifier: str | None) -> None:
    """Check the verifier of a token request against the challenge of the authorization request.

    Raises:
        Refused: `invalid_grant`; also if there is a verifier and was no challenge, since somebody took that away
            (RFC 9700, 2.1.1).

    """
    if challenge is None:
        if verifier is not None:
            raise Refused("invalid_grant", "there is a code_verifier, but there was no code_challenge")
        return
    if verifier is None or not _VERIFIER.fullmatch(verifier):
        raise Refused("invalid_grant", "code_verifier must be 43 to 128 unreserved characters")
    if base64url(hashlib.sha256(verifier.encode()).digest()) != challenge:
        raise Refused("invalid_grant", "code_verifier does not match the code_challenge")
