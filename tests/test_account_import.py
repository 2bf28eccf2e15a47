"""The export of all data of a user, imported into an empty account."""

import io
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZipFile

import asyncpg
import orjson
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from exercise_buddy import demo
from exercise_buddy.core.restores import MANIFEST
from exercise_buddy.exercises import public as exercises
from exercise_buddy.main import EXPORTS, RESTORED_FILES
from exercise_buddy.settings import Settings
from exercise_buddy.transfers.imports import account_files, background, claims
from exercise_buddy.transfers.imports.claims import Checkpoint
from exercise_buddy.transfers.imports.tests.test_batches import count_waiting
from exercise_buddy.transfers.tests.support import count_rows, send_file, wait_for_import
from tests.exports import BENCH, create_data, export
from tests.support import Connection, Person, RunningApp, wait_until

SQUAT = str(exercises.catalogue_id("bodyweight-squat"))
NOT_RESTORED = {
    "sessions.json": "sessions stay on their server",
    "password.json": "the new account has its own password",
    "identities.json": "the user links providers on each server",
    "security_events.json": "what has happened on one server",
}
STAYS_IN_PROFILE = {"id", "email", "email_verified", "username", "created_at", "updated_at"}
Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings without a limit of exports, which these tests compare."""
    return settings.model_copy(update={"rate_limits": settings.rate_limits | {"exports_user": "100000/minute"}})


def pack(members: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


def comparable(members: dict[str, bytes]) -> dict[str, bytes]:
    """Return the members that an import restores, byte by byte; the profile without what identifies the account."""
    profile = json.loads(members["profile.json"])
    kept = {name: value for name, value in profile.items() if name not in STAYS_IN_PROFILE}
    others = {name: data for name, data in members.items() if name not in NOT_RESTORED}
    return others | {"profile.json": orjson.dumps(kept)}


async def fill(person: Person, connection: Connection) -> None:
    """Create what `create_data` does not: an alias, a calibration, a tombstone, a past goal, an edited workout."""
    await create_data(person)
    profile = {"display_name": "Ann Ä", "unit_system": "imperial", "week_starts_on": "sunday", "locale": "pt-BR"}
    assert (await person.patch("/users/me", json=profile)).status_code == 200
    merged = (await person.post("/exercises", json={"name": "Bench, but mine"})).json()["id"]
    assert (await person.post(f"/exercises/{merged}/merge", json={"into": BENCH})).status_code == 200
    deleted = await person.log(title="Mistake", started_at="2026-03-01T10:00:00Z", exercises=[])
    assert (await person.delete(f"/workouts/{deleted['id']}")).status_code == 204
    edited = await person.log(title="Typo", started_at="2026-03-02T10:00:00Z", exercises=[])
    assert (await person.patch(f"/workouts/{edited['id']}", json={"title": "No typo"})).status_code == 200
    await connection.execute(
        "INSERT INTO counting_calibration (user_id, exercise_id, measure, joints, low, high, reps, profile_version)"
        " VALUES ($1::text::uuid, $2::text::uuid, 'angle', '{hip,knee,ankle}', 61.5, 172.25, 3, '1')",
        person.id,
        SQUAT,
    )
    await connection.execute(
        "INSERT INTO goal (user_id, valid_since, metric, target, rest_days, ended_on)"
        " VALUES ($1::text::uuid, '2026-01-05', 'minutes', 90, '{}', '2026-02-01')",
        person.id,
    )


async def restore(person: Person, content: bytes, state: str = "completed") -> dict[str, Any]:
    response = await send_file(person, content)
    assert response.status_code == 202, response.text
    return await wait_for_import(person, response.json()["id"], state)


async def require_no_data(person: Person) -> None:
    members = await export(person)
    restored = {file.name for file in RESTORED_FILES} - {"profile.json", "deleted_workouts.json"}
    assert {name for name in restored if json.loads(members[name])} == set()


def edit(members: dict[str, bytes], name: str, change: Callable[[Any], Any]) -> dict[str, bytes]:
    content = json.loads(members[name])
    changed = change(content)
    return members | {name: orjson.dumps(content if changed is None else changed)}


def test_each_exported_file_is_restored_or_named_here() -> None:
    derived = {"workouts.csv", "body_measurements.csv", MANIFEST}
    restored = {file.name for file in RESTORED_FILES}

    assert {file.name for file in EXPORTS} == restored | derived | NOT_RESTORED.keys()


async def test_an_account_comes_back_and_can_be_emptied_again(ann: Person, bob: Person, connection: Connection) -> None:
    await fill(ann, connection)
    exported = await export(ann)
    empty = {name for name in NOT_RESTORED.keys() ^ exported.keys() if exported[name].strip() in {b"[]", b"[\n]"}}
    assert empty == set()

    dry = await wait_for_import(bob, (await send_file(bob, pack(exported), dry_run=True)).json()["id"])
    await require_no_data(bob)
    done = await restore(bob, pack(exported))

    assert comparable(await export(bob)) == comparable(exported)
    count = len(json.loads(exported["workouts.json"]))
    assert (done["workouts"], dry["report"]["workouts"], dry["report"]["id"]) == (count, count, None)
    assert (done["report"]["warning_count"], done["report"]["created_exercises"]) == (0, [])
    assert await connection.fetchval("SELECT count(*) FROM import_file_part") == 0
    # What is computed from the data is there, too, as it was.
    for path in ("/statistics/summary?from=2026-04-01&to=2026-05-31", "/statistics/goal"):
        assert (await bob.get(path)).json() == (await ann.get(path)).json()
    refused = await send_file(bob, pack(exported))
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/account-not-empty")
    assert (await bob.delete(f"/imports/{done['id']}")).status_code == 204
    await require_no_data(bob)
    await restore(bob, pack(exported))
    assert comparable(await export(bob)) == comparable(exported)


async def test_the_demo_account_comes_back(app: RunningApp, settings: Settings, bob: Person) -> None:
    email, password = await demo.load(settings)
    client = app.client()
    signed_in = await client.post("/api/v1/auth/login", data={"username": email, "password": password})
    client.headers["Authorization"] = f"Bearer {signed_in.json()['access_token']}"
    demo_user = Person("", email, password, "", client)
    exported = await export(demo_user)

    done = await restore(bob, pack(exported))

    assert comparable(await export(bob)) == comparable(exported)
    assert done["workouts"] > 100


async def test_what_was_stored_since_is_not_undone(ann: Person, bob: Person, connection: Connection) -> None:
    await fill(ann, connection)
    done = await restore(bob, pack(await export(ann)))
    await bob.log(title="Since", started_at="2026-05-03T10:00:00Z", exercises=[])

    undone = await bob.delete(f"/imports/{done['id']}", params={"include_edited": "true"})

    assert (undone.status_code, undone.json()["type"]) == (409, "/problems/account-changed")
    assert len((await bob.get("/workouts")).json()["items"]) == done["workouts"] + 1


async def test_a_restored_import_that_replaced_workouts_is_not_undone(
    ann: Person, bob: Person, connection: Connection
) -> None:
    await fill(ann, connection)
    exported = edit(await export(ann), "imports.json", lambda imports: imports[0].update(replaced=1))
    await restore(bob, pack(exported))
    again = await export(bob)
    imports = json.loads(again["imports.json"])

    undone = await bob.delete(f"/imports/{imports[0]['id']}", params={"include_edited": "true"})

    assert (undone.status_code, undone.json()["type"]) == (409, "/problems/replaced-workouts-unknown")
    assert comparable(await export(bob)) == comparable(again)


async def test_a_restore_tells_its_progress(
    ann: Person, bob: Person, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(ann, connection)
    told: list[float] = []

    def build_checkpoint(*arguments: Any) -> Checkpoint:
        check = claims.build_checkpoint(*arguments)

        async def record(progress: float, *, is_committed: bool = True) -> None:
            told.append(progress)
            assert not is_committed
            await check(progress, is_committed=is_committed)

        return record

    monkeypatch.setattr(background, "build_checkpoint", build_checkpoint)

    await restore(bob, pack(await export(ann)))

    assert told == sorted(told)
    assert 0.5 < told[-1] < 1


async def test_an_export_of_an_earlier_release_comes_back(ann: Person, bob: Person, connection: Connection) -> None:
    await fill(ann, connection)
    exported = await export(ann)
    former = {name: data for name, data in exported.items() if name not in {MANIFEST, "goals.json"}}

    await restore(bob, pack(former))

    restored = comparable(await export(bob))
    assert restored == comparable(exported) | {"goals.json": restored["goals.json"]}
    assert json.loads(restored["goals.json"]) == []


async def test_unknown_exercises_become_custom_ones(ann: Person, bob: Person, connection: Connection) -> None:
    await fill(ann, connection)
    unknown = str(uuid4())
    exported = await export(ann)
    later = {name: data.replace(BENCH.encode(), unknown.encode()) for name, data in exported.items()}

    done = await restore(bob, pack(later))

    (created,) = done["report"]["created_exercises"]
    assert created["name"] == "Barbell Bench Press - Medium Grip"
    # The exercise once, and the alias of it, which is left out.
    assert [warning["code"] for warning in done["report"]["warnings"]] == ["unknown_exercise"] * 2
    text = (await export(bob))["workouts.json"].decode()
    assert unknown not in text
    assert created["id"] in text


BROKEN: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "a set without a result": (
        "workouts.json",
        lambda workouts: workouts[0]["exercises"][0]["sets"][0].update(
            reps=None, duration_seconds=None, distance_meters=None
        ),
    ),
    "huge reps": ("workouts.json", lambda workouts: workouts[0]["exercises"][0]["sets"][0].update(reps=10**12)),
    "a workout twice": ("workouts.json", lambda workouts: workouts.append(workouts[0])),
    "an end before the start": ("workouts.json", lambda workouts: workouts[0].update(ended_at="1999-01-01T00:00:00Z")),
    "an import that is missing": ("imports.json", lambda _: []),
    "a list that is an object": ("routines.json", lambda _: {"items": []}),
    "items that are no objects": ("goals.json", lambda _: [1]),
    "a mass below zero": ("body_measurements.json", lambda items: items[0].update(mass_kg=-1)),
    "a measurement twice": ("body_measurements.json", lambda items: items.append(items[0])),
    "an exercise twice": ("custom_exercises.json", lambda items: items.append(items[0])),
    "an exercise of the catalogue as a custom one": (
        "custom_exercises.json",
        lambda items: items[0].update(id=SQUAT),
    ),
    "a zone that does not exist": ("profile.json", lambda profile: profile.update(time_zone="Mars/Base")),
    "no profile": ("profile.json", lambda _: []),
    "an empty range": ("counting_calibrations.json", lambda items: items[0].update(low=1, high=1)),
    "goals in a wrong order": ("goals.json", lambda items: items.reverse()),
    "a deleted workout that exists": (
        "deleted_workouts.json",
        lambda items: items[0].update(workout_id="$workout"),
    ),
    "too many exercises": (
        "custom_exercises.json",
        lambda items: [items[0] | {"id": str(uuid4()), "name": f"E {n}"} for n in range(1001)],
    ),
}


async def test_all_or_nothing(ann: Person, bob: Person, connection: Connection) -> None:
    await fill(ann, connection)
    exported = await export(ann)
    rows = await count_rows(connection)
    before = json.loads((await export(bob))["profile.json"])
    failed: dict[str, Any] = {}
    for what, (name, change) in BROKEN.items():
        members = edit(exported, name, change)
        first = json.loads(exported["workouts.json"])[0]["id"].encode()
        members[name] = members[name].replace(b"$workout", first)

        failed = await restore(bob, pack(members), "failed")

        assert failed["problem"]["status"] in {409, 422}, what
        assert failed["workouts"] == 0, what
        assert (await bob.delete(f"/imports/{failed['id']}")).status_code == 204
        assert await count_rows(connection) == rows, what
    assert json.loads((await export(bob))["profile.json"]) == before
    problem = failed["problem"]["detail"]
    assert "1000 custom exercises" in problem
    await restore(bob, pack(exported))
    assert comparable(await export(bob))["workouts.json"] == exported["workouts.json"]


async def test_an_import_that_is_cancelled_while_it_writes_leaves_nothing(
    ann: Person, bob: Person, database_url: str, connection: Connection
) -> None:
    await fill(ann, connection)
    content = pack(await export(ann))
    before = await count_rows(connection)
    holder = await asyncpg.connect(database_url)

    async def is_writing() -> bool:
        return await count_waiting(connection) == 1

    async with holder.transaction():
        # Profile and measurements are written when exercises are looked up.
        await holder.execute("LOCK TABLE catalogue_exercise IN ACCESS EXCLUSIVE MODE")
        queued = (await send_file(bob, content)).json()
        await wait_until(is_writing)
        assert (await bob.post(f"/imports/{queued['id']}/cancel")).status_code == 202
    await holder.close()

    await wait_for_import(bob, queued["id"], "cancelled")

    assert await count_rows(connection) == before | {"workout_import": before["workout_import"] + 1}


async def test_ids_and_names_of_other_users_do_not_matter(ann: Person, bob: Person, connection: Connection) -> None:
    await fill(ann, connection)
    exported = await export(ann)
    stolen = edit(exported, "profile.json", lambda profile: profile.update(email=ann.email, id=ann.id, username="ann"))

    await restore(bob, pack(stolen))

    profile = json.loads((await export(bob))["profile.json"])
    assert (profile["id"], profile["email"]) == (bob.id, bob.email)
    assert comparable(await export(ann)) == comparable(exported)


async def test_damaged_archives_are_refused_at_once(
    ann: Person, bob: Person, monkeypatch: pytest.MonkeyPatch, connection: Connection
) -> None:
    await fill(ann, connection)
    exported = await export(ann)
    whole = pack(exported)
    newer = exported | {MANIFEST: orjson.dumps({"format": "exercise-buddy-account", "version": 2})}
    for content, message in ((whole[:-100], "incomplete"), (pack(newer), "version 2")):
        refused = await send_file(bob, content)
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/unreadable-file")
        assert message in refused.json()["detail"]
    middle = whole.index(b"workouts.json") + 200
    flipped = whole[:middle] + bytes(byte ^ 0xFF for byte in whole[middle : middle + 50]) + whole[middle + 50 :]
    assert "damaged" in (await restore(bob, flipped, "failed"))["problem"]["detail"]
    # However much a member claims to contain, no more is read than the limit.
    monkeypatch.setattr(account_files, "MAX_MEMBER_BYTES", 200_000)
    bomb = pack(exported | {"routines.json": b"[" + b" " * 10_000_000 + b"]"})
    assert len(bomb) < 100_000
    assert "larger" in (await restore(bob, bomb, "failed"))["problem"]["detail"]
    # Names are compared and never used as paths.
    await restore(bob, pack(exported | {"../../etc/passwd": b"x", "/tmp/x": b"x"}))  # noqa: S108


NOTES = st.one_of(st.none(), st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=40))
SETS = st.lists(
    st.fixed_dictionaries(
        {"kind": st.sampled_from(["normal", "warm_up", "drop", "failure"]), "reps": st.integers(0, 1000)},
        optional={
            "weight_kg": st.floats(0, 500).map(lambda value: round(value, 3)),
            "rpe": st.sampled_from([6, 7.5, 10]),
            "rest_seconds": st.integers(0, 600),
            "duration_seconds": st.floats(0.1, 600).map(lambda value: round(value, 2)),
        },
    ),
    max_size=4,
)
WORKOUTS = st.lists(
    st.fixed_dictionaries(
        {
            "started_at": st.sampled_from(
                [
                    "2026-05-01T10:00:00Z",
                    "2025-03-30T00:59:59.123456Z",
                    "1999-12-31T23:59:59Z",
                    "2026-02-28T22:00:00+05:45",
                ]
            ),
            "time_zone": st.sampled_from(["Asia/Calcutta", "Pacific/Apia", "UTC"]),
            "notes": NOTES,
            "exercises": st.lists(
                st.fixed_dictionaries(
                    {"exercise_id": st.sampled_from([BENCH, SQUAT]), "notes": NOTES, "sets": SETS},
                    optional={"superset": st.integers(0, 100)},
                ),
                max_size=3,
            ),
        },
        optional={
            "energy_kcal": st.floats(0, 5000).map(lambda value: round(value, 4)),
            "average_heart_rate_bpm": st.floats(30, 120).map(lambda value: round(value, 1)),
            "max_heart_rate_bpm": st.floats(120, 240).map(lambda value: round(value, 1)),
        },
    ),
    max_size=4,
)
MEASUREMENTS = st.lists(
    st.fixed_dictionaries(
        {"measured_on": st.sampled_from(["2026-01-01", "1970-01-01"]), "mass_kg": st.floats(20, 500), "notes": NOTES}
    ),
    max_size=3,
)


@given(workouts=WORKOUTS, measurements=MEASUREMENTS)
@example_settings(
    max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_any_account_comes_back(
    ann: Person, bob: Person, workouts: list[dict[str, Any]], measurements: list[dict[str, Any]]
) -> None:
    for workout in workouts:
        assert (await ann.post("/workouts", json=workout)).status_code == 201
    for measurement in measurements:
        assert (await ann.post("/users/me/body-measurements", json=measurement)).status_code == 201
    exported = await export(ann)

    done = await restore(bob, pack(exported))

    assert comparable(await export(bob)) == comparable(exported)
    # The next example begins with an empty account, and its tombstones are part of the next export.
    assert (await bob.delete(f"/imports/{done['id']}")).status_code == 204
