"""Discord as its documentation describes it: "OAuth2", "User Resource", "API Reference".

The redirect URI is compared to the letter. Where the documentation says nothing of an error, RFC 6749 does.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from tests.providers.counterpart import Counterpart, Handler, running
from tests.providers.grants import Refused, check_challenge
from tests.providers.oauth import authenticate, bearer_token, error_document, form, query, send_back

CALLBACK = "http://testserver/api/v1/auth/discord/callback"

_TOKEN_LIFETIME_SECONDS = 604_800


@dataclass(frozen=True, slots=True)
class DiscordAccount:
    """Somebody with an account at Discord. The default is the documented example."""

    id: str = "80351110224678912"
    username: str = "Nelly"
    global_name: str | None = None
    discriminator: str = "1337"
    """"0" for all who have a user name of the new kind, which is unique."""
    avatar: str | None = "8342729096ea3675442027381ff50dfe"
    """The hash of the picture. One that begins with `a_` moves, and there is a GIF of it."""
    verified: bool = True
    email: str | None = "nelly@discord.com"
    omitted: tuple[str, ...] = ()
    """The fields that are left out although the scopes allow them: `email` and `verified` are optional."""

    def profile(self, scopes: Sequence[str]) -> dict[str, Any]:
        """Give what `/users/@me` says to a token of these scopes."""
        said: dict[str, Any] = {
            "id": self.id,
            "username": self.username,
            "global_name": self.global_name,
            "discriminator": self.discriminator,
            "avatar": self.avatar,
            "flags": 64,
            "public_flags": 64,
            "banner": "06c16474723fe537c283b8efa61a30c8",
            "accent_color": 16_711_680,
            "locale": "en-US",
            "mfa_enabled": True,
            "premium_type": 0,
            "avatar_decoration_data": {
                "sku_id": "1144058844004233369",
                "asset": "a_fed43ab12698df65902ba06727e20c0e",
            },
            "collectibles": None,
            "primary_guild": None,
        }
        if "email" in scopes:
            said |= {"verified": self.verified, "email": self.email}
        return {name: value for name, value in said.items() if name not in self.omitted}


NELLY = DiscordAccount()
NEW_NAME = DiscordAccount(
    id="1100000000000000001", username="nelly.b", global_name="Nelly B.", discriminator="0", avatar=None
)
ANIMATED = DiscordAccount(id="80351110224678913", avatar="a_1269e74af4df7417b13759eae50c83dc", discriminator="0")
LEGACY_WITHOUT_AVATAR = DiscordAccount(id="80351110224678914", avatar=None, discriminator="1337")
UNVERIFIED = DiscordAccount(id="80351110224678915", verified=False)
VERIFIED_UNSAID = DiscordAccount(id="80351110224678916", omitted=("verified",))
EMAIL_NULL = DiscordAccount(id="80351110224678917", email=None)
EMAIL_UNSAID = DiscordAccount(id="80351110224678918", omitted=("email",))


class Discord(Counterpart[DiscordAccount]):
    """The stub."""

    name = "discord"

    def __init__(self, base_url: str, redirect_uri: str = CALLBACK, person: DiscordAccount = NELLY) -> None:
        super().__init__(base_url, redirect_uri, person)
        self.api_url = f"{base_url}/api"
        self.granted_scopes: tuple[str, ...] | None = None
        """The scopes that people grant, if not those that are asked for."""

    def endpoints(self) -> Sequence[tuple[str, str, Handler, tuple[str, ...]]]:
        return (
            ("authorize", "/oauth2/authorize", self._authorize, ("GET",)),
            ("token", "/api/oauth2/token", self._token, ("POST",)),
            ("user", "/api/users/@me", self._me, ("GET",)),
        )

    def refusal(self, endpoint: str, error: Refused) -> Response:
        if endpoint == "token":
            return error_document(error)
        return HTMLResponse(f"<!doctype html><title>Discord</title><p>{error.description}", 400)

    def settings(self) -> dict[str, str]:
        return self._credentials(
            authorize_url=f"{self.base_url}/oauth2/authorize",
            token_url=f"{self.base_url}/api/oauth2/token",
            api_url=self.api_url,
        )

    async def _authorize(self, request: Request) -> Response:
        sent = query(request)
        if sent.get("client_id") != self.client.client_id:
            raise Refused("invalid_client", "Unknown Application")
        redirect_uri = sent.get("redirect_uri", "")
        if redirect_uri not in self.client.redirect_uris:
            raise Refused("invalid_request", "Invalid OAuth2 redirect_uri")
        state = sent.get("state")
        try:
            _check_authorization_request(sent)
        except Refused as error:
            return send_back(redirect_uri, error=error.error, error_description=error.description, state=state)
        if self.deny:
            description = "The resource owner or authorization server denied the request"
            return send_back(redirect_uri, error="access_denied", error_description=description, state=state)
        scopes = sent["scope"].split() if self.granted_scopes is None else self.granted_scopes
        return send_back(redirect_uri, code=self.code_for(self.next_person, sent, redirect_uri, scopes), state=state)

    async def _token(self, request: Request) -> Response:
        sent = await form(request)
        authenticate(request, sent, self.client)
        if sent.get("grant_type") != "authorization_code":
            raise Refused("unsupported_grant_type", 'Grant type "authorization_code" is the only one here.')
        try:
            grant = self.grants.redeem(sent.get("code", ""), sent.get("redirect_uri"), sent.get("code_verifier"))
        except Refused:
            raise Refused("invalid_grant", 'Invalid "code" in request.') from None
        answer = {
            "access_token": self.grants.token_for(grant),
            "token_type": "Bearer",
            "expires_in": _TOKEN_LIFETIME_SECONDS,
            "refresh_token": secrets.token_urlsafe(24),
            "scope": " ".join(grant.scopes),
        }
        return JSONResponse(answer)

    async def _me(self, request: Request) -> Response:
        grant = self.grants.of_token(bearer_token(request))
        if grant is None:
            return JSONResponse({"message": "401: Unauthorized", "code": 0}, 401)
        if "identify" not in grant.scopes:
            return JSONResponse({"message": "Missing Access", "code": 50001}, 403)
        return JSONResponse(grant.person.profile(grant.scopes))


def _check_authorization_request(sent: dict[str, str]) -> None:
    if sent.get("response_type") != "code":
        raise Refused("unsupported_response_type", "response_type must be code")
    if "scope" not in sent:
        raise Refused("invalid_scope", "there is no scope")
    if {"code_challenge", "code_challenge_method"} & sent.keys():
        check_challenge(sent.get("code_challenge"), sent.get("code_challenge_method"))


@contextmanager
def discord_stub(
    redirect_uri: str = CALLBACK, person: DiscordAccount = NELLY, *, host: str = "127.0.0.1"
) -> Iterator[Discord]:
    """Run Discord on loopback."""
    with running(lambda base_url: Discord(base_url, redirect_uri, person), host) as discord:
        yield discord
