"""Providers that speak OpenID Connect: found by discovery, believed by signature."""

import time
from typing import Any, Self

from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from exercise_buddy.auth.oauth.http import ProviderError, address_of, get_json, talking, text_of
from exercise_buddy.auth.oauth.providers import Attempt, ClientRegistration, Person, Provider
from exercise_buddy.auth.settings import AuthSettings

# Signatures that need the provider's private key: never a shared secret, never none.
_ALGORITHMS = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
_REMEMBERED_SECONDS = 3600.0
# A key that we do not know makes us look, but not more often.
_LOOK_AGAIN_SECONDS = 1.0
_CLOCK_LEEWAY_SECONDS = 60


class OpenId(Provider):
    """An OpenID provider, known by its issuer."""

    scope = "openid email profile"

    def __init__(self, us: ClientRegistration, issuer: str) -> None:
        super().__init__(us)
        self._issuer = issuer
        self._document: dict[str, Any] = {}
        self._document_until = 0.0
        self._keys: KeySet | None = None
        self._keys_read_at = 0.0

    async def authorization_url(self, attempt: Attempt) -> str:
        """Give the address to which somebody is sent to sign in."""
        async with talking(**self.client_options()) as client:
            document = await self._discovered(client)
            url, _ = client.create_authorization_url(
                document["authorization_endpoint"],
                state=attempt.state,
                code_verifier=attempt.code_verifier,
                nonce=attempt.nonce,
            )
        return str(url)

    async def person(self, attempt: Attempt, code: str, issuer: str | None) -> Person:
        """Find out who has come back, by the ID token."""
        async with talking(**self.client_options()) as client:
            document = await self._discovered(client)
            if issuer is None and document.get("authorization_response_iss_parameter_supported") is True:
                raise ProviderError("the callback lacks its iss")
            if issuer is not None and issuer != self._issuer:
                raise ProviderError("the callback is of another issuer")
            methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
            client.token_endpoint_auth_method = (
                "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
            )
            token = await client.fetch_token(
                document["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=attempt.code_verifier,
                headers={"Accept": "application/json"},
            )
            claims = await self._verified(client, token["id_token"], attempt.nonce, str(token["access_token"]))
            if claims.get("email") is None and "userinfo_endpoint" in document:
                claims |= await self._user_info(client, document["userinfo_endpoint"], claims["sub"])
            return Person(
                subject=claims["sub"],
                email=address_of(claims),
                email_verified=claims.get("email_verified") is True,
                name=text_of(claims, "name"),
                username=text_of(claims, "preferred_username") or text_of(claims, "name"),
                avatar_url=text_of(claims, "picture", 2048),
            )

    async def _discovered(self, client: AsyncOAuth2Client) -> dict[str, Any]:
        if time.monotonic() >= self._document_until:
            url = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
            document = await get_json(client, url, withhold_token=True)
            if not isinstance(document, dict) or document.get("issuer") != self._issuer:
                raise ProviderError("its discovery document is of another issuer")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if not isinstance(document.get(name), str):
                    raise ProviderError(f"its discovery document lacks {name}")
            self._document, self._document_until = document, time.monotonic() + _REMEMBERED_SECONDS
        return self._document

    async def _verified(
        self, client: AsyncOAuth2Client, id_token: str, nonce: str, access_token: str
    ) -> dict[str, Any]:
        allowed = set(self._document.get("id_token_signing_alg_values_supported", ["RS256"])) & _ALGORITHMS
        fresh = time.monotonic() - self._keys_read_at < _LOOK_AGAIN_SECONDS
        try:
            token = jwt.decode(id_token, await self._key_set(client, anew=False), algorithms=sorted(allowed))
        except (JoseError, ValueError):
            if fresh:
                raise
            token = jwt.decode(id_token, await self._key_set(client, anew=True), algorithms=sorted(allowed))
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": self._issuer},
                "aud": {"essential": True, "value": self.us.client_id},
            },
            {"nonce": nonce, "client_id": self.us.client_id, "access_token": access_token},
        )
        claims.validate(leeway=_CLOCK_LEEWAY_SECONDS)
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():  # noqa: PLR2004
            raise ProviderError("it does not say who that is")
        return dict(claims)

    async def _key_set(self, client: AsyncOAuth2Client, *, anew: bool) -> KeySet:
        if self._keys is None or anew or time.monotonic() - self._keys_read_at > _REMEMBERED_SECONDS:
            document = await get_json(client, self._document["jwks_uri"], withhold_token=True)
            self._keys = KeySet.import_key_set(document)
            self._keys_read_at = time.monotonic()
        return self._keys

    @staticmethod
    async def _user_info(client: AsyncOAuth2Client, url: str, subject: str) -> dict[str, Any]:
        found = await get_json(client, url)
        if not isinstance(found, dict) or found.get("sub") != subject:
            raise ProviderError("its user info is of somebody else")
        return found


class Google(OpenId):
    """Google, or another OpenID provider in its place."""

    name = "google"

    @classmethod
    def configured(cls, us: ClientRegistration, settings: AuthSettings) -> Self:
        """Make the provider from the settings."""
        return cls(us, settings.google_issuer)
