"""An e-mail address and a user name are the same in every spelling, wherever somebody writes one."""

import unicodedata

import pytest

from exercise_buddy.auth.oauth.tests.support import Browser
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tests.helpers import Outbox, call, log_in, put
from exercise_buddy.auth.throttling import hash_key
from exercise_buddy.users.public import email_key, identifier_key
from tests.factories import error_pointers, read_problem
from tests.providers.openid import OpenIDAccount, OpenIDProvider
from tests.support import PASSWORD, Connection, Join, Person, RunCommand, RunningApp, wait_until

EMAIL = "zoë.ann@bücher.example.com"
EMAILS = {
    "as registered": EMAIL,
    "upper case": EMAIL.upper(),
    "decomposed": unicodedata.normalize("NFD", EMAIL),
    "A-label": "zoë.ann@xn--bcher-kva.example.com",
    "upper A-label": "zoë.ann@XN--BCHER-KVA.example.com",
    "wide domain": "zoë.ann@bücher.ｅｘａｍｐｌｅ.com",  # noqa: RUF001
    "blanks": f"  {EMAIL}\t",
}
USERNAME = "zoë-straße"
USERNAMES = {
    "as registered": USERNAME,
    "upper case": USERNAME.upper(),
    "decomposed": unicodedata.normalize("NFD", USERNAME),
    "folded": "zoë-strasse",
    "wide": "ｚoë-straße",  # noqa: RUF001
    "blanks": f" {USERNAME} ",
}
of_emails = pytest.mark.parametrize("email", EMAILS.values(), ids=EMAILS)
of_usernames = pytest.mark.parametrize("username", USERNAMES.values(), ids=USERNAMES)


@pytest.fixture
async def zoe(join: Join, connection: Connection) -> Person:
    person = await join("zoe", email=EMAIL, username=USERNAME)
    await connection.execute("UPDATE user_account SET email_verified_at = now()")
    return person


@of_emails
async def test_an_address_at_each_endpoint(
    app: RunningApp, zoe: Person, join: Join, settings: AuthSettings, email: str
) -> None:
    bob = await join("bob")

    registered = await call(app, "/auth/register", email=email, password=PASSWORD)
    changed = await put(bob, "/auth/email", email=email, current_password=PASSWORD)
    own = await put(zoe, "/auth/email", email=email, current_password=PASSWORD)
    reset = await call(app, "/auth/password/forgot", email=email)

    assert read_problem(registered) == (409, "/problems/email-taken")
    assert read_problem(changed) == (409, "/problems/email-taken")
    assert (own.status_code, reset.status_code) == (202, 202)
    await wait_until(lambda: len(Outbox(settings.outbox_dir).all(subject="Choose")) == 1)
    assert (await log_in(app, email)).status_code == 200


@of_emails
async def test_an_address_of_a_provider(browser: Browser, google: OpenIDProvider, zoe: Person, email: str) -> None:
    google.account = OpenIDAccount(sub="zoe", email=email.strip())

    assert (await browser.sign_in_profile())["id"] == zoe.id


@pytest.mark.usefixtures("zoe")
@pytest.mark.parametrize("identifier", [EMAILS["decomposed"], EMAILS["A-label"], *USERNAMES.values()])
async def test_an_identifier_of_the_command_line(
    run_command: RunCommand, connection: Connection, identifier: str
) -> None:
    ran = await run_command("user", "disable", identifier)

    assert ran.exit_code == 0, ran.stderr
    assert await connection.fetchval("SELECT disabled_at IS NOT NULL FROM user_account")


@of_usernames
async def test_a_user_name_at_each_endpoint(app: RunningApp, zoe: Person, join: Join, username: str) -> None:
    bob = await join("bob")

    registered = await call(app, "/auth/register", email="new@example.com", password=PASSWORD, username=username)
    changed = await bob.patch("/users/me", json={"username": username})
    own = await zoe.patch("/users/me", json={"username": username})

    assert read_problem(registered) == (409, "/problems/username-taken")
    assert read_problem(changed) == (409, "/problems/username-taken")
    assert own.status_code == 200
    assert (await log_in(app, username)).status_code == 200


@pytest.mark.parametrize("spellings", [EMAILS, USERNAMES], ids=["addresses", "user names"])
def test_all_spellings_share_one_rate_limit(spellings: dict[str, str]) -> None:
    assert len({hash_key(spelling) for spelling in spellings.values()}) == 1


@pytest.mark.usefixtures("zoe")
async def test_the_failures_of_all_spellings_add_up(app: RunningApp) -> None:
    statuses = [(await log_in(app, spelling, "wrong password")).status_code for spelling in EMAILS.values()]

    assert statuses == [401] * 5 + [429] * 2


def test_different_mailboxes_stay_different() -> None:
    """A provider that verifies one of them must not open the account of the other."""
    assert len({email_key(f"{local}@example.com") for local in ("straße", "strasse", "ｓtrasse", "annı", "anni")}) == 5  # noqa: RUF001
    assert identifier_key("ann@example.com") != identifier_key("ann.example.com")


@pytest.mark.parametrize("username", ["İ" * 32, "ﷺﷺﷺ", "ŉ" * 20, "a\u200bb", "ann@x", "＠ann"])  # noqa: RUF001
async def test_a_user_name_whose_key_does_not_fit_is_refused(app: RunningApp, username: str) -> None:
    response = await call(app, "/auth/register", email="new@example.com", password=PASSWORD, username=username)

    assert error_pointers(response) == ["/username"]


@pytest.mark.parametrize(
    "email", ["İ" * 64 + "@" + "a" * 60 + "." + "b" * 60 + "." + "c" * 58 + ".com", "a\u200b@example.com"]
)
async def test_an_address_whose_key_does_not_fit_is_refused(app: RunningApp, email: str) -> None:
    response = await call(app, "/auth/register", email=email, password=PASSWORD)

    assert error_pointers(response) == ["/email"]


@pytest.mark.parametrize(
    "identifier", ["@" * 4000, "x" * 10_000, "a@" + "b." * 5000, "\u0301@\u0301", "ann@[127.0.0.1]"]
)
async def test_a_login_with_nonsense_fails_like_any_other(app: RunningApp, identifier: str) -> None:
    assert (await log_in(app, identifier)).status_code == 401
