"""Discord as its documentation describes it: "OAuth2" and "User Resource"."""

import secrets
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.providers.provider import Grant, Handler, Provider


@dataclass(frozen=True, slots=True)
class DiscordAccount:
    """An account at Discord. The default is the documented example."""

    id: str = "80351110224678912"
    username: str = "Nelly"
    global_name: str | None = None
    discriminator: str = "1337"
    """"0" for all accounts with a user name of the new, unique kind."""
    avatar: str | None = "8342729096ea3675442027381ff50dfe"
    """The hash of the picture. The prefix `a_` marks an animated one, which is also available as a GIF."""
    verified: bool = True
    email: str | None = "nelly@discord.com"
    omitted: tuple[str, ...] = ()
    """Fields that the response lacks: `email` and `verified` are optional, even with their scope."""


class Discord(Provider[DiscordAccount]):
    """The Discord stub."""

    name = "discord"

    def __init__(self, base_url: str, redirect_uri: str) -> None:
        super().__init__(base_url, redirect_uri, DiscordAccount())

    def endpoints(self) -> dict[str, tuple[str, Handler]]:
        return {
            "authorize": ("/oauth2/authorize", self.authorize),
            "token": ("/api/oauth2/token", self.exchange_code),
            "user": ("/api/users/@me", self._get_user),
        }

    def endpoint_settings(self) -> dict[str, str]:
        return {
            "authorize_url": f"{self.base_url}/oauth2/authorize",
            "token_url": f"{self.base_url}/api/oauth2/token",
            "api_url": f"{self.base_url}/api",
        }

    def build_token_response(self, grant: Grant[DiscordAccount], access_token: str) -> dict[str, Any]:
        return {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": 604_800,
            "refresh_token": secrets.token_urlsafe(24),
            "scope": " ".join(grant.scopes),
        }

    async def _get_user(self, request: Request) -> Response:
        grant = self.find_grant(request)
        if grant is None or "identify" not in grant.scopes:
            return JSONResponse({"message": "401: Unauthorized", "code": 0}, 401)
        account = grant.account
        user: dict[str, Any] = {
            "id": account.id,
            "username": account.username,
            "global_name": account.global_name,
            "discriminator": account.discriminator,
            "avatar": account.avatar,
        }
        if "email" in grant.scopes:
            user |= {"verified": account.verified, "email": account.email}
        return JSONResponse({name: value for name, value in user.items() if name not in account.omitted})
