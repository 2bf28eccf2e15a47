"""Signing in with a provider through the web client: a new account, refusals, and another way into an account."""

import socket
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from exercise_buddy.auth.tests.helpers import age_sign_ins
from tests.providers.openid import OpenIDAccount, OpenIDProvider
from tests.providers.provider import run_provider
from tests.serving import serve_listener
from tests.support import PASSWORD, Connection, Person, StartApp, sign_up
from tests.web.site import DESKTOP, Site

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

BOB = OpenIDAccount(sub="2", email="bob@example.com", name="Bob")
OTHER = OpenIDAccount(sub="3", email="elsewhere@example.com", name="Ann")


@pytest.fixture
async def with_provider(
    built_web_client: None, chromium: "BrowserContext", start_app: StartApp
) -> AsyncIterator[tuple[Site, OpenIDProvider, Person]]:
    """The web client of a server with a provider, and a person with a password."""
    del built_web_client
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        origin = f"http://localhost:{port}"
        with run_provider(OpenIDProvider, "google", f"{origin}/api/v1/auth/providers/google/callback") as google:
            google.account = BOB
            # Without FRONTEND_URL, the callback leads to the port of the server.
            app = await start_app(**google.settings(), web_enabled=True, frontend_url=None, port=port)
            ann = await sign_up(app, "ann")
            async with serve_listener(app, listener):
                yield Site(origin, chromium), google, ann
            await ann.client.aclose()


async def test_a_sign_in_creates_an_account_and_returns_to_the_page(
    with_provider: tuple[Site, OpenIDProvider, Person],
) -> None:
    site, google, _ = with_provider
    page = await site.open("/settings")

    google.authorization_error = "access_denied"
    await page.get_by_role("button", name="Continue with Google").click()
    await page.get_by_text("You have cancelled.").wait_for()
    assert page.url == f"{site.origin}/auth/callback"
    google.authorization_error = None
    await page.get_by_role("link", name="Back to the sign-in").click()
    await page.get_by_role("button", name="Continue with Google").click()

    await page.wait_for_url(f"{site.origin}/settings")
    await page.get_by_text("Signed in as bob@example.com").wait_for()


async def test_a_provider_is_added_and_removed(with_provider: tuple[Site, OpenIDProvider, Person]) -> None:
    site, google, ann = with_provider
    google.account = OTHER
    await site.sign_in(ann)
    page = await site.open("/settings/security", DESKTOP)

    for button, told in (("Add Google", "sign in with Google."), ("Remove Google", "no longer sign in with Google.")):
        await page.get_by_role("button", name=button).click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Current password", exact=True).fill(PASSWORD)
        await dialog.get_by_role("button", name="Confirm").click()
        await page.get_by_text(told).wait_for()

    assert (await ann.get("/auth/identities")).json()["items"] == []


async def test_who_has_no_password_signs_in_again_before_the_account_is_deleted(
    with_provider: tuple[Site, OpenIDProvider, Person], connection: Connection
) -> None:
    site, _, _ = with_provider
    page = await site.open("/settings/data", DESKTOP)
    await page.get_by_role("button", name="Continue with Google").click()
    await page.get_by_role("button", name="Delete my account").wait_for()
    await age_sign_ins(connection)

    async def delete_account() -> None:
        await page.get_by_role("button", name="Delete my account").click()
        await page.get_by_role("button", name="Delete it").click()

    await delete_account()
    dialog = page.get_by_role("dialog", name="Is it you?")
    await dialog.get_by_text("Please sign in again.").wait_for()
    # It does not ask for a password that the account does not have.
    assert await dialog.get_by_label("Current password", exact=True).count() == 0
    await dialog.get_by_role("button", name="Sign in with Google").click()

    # The provider knows the person, and leads back at once.
    await page.get_by_role("dialog").wait_for(state="detached")
    await page.wait_for_url(f"{site.origin}/settings/data")
    await delete_account()
    await page.get_by_text("Your account will be deleted on").wait_for()
