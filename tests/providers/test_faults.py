"""Each fault of the strict provider is what it says, and only that: a correct client notices it, and nothing else."""

import time
from typing import Any

import httpx
import jwt
import orjson
import pytest

from tests.providers.faults import ID_TOKEN_FAULTS, Breakage, Fault, of_other_types
from tests.providers.reference import ReferenceClient
from tests.providers.serving import http_client
from tests.providers.strict import FOREIGN_ISSUER, StrictProvider
from tests.providers.visitor import parameters, visit

# What PyJWT says of each, or the reference client where PyJWT does not look.
NOTICED_BY: dict[Fault, tuple[type[Exception], str | None]] = {
    Fault.WRONG_AUDIENCE: (jwt.InvalidAudienceError, None),
    Fault.FOREIGN_PARTY: (jwt.InvalidTokenError, "issued to another party"),
    Fault.WRONG_ISSUER: (jwt.InvalidIssuerError, None),
    Fault.WRONG_NONCE: (jwt.InvalidTokenError, "nonce is of another request"),
    Fault.NO_NONCE: (jwt.MissingRequiredClaimError, "nonce"),
    Fault.EXPIRED: (jwt.ExpiredSignatureError, None),
    Fault.NO_EXPIRY: (jwt.MissingRequiredClaimError, "exp"),
    Fault.NO_SUBJECT: (jwt.MissingRequiredClaimError, "sub"),
    Fault.UNKNOWN_KEY: (jwt.InvalidKeyError, "does not have this key"),
    Fault.WRONG_SIGNATURE: (jwt.InvalidSignatureError, None),
    Fault.UNSIGNED: (jwt.InvalidAlgorithmError, None),
    Fault.HS256_WITH_PUBLIC_KEY: (jwt.InvalidAlgorithmError, None),
    Fault.NO_ID_TOKEN: (KeyError, "id_token"),
}


@pytest.fixture
def client(strict_provider: StrictProvider) -> ReferenceClient:
    return ReferenceClient(strict_provider.settings())


async def post_a_made_up_code(provider: StrictProvider, **options: Any) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "code": "made-up",
        "client_id": provider.client.client_id,
        "client_secret": provider.client.client_secret,
    }
    async with http_client() as http:
        return await http.post(f"{provider.base_url}/token", data=form, **options)


@pytest.mark.parametrize("fault", ID_TOKEN_FAULTS)
async def test_a_false_id_token_is_noticed(
    strict_provider: StrictProvider, client: ReferenceClient, fault: Fault
) -> None:
    expected, words = NOTICED_BY[fault]
    strict_provider.misbehave(fault)

    with pytest.raises(expected, match=words) as noticed:
        await client.sign_in()

    assert noticed.type is expected
    strict_provider.misbehave()
    assert (await client.sign_in())["sub"]


async def test_an_unsigned_token_says_so_and_is_otherwise_right(
    strict_provider: StrictProvider, client: ReferenceClient
) -> None:
    strict_provider.misbehave(Fault.UNSIGNED)
    request = await client.request()
    back = parameters(await visit(request.url))

    token = (await client.redeem(back["code"], request.verifier))["id_token"]

    assert token.endswith(".")
    assert jwt.get_unverified_header(token)["alg"] == "none"
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["aud"], claims["iss"], claims["nonce"]) == (client.client_id, client.issuer, request.nonce)


async def test_several_faults_at_once(strict_provider: StrictProvider, client: ReferenceClient) -> None:
    strict_provider.misbehave(Fault.WRONG_NONCE, Fault.CALLBACK_WITHOUT_ISSUER)

    with pytest.raises(jwt.InvalidTokenError, match="nonce"):
        await client.sign_in()


@pytest.mark.parametrize(
    ("fault", "name", "expected"),
    [
        (Fault.CALLBACK_FROM_FOREIGN_ISSUER, "iss", FOREIGN_ISSUER),
        (Fault.CALLBACK_WITHOUT_ISSUER, "iss", None),
        (Fault.CALLBACK_WITHOUT_STATE, "state", None),
    ],
)
async def test_a_callback_lies(
    strict_provider: StrictProvider, client: ReferenceClient, fault: Fault, name: str, expected: str | None
) -> None:
    strict_provider.misbehave(fault)
    request = await client.request()

    back = parameters(await visit(request.url))

    right = {"state": request.state, "iss": client.issuer} | {name: expected}
    assert {key: back.get(key) for key in right} == right
    assert "code" in back


async def test_a_callback_has_the_state_of_somebody_else(
    strict_provider: StrictProvider, client: ReferenceClient
) -> None:
    strict_provider.misbehave(Fault.CALLBACK_WITH_WRONG_STATE)
    request = await client.request()

    state = parameters(await visit(request.url))["state"]

    assert state
    assert state != request.state


async def test_the_discovery_document_is_of_another_issuer(
    strict_provider: StrictProvider, client: ReferenceClient
) -> None:
    strict_provider.misbehave(Fault.FOREIGN_DISCOVERY)

    with pytest.raises(AssertionError):
        await client.discover()


async def test_userinfo_is_of_somebody_else(strict_provider: StrictProvider, client: ReferenceClient) -> None:
    strict_provider.misbehave(Fault.USERINFO_OF_SOMEBODY_ELSE)
    request = await client.request()
    back = parameters(await visit(request.url))
    token = await client.redeem(back["code"], request.verifier)

    told = await client.userinfo(token["access_token"])

    assert told["sub"] != (await client.claims(token["id_token"], request.nonce))["sub"]


async def test_keys_are_rotated_between_two_logins(strict_provider: StrictProvider, client: ReferenceClient) -> None:
    await client.sign_in()
    before = [key.kid for key in strict_provider.keys]

    strict_provider.rotate_keys()
    await client.sign_in()
    alone = [key.kid for key in strict_provider.keys]
    strict_provider.rotate_keys(keep_old=True)
    await client.sign_in()

    assert not set(before) & set(alone)
    assert [key.kid for key in strict_provider.keys][:1] == alone
    assert len(strict_provider.keys) == 2


@pytest.mark.parametrize(
    ("breakage", "status", "content_type"),
    [
        (Breakage.HTML, 200, "text/html; charset=utf-8"),
        (Breakage.SERVER_ERROR, 500, "text/html; charset=utf-8"),
        (Breakage.NOT_AN_OBJECT, 200, "application/json"),
        (Breakage.CUT_OFF, 200, "application/json"),
        (Breakage.WRONG_TYPES, 200, "application/json"),
    ],
)
async def test_a_broken_endpoint_answers_badly_until_it_is_mended(
    strict_provider: StrictProvider, breakage: Breakage, status: int, content_type: str
) -> None:
    strict_provider.break_endpoint("token", breakage)

    broken = await post_a_made_up_code(strict_provider)
    strict_provider.break_endpoint("token", None)
    mended = await post_a_made_up_code(strict_provider)

    assert (broken.status_code, broken.headers["content-type"]) == (status, content_type)
    assert broken.content != mended.content
    assert mended.json()["error"] == "invalid_grant"


def test_every_value_gets_another_type() -> None:
    document = {"a": "text", "b": 1, "c": True, "d": None, "e": [1], "f": {"g": 1.5}}

    changed = of_other_types(document)

    assert orjson.loads(orjson.dumps(changed)) == changed
    assert changed.keys() == document.keys()
    assert all(type(changed[name]) is not type(document[name]) for name in "abcde")
    assert changed["f"] == {"g": "1.5"}


async def test_a_redirect_shows_who_follows_it_with_secrets(strict_provider: StrictProvider) -> None:
    strict_provider.break_endpoint("token", Breakage.REDIRECT)

    careful = await post_a_made_up_code(strict_provider)
    assert (careful.status_code, strict_provider.elsewhere) == (307, [])

    await post_a_made_up_code(strict_provider, follow_redirects=True)
    assert strict_provider.client.client_secret in strict_provider.elsewhere[0]


async def test_an_endpoint_hangs_for_as_long_as_it_is_told_to(strict_provider: StrictProvider) -> None:
    strict_provider.break_endpoint("token", Breakage.HANGS)
    with pytest.raises(httpx.ReadTimeout):
        await post_a_made_up_code(strict_provider, timeout=0.2)

    strict_provider.hang_seconds = 0.3
    began = time.monotonic()
    response = await post_a_made_up_code(strict_provider)

    assert response.json()["error"] == "invalid_grant"
    assert time.monotonic() - began >= 0.3


async def test_a_huge_answer_goes_on_for_as_long_as_somebody_reads(strict_provider: StrictProvider) -> None:
    strict_provider.break_endpoint("token", Breakage.HUGE)
    strict_provider.huge_bytes = 3_000_000

    response = await post_a_made_up_code(strict_provider)

    assert "content-length" not in response.headers
    assert len(response.content) > 3_000_000
    assert len(orjson.loads(response.content)["access_token"]) > 3_000_000


@pytest.mark.parametrize("name", ["discovery", "jwks", "userinfo"])
async def test_every_endpoint_can_be_broken(strict_provider: StrictProvider, name: str) -> None:
    paths = {"discovery": "/.well-known/openid-configuration", "jwks": "/jwks", "userinfo": "/userinfo"}
    strict_provider.break_endpoint(name, Breakage.SERVER_ERROR)

    async with http_client() as http:
        response = await http.get(f"{strict_provider.base_url}{paths[name]}")

    assert response.status_code == 500


def test_an_endpoint_that_is_not_there_cannot_be_broken(strict_provider: StrictProvider) -> None:
    with pytest.raises(ValueError, match="none of discovery, jwks"):
        strict_provider.break_endpoint("tokens", Breakage.HTML)
