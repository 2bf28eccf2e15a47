"""The faults that only the strict provider has."""

import orjson
import pytest

from tests.providers.faults import Breakage, of_other_types
from tests.providers.reference import ReferenceClient, redeem_a_made_up_code
from tests.providers.strict import StrictProvider


@pytest.fixture
def client(strict_provider: StrictProvider) -> ReferenceClient:
    return ReferenceClient(strict_provider.settings())


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


@pytest.mark.parametrize("breakage", [Breakage.NOT_AN_OBJECT, Breakage.CUT_OFF, Breakage.WRONG_TYPES])
async def test_a_broken_endpoint_answers_with_bad_json_until_it_is_mended(
    strict_provider: StrictProvider, breakage: Breakage
) -> None:
    strict_provider.break_endpoint("token", breakage)

    broken = await redeem_a_made_up_code(strict_provider)
    strict_provider.break_endpoint("token", None)
    mended = await redeem_a_made_up_code(strict_provider)

    assert broken.headers["content-type"] == "application/json"
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

    careful = await redeem_a_made_up_code(strict_provider)
    assert (careful.status_code, strict_provider.elsewhere) == (307, [])

    await redeem_a_made_up_code(strict_provider, follow_redirects=True)
    assert strict_provider.client.client_secret in strict_provider.elsewhere[0]


async def test_a_huge_answer_goes_on_for_as_long_as_somebody_reads(strict_provider: StrictProvider) -> None:
    strict_provider.break_endpoint("token", Breakage.HUGE)
    strict_provider.huge_bytes = 3_000_000

    response = await redeem_a_made_up_code(strict_provider)

    assert "content-length" not in response.headers
    assert len(response.content) > 3_000_000
    assert len(orjson.loads(response.content)["access_token"]) > 3_000_000
