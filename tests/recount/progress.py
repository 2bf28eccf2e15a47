"""The statistics of progress, with the expected responses of the recount."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from tests.recount import quality, records
from tests.recount.comparing import Question
from tests.recount.model import Exercise, Life, Workout
from tests.recount.totals import Answer, buckets, muscle_work, sets_of_no_muscle, workload

DAY = timedelta(days=1)
RECENTLY = 90 * DAY
MUSCLES = (
    *("abdominals", "abductors", "adductors", "biceps", "calves", "chest", "forearms", "glutes", "hamstrings"),
    *("lats", "lower_back", "middle_back", "neck", "quadriceps", "shoulders", "traps", "triceps"),
)


def exercises_of(life: Life) -> list[Exercise]:
    """Return the performed exercises, by name."""
    found = {done.known.id: done.known for workout in life.workouts for done in workout.done}
    return sorted(found.values(), key=lambda exercise: exercise.name)


def record_questions(life: Life, formula: str) -> Iterator[Question]:
    exercises = exercises_of(life)
    query = {"formula": formula}
    yield Question("/records", _records(life, exercises, formula, at_load=False), query, by_name)
    for exercise in exercises:
        answer = _records(life, [exercise], formula, at_load=True)
        yield Question("/records", answer, query | {"exercise": exercise.id}, by_name)


def _records(life: Life, exercises: list[Exercise], formula: str, *, at_load: bool) -> Answer:
    items = [
        {"exercise": records.named(exercise), "records": found}
        for exercise in exercises
        if (found := records.records(life, exercise, formula, at_load=at_load))
    ]
    return by_name({"e1rm_formula": formula, "items": items})  # type: ignore[no-any-return]


def by_name(answer: Any) -> Any:
    """Sort records by kind, and records of one kind by weight."""
    for item in answer["items"]:
        item["records"].sort(key=lambda record: (record["kind"], record["weight_kg"] or 0, record["value"]))
    return answer | {"items": sorted(answer["items"], key=lambda item: item["exercise"]["id"])}


def history(life: Life, formula: str, exercise: Exercise | None, first: date, last: date) -> list[Answer]:
    """Return the records that were broken in a period, in the order of `by_what`."""
    found = [
        record
        for each in ([exercise] if exercise else exercises_of(life))
        for record in records.broken(life, each, formula, at_load=exercise is not None)
        if first <= record["date"] <= last
    ]
    return sorted(found, key=by_what)


def by_what(record: Answer) -> tuple[str, str, str, float, float]:
    weight = record["weight_kg"] or 0.0
    return (record["exercise"]["id"], f"{record['date']}", record["kind"], round(weight, 3), round(record["value"], 3))


def progress_questions(life: Life, now: datetime, formula: str) -> Iterator[Question]:
    today = life.today(now)
    for index, exercise in enumerate(exercises_of(life)):
        done = [workout for workout in life.workouts if any(each.known.id == exercise.id for each in workout.done)]
        days = sorted({workout.day for workout in done})
        if days[0] > today:
            continue
        points = [_progress_point(life, exercise, formula, day, day, day, day) for day in days if day <= today]
        yield _progress(life, exercise, formula, None, days[0], today, points, {})
        bucket, first, last = ("day", "week", "month", "year")[index % 4], days[0] - DAY, today - 3 * DAY
        if first > last:
            continue
        points = [
            _progress_point(life, exercise, formula, start, end, max(start, first), min(end, last))
            for start, end in buckets(life, bucket, first, last)
        ]
        query = {"bucket": bucket, "from": f"{first}", "to": f"{last}"}
        yield _progress(life, exercise, formula, bucket, first, last, points, query)


def _progress_point(
    life: Life, exercise: Exercise, formula: str, start: date, end: date, first: date, last: date
) -> Answer:
    return {"start": start, "end": end, **records.progress(life, exercise, formula, first, last)}


def _progress(
    life: Life,
    exercise: Exercise,
    formula: str,
    bucket: str | None,
    first: date,
    last: date,
    points: list[Answer],
    query: dict[str, str],
) -> Question:
    days = [workout.day for workout, _ in records.times(life, exercise)]
    all_time = records.progress(life, exercise, formula, min(days), max(days))
    answer = {
        "exercise": records.named(exercise),
        "e1rm_formula": formula,
        "bucket": bucket,
        "from": first,
        "to": last,
        "all_time": all_time | {"first_on": min(days), "last_on": max(days)},
        "points": points,
    }
    return Question(f"/exercises/{exercise.id}", answer, {"formula": formula} | query)


# --- muscles, workload, rep quality ------------------------------------------------------------------------------


def periods(life: Life, today: date) -> list[tuple[date, date, dict[str, str]]]:
    """Return the default period of 90 days, and the period of everything."""
    begun = life.first_day(today)
    everything = {"from": f"{begun}", "to": f"{today}"}
    return [(today - RECENTLY + DAY, today, {}), (begun, today, everything)]


def muscle_questions(life: Life, now: datetime) -> Iterator[Question]:
    for first, last, query in periods(life, life.today(now)):
        for bucket in (None, "day", "week", "month", "year"):
            asked = query | ({"bucket": bucket} if bucket else {})
            yield Question("/muscles", _muscles(life, first, last, bucket), asked, by_muscle)


def _muscles(life: Life, first: date, last: date, bucket: str | None) -> Answer:
    workouts = life.within(first, last)
    work = dict.fromkeys(MUSCLES, (0.0, 0.0)) | muscle_work(workouts)
    sets = sum(each for each, _ in work.values())
    points = None
    if bucket is not None:
        points = [
            {"start": start, "end": end, "muscles": _work(life.within(max(start, first), min(end, last)))}
            for start, end in buckets(life, bucket, first, last)
        ]
    answer = {
        "from": first,
        "to": last,
        "bucket": bucket,
        "muscles": [
            {"muscle": muscle, "sets": each, "volume_kg": volume, "share": each / sets if sets else None}
            for muscle, (each, volume) in sorted(work.items(), key=lambda item: -item[1][0])
        ],
        "sets_of_no_known_muscle": sets_of_no_muscle(workouts),
        "points": points,
    }
    return by_muscle(answer)  # type: ignore[no-any-return]


def _work(workouts: list[Workout]) -> list[Answer]:
    return [
        {"muscle": muscle, "sets": sets, "volume_kg": volume}
        for muscle, (sets, volume) in sorted(muscle_work(workouts).items(), key=lambda item: -item[1][0])
    ]


def by_muscle(answer: Any) -> Any:
    """Sort muscles by name, after checking that those with the most work come first."""
    for muscles in (answer["muscles"], *(point["muscles"] for point in answer["points"] or ())):
        sets = [muscle["sets"] for muscle in muscles]
        assert sets == sorted(sets, reverse=True)
        muscles.sort(key=lambda muscle: muscle["muscle"])
    return answer


def workload_questions(life: Life, now: datetime) -> Iterator[Question]:
    for first, last, query in periods(life, life.today(now)):
        for metric in ("volume_kg", "minutes", "reps", "sets"):
            answer = {
                "metric": metric,
                "acute_days": 7,
                "chronic_days": 28,
                "from": first,
                "to": last,
                "points": workload(life, metric, first, last),
            }
            yield Question("/workload", answer, {"metric": metric} | query)


def quality_questions(life: Life, now: datetime) -> Iterator[Question]:
    for first, last, query in periods(life, life.today(now)):
        for bucket in ("day", "week", "month", "year"):
            answer = _quality(life, first, last, bucket, None)
            yield Question("/rep-quality", answer, query | {"bucket": bucket}, by_exercise)
        for exercise in exercises_of(life)[:4]:
            answer = _quality(life, first, last, "week", exercise)
            yield Question("/rep-quality", answer, query | {"exercise": exercise.id}, by_exercise)


def _quality(life: Life, first: date, last: date, bucket: str, exercise: Exercise | None) -> Answer:
    def over(start: date, end: date, of: Exercise | None) -> Answer:
        return quality.over(
            [
                one
                for workout in life.within(start, end)
                for done in workout.done
                if of is None or done.known.id == of.id
                for one in done.sets
                if one.evidence
            ]
        )

    items = [
        {"exercise": records.named(each), **found}
        for each in ([exercise] if exercise else exercises_of(life))
        if (found := over(first, last, each))["sets"]
    ]
    answer = {
        "exercise": records.named(exercise) if exercise else None,
        "bucket": bucket,
        "from": first,
        "to": last,
        "total": over(first, last, exercise),
        "exercises": sorted(items, key=lambda item: -item["reps"]),
        "points": [
            {"start": start, "end": end, **over(max(start, first), min(end, last), exercise)}
            for start, end in buckets(life, bucket, first, last)
        ],
    }
    return by_exercise(answer)  # type: ignore[no-any-return]


def by_exercise(answer: Any) -> Any:
    """Sort exercises, after checking that those with the most reps come first."""
    reps = [item["reps"] for item in answer["exercises"]]
    assert reps == sorted(reps, reverse=True)
    answer["exercises"].sort(key=lambda item: item["exercise"]["id"])
    return answer
