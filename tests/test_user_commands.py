"""`exercise-buddy user …` as operators know it, against a database."""

from collections.abc import Awaitable, Callable

import pytest
from anyio import to_thread
from typer.testing import CliRunner, Result

from exercise_buddy.auth.tests.helpers import NEW_PASSWORD, get_status, log_in, wait_until
from exercise_buddy.cli import app as cli
from exercise_buddy.settings import Settings
from exercise_buddy.startup import get_database_url
from tests.support import SECRET, Connection, Person, RunningApp


class Ran:
    """What a command has done."""

    def __init__(self, result: Result) -> None:
        self.code = result.exit_code
        self.out = result.stdout
        self.err = result.stderr


User = Callable[..., Awaitable[Ran]]


@pytest.fixture
def user(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> User:
    """Run `exercise-buddy user …` in a thread: it has an event loop of its own."""
    monkeypatch.setenv("DATABASE_URL", get_database_url(settings))
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("PASSWORD_HASH_MEMORY_KIB", "7168")

    async def run(*arguments: str, typed: str | None = None) -> Ran:
        return Ran(await to_thread.run_sync(lambda: CliRunner().invoke(cli, ["user", *arguments], input=typed)))

    return run


async def test_create_prints_a_password_that_works(app: RunningApp, user: User) -> None:
    ran = await user("create", "ann@example.com", "--username", "ann", "--time-zone", "Europe/Berlin")
    password = ran.out.split()[-1]

    assert ran.code == 0
    assert len(password) >= 20
    assert (await log_in(app, "ann", password)).status_code == 200


async def test_create_takes_a_password_from_its_input_and_shows_it_nowhere(
    app: RunningApp, user: User, connection: Connection
) -> None:
    ran = await user("create", "ann@example.com", "--password-stdin", "--unverified", typed=f"{NEW_PASSWORD}\n")

    assert (ran.code, NEW_PASSWORD in ran.out + ran.err) == (0, False)
    assert (await log_in(app, "ann@example.com", NEW_PASSWORD)).status_code == 200
    assert await connection.fetchval("SELECT email_verified_at FROM user_account") is None


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (["not an address"], None, "email: This is not an e-mail address"),
        (["a@example.com", "--time-zone", "Berlin"], None, "time_zone:"),
        (["a@example.com", "--username", "x"], None, "username:"),
        (["a@example.com", "--password-stdin"], "password1\n", "/password This password is easy to guess"),
        (["a@example.com", "--password-stdin"], "\n", "password:"),
    ],
)
async def test_create_says_what_is_wrong(
    user: User, connection: Connection, arguments: list[str], typed: str | None, said: str
) -> None:
    ran = await user("create", *arguments, typed=typed)

    assert ran.code == 1
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert await connection.fetchval("SELECT count(*) FROM user_account") == 0


async def test_create_tells_of_a_taken_address(ann: Person, user: User) -> None:
    ran = await user("create", ann.email.upper())

    assert (ran.code, "Another account has this e-mail address" in ran.err) == (1, True)


async def test_disable_ends_everything_and_enable_lets_in_again(
    app: RunningApp, ann: Person, bob: Person, user: User
) -> None:
    disabled = await user("disable", "ANN@example.com")

    async def dead() -> bool:
        return await get_status(ann) == 401

    assert await wait_until(dead, 1) < 1
    refused = await log_in(app, ann.email)
    listed = await user("list")
    enabled = await user("enable", ann.email)

    assert (disabled.code, enabled.code) == (0, 0)
    assert "1 sessions revoked" in disabled.out
    assert refused.status_code == 401
    assert (await get_status(ann), await get_status(bob)) == (401, 200)
    assert (await log_in(app, ann.email)).status_code == 200
    lines = [line.split("\t") for line in listed.out.splitlines() if "@" in line]
    assert [(line[0], line[3:]) for line in lines] == [
        (ann.email, ["unverified", "disabled"]),
        (bob.email, ["unverified"]),
    ]


@pytest.mark.parametrize("verb", ["disable", "enable"])
async def test_nobody_is_found_by_a_wrong_name(user: User, verb: str) -> None:
    ran = await user(verb, "nobody")

    assert (ran.code, ran.err.strip()) == (1, "No account has the address or the user name nobody.")
