"""Files that are imported again: grown, corrected, truncated, with another time zone, in another order."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.transfers.tests.files import STRONG_HEADER, build_file, strong_row
from exercise_buddy.transfers.tests.support import import_file, list_codes, list_workouts, send_file
from tests.support import Connection, Person

START = datetime(2026, 1, 5, 18)  # noqa: DTZ001  (the file has local times)
Set = tuple[str, int, float]
Training = dict[int, tuple[str, list[Set]]]
"""The title and the sets (exercise, reps, weight) of workouts, by the day."""


def write(training: Training, *, reverse: bool = False) -> str:
    rows = []
    for day, (title, sets) in sorted(training.items(), reverse=reverse):
        numbers: dict[str, int] = {}
        for exercise, reps, weight in sets:
            numbers[exercise] = numbers.get(exercise, 0) + 1
            rows.append(
                strong_row(
                    Date=f"{START + timedelta(days=day):%Y-%m-%d %H:%M:%S}",
                    Workout_Name=title,
                    Exercise_Name=exercise,
                    Set_Order=numbers[exercise],
                    Reps=reps,
                    Weight=weight,
                )
            )
    return build_file(STRONG_HEADER, rows)


async def read(person: Person) -> list[tuple[str, str, list[tuple[int, float]]]]:
    """Return the local start, the title, and the sets of each stored workout, sorted."""
    return sorted(
        (
            workout["started_at"],
            workout["title"],
            sorted(
                (workout_set["reps"], workout_set["weight_kg"] or 0)
                for exercise in workout["exercises"]
                for workout_set in exercise["sets"]
            ),
        )
        for workout in await list_workouts(person)
    )


SETS = st.lists(
    st.tuples(
        st.sampled_from(["Bench Press (Barbell)", "Leg Press"]), st.integers(1, 12), st.sampled_from([40.0, 42.5, 60.0])
    ),
    min_size=1,
    max_size=4,
).map(lambda sets: sorted(sets, key=lambda one: one[0]))
TRAINING = st.dictionaries(
    st.integers(0, 6), st.tuples(st.sampled_from(["Push", "Legs"]), SETS), min_size=1, max_size=4
)


@given(first=TRAINING, second=TRAINING, policy=st.sampled_from(["skip", "replace", "keep"]), reverse=st.booleans())
@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_change_of_a_file_is_imported_by_the_policy_and_undone(
    ann: Person, first: Training, second: Training, policy: str, reverse: bool
) -> None:
    one = await import_file(ann, write(first))
    before = await read(ann)
    changed = {day for day in first.keys() & second.keys() if first[day] != second[day]}
    equal = {day for day in first.keys() & second.keys() if first[day] == second[day]}
    file = write(first | second, reverse=reverse)

    preview = await import_file(ann, file, dry_run=True, on_conflict=policy)
    again = await import_file(ann, file, on_conflict=policy)

    new = len(second.keys() - first.keys()) + (len(changed) if policy == "keep" else 0)
    kept = first.keys() - second.keys()
    assert (again["workouts"], again["changed"], again["duplicates"]) == (new, len(changed), len(equal | kept))
    assert again["replaced"] == (len(changed) if policy == "replace" else 0)
    counts = ("workouts", "changed", "duplicates", "replaced", "shifted", "sets", "reps", "volume_kg")
    assert {name: preview[name] for name in counts} == {name: again[name] for name in counts}
    after = await read(ann)
    assert len(after) == len(first.keys() | second.keys()) + (len(changed) if policy == "keep" else 0)
    third = await import_file(ann, file, on_conflict="replace" if policy == "replace" else "skip")
    assert third["workouts"] == third["replaced"] == 0
    assert await read(ann) == after
    if again["id"] is not None:
        assert (await ann.delete(f"/imports/{again['id']}")).status_code == 204
    assert await read(ann) == before
    assert (await ann.delete(f"/imports/{one['id']}")).status_code == 204
    assert await list_workouts(ann) == []


@pytest.mark.parametrize("column", ["Weight", "Reps"])
async def test_a_corrected_number_is_a_change(ann: Person, column: str) -> None:
    await import_file(ann, build_file(STRONG_HEADER, [strong_row(Weight=40, Reps=8)]))
    corrected = build_file(STRONG_HEADER, [strong_row(**{"Weight": 40, "Reps": 8} | {column: 9})])

    report = await import_file(ann, corrected)

    assert (report["duplicates"], report["changed"], report["workouts"]) == (0, 1, 0)
    (change,) = report["changes"]
    expected = {"Weight": "set 1: 40 kg to 9 kg", "Reps": "set 1: 8 reps to 9 reps"}[column]
    assert change["differences"][0].endswith(expected)


async def test_a_replaced_workout_keeps_its_id_and_those_of_its_sets(ann: Person) -> None:
    await import_file(ann, build_file(STRONG_HEADER, [strong_row(), strong_row(Set_Order=2)]))
    (before,) = await list_workouts(ann)
    longer = build_file(STRONG_HEADER, [strong_row(), strong_row(Set_Order=2), strong_row(Set_Order=3, Weight=99)])

    await import_file(ann, longer, on_conflict="replace")

    (after,) = await list_workouts(ann)
    assert (after["id"], after["created_at"]) == (before["id"], before["created_at"])
    ids = [[workout_set["id"] for workout_set in one["exercises"][0]["sets"]] for one in (before, after)]
    assert ids[1][:2] == ids[0]
    assert len(ids[1]) == 3


@pytest.mark.parametrize("number", [1, 12])
async def test_another_time_zone_adds_nothing_and_can_move_the_workouts(ann: Person, number: int) -> None:
    file = write({day: ("Push", [("Leg Press", 5 + day, 40.0 + day)]) for day in range(number)})
    await import_file(ann, file, time_zone="Europe/Berlin")
    before = await read(ann)

    skipped = await import_file(ann, file, time_zone="America/New_York")
    unmoved = await read(ann)
    moved = await import_file(ann, file, time_zone="America/New_York", on_conflict="replace")

    assert (skipped["workouts"], skipped["shifted"], skipped["changed"]) == (0, number, 0)
    assert [code for _, code in list_codes(skipped["warnings"])] == ["shifted_times"]
    assert unmoved == before
    assert (moved["workouts"], moved["replaced"]) == (0, number)
    assert {workout["time_zone"] for workout in await list_workouts(ann)} == {"America/New_York"}
    assert (await import_file(ann, file, time_zone="America/New_York"))["duplicates"] == number
    assert (await ann.delete(f"/imports/{moved['id']}")).status_code == 204
    assert await read(ann) == before


async def test_the_same_workout_each_morning_and_evening_is_no_shift(ann: Person) -> None:
    evenings = write({day: ("Push", [("Leg Press", 10, 40.0)]) for day in range(10)})
    await import_file(ann, evenings)

    mornings = await import_file(ann, evenings.replace(" 18:00:00", " 07:00:00"))

    assert (mornings["workouts"], mornings["shifted"]) == (10, 0)


async def test_a_mapping_applies_to_stored_workouts_and_is_undone(ann: Person, connection: Connection) -> None:
    file = build_file(STRONG_HEADER, [strong_row(Exercise_Name="My Squat"), strong_row(Exercise_Name="Leg Press")])
    await import_file(ann, file)
    squat = str(catalogue_id("barbell-squat"))

    report = await import_file(ann, file, mapping=f'{{"my squat": "{squat}"}}')
    (mapped,) = await list_workouts(ann)

    assert (report["workouts"], report["remapped"]) == (0, 1)
    assert mapped["exercises"][0]["exercise"]["id"] == squat
    assert await connection.fetchval("SELECT count(*) FROM exercise_record WHERE exercise_id = $1", squat) >= 0
    assert (await ann.delete(f"/imports/{report['id']}")).status_code == 204
    (restored,) = await list_workouts(ann)
    assert restored["exercises"][0]["exercise"]["name"] == "My Squat"


async def test_a_name_of_the_mapping_that_the_file_does_not_have_is_refused(ann: Person) -> None:
    mapping = f'{{"Nonsens": "{catalogue_id("barbell-squat")}"}}'

    response = await send_file(ann, build_file(STRONG_HEADER, [strong_row()]), mapping=mapping)

    assert response.status_code == 422
    errors: list[dict[str, Any]] = response.json()["errors"]
    assert [error["pointer"] for error in errors] == ["/mapping/Nonsens"]
    assert await list_workouts(ann) == []


async def test_a_mapping_never_renames_another_exercise_of_a_workout(ann: Person) -> None:
    front_squat = catalogue_id("front-barbell-squat")
    await import_file(ann, write({0: ("Push", [("Leg Press", 2, 500.0)]), 1: ("Legs", [("Squat", 5, 140.0)])}))
    # Both workouts were corrected: the first one has another exercise, the second one another weight.
    corrected = write({0: ("Push", [("Squat", 5, 140.0)]), 1: ("Legs", [("Squat", 5, 145.0)])})

    report = await import_file(ann, corrected, mapping=f'{{"Squat": "{front_squat}"}}')
    stored = [workout["exercises"][0]["exercise"]["name"] for workout in await list_workouts(ann)]

    assert (report["changed"], report["remapped"]) == (2, 1)
    assert sorted(stored) == ["Front Barbell Squat", "Leg Press"]
    assert ["Leg Press with 1 set is not in the file", "Squat with 1 set is new"] in [
        change["differences"] for change in report["changes"]
    ]
