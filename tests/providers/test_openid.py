"""Conformance: the strict provider accepts a correct client, and refuses each deviation that our tests rely on."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.providers.openid import OpenIDProvider
from tests.providers.provider import build_challenge, run_provider
from tests.providers.server import authorize, http_client, parse_query

VERIFIER = "v" * 43


@pytest.fixture
def provider() -> Iterator[OpenIDProvider]:
    with run_provider(OpenIDProvider, "google") as provider:
        yield provider


def authorization_url(provider: OpenIDProvider, **changes: str | None) -> str:
    parameters = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": provider.redirect_uri,
        "scope": "openid email",
        "state": "s",
        "nonce": "n",
        "code_challenge": build_challenge(VERIFIER),
        "code_challenge_method": "S256",
    } | changes
    query = httpx2.QueryParams({name: value for name, value in parameters.items() if value is not None})
    return f"{provider.base_url}/authorize?{query}"


async def exchange(provider: OpenIDProvider, code: str, secret: str | None = None, **changes: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": provider.redirect_uri,
        "code_verifier": VERIFIER,
    } | changes
    async with http_client() as client:
        response = await client.post(
            f"{provider.base_url}/token", data=form, auth=(provider.client_id, secret or provider.client_secret)
        )
    document: dict[str, Any] = response.json()
    return document


async def test_a_code_is_exchanged_once(provider: OpenIDProvider) -> None:
    callback = parse_query(await authorize(authorization_url(provider)))

    first, second = [await exchange(provider, callback["code"]) for _ in range(2)]

    assert (callback["state"], callback["iss"]) == ("s", provider.issuer)
    assert first["id_token"].count(".") == 2
    assert second["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"state": None},
        {"nonce": None},
        {"scope": "email"},
        {"response_type": "token"},
    ],
    ids=str,
)
async def test_an_incomplete_authorization_request_gets_no_code(
    provider: OpenIDProvider, changes: dict[str, str | None]
) -> None:
    callback = parse_query(await authorize(authorization_url(provider, **changes)))

    assert "error" in callback
    assert "code" not in callback


async def test_an_unregistered_redirect_uri_gets_a_page(provider: OpenIDProvider) -> None:
    async with http_client() as client:
        response = await client.get(authorization_url(provider, redirect_uri=f"{provider.redirect_uri}/"))

    assert response.status_code == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": "unknown"}, "invalid_grant"),
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"redirect_uri": "https://attacker.invalid/"}, "invalid_grant"),
        ({"secret": "wrong"}, "invalid_client"),
    ],
    ids=str,
)
async def test_a_wrong_token_request_is_refused(provider: OpenIDProvider, changes: dict[str, str], error: str) -> None:
    code = parse_query(await authorize(authorization_url(provider)))["code"]

    assert (await exchange(provider, **{"code": code} | changes))["error"] == error
