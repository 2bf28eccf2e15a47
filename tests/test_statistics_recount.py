"""Every number of every statistic, against a recount of real files in plain Python that shares no code with the app."""

import ast
import random
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from exercise_buddy.statistics.goals import router as goals_router
from tests.diary import Clock, Diary, nonsense, seen
from tests.recount import home, progress
from tests.recount.model import Life, Set
from tests.support import Join, shared_file

RECOUNT = Path(__file__).parent / "recount"
ALLOWED = {
    "csv",
    "collections",
    "dataclasses",
    "datetime",
    "functools",
    "math",
    "pathlib",
    "itertools",
    "re",
    "statistics",
    "typing",
    "zoneinfo",
}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    monkeypatch.setattr("exercise_buddy.statistics.shared.etags.datetime", Clock)
    monkeypatch.setattr(goals_router, "datetime", Clock)
    return Clock


async def ask_all(diary: Diary, *, long: bool = True) -> None:
    """Check all statistics, with several first days of the week; `long`: also for all kinds of periods."""
    await diary.identify()
    life, now = diary.life, diary.clock.moment
    for weekday in ("monday", "saturday", "sunday"):
        await diary.begin_weeks(weekday)
        await diary.check(home.questions(life, now))
    if long:
        await _ask_long(diary, life, now)
    assert diary.wrong == [], (life.zone, now)


async def _ask_long(diary: Diary, life: Life, now: datetime) -> None:
    exercises = progress.exercises_of(life)
    muscles = sorted({muscle for exercise in exercises for muscle in exercise.primary | exercise.secondary})
    await diary.check(home.long_questions(life, now))
    await diary.check(home.series_of(life, now, exercises[:2] + exercises[-1:], muscles[:1] + muscles[-1:]))
    await diary.check(progress.record_questions(life, "wathan"))
    await diary.check_history("epley")
    for exercise in exercises[:10]:
        await diary.check_history("brzycki", exercise=exercise)
    await diary.check(progress.progress_questions(life, now, "mayhew"))
    await diary.check(progress.muscle_questions(life, now))
    await diary.check(progress.workload_questions(life, now))
    await diary.check(progress.quality_questions(life, now))


def test_the_recount_shares_no_code_with_the_app() -> None:
    for path in RECOUNT.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                top = name.partition(".")[0]
                assert top in ALLOWED or name.startswith("tests.recount"), (path, name)


@pytest.fixture
def begin(join: Join, clock: type[Clock], tmp_path: Path) -> Callable[[str], Awaitable[Diary]]:
    async def begin_a_diary(zone: str) -> Diary:
        person = await join("ann", time_zone=zone)
        return Diary(person, clock, Life(zone), tmp_path)

    return begin_a_diary


BENCH = "Barbell Bench Press - Medium Grip"
Begin = Callable[[str], Awaitable[Diary]]


async def test_new_york_over_both_changes_of_its_clocks(begin: Begin) -> None:
    path = shared_file("exports/strong_ios_comma_breinsp_german_names.csv")
    diary = await begin("America/New_York")
    await diary.weigh(date(2021, 3, 1), 81.5)
    await diary.weigh(date(2021, 3, 14), 80.25)
    await diary.weigh(date(2021, 3, 14), 80.75)
    await diary.weigh(date(2021, 11, 7), 79)
    await diary.aim("2021-02-12T09:00:00-05:00", "workouts", 3, ["saturday"])
    bench = (BENCH, [Set(8, 60.0), Set(0, 100.0), Set(1, 90.0), Set(13, 50.0)])
    hold = ("Plank", [Set(None, None, 75.5), Set(None, 10.0, 60.0)])
    await diary.log("2021-03-13T23:59:59-05:00", "2021-03-14T00:20:00-05:00", bench)
    await diary.log("2021-03-14T01:30:00-05:00", "2021-03-14T03:30:00-04:00", hold, bench, kcal=310.55)
    await diary.log("2021-03-14T23:15:00-04:00", None, ("Pushups", [Set(12), Set(20)]), kcal=0)
    await diary.load(path, "2021-03-14T23:30:00", "lb")
    diary.clock.moment = datetime.fromisoformat("2021-03-14T23:30:00-04:00")
    await ask_all(diary)

    await diary.aim("2021-06-01T12:00:00-04:00", "minutes", 240, ["sunday", "monday"])
    await diary.log("2021-11-06T23:59:59-04:00", "2021-11-07T01:00:00-05:00", bench)
    await diary.log("2021-11-07T01:30:00-04:00", "2021-11-07T01:20:00-05:00", ("Pushups", [Set(30)]))
    await diary.load(path, "2021-11-07T01:30:00", "lb")
    diary.clock.moment = datetime.fromisoformat("2021-11-07T01:30:00-05:00")
    await ask_all(diary, long=False)

    await diary.aim("2021-11-20T12:00:00-05:00", "reps", 900)
    await diary.load(path, "2021-12-31T23:59:59", "lb")
    await diary.log("2021-12-31T23:59:59-05:00", "2022-01-01T00:30:00-05:00", bench, kcal=123.4567)
    await diary.log("2022-01-01T00:00:00-05:00", "2022-01-01T00:45:00-05:00", hold)
    diary.clock.moment = datetime.fromisoformat("2022-01-02T23:59:59.999999-05:00")
    await ask_all(diary)


async def test_kiritimati_where_each_day_begins_first(begin: Begin) -> None:
    path = shared_file("exports/strong_ios_comma_AlexandrosK.csv")
    diary = await begin("Pacific/Kiritimati")
    chance = random.Random(14)  # noqa: S311
    await diary.weigh(date(2021, 1, 2), 92.4)
    await diary.aim("2020-12-28T00:00:00+14:00", "workouts", 2, ["sunday"])
    # The year 2020 ends in a 53rd week, in which 2021 begins.
    await diary.load(path, "2021-01-03T23:59:59")
    await diary.log("2020-12-28T00:00:00+14:00", None, (BENCH, [Set(5, 70.0)]), kcal=88.8)
    await diary.log("2020-12-31T23:59:59+14:00", "2021-01-01T00:59:59+14:00", ("Pushups", [seen(chance, 9)]))
    await diary.log("2021-01-01T00:00:00+14:00", "2021-01-01T00:10:00+14:00", ("Pushups", [seen(chance, 12)]))
    # Across the date line it is the day before: in Pago Pago at the same hour, and in Honolulu a whole day.
    await diary.log("2021-01-03T08:00:00+14:00", None, (BENCH, [Set(5, 80.0)]), zone="Pacific/Pago_Pago")
    diary.clock.moment = datetime.fromisoformat("2021-01-03T23:59:59+14:00")
    await ask_all(diary)

    await diary.aim("2021-03-01T00:00:00+14:00", "reps", 150)
    await diary.aim("2021-05-05T12:00:00+14:00", None)
    await diary.aim("2021-07-01T12:00:00+14:00", "minutes", 200, ["tuesday", "thursday", "saturday"])
    await diary.weigh(date(2021, 6, 1), 89.9)
    await diary.load(path, "2021-09-07T00:00:00")
    for day in range(1, 28):
        start = datetime(2021, 8, day, chance.randrange(24), tzinfo=ZoneInfo("Pacific/Kiritimati"))
        end = start + timedelta(minutes=chance.randrange(90))
        sets = [seen(chance, chance.randrange(16)) for _ in range(chance.randrange(1, 4))]
        done = (chance.choice(("Pushups", "Bodyweight Squat")), sets)
        kcal = chance.choice((None, None, chance.randrange(10_000_000) / 10_000))
        await diary.log(start.isoformat(), end.isoformat(), done, kcal=kcal)
    await diary.log("2021-09-05T12:00:00+14:00", "2021-09-05T12:30:00+14:00", ("Pullups", nonsense()))
    diary.clock.moment = datetime.fromisoformat("2021-09-07T00:00:00+14:00")
    await ask_all(diary)


async def test_kolkata_between_the_hours(begin: Begin) -> None:
    path = shared_file("exports/hevy_kg_mouadja02.csv")
    diary = await begin("Asia/Kolkata")
    await diary.aim("2025-05-12T00:00:00+05:30", "minutes", 90, ["wednesday", "friday"])
    await diary.load(path, "2025-06-01T00:15:00")
    await diary.log("2025-05-31T23:59:59+05:30", "2025-06-01T00:10:00+05:30", (BENCH, [Set(12, 60.0), Set(37, 20.0)]))
    await diary.log("2025-06-01T00:00:00+05:30", "2025-06-01T00:14:00+05:30", (BENCH, [Set(2, 61.25)]))
    diary.clock.moment = datetime.fromisoformat("2025-06-01T00:15:00+05:30")
    await ask_all(diary)

    # Weighed, back-dated and travelled since.
    await diary.weigh(date(2025, 5, 20), 77.7)
    heaviest = await diary.log("2025-05-01T18:00:00+05:30", "2025-05-01T19:00:00+05:30", (BENCH, [Set(8, 90.0)]))
    await diary.log(
        "2025-06-15T01:00:00+05:30", "2025-06-15T02:00:00+05:30", ("Pullups", [Set(9)]), zone="Europe/London"
    )
    await diary.aim("2025-06-16T00:00:00+05:30", "reps", 250, ["sunday"])
    await diary.load(path, "2025-07-15T12:00:00")
    diary.clock.moment = datetime.fromisoformat("2025-07-15T12:00:00+05:30")
    await ask_all(diary)

    # Whatever statistics stand on changes; they follow.
    own = next(exercise for exercise in progress.exercises_of(diary.life) if exercise.custom)
    facts = {"primary_muscles": ["neck"], "secondary_muscles": ["traps"], "met": 4.5, "bodyweight_share": 0.9}
    await diary.change(own.id, **facts, assisted=True)
    await diary.delete(heaviest)
    await ask_all(diary)
    await diary.merge(own.id, await diary.person.exercise_id(BENCH))
    await ask_all(diary)


async def test_pago_pago_where_each_day_ends_last(begin: Begin) -> None:
    path = shared_file("exports/strong_ios_comma_2025_wojtek.csv")
    other = shared_file("exports/hevy_kg_mouadja02.csv")
    diary = await begin("Pacific/Pago_Pago")
    await diary.weigh(date(2025, 8, 3), 70)
    await diary.load(path, "2025-08-10T23:59:59")
    diary.clock.moment = datetime.fromisoformat("2025-08-10T23:59:59-11:00")
    await ask_all(diary)

    await diary.aim("2025-08-11T00:00:00-11:00", "workouts", 1)
    await diary.load(other, "2025-08-10T23:59:59")
    # Here it is still Sunday where it is Tuesday's first hour on the other side of the date line.
    await diary.log("2025-08-11T00:30:00+14:00", None, ("Pushups", [Set(40)]), zone="Pacific/Kiritimati")
    await diary.log(
        "2025-08-11T23:59:59-11:00",
        "2025-08-12T00:09:59-11:00",
        ("Running, Treadmill", [Set(None, None, 600.0, 1609.344)]),
    )
    diary.clock.moment = datetime.fromisoformat("2025-08-12T10:30:00-11:00")
    await ask_all(diary)

    # Who moves to the other side of the date line skips a day; what was done before stays where it was.
    await diary.move("Pacific/Kiritimati")
    await ask_all(diary)
