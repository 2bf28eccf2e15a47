"""Accounts in the web client: creating one, links in mails, devices, and leaving."""

from pathlib import Path
from typing import TYPE_CHECKING

from exercise_buddy.auth.tests.helpers import Outbox
from exercise_buddy.settings import Settings
from tests.support import PASSWORD, Join, wait_until
from tests.web.site import DESKTOP, Site

if TYPE_CHECKING:
    from playwright.async_api import Page

NEW_PASSWORD = "tall giraffes drink slowly"


async def test_a_stranger_gets_an_account_and_confirms_the_address(site: Site, tmp_path: Path) -> None:
    page = await site.open("/")
    await page.get_by_role("link", name="Create an account").click()
    await page.get_by_label("Your name (optional)").fill("Cem")
    await page.get_by_label("E-mail address", exact=True).fill("cem@example.com")
    await page.get_by_label("Password", exact=True).fill("password1")
    await page.get_by_role("button", name="Create account").click()
    # The server says what is wrong with it, beside the field.
    await page.get_by_text("one of the most common passwords").wait_for()
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Create account").click()
    await page.wait_for_url(f"{site.origin}/")
    await page.get_by_role("navigation", name="Main").wait_for()

    mail = await Outbox(tmp_path / "outbox").wait_for("cem@example.com", "Confirm your e-mail address")
    link = f"{site.origin}/auth/verify-email#token={mail.token}"
    await page.goto(link)
    await page.get_by_role("heading", name="Your address is confirmed").wait_for()
    assert page.url == f"{site.origin}/auth/verify-email"
    again = await site.open(link.removeprefix(site.origin))
    await again.get_by_role("heading", name="This link does not work anymore").wait_for()


async def test_a_forgotten_password_is_replaced(site: Site, join: Join, tmp_path: Path) -> None:
    ann = await join("ann")
    page = await site.open("/sign-in")
    await page.get_by_role("link", name="Forgot your password?").click()
    await page.get_by_label("E-mail address", exact=True).fill(ann.email)
    await page.get_by_role("button", name="Send the link").click()
    await page.get_by_role("heading", name="Look into your mail").wait_for()

    mail = await Outbox(tmp_path / "outbox").wait_for(ann.email, "Choose a new password")
    await page.goto(f"{site.origin}/auth/reset-password#token={mail.token}")
    await page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    assert page.url == f"{site.origin}/auth/reset-password"
    await page.get_by_role("button", name="Save the new password").click()
    await page.get_by_role("link", name="Sign in").click()
    await page.get_by_label("E-mail address or user name").fill(ann.email)
    await page.get_by_label("Password", exact=True).fill(NEW_PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.wait_for_url(f"{site.origin}/")


async def test_an_address_is_changed_by_the_link_in_the_mail(site: Site, join: Join, tmp_path: Path) -> None:
    ann = await join("ann")
    await site.sign_in(ann)
    page = await site.open("/settings/security", DESKTOP)
    await page.get_by_label("New e-mail address").fill("ann.new@example.com")
    await page.get_by_role("button", name="Change the address").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Current password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Confirm").click()
    await page.get_by_text("is on its way").wait_for()

    mail = await Outbox(tmp_path / "outbox").wait_for("ann.new@example.com", "Confirm your new e-mail address")
    opened = await site.open(f"/auth/verify-email#token={mail.token}")
    await opened.get_by_role("heading", name="Your address is confirmed").wait_for()
    await page.reload()
    await page.get_by_text("ann.new@example.com").wait_for()
    await page.get_by_text("confirmed", exact=True).wait_for()


async def test_a_password_is_changed_with_the_current_one(site: Site, join: Join) -> None:
    ann = await join("ann")
    await site.sign_in(ann)
    page = await site.open("/settings/security", DESKTOP)
    await page.get_by_label("New password", exact=True).fill("12345678")
    await page.get_by_role("button", name="Save the new password").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Current password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Confirm").click()
    await page.get_by_text("one of the most common passwords").wait_for()
    await page.keyboard.press("Escape")
    await page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    await page.get_by_role("button", name="Save the new password").click()
    await dialog.get_by_label("Current password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Confirm").click()
    await page.get_by_text("Your new password is saved.").wait_for()


async def test_links_lead_to_this_server(settings: Settings) -> None:
    moved = Settings.model_validate({**settings.__dict__, "frontend_url": None, "port": 9123})

    assert moved.frontend_origin == "http://localhost:9123"


async def test_settings_and_body_weight_are_in_the_units_of_the_person(site: Site, join: Join) -> None:
    ann = await join("ann")
    await site.sign_in(ann)
    page = await site.open("/settings", DESKTOP)

    await page.get_by_label("Units").select_option("imperial")
    await page.get_by_role("button", name="Save", exact=True).click()
    await page.get_by_text("Saved.").wait_for()
    await page.get_by_label("Weight", exact=True).fill("180")
    await page.get_by_role("button", name="Add", exact=True).click()
    await page.get_by_text("180 lb").wait_for()

    (measured,) = await ann.list_all("/users/me/body-measurements")
    assert round(measured["mass_kg"], 2) == 81.65
    await page.get_by_role("button", name="Delete the weight of").click()
    await page.get_by_text("Deleted.").wait_for()
    assert await ann.list_all("/users/me/body-measurements") == []


async def is_without_copies(page: "Page") -> bool:
    """Return whether the database of the browser has no copies of what a person has seen."""
    keys: list[str] = await page.evaluate(
        """() => new Promise((resolve, reject) => {
          const request = indexedDB.open("exercise-buddy");
          request.onerror = () => reject(request.error);
          request.onsuccess = () => {
            const listed = request.result.transaction("copies").objectStore("copies").getAllKeys();
            listed.onsuccess = () => { request.result.close(); resolve(listed.result); };
          };
        })"""
    )
    return keys == []


async def test_signing_out_in_one_tab_signs_out_the_other(site: Site, join: Join) -> None:
    await site.sign_in(await join("ann"))
    one, other = await site.open("/settings"), await site.open("/settings")
    await other.get_by_role("button", name="Log out").wait_for()

    await one.get_by_role("button", name="Log out").click()

    for page in (one, other):
        await page.get_by_role("button", name="Sign in", exact=True).wait_for()
        assert await page.get_by_text("Your session has ended").count() == 0
    # The next person at this browser sees nothing of hers, whichever pages she has opened.
    await wait_until(lambda: is_without_copies(one))


async def test_a_session_that_was_ended_elsewhere_says_so_and_comes_back(site: Site, join: Join) -> None:
    ann = await join("ann")
    await site.sign_in(ann)
    page = await site.open("/settings/security", DESKTOP)
    await page.get_by_text("this device").wait_for()
    ended = await ann.delete("/auth/sessions?except=current", json={"current_password": PASSWORD})
    assert ended.status_code == 204

    await page.reload()

    await page.get_by_text("Your session has ended").wait_for()
    await page.get_by_label("E-mail address or user name").fill(ann.email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.wait_for_url(f"{site.origin}/settings/security")


async def test_other_devices_are_signed_out_with_the_password(site: Site, join: Join) -> None:
    ann = await join("ann")
    await site.sign_in(ann)
    page = await site.open("/settings/security", DESKTOP)

    await page.get_by_role("button", name="Sign out all other devices").click()
    dialog = page.get_by_role("dialog")
    # It has the focus.
    await dialog.locator("input:focus").wait_for()
    await page.keyboard.type("not this one")
    await dialog.get_by_role("button", name="Confirm").click()
    await dialog.get_by_text("That is not your current password.").wait_for()
    await dialog.get_by_label("Current password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Confirm").click()
    await page.get_by_text("All other devices are signed out.").wait_for()

    assert (await ann.get("/users/me")).status_code == 401


async def test_an_account_is_deleted_and_kept_by_a_sign_in(site: Site, join: Join) -> None:
    ann = await join("ann")
    await site.sign_in(ann)
    page = await site.open("/settings/data", DESKTOP)
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Everything (ZIP)").click()
    assert (await (await download.value).path()).read_bytes().startswith(b"PK")

    await page.get_by_role("button", name="Delete my account").click()
    await page.get_by_role("button", name="Delete it").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Current password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Confirm").click()
    await page.get_by_text("Your account will be deleted on").wait_for()

    await page.get_by_label("E-mail address or user name").fill(ann.email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.get_by_text("Your account will not be deleted.").wait_for()


async def test_two_tabs_refresh_at_once(site: Site, join: Join) -> None:
    await site.sign_in(await join("ann"))
    pages = [await site.open("/settings") for _ in range(2)]

    # Each reload has no access token, so both refresh with the same cookie.
    for page in pages:
        await page.evaluate("setTimeout(() => location.reload())")
    for page in pages:
        await page.get_by_role("button", name="Log out").wait_for()


async def test_a_server_that_is_down_is_a_sentence(site: Site) -> None:
    page = await site.open("/sign-in")
    await page.get_by_label("E-mail address or user name").fill("ann@example.com")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await site.context.route("**/api/v1/auth/login", lambda route: route.abort())
    await page.get_by_role("button", name="Sign in", exact=True).click()

    await page.get_by_text("The server cannot be reached.").wait_for()
