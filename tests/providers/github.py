"""GitHub as its documentation describes it: "Authorizing OAuth apps" and "REST API endpoints for users / emails".

It differs from RFC 6749 as GitHub does: errors of the token endpoint have status 200, responses are forms unless the
client accepts JSON, scopes are separated by commas, and the client's credentials are in the body.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from tests.providers.provider import Grant, Handler, OAuthError, Provider

_TOKEN_ERRORS = {"invalid_client": "incorrect_client_credentials", "invalid_grant": "bad_verification_code"}


@dataclass(frozen=True, slots=True)
class Address:
    """An entry of `/user/emails`."""

    email: str
    primary: bool = False
    verified: bool = True


@dataclass(frozen=True, slots=True)
class GitHubAccount:
    """An account at GitHub. The default is the documented example."""

    id: int = 583231
    login: str = "octocat"
    name: str | None = "The Octocat"
    email: str | None = None
    """The address of the public profile. GitHub does not verify it."""
    addresses: tuple[Address, ...] = (Address("octocat@github.com", primary=True),)


class GitHub(Provider[GitHubAccount]):
    """The GitHub stub."""

    name = "github"

    def __init__(self, base_url: str, redirect_uri: str) -> None:
        super().__init__(base_url, redirect_uri, GitHubAccount())

    def endpoints(self) -> dict[str, tuple[str, Handler]]:
        return {
            "authorize": ("/login/oauth/authorize", self.authorize),
            "token": ("/login/oauth/access_token", self._exchange_code),
            "user": ("/user", self._get_user),
            "emails": ("/user/emails", self._list_emails),
        }

    def endpoint_settings(self) -> dict[str, str]:
        oauth = f"{self.base_url}/login/oauth"
        return {"authorize_url": f"{oauth}/authorize", "token_url": f"{oauth}/access_token", "api_url": self.base_url}

    def build_token_response(self, grant: Grant[GitHubAccount], access_token: str) -> dict[str, Any]:
        return {"access_token": access_token, "scope": ",".join(grant.scopes), "token_type": "bearer"}

    def build_error(self, endpoint: str, error: OAuthError) -> Response:
        if endpoint == "token":
            document = {"error": _TOKEN_ERRORS.get(error.error, error.error), "error_description": error.description}
            return JSONResponse(document)
        return super().build_error(endpoint, error)

    async def _exchange_code(self, request: Request) -> Response:
        response = await self.exchange_code(request)
        if "application/json" in request.headers.get("accept", ""):
            return response
        return Response(urlencode(orjson.loads(response.body)), media_type="application/x-www-form-urlencoded")

    async def _get_user(self, request: Request) -> Response:
        grant = self._find_grant(request)
        if isinstance(grant, Response):
            return grant
        account = grant.account
        avatar_url = f"https://avatars.githubusercontent.com/u/{account.id}?v=4"
        return JSONResponse(
            {
                "login": account.login,
                "id": account.id,
                "avatar_url": avatar_url,
                "type": "User",
                "name": account.name,
                "email": account.email,
            }
        )

    async def _list_emails(self, request: Request) -> Response:
        grant = self._find_grant(request)
        if isinstance(grant, Response):
            return grant
        if not {"user", "user:email"} & set(grant.scopes):
            return JSONResponse({"message": "Not Found", "status": "404"}, 404)
        size = min(int(request.query_params.get("per_page", "30")), 100)
        return JSONResponse(
            [
                {"email": address.email, "primary": address.primary, "verified": address.verified, "visibility": None}
                for address in grant.account.addresses[:size]
            ]
        )

    def _find_grant(self, request: Request) -> Grant[GitHubAccount] | Response:
        if not request.headers.get("user-agent"):
            return PlainTextResponse("Please make sure your request has a User-Agent header.", 403)
        return self.find_grant(request) or JSONResponse({"message": "Bad credentials", "status": "401"}, 401)
