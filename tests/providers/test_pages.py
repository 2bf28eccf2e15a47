"""The page of the strict provider for people, used without a browser."""

import re

import httpx
import pytest

from tests.providers.openid import GoogleAccount
from tests.providers.reference import ReferenceClient
from tests.providers.serving import http_client
from tests.providers.strict import StrictProvider
from tests.providers.visitor import StoppedAtProvider, parameters, visit

BOB = GoogleAccount(sub="2", name="Bob <b>")


@pytest.fixture
def client(strict_provider: StrictProvider) -> ReferenceClient:
    strict_provider.interactive = True
    strict_provider.people.append(BOB)
    return ReferenceClient(strict_provider.settings())


async def page(client: ReferenceClient) -> httpx.Response:
    request = await client.request()
    with pytest.raises(StoppedAtProvider) as stopped:
        await visit(request.url)
    return stopped.value.response


async def decide(provider: StrictProvider, shown: httpx.Response, person: str) -> httpx.Response:
    transaction = re.findall(r'name="transaction" value="([^"]+)"', shown.text)[0]
    form = {"transaction": transaction, "person": person}
    async with http_client() as http:
        return await http.post(f"{provider.base_url}/authorize/decision", data=form)


async def test_the_page_offers_all_people_and_a_way_out(
    strict_provider: StrictProvider, client: ReferenceClient
) -> None:
    shown = await page(client)

    assert shown.status_code == 200
    assert "Continue as Ann Archer" in shown.text
    assert "Continue as Bob &lt;b&gt;" in shown.text
    assert 'id="cancel"' in shown.text
    assert strict_provider.requests["token"] == 0


async def test_whoever_presses_the_button_signs_in(strict_provider: StrictProvider, client: ReferenceClient) -> None:
    request = await client.request()
    with pytest.raises(StoppedAtProvider) as stopped:
        await visit(request.url)

    back = parameters((await decide(strict_provider, stopped.value.response, BOB.sub)).headers["location"])

    assert back["state"] == request.state
    token = await client.redeem(back["code"], request.verifier)
    assert (await client.claims(token["id_token"], request.nonce))["sub"] == BOB.sub


async def test_whoever_cancels_is_sent_back(strict_provider: StrictProvider, client: ReferenceClient) -> None:
    answer = await decide(strict_provider, await page(client), "")

    assert parameters(answer.headers["location"])["error"] == "access_denied"


async def test_a_decision_counts_once(strict_provider: StrictProvider, client: ReferenceClient) -> None:
    shown = await page(client)
    await decide(strict_provider, shown, BOB.sub)

    again = await decide(strict_provider, shown, BOB.sub)

    assert (again.status_code, "nobody was asked this" in again.text) == (400, True)
