import pytest

from exercise_buddy.auth.tests.helpers import (
    Outbox,
    call,
    delete_account,
    get_event_kinds,
    get_status,
    log_in,
    put,
)
from exercise_buddy.core.db.tables import metadata
from tests.support import PASSWORD, STEP_UP, Connection, Join, Person, RunningApp


async def everything_of(person: Person, outbox: Outbox, connection: Connection) -> None:
    """Insert a row of the user into every table of auth."""
    exercise = (await person.get("/exercises")).json()["items"][0]["id"]
    await person.log(title="Push", started_at="2026-01-05T10:00:00Z", exercises=[{"exercise_id": exercise}])
    await connection.execute(
        "INSERT INTO provider_identity (user_id, provider, subject) VALUES ($1::text::uuid, 'google', $1)", person.id
    )
    await put(person, "/auth/email", email=f"other-{person.email}", current_password=PASSWORD)
    await outbox.wait_for(f"other-{person.email}", "Confirm")


async def rows_of(connection: Connection, person: Person) -> dict[str, int]:
    """Return the number of rows of a user in each table with a user id."""
    counts = {}
    for table in metadata.sorted_tables:
        column = "id" if table.name == "user_account" else "user_id"
        if column in table.columns:
            query = f"SELECT count(*) FROM {table.name} WHERE {column}::text = $1"  # noqa: S608  (our own tables)
            counts[table.name] = await connection.fetchval(query, person.id)
    return counts


async def test_deletion_removes_all_data_of_the_user_only(
    app: RunningApp, ann: Person, bob: Person, outbox: Outbox, connection: Connection
) -> None:
    for person in (ann, bob):
        await everything_of(person, outbox, connection)
    before = await rows_of(connection, ann)
    of_bob = await rows_of(connection, bob)

    response = await delete_account(ann, current_password=PASSWORD)

    assert response.status_code == 204
    filled = {name for name, count in before.items() if count}
    assert {
        "user_account",
        "auth_session",
        "workout",
        "provider_identity",
        "security_event",
        "one_time_token",
    } <= filled
    assert set((await rows_of(connection, ann)).values()) == {0}
    assert await rows_of(connection, bob) == of_bob
    assert (await get_status(ann), await get_status(bob)) == (401, 200)
    assert (await log_in(app, ann.email)).status_code == 401
    assert "everything" in (await outbox.wait_for(ann.email, "Your account was deleted")).text


async def test_a_deleted_address_can_register_again(join: Join, ann: Person) -> None:
    await delete_account(ann, current_password=PASSWORD)

    again = await join("ann")

    assert again.id != ann.id
    assert (await get_status(ann), await get_status(again)) == (401, 200)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({}, 401),
        ({"current_password": None}, 401),
        ({"current_password": PASSWORD}, 204),
        ({"current_password": "wrong"}, 403),
        ({"current_password": "x" * 1025}, 422),
        ({"current_password": PASSWORD, "sure": True}, 422),
    ],
)
async def test_it_requires_the_password(
    ann: Person, connection: Connection, content: dict[str, object], expected: int
) -> None:
    response = await delete_account(ann, **content)

    assert response.status_code == expected
    assert await connection.fetchval("SELECT count(*) FROM user_account") == (0 if expected == 204 else 1)


async def test_it_deletes_the_cookie(ann: Person) -> None:
    response = await delete_account(ann, current_password=PASSWORD)

    assert response.status_code == 204
    assert "__Secure-exercise_buddy_refresh=" in response.headers["set-cookie"]


async def test_if_match_prevents_deleting_another_version(ann: Person) -> None:
    stale = (await ann.get("/users/me")).headers["etag"]
    changed = await ann.patch("/users/me", json={"locale": "de"})

    refused = await ann.delete("/users/me", headers={"If-Match": stale}, json=STEP_UP)
    still_there = await get_status(ann)
    deleted = await ann.delete("/users/me", headers={"If-Match": changed.headers["etag"]}, json=STEP_UP)

    assert (refused.status_code, still_there, deleted.status_code) == (412, 200, 204)


async def test_wrong_passwords_are_recorded_and_counted(ann: Person) -> None:
    statuses = [(await delete_account(ann, current_password=f"wrong {n}")).status_code for n in range(6)]

    assert statuses == [403] * 5 + [429]
    assert (await get_event_kinds(ann)).count("step_up_failed") == 5


async def test_links_of_a_deleted_account_are_invalid(app: RunningApp, ann: Person, outbox: Outbox) -> None:
    token = (await outbox.wait_for(ann.email, "Confirm")).token
    await delete_account(ann, current_password=PASSWORD)

    assert (await call(app, "/auth/email/verify", token=token)).status_code == 400
