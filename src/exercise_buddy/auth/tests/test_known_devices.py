"""Limits that a stranger cannot turn against the owner of an account."""

import base64
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import jwt
import pytest

from exercise_buddy.auth.known_devices import COOKIE, DeviceCookie
from exercise_buddy.auth.tests.helpers import NEW_PASSWORD, Outbox, call, log_in, put
from tests.support import PASSWORD, SECRET, Connection, Join, Person, RunningApp, StartApp

STRANGERS = [f"198.51.100.{number}" for number in range(9)]
HOME, CAFE = "203.0.113.7", "192.0.2.1"


class Browser:
    """A client that keeps cookies and changes its address."""

    def __init__(self, app: RunningApp) -> None:
        self.cookies = httpx2.Cookies()
        self._app = app

    async def post(self, path: str, address: str = CAFE, **options: object) -> httpx2.Response:
        async with self._app.client(address) as client:
            client.base_url = httpx2.URL("https://testserver")
            client.cookies = self.cookies
            response = await client.post(f"/api/v1/auth{path}", **options)  # type: ignore[arg-type]
            self.cookies = client.cookies
        return response

    async def log_in(self, username: str, password: str = PASSWORD, address: str = CAFE) -> int:
        response = await self.post("/login", address, data={"username": username, "password": password})
        return response.status_code

    async def change_password(self, person: Person) -> None:
        headers = {"Authorization": person.client.headers["Authorization"]}
        async with self._app.client(CAFE, **headers) as client:
            client.base_url = httpx2.URL("https://testserver")
            client.cookies = self.cookies
            content = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
            response = await client.put("/api/v1/auth/password", json=content)
            self.cookies = client.cookies
        assert response.status_code == 204, response.text

    async def forgets(self, email: str, address: str = CAFE) -> int:
        return (await self.post("/password/forgot", address, json={"email": email})).status_code


@pytest.fixture
async def browser(app: RunningApp, ann: Person) -> Browser:
    """A browser with which Ann has signed in."""
    browser = Browser(app)
    assert await browser.log_in(ann.email) == 200
    return browser


async def exhaust_logins(app: RunningApp, identifier: str) -> None:
    """Exhaust the limit of failed logins as strangers with many addresses."""
    statuses = [(await log_in(app, identifier, "wrong", address)).status_code for address in STRANGERS]
    assert statuses == [401] * 5 + [429] * 4


async def exhaust_mails(app: RunningApp, email: str) -> None:
    """Exhaust the limit of reset mails as strangers with many addresses."""
    statuses = [await Browser(app).forgets(email, address) for address in STRANGERS]
    assert statuses == [202] * 5 + [429] * 4


async def test_a_known_browser_logs_in_while_strangers_are_refused(
    app: RunningApp, ann: Person, browser: Browser, connection: Connection
) -> None:
    await connection.execute("UPDATE auth_session SET address = NULL")
    await exhaust_logins(app, ann.email)

    assert await Browser(app).log_in(ann.email) == 429
    assert await browser.log_in(ann.email) == 200


async def test_the_limit_of_its_address_does_not_stop_a_known_browser(
    app: RunningApp, ann: Person, browser: Browser
) -> None:
    for number in range(50):
        await log_in(app, f"nobody-{number}@example.com", "wrong", CAFE)

    assert await Browser(app).log_in(ann.email) == 429
    assert await browser.log_in(ann.email) == 200


async def test_a_known_address_logs_in_without_a_cookie(app: RunningApp, ann: Person) -> None:
    await exhaust_logins(app, ann.email)

    assert (await log_in(app, ann.email, address=CAFE)).status_code == 429
    assert (await log_in(app, ann.email, address=HOME)).status_code == 200


async def test_a_known_network_of_version_6_logs_in(app: RunningApp, ann: Person) -> None:
    assert (await log_in(app, ann.email, address="2001:db8::1:2:3:4")).status_code == 200
    await exhaust_logins(app, ann.email)

    assert (await log_in(app, ann.email, address="2001:db8:0:1::1")).status_code == 429
    assert (await log_in(app, ann.email, address="2001:db8::9:9:9:9")).status_code == 200


async def test_a_known_browser_cannot_guess_for_ever(app: RunningApp, ann: Person, browser: Browser) -> None:
    statuses = [await browser.log_in(ann.email, f"wrong {number}", STRANGERS[number]) for number in range(6)]

    assert statuses == [401] * 5 + [429]
    # Strangers have a count of their own.
    assert (await log_in(app, ann.email, address=STRANGERS[8])).status_code == 200


async def test_a_sign_in_to_another_account_resets_no_failures(browser: Browser, ann: Person, bob: Person) -> None:
    statuses = []
    for number in range(6):
        statuses.append(await browser.log_in(ann.email, f"wrong {number}"))
        assert await browser.log_in(bob.email) == 200

    assert statuses == [401] * 5 + [429]


async def test_a_browser_is_known_for_its_accounts_only(
    app: RunningApp, browser: Browser, bob: Person, connection: Connection
) -> None:
    await connection.execute("UPDATE auth_session SET address = NULL")
    await exhaust_logins(app, bob.email)

    assert await browser.log_in(bob.email) == 429


async def test_a_reset_makes_the_browser_known(
    app: RunningApp, ann: Person, outbox: Outbox, connection: Connection
) -> None:
    await connection.execute("UPDATE auth_session SET address = NULL")
    browser = Browser(app)
    await browser.forgets(ann.email)
    token = (await outbox.wait_for(ann.email, "Choose a new password")).token
    await exhaust_logins(app, ann.email)
    assert await browser.log_in(ann.email) == 429

    reset = await browser.post("/password/reset", json={"token": token, "password": NEW_PASSWORD})

    assert reset.status_code == 204
    assert await browser.log_in(ann.email, NEW_PASSWORD) == 200


@pytest.mark.parametrize("way", ["reset", "change"])
async def test_a_new_password_makes_the_browser_a_new_device(
    app: RunningApp, ann: Person, browser: Browser, outbox: Outbox, connection: Connection, way: str
) -> None:
    await connection.execute("UPDATE auth_session SET address = NULL")
    thief = Browser(app)
    thief.cookies = httpx2.Cookies(browser.cookies)
    if way == "reset":
        await browser.forgets(ann.email)
        token = (await outbox.wait_for(ann.email, "Choose a new password")).token
        await browser.post("/password/reset", json={"token": token, "password": NEW_PASSWORD})
    else:
        await browser.change_password(ann)

    statuses = [await thief.log_in(ann.email, "wrong", STRANGERS[number]) for number in range(6)]

    assert statuses == [401] * 5 + [429]
    await exhaust_logins(app, ann.email)
    assert await browser.log_in(ann.email, NEW_PASSWORD) == 200


async def test_strangers_do_not_exhaust_the_reset_mails_of_the_owner(
    app: RunningApp, ann: Person, browser: Browser, outbox: Outbox, connection: Connection
) -> None:
    await exhaust_mails(app, ann.email)
    mails = len([mail for mail in await outbox.wait_until_empty(connection) if "Choose" in mail.subject])

    assert await Browser(app).forgets(ann.email, "192.0.2.77") == 429
    assert await browser.forgets(ann.email, "192.0.2.77") == 202
    assert await Browser(app).forgets(ann.email, HOME) == 202
    assert mails == 5


async def test_reset_mails_do_not_exhaust_the_other_mails_of_the_owner(app: RunningApp, ann: Person) -> None:
    await exhaust_mails(app, ann.email)
    for email in ("new@example.org", "nobody@example.org"):
        await exhaust_mails(app, email)
    for _ in range(5):
        await Browser(app).forgets("else@example.org", HOME)

    assert (await ann.post("/auth/email/verification")).status_code == 202
    assert (await put(ann, "/auth/email", email="new@example.org", current_password=PASSWORD)).status_code == 202


async def test_a_change_without_the_password_charges_no_mail(ann: Person) -> None:
    statuses = [(await put(ann, "/auth/email", email="new@example.org")).status_code for _ in range(6)]

    assert statuses == [401] * 6
    assert (await put(ann, "/auth/email", email="new@example.org", current_password=PASSWORD)).status_code == 202


async def test_strangers_do_not_prevent_a_registration(app: RunningApp, join: Join, outbox: Outbox) -> None:
    weak = {"email": "cleo@example.com", "password": "password1"}
    for address in STRANGERS:
        assert (await Browser(app).post("/register", address, json=weak)).status_code == 422

    await join("cleo")

    assert (await outbox.wait_for("cleo@example.com", "Confirm")).token


async def test_registrations_do_not_fill_a_mailbox(
    start_app: StartApp, ann: Person, outbox: Outbox, connection: Connection
) -> None:
    app = await start_app(reveal_taken_email=False)
    again = {"email": ann.email, "password": PASSWORD}

    statuses = {(await Browser(app).post("/register", address, json=again)).status_code for address in STRANGERS}

    assert statuses == {201}
    mails = await outbox.wait_until_empty(connection)
    assert len([mail for mail in mails if "You have an account already" in mail.subject]) == 5


async def test_false_secrets_do_not_exhaust_the_refreshes_of_a_session(app: RunningApp, ann: Person) -> None:
    raw = base64.urlsafe_b64decode(ann.refresh_token + "==")
    for number in range(61):
        false = base64.urlsafe_b64encode(raw[:32] + number.to_bytes(32)).decode().rstrip("=")
        assert (await call(app, "/auth/refresh", refresh_token=false)).status_code == 401

    assert (await call(app, "/auth/refresh", refresh_token=ann.refresh_token)).status_code == 200


async def test_a_refused_refresh_keeps_the_token(app: RunningApp, ann: Person) -> None:
    token = ann.refresh_token
    for _ in range(60):
        token = (await call(app, "/auth/refresh", refresh_token=token)).json()["refresh_token"]
    refused = [await call(app, "/auth/refresh", refresh_token=token) for _ in range(3)]

    # Had the token been rotated, the third would be a reuse.
    assert [response.json()["type"] for response in refused] == ["/problems/too-many-requests"] * 3


async def test_the_cookie_is_private_and_signed(app: RunningApp, ann: Person) -> None:
    async with app.client(CAFE) as client:
        response = await client.post("/api/v1/auth/login", data={"username": ann.email, "password": PASSWORD})

    (header,) = [value for value in response.headers.get_list("set-cookie") if value.startswith(f"__Secure-{COOKIE}=")]
    for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/api/v1/auth", f"Max-Age={365 * 24 * 3600}"):
        assert part in header
    assert ann.email not in header


async def test_a_client_without_cookies_gets_none(app: RunningApp, ann: Person) -> None:
    assert "set-cookie" not in (await log_in(app, ann.email)).headers


@pytest.mark.parametrize("text", [None, "", "x", "x" * 2000, "a.b.c"])
async def test_an_invalid_cookie_is_ignored(app: RunningApp, text: str | None) -> None:
    assert DeviceCookie.parse(app.state["settings"], text) is None


async def test_a_cookie_names_the_latest_accounts(app: RunningApp) -> None:
    settings, now = app.state["settings"], datetime.now(UTC)
    users = [uuid4() for _ in range(7)]
    cookie = DeviceCookie("device", ())
    for user in users:
        cookie = cookie.add(user)

    parsed = DeviceCookie.parse(settings, cookie.serialize(settings, now))

    assert parsed == cookie
    assert [user in cookie for user in users] == [False] * 2 + [True] * 5
    assert DeviceCookie.parse(settings, cookie.serialize(settings, now - timedelta(days=366))) is None
    claims = {"aud": "exercise-buddy-device", "jti": "device", "accounts": [str(UUID(int=1))], "exp": 2**32}
    assert DeviceCookie.parse(settings, jwt.encode(claims, SECRET)) is None
