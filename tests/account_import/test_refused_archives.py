"""Archives with a content that cannot be restored: nothing of them is stored."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import orjson
import pytest

from exercise_buddy.core.restores import MANIFEST
from exercise_buddy.transfers.imports import account_files
from exercise_buddy.transfers.tests.support import count_rows, send_file
from tests.account_import.support import SQUAT, comparable, edit, fill, pack, restore
from tests.exports import export
from tests.support import Connection, Person

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
NAMELESS = {"an import that is missing", "too many exercises"}


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
        # A missing item may be missing in any file, and a quota is that of the account.
        assert (name in failed["problem"]["detail"]) == (what not in NAMELESS), (what, failed["problem"]["detail"])
        assert failed["workouts"] == 0, what
        assert (await bob.delete(f"/imports/{failed['id']}")).status_code == 204
        assert await count_rows(connection) == rows, what
    assert json.loads((await export(bob))["profile.json"]) == before
    problem = failed["problem"]["detail"]
    assert "1000 custom exercises" in problem
    await restore(bob, pack(exported))
    assert comparable(await export(bob))["workouts.json"] == exported["workouts.json"]


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
