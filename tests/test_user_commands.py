"""`exercise-buddy user …` as operators know it, against a database."""

from pathlib import Path

import pytest

from exercise_buddy.auth.tests.helpers import (
    NEW_PASSWORD,
    Outbox,
    call,
    get_event_kinds,
    get_status,
    log_in,
    log_in_again,
)
from tests.factories import read_problem
from tests.support import Connection, Person, RunCommand, RunningApp, wait_until


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD_HASH_MEMORY_KIB", "7168")


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "outbox")


async def get_status_is(person: Person, status: int) -> bool:
    return await get_status(person) == status


async def test_create_prints_a_password_that_works(app: RunningApp, run_command: RunCommand) -> None:
    ran = await run_command("user", "create", "ann@example.com", "--username", "ann", "--time-zone", "Europe/Berlin")
    password = ran.stdout.split()[-1]

    assert ran.exit_code == 0
    assert len(password) >= 20
    assert (await log_in(app, "ann", password)).status_code == 200


async def test_create_takes_a_password_from_its_input_and_shows_it_nowhere(
    app: RunningApp, run_command: RunCommand, connection: Connection
) -> None:
    ran = await run_command(
        "user", "create", "ann@example.com", "--password-stdin", "--unverified", typed=f"{NEW_PASSWORD}\n"
    )

    assert (ran.exit_code, NEW_PASSWORD in ran.stdout + ran.stderr) == (0, False)
    assert (await log_in(app, "ann@example.com", NEW_PASSWORD)).status_code == 200
    assert await connection.fetchval("SELECT email_verified_at FROM user_account") is None


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (["not an address"], None, "email: This is not an e-mail address"),
        (["a@example.com", "--time-zone", "Berlin"], None, "time_zone:"),
        (["a@example.com", "--username", "x"], None, "username:"),
        (["a@example.com", "--password-stdin"], "password1\n", "/password This is one of the most common passwords"),
        (["a@example.com", "--password-stdin"], "\n", "password:"),
    ],
)
async def test_create_says_what_is_wrong(
    run_command: RunCommand, connection: Connection, arguments: list[str], typed: str | None, said: str
) -> None:
    ran = await run_command("user", "create", *arguments, typed=typed)

    assert ran.exit_code == 1
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert await connection.fetchval("SELECT count(*) FROM user_account") == 0


async def test_create_tells_of_a_taken_address(ann: Person, run_command: RunCommand) -> None:
    ran = await run_command("user", "create", ann.email.upper())

    assert (ran.exit_code, "Another account has this e-mail address" in ran.stderr) == (1, True)


async def test_disable_ends_everything_and_enable_lets_in_again(
    app: RunningApp, ann: Person, bob: Person, run_command: RunCommand
) -> None:
    disabled = await run_command("user", "disable", "ANN@example.com")

    async def dead() -> bool:
        return await get_status(ann) == 401

    await wait_until(dead)
    refused = await log_in(app, ann.email)
    listed = await run_command("user", "list")
    enabled = await run_command("user", "enable", ann.email)

    assert (disabled.exit_code, enabled.exit_code) == (0, 0)
    assert "1 sessions revoked" in disabled.stdout
    assert refused.status_code == 401
    assert (await get_status(ann), await get_status(bob)) == (401, 200)
    assert (await log_in(app, ann.email)).status_code == 200
    lines = [line.split("\t") for line in listed.stdout.splitlines() if "@" in line]
    assert [(line[0], line[3:]) for line in lines] == [
        (ann.email, ["unverified", "disabled"]),
        (bob.email, ["unverified"]),
    ]


async def test_sign_out_ends_sessions_and_links_of_one_or_all_users(
    app: RunningApp, ann: Person, bob: Person, run_command: RunCommand, outbox: Outbox, connection: Connection
) -> None:
    await call(app, "/auth/password/forgot", email=ann.email)
    link = await outbox.wait_for(ann.email, "Choose")

    one = await run_command("user", "sign-out", ann.email)

    assert (one.exit_code, one.stdout.splitlines()[-1]) == (0, "1 sessions revoked.")
    await wait_until(lambda: get_status_is(ann, 401))
    assert await get_status(bob) == 200
    reset = await call(app, "/auth/password/reset", token=link.token, password=NEW_PASSWORD)
    assert read_problem(reset)[0] == 400
    again = await log_in_again(app, ann)
    assert (await get_event_kinds(again))[:2] == ["signed_in", "sessions_ended"]

    everybody = await run_command("user", "sign-out", "--all")

    assert (everybody.exit_code, everybody.stdout.splitlines()[-1]) == (0, "2 sessions revoked.")
    await wait_until(lambda: get_status_is(bob, 401))
    await wait_until(lambda: get_status_is(again, 401))
    reasons = "SELECT array_agg(details->>'reason') FROM security_event WHERE kind = 'sessions_ended'"
    assert await connection.fetchval(reasons) == ["administrator"] * 3


@pytest.mark.parametrize("arguments", [[], ["ann@example.com", "--all"]])
async def test_sign_out_needs_one_account_or_all(ann: Person, run_command: RunCommand, arguments: list[str]) -> None:
    ran = await run_command("user", "sign-out", *arguments)

    assert (ran.exit_code, "name an account, or --all" in ran.stderr) == (2, True)
    assert await get_status(ann) == 200


@pytest.mark.parametrize("verb", ["disable", "enable", "sign-out"])
async def test_nobody_is_found_by_a_wrong_name(run_command: RunCommand, verb: str) -> None:
    ran = await run_command("user", verb, "nobody")

    assert (ran.exit_code, ran.stderr.strip()) == (1, "No account has the address or the user name nobody.")


async def test_delete_has_the_grace_period_of_the_api(
    app: RunningApp, run_command: RunCommand, ann: Person, connection: Connection
) -> None:
    ran = await run_command("user", "delete", ann.email)
    listed = await run_command("user", "list")

    assert (ran.exit_code, "Will delete ann@example.com at 20" in ran.stdout) == (0, True)
    assert "deletes 20" in listed.stdout

    async def signed_out() -> bool:
        return await get_status(ann) == 401

    await wait_until(signed_out)
    assert (await log_in(app, ann.email)).json()["deletion_cancelled"] is True
    now = await run_command("user", "delete", ann.email, "--now")
    assert (now.exit_code, "Deleted ann@example.com.\n" in now.stdout) == (0, True)
    assert await connection.fetchval("SELECT count(*) FROM user_account") == 0


async def test_a_second_deletion_does_not_move_the_first(
    run_command: RunCommand, ann: Person, connection: Connection
) -> None:
    await run_command("user", "delete", ann.email)
    first = await connection.fetchval("SELECT deletes_at FROM user_account")
    ran = await run_command("user", "delete", ann.email)

    assert ran.exit_code == 0
    assert await connection.fetchval("SELECT deletes_at FROM user_account") == first
    events = "SELECT count(*) FROM security_event WHERE kind = 'account_deletion_requested'"
    assert await connection.fetchval(events) == 1


async def test_delete_needs_an_account(run_command: RunCommand) -> None:
    ran = await run_command("user", "delete", "nobody@example.com")

    assert ran.exit_code == 1
