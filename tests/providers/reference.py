"""A correct client of an OpenID provider, made of Authlib and PyJWT, to try the tests' own providers with.

It is no part of what is tested, and the sign-in does not use it: what both agree on is what the standards say.
"""

import secrets
from dataclasses import dataclass
from typing import Any

import httpx
import jwt
from authlib.integrations.httpx_client import AsyncOAuth2Client

from tests.providers.openid import OpenIDProvider
from tests.providers.serving import NO_CERTIFICATES, http_client
from tests.providers.visitor import parameters, visit


@dataclass(frozen=True, slots=True)
class Request:
    """An authorization request, and what the client keeps of it."""

    url: str
    state: str
    nonce: str
    verifier: str


class ReferenceClient:
    """A confidential client with PKCE that checks what it gets."""

    def __init__(self, settings: dict[str, str], method: str = "client_secret_basic") -> None:
        """Take the credentials and the issuer out of the settings that a counterpart gives for Google."""
        self.issuer = settings["google_issuer"]
        self.client_id = settings["google_client_id"]
        self._secret = settings["google_client_secret"]
        self._redirect_uri = settings["google_redirect_uri"]
        self._method = method

    async def discover(self) -> dict[str, Any]:
        """Read the discovery document."""
        async with http_client() as http:
            document: dict[str, Any] = (await http.get(f"{self.issuer}/.well-known/openid-configuration")).json()
        assert document["issuer"] == self.issuer
        return document

    async def request(self, **changed: str | None) -> Request:
        """Make an authorization request; `changed` parameters are sent otherwise, or not at all (None)."""
        endpoint = (await self.discover())["authorization_endpoint"]
        nonce, verifier = secrets.token_urlsafe(16), secrets.token_urlsafe(48)
        async with self._authlib() as client:
            url, state = client.create_authorization_url(endpoint, code_verifier=verifier, nonce=nonce)
        sent = parameters(url) | changed
        query = httpx.QueryParams({name: value for name, value in sent.items() if value is not None})
        return Request(f"{endpoint}?{query}", state, nonce, verifier)

    async def redeem(self, code: str, verifier: str | None, **changed: str) -> dict[str, Any]:
        """Exchange a code for the answer of the token endpoint.

        Raises:
            authlib's OAuthError: the provider refuses it.

        """
        endpoint = (await self.discover())["token_endpoint"]
        sent = {"code": code, **({"code_verifier": verifier} if verifier else {}), **changed}
        async with self._authlib() as client:
            token: dict[str, Any] = await client.fetch_token(endpoint, grant_type="authorization_code", **sent)
        return token

    async def claims(self, id_token: str, nonce: str) -> dict[str, Any]:
        """Check an ID token (OpenID Connect Core, 3.1.3.7), and give its claims.

        Raises:
            PyJWTError: it is not for this client, not of this issuer, not of this request, too old, not well signed.

        """
        async with http_client() as http:
            keys = jwt.PyJWKSet.from_dict((await http.get((await self.discover())["jwks_uri"])).json())
        try:
            key = keys[jwt.get_unverified_header(id_token)["kid"]]
        except KeyError:
            raise jwt.InvalidKeyError("the key set does not have this key") from None
        claims: dict[str, Any] = jwt.decode(
            id_token,
            key,
            algorithms=["RS256"],
            audience=self.client_id,
            issuer=self.issuer,
            options={"require": ["iss", "aud", "sub", "exp", "iat", "nonce"]},
        )
        if claims["nonce"] != nonce:
            raise jwt.InvalidTokenError("the nonce is of another request")
        if claims.get("azp", self.client_id) != self.client_id:
            raise jwt.InvalidTokenError("it was issued to another party")
        return claims

    async def userinfo(self, access_token: str) -> dict[str, Any]:
        """Ask the userinfo endpoint."""
        endpoint = (await self.discover())["userinfo_endpoint"]
        async with http_client() as http:
            response = await http.get(endpoint, headers={"Authorization": f"Bearer {access_token}"})
        answer: dict[str, Any] = response.raise_for_status().json()
        return answer

    async def sign_in(self, **changed: str) -> dict[str, Any]:
        """Go all the way, and give the claims of the ID token."""
        request = await self.request(**changed)
        back = parameters(await visit(request.url))
        assert back["state"] == request.state
        token = await self.redeem(back["code"], request.verifier)
        return await self.claims(token["id_token"], request.nonce)

    def _authlib(self) -> Any:
        return AsyncOAuth2Client(
            self.client_id,
            self._secret,
            token_endpoint_auth_method=self._method,
            scope="openid email profile",
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            trust_env=False,
            verify=NO_CERTIFICATES,
        )


async def redeem_a_made_up_code(provider: OpenIDProvider, **options: Any) -> httpx.Response:
    """Send a token request that is right but for its code. `options` are those of httpx."""
    settings = provider.settings()
    form = {
        "grant_type": "authorization_code",
        "code": "made-up",
        "code_verifier": "v" * 64,
        "client_id": settings["google_client_id"],
        "client_secret": settings["google_client_secret"],
    }
    async with http_client() as http:
        return await http.post(f"{provider.issuer}/token", data=form, **options)
