"""Each fault of a lying provider is what it says, and only that: a correct client notices it, and nothing else."""

import time

import httpx
import jwt
import pytest

from tests.providers.faults import ID_TOKEN_FAULTS, Breakage, Fault
from tests.providers.openid import FaultyProvider, GoogleAccount
from tests.providers.reference import ReferenceClient, redeem_a_made_up_code
from tests.providers.serving import http_client
from tests.providers.strict import FOREIGN_ISSUER
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
def client(faulty_provider: FaultyProvider) -> ReferenceClient:
    return ReferenceClient(faulty_provider.settings())


@pytest.mark.parametrize("fault", ID_TOKEN_FAULTS)
async def test_a_false_id_token_is_noticed(
    faulty_provider: FaultyProvider, client: ReferenceClient, fault: Fault
) -> None:
    expected, words = NOTICED_BY[fault]
    faulty_provider.misbehave(fault)

    with pytest.raises(expected, match=words) as noticed:
        await client.sign_in()

    assert noticed.type is expected
    faulty_provider.misbehave()
    assert (await client.sign_in())["sub"] == GoogleAccount().sub


async def test_an_unsigned_token_says_so_and_is_otherwise_right(
    faulty_provider: FaultyProvider, client: ReferenceClient
) -> None:
    faulty_provider.misbehave(Fault.UNSIGNED)
    request = await client.request()
    back = parameters(await visit(request.url))

    token = (await client.redeem(back["code"], request.verifier))["id_token"]

    assert token.endswith(".")
    assert jwt.get_unverified_header(token)["alg"] == "none"
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["aud"], claims["iss"], claims["nonce"]) == (client.client_id, client.issuer, request.nonce)


async def test_several_faults_at_once(faulty_provider: FaultyProvider, client: ReferenceClient) -> None:
    faulty_provider.misbehave(Fault.WRONG_NONCE, Fault.CALLBACK_WITHOUT_ISSUER)

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
    faulty_provider: FaultyProvider, client: ReferenceClient, fault: Fault, name: str, expected: str | None
) -> None:
    faulty_provider.misbehave(fault)
    request = await client.request()

    back = parameters(await visit(request.url))

    right = {"state": request.state, "iss": client.issuer} | {name: expected}
    assert {key: back.get(key) for key in right} == right
    assert "code" in back


async def test_a_callback_has_the_state_of_somebody_else(
    faulty_provider: FaultyProvider, client: ReferenceClient
) -> None:
    faulty_provider.misbehave(Fault.CALLBACK_WITH_WRONG_STATE)
    request = await client.request()

    state = parameters(await visit(request.url))["state"]

    assert state
    assert state != request.state


async def test_people_refuse_lying_providers_too(faulty_provider: FaultyProvider, client: ReferenceClient) -> None:
    faulty_provider.deny = True

    back = parameters(await visit((await client.request()).url))

    assert (back["error"], "code" in back) == ("access_denied", False)


async def test_the_discovery_document_is_of_another_issuer(
    faulty_provider: FaultyProvider, client: ReferenceClient
) -> None:
    faulty_provider.misbehave(Fault.FOREIGN_DISCOVERY)

    with pytest.raises(AssertionError):
        await client.discover()


async def test_userinfo_is_of_somebody_else(faulty_provider: FaultyProvider, client: ReferenceClient) -> None:
    request = await client.request()
    back = parameters(await visit(request.url))
    token = await client.redeem(back["code"], request.verifier)
    sub = (await client.claims(token["id_token"], request.nonce))["sub"]
    assert (await client.userinfo(token["access_token"]))["sub"] == sub

    faulty_provider.misbehave(Fault.USERINFO_OF_SOMEBODY_ELSE)

    assert (await client.userinfo(token["access_token"]))["sub"] != sub


@pytest.mark.parametrize(("breakage", "status"), [(Breakage.HTML, 200), (Breakage.SERVER_ERROR, 500)])
async def test_a_broken_endpoint_shows_a_page_until_it_is_mended(
    faulty_provider: FaultyProvider, breakage: Breakage, status: int
) -> None:
    faulty_provider.break_endpoint("token", breakage)
    broken = await redeem_a_made_up_code(faulty_provider)
    faulty_provider.break_endpoint("token", None)
    mended = await redeem_a_made_up_code(faulty_provider)

    assert (broken.status_code, broken.headers["content-type"].partition(";")[0]) == (status, "text/html")
    assert mended.json()["error"]


async def test_an_endpoint_hangs_for_as_long_as_it_is_told_to(faulty_provider: FaultyProvider) -> None:
    assert faulty_provider.hang_seconds == 30
    faulty_provider.break_endpoint("token", Breakage.HANGS)
    with pytest.raises(httpx.ReadTimeout):
        await redeem_a_made_up_code(faulty_provider, timeout=0.2)

    faulty_provider.hang_seconds = 0.3
    began = time.monotonic()
    response = await redeem_a_made_up_code(faulty_provider)

    assert response.json()["error"]
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize("name", ["discovery", "jwks", "userinfo"])
async def test_every_endpoint_can_be_broken(faulty_provider: FaultyProvider, name: str) -> None:
    paths = {"discovery": "/.well-known/openid-configuration", "jwks": "/jwks", "userinfo": "/userinfo"}
    faulty_provider.break_endpoint(name, Breakage.SERVER_ERROR)

    async with http_client() as http:
        response = await http.get(f"{faulty_provider.issuer}{paths[name]}")

    assert response.status_code == 500


def test_an_endpoint_that_is_not_there_cannot_be_broken(faulty_provider: FaultyProvider) -> None:
    with pytest.raises(ValueError, match="'tokens'"):
        faulty_provider.break_endpoint("tokens", Breakage.HTML)
