"""The history of one person, written to the app by HTTP and to the recount of statistics."""

import random
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Self

from tests.recount import exports, progress
from tests.recount.comparing import Question, differences
from tests.recount.model import Done, Evidence, Exercise, Goal, Life, Rep, Set, Workout
from tests.support import Person


class Clock(datetime):
    """A clock that is stopped at a time in the past: later workouts are in its future."""

    moment = datetime.now(UTC)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.moment.astimezone(tz)  # type: ignore[return-value]


class Diary:
    """Writes the history of a person to the app and to the recount."""

    def __init__(self, person: Person, clock: type[Clock], life: Life, folder: Path) -> None:
        self.person = person
        self.clock = clock
        self.life = life
        self.folder = folder
        self.wrong: list[tuple[str, dict[str, str], list[str]]] = []
        self._exercises: dict[str, Exercise] = {}
        self._by_name: dict[str, str] = {}

    async def begin_weeks(self, weekday: str) -> None:
        response = await self.person.patch("/users/me", json={"week_starts_on": weekday})
        assert response.status_code == 200, response.text
        self.life.week_starts_on = weekday

    async def move(self, zone: str) -> None:
        response = await self.person.patch("/users/me", json={"time_zone": zone})
        assert response.status_code == 200, response.text
        self.life.zone = zone

    async def weigh(self, day: date, mass: float) -> None:
        body = {"measured_on": f"{day}", "mass_kg": mass}
        assert (await self.person.post("/users/me/body-measurements", json=body)).status_code == 201
        self.life.masses.append((day, mass))

    async def aim(self, moment: str, metric: str | None, target: int = 1, rest_days: Iterable[str] = ()) -> None:
        """Set the goal at a given time. Without a metric, delete it."""
        self.clock.moment = datetime.fromisoformat(moment)
        today = self.life.today(self.clock.moment)
        goals = [goal for goal in self.life.goals if goal.since != today]
        if goals and goals[0].until is None:
            goals[0] = Goal(goals[0].metric, goals[0].target, goals[0].rest_days, goals[0].since, today - timedelta(1))
        if metric is None:
            response = await self.person.delete("/statistics/goal")
            assert response.status_code == 204, response.text
        else:
            body = {"metric": metric, "target": target, "rest_days": list(rest_days)}
            response = await self.person.put("/statistics/goal", json=body)
            assert response.status_code == 200, response.text
            goals.insert(0, Goal(metric, target, tuple(rest_days), today))
        self.life.goals = goals

    async def load(self, path: Path, moment: str, unit: str = "kg") -> None:
        """Import the workouts of a file that started before a given time. Earlier imports of it are deduplicated."""
        copy = exports.until(path, datetime.fromisoformat(moment), self.folder)
        zone = self.life.zone
        response = await self.person.post(
            "/imports",
            files={"file": (copy.name, copy.read_bytes())},
            data={"time_zone": zone} | ({} if "hevy" in path.name else {"weight_unit": unit}),
        )
        assert response.status_code == 201, response.text
        report = response.json()
        assert report["problems"] == []
        self._by_name |= {each["name"]: each["exercise_id"] for each in report["exercises"]}
        known = {(workout.started_at, workout.title) for workout in self.life.workouts}
        for workout in exports.read(copy, zone, unit):
            if (workout.started_at, workout.title) not in known:
                for done in workout.done:
                    done.exercise = await self.exercise(self._by_name[done.name])
                self.life.workouts.append(workout)

    async def exercise(self, exercise_id: str) -> Exercise:
        """Return an exercise, with the facts of the catalogue."""
        if exercise_id not in self._exercises:
            facts = (await self.person.get(f"/exercises/{exercise_id}")).json()
            self._exercises[exercise_id] = Exercise(
                exercise_id,
                facts["name"],
                facts["custom"],
                frozenset(facts["primary_muscles"]),
                frozenset(facts["secondary_muscles"]),
                facts["met"],
                facts["bodyweight_share"],
                facts["assisted"],
            )
        return self._exercises[exercise_id]

    async def change(self, exercise_id: str, **facts: Any) -> None:
        """Update a custom exercise."""
        assert (await self.person.patch(f"/exercises/{exercise_id}", json=facts)).status_code == 200
        await self._look_again(exercise_id, exercise_id)

    async def merge(self, exercise_id: str, into: str) -> None:
        """Merge a custom exercise into another one."""
        response = await self.person.post(f"/exercises/{exercise_id}/merge", json={"into": into})
        assert response.status_code == 200, response.text
        await self._look_again(exercise_id, into)

    async def _look_again(self, exercise_id: str, now: str) -> None:
        self._exercises.pop(now, None)
        exercise = await self.exercise(now)
        for workout in self.life.workouts:
            for done in workout.done:
                if done.known.id in {exercise_id, now}:
                    done.exercise = exercise

    async def delete(self, workout: Workout) -> None:
        assert (await self.person.delete(f"/workouts/{workout.id}")).status_code == 204
        self.life.workouts.remove(workout)

    async def log(
        self,
        start: str,
        end: str | None,
        *done: tuple[str, list[Set]],
        zone: str | None = None,
        kcal: float | None = None,
    ) -> Workout:
        """Log a workout with exercises of the catalogue, by their names."""
        each = [Done(name, sets, await self.exercise(await self.person.exercise_id(name))) for name, sets in done]
        title = f"Extra {len(self.life.workouts)}"
        body = {
            "title": title,
            "started_at": start,
            "ended_at": end,
            "time_zone": zone or self.life.zone,
            "energy_kcal": kcal,
            "exercises": [
                {"exercise_id": one.known.id, "sets": [_body(single) for single in one.sets]} for one in each
            ],
        }
        logged = await self.person.log(**body)
        ended_at = None if end is None else datetime.fromisoformat(end)
        workout = Workout(title, datetime.fromisoformat(start), ended_at, zone or self.life.zone, each)
        workout.id = logged["id"]
        workout.recorded_kcal = kcal
        self.life.workouts.append(workout)
        return workout

    async def identify(self) -> None:
        """Look up the ids of the imported workouts."""
        items = await self.person.list_all("/workouts", limit=100)
        ids = {(datetime.fromisoformat(item["started_at"]), item["title"]): item["id"] for item in items}
        assert len(ids) == len(self.life.workouts)
        for workout in self.life.workouts:
            workout.id = ids[workout.started_at, workout.title]

    async def check(self, questions: Iterable[Question]) -> None:
        """Request each statistic and compare it with the recount."""
        for question in questions:
            response = await self.person.get(f"/statistics{question.path}", params=question.query)
            assert response.status_code == 200, (question.path, question.query, response.text)
            found = list(differences(question.arrange(response.json()), question.answer))
            self.wrong += [(question.path, question.query, found[:4])] if found else []

    async def check_history(self, formula: str, **of: Any) -> None:
        """Read all pages of the broken records and compare them with the recount."""
        exercise: Exercise | None = of.get("exercise")
        today = self.life.today(self.clock.moment)
        query = {"formula": formula} | ({"exercise": exercise.id} if exercise else {})
        items = await self.person.list_all("/statistics/records/history", limit=100, **query)
        began = {workout.id: workout.started_at for workout in self.life.workouts}
        moments = [began[item["workout_id"]] for item in items]
        assert moments == sorted(moments, reverse=True)
        expected = progress.history(self.life, formula, exercise, date.min, today)
        found = list(differences(sorted(items, key=progress.by_what), expected))
        self.wrong += [("/records/history", query, found[:4])] if found else []


def _body(one: Set) -> dict[str, Any]:
    body: dict[str, Any] = {
        "reps": one.reps,
        "weight_kg": one.weight_kg,
        "duration_seconds": one.duration_seconds,
        "distance_meters": one.distance_meters,
    }
    if one.evidence is not None:
        body["evidence"] = {
            "counter": {"name": "squatter", "version": "1"},
            "detected_reps": one.evidence.detected_reps,
            "reps": [vars(rep) for rep in one.evidence.reps],
        }
    return body


def seen(chance: random.Random, reps: int) -> Set:
    """Return a random set with camera evidence: pauses, rejected reps and some missing numbers."""
    offset = chance.randrange(3000)
    measures_velocity, has_shares, has_sides = (chance.random() < 0.4 for _ in range(3))
    found = []
    for _ in range(reps):
        eccentric, concentric = chance.randrange(600, 2000), chance.randrange(400, 1800)
        lasts = eccentric + concentric + chance.randrange(300)
        found.append(
            Rep(
                offset,
                lasts if chance.random() < 0.9 else None,
                eccentric if chance.random() < 0.9 else None,
                concentric if chance.random() < 0.9 else None,
                round(chance.uniform(60, 140), 1) if chance.random() < 0.9 else None,
                range_mm=float(chance.randrange(200, 700)),
                range_share=chance.randrange(1, 32) / 32 if has_shares and chance.random() < 0.9 else None,
                full_range_share=chance.randrange(64) / 32 if has_shares else None,
                mean_velocity_mps=chance.randrange(8, 64) / 64 if measures_velocity and chance.random() < 0.9 else None,
                side=chance.choice(("left", "right")) if has_sides else None,
                rejected=chance.random() < 0.15,
            )
        )
        offset += lasts + (chance.randrange(5500, 9000) if chance.random() < 0.15 else chance.randrange(900))
    kept = sum(not rep.rejected for rep in found)
    weight = chance.choice((None, 20.0)) if kept else None
    return Set(kept + chance.choice((0, 0, 1)), weight, None, None, Evidence(reps, tuple(found)))


def nonsense() -> list[Set]:
    """Return sets with impossible evidence: reps that are simultaneous, overlap, take no time or are unordered."""
    still = (Rep(0, 0, 0, 0, 0.0),) * 3
    over_each_other = (Rep(9000, 1000), Rep(4000, 20_000, None, 700), Rep(100, 1000, None, 500))
    return [
        Set(0, None, None, None, Evidence(0)),
        Set(2, None, None, None, Evidence(5, (Rep(0), Rep(0)))),
        Set(None, None, 5.0, None, Evidence(3, still)),
        Set(3, None, None, None, Evidence(3, (Rep(0, rejected=True),) * 3)),
        Set(3, None, None, None, Evidence(3, over_each_other)),
        Set(3, None, None, None, Evidence(3, (Rep(0, 900, 450, 0), Rep(900, 900, 400, 500), Rep(1900, 950, 400, 700)))),
    ]
