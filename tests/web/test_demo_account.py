"""The demo account on the sign-in page: one click on this machine, and nothing for anybody else."""

import pytest

from exercise_buddy import demo
from exercise_buddy.main import create_app
from exercise_buddy.settings import Settings
from exercise_buddy.web.public import DemoAccount
from tests.serving import serving_app
from tests.support import PASSWORD, running
from tests.web.site import Site

ACCOUNT = DemoAccount("demo@example.com", "a password of the test")
HERE = {"host": "localhost:8000"}


@pytest.mark.usefixtures("built_web_client")
async def test_only_a_browser_on_this_machine_gets_the_demo_account(settings: Settings) -> None:
    local = Settings.model_validate({**settings.__dict__, "web_enabled": True})
    proxied = Settings.model_validate({**local.__dict__, "trusted_proxies": ["10.0.0.0/8"]})
    public = Settings.model_validate({**local.__dict__, "host": "0.0.0.0"})  # noqa: S104

    async def ask(settings: Settings, account: DemoAccount | None, address: str, headers: dict[str, str]) -> int:
        async with running(create_app(settings, account)) as app, app.client(address) as client:
            response = await client.get("/demo-account", headers=headers)
            assert (ACCOUNT.password in response.text) == (response.status_code == 200)
            assert response.headers["cache-control"] == "no-store"
            return response.status_code

    for host in ("localhost:8000", "127.0.0.1", "[::1]:8000"):
        assert await ask(local, ACCOUNT, "127.0.0.1", {"host": host, "sec-fetch-site": "same-origin"}) == 200
    assert await ask(local, ACCOUNT, "::1", HERE) == 200
    assert await ask(local, None, "127.0.0.1", HERE) == 404
    assert await ask(proxied, ACCOUNT, "127.0.0.1", HERE) == 404
    assert await ask(public, ACCOUNT, "127.0.0.1", HERE) == 404
    assert await ask(local, ACCOUNT, "192.0.2.7", HERE) == 404
    for host in ("evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "[::1", ""):
        assert await ask(local, ACCOUNT, "127.0.0.1", {"host": host}) in {400, 404}
    for site in ("same-site", "cross-site"):
        assert await ask(local, ACCOUNT, "127.0.0.1", HERE | {"sec-fetch-site": site}) == 404
    for name in ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"):
        assert await ask(local, ACCOUNT, "127.0.0.1", HERE | {name: "127.0.0.1"}) == 404


async def test_one_click_leads_to_the_dashboard_and_two_to_a_counted_set(site: Site, settings: Settings) -> None:
    own = Settings.model_validate({**settings.__dict__, "web_enabled": True, "frontend_url": None})
    account = DemoAccount(*await demo.load(own))
    async with serving_app(create_app(own, account), lifespan="on") as server:
        site.origin = f"http://localhost:{server.port}"
        page = await site.open("/")

        await page.get_by_role("button", name="Look around with the demo account").click()

        await page.wait_for_url(f"{site.origin}/")
        records = page.locator("section", has=page.get_by_role("heading", name="Recent records"))
        await records.get_by_role("listitem").nth(1).wait_for()

        await page.get_by_role("button", name="Watch a set being counted").click()

        await page.get_by_role("status", name="Reps").wait_for()
        assert page.url == f"{site.origin}/count"
        await page.get_by_role("heading", name="Is this right?").wait_for(timeout=120_000)
        await page.get_by_text("8 reps", exact=True).wait_for()
        # The server of this test ends before the browser: what the browser still loads would fail.
        await page.evaluate("async () => { await navigator.serviceWorker.ready; }")
        await page.close()


async def test_another_account_is_not_led_to_the_demonstration(site: Site, settings: Settings) -> None:
    own = Settings.model_validate({**settings.__dict__, "web_enabled": True, "frontend_url": None})
    account = DemoAccount(*await demo.load(own))
    async with serving_app(create_app(own, account), lifespan="on") as server:
        site.origin = f"http://localhost:{server.port}"
        page = await site.open("/register")
        await page.get_by_label("E-mail address", exact=True).fill("stranger@example.com")
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        async with page.expect_response("**/demo-account"):
            await page.get_by_role("button", name="Create account").click()

        await page.get_by_role("heading", name="Your first set is the hardest").wait_for()

        assert await page.get_by_role("button", name="Watch a set being counted").count() == 0
        await page.evaluate("async () => { await navigator.serviceWorker.ready; }")
        await page.close()
