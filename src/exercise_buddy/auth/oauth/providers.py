"""The sign-in providers.

To add one, write a subclass of `Provider` with an authorization URL, a token URL and a request for the profile, add its
settings, and list it in `registry.PROVIDERS`. A provider with OpenID Connect only needs a subclass of `OpenIDProvider`
(see `openid.py`).
"""

import secrets
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from authlib.integrations.httpx_client import AsyncOAuth2Client

from exercise_buddy.auth.oauth.http import ProviderError, get_email, get_json, get_text, provider_client
from exercise_buddy.auth.settings import AuthSettings

# GitHub accepts the client secret only in the body, Discord there too.
_TOKEN_ENDPOINT_AUTH = "client_secret_post"  # noqa: S105  (the name of a method)


@dataclass(frozen=True, slots=True)
class ProviderProfile:
    """The user of a provider. `subject` is the provider's key of the user: unlike an address, it never changes."""

    subject: str
    email: str | None
    email_verified: bool
    name: str | None
    username: str | None
    avatar_url: str | None


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """The random values of one authorization request. The provider sees the verifier only as a hash, until the code."""

    state: str
    code_verifier: str
    nonce: str

    @classmethod
    def generate(cls) -> Self:
        """Return new random values."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(48), secrets.token_urlsafe(24))


@dataclass(frozen=True, slots=True)
class ClientRegistration:
    """The registration of this service at a provider, as its OAuth client."""

    client_id: str
    client_secret: str
    redirect_uri: str


class Provider(ABC):
    """A configured provider."""

    name: ClassVar[str]
    scope: ClassVar[str]

    def __init__(self, registration: ClientRegistration) -> None:
        self.registration = registration

    @property
    def login_url(self) -> str:
        """The URL of this service that starts a sign-in."""
        return self.registration.redirect_uri.removesuffix("/callback") + "/login"

    @abstractmethod
    async def authorization_url(self, request: AuthorizationRequest) -> str:
        """Return the URL to which the browser is redirected.

        Raises:
            ProviderError: the provider does not publish it.

        """

    @abstractmethod
    async def fetch_profile(self, request: AuthorizationRequest, code: str, issuer: str | None) -> ProviderProfile:
        """Exchange the code of a callback and return the profile of the user.

        Args:
            request: the authorization request of the callback.
            code: the authorization code.
            issuer: the `iss` of the callback (RFC 9207).

        Raises:
            ProviderError: the provider fails, or its response cannot be trusted.

        """

    def client_options(self) -> dict[str, Any]:
        """Return the options of Authlib's client."""
        return {
            "client_id": self.registration.client_id,
            "client_secret": self.registration.client_secret,
            "redirect_uri": self.registration.redirect_uri,
            "scope": self.scope,
        }


class OAuth2Provider(Provider):
    """A provider with OAuth 2.0 and an API of its own for the profile."""

    def __init__(self, registration: ClientRegistration, settings: AuthSettings) -> None:
        super().__init__(registration)
        self._authorize_url: str = getattr(settings, f"{self.name}_authorize_url")
        self._token_url: str = getattr(settings, f"{self.name}_token_url")
        self._api_url: str = getattr(settings, f"{self.name}_api_url")

    async def authorization_url(self, request: AuthorizationRequest) -> str:
        """Return the URL to which the browser is redirected."""
        async with provider_client(**self.client_options()) as client:
            url, _ = client.create_authorization_url(
                self._authorize_url, state=request.state, code_verifier=request.code_verifier
            )
        return str(url)

    async def fetch_profile(self, request: AuthorizationRequest, code: str, issuer: str | None) -> ProviderProfile:
        """Exchange the code and return the profile. These providers send no `iss`: each has a callback of its own."""
        del issuer
        async with provider_client(**self.client_options(), token_endpoint_auth_method=_TOKEN_ENDPOINT_AUTH) as client:
            await client.fetch_token(
                self._token_url,
                grant_type="authorization_code",
                code=code,
                code_verifier=request.code_verifier,
                headers={"Accept": "application/json"},
            )
            return await self.request_profile(client)

    @abstractmethod
    async def request_profile(self, client: AsyncOAuth2Client) -> ProviderProfile:
        """Request the profile from the provider's API with the access token of `client`."""


class GitHub(OAuth2Provider):
    """GitHub: the address is the primary one of `/user/emails`."""

    name = "github"
    scope = "read:user user:email"

    async def request_profile(self, client: AsyncOAuth2Client) -> ProviderProfile:
        """Request the user and the addresses."""
        accept = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        user = await get_json(client, f"{self._api_url}/user", headers=accept)
        addresses = await get_json(client, f"{self._api_url}/user/emails", headers=accept, params={"per_page": 100})
        if not isinstance(user, dict) or type(user.get("id")) is not int or not isinstance(addresses, list):
            raise ProviderError("its profile has no valid subject")
        primary = next((a for a in addresses if isinstance(a, dict) and a.get("primary") is True), None)
        return ProviderProfile(
            subject=str(user["id"]),
            email=get_email(primary),
            email_verified=primary is not None and primary.get("verified") is True,
            name=get_text(user, "name") or get_text(user, "login"),
            username=get_text(user, "login"),
            avatar_url=get_text(user, "avatar_url", 2048),
        )


class Discord(OAuth2Provider):
    """Discord: `/users/@me`. The avatar URL is built as its documentation describes."""

    name = "discord"
    scope = "identify email"
    _IMAGE_URL = "https://cdn.discordapp.com"

    async def request_profile(self, client: AsyncOAuth2Client) -> ProviderProfile:
        """Request the user."""
        user = await get_json(client, f"{self._api_url}/users/@me")
        subject = get_text(user, "id")
        if subject is None or not subject.isascii() or not subject.isdecimal():
            raise ProviderError("its profile has no valid subject")
        return ProviderProfile(
            subject=subject,
            email=get_email(user),
            email_verified=user.get("verified") is True,
            name=get_text(user, "global_name") or get_text(user, "username"),
            username=get_text(user, "username"),
            avatar_url=self._avatar_url(user, subject),
        )

    def _avatar_url(self, user: dict[str, Any], subject: str) -> str:
        # https://discord.com/developers/docs/reference#image-formatting
        avatar = get_text(user, "avatar", 64)
        if avatar is not None and avatar.replace("_", "").isalnum():
            kind = "gif" if avatar.startswith("a_") else "png"
            return f"{self._IMAGE_URL}/avatars/{subject}/{avatar}.{kind}"
        discriminator = get_text(user, "discriminator", 4) or "0"
        legacy = discriminator.isdecimal() and int(discriminator) > 0
        number = int(discriminator) % 5 if legacy else (int(subject) >> 22) % 6
        return f"{self._IMAGE_URL}/embed/avatars/{number}.png"
