"""The time zone and the locale that a client sends when a sign-in begins."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import httpx2
import pytest

from exercise_buddy.auth.oauth.tests.support import Browser, bearer
from tests.providers.server import authorize


async def sign_in(browser: Browser, **preferences: str) -> str:
    """Sign in; return the access token."""
    started = await browser.start_sign_in(**preferences)
    callback = await browser.follow_callback(await authorize(started.url))
    response = await browser.exchange_code(callback["code"], started.verifier)
    return str(response.json()["access_token"])


async def get(browser: Browser, token: str, path: str) -> httpx2.Response:
    return await browser.http.get(f"/api/v1{path}", headers=bearer(token))


async def test_a_new_account_has_the_time_zone_and_the_locale_of_its_browser(browser: Browser) -> None:
    token = await sign_in(browser, time_zone="Pacific/Kiritimati", locale="pt-BR")

    profile = (await get(browser, token, "/users/me")).json()
    assert (profile["time_zone"], profile["locale"]) == ("Pacific/Kiritimati", "pt-BR")
    # Its days are those of the place, 14 hours ahead of UTC.
    today = datetime.now(UTC).astimezone(ZoneInfo("Pacific/Kiritimati")).date()
    assert (await get(browser, token, "/statistics/weekly")).json()["today"] == today.isoformat()


async def test_without_them_the_days_are_those_of_utc(browser: Browser) -> None:
    profile = (await get(browser, await sign_in(browser), "/users/me")).json()

    assert (profile["time_zone"], profile["locale"]) == ("UTC", "en")


async def test_an_account_keeps_what_it_has(browser: Browser) -> None:
    await sign_in(browser, time_zone="Asia/Kolkata", locale="hi")

    token = await sign_in(browser, time_zone="America/Lima", locale="es")

    profile = (await get(browser, token, "/users/me")).json()
    assert (profile["time_zone"], profile["locale"]) == ("Asia/Kolkata", "hi")


@pytest.mark.parametrize(
    ("preferences", "expected"),
    [
        ({"time_zone": "Mars/Olympus_Mons", "locale": "de"}, ("UTC", "de")),
        ({"time_zone": "Etc/Unknown"}, ("UTC", "en")),
        ({"time_zone": "x" * 65}, ("UTC", "en")),
        ({"time_zone": "", "locale": ""}, ("UTC", "en")),
        ({"time_zone": "Asia/Kolkata", "locale": "english please"}, ("Asia/Kolkata", "en")),
        ({"locale": "de" + "-abcdefgh" * 4}, ("UTC", "en")),
        ({"locale": "de-DE-u-co-phonebk"}, ("UTC", "de-DE")),
    ],
)
async def test_what_the_browser_prefers_never_prevents_a_sign_in(
    browser: Browser, preferences: dict[str, str], expected: tuple[str, str]
) -> None:
    profile = (await get(browser, await sign_in(browser, **preferences), "/users/me")).json()

    assert (profile["time_zone"], profile["locale"]) == expected
