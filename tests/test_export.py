"""Everything that is held on a user, in one ZIP: all slices together."""

import asyncio
import csv
import io
import json
import os
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zipfile import BadZipFile, ZipFile

import asyncpg
import httpx2
import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.exports import Chunks, ExportFile
from exercise_buddy.core.http.http_protocol import GuardedProtocol
from exercise_buddy.exercises import public as exercises
from exercise_buddy.main import EXPORTS
from exercise_buddy.schema import metadata
from tests.support import Person, RunningApp, sign_up
from tests.test_bad_input import VALID

BENCH = str(exercises.catalogue_id("barbell-bench-press-medium-grip"))
URL = "/api/v1/users/me/export"
STRONG = (
    "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE\n"
    '2026-01-05 18:00:00,"Home",1h 5m,"My Own Press",1,50.5,5,0,0,"=SUM(A1:A9)","",8\n'
    '2026-01-05 18:00:00,"Home",1h 5m,"My Own Press",2,50.5,4,0,0,"","",9\n'
)
# So long that it does not fit into the first chunk, and not to be compressed to less than half.
MANY_WORKOUTS = """
INSERT INTO workout (user_id, id, title, source, started_at, time_zone, local_date, exercise_count, set_count,
                     rep_count, volume_kg, fingerprint, revision, notes)
SELECT $1, gen_random_uuid(), 'Workout ' || n, 'manual', timestamptz '2016-01-01' + n * interval '1 day', 'UTC',
       date '2016-01-01' + n, 0, 0, 0, 0, '', 0,
       (SELECT string_agg(md5(n || '/' || piece), '') FROM generate_series(1, 300) piece)
FROM generate_series(1, $2::int) n
"""


def unzipped(content: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


async def exported(person: Person) -> dict[str, bytes]:
    response = await person.get("/users/me/export")
    assert response.status_code == 200, response.text
    return unzipped(response.content)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


async def items(person: Person, path: str, **query: Any) -> Any:
    page = (await person.get(path, params=query | {"limit": 100})).json()
    assert page["next_cursor"] is None
    return page["items"]


async def do_all_there_is(person: Person) -> None:
    await person.log(**VALID["POST /api/v1/workouts"])
    await person.log(title="Only named", started_at="2026-04-02T10:00:00Z", exercises=[{"exercise_id": BENCH}])
    await person.log(title="Nothing yet", started_at="2026-04-01T10:00:00Z", exercises=[])
    files = {"file": ("strong.csv", STRONG)}
    form = {"weight_unit": "kg", "time_zone": "Europe/Rome"}
    assert (await person.post("/workouts/imports", files=files, data=form)).status_code == 201
    for day, mass_kg, notes in ((1, 81.5, "+1, or so"), (2, 80.25, None)):
        content = {"measured_on": f"2026-05-0{day}", "mass_kg": mass_kg, "notes": notes}
        assert (await person.post("/users/me/body-measurements", json=content)).status_code == 201
    assert (await person.post("/routines", json=VALID["POST /api/v1/routines"])).status_code == 201
    goal = VALID["PUT /api/v1/statistics/goal"]
    assert (await person.client.put("/api/v1/statistics/goal", json=goal)).status_code == 200


# --- what is in it -----------------------------------------------------------------------------------------------


async def test_json_has_what_the_api_shows(ann: Person) -> None:
    await do_all_there_is(ann)

    files = {name: json.loads(content) for name, content in (await exported(ann)).items() if name.endswith(".json")}

    assert files["profile.json"] == (await ann.get("/users/me")).json()
    assert files["body_measurements.json"] == await items(ann, "/users/me/body-measurements")
    assert files["workouts.json"] == await items(ann, "/workouts", include="sets")
    assert files["routines.json"] == await items(ann, "/routines")
    assert files["routines.json"][0]["exercises"][0]["progression"]["increment_kg"] == 2.5
    assert [workout["title"] for workout in files["workouts.json"]] == ["Push", "Only named", "Nothing yet", "Home"]
    assert files["workouts.json"][0]["exercises"][0]["sets"][0]["evidence"]["reps"][0]["flags"] == ["fast"]
    (own,) = files["custom_exercises.json"]
    shown = (await ann.get(f"/exercises/{own['id']}")).json()
    assert shown["name"] == "My Own Press"
    only_shared = {"slug", "custom", "aliases", "counting", "instructions", "images"}
    assert {name: own[name] for name in shown.keys() - only_shared} == {
        name: value for name, value in shown.items() if name not in only_shared
    }
    (one,) = files["imports.json"]
    assert one["id"] == files["workouts.json"][3]["import_id"]
    assert (one["file_name"], one["workouts"], one["sets"]) == ("strong.csv", 1, 2)
    (goal,) = files["goals.json"]
    current = (await ann.get("/statistics/goal")).json()
    assert {name: goal[name] for name in current} == current


async def test_csv_has_a_row_for_each_set_and_loses_no_workout(ann: Person) -> None:
    await do_all_there_is(ann)

    files = await exported(ann)

    whole, named, empty, first, second = rows(files["workouts.csv"])
    document = json.loads(files["workouts.json"])[0]
    assert whole == {
        "workout_id": document["id"],
        "title": "Push",
        "started_at": "2026-05-01T08:00:00+00:00",
        "ended_at": "2026-05-01T09:00:00+00:00",
        "time_zone": "Europe/Rome",
        "local_date": "2026-05-01",
        "source": "manual",
        "workout_notes": "fine",
        "exercise_number": "1",
        "exercise_id": BENCH,
        "exercise": "Barbell Bench Press - Medium Grip",
        "superset": "1",
        "exercise_notes": "slow",
        "set_number": "1",
        "kind": "normal",
        "reps": "1",
        "weight_kg": "60.5",
        "duration_seconds": "30",
        "distance_meters": "1",
        "rpe": "8.5",
        "rest_seconds": "90",
        "counter_name": "pose",
        "counter_version": "1",
        "detected_reps": "1",
    }
    assert (named["title"], named["exercise_id"], named["set_number"], named["reps"]) == ("Only named", BENCH, "", "")
    assert (empty["title"], empty["exercise_id"], empty["set_number"]) == ("Nothing yet", "", "")
    assert [(row["exercise"], row["set_number"], row["reps"]) for row in (first, second)] == [
        ("My Own Press", "1", "5"),
        ("My Own Press", "2", "4"),
    ]
    heavier, lighter = rows(files["body_measurements.csv"])[::-1]
    assert (heavier["measured_on"], heavier["mass_kg"], heavier["body_fat_percent"]) == ("2026-05-01", "81.5", "")
    assert (lighter["measured_on"], lighter["mass_kg"], lighter["notes"]) == ("2026-05-02", "80.25", "")


async def test_no_text_is_a_formula_in_a_spreadsheet(ann: Person) -> None:
    await do_all_there_is(ann)
    await ann.log(title="@SUM(1)", notes='-1"\n=2', started_at="2026-04-03T10:00:00Z")

    files = await exported(ann)

    cells = {cell for name in files if name.endswith(".csv") for row in rows(files[name]) for cell in row.values()}
    assert {"'@SUM(1)", "'-1\"\n=2", "'+1, or so"} <= cells
    assert {cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))} == set()
    workout = next(one for one in json.loads(files["workouts.json"]) if one["title"] == "@SUM(1)")
    assert workout["notes"] == '-1"\n=2'


async def test_sessions_say_from_where_and_since_when(
    ann: Person, app: RunningApp, connection: asyncpg.Connection
) -> None:
    client = app.client("198.51.100.9", **{"User-Agent": "Pocket/1.0"})
    form = {"username": ann.email, "password": ann.password, "scope": "offline_access"}
    tokens = (await client.post("/api/v1/auth/login", data=form)).json()
    await client.post("/api/v1/auth/logout", json={"refresh_token": tokens["refresh_token"]})

    files = await exported(ann)

    ended, current = json.loads(files["sessions.json"])
    assert ended.keys() == {"id", "device", "address", "created_at", "last_used_at", "expires_at", "ended_at"}
    assert (ended["device"], ended["address"]) == ("Pocket/1.0", "198.51.100.9")
    assert (ended["ended_at"] is None, current["ended_at"] is None) == (False, True)
    expires_at = await connection.fetchval(
        "SELECT idle_expires_at FROM auth_session WHERE id = $1", UUID(current["id"])
    )
    assert datetime.fromisoformat(current["expires_at"]) == expires_at
    changed_at = await connection.fetchval("SELECT changed_at FROM password_credential")
    assert datetime.fromisoformat(json.loads(files["password.json"])["changed_at"]) == changed_at


async def test_nothing_that_proves_who_one_is_leaves_with_it(ann: Person, connection: asyncpg.Connection) -> None:
    refreshed = await ann.post("/auth/refresh", json={"refresh_token": ann.refresh_token})
    assert refreshed.status_code == 200
    password_hash = await connection.fetchval("SELECT password_hash FROM password_credential")
    hashes = await connection.fetchrow("SELECT token_hash, previous_token_hash FROM auth_session")

    whole = b"".join((await exported(ann)).values())

    assert b"argon2" not in whole
    assert password_hash.encode() not in whole
    for one in hashes:
        assert one.hex().encode() not in whole
    assert b"hash" not in whole


async def test_of_another_user_there_is_nothing(app: RunningApp, ann: Person, bob: Person) -> None:
    await do_all_there_is(bob)
    await app.client("198.51.100.9").post("/api/v1/auth/login", data={"username": bob.email, "password": bob.password})
    bobs = b"".join((await exported(bob)).values())

    files = await exported(ann)

    whole = b"".join(files.values())
    workout = VALID["POST /api/v1/workouts"]["id"]
    for text in (bob.id, bob.email, workout, "My Own Press", "strong.csv", "+1, or so", "198.51.100.9"):
        assert text.encode() in bobs, text
        assert text.encode() not in whole, text
    for name in ("body_measurements", "workouts", "routines", "custom_exercises", "imports", "goals"):
        assert json.loads(files[f"{name}.json"]) == []
    assert len(json.loads(files["sessions.json"])) == 1
    assert (rows(files["workouts.csv"]), rows(files["body_measurements.csv"])) == ([], [])


async def test_an_account_without_anything_gets_files_without_anything(ann: Person) -> None:
    files = await exported(ann)

    assert list(files) == [file.name for file in EXPORTS]
    for name in ("body_measurements", "workouts", "routines", "custom_exercises", "imports", "goals"):
        assert json.loads(files[f"{name}.json"]) == []
    assert files["workouts.csv"].startswith(b"\xef\xbb\xbfworkout_id,title,")
    assert files["body_measurements.csv"] == (
        b"\xef\xbb\xbfid,measured_on,mass_kg,body_fat_percent,notes,created_at,updated_at\r\n"
    )
    assert rows(files["workouts.csv"]) == []
    assert len(json.loads(files["sessions.json"])) == 1


async def test_identities_and_what_happened_are_in_it(ann: Person, connection: asyncpg.Connection) -> None:
    await connection.execute(
        "INSERT INTO provider_identity (user_id, provider, subject, name)"
        " VALUES ($1::text::uuid, 'github', '4711', 'Ann'), ($1::text::uuid, 'google', '0815', NULL)",
        ann.id,
    )
    files = await exported(ann)

    identities = json.loads(files["identities.json"])
    assert [(row["provider"], row["subject"], row["name"]) for row in identities] == [
        ("github", "4711", "Ann"),
        ("google", "0815", None),
    ]
    assert [row["kind"] for row in json.loads(files["security_events.json"])] == ["signed_in", "registered"]


NOT_EXPORTED = {
    "user_revision": "a number that counts writes; it says nothing about anybody",
    "one_time_token": "a hash, and an address that profile.json has or that nobody has confirmed; gone after a day",
    "sign_in_attempt": "secrets of a sign-in that goes on, for ten minutes",
    "idempotent_request": "answers of a day, in case a client asks again: copies of what the other files hold",
    "outgoing_mail": "what is about to be sent to the user anyway",
}


def test_every_table_with_a_users_data_is_in_it() -> None:
    held = {table for file in EXPORTS for table in file.holds}
    of_users = {name for name, table in metadata.tables.items() if "user_id" in table.columns} | {"user_account"}

    assert of_users - held == NOT_EXPORTED.keys()
    assert held <= metadata.tables.keys()
    assert len({file.name for file in EXPORTS}) == len(EXPORTS)


# --- how it is answered ------------------------------------------------------------------------------------------


async def test_a_browser_saves_it_and_no_cache_keeps_it(ann: Person) -> None:
    response = await ann.get("/users/me/export", headers={"Origin": "http://localhost:5173"})

    assert response.headers["content-type"] == "application/zip"
    name = f"exercise-buddy-export-{datetime.now(UTC).date()}.zip"
    assert response.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert response.headers["cache-control"] == "no-store"
    assert "Content-Disposition" in response.headers["access-control-expose-headers"]
    with ZipFile(io.BytesIO(response.content)) as archive:
        written = {datetime(*entry.date_time, tzinfo=UTC) for entry in archive.infolist()}
    assert (datetime.now(UTC) - written.pop()).total_seconds() < 60


async def test_five_an_hour_for_each_user(ann: Person, bob: Person) -> None:
    statuses = [(await ann.get("/users/me/export")).status_code for _ in range(6)]

    assert statuses == [200] * 5 + [429]
    refused = await ann.get("/users/me/export")
    assert "exports_user" in refused.json()["detail"]
    assert int(refused.headers["retry-after"]) > 3000
    assert (await bob.get("/users/me/export")).status_code == 200


async def test_a_token_whose_account_is_gone_is_refused(ann: Person, connection: asyncpg.Connection) -> None:
    # Else the end of the session would be heard of, and that comes first.
    await connection.execute("ALTER TABLE auth_session DISABLE TRIGGER note_deleted")
    await connection.execute("DELETE FROM user_account")

    response = await ann.get("/users/me/export")

    assert response.status_code == 401
    assert response.json()["type"] == "/problems/account-gone"


# --- how it is made ----------------------------------------------------------------------------------------------

Take = Callable[[bytes], Awaitable[None]]


async def download(app: RunningApp, person: Person, take: Take, *more: ExportFile) -> None:
    """Call the app as a server does, and hand each chunk of the body to `take`, which may let the app wait."""
    authorization = person.client.headers["Authorization"].encode()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": URL,
        "raw_path": URL.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"testserver"), (b"authorization", authorization)],
        "client": ("203.0.113.7", 50_000),
        "server": ("testserver", 80),
        "state": dict(app.state) | {"exports": (*EXPORTS, *more)},
    }
    requests = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Message:
        return next(requests, None) or await asyncio.get_running_loop().create_future()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 200
        elif message.get("body"):
            await take(message["body"])

    await app.app(scope, receive, send)


async def test_while_the_client_reads_slowly_the_connection_serves_others(
    start_app: Any, connection: asyncpg.Connection
) -> None:
    app = await start_app(database_pool_size=1)
    ann = await sign_up(app, "ann")
    await connection.execute(MANY_WORKOUTS, UUID(ann.id), 60)
    reads = app.state["database"].reads
    chunks: list[bytes] = []

    async def take(chunk: bytes) -> None:
        chunks.append(chunk)
        assert reads.get_idle_size() == reads.get_size() == 1
        assert (await ann.get("/workouts")).status_code == 200

    await download(app, ann, take)

    assert len(chunks) > 5
    assert len(json.loads(unzipped(b"".join(chunks))["workouts.json"])) == 60
    await ann.client.aclose()


async def test_what_is_written_meanwhile_breaks_no_file(
    app: RunningApp, ann: Person, connection: asyncpg.Connection
) -> None:
    await connection.execute(MANY_WORKOUTS, UUID(ann.id), 60)
    chunks: list[bytes] = []

    async def take(chunk: bytes) -> None:
        if not chunks:
            # The first page of the workouts has been read, the others have not.
            await connection.execute("DELETE FROM workout WHERE local_date < '2016-02-20'")
            await ann.log(started_at="2026-04-03T10:00:00Z")
        chunks.append(chunk)

    await download(app, ann, take)

    found = json.loads(unzipped(b"".join(chunks))["workouts.json"])
    assert 11 <= len(found) <= 20
    assert found[0]["title"] == "Workout 60"


async def test_ten_years_take_no_more_memory_than_a_month(
    app: RunningApp, ann: Person, connection: asyncpg.Connection
) -> None:
    await connection.execute(MANY_WORKOUTS, UUID(ann.id), 1500)
    largest = size = 0

    async def take(chunk: bytes) -> None:
        nonlocal largest, size
        largest, size = max(largest, len(chunk)), size + len(chunk)

    tracemalloc.start()
    try:
        await download(app, ann, take)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert size > 10_000_000
    assert largest < 500_000
    assert peak < 5_000_000


async def test_what_fails_before_the_first_chunk_is_an_answer_like_any_other(
    ann: Person, connection: asyncpg.Connection
) -> None:
    await connection.execute("ALTER TABLE goal RENAME TO lost")

    response = await ann.get("/users/me/export")

    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert "content-disposition" not in response.headers


async def _breaks(_database: Database, _user_id: UUID) -> Chunks:
    yield os.urandom(300_000)
    raise ConnectionError("in the middle")


BROKEN = ExportFile("broken.bin", [], _breaks)


@asynccontextmanager
async def serving(app: RunningApp, *more: ExportFile) -> AsyncIterator[str]:
    """Serve the app on a port, with more files in the export, and give its URL."""

    async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = dict(app.state) | {"exports": (*EXPORTS, *more)}
        await app.app(scope, receive, send)

    config = uvicorn.Config(
        with_state, port=0, http=GuardedProtocol, ws="none", lifespan="off", log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  (uvicorn has no event for it)
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await running


async def test_over_a_socket_it_arrives_whole(app: RunningApp, ann: Person, connection: asyncpg.Connection) -> None:
    await connection.execute(MANY_WORKOUTS, UUID(ann.id), 100)

    async with serving(app) as url, httpx2.AsyncClient(headers=ann.client.headers) as client:
        response = await client.get(f"{url}{URL}")

    assert response.headers["transfer-encoding"] == "chunked"
    assert len(json.loads(unzipped(response.content)["workouts.json"])) == 100


async def test_an_error_in_the_middle_leaves_nothing_that_looks_complete(app: RunningApp, ann: Person) -> None:
    received = bytearray()

    async def receive(response: httpx2.Response) -> None:
        assert response.status_code == 200
        async for chunk in response.aiter_raw():
            received.extend(chunk)

    async with (
        serving(app, BROKEN) as url,
        httpx2.AsyncClient(headers=ann.client.headers) as client,
        client.stream("GET", f"{url}{URL}") as response,
    ):
        with pytest.raises(httpx2.RemoteProtocolError, match="incomplete"):
            await receive(response)

    assert received.startswith(b"PK")
    with pytest.raises(BadZipFile):
        ZipFile(io.BytesIO(received))


async def test_a_client_that_goes_away_ends_it(app: RunningApp, ann: Person) -> None:
    ended = asyncio.Event()

    async def endless(_database: Database, _user_id: UUID) -> Chunks:
        try:
            while True:
                yield os.urandom(300_000)
        finally:
            ended.set()

    file = ExportFile("endless.bin", [], endless)
    async with serving(app, file) as url, httpx2.AsyncClient(headers=ann.client.headers) as client:
        async with client.stream("GET", f"{url}{URL}") as response:
            await anext(response.aiter_raw())

        await asyncio.wait_for(ended.wait(), 20)

    reads = app.state["database"].reads
    assert reads.get_idle_size() == reads.get_size()
