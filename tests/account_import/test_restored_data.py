"""What an import of an export restores in an empty account."""

import json
from uuid import uuid4

from exercise_buddy import demo
from exercise_buddy.core.restores import MANIFEST
from exercise_buddy.main import EXPORTS, RESTORED_FILES
from exercise_buddy.settings import Settings
from exercise_buddy.transfers.tests.support import send_file, wait_for_import
from tests.account_import.support import NOT_RESTORED, comparable, edit, fill, pack, require_no_data, restore
from tests.exports import BENCH, export
from tests.support import Connection, Person, RunningApp


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


async def test_ids_and_names_of_other_users_do_not_matter(ann: Person, bob: Person, connection: Connection) -> None:
    await fill(ann, connection)
    exported = await export(ann)
    stolen = edit(exported, "profile.json", lambda profile: profile.update(email=ann.email, id=ann.id, username="ann"))

    await restore(bob, pack(stolen))

    profile = json.loads((await export(bob))["profile.json"])
    assert (profile["id"], profile["email"]) == (bob.id, bob.email)
    assert comparable(await export(ann)) == comparable(exported)
