"""Exports of generated accounts, imported into an empty one."""

from typing import Any

from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from tests.account_import.support import SQUAT, comparable, pack, restore
from tests.exports import BENCH, export
from tests.support import Person

NOTES = st.one_of(st.none(), st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=40))


SETS = st.lists(
    st.fixed_dictionaries(
        {"kind": st.sampled_from(["normal", "warm_up", "drop", "failure"]), "reps": st.integers(0, 1000)},
        optional={
            "weight_kg": st.floats(0, 500).map(lambda value: round(value, 3)),
            "rpe": st.sampled_from([6, 7.5, 10]),
            "rest_seconds": st.integers(0, 600),
            "duration_seconds": st.floats(0.1, 600).map(lambda value: round(value, 2)),
        },
    ),
    max_size=4,
)


WORKOUTS = st.lists(
    st.fixed_dictionaries(
        {
            "started_at": st.sampled_from(
                [
                    "2026-05-01T10:00:00Z",
                    "2025-03-30T00:59:59.123456Z",
                    "1999-12-31T23:59:59Z",
                    "2026-02-28T22:00:00+05:45",
                ]
            ),
            "time_zone": st.sampled_from(["Asia/Calcutta", "Pacific/Apia", "UTC"]),
            "notes": NOTES,
            "exercises": st.lists(
                st.fixed_dictionaries(
                    {"exercise_id": st.sampled_from([BENCH, SQUAT]), "notes": NOTES, "sets": SETS},
                    optional={"superset": st.integers(0, 100)},
                ),
                max_size=3,
            ),
        },
        optional={
            "energy_kcal": st.floats(0, 5000).map(lambda value: round(value, 4)),
            "average_heart_rate_bpm": st.floats(30, 120).map(lambda value: round(value, 1)),
            "max_heart_rate_bpm": st.floats(120, 240).map(lambda value: round(value, 1)),
        },
    ),
    max_size=4,
)


MEASUREMENTS = st.lists(
    st.fixed_dictionaries(
        {"measured_on": st.sampled_from(["2026-01-01", "1970-01-01"]), "mass_kg": st.floats(20, 500), "notes": NOTES}
    ),
    max_size=3,
)


@given(workouts=WORKOUTS, measurements=MEASUREMENTS)
@example_settings(
    max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_any_account_comes_back(
    ann: Person, bob: Person, workouts: list[dict[str, Any]], measurements: list[dict[str, Any]]
) -> None:
    for workout in workouts:
        assert (await ann.post("/workouts", json=workout)).status_code == 201
    for measurement in measurements:
        assert (await ann.post("/users/me/body-measurements", json=measurement)).status_code == 201
    exported = await export(ann)

    done = await restore(bob, pack(exported))

    assert comparable(await export(bob)) == comparable(exported)
    # The next example begins with an empty account, and its tombstones are part of the next export.
    assert (await bob.delete(f"/imports/{done['id']}")).status_code == 204
