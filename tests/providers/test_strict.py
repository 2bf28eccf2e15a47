"""The strict provider lets a correct client in, and refuses each thing that is wrong."""

import base64
import hashlib
from urllib.parse import urlsplit

import httpx
import pytest
from authlib.integrations.base_client import OAuthError

from tests.providers.keys import base64url
from tests.providers.openid import CALLBACK, GoogleAccount
from tests.providers.reference import ReferenceClient
from tests.providers.serving import http_client
from tests.providers.strict import StrictProvider
from tests.providers.visitor import StoppedAtProvider, parameters, visit

BOB = GoogleAccount(sub="2", email="bob@example.com", email_verified=False, name=None, picture=None)


@pytest.fixture
def client(strict_provider: StrictProvider) -> ReferenceClient:
    return ReferenceClient(strict_provider.settings())


async def grant(client: ReferenceClient) -> tuple[str, str]:
    """Get a code, and the verifier that goes with it."""
    request = await client.request()
    return parameters(await visit(request.url))["code"], request.verifier


async def post(provider: StrictProvider, content: str, **headers: str) -> httpx.Response:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    async with http_client() as http:
        return await http.post(f"{provider.base_url}/token", content=content, headers=kind | headers)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
async def test_a_correct_client_signs_somebody_in(strict_provider: StrictProvider, method: str) -> None:
    client = ReferenceClient(strict_provider.settings(), method)

    claims = await client.sign_in()

    ann = GoogleAccount()
    assert claims["sub"] == ann.sub
    assert (claims["email"], claims["email_verified"]) == (ann.email, True)
    assert (claims["name"], claims["picture"]) == (ann.name, ann.picture)
    assert strict_provider.requests["token"] == 1


async def test_the_discovery_document_promises_what_the_provider_keeps(client: ReferenceClient) -> None:
    document = await client.discover()

    assert document["response_types_supported"] == ["code"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["id_token_signing_alg_values_supported"] == ["RS256"]
    assert document["authorization_response_iss_parameter_supported"] is True


async def test_userinfo_says_what_the_id_token_says(client: ReferenceClient) -> None:
    code, verifier = await grant(client)
    token = await client.redeem(code, verifier)

    told = await client.userinfo(token["access_token"])

    assert told == {"sub": GoogleAccount().sub} | GoogleAccount().told_to(["email", "profile"])


async def test_userinfo_wants_a_token_that_it_knows(client: ReferenceClient) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="401"):
        await client.userinfo("made-up")


async def test_claims_go_with_the_scopes(client: ReferenceClient) -> None:
    assert not {"email", "name"} & (await client.sign_in(scope="openid")).keys()
    assert "email" in await client.sign_in(scope="openid email")


async def test_a_hint_chooses_among_the_people(strict_provider: StrictProvider, client: ReferenceClient) -> None:
    strict_provider.people.append(BOB)

    assert (await client.sign_in(login_hint="bob@example.com"))["sub"] == "2"
    assert (await client.sign_in(login_hint="nobody@example.com"))["sub"] == GoogleAccount().sub


async def test_claims_can_be_given_as_they_are(strict_provider: StrictProvider, client: ReferenceClient) -> None:
    strict_provider.next_person = GoogleAccount(claims={"email_verified": "true", "hd": "example.com"})

    claims = await client.sign_in()

    assert (claims["email_verified"], claims["hd"]) == ("true", "example.com")


async def test_somebody_who_refuses_is_sent_back_with_access_denied(
    strict_provider: StrictProvider, client: ReferenceClient
) -> None:
    strict_provider.deny = True
    request = await client.request()

    back = parameters(await visit(request.url))

    assert (back["error"], back["state"], back["iss"]) == ("access_denied", request.state, client.issuer)
    assert "code" not in back


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "somebody-else"},
        {"client_id": None},
        {"redirect_uri": None},
        {"redirect_uri": f"{CALLBACK}/"},
        {"redirect_uri": f"{CALLBACK}?next=/"},
        {"redirect_uri": CALLBACK.upper()},
        {"redirect_uri": "https://attacker.invalid/"},
    ],
    ids=str,
)
async def test_nobody_is_sent_to_a_place_that_is_not_registered(
    client: ReferenceClient, changed: dict[str, str | None]
) -> None:
    request = await client.request(**changed)

    with pytest.raises(StoppedAtProvider) as stopped:
        await visit(request.url)

    assert stopped.value.response.status_code == 400


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "email"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"state": None}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
        ({"nonce": ""}, "invalid_request"),
        ({"request": "e30.e30."}, "request_not_supported"),
    ],
    ids=str,
)
async def test_a_wrong_authorization_request_is_sent_back(
    client: ReferenceClient, changed: dict[str, str | None], error: str
) -> None:
    request = await client.request(**changed)

    back = parameters(await visit(request.url))

    assert back["error"] == error
    assert "code" not in back


async def test_a_parameter_that_comes_twice_is_refused(client: ReferenceClient) -> None:
    request = await client.request()

    with pytest.raises(StoppedAtProvider, match="state comes more than once"):
        await visit(f"{request.url}&state=another")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code": "made-up"}, "invalid_grant"),
        ({"code": ""}, "invalid_request"),
        ({"redirect_uri": "http://testserver/elsewhere"}, "invalid_grant"),
        ({"redirect_uri": ""}, "invalid_grant"),
        ({"code_verifier": "a" * 64}, "invalid_grant"),
        ({"code_verifier": "short"}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "unsupported_grant_type"),
        ({"client_id": "somebody-else"}, "invalid_client"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_secret": ""}, "invalid_client"),
    ],
    ids=str,
)
async def test_a_wrong_token_request_is_refused(
    strict_provider: StrictProvider, client: ReferenceClient, changed: dict[str, str], error: str
) -> None:
    code, verifier = await grant(client)
    right = {
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": verifier,
        "redirect_uri": CALLBACK,
        "client_id": strict_provider.client.client_id,
        "client_secret": strict_provider.client.client_secret,
    }

    response = await post(strict_provider, str(httpx.QueryParams(right | changed)))

    assert response.json()["error"] == error
    assert response.status_code == (401 if error == "invalid_client" else 400)
    assert response.headers["cache-control"] == "no-store"


async def test_a_code_is_good_once_and_its_token_dies_with_the_second_use(client: ReferenceClient) -> None:
    code, verifier = await grant(client)
    token = await client.redeem(code, verifier)

    with pytest.raises(OAuthError, match="invalid_grant"):
        await client.redeem(code, verifier)

    with pytest.raises(httpx.HTTPStatusError, match="401"):
        await client.userinfo(token["access_token"])


async def test_a_wrong_verifier_uses_the_code_up(client: ReferenceClient) -> None:
    code, verifier = await grant(client)

    with pytest.raises(OAuthError, match="invalid_grant"):
        await client.redeem(code, "x" * 64)
    with pytest.raises(OAuthError, match="redeemed before"):
        await client.redeem(code, verifier)


async def test_a_code_expires(strict_provider: StrictProvider, client: ReferenceClient) -> None:
    strict_provider.code_lifetime_seconds = 0
    code, verifier = await grant(client)

    with pytest.raises(OAuthError, match="expired"):
        await client.redeem(code, verifier)


async def test_a_verifier_is_long_enough_even_if_it_matches(client: ReferenceClient) -> None:
    short = "v" * 42
    request = await client.request(code_challenge=base64url(hashlib.sha256(short.encode()).digest()))
    code = parameters(await visit(request.url))["code"]

    with pytest.raises(OAuthError, match="43 to 128"):
        await client.redeem(code, short)


@pytest.mark.parametrize(
    ("scheme", "sent", "status", "error"),
    [
        ("Basic", "", 400, "invalid_grant"),
        ("Basic", "&client_id=google-client", 400, "invalid_grant"),
        ("Basic", "&client_id=somebody-else", 400, "invalid_request"),
        ("Basic", "&client_secret=again", 400, "invalid_request"),
        ("Bearer", "", 401, "invalid_client"),
    ],
)
async def test_credentials_come_in_one_way_only(
    strict_provider: StrictProvider, scheme: str, sent: str, status: int, error: str
) -> None:
    known = strict_provider.client
    header = base64.b64encode(f"{known.client_id}:{known.client_secret}".encode()).decode()

    response = await post(
        strict_provider, f"grant_type=authorization_code&code=x{sent}", authorization=f"{scheme} {header}"
    )

    assert (response.status_code, response.json()["error"]) == (status, error)


@pytest.mark.parametrize("header", ["Basic", "Basic !", "Basic bm9jb2xvbg==", "Bearer abc"])
async def test_credentials_that_cannot_be_read_are_no_credentials(strict_provider: StrictProvider, header: str) -> None:
    response = await post(strict_provider, "grant_type=authorization_code&code=x", authorization=header)

    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
    assert response.headers["www-authenticate"].startswith("Basic")


async def test_a_token_request_is_a_form_in_a_body(strict_provider: StrictProvider) -> None:
    as_json = await post(strict_provider, '{"code": "x"}', **{"content-type": "application/json"})
    async with http_client() as http:
        in_the_url = await http.post(f"{strict_provider.base_url}/token?code=x", data={"code": "x"})
        by_get = await http.get(f"{strict_provider.base_url}/token")

    assert [as_json.json()["error"], in_the_url.json()["error"]] == ["invalid_request"] * 2
    assert by_get.status_code == 405


async def test_it_lives_on_loopback(strict_provider: StrictProvider) -> None:
    assert urlsplit(strict_provider.base_url).hostname == "127.0.0.1"
