"""A session that ends in the middle of a set or of a workout loses nothing of it."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from tests.serving import Serve
from tests.support import PASSWORD, Join, Person, wait_until
from tests.web.site import Site
from tests.web.test_count import start_recording, wait_for_reps, wait_for_result
from tests.web.test_kept_samples import begin_and_lose_the_network, count_kept
from tests.web.test_log import add_exercise, wait_for_sets

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page


async def end_session(person: Person) -> None:
    """End the session of the browser, as from another device."""
    ended = await person.delete("/auth/sessions?except=current", json={"current_password": PASSWORD})
    assert ended.status_code == 204


async def sign_in_again(page: "Page", person: Person) -> None:
    await page.get_by_text("Your session has ended").wait_for()
    await page.get_by_label("E-mail address or user name").fill(person.email)
    await page.get_by_label("Password", exact=True).fill(person.password)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def test_a_set_goes_on_after_the_sign_in(site: Site, join: Join) -> None:
    ann = await join("ann")
    await site.sign_in(ann)
    # Slow enough to be counted still when the session ends; if it is not, its result waits.
    page = await site.open("/count?speed=2")
    await start_recording(page)
    await wait_for_reps(page, 2)

    await end_session(ann)

    await sign_in_again(page, ann)
    await wait_for_result(page, "8 reps")


async def test_a_session_that_ends_while_the_device_is_offline_keeps_the_set(site: Site, join: Join) -> None:
    ann = await join("ann")
    await site.sign_in(ann)
    page = await begin_and_lose_the_network(site)
    await page.get_by_text("Your set is counted when it is back").wait_for()
    await end_session(ann)
    await site.context.set_offline(False)

    await sign_in_again(page, ann)
    await wait_for_result(page, "8 reps")


async def test_somebody_else_does_not_get_the_set(site: Site, join: Join) -> None:
    ann, bob = await join("ann"), await join("bob")
    await site.sign_in(ann)
    page = await begin_and_lose_the_network(site)
    await end_session(ann)
    await site.context.set_offline(False)

    await sign_in_again(page, bob)

    await page.get_by_role("button", name="Start the camera").wait_for()

    async def is_empty() -> bool:
        return await count_kept(page) == 0

    await wait_until(is_empty)


async def test_a_set_that_is_logged_then_is_sent_after_the_sign_in(site: Site, join: Join) -> None:
    ann = await join("ann")
    await site.sign_in(ann)
    page = await site.open("/workout")
    await page.get_by_role("button", name="Empty workout").click()
    await add_exercise(page, "squat", "Barbell Squat")
    await page.get_by_label("Reps of set 1").fill("5")
    await page.get_by_text("not saved yet").wait_for(state="detached")
    await end_session(ann)
    await page.get_by_role("button", name="Log set 1 of Barbell Squat").click()

    await sign_in_again(page, ann)

    await page.get_by_role("button", name="Change set 1").wait_for()
    await wait_for_sets(ann, [("Barbell Squat", None, 5)])


@pytest.fixture
async def impatient(
    built_web_client: None, serve: Serve, chromium: "BrowserContext"
) -> AsyncIterator[tuple[Site, Any]]:
    """A server that may end a set as soon as its client is away, and what does so."""
    del built_web_client
    server = await serve(web_enabled=True, frontend_url=None, live_resume_minutes=0.001)
    site = Site(f"http://localhost:{server.port}", chromium)
    await site.prepare()
    yield site, server.state["live"]
    assert site.failures == []


async def test_who_was_away_for_too_long_hears_that_the_end_is_missing(
    impatient: tuple[Site, Any], join: Join, connection: asyncpg.Connection
) -> None:
    site, live = impatient
    await site.sign_in(await join("ann"))
    page = await site.context.new_page()
    await page.clock.install()
    await page.goto(f"{site.origin}/count")
    await start_recording(page)
    await wait_for_reps(page, 2)
    await site.context.set_offline(True)
    await page.get_by_text("No connection. Keep going").wait_for()
    await page.get_by_role("button", name="Stop").click()

    async def has_ended() -> bool:
        await live.clean_up()
        return bool(await connection.fetchval("SELECT count(*) > 0 FROM counting_live_set WHERE counted IS NOT NULL"))

    await wait_until(has_ended, seconds=120)
    await page.clock.fast_forward("16:00")
    await site.context.set_offline(False)

    await page.get_by_role("heading", name="Is this right?").wait_for()
    await page.get_by_text("the end of the set is not counted. Enter what you did.").wait_for()
