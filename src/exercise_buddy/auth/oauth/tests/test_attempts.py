"""A sign-in is begun and ended in one browser, once, within ten minutes, and leads to nowhere else."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx
import pytest

from exercise_buddy.auth.oauth.tests.support import Browser, Opened, challenge_of, path_of
from tests.providers.discord import Discord
from tests.providers.faults import Fault
from tests.providers.github import GitHub
from tests.providers.strict import StrictProvider
from tests.providers.visitor import parameters, visit
from tests.support import RunningApp


async def test_a_callback_in_another_browser_is_refused(app: RunningApp, browser: Browser, opened: Opened) -> None:
    """Somebody who is lured to another one's callback would be signed in as that other one (login CSRF)."""
    victim = await opened(app)
    callback = await visit((await browser.start()).url)
    await victim.start()

    told = await victim.come_back(callback)

    assert told == {"error": "invalid_state"}
    # What strangers try does not take it away from the browser that it belongs to.
    assert "code" in await browser.come_back(callback)


async def test_a_callback_works_once(browser: Browser, google: StrictProvider) -> None:
    callback = await visit((await browser.start()).url)
    cookies = dict(browser.http.cookies)
    assert "code" in await browser.come_back(callback)
    browser.http.cookies.update(cookies)

    assert await browser.come_back(callback) == {"error": "invalid_state"}
    assert google.requests["token"] == 1


async def test_the_cookie_is_gone_afterwards(browser: Browser) -> None:
    callback = await visit((await browser.start()).url)
    assert len(browser.http.cookies) == 1

    await browser.come_back(callback)

    assert len(browser.http.cookies) == 0


async def test_the_cookie_can_be_read_by_nobody_else(browser: Browser) -> None:
    response, _ = await browser.press("google")

    parts = {part.strip().partition("=")[0].lower(): part for part in response.headers["set-cookie"].split(";")}
    assert {"httponly", "secure"} <= parts.keys()
    assert parts["path"].strip() == "Path=/api/v1/auth"
    assert parts["samesite"].strip().lower() == "samesite=lax"
    assert parts["max-age"].strip() == "Max-Age=600"
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("seconds", "error"), [(10, None), (-1, "invalid_state")])
async def test_it_has_to_be_ended_within_ten_minutes(
    browser: Browser, connection: asyncpg.Connection, seconds: int, error: str | None
) -> None:
    callback = await visit((await browser.start()).url)
    left = await connection.fetchval("SELECT expires_at - now() FROM sign_in_attempt")
    await connection.execute("UPDATE sign_in_attempt SET expires_at = now() + $1 * interval '1 second'", seconds)

    told = await browser.come_back(callback)

    assert 590 < left.total_seconds() <= 600
    assert told.get("error") == error


async def test_two_tabs_of_one_provider_both_finish(browser: Browser) -> None:
    one, two = await browser.start(next_path="/one"), await browser.start(next_path="/two")
    back_two, back_one = await browser.come_back(await visit(two.url)), await browser.come_back(await visit(one.url))

    assert (back_one["next"], back_two["next"]) == ("/one", "/two")
    assert (await browser.exchange(back_one["code"], one.verifier)).status_code == 200
    assert (await browser.exchange(back_two["code"], two.verifier)).status_code == 200


@pytest.mark.parametrize("fault", [Fault.CALLBACK_WITH_WRONG_STATE, Fault.CALLBACK_WITHOUT_STATE])
async def test_a_foreign_state_is_refused(browser: Browser, google: StrictProvider, fault: Fault) -> None:
    google.misbehave(fault)

    assert await browser.refusal() == "invalid_state"
    assert google.requests["token"] == 0


async def test_the_state_of_one_provider_is_none_of_another(browser: Browser, github_stub: GitHub) -> None:
    """A provider that answers for another one gets no code of it (mix-up)."""
    callback = await visit((await browser.start("google")).url)

    told = await browser.come_back(callback.replace("/google/callback", "/github/callback"))

    assert told == {"error": "invalid_state"}
    assert github_stub.requests["token"] == 0


@pytest.mark.parametrize("provider", ["google", "github", "discord"])
async def test_the_provider_is_asked_with_pkce_state_and_nonce(browser: Browser, provider: str) -> None:
    first, second = [parse_qs(urlsplit((await browser.start(provider)).url).query) for _ in range(2)]

    assert first["response_type"] == ["code"]
    assert first["code_challenge_method"] == ["S256"]
    assert len(first["code_challenge"][0]) == 43
    assert len(first["state"][0]) >= 43
    assert ("nonce" in first) == (provider == "google")
    for name in {"state", "nonce", "code_challenge"} & first.keys():
        assert first[name] != second[name]
    assert "client_secret" not in first


@pytest.mark.parametrize("provider", ["google", "github", "discord"])
async def test_a_code_that_was_smuggled_in_does_not_fit(
    app: RunningApp, browser: Browser, opened: Opened, provider: str
) -> None:
    """PKCE: the code of somebody else's sign-in, put into one's own."""
    mallory = await opened(app)
    stolen = parameters(await visit((await browser.start(provider)).url))["code"]
    own = await visit((await mallory.start(provider)).url)

    told = await mallory.come_back(own.replace(parameters(own)["code"], stolen))

    assert told == {"error": "provider_error"}


@pytest.mark.parametrize("provider", ["google", "github", "discord"])
async def test_somebody_who_refuses_is_told_so(
    browser: Browser, google: StrictProvider, github_stub: GitHub, discord_stub: Discord, provider: str
) -> None:
    google.deny = github_stub.deny = discord_stub.deny = True

    told, _ = await browser.come_in(provider, "/workouts")

    assert told == {"error": "access_denied", "next": "/workouts"}


async def test_another_error_of_the_provider(browser: Browser, github_stub: GitHub) -> None:
    github_stub.suspended = True

    assert await browser.refusal("github") == "provider_error"


@pytest.mark.parametrize("missing", ["code=", "x="])
async def test_a_callback_without_a_code(browser: Browser, google: StrictProvider, missing: str) -> None:
    callback = await visit((await browser.start()).url)

    told = await browser.come_back(callback.replace("code=" + parameters(callback)["code"], missing))

    assert told == {"error": "provider_error"}
    assert google.requests["token"] == 0


@pytest.mark.parametrize(
    "query",
    [
        "",
        "code=x",
        "state=",
        "state=x&code=y",
        "state=" + "x" * 65,
        "state=x&code=" + "y" * 5000,
        "error=" + "e" * 300,
        "state=x&iss=" + "i" * 3000,
        "state=%ff",
        "state=%ED%A0%80",
        "state=x&unknown=y",
        "state=x&state=y",
    ],
)
async def test_a_callback_of_nonsense_ends_in_the_web_client_all_the_same(browser: Browser, query: str) -> None:
    response = await browser.http.get(f"/api/v1/auth/google/callback?{query}")

    assert response.status_code == 302
    assert parameters(response.headers["location"]) == {"error": "invalid_state"}


@pytest.mark.parametrize(
    "next_path",
    [
        "",
        "workouts",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/a\\b",
        "https://evil.example",
        "javascript:alert(1)",
        "/\tevil",
        "/\n/evil.example",
        "/\r\nSet-Cookie: a=b",
        "/\u2028",
        "/" + "a" * 2048,
    ],
)
async def test_next_is_a_path_of_the_web_client(browser: Browser, next_path: str) -> None:
    tokens = await browser.sign_in()

    response, _ = await browser.press("google", next_path)
    linking = await browser.start_to_link("github", tokens["access_token"], next=next_path)

    assert response.status_code == 422
    assert [problem["pointer"] for problem in response.json()["errors"]] == ["/next"]
    assert linking.status_code == 422
    assert [problem["pointer"] for problem in linking.json()["errors"]] == ["/next"]
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("challenge", ["", "a" * 42, "a" * 44, "a" * 42 + "=", "a" * 42 + "~"])
async def test_a_challenge_is_a_hash(browser: Browser, challenge: str) -> None:
    response = await browser.http.get("/api/v1/auth/google/login", params={"code_challenge": challenge})

    assert response.status_code == 422
    assert [problem["pointer"] for problem in response.json()["errors"]] == ["/code_challenge"]


async def test_a_sign_in_without_a_challenge_does_not_begin(browser: Browser) -> None:
    assert (await browser.http.get("/api/v1/auth/google/login")).status_code == 422


async def test_no_token_is_in_any_url(browser: Browser, google: StrictProvider) -> None:
    begun = await browser.start()
    back = await visit(begun.url)
    response = await browser.http.get(path_of(back))
    code = parameters(response.headers["location"])["code"]
    tokens = (await browser.exchange(code, begun.verifier, scope="offline_access")).json()

    urls = begun.url + back + response.headers["location"]
    assert tokens["access_token"] not in urls
    assert tokens["refresh_token"] not in urls
    assert google.client.client_secret not in urls
    assert parameters(response.headers["location"]).keys() == {"code"}


async def test_of_twenty_callbacks_at_once_one_gets_in(browser: Browser, google: StrictProvider) -> None:
    callback = path_of(await visit((await browser.start()).url))
    cookie = "; ".join(f"{name}={value}" for name, value in browser.http.cookies.items())
    browser.http.cookies.clear()

    responses = await asyncio.gather(*(browser.http.get(callback, headers={"Cookie": cookie}) for _ in range(20)))

    told = [parameters(response.headers["location"]) for response in responses]
    assert sum("code" in one for one in told) == 1
    assert sum(one == {"error": "invalid_state"} for one in told) == 19
    assert google.requests["token"] == 1


async def test_of_twenty_exchanges_at_once_one_gets_in(browser: Browser, connection: asyncpg.Connection) -> None:
    told, verifier = await browser.come_in()

    responses = await asyncio.gather(*(browser.exchange(told["code"], verifier) for _ in range(20)))

    assert sorted(response.status_code for response in responses) == [200] + [400] * 19
    assert await connection.fetchval("SELECT count(*) FROM auth_session") == 1


async def test_a_code_works_once(browser: Browser) -> None:
    told, verifier = await browser.come_in()
    assert (await browser.exchange(told["code"], verifier)).status_code == 200

    again = await browser.exchange(told["code"], verifier)

    assert again.status_code == 400
    assert again.json()["type"].endswith("invalid-code")


async def test_a_wrong_verifier_uses_the_code_up(browser: Browser) -> None:
    told, verifier = await browser.come_in()

    wrong = await browser.exchange(told["code"], "w" * 43)

    assert wrong.status_code == 400
    assert (await browser.exchange(told["code"], verifier)).status_code == 400


async def test_the_challenge_is_no_verifier(browser: Browser) -> None:
    told, verifier = await browser.come_in()

    assert (await browser.exchange(told["code"], challenge_of(verifier))).status_code == 400


@pytest.mark.parametrize(("seconds", "status"), [(1, 200), (-1, 400)])
async def test_a_code_works_for_a_minute(
    browser: Browser, connection: asyncpg.Connection, seconds: int, status: int
) -> None:
    told, verifier = await browser.come_in()
    left = await connection.fetchval("SELECT expires_at - now() FROM one_time_token")
    await connection.execute("UPDATE one_time_token SET expires_at = now() + $1 * interval '1 second'", seconds * 5)

    assert 50 < left.total_seconds() <= 60
    assert (await browser.exchange(told["code"], verifier)).status_code == status


async def test_only_its_hash_is_stored(browser: Browser, connection: asyncpg.Connection) -> None:
    begun = await browser.start()
    state = parameters(begun.url)["state"]
    attempt = str(await connection.fetch("SELECT * FROM sign_in_attempt"))
    cookie = next(iter(browser.http.cookies.values()))
    told = await browser.come_back(await visit(begun.url))
    token = str(await connection.fetch("SELECT * FROM one_time_token"))

    assert state not in attempt
    assert cookie not in attempt
    assert told["code"] not in token


@pytest.mark.parametrize("kind", ["an account", "a link of a mail"])
async def test_what_is_no_code_cannot_be_exchanged(browser: Browser, kind: str) -> None:
    response = await browser.exchange(kind, "v" * 43)

    assert response.status_code == 400


async def test_a_page_of_another_site_can_exchange_nothing(browser: Browser) -> None:
    told, verifier = await browser.come_in()
    body = {"code": told["code"], "code_verifier": verifier}

    foreign = await browser.http.post("/api/v1/auth/exchange", json=body, headers={"Origin": "https://evil.example"})
    own = await browser.exchange(told["code"], verifier)

    assert (foreign.status_code, own.status_code) == (403, 200)


async def test_an_account_that_was_disabled_or_deleted_meanwhile_gets_no_tokens(
    browser: Browser, connection: asyncpg.Connection
) -> None:
    answers: list[httpx.Response] = []
    for change in ("UPDATE user_account SET disabled_at = now()", "DELETE FROM user_account"):
        await connection.execute("UPDATE user_account SET disabled_at = NULL")
        told, verifier = await browser.come_in()
        await connection.execute(change)
        answers.append(await browser.exchange(told["code"], verifier))

    assert [answer.status_code for answer in answers] == [400, 400]
