"""The import of an account while it runs, and its undo."""

import json
from typing import Any

import asyncpg
import pytest

from exercise_buddy.transfers.imports import background, claims
from exercise_buddy.transfers.imports.claims import Checkpoint
from exercise_buddy.transfers.imports.tests.test_batches import count_waiting
from exercise_buddy.transfers.tests.support import count_rows, import_file, send_file, wait_for_import
from tests.account_import.support import comparable, edit, fill, pack, restore
from tests.exports import export
from tests.support import Connection, Person, wait_until


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


async def test_what_was_stored_since_is_not_undone(ann: Person, bob: Person, connection: Connection) -> None:
    await fill(ann, connection)
    done = await restore(bob, pack(await export(ann)))
    await bob.log(title="Since", started_at="2026-05-03T10:00:00Z", exercises=[])

    undone = await bob.delete(f"/imports/{done['id']}", params={"include_edited": "true"})

    assert (undone.status_code, undone.json()["type"]) == (409, "/problems/account-changed")
    assert len((await bob.get("/workouts")).json()["items"]) == done["workouts"] + 1


async def test_imports_of_measurements_can_be_undone_after_a_restore_unless_they_replaced_some(
    ann: Person, bob: Person
) -> None:
    content = "date,weight_kg,fat_percent\n2 Mar 2026,80,18\n"
    await import_file(ann, content)
    await import_file(ann, content.replace("2 Mar", "9 Mar"))
    await import_file(ann, content.replace("80", "81"), on_conflict="replace")
    await restore(bob, pack(await export(ann)))

    replaced, second = sorted((await bob.get("/imports")).json()["items"], key=lambda item: item["id"])[2:0:-1]
    assert (replaced["replaced_body_measurements"], second["body_measurements"]) == (1, 1)
    refused = await bob.delete(f"/imports/{replaced['id']}")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/replaced-workouts-unknown")
    assert (await bob.delete(f"/imports/{second['id']}")).status_code == 204
    left = (await bob.get("/users/me/body-measurements")).json()["items"]
    assert [(item["measured_on"], item["mass_kg"]) for item in left] == [("2026-03-02", 81)]


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
