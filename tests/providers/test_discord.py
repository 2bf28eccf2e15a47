"""The Discord stub gives what Discord documents."""

import secrets
from typing import Any

import httpx
import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client

from tests.providers import discord
from tests.providers.discord import CALLBACK, Discord, DiscordAccount
from tests.providers.faults import Breakage
from tests.providers.serving import NO_CERTIFICATES, http_client
from tests.providers.visitor import StoppedAtProvider, parameters, visit


def authlib(stub: Discord, method: str = "client_secret_basic") -> Any:
    return AsyncOAuth2Client(
        stub.client.client_id,
        stub.client.client_secret,
        token_endpoint_auth_method=method,
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
        trust_env=False,
        verify=NO_CERTIFICATES,
    )


async def sign_in(stub: Discord, scope: str = "identify email", method: str = "client_secret_basic") -> dict[str, Any]:
    """Sign in with Authlib, with PKCE, and give the answer of the token endpoint."""
    verifier = secrets.token_urlsafe(48)
    async with authlib(stub, method) as client:
        url, state = client.create_authorization_url(
            stub.settings()["discord_authorize_url"], code_verifier=verifier, scope=scope
        )
        back = parameters(await visit(url))
        assert back["state"] == state
        token: dict[str, Any] = await client.fetch_token(
            stub.settings()["discord_token_url"],
            grant_type="authorization_code",
            code=back["code"],
            code_verifier=verifier,
        )
    return token


async def me(stub: Discord, token: str) -> httpx.Response:
    async with http_client() as http:
        return await http.get(f"{stub.api_url}/users/@me", headers={"Authorization": f"Bearer {token}"})


async def profile_of(stub: Discord, person: DiscordAccount, scope: str = "identify email") -> dict[str, Any]:
    stub.next_person = person
    found: dict[str, Any] = (await me(stub, (await sign_in(stub, scope))["access_token"])).json()
    return found


async def code_for(stub: Discord, **changed: str) -> dict[str, str]:
    sent = {
        "response_type": "code",
        "client_id": stub.client.client_id,
        "redirect_uri": CALLBACK,
        "scope": "identify",
        "state": "xyz",
    }
    query = httpx.QueryParams(sent | changed)
    return parameters(await visit(f"{stub.settings()['discord_authorize_url']}?{query}"))


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
async def test_a_correct_client_learns_who_signs_in(discord_stub: Discord, method: str) -> None:
    token = await sign_in(discord_stub, method=method)

    person = (await me(discord_stub, token["access_token"])).json()

    assert token.keys() >= {"access_token", "token_type", "expires_in", "refresh_token", "scope"}
    assert (token["token_type"], token["expires_in"], token["scope"]) == ("Bearer", 604800, "identify email")
    assert (person["id"], person["username"], person["discriminator"]) == ("80351110224678912", "Nelly", "1337")
    assert (person["email"], person["verified"]) == ("nelly@discord.com", True)


async def test_without_the_scope_there_is_no_address(discord_stub: Discord) -> None:
    assert not {"email", "verified"} & (await profile_of(discord_stub, discord.NELLY, "identify")).keys()


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (discord.NEW_NAME, {"discriminator": "0", "global_name": "Nelly B.", "avatar": None}),
        (discord.ANIMATED, {"avatar": "a_1269e74af4df7417b13759eae50c83dc"}),
        (discord.LEGACY_WITHOUT_AVATAR, {"avatar": None, "discriminator": "1337", "global_name": None}),
        (discord.UNVERIFIED, {"verified": False}),
        (discord.EMAIL_NULL, {"email": None}),
    ],
    ids=["new name", "animated", "legacy", "unverified", "no address"],
)
async def test_people_come_in_all_varieties(
    discord_stub: Discord, person: DiscordAccount, expected: dict[str, Any]
) -> None:
    found = await profile_of(discord_stub, person)

    assert {name: found[name] for name in expected} == expected


async def test_optional_fields_may_be_missing(discord_stub: Discord) -> None:
    assert "verified" not in await profile_of(discord_stub, discord.VERIFIED_UNSAID)
    unsaid = await profile_of(discord_stub, discord.EMAIL_UNSAID)
    assert "email" not in unsaid
    assert unsaid["verified"] is True


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"code": "made-up"}, 400, "invalid_grant"),
        ({"redirect_uri": "https://attacker.invalid/"}, 400, "invalid_grant"),
        ({"code_verifier": "v" * 64}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
    ],
    ids=str,
)
async def test_a_wrong_token_request_is_refused(
    discord_stub: Discord, changed: dict[str, str], status: int, error: str
) -> None:
    right = {
        "grant_type": "authorization_code",
        "code": (await code_for(discord_stub))["code"],
        "redirect_uri": CALLBACK,
        "client_id": discord_stub.client.client_id,
        "client_secret": discord_stub.client.client_secret,
    }

    async with http_client() as http:
        response = await http.post(discord_stub.settings()["discord_token_url"], data=right | changed)

    assert (response.status_code, response.json()["error"]) == (status, error)


async def test_json_is_not_permitted(discord_stub: Discord) -> None:
    async with http_client() as http:
        response = await http.post(discord_stub.settings()["discord_token_url"], json={"grant_type": "x"})

    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_a_code_is_good_once(discord_stub: Discord) -> None:
    code = (await code_for(discord_stub))["code"]
    async with authlib(discord_stub) as client:
        url, sent = discord_stub.settings()["discord_token_url"], {"grant_type": "authorization_code", "code": code}
        await client.fetch_token(url, **sent)
        with pytest.raises(OAuthError, match='Invalid "code" in request'):
            await client.fetch_token(url, **sent)


async def test_pkce_is_checked_where_it_is_used(discord_stub: Discord) -> None:
    back = await code_for(discord_stub, code_challenge="a" * 43, code_challenge_method="S256")

    async with authlib(discord_stub) as client:
        url = discord_stub.settings()["discord_token_url"]
        with pytest.raises(OAuthError, match="invalid_grant"):
            await client.fetch_token(url, grant_type="authorization_code", code=back["code"])


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "unsupported_response_type"),
        ({"scope": ""}, "invalid_scope"),
        ({"code_challenge": "a" * 43, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
    ],
    ids=str,
)
async def test_a_wrong_authorization_request_is_sent_back(
    discord_stub: Discord, changed: dict[str, str], error: str
) -> None:
    back = await code_for(discord_stub, **changed)

    assert (back["error"], back["state"], "code" in back) == (error, "xyz", False)


async def test_people_may_refuse(discord_stub: Discord) -> None:
    discord_stub.deny = True

    back = await code_for(discord_stub)

    assert back == {
        "error": "access_denied",
        "error_description": "The resource owner or authorization server denied the request",
        "state": "xyz",
    }


@pytest.mark.parametrize("changed", [{"client_id": "1"}, {"redirect_uri": "https://attacker.invalid/"}], ids=str)
async def test_nobody_is_sent_to_a_place_that_is_not_registered(discord_stub: Discord, changed: dict[str, str]) -> None:
    with pytest.raises(StoppedAtProvider):
        await code_for(discord_stub, **changed)


async def test_the_api_wants_a_token_with_the_scope(discord_stub: Discord) -> None:
    unknown = await me(discord_stub, "made-up")
    discord_stub.granted_scopes = ("email",)
    unscoped = await me(discord_stub, (await sign_in(discord_stub))["access_token"])

    assert (unknown.status_code, unknown.json()) == (401, {"message": "401: Unauthorized", "code": 0})
    assert (unscoped.status_code, unscoped.json()["code"]) == (403, 50001)


async def test_its_endpoints_break_like_all_others(discord_stub: Discord) -> None:
    discord_stub.break_endpoint("user", Breakage.WRONG_TYPES)

    assert (await profile_of(discord_stub, discord.NELLY))["id"] == [discord.NELLY.id]
