"""Providers with OpenID Connect: configured by discovery, verified by the signature of the ID token."""

import time
from typing import Any

from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from exercise_buddy.auth.oauth.http import ProviderError, get_email, get_json, get_text, provider_client
from exercise_buddy.auth.oauth.providers import AuthorizationRequest, ClientRegistration, Provider, ProviderProfile
from exercise_buddy.auth.settings import AuthSettings

# Only signatures with the provider's private key: no shared secret, no `none`.
_ALGORITHMS = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
_CACHE_SECONDS = 3600.0
# An unknown key causes another request for the keys, but not more often than this.
_REFRESH_SECONDS = 1.0
_CLOCK_LEEWAY_SECONDS = 60


class OpenIDProvider(Provider):
    """A provider with OpenID Connect, identified by its issuer."""

    scope = "openid email profile"

    def __init__(self, registration: ClientRegistration, settings: AuthSettings) -> None:
        super().__init__(registration)
        self._issuer: str = getattr(settings, f"{self.name}_issuer")
        self._document: dict[str, Any] = {}
        self._document_until = 0.0
        self._keys: KeySet | None = None
        self._keys_read_at = 0.0

    async def authorization_url(self, request: AuthorizationRequest) -> str:
        """Return the URL to which the browser is redirected."""
        async with provider_client(**self.client_options()) as client:
            document = await self._discover(client)
            url, _ = client.create_authorization_url(
                document["authorization_endpoint"],
                state=request.state,
                code_verifier=request.code_verifier,
                nonce=request.nonce,
            )
        return str(url)

    async def fetch_profile(self, request: AuthorizationRequest, code: str, issuer: str | None) -> ProviderProfile:
        """Exchange the code and return the profile of the verified ID token."""
        async with provider_client(**self.client_options()) as client:
            document = await self._discover(client)
            if issuer is None and document.get("authorization_response_iss_parameter_supported") is True:
                raise ProviderError("the callback lacks its iss")
            if issuer is not None and issuer != self._issuer:
                raise ProviderError("the callback has another issuer")
            methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
            client.token_endpoint_auth_method = (
                "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
            )
            token = await client.fetch_token(
                document["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=request.code_verifier,
                headers={"Accept": "application/json"},
            )
            claims = await self._verify(client, token["id_token"], request.nonce, str(token["access_token"]))
            if claims.get("email") is None and "userinfo_endpoint" in document:
                claims |= await self._request_user_info(client, document["userinfo_endpoint"], claims["sub"])
            return ProviderProfile(
                subject=claims["sub"],
                email=get_email(claims),
                email_verified=claims.get("email_verified") is True,
                name=get_text(claims, "name"),
                username=get_text(claims, "preferred_username") or get_text(claims, "name"),
                avatar_url=get_text(claims, "picture", 2048),
            )

    async def _discover(self, client: AsyncOAuth2Client) -> dict[str, Any]:
        if time.monotonic() >= self._document_until:
            url = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
            document = await get_json(client, url, withhold_token=True)
            if not isinstance(document, dict) or document.get("issuer") != self._issuer:
                raise ProviderError("its discovery document has another issuer")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if not isinstance(document.get(name), str):
                    raise ProviderError(f"its discovery document lacks {name}")
            self._document, self._document_until = document, time.monotonic() + _CACHE_SECONDS
        return self._document

    async def _verify(self, client: AsyncOAuth2Client, id_token: str, nonce: str, access_token: str) -> dict[str, Any]:
        allowed = set(self._document.get("id_token_signing_alg_values_supported", ["RS256"])) & _ALGORITHMS
        is_current = time.monotonic() - self._keys_read_at < _REFRESH_SECONDS
        try:
            token = jwt.decode(id_token, await self._get_keys(client, refresh=False), algorithms=sorted(allowed))
        except (JoseError, ValueError):
            if is_current:
                raise
            token = jwt.decode(id_token, await self._get_keys(client, refresh=True), algorithms=sorted(allowed))
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": self._issuer},
                "aud": {"essential": True, "value": self.registration.client_id},
            },
            {"nonce": nonce, "client_id": self.registration.client_id, "access_token": access_token},
        )
        claims.validate(leeway=_CLOCK_LEEWAY_SECONDS)
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():  # noqa: PLR2004
            raise ProviderError("its ID token has no valid subject")
        return dict(claims)

    async def _get_keys(self, client: AsyncOAuth2Client, *, refresh: bool) -> KeySet:
        if self._keys is None or refresh or time.monotonic() - self._keys_read_at > _CACHE_SECONDS:
            document = await get_json(client, self._document["jwks_uri"], withhold_token=True)
            self._keys = KeySet.import_key_set(document)
            self._keys_read_at = time.monotonic()
        return self._keys

    @staticmethod
    async def _request_user_info(client: AsyncOAuth2Client, url: str, subject: str) -> dict[str, Any]:
        found = await get_json(client, url)
        if not isinstance(found, dict) or found.get("sub") != subject:
            raise ProviderError("its user info has another subject")
        return found


class Google(OpenIDProvider):
    """Google, or another OpenID provider that the settings put in its place."""

    name = "google"
