"""Server-sent events of a running workout."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, cast
from uuid import UUID

import fastapi.routing
import httpx2
import pytest
from structlog.testing import capture_logs

from exercise_buddy.workouts.events import hub, watch
from exercise_buddy.workouts.events.tests.helpers import (
    OF_SET,
    SET_ID,
    Stream,
    build_rep,
    build_tracking,
    get_events,
    wait_for_listener,
    watching,
)
from tests.factories import BENCH, SQUAT, exercise, read_problem, workout
from tests.support import STEP_UP, Connection, Person, RunningApp, StartApp, wait_until

Edit = Callable[[Person, str], Awaitable[httpx2.Response]]


@pytest.fixture
async def running_id(ann: Person, app: RunningApp) -> str:
    """The id of a workout in progress."""
    await wait_for_listener(app)
    return str((await ann.log(**workout(ended_at=None)))["id"])


@pytest.fixture
async def second(start_app: StartApp) -> RunningApp:
    """A second application on the same database, which behaves like another process."""
    app = await start_app()
    await wait_for_listener(app)
    return app


@pytest.fixture
async def ann(ann: Person) -> Person:
    """A person whose client reads uncompressed workouts, whose tags are those of the events."""
    ann.client.headers["Accept-Encoding"] = "identity"
    return ann


async def read_etag(person: Person, workout_id: str) -> str:
    return (await person.get(f"/workouts/{workout_id}")).headers["etag"]


async def append_set(person: Person, workout_id: str) -> httpx2.Response:
    content = {"exercise_id": BENCH, "sets": [{"reps": 8}]}
    return await person.post(f"/workouts/{workout_id}/sets", json=content)


async def test_stream_begins_with_the_stored_version(app: RunningApp, ann: Person, running_id: str) -> None:
    async with watching(app, ann, running_id) as stream:
        first = await stream.read("workout")
        reads = app.state["database"].reads

        assert stream.status == 200
        assert first == {"etag": await read_etag(ann, running_id), "ended_at": None, "changed": True}
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert "no-store" in stream.headers["cache-control"]
        assert stream.headers["x-accel-buffering"] == "no"
        assert "content-length" not in stream.headers
        assert "ratelimit" in stream.headers
        assert stream.retry_ms is not None
        assert 1_000 <= stream.retry_ms <= 3_000
        assert reads.get_idle_size() == reads.get_size()
    assert not get_events(app)._watches
    assert not get_events(app)._streams


async def test_client_that_comes_back_learns_whether_it_missed_a_version(
    app: RunningApp, ann: Person, running_id: str
) -> None:
    known = (await read_etag(ann, running_id)).strip('"')
    async with watching(app, ann, running_id, last_event_id=known) as stream:
        assert (await stream.read("workout"))["changed"] is False
    await append_set(ann, running_id)
    async with watching(app, ann, running_id, last_event_id=known) as stream:
        assert (await stream.read("workout"))["changed"] is True


async def patch_title(person: Person, workout_id: str) -> httpx2.Response:
    return await person.patch(f"/workouts/{workout_id}", json={"title": "Pull"})


async def replace(person: Person, workout_id: str) -> httpx2.Response:
    return await person.put(f"/workouts/{workout_id}", json=workout(exercise(SQUAT, {"reps": 3}), ended_at=None))


async def append_exercise(person: Person, workout_id: str) -> httpx2.Response:
    return await person.post(f"/workouts/{workout_id}/exercises", json=exercise(SQUAT, {"reps": 3}))


@pytest.mark.parametrize("edit", [append_set, append_exercise, patch_title, replace])
async def test_edit_in_another_process_is_told(second: RunningApp, ann: Person, running_id: str, edit: Edit) -> None:
    async with watching(second, ann, running_id) as stream:
        await stream.read("workout")
        edited = await edit(ann, running_id)
        told = await stream.read("workout_changed")

        assert edited.status_code in {200, 201}, edited.text
        assert told == {"etag": edited.headers["etag"], "ended_at": None, "changed": True}


async def test_finished_workout_ends_the_stream(second: RunningApp, ann: Person, running_id: str) -> None:
    async with watching(second, ann, running_id) as stream:
        await stream.read("workout")
        finished = await ann.post(f"/workouts/{running_id}/finish", json={"ended_at": "2026-03-28T20:00:00+01:00"})
        told = await stream.read("workout_changed")

        assert (told["etag"], told["ended_at"]) == (finished.headers["etag"], "2026-03-28T19:00:00Z")
        assert await stream.read("end") == {"reason": "finished"}
        await wait_until(lambda: stream.complete)


async def test_deleted_workout_ends_the_stream(second: RunningApp, ann: Person, running_id: str) -> None:
    async with watching(second, ann, running_id) as stream:
        await stream.read("workout")
        await ann.delete(f"/workouts/{running_id}")

        assert await stream.read("end") == {"reason": "deleted"}
        await wait_until(lambda: stream.complete)


async def test_workout_must_be_the_users_own_and_in_progress(
    client: httpx2.AsyncClient, ann: Person, bob: Person, running_id: str
) -> None:
    finished = await ann.log(**workout())
    unknown = "019a0000-0000-7000-8000-00000000dead"

    async def get(person: Person, workout_id: str) -> tuple[int, str]:
        return read_problem(await person.get(f"/workouts/{workout_id}/events"))

    assert await get(bob, running_id) == (404, "/problems/not-found")
    assert await get(ann, unknown) == (404, "/problems/not-found")
    assert await get(ann, "first") == (422, "/problems/invalid-input")
    assert await get(ann, finished["id"]) == (409, "/problems/workout-not-in-progress")
    anonymous = await client.get(f"/api/v1/workouts/{running_id}/events")
    assert read_problem(anonymous) == (401, "/problems/unauthenticated")
    too_long = await ann.get(f"/workouts/{running_id}/events", headers={"Last-Event-ID": "x" * 101})
    assert read_problem(too_long) == (422, "/problems/invalid-input")


async def test_sixth_stream_of_a_user_is_refused(app: RunningApp, ann: Person, bob: Person, running_id: str) -> None:
    of_bob = str((await bob.log(**workout(ended_at=None)))["id"])
    async with AsyncExitStack() as stack:
        for _ in range(5):
            stream = await stack.enter_async_context(watching(app, ann, running_id))
            await stream.read("workout")
        refused = await ann.get(f"/workouts/{running_id}/events")

        assert read_problem(refused) == (429, "/problems/too-many-streams")
        assert refused.headers["retry-after"] == "1"
        stream = await stack.enter_async_context(watching(app, bob, of_bob))
        assert stream.status == 200
    async with watching(app, ann, running_id) as stream:
        assert stream.status == 200


async def test_a_stream_is_no_request_in_flight(start_app: StartApp, ann: Person, running_id: str) -> None:
    app = await start_app(max_requests_in_flight=1)
    await wait_for_listener(app)
    async with watching(app, ann, running_id) as first, watching(app, ann, running_id) as second:
        assert [first.status, second.status] == [200, 200]


async def log_out(ann: Person) -> None:
    await ann.post("/auth/logout", json={"refresh_token": ann.refresh_token})


async def delete_account(ann: Person) -> None:
    deleted = await ann.client.request("DELETE", "/api/v1/users/me", json=STEP_UP)
    assert deleted.status_code == 200, deleted.text


@pytest.mark.parametrize("end", [log_out, delete_account])
async def test_stream_ends_with_its_session(
    second: RunningApp,
    ann: Person,
    running_id: str,
    monkeypatch: pytest.MonkeyPatch,
    end: Callable[[Person], Awaitable[None]],
) -> None:
    monkeypatch.setattr(watch, "CHECK_SECONDS", 0.05)
    async with watching(second, ann, running_id) as stream:
        await stream.read("workout")
        await end(ann)

        assert (await stream.read("end"))["reason"] in {"session_ended", "deleted"}
        await wait_until(lambda: stream.complete)


async def test_nothing_is_told_after_the_session_has_ended(
    app: RunningApp, second: RunningApp, ann: Person, running_id: str
) -> None:
    async with watching(second, ann, running_id) as stream:
        await stream.read("workout")
        sessions: Any = second.state["sessions"]
        await log_out(ann)
        await wait_until(lambda: bool(sessions._revoked))
        get_events(app).publish(UUID(ann.id), UUID(running_id), "rep", build_rep(1))

        assert await stream.read("end") == {"reason": "session_ended"}


async def test_stream_ends_with_its_access_token(
    app: RunningApp, ann: Person, running_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "CHECK_SECONDS", 0.05)
    async with watching(app, ann, running_id) as stream:
        await stream.read("workout")
        monkeypatch.setattr(app.state["verifier"], "identify", lambda _token: None)

        assert await stream.read("end") == {"reason": "token_expired"}


async def test_reps_reach_every_device_and_also_one_that_joins_late(
    app: RunningApp, second: RunningApp, ann: Person, running_id: str
) -> None:
    user_id, workout_id = UUID(ann.id), UUID(running_id)
    events = get_events(app)
    async with watching(second, ann, running_id) as early:
        await early.read("workout")
        for number in (1, 2):
            events.publish(user_id, workout_id, "rep", build_rep(number))
        events.publish(user_id, workout_id, "tracking", build_tracking("Größer!"))

        assert (await early.read("rep"))["count"] == 1
        assert (await early.read("rep")) == build_rep(2)
        assert (await early.read("tracking"))["hint"] == "Größer!"

        async with watching(second, ann, running_id) as late:
            await late.read("workout")
            assert (await late.read("rep"))["count"] == 2
            assert (await late.read("tracking"))["state"] == "lost"
            events.publish(user_id, workout_id, "counted", {**OF_SET, "count": 2})
            assert (await late.read("counted"))["count"] == 2
        assert (await early.read("counted"))["count"] == 2

        # The set has ended: nobody needs its reps any more.
        async with watching(second, ann, running_id) as third:
            await third.read("workout")
            events.publish(user_id, workout_id, "hold", {**OF_SET, "duration_ms": 1})
            assert (await third.read("hold"))["duration_ms"] == 1


async def test_ids_from_the_database_can_be_sent(
    app: RunningApp, ann: Person, running_id: str, connection: Connection
) -> None:
    set_id = await connection.fetchval("SELECT $1::uuid", SET_ID)
    user_id, workout_id = await connection.fetchrow("SELECT user_id, id FROM workout")
    async with watching(app, ann, running_id) as stream:
        await stream.read("workout")
        get_events(app).publish(user_id, workout_id, "counted", {**OF_SET, "set_id": set_id, "count": 1})

        assert await stream.read("counted") == {**OF_SET, "count": 1}


async def test_events_of_other_workouts_are_not_told(
    app: RunningApp, ann: Person, bob: Person, running_id: str
) -> None:
    other = str((await ann.log(**workout(ended_at=None)))["id"])
    async with watching(app, ann, running_id) as stream:
        await stream.read("workout")
        get_events(app).publish(UUID(ann.id), UUID(other), "rep", build_rep(1))
        # Ids are chosen by users: bob's workout may have the same one.
        get_events(app).publish(UUID(bob.id), UUID(running_id), "rep", build_rep(2))
        await append_set(ann, other)
        get_events(app).publish(UUID(ann.id), UUID(running_id), "rep", build_rep(3))

        assert (await stream.read("rep"))["count"] == 3


async def test_state_of_abandoned_sets_is_forgotten(
    app: RunningApp, ann: Person, running_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = get_events(app)
    events.publish(UUID(ann.id), UUID(running_id), "rep", build_rep(1))
    await wait_until(lambda: bool(events._live))
    monkeypatch.setattr(hub, "_LIVE_SECONDS", 0.0)
    async with watching(app, ann, running_id) as stream:
        await stream.read("workout")
        await append_set(ann, running_id)
        await stream.read("workout_changed")
    monkeypatch.setattr(hub, "_MAX_LIVE_SETS", 1)
    events.publish(UUID(ann.id), UUID(SET_ID), "rep", build_rep(1))
    await wait_until(lambda: [key.workout_id for key in events._live] == [UUID(SET_ID)])


async def test_too_large_event_is_dropped(app: RunningApp, ann: Person, running_id: str) -> None:
    async with watching(app, ann, running_id) as stream:
        await stream.read("workout")
        get_events(app).publish(UUID(ann.id), UUID(running_id), "tracking", build_tracking("é" * 4_000))
        get_events(app).publish(UUID(ann.id), UUID(running_id), "tracking", build_tracking("x" * 7_600))

        assert len((await stream.read("tracking"))["hint"]) == 7_600


async def test_change_while_the_listener_was_away_is_told(
    app: RunningApp, ann: Person, running_id: str, connection: Connection
) -> None:
    async with watching(app, ann, running_id) as stream:
        await stream.read("workout")
        await connection.execute("ALTER TABLE workout DISABLE TRIGGER notify_changed")
        edited = await append_set(ann, running_id)
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

        assert (await stream.read("workout_changed"))["etag"] == edited.headers["etag"]


async def test_version_that_cannot_be_read_is_read_later(
    app: RunningApp, ann: Person, running_id: str, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "_RETRY_SECONDS", 0.05)
    async with watching(app, ann, running_id) as stream:
        await stream.read("workout")
        await connection.execute("ALTER TABLE workout_set RENAME COLUMN rpe TO rpe_away")
        await connection.execute("UPDATE workout SET title = 'Pull', revision = revision + 1")
        await asyncio.sleep(0.3)
        assert stream.events.empty()
        await connection.execute("ALTER TABLE workout_set RENAME COLUMN rpe_away TO rpe")

        assert (await stream.read("workout_changed"))["etag"] == await read_etag(ann, running_id)


async def test_events_that_cannot_be_sent_are_lost(
    app: RunningApp, ann: Person, running_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watching(app, ann, running_id) as stream:
        await stream.read("workout")
        with monkeypatch.context() as broken, capture_logs() as logs:
            broken.setattr(hub, "_PUBLISH", "SELECT no_such_function($1::text, $2::text[])")
            get_events(app).publish(UUID(ann.id), UUID(running_id), "rep", build_rep(1))
            await wait_until(lambda: "workout_events_lost" in [line["event"] for line in logs])
        get_events(app).publish(UUID(ann.id), UUID(running_id), "rep", build_rep(2))

        assert (await stream.read("rep"))["count"] == 2


async def test_slow_reader_is_cut_off(app: RunningApp, ann: Person, running_id: str) -> None:
    async with watching(app, ann, running_id) as stream:
        await stream.read("workout")
        watches = next(iter(get_events(app)._watches.values()))
        slow = next(iter(watches))
        for number in range(watch.MAX_WAITING + 1):
            slow.put("rep", f'{{"count":{number}}}')

        assert await stream.read("end") == {"reason": "slow_reader"}
        await wait_until(lambda: stream.complete)


async def test_streams_end_when_the_server_stops(app: RunningApp, ann: Person, running_id: str) -> None:
    async with watching(app, ann, running_id) as stream:
        await stream.read("workout")
        for stop in app.state["on_shutdown"]:
            stop()
            stop()

        assert await stream.read("end") == {"reason": "restart"}
        await wait_until(lambda: stream.complete)
    async with watching(app, ann, running_id) as stream:
        await stream.read("workout")
        assert await stream.read("end") == {"reason": "restart"}


async def test_head_ends_at_once(app: RunningApp, ann: Person, running_id: str) -> None:
    async with watching(app, ann, running_id, method="HEAD") as stream:
        await wait_until(lambda: stream.complete)
        assert stream.status == 200
        assert stream.events.empty()


async def test_silent_stream_sends_comments(
    app: RunningApp, ann: Person, running_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fastapi.routing, "_PING_INTERVAL", 0.05)
    async with watching(app, ann, running_id) as stream:
        await stream.read("workout")
        await wait_until(lambda: len(stream.comments) > 2)


async def test_only_running_workouts_notify(ann: Person, connection: Connection) -> None:
    heard: list[str] = []
    await connection.add_listener(hub.CHANNEL, lambda *arguments: heard.append(cast("str", arguments[3])))
    finished = await ann.log(**workout())
    await append_set(ann, finished["id"])
    await ann.delete(f"/workouts/{finished['id']}")
    running = await ann.log(**workout(ended_at=None))
    await append_set(ann, running["id"])
    await connection.fetchval("SELECT 1")
    await wait_until(lambda: bool(heard))

    assert len(heard) == 1
    assert running["id"] in heard[0]


def test_stream_ignores_a_version_that_it_has_sent() -> None:
    async def never() -> None:
        return None

    watched = watch.Watch(never)
    version = watch.StoredVersion('"a"', None)
    watched.put_version(version)
    watched.put_version(version)

    assert watched._queue.qsize() == 1


def test_comment_block_is_no_event() -> None:
    stream = Stream()
    stream.feed(b": ping\n\nevent: rep\ndata: {}\nid: a\n")
    stream.feed(b"\n")

    assert (stream.comments, stream.events.qsize()) == (["ping"], 1)
