"""A journey of a user through all endpoints, so that a test sees each statement of the application."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
from starlette.routing import Match

from exercise_buddy.auth import admin, tasks
from exercise_buddy.auth.oauth.tests.support import Browser
from exercise_buddy.auth.tests.helpers import NEW_PASSWORD, Outbox, log_in_again
from exercise_buddy.core.db.database import Database
from exercise_buddy.counting.live.tests.support import SQUAT, access_token, connected, new_set, split, squat
from exercise_buddy.statistics.consistency import verify_totals
from exercise_buddy.workouts.backfill import backfill_batch
from exercise_buddy.workouts.documents.storage import FIRST_ID
from tests.factories import BENCH, CUSTOM_EXERCISE, LINEAR, PUSHUP, fives, workout
from tests.serving import PortServer
from tests.support import PASSWORD, STEP_UP, Person, RunningApp
from tests.test_bad_input import EXERCISE, MEASUREMENT, VALID
from tests.test_documents import STRONG, path_of_one, varieties

MEASUREMENTS = "date,weight_kg,fat_percent\n2 Mar 2026,80,18\n"


@dataclass
class Journey:
    """A journey of a signed-in person, who has workouts, a custom exercise `Own press` in them, and another one."""

    app: RunningApp
    person: Person
    outbox: Outbox
    server: PortServer
    reached: set[str] = field(default_factory=set)
    """The operations that were successful, such as `GET /api/v1/workouts`."""

    async def take(self) -> None:
        """Send a request to each endpoint. The last one deletes the account."""
        self.person.client.event_hooks["response"] = [self._note]
        await self._search()
        async with self.app.state["database"].transaction() as session:
            await backfill_batch(session, UUID(self.person.id), FIRST_ID, 100)
        await self._read_everything()
        await self._change_exercises()
        await self._write_workouts()
        await self._edit_workout()
        await self._synchronize()
        await self._plan()
        await self._import()
        await self._measure()
        await self._count()
        await self._sign_in_with_provider()
        await self._secure_account()
        await self._maintain()

    async def _note(self, response: httpx2.Response) -> None:
        scope = {"type": "http", "method": response.request.method, "path": response.request.url.path}
        for route in self.app.app.routes:
            if response.status_code < 400 and route.matches(scope)[0] == Match.FULL:
                self.reached.add(f"{response.request.method} {getattr(route, 'path', '')}")
                return

    async def _send(self, method: str, path: str, **options: Any) -> Any:
        response = await self.person.client.request(method, f"/api/v1{path}", **options)
        assert response.status_code < 400, (method, path, response.text)
        return response.json() if response.content.startswith(b"{") else None

    async def _read_pages(self, path: str, query: dict[str, str]) -> Any:
        """Read the first two pages of a list; return the items of the first."""
        page = await self._send("GET", path, params=query | {"limit": 2})
        if page["next_cursor"]:
            await self._send("GET", path, params=query | {"limit": 2, "cursor": page["next_cursor"]})
        return page["items"]

    async def _search(self) -> None:
        self.exercise = (await self._send("GET", "/exercises?search=own press&custom=true"))["items"][0]["id"]
        self.other_exercise = (await self._send("GET", "/exercises?search=own press 1"))["items"][0]["id"]
        period = {"from": "2000-01-01", "to": "2100-01-01"}
        found = period | {"text": "press", "exercise": self.exercise, "updated_since": "2020-01-01T00:00:00Z"}
        for filters in (*({name: value} for name, value in found.items()), found):
            for include in ({}, {"include": "sets"}):
                assert await self._read_pages("/workouts", filters | include), filters
        for file_format in ("csv", "json"):
            exported = await self.person.get("/workouts/export", params=found | {"format": file_format})
            files = {"file": (f"workouts.{file_format}", exported.content)}
            await self._import_file(files, {"time_zone": "UTC", "weight_unit": "kg"})
        assert await self._read_pages("/users/me/body-measurements", period)
        kinds = {"muscle": "chest", "equipment": "barbell", "category": "strength", "measures": "weight_reps"}
        flags = {"custom": "false", "countable": "false"}
        await self._send("GET", "/exercises", params=kinds | flags)
        await self._send("GET", "/exercises", params=kinds | flags | {"search": "press"})
        for search in ("press", "benhc pres", "barbell", "xq"):
            await self._send("GET", "/exercises", params={"search": search, "muscle": "chest"})
            await self._send("GET", "/exercises", params={"search": search})
        for path in ("/exercises", "/routines", "/users/me/body-measurements", "/auth/events"):
            await self._read_pages(path, {})
        for query in ({"text": "press"}, {"text": "press", "sort": "name"}, {"sort": "name"}):
            assert await self._read_pages("/routines", query)

    async def _read_everything(self) -> None:
        document = self.app.app.openapi()
        for path, methods in document["paths"].items():
            content = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
            if "get" not in methods or "text/event-stream" in content:
                continue
            filled = await path_of_one(self.person, path)
            if filled is None:
                continue
            for query in varieties(document, methods["get"]):
                response = await self.person.client.get(filled, params=query)
                if response.status_code == 422:
                    await self.person.client.get(filled, params=query | {"exercise": self.exercise})
        for query in ({"exercise": self.exercise}, {"formula": "wathan"}, {"exercise": BENCH, "formula": "wathan"}):
            await self._send("GET", "/statistics/records", params=query)
            await self._read_pages("/statistics/records/history", query)
        period = {"from": "2020-01-01", "to": "2100-01-01"}
        for path in ("summary", "calendar", "weekly", "muscles", "workload", "rep-quality", f"exercises/{BENCH}"):
            await self.person.get(f"/statistics/{path}", params=period)

    async def _change_exercises(self) -> None:
        for change in ({"name": "My press"}, {"met": 8}, {"bodyweight_share": 0.5}):
            await self._send("PATCH", f"/exercises/{self.exercise}", json=change)
        created = await self._send("POST", "/exercises", json=CUSTOM_EXERCISE)
        await self._send("DELETE", f"/exercises/{created['id']}")
        misspelled = await self._send("POST", "/exercises", json={"name": "Pushupps"})
        await self._read_pages("/exercises/proposals", {})
        pairs = [{"exercise_id": misspelled["id"], "into_id": PUSHUP, "if_match": "*"}]
        merged = await self._send("POST", "/exercises/merge", json={"merges": pairs * 2})
        assert [item["outcome"] for item in merged["items"]] == ["merged", "unchanged"]
        merged = await self._send("POST", f"/exercises/{self.exercise}/merge", json={"into": self.other_exercise})
        assert merged["workouts"] > 1
        await self._send("DELETE", f"/exercises/{self.other_exercise}?move_to={BENCH}")

    async def _write_workouts(self) -> None:
        heavy = {"exercise_id": BENCH, "sets": fives(300)}
        new = [workout(heavy), workout(heavy, id=str(uuid4())), VALID["POST /api/v1/workouts"] | {"id": str(uuid4())}]
        for given in new:
            content = given | {"exercises": _without_ids(given["exercises"])}
            headers = {"Idempotency-Key": str(uuid4())}
            await self._send("POST", "/workouts", json=content, headers=headers)
            await self._send("POST", "/workouts", json=content, headers=headers)
        # The exercise and the set of a workout that exists.
        await self._send("POST", "/workouts", json=VALID["POST /api/v1/workouts"] | {"id": str(uuid4())})
        taken = VALID["POST /api/v1/workouts"] | {"id": str(uuid4())}
        assert (await self.person.client.post("/api/v1/workouts", json=taken)).status_code == 409
        logged = await self._send("POST", "/workouts", json=workout(heavy))
        content = workout(heavy, title="Changed")
        await self._send("PUT", f"/workouts/{logged['id']}", json=content)
        await self._send("GET", f"/workouts/{logged['id']}")
        await self._send("DELETE", f"/workouts/{logged['id']}")
        await self._send("POST", "/workouts/quick", json={"exercise": "pushups", "reps": 20})

    async def _edit_workout(self) -> None:
        # A workout that has lasted for too long is not in progress.
        started_at, ended_at = (datetime.now(UTC) - timedelta(hours=hours) for hours in (2, 1))
        live = await self._send("POST", "/workouts", json={"started_at": started_at.isoformat()})
        path = f"/workouts/{live['id']}"
        await self._send("GET", "/workouts/current")
        await self._watch(live["id"])
        await self._send("PATCH", path, json={"title": "Push", "notes": "fine"})
        entry = {key: value for key, value in EXERCISE.items() if key not in {"id", "sets"}}
        # With a key, the edit is in a transaction that has begun, and looks for taken ids first.
        added = entry | {"id": str(uuid4()), "sets": fives()}
        await self._send("POST", f"{path}/exercises", json=added, headers={"Idempotency-Key": str(uuid4())})
        await self._send("POST", f"{path}/exercises", json={"exercise_id": PUSHUP, "sets": [{"reps": 9}]})
        changed = await self._send("POST", f"{path}/sets", json={"exercise_id": BENCH, "sets": fives(70)})
        first, last = changed["exercises"]
        await self._send("PATCH", f"{path}/exercises/{last['id']}", json={"position": 0, "notes": "slow"})
        await self._send("PATCH", f"{path}/sets/{first['sets'][0]['id']}", json={"reps": 7})
        await self._send("DELETE", f"{path}/sets/{first['sets'][0]['id']}")
        await self._send("DELETE", f"{path}/exercises/{last['id']}")
        await self._send("POST", f"{path}/finish", json={"ended_at": ended_at.isoformat()})

    async def _watch(self, workout_id: str) -> None:
        """Open the stream of a workout's events and read the first."""
        url = f"http://127.0.0.1:{self.server.port}/api/v1/workouts/{workout_id}/events"
        headers = {"Authorization": self.person.client.headers["Authorization"]}
        async with (
            httpx2.AsyncClient(headers=headers, event_hooks={"response": [self._note]}) as client,
            client.stream("GET", url) as response,
        ):
            assert await anext(response.aiter_lines())

    async def _synchronize(self) -> None:
        await self._send("POST", "/users/me/body-measurements", json=MEASUREMENT)
        page = await self._send("GET", "/sync/changes?limit=10")
        while page["has_more"]:
            page = await self._send("GET", "/sync/changes", params={"since": page["next_cursor"], "limit": 100})
        batch = [{"operation": "create_workout", "id": str(uuid4()), "data": workout()} for _ in range(3)]
        for _ in range(2):
            await self._send("POST", "/sync/batch", json={"operations": batch})

    async def _plan(self) -> None:
        done = (await self._send("GET", "/workouts?limit=1"))["items"][0]["id"]
        exercises = [{"exercise_id": BENCH, "targets": fives(), "progression": LINEAR}]
        routine = await self._send("POST", "/routines", json={"name": "Push", "exercises": exercises})
        path = f"/routines/{routine['id']}"
        await self._send("PUT", path, json={"name": "Pull", "exercises": exercises})
        await self._send("PATCH", path, json={"name": "Push"})
        start = {"started_at": workout()["started_at"], "time_zone": "Europe/Berlin"}
        await self._send("POST", f"{path}/start", json=start)
        await self._send("GET", f"{path}/next")
        await self._send("POST", "/workouts/repeat", json=start | {"workout_id": done})
        await self._send("POST", "/routines/from-workout", json={"workout_id": done, "name": "Again"})
        await self._send("DELETE", path)

    async def _import_file(self, files: dict[str, Any], form: dict[str, str]) -> Any:
        """Import a file, perhaps in the background; return the import or its report when it is done."""
        imported = await self._send("POST", "/imports", files=files, data=form)
        while imported.get("state") in {"queued", "running"}:
            imported = await self._send("GET", f"/imports/{imported['id']}")
        return imported

    async def _import(self) -> None:
        table = STRONG.replace("My Press", "Formerly own press 3") + STRONG.partition("\n")[2]
        form = {"weight_unit": "kg", "time_zone": "Europe/Rome"}
        files = {"file": ("strong.csv", table)}
        await self._send("POST", "/imports?dry_run=true", files=files, data=form)
        imported = await self._import_file(files, form)
        await self._send("GET", f"/imports/{imported['id']}")
        await self._send("DELETE", f"/imports/{imported['id']}")
        measured = [
            await self._import_file({"file": ("measurement_data.csv", content)}, {"on_conflict": "replace"})
            for content in (MEASUREMENTS, MEASUREMENTS.replace(",80,", ",81,"))
        ]
        for imported in measured:
            await self._send("DELETE", f"/imports/{imported['id']}")
        # In the background, and cancelled.
        header, _, row = STRONG.partition("\n")
        first = row.splitlines()[0]
        year = first[:4]
        large = "\n".join([header, *(first.replace(year, str(1980 + number), 1) for number in range(40))])
        padded = large + "\n" * 300_000
        waiting = await self._send("POST", "/imports", files={"file": ("strong.csv", padded)}, data=form)
        await self._send("POST", f"/imports/{waiting['id']}/cancel")
        state = "cancelling"
        while state == "cancelling":
            state = (await self._send("GET", f"/imports/{waiting['id']}"))["state"]
        await self._send("DELETE", f"/imports/{waiting['id']}")

    async def _measure(self) -> None:
        path = "/users/me/body-measurements"
        measured = await self._send("POST", path, json=MEASUREMENT)
        await self._send("GET", f"{path}/{measured['id']}")
        await self._send("PATCH", f"{path}/{measured['id']}", json={"mass_kg": 80})
        await self._send("DELETE", f"{path}/{measured['id']}")
        await self._send("PUT", "/statistics/goal", json={"metric": "workouts", "target": 4, "rest_days": []})
        await self._send("GET", "/statistics/streaks")
        link = await self._send("POST", "/statistics/links", json={"calendar": {}})
        await self._send("GET", link["url"].removeprefix("/api/v1"))
        await self._send("DELETE", "/statistics/goal")
        await self._send("PATCH", "/users/me", json={"display_name": "Ann", "week_starts_on": "sunday"})

    async def _count(self) -> None:
        path = f"/counting/profiles/{SQUAT}/calibration"
        times_ms, landmarks = squat(4)
        trace = {"times_ms": times_ms, "landmarks": landmarks, "aspect_ratio": 1.5}
        await self._send("PUT", path, json={"trace": trace})
        await self._send("GET", "/counting/profiles")
        await self._send("POST", "/counting/counts", json={"exercise_id": SQUAT, "trace": trace})
        await self._send("DELETE", path)
        async with connected(self.server, access_token(self.person)) as client:
            await client.start(new_set())
            await client.send_all(split(times_ms, landmarks, 30))
            await client.receive("saved")
            await client.end()

    async def _sign_in_with_provider(self) -> None:
        async with Browser(self.app) as browser:
            browser.http.event_hooks["response"] = [self._note]
            await browser.link_identity("google", access_token(self.person))
            await browser.sign_in("google")
        await self._send("GET", "/auth/identities")
        await self._send("DELETE", "/auth/identities/google", json=STEP_UP)

    async def _secure_account(self) -> None:
        async with self.app.client() as client:
            client.event_hooks["response"] = [self._note]
            account = {"email": f"other-{self.person.email}", "password": PASSWORD}
            await client.post("/api/v1/auth/register", json=account)
            await client.post("/api/v1/auth/login", data={"username": account["email"], "password": PASSWORD})
        other = await log_in_again(self.app, self.person)
        other.client.event_hooks["response"] = [self._note]
        await other.post("/auth/refresh", json={"refresh_token": other.refresh_token})
        await other.post("/auth/logout", json={"refresh_token": other.refresh_token})
        await log_in_again(self.app, self.person, agent="A third")
        sessions = (await self._send("GET", "/auth/sessions"))["items"]
        other_session = next(session["id"] for session in sessions if not session["current"])
        await self._send("DELETE", f"/auth/sessions/{other_session}", json=STEP_UP)
        await self._send("DELETE", "/auth/sessions?except=current", json=STEP_UP)
        await self._send("GET", "/auth/events")
        await self._send("POST", "/auth/email/verification")
        verified = await self.outbox.wait_for(self.person.email, "Confirm your e-mail address", number=2)
        await self._send("POST", "/auth/email/verify", json={"token": verified.token})
        await self._send("PUT", "/auth/email", json=STEP_UP | {"email": f"new-{self.person.email}"})
        await self._send("PUT", "/auth/password", json=STEP_UP | {"new_password": NEW_PASSWORD})
        await self._send("POST", "/auth/password/forgot", json={"email": self.person.email})
        reset = await self.outbox.wait_for(self.person.email, "Choose a new password")
        await self._send("POST", "/auth/password/reset", json={"token": reset.token, "password": PASSWORD})
        # The reset has ended all sessions.
        last = await log_in_again(self.app, self.person)
        self.person.client.headers["Authorization"] = last.client.headers["Authorization"]
        await self._send("DELETE", "/users/me", json=STEP_UP)

    async def _maintain(self) -> None:
        """Do what operators and background tasks do. The grace period of the deleted account ends."""
        database: Database = self.app.state["database"]
        for repair in (False, True):
            async for _ in verify_totals(database, UUID(self.person.id), repair=repair, batch=500):
                pass
        async with database.transaction() as session:
            await admin.recount_usage(session, self.person.email)
            await admin.sign_out(session, self.person.email)
            await admin.disable(session, self.person.email)
            await admin.enable(session, self.person.email)
            await admin.delete(session, self.person.email, 0)
        await tasks.delete_expired_rows(database)
        await tasks.delete_due_accounts(database)


def _without_ids(exercises: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return exercises of a workout without their ids and those of their sets."""
    return [
        {name: value for name, value in exercise.items() if name != "id"}
        | {"sets": [{key: value for key, value in done.items() if key != "id"} for done in exercise["sets"]]}
        for exercise in exercises
    ]
