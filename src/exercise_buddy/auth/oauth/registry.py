"""The known providers, and those that the settings configure."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request
from pydantic import SecretStr

from exercise_buddy.auth.errors import ProviderNotFound
from exercise_buddy.auth.oauth.openid import Google
from exercise_buddy.auth.oauth.providers import ClientRegistration, Discord, GitHub, Provider
from exercise_buddy.auth.oauth.schemas import ProviderName
from exercise_buddy.auth.settings import AuthSettings

PROVIDERS = (Google, GitHub, Discord)


def configured_providers(settings: AuthSettings) -> Mapping[str, Provider]:
    """Return the providers with a client id, a client secret and a redirect URI, by name."""
    found: dict[str, Provider] = {}
    for kind in PROVIDERS:
        client_id: str | None = getattr(settings, f"{kind.name}_client_id")
        secret: SecretStr | None = getattr(settings, f"{kind.name}_client_secret")
        redirect_uri: str | None = getattr(settings, f"{kind.name}_redirect_uri")
        if client_id and secret and redirect_uri:
            registration = ClientRegistration(client_id, secret.get_secret_value(), redirect_uri)
            found[kind.name] = kind(registration, settings)
    return found


async def get_providers(request: Request) -> Mapping[str, Provider]:
    """Return the configured providers of the running application."""
    providers: Mapping[str, Provider] = request.state.providers
    return providers


Providers = Annotated[Mapping[str, Provider], Depends(get_providers)]


async def get_provider(provider: ProviderName, providers: Providers) -> Provider:
    """Return the provider of the path.

    Raises:
        ProviderNotFound: it does not exist or is not configured.

    """
    found = providers.get(provider)
    if found is None:
        raise ProviderNotFound
    return found


ProviderDep = Annotated[Provider, Depends(get_provider)]
