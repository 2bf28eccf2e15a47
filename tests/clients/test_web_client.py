"""The web client of `docs/clients.md` in Chromium: its blocks are one module, on an origin of its own."""

import socket
from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import pytest
from playwright.async_api import BrowserContext, Page
from playwright.async_api import Route as Interception
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from exercise_buddy.core.db.pagination import encode_cursor
from tests.clients.page import ADDRESS, read_block
from tests.providers.openid import OpenIDProvider
from tests.providers.provider import run_provider
from tests.providers.server import serve
from tests.serving import serve_listener
from tests.support import StartApp

# A store in memory, and what the page does when it is opened.
PAGE = """<!doctype html>
<title>Client</title>
<div id="buttons"></div>
<script type="module">
  import * as client from "/client.js";
  const store = {
    copy: new Map(), unsent: [], sent: [], cursor: null,
    listUnsent: async (limit) => store.unsent.slice(0, limit),
    markSent: async (key, { outcome, problem }) => {
      store.unsent = store.unsent.filter((item) => item.key !== key);
      store.sent.push([outcome, problem]);
    },
    getCursor: async () => store.cursor,
    setCursor: async (cursor) => { store.cursor = cursor; },
    put: async (type, id, resource) => { store.copy.set(`${type} ${id}`, resource); },
    remove: async (type, id) => { store.copy.delete(`${type} ${id}`); },
    clear: async () => { store.copy.clear(); },
  };
  Object.assign(window, { client, store });
  if (location.pathname === "/auth/callback") await client.finishSignIn();
  else await client.showSignInButtons(document.getElementById("buttons"));
  document.body.dataset.ready = "yes";
</script>
"""

# Makes `told` a promise that is kept when another tab hands over a token, or its end.
LISTEN = """() => {
  window.other = new BroadcastChannel("exercise-buddy");
  window.told = new Promise((resolve) => other.addEventListener("message", () => resolve(true)));
}"""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture
async def page(chromium: BrowserContext, listener: socket.socket, start_app: StartApp) -> AsyncIterator[Page]:
    """A tab that has signed in with a provider's button."""
    api = f"http://localhost:{listener.getsockname()[1]}"
    script = read_block("A web client", "js").replace(ADDRESS, api)

    async def send_page(_request: Request) -> Response:
        return HTMLResponse(PAGE)

    async def send_script(_request: Request) -> Response:
        return Response(script, media_type="text/javascript")

    routes = [Route("/client.js", send_script), Route("/{path:path}", send_page)]
    with (
        serve(lambda _origin: Starlette(routes=routes), "localhost") as origin,
        run_provider(OpenIDProvider, "google", f"{api}/api/v1/auth/providers/google/callback") as google,
    ):
        app = await start_app(**google.settings(), frontend_url=origin, cors_origins=[origin])
        async with serve_listener(app, listener):
            page = await open_page(chromium, origin)
            await page.get_by_role("button", name="Sign in with google").click()
            await page.wait_for_url(f"{origin}/auth/callback")
            await page.locator("body[data-ready]").wait_for(state="attached")
            yield page
            for tab in chromium.pages:
                await tab.close()


async def open_page(browser: BrowserContext, origin: str) -> Page:
    page = await browser.new_page()
    await page.goto(origin)
    await page.locator("body[data-ready]").wait_for(state="attached")
    return page


def origin_of(page: Page) -> str:
    return page.url.removesuffix("/auth/callback")


async def test_a_button_signs_in_with_the_time_zone_of_the_browser(page: Page) -> None:
    me = await page.evaluate("client.call('GET', '/users/me')")

    assert me["email"] == "ann@example.com"
    assert me["time_zone"] == await page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")


@pytest.fixture
def refreshes(page: Page) -> list[str]:
    """The refreshes of all tabs from now on."""
    sent: list[str] = []
    page.context.on("request", lambda request: sent.append(request.url) if "/refresh" in request.url else None)
    return sent


async def test_one_tab_refreshes_for_all(page: Page, refreshes: list[str]) -> None:
    first, second = [await open_page(page.context, origin_of(page)) for _ in range(2)]
    await second.evaluate(LISTEN)

    token = await first.evaluate("client.getAccessToken()")

    assert await second.evaluate("told")
    assert await second.evaluate("client.getAccessToken()") == token
    assert len(refreshes) == 1
    await first.evaluate(LISTEN)
    await page.evaluate("client.logOut()")
    assert await first.evaluate("told")
    problem = await first.evaluate("client.getAccessToken().catch(({ status, type }) => ({ status, type }))")
    assert problem == {"status": 401, "type": "/problems/invalid-refresh-token"}


async def test_calls_at_the_same_time_wait_for_one_refresh(page: Page, refreshes: list[str]) -> None:
    tab = await open_page(page.context, origin_of(page))

    tokens = await tab.evaluate("Promise.all([client.getAccessToken(), client.getAccessToken()])")

    assert tokens[0] == tokens[1]
    assert len(refreshes) == 1


async def test_a_lost_response_and_a_full_server_change_nothing(page: Page) -> None:
    """The first response is lost, the second is a 503; the workout is there once."""
    attempts = 0

    async def disturb(interception: Interception) -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            await interception.fetch()
            await interception.abort()
        elif attempts == 2:
            headers = {"Access-Control-Allow-Origin": origin_of(page), "Access-Control-Expose-Headers": "Retry-After"}
            await interception.fulfill(status=503, headers=headers | {"Retry-After": "0"}, body="{}")
        else:
            await interception.continue_()

    await page.route("**/api/v1/workouts", disturb)
    logged = await page.evaluate("client.logWorkout({ started_at: '2026-05-04T18:00:00+02:00' })")
    attempts = 0
    await page.unroute("**/api/v1/workouts")
    await page.route("**/api/v1/workouts/quick", disturb)
    quick = await page.evaluate("client.logQuickWorkout('pushups', 20)")

    assert attempts == 3
    items = (await page.evaluate("client.call('GET', '/workouts')"))["items"]
    assert {item["id"] for item in items} == {logged["id"], quick["id"]}
    assert len(items) == 2


async def test_a_wrong_request_is_not_repeated(page: Page) -> None:
    problem = await page.evaluate(
        "client.logWorkout({ started_at: 'yesterday' }).catch(({ status, errors }) => [status, errors[0].pointer])"
    )

    assert problem == [422, "/started_at"]


async def test_synchronize_sends_and_reads(page: Page) -> None:
    workout = {"id": "0197a1b2-0000-7000-8000-000000000001", "data": {"started_at": "2026-05-04T18:00:00+02:00"}}
    unsent = {"key": 1, "operation": {"operation": "create_workout", **workout}}
    await page.evaluate("(item) => store.unsent.push(item)", unsent)

    await page.evaluate("client.synchronize(store)")

    assert await page.evaluate("[store.unsent.length, store.sent[0]]") == [0, ["created", None]]
    types = "[...store.copy.keys()].map((key) => key.split(' ')[0])"
    assert await page.evaluate(types) == ["profile", "workout"]
    assert await page.evaluate("(id) => store.copy.get(`workout ${id}`).id", workout["id"]) == workout["id"]
    await page.evaluate("(id) => client.call('DELETE', `/workouts/${id}`)", workout["id"])
    await page.evaluate("client.synchronize(store)")
    assert await page.evaluate(types) == ["profile"]


async def test_a_cursor_that_does_not_fit_empties_the_copy(page: Page) -> None:
    stale = encode_cursor(["sync", 2**40, UUID(int=0), "workout"])
    await page.evaluate("(cursor) => { store.cursor = cursor; store.copy.set('workout lost', {}); }", stale)

    await page.evaluate("client.synchronize(store)")

    assert await page.evaluate("[...store.copy.keys()].map((key) => key.split(' ')[0])") == ["profile"]
