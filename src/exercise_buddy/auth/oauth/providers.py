"""The providers that people can sign in with.

A new one is a subclass of `Provider` with three things (where it sends people, where it gives tokens, and how it says
who somebody is), its settings, and an entry in `PROVIDERS`. One that speaks OpenID Connect needs only `OpenId` (see
`openid.py`).
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from authlib.integrations.httpx_client import AsyncOAuth2Client

from exercise_buddy.auth.oauth.http import ProviderError, address_of, get_json, talking, text_of
from exercise_buddy.auth.settings import AuthSettings

# How we prove to be the client: GitHub reads the secret in the body only, and Discord there too.
_IN_THE_BODY = "client_secret_post"


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is, as a provider says. `subject` is the provider's key: it never changes, as an address may."""

    subject: str
    email: str | None
    email_verified: bool
    name: str | None
    username: str | None
    avatar_url: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a conversation with a provider hangs on: chance that only we and, hashed or not at all, it know."""

    state: str
    code_verifier: str
    nonce: str


@dataclass(frozen=True, slots=True)
class ClientRegistration:
    """How a provider knows us."""

    client_id: str
    client_secret: str
    redirect_uri: str


class Provider(ABC):
    """A provider, as it is configured."""

    name: ClassVar[str]
    scope: ClassVar[str]

    def __init__(self, us: ClientRegistration) -> None:
        self.us = us

    @classmethod
    @abstractmethod
    def configured(cls, us: ClientRegistration, settings: AuthSettings) -> Self:
        """Make the provider from the settings."""

    @abstractmethod
    async def authorization_url(self, attempt: Attempt) -> str:
        """Give the address to which somebody is sent to sign in.

        Raises:
            ProviderError: the provider cannot say.

        """

    @abstractmethod
    async def person(self, attempt: Attempt, code: str, issuer: str | None) -> Person:
        """Find out who has come back.

        Args:
            attempt: the one that they were sent away with.
            code: what they came back with.
            issuer: the `iss` that they came back with (RFC 9207).

        Raises:
            ProviderError: the provider does not say it, or not so that it can be trusted.

        """

    def client_options(self) -> dict[str, Any]:
        """Give Authlib what it needs to speak for us."""
        return {
            "client_id": self.us.client_id,
            "client_secret": self.us.client_secret,
            "redirect_uri": self.us.redirect_uri,
            "scope": self.scope,
        }


class OAuth2(Provider):
    """A provider that speaks OAuth 2.0 and has an API of its own to say who somebody is."""

    authorize_url: str
    token_url: str

    async def authorization_url(self, attempt: Attempt) -> str:
        """Give the address to which somebody is sent to sign in."""
        async with talking(**self.client_options()) as client:
            url, _ = client.create_authorization_url(
                self.authorize_url, state=attempt.state, code_verifier=attempt.code_verifier
            )
        return str(url)

    async def person(self, attempt: Attempt, code: str, issuer: str | None) -> Person:
        """Find out who has come back. These providers have no `iss`: each has a callback of its own instead."""
        del issuer
        async with talking(**self.client_options(), token_endpoint_auth_method=_IN_THE_BODY) as client:
            await client.fetch_token(
                self.token_url,
                grant_type="authorization_code",
                code=code,
                code_verifier=attempt.code_verifier,
                headers={"Accept": "application/json"},
            )
            return await self.ask(client)

    @abstractmethod
    async def ask(self, client: AsyncOAuth2Client) -> Person:
        """Ask the provider's API, with the access token that `client` holds."""


class GitHub(OAuth2):
    """GitHub: the primary, verified address of `/user/emails`, or none."""

    name = "github"
    scope = "read:user user:email"

    def __init__(self, us: ClientRegistration, authorize_url: str, token_url: str, api_url: str) -> None:
        super().__init__(us)
        self.authorize_url, self.token_url, self._api_url = authorize_url, token_url, api_url

    @classmethod
    def configured(cls, us: ClientRegistration, settings: AuthSettings) -> Self:
        """Make the provider from the settings."""
        return cls(us, settings.github_authorize_url, settings.github_token_url, settings.github_api_url)

    async def ask(self, client: AsyncOAuth2Client) -> Person:
        """Read the user and the addresses."""
        accept = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        user = await get_json(client, f"{self._api_url}/user", headers=accept)
        addresses = await get_json(client, f"{self._api_url}/user/emails", headers=accept, params={"per_page": 100})
        if not isinstance(user, dict) or type(user.get("id")) is not int or not isinstance(addresses, list):
            raise ProviderError("it does not say who that is")
        primary = next((a for a in addresses if isinstance(a, dict) and a.get("primary") is True), None)
        return Person(
            subject=str(user["id"]),
            email=address_of(primary),
            email_verified=primary is not None and primary.get("verified") is True,
            name=text_of(user, "name") or text_of(user, "login"),
            username=text_of(user, "login"),
            avatar_url=text_of(user, "avatar_url", 2048),
        )


class Discord(OAuth2):
    """Discord: `/users/@me`, with the avatar's address put together as its documentation says."""

    name = "discord"
    scope = "identify email"
    _IMAGES = "https://cdn.discordapp.com"

    def __init__(self, us: ClientRegistration, authorize_url: str, token_url: str, api_url: str) -> None:
        super().__init__(us)
        self.authorize_url, self.token_url, self._api_url = authorize_url, token_url, api_url

    @classmethod
    def configured(cls, us: ClientRegistration, settings: AuthSettings) -> Self:
        """Make the provider from the settings."""
        return cls(us, settings.discord_authorize_url, settings.discord_token_url, settings.discord_api_url)

    async def ask(self, client: AsyncOAuth2Client) -> Person:
        """Read the user."""
        user = await get_json(client, f"{self._api_url}/users/@me")
        subject = text_of(user, "id")
        if subject is None or not subject.isascii() or not subject.isdecimal():
            raise ProviderError("it does not say who that is")
        return Person(
            subject=subject,
            email=address_of(user),
            email_verified=user.get("verified") is True,
            name=text_of(user, "global_name") or text_of(user, "username"),
            username=text_of(user, "username"),
            avatar_url=self._avatar(user, subject),
        )

    def _avatar(self, user: dict[str, Any], subject: str) -> str:
        # https://discord.com/developers/docs/reference#image-formatting
        avatar = text_of(user, "avatar", 64)
        if avatar is not None and avatar.replace("_", "").isalnum():
            kind = "gif" if avatar.startswith("a_") else "png"
            return f"{self._IMAGES}/avatars/{subject}/{avatar}.{kind}"
        discriminator = text_of(user, "discriminator", 4) or "0"
        legacy = discriminator.isdecimal() and int(discriminator) > 0
        number = int(discriminator) % 5 if legacy else (int(subject) >> 22) % 6
        return f"{self._IMAGES}/embed/avatars/{number}.png"
