"""GitHub as its documentation describes it: "Authorizing OAuth apps", its troubleshooting pages, "REST: users, emails".

It differs from RFC 6749 where GitHub does: errors of the token endpoint are a 200, answers are forms unless JSON is
asked for, scopes are separated by commas, the client's credentials are parameters of the body, and there is no
`expires_in`.

Two things are stricter than there. The redirect URI is compared to the letter, and credentials in a URL are not read.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from tests.providers.counterpart import Counterpart, Handler, running
from tests.providers.github_accounts import OCTOCAT, GitHubAccount
from tests.providers.grants import Grant, Refused, check_challenge
from tests.providers.oauth import bearer_token, form, is_client, query, send_back

CALLBACK = "http://testserver/api/v1/auth/github/callback"
API_PATH = "/api/v3"
"""Where GitHub Enterprise has the API. On github.com it has a host of its own."""

_DOCS = "https://docs.github.com"
_TOKEN_ERRORS = "/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/"
_REQUEST_ERRORS = "/apps/managing-oauth-apps/troubleshooting-authorization-request-errors/"
# The error codes that are documented, each with its sentence and the page that explains it.
_ERRORS = {
    "incorrect_client_credentials": (
        "The client_id and/or client_secret passed are incorrect.",
        f"{_TOKEN_ERRORS}#incorrect-client-credentials",
    ),
    "redirect_uri_mismatch": (
        "The redirect_uri MUST match the registered callback URL for this application.",
        f"{_REQUEST_ERRORS}#redirect-uri-mismatch2",
    ),
    "bad_verification_code": (
        "The code passed is incorrect or expired.",
        f"{_TOKEN_ERRORS}#bad-verification-code",
    ),
    "unverified_user_email": (
        "The user must have a verified primary email.",
        f"{_TOKEN_ERRORS}#unverified_user_email",
    ),
    "access_denied": ("The user has denied your application access.", f"{_REQUEST_ERRORS}#access-denied"),
    "application_suspended": (
        "Your application has been suspended. Contact support@github.com.",
        f"{_REQUEST_ERRORS}#application-suspended",
    ),
}


class GitHub(Counterpart[GitHubAccount]):
    """The stub."""

    name = "github"

    def __init__(self, base_url: str, redirect_uri: str = CALLBACK, person: GitHubAccount = OCTOCAT) -> None:
        super().__init__(base_url, redirect_uri, person)
        self.code_lifetime_seconds = 600
        self.api_url = base_url + API_PATH
        self.suspended = False
        """Whether the application is suspended."""
        self.refuse_unverified = False
        """Whether people without a verified primary address get no token, as is documented; it was not always so."""
        self.granted_scopes: tuple[str, ...] | None = None
        """The scopes that people grant, if not those that are asked for."""
        self.emails_forbidden = False
        """Whether `/user/emails` answers as it does to a GitHub App that lacks the permission."""

    def endpoints(self) -> Sequence[tuple[str, str, Handler, tuple[str, ...]]]:
        return (
            ("authorize", "/login/oauth/authorize", self._authorize, ("GET",)),
            ("token", "/login/oauth/access_token", self._token, ("POST",)),
            ("user", f"{API_PATH}/user", self._user, ("GET",)),
            ("emails", f"{API_PATH}/user/emails", self._emails, ("GET",)),
        )

    def refusal(self, endpoint: str, error: Refused) -> Response:
        return HTMLResponse(f"<!doctype html><title>404</title><p>{endpoint}: {escape(error.description)}", 404)

    def settings(self) -> dict[str, str]:
        return self._credentials(
            authorize_url=f"{self.base_url}/login/oauth/authorize",
            token_url=f"{self.base_url}/login/oauth/access_token",
            api_url=self.api_url,
        )

    async def _authorize(self, request: Request) -> Response:
        sent = query(request)
        if sent.get("client_id") != self.client.client_id:
            raise Refused("invalid_client", "there is no such application")
        redirect_uri = sent.get("redirect_uri", self.redirect_uri)
        error = self._reason_to_send_back(redirect_uri)
        if error is not None:
            description, page = _ERRORS[error]
            return send_back(
                self.redirect_uri, error=error, error_description=description, error_uri=page, state=sent.get("state")
            )
        if {"code_challenge", "code_challenge_method"} & sent.keys():
            check_challenge(sent.get("code_challenge"), sent.get("code_challenge_method"))
        asked_for = tuple(sent.get("scope", "").replace(",", " ").split())
        scopes = asked_for if self.granted_scopes is None else self.granted_scopes
        code = self.code_for(self.next_person, sent, redirect_uri, scopes)
        return send_back(redirect_uri, code=code, state=sent.get("state"))

    def _reason_to_send_back(self, redirect_uri: str) -> str | None:
        if self.suspended:
            return "application_suspended"
        if redirect_uri not in self.client.redirect_uris:
            return "redirect_uri_mismatch"
        return "access_denied" if self.deny else None

    async def _token(self, request: Request) -> Response:
        sent = await _parameters(request)
        if not is_client(self.client, sent.get("client_id", ""), sent.get("client_secret", "")):
            return _by_accept(request, _error("incorrect_client_credentials"))
        redirect_uri = sent.get("redirect_uri", self.redirect_uri)
        if redirect_uri not in self.client.redirect_uris:
            return _by_accept(request, _error("redirect_uri_mismatch"))
        try:
            grant = self.grants.redeem(sent.get("code", ""), redirect_uri, sent.get("code_verifier"))
        except Refused:
            return _by_accept(request, _error("bad_verification_code"))
        if self.refuse_unverified and not any(a.primary and a.verified for a in grant.person.addresses):
            return _by_accept(request, _error("unverified_user_email"))
        token = self.grants.token_for(grant, "gho_")
        return _by_accept(request, {"access_token": token, "scope": ",".join(grant.scopes), "token_type": "bearer"})

    async def _user(self, request: Request) -> Response:
        grant = self._granted(request)
        if isinstance(grant, Response):
            return grant
        profile = grant.person.public_profile(self.api_url)
        if {"user", "read:user"} & set(grant.scopes):
            profile |= {"user_view_type": "private", "private_gists": 81, "two_factor_authentication": True}
        return self._answer(profile, grant, accepted="")

    async def _emails(self, request: Request) -> Response:
        grant = self._granted(request)
        if isinstance(grant, Response):
            return grant
        page_of_docs = f"{_DOCS}/rest/users/emails#list-email-addresses-for-the-authenticated-user"
        if self.emails_forbidden:
            return _message("Resource not accessible by integration", 403, page_of_docs)
        if not {"user", "user:email"} & set(grant.scopes):
            return _message("Not Found", 404, page_of_docs)
        size = min(int(request.query_params.get("per_page", "30")), 100)
        page = int(request.query_params.get("page", "1"))
        shown = [
            {"email": a.email, "primary": a.primary, "verified": a.verified, "visibility": a.visibility}
            for a in grant.person.addresses
        ]
        answer = self._answer(shown[(page - 1) * size : page * size], grant, accepted="user, user:email")
        if page * size < len(shown):
            following = f"{self.api_url}/user/emails?{urlencode({'per_page': size, 'page': page + 1})}"
            answer.headers["Link"] = f'<{following}>; rel="next"'
        return answer

    def _granted(self, request: Request) -> Grant[GitHubAccount] | Response:
        if not request.headers.get("user-agent"):
            text = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header."
            return PlainTextResponse(text, 403)
        grant = self.grants.of_token(bearer_token(request))
        if grant is not None:
            return grant
        missing = "authorization" not in request.headers
        return _message("Requires authentication" if missing else "Bad credentials", 401, f"{_DOCS}/rest")

    def _answer(self, content: Any, grant: Grant[GitHubAccount], accepted: str) -> Response:
        headers = {
            "X-OAuth-Scopes": ", ".join(grant.scopes),
            "X-Accepted-OAuth-Scopes": accepted,
            "X-GitHub-Request-Id": secrets.token_hex(8).upper(),
            "Cache-Control": "private, max-age=60, s-maxage=60",
        }
        return Response(orjson.dumps(content), media_type="application/json; charset=utf-8", headers=headers)


async def _parameters(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").startswith("application/json"):
        content = orjson.loads(await request.body() or b"{}")
        return {name: str(value) for name, value in content.items()}
    return await form(request)


def _error(code: str) -> dict[str, str]:
    description, page = _ERRORS[code]
    return {"error": code, "error_description": description, "error_uri": page}


def _by_accept(request: Request, content: dict[str, str]) -> Response:
    wanted = request.headers.get("accept", "")
    if "application/json" in wanted:
        return JSONResponse(content)
    if "application/xml" in wanted:
        elements = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in content.items())
        return Response(f"<OAuth>{elements}</OAuth>", media_type="application/xml")
    return Response(urlencode(content), media_type="application/x-www-form-urlencoded")


def _message(text: str, status: int, page: str) -> JSONResponse:
    return JSONResponse({"message": text, "documentation_url": page, "status": str(status)}, status)


@contextmanager
def github_stub(
    redirect_uri: str = CALLBACK, person: GitHubAccount = OCTOCAT, *, host: str = "127.0.0.1"
) -> Iterator[GitHub]:
    """Run GitHub on loopback."""
    with running(lambda base_url: GitHub(base_url, redirect_uri, person), host) as github:
        yield github
