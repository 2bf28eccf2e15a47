"""What holds for the strict provider and for npm's `oidc-provider` alike: each can play Google."""

from typing import Any

import pytest
from authlib.integrations.base_client import OAuthError

from tests.providers.node.servers import OidcProvider
from tests.providers.openid import CALLBACK, GoogleAccount, OpenIDProvider
from tests.providers.reference import ReferenceClient
from tests.providers.visitor import StoppedAtProvider, parameters, visit

BOB = GoogleAccount(sub="2", email="bob@example.com", email_verified=False, name=None, picture=None)


@pytest.fixture
def client(openid_provider: OpenIDProvider) -> ReferenceClient:
    return ReferenceClient(openid_provider.settings())


async def test_a_correct_client_signs_somebody_in(client: ReferenceClient) -> None:
    claims = await client.sign_in()

    ann = GoogleAccount()
    assert claims["sub"] == ann.sub
    assert claims | ann.told_to(["email", "profile"]) == claims


async def test_the_test_chooses_who_signs_in(openid_provider: OpenIDProvider, client: ReferenceClient) -> None:
    openid_provider.next_person = BOB

    claims = await client.sign_in()

    assert (claims["sub"], claims["email_verified"]) == ("2", False)
    assert not {"name", "picture"} & claims.keys()


async def test_the_callback_names_the_issuer_and_echoes_the_state(client: ReferenceClient) -> None:
    request = await client.request()

    back = await visit(request.url)

    assert back.startswith(f"{CALLBACK}?")
    assert parameters(back).keys() == {"code", "state", "iss"}
    assert (parameters(back)["state"], parameters(back)["iss"]) == (request.state, client.issuer)
    assert (await client.discover())["authorization_response_iss_parameter_supported"] is True


async def test_somebody_who_refuses_is_sent_back(openid_provider: OpenIDProvider, client: ReferenceClient) -> None:
    openid_provider.deny = True

    back = parameters(await visit((await client.request()).url))

    assert (back["error"], back["iss"]) == ("access_denied", client.issuer)


@pytest.mark.parametrize(
    "changed",
    [{"client_id": "somebody-else"}, {"redirect_uri": f"{CALLBACK}/"}, {"redirect_uri": "https://a.invalid/"}],
)
async def test_nobody_is_sent_to_a_place_that_is_not_registered(
    client: ReferenceClient, changed: dict[str, str | None]
) -> None:
    with pytest.raises(StoppedAtProvider, match="400"):
        await visit((await client.request(**changed)).url)


@pytest.mark.parametrize(
    "changed",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"response_type": "id_token"},
    ],
    ids=str,
)
async def test_a_request_without_pkce_or_for_anything_but_a_code_is_refused(
    client: ReferenceClient, changed: dict[str, str | None]
) -> None:
    back = await visit((await client.request(**changed)).url)

    assert "error=" in back
    assert "code=" not in back


@pytest.mark.parametrize(
    "changed", [{"verifier": "v" * 64}, {"verifier": None}, {"redirect_uri": "https://a.invalid/"}]
)
async def test_a_code_is_redeemed_only_by_who_asked_for_it(client: ReferenceClient, changed: dict[str, Any]) -> None:
    request = await client.request()
    code = parameters(await visit(request.url))["code"]

    with pytest.raises(OAuthError, match="invalid_grant"):
        await client.redeem(code, **{"verifier": request.verifier} | changed)


async def test_a_code_is_good_once(client: ReferenceClient) -> None:
    request = await client.request()
    code = parameters(await visit(request.url))["code"]
    await client.redeem(code, request.verifier)

    with pytest.raises(OAuthError, match="invalid_grant"):
        await client.redeem(code, request.verifier)


async def test_a_client_needs_its_secret(openid_provider: OpenIDProvider) -> None:
    settings = openid_provider.settings() | {"google_client_secret": "wrong"}
    client = ReferenceClient(settings)
    request = await client.request()
    code = parameters(await visit(request.url))["code"]

    with pytest.raises(OAuthError, match="invalid_client"):
        await client.redeem(code, request.verifier)


async def test_oidc_provider_has_a_client_for_each_way_to_authenticate(oidc_provider: OidcProvider) -> None:
    client = ReferenceClient(oidc_provider.settings("client_secret_post"), "client_secret_post")

    assert (await client.sign_in())["sub"] == GoogleAccount().sub
    assert oidc_provider.asked()["/token"] == 1


async def test_oidc_provider_shows_a_page_if_it_is_told_to(oidc_provider: OidcProvider) -> None:
    oidc_provider.next_person = GoogleAccount(name="Ann <i>")
    oidc_provider.interactive = True

    with pytest.raises(StoppedAtProvider) as stopped:
        await visit((await ReferenceClient(oidc_provider.settings()).request()).url)

    assert "Continue as Ann &#60;i&#62;" in stopped.value.response.text
