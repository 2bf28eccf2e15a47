"""The contents of an export: all data of a user, from all slices, in one ZIP archive."""

import json
from datetime import datetime
from uuid import UUID

from exercise_buddy.main import EXPORTS
from exercise_buddy.schema import metadata
from tests.exports import BENCH, create_data, export, list_items, read_csv
from tests.support import Connection, Person, RunningApp
from tests.test_bad_input import ENTRY, JUDGEMENT, SET_ID, VALID


async def test_json_equals_the_api(ann: Person) -> None:
    await create_data(ann)

    files = {name: json.loads(content) for name, content in (await export(ann)).items() if name.endswith(".json")}

    assert files["profile.json"] == (await ann.get("/users/me")).json()
    assert files["body_measurements.json"] == await list_items(ann, "/users/me/body-measurements")
    assert files["workouts.json"] == await list_items(ann, "/workouts", include="sets")
    assert files["routines.json"] == await list_items(ann, "/routines")
    assert files["routines.json"][0]["exercises"][0]["progression"]["increment_kg"] == 2.5
    assert [workout["title"] for workout in files["workouts.json"]] == ["Push", "Only named", "Nothing yet", "Home"]
    evidence = files["workouts.json"][0]["exercises"][0]["sets"][0]["evidence"]
    assert evidence["reps"][0]["flags"] == ["fast"]
    assert evidence["judgements"] == [JUDGEMENT]
    (own,) = files["custom_exercises.json"]
    shown = (await ann.get(f"/exercises/{own['id']}")).json()
    assert shown["name"] == "My Own Press"
    not_exported = {"slug", "custom", "aliases", "countable", "instructions", "images"}
    assert {name: own[name] for name in shown.keys() - not_exported} == {
        name: value for name, value in shown.items() if name not in not_exported
    }
    (file,) = files["imports.json"]
    assert file["id"] == files["workouts.json"][3]["import_id"]
    assert (file["file_name"], file["workouts"], file["sets"]) == ("strong.csv", 1, 2)
    (goal,) = files["goals.json"]
    current = (await ann.get("/statistics/goal")).json()
    assert {name: goal[name] for name in current} == current


async def test_csv_has_a_row_for_each_set_and_each_empty_workout(ann: Person) -> None:
    await create_data(ann)

    files = await export(ann)

    whole, named, empty, first, second = read_csv(files["workouts.csv"])
    document = json.loads(files["workouts.json"])[0]
    assert whole == {
        "workout_id": document["id"],
        "title": "Push",
        "started_at": "2026-05-01T08:00:00+00:00",
        "ended_at": "2026-05-01T09:00:00+00:00",
        "time_zone": "Europe/Rome",
        "local_date": "2026-05-01",
        "source": "manual",
        "workout_energy_kcal": "",
        "workout_average_heart_rate_bpm": "",
        "workout_max_heart_rate_bpm": "",
        "workout_notes": "fine",
        "entry_id": ENTRY,
        "exercise_number": "1",
        "exercise_id": BENCH,
        "exercise": "Barbell Bench Press - Medium Grip",
        "superset": "1",
        "exercise_notes": "slow",
        "set_id": SET_ID,
        "set_number": "1",
        "kind": "normal",
        "reps": "1",
        "weight_kg": "60.5",
        "assistance_kg": "",
        "duration_seconds": "30",
        "distance_meters": "1",
        "rpe": "8.5",
        "rest_seconds": "90",
        "counter_name": "pose",
        "counter_version": "1",
        "profile_version": "1",
        "detected_reps": "1",
    }
    assert (named["title"], named["exercise_id"], named["set_number"], named["reps"]) == ("Only named", BENCH, "", "")
    assert (empty["title"], empty["exercise_id"], empty["set_number"]) == ("Nothing yet", "", "")
    assert [(row["exercise"], row["set_number"], row["reps"]) for row in (first, second)] == [
        ("My Own Press", "1", "5"),
        ("My Own Press", "2", "4"),
    ]
    heavier, lighter = read_csv(files["body_measurements.csv"])[::-1]
    assert (heavier["measured_on"], heavier["mass_kg"], heavier["body_fat_percent"]) == ("2026-05-01", "81.5", "")
    assert (lighter["measured_on"], lighter["mass_kg"], lighter["notes"]) == ("2026-05-02", "80.25", "")


async def test_csv_escapes_formulas(ann: Person) -> None:
    await create_data(ann)
    await ann.log(title="@SUM(1)", notes='-1"\n=2', started_at="2026-04-03T10:00:00Z")

    files = await export(ann)

    cells = {cell for name in files if name.endswith(".csv") for row in read_csv(files[name]) for cell in row.values()}
    assert {"'@SUM(1)", "'-1\"\n=2", "'+1, or so"} <= cells
    assert {cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))} == set()
    workout = next(workout for workout in json.loads(files["workouts.json"]) if workout["title"] == "@SUM(1)")
    assert workout["notes"] == '-1"\n=2'


async def test_sessions_have_address_device_and_times(ann: Person, app: RunningApp, connection: Connection) -> None:
    client = app.client("198.51.100.9", **{"User-Agent": "Pocket/1.0"})
    form = {"username": ann.email, "password": ann.password, "scope": "offline_access"}
    tokens = (await client.post("/api/v1/auth/login", data=form)).json()
    await client.post("/api/v1/auth/logout", json={"refresh_token": tokens["refresh_token"]})

    files = await export(ann)

    ended, current = json.loads(files["sessions.json"])
    assert ended.keys() == {"id", "method", "device", "address", "created_at", "last_used_at", "expires_at", "ended_at"}
    assert (ended["device"], ended["address"]) == ("Pocket/1.0", "198.51.100.9")
    assert (ended["ended_at"] is None, current["ended_at"] is None) == (False, True)
    expires_at = await connection.fetchval(
        "SELECT idle_expires_at FROM auth_session WHERE id = $1", UUID(current["id"])
    )
    assert datetime.fromisoformat(current["expires_at"]) == expires_at
    changed_at = await connection.fetchval("SELECT changed_at FROM password_credential")
    assert datetime.fromisoformat(json.loads(files["password.json"])["changed_at"]) == changed_at


async def test_no_credential_is_exported(ann: Person, connection: Connection) -> None:
    refreshed = await ann.post("/auth/refresh", json={"refresh_token": ann.refresh_token})
    assert refreshed.status_code == 200
    password_hash = await connection.fetchval("SELECT password_hash FROM password_credential")
    hashes = await connection.fetchrow("SELECT token_hash, previous_token_hash FROM auth_session")

    whole = b"".join((await export(ann)).values())

    assert b"argon2" not in whole
    assert password_hash.encode() not in whole
    for token_hash in hashes:
        assert token_hash.hex().encode() not in whole
    assert b"hash" not in whole


async def test_no_data_of_another_user_is_exported(app: RunningApp, ann: Person, bob: Person) -> None:
    await create_data(bob)
    await app.client("198.51.100.9").post("/api/v1/auth/login", data={"username": bob.email, "password": bob.password})
    bobs = b"".join((await export(bob)).values())

    files = await export(ann)

    whole = b"".join(files.values())
    workout = VALID["POST /api/v1/workouts"]["id"]
    for text in (bob.id, bob.email, workout, "My Own Press", "strong.csv", "+1, or so", "198.51.100.9"):
        assert text.encode() in bobs, text
        assert text.encode() not in whole, text
    for name in ("body_measurements", "workouts", "routines", "custom_exercises", "imports", "goals"):
        assert json.loads(files[f"{name}.json"]) == []
    assert len(json.loads(files["sessions.json"])) == 1
    assert (read_csv(files["workouts.csv"]), read_csv(files["body_measurements.csv"])) == ([], [])


async def test_an_empty_account_exports_empty_files(ann: Person) -> None:
    files = await export(ann)

    assert list(files) == [file.name for file in EXPORTS]
    for name in ("body_measurements", "workouts", "routines", "custom_exercises", "imports", "goals"):
        assert json.loads(files[f"{name}.json"]) == []
    assert files["workouts.csv"].startswith(b"\xef\xbb\xbfworkout_id,title,")
    assert files["body_measurements.csv"] == (
        b"\xef\xbb\xbfid,measured_on,mass_kg,body_fat_percent,notes,import_id,created_at,updated_at\r\n"
    )
    assert read_csv(files["workouts.csv"]) == []
    assert len(json.loads(files["sessions.json"])) == 1


async def test_identities_and_security_events_are_exported(ann: Person, connection: Connection) -> None:
    await connection.execute(
        "INSERT INTO provider_identity (user_id, provider, subject, name)"
        " VALUES ($1::text::uuid, 'github', '4711', 'Ann'), ($1::text::uuid, 'google', '0815', NULL)",
        ann.id,
    )
    files = await export(ann)

    identities = json.loads(files["identities.json"])
    assert [(row["provider"], row["subject"], row["name"]) for row in identities] == [
        ("github", "4711", "Ann"),
        ("google", "0815", None),
    ]
    assert [row["kind"] for row in json.loads(files["security_events.json"])] == ["signed_in", "registered"]


NOT_EXPORTED = {
    "import_file_part": "the user's own file, until its import has ended",
    "replaced_workout": "earlier content of workouts, only for the undo of an import",
    "replaced_measurement": "earlier values of body measurements, only for the undo of an import",
    "login_identifier": "the names by which the user signs in, which are in profile.json and identities.json",
    "user_revision": "a counter of writes, without personal data",
    "resource_revision": "at which revision a resource of the other files was written, and the ids of deleted ones",
    "one_time_token": "a hash, and an address that is in profile.json or unconfirmed; deleted after a day",
    "sign_in_attempt": "secrets of a sign-in in progress, for ten minutes",
    "exercise_record": "personal records, computed from the sets of workouts.json",
    "settled_totals": "until when the totals below are stored",
    "settled_month": "totals of months, computed from the workouts of workouts.json",
    "settled_week": "totals of weeks, likewise",
    "settled_exercise": "totals of exercises, likewise",
    "idempotent_request": "responses for retries within a day: copies of data in the other files",
    "counting_live_set": "a set that is counted at the moment, and its result for a day, which is in workouts.json",
    "counting_live_chunk": "the positions of joints in that set, until it ends",
    "outgoing_mail": "mails that are about to be sent to the user, or could not be sent",
}


def test_every_table_with_user_data_is_exported() -> None:
    held = {table for file in EXPORTS for table in file.holds}
    of_users = {name for name, table in metadata.tables.items() if "user_id" in table.columns} | {"user_account"}

    assert of_users - held == NOT_EXPORTED.keys()
    assert held <= metadata.tables.keys()
    assert len({file.name for file in EXPORTS}) == len(EXPORTS)
