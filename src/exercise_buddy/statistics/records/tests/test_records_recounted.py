"""After any sequence of logs, edits, moves, deletions and merges, records equal a full recount."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exercise_buddy.statistics.records.tests import recount
from exercise_buddy.statistics.schemas import Formula
from exercise_buddy.statistics.tests.helpers import BENCH, SQUAT, statistic
from exercise_buddy.workouts import public as workouts
from tests.support import Connection, Person, RunningApp

OWN = "own"
HEVY_HEADER = (
    "title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,set_index,set_type,weight_kg,reps,"
    "distance_km,duration_seconds,rpe"
)
BEGIN = datetime(2026, 3, 1, 18, tzinfo=UTC)


def _set(weight: float | None, reps: int | None, seconds: float | None, *, seen: bool) -> dict[str, Any]:
    given = {"weight_kg": weight, "reps": reps, "duration_seconds": seconds, "distance_meters": seconds and seconds * 2}
    one: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if reps is None and seconds is None:
        one["reps"] = 4
    if seen and one.get("reps"):
        counter = {"name": "pose", "version": "1"}
        evidence = [{"offset_ms": 1000 * number, "duration_ms": 800} for number in range(one["reps"])]
        one["evidence"] = {"counter": counter, "detected_reps": len(evidence), "reps": evidence}
    return one


SETS = st.builds(
    _set,
    st.sampled_from([None, 40, 50, 52.5, 60]),
    st.sampled_from([None, 0, 1, 2, 5, 8, 12, 13]),
    st.sampled_from([None, None, 30, 45.5]),
    seen=st.booleans(),
)
EXERCISES = st.lists(
    st.tuples(st.sampled_from([BENCH, SQUAT, OWN]), st.lists(SETS, min_size=1, max_size=3)), max_size=3
)
# Rows of Hevy: the exercise, the weight and the reps.
IMPORTED = st.tuples(st.sampled_from(["Bench Press", "Squat"]), st.sampled_from([40, 55, 60]), st.integers(1, 14))
# Some workouts begin at the same moment.
MOMENTS = st.integers(0, 9)
STEPS = st.one_of(
    st.tuples(st.just("log"), MOMENTS, EXERCISES),
    st.tuples(st.just("log"), MOMENTS, EXERCISES),
    st.tuples(st.just("replace"), MOMENTS, EXERCISES),
    st.tuples(st.just("move"), MOMENTS, st.just([])),
    st.tuples(st.just("delete"), MOMENTS, st.just([])),
    st.tuples(st.just("merge"), MOMENTS, st.just([])),
    st.tuples(st.just("batch"), MOMENTS, EXERCISES),
    st.tuples(st.just("import"), MOMENTS, st.lists(IMPORTED, min_size=1, max_size=3)),
    st.tuples(st.just("undo"), MOMENTS, st.just([])),
)


@dataclass
class Diary:
    """What a person has logged, and what we know of it."""

    person: Person
    kept: dict[str, tuple[str, list[tuple[str, list[Any]]]]] = field(default_factory=dict)
    own: str = ""
    imports: list[str] = field(default_factory=list)

    async def take(self, step: tuple[str, int, Any]) -> None:
        what, number, exercises = step
        moment = (BEGIN + timedelta(days=number)).isoformat()
        chosen = sorted(self.kept)[number % len(self.kept)] if self.kept else None
        if what == "import":
            await self._import(number, exercises)
            return
        listed = [(self.own if exercise == OWN else exercise, sets) for exercise, sets in exercises]
        content = {
            "started_at": moment,
            "time_zone": "Europe/Berlin",
            "exercises": [{"exercise_id": exercise, "sets": sets} for exercise, sets in listed],
        }
        if what == "log":
            self.kept[(await self.person.log(**content))["id"]] = moment, listed
        elif what == "merge":
            merged = await self.person.post(f"/exercises/{self.own}/merge", json={"into": BENCH})
            assert merged.status_code == 200, merged.text
            self.kept = {
                key: (when, [(BENCH if exercise == self.own else exercise, sets) for exercise, sets in all_of_it])
                for key, (when, all_of_it) in self.kept.items()
            }
            await self.new_exercise()
        elif what == "batch":
            # The newest first.
            batch = {str(uuid4()): (BEGIN + timedelta(days=number + days)).isoformat() for days in (3, 0)}
            items = [content | {"id": workout_id, "started_at": start} for workout_id, start in batch.items()]
            sent = await self.person.log_all(items)
            assert [item["status"] for item in sent] == [201, 201], sent
            self.kept |= {workout_id: (start, listed) for workout_id, start in batch.items()}
        elif what == "undo":
            if self.imports:
                undone = await self.person.delete(f"/imports/{self.imports.pop()}", params={"include_edited": "true"})
                assert undone.status_code == 204, undone.text
                left = {workout["id"] for workout in await self.person.list_all("/workouts")}
                self.kept = {key: value for key, value in self.kept.items() if key in left}
        elif chosen is not None:
            url = f"/api/v1/workouts/{chosen}"
            if what == "replace":
                response = await self.person.client.put(url, json=content)
                self.kept[chosen] = moment, listed
            elif what == "move":
                response = await self.person.client.patch(url, json={"started_at": moment, "ended_at": None})
                self.kept[chosen] = moment, self.kept[chosen][1]
            else:
                response = await self.person.client.delete(url)
                del self.kept[chosen]
            assert response.status_code in {200, 204}, response.text

    async def _import(self, number: int, rows: list[tuple[str, float, int]]) -> None:
        """Import a workout on each of several days, the newest first."""
        days = [BEGIN + timedelta(days=number + day, minutes=7) for day in range(len(rows))]
        lines = [
            f'Push,"{moment:%d %b %Y, %H:%M}","{moment:%d %b %Y, %H:%M}",,{name} (Barbell),,,0,normal,{kg},{reps},,,'
            for moment, (name, kg, reps) in zip(reversed(days), reversed(rows), strict=True)
        ]
        before = {workout["id"] for workout in await self.person.list_all("/workouts")}
        file = "\n".join([HEVY_HEADER, *lines]) + "\n"
        imported = await self.person.post("/imports", files={"file": ("export.csv", file)}, data={"time_zone": "UTC"})
        assert imported.status_code == 201, imported.text
        self.imports += [imported.json()["id"]] if imported.json()["id"] else []
        for workout in await self.person.list_all("/workouts", include="sets"):
            if workout["id"] not in before:
                listed = [
                    (exercise["exercise"]["id"], [{name: one[name] for name in ("weight_kg", "reps")} for one in sets])
                    for exercise in workout["exercises"]
                    if (sets := exercise["sets"])
                ]
                self.kept[workout["id"]] = workout["started_at"], listed

    async def new_exercise(self) -> None:
        made = await self.person.post("/exercises", json={"name": f"Own {datetime.now(UTC).timestamp()}"})
        self.own = made.json()["id"]

    def performed(self, exercise_id: str) -> list[recount.Performed]:
        return [
            recount.Performed(moment, workout_id, position, exercise, sets)
            for workout_id, (moment, listed) in self.kept.items()
            for position, (exercise, sets) in enumerate(listed)
            if exercise == exercise_id
        ]


async def history(person: Person, **query: Any) -> list[dict[str, Any]]:
    return await person.list_all("/statistics/records/history", limit=7, **query)


def key(one: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(round(part, 6) if isinstance(part, float | int) else part or "" for part in one)


def of_record(one: dict[str, Any]) -> recount.Record:
    load = one["weight_kg"] if one["kind"] == "reps_at_load" else None
    return one["kind"], one["value"], load, one["workout_id"], one["baseline"]


def of_broken(one: dict[str, Any]) -> recount.Broken:
    return one["kind"], one["value"], one["previous"], one["weight_kg"], one["workout_id"]


async def _compare(diary: Diary, formula: Formula) -> None:
    all_records = (await statistic(diary.person, "records", formula=formula.value))["items"]
    by_exercise = {item["exercise"]["id"]: item["records"] for item in all_records}
    all_history = await history(diary.person, formula=formula.value)
    for exercise_id in (BENCH, SQUAT, diary.own):
        done = diary.performed(exercise_id)
        expected = sorted(key(one) for one in recount.records(done, formula))
        broken = sorted(key(one) for one in recount.history(done, formula))
        query = {"exercise": exercise_id, "formula": formula.value}
        found = (await statistic(diary.person, "records", **query))["items"]
        assert sorted(key(of_record(one)) for item in found for one in item["records"]) == expected
        assert sorted(key(of_broken(one)) for one in await history(diary.person, **query)) == broken
        without = [one for one in expected if one[0] != "reps_at_load"]
        assert sorted(key(of_record(one)) for one in by_exercise.get(exercise_id, [])) == without
        theirs = [key(of_broken(one)) for one in all_history if one["exercise"]["id"] == exercise_id]
        assert sorted(theirs) == [one for one in broken if one[0] != "reps_at_load"]


@given(steps=st.lists(STEPS, min_size=3, max_size=14), formula=st.sampled_from(Formula))
@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_records_are_what_a_recount_comes_to(
    app: RunningApp, ann: Person, connection: Connection, steps: list[tuple[str, int, Any]], formula: Formula
) -> None:
    await connection.execute("DELETE FROM workout")
    diary = Diary(ann)
    await diary.new_exercise()
    for step in steps:
        await diary.take(step)

    await _compare(diary, formula)
    async with app.state["database"].transaction() as session:
        ids = [UUID(workout_id) for workout_id in diary.kept]
        assert await workouts.find_differences(session, UUID(ann.id), ids) == []
        assert await workouts.recompute_all_records(session, UUID(ann.id)) == []
