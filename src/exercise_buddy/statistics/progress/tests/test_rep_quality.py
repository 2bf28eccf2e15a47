from datetime import date
from uuid import uuid4

import pytest

from exercise_buddy.rep_definitions import RANGE_FADING, SLOWING
from exercise_buddy.statistics.progress.schemas import Quality
from exercise_buddy.statistics.progress.tests.test_exercise_progress import seen
from exercise_buddy.statistics.tests.helpers import BENCH, SQUAT, statistic, train
from tests.support import Person

MARCH = {"from": "2026-03-01", "to": "2026-03-31"}
NOTHING = {
    "sets": 0,
    "reps": 0,
    "detected_reps": 0,
    "corrected_reps": 0,
    "corrected_sets": 0,
    "rep_seconds": None,
    "eccentric_seconds": None,
    "concentric_seconds": None,
    "range_degrees": None,
    "full_range_share": None,
    "range_loss_percent": None,
    "slowdown_sets": 0,
    "velocity_loss_percent": None,
    "velocity_loss_sets": 0,
    "faded_sets": 0,
    "faded_share": None,
    "left_reps": None,
    "right_reps": None,
    "time_under_tension_seconds": None,
    "slowdown_percent": None,
    "slowed_sets": 0,
    "slowed_share": None,
    "variation_percent": None,
    "cadence_per_minute": None,
    "longest_unbroken_reps": None,
}


async def test_without_a_camera(ann: Person) -> None:
    await train(ann, date(2026, 3, 1))

    found = await statistic(ann, "rep-quality", **MARCH)

    assert (found["total"], found["exercises"]) == (NOTHING, [])
    assert [point["start"] for point in found["points"]][:2] == ["2026-02-23", "2026-03-02"]
    assert {key: value for key, value in found["points"][0].items() if key in NOTHING} == NOTHING


async def test_all_that_a_camera_tells(ann: Person) -> None:
    first = seen((1000, 500, 90), (1000, 600, 90), (1000, 750, 60), detected=4)
    second = seen((2000, 1000, 80), (2000, 1000, 80))
    await train(ann, date(2026, 3, 1), {"reps": 3, "evidence": first}, {"reps": 9, "weight_kg": 50})
    await train(ann, date(2026, 3, 9), {"reps": 2, "evidence": second}, exercise=SQUAT)

    found = await statistic(ann, "rep-quality", **MARCH)

    total = found["total"]
    counts = ("sets", "reps", "detected_reps", "corrected_reps", "corrected_sets", "longest_unbroken_reps")
    assert [total[name] for name in counts] == [2, 5, 6, 5, 1, 3]
    assert total["eccentric_seconds"] == pytest.approx(1.4)
    assert total["concentric_seconds"] == pytest.approx(0.77)
    assert total["rep_seconds"] == pytest.approx(2.17)
    assert total["time_under_tension_seconds"] == pytest.approx(10.85)
    assert total["range_degrees"] == pytest.approx(80)
    # The last rep of the first set took 750 ms, its fastest 500 ms; the second set did not slow down.
    assert total["slowdown_percent"] == pytest.approx(100 / 3 / 2)
    assert (total["slowed_sets"], total["slowed_share"]) == (1, 0.5)
    # It had 60 degrees of 90.
    assert total["range_loss_percent"] == pytest.approx(100 / 3 / 2)
    assert (total["faded_sets"], total["faded_share"]) == (1, 0.5)
    # 1500, 1600 and 1750 ms are 125.83 ms around 1616.67 ms; the second set is even.
    assert total["variation_percent"] == pytest.approx(125.83057 / 1616.66667 * 100 / 2, abs=1e-4)
    # Two reps in six seconds, and one in three.
    assert total["cadence_per_minute"] == pytest.approx(20)
    by_exercise = {one["exercise"]["id"]: one for one in found["exercises"]}
    assert (by_exercise[BENCH]["reps"], by_exercise[SQUAT]["reps"]) == (3, 2)
    assert by_exercise[SQUAT]["slowdown_percent"] == 0
    per_week = {point["start"]: point["reps"] for point in found["points"]}
    assert (per_week["2026-02-23"], per_week["2026-03-02"], per_week["2026-03-09"]) == (3, 0, 2)


async def test_measured_velocities_and_shares_decide(ann: Person) -> None:
    evidence = seen(*[(1000, 500, 90)] * 4, (1000, 900, 45))
    values = [
        (0.6, 0.9, 1.2, "left"),
        (0.8, 1.0, 1.1, "left"),
        # The other side is stronger. That does not make the left one tired.
        (1.6, 2.0, 1.0, "right"),
        (0.6, 0.8, 1.0, "left"),
        (9.0, 0.1, 0.1, "left"),
    ]
    for rep, (velocity, share, full, side) in zip(evidence["reps"], values, strict=True):
        rep |= {"mean_velocity_mps": velocity, "range_share": share, "full_range_share": full, "side": side}
    evidence["reps"][-1]["rejected"] = True
    await train(ann, date(2026, 3, 1), {"reps": 4, "evidence": evidence})

    total = (await statistic(ann, "rep-quality", **MARCH))["total"]

    # The durations and the degrees of the same reps show no loss.
    assert (total["slowdown_percent"], total["slowed_sets"]) == (pytest.approx(25, rel=1e-5), 1)
    assert (total["range_loss_percent"], total["faded_sets"]) == (pytest.approx(20, rel=1e-5), 0)
    assert total["full_range_share"] == pytest.approx(1.075)
    assert (total["left_reps"], total["right_reps"]) == (3, 1)


def test_the_thresholds_are_those_of_the_definitions() -> None:
    described = Quality.__doc__ or ""

    assert f"slowdown beyond {SLOWING.threshold:g} %" in described
    assert f"less than {RANGE_FADING.threshold:.0%}".replace("%", " %") in described


async def test_reps_follow_each_other_in_time_however_they_are_told(ann: Person) -> None:
    evidence = seen((1000, 500, 90), (1000, 600, 90), (1000, 750, 60))
    evidence["reps"].reverse()
    await train(ann, date(2026, 3, 1), {"reps": 3, "evidence": evidence})

    total = (await statistic(ann, "rep-quality", **MARCH))["total"]

    assert total["slowdown_percent"] == pytest.approx(100 / 3)
    assert total["longest_unbroken_reps"] == 3


async def test_of_one_exercise(ann: Person) -> None:
    await train(ann, date(2026, 3, 1), {"reps": 1, "evidence": seen((1000, 500, 90))})
    await train(ann, date(2026, 3, 1), {"reps": 2, "evidence": seen((1, 1, 1), (1, 1, 1))}, exercise=SQUAT)

    found = await statistic(ann, "rep-quality", exercise=SQUAT, bucket="month", **MARCH)

    assert (found["exercise"]["id"], found["bucket"], found["total"]["reps"]) == (SQUAT, "month", 2)
    assert [(point["start"], point["reps"]) for point in found["points"]] == [("2026-03-01", 2)]
    assert [one["exercise"]["id"] for one in found["exercises"]] == [SQUAT]
    assert (await statistic(ann, "rep-quality", **MARCH))["exercise"] is None


async def test_of_nobody_else(ann: Person, bob: Person) -> None:
    bobs = (await bob.post("/exercises", json={"name": "Wall sit"})).json()["id"]
    await train(bob, date(2026, 3, 1), {"reps": 1, "evidence": seen((1000, 500, 90))})

    for exercise in (bobs, str(uuid4())):
        assert (await ann.get("/statistics/rep-quality", params={"exercise": exercise})).status_code == 404
    assert (await statistic(ann, "rep-quality", **MARCH))["total"] == NOTHING


@pytest.mark.parametrize("query", [{"from": "2026-03-02", "to": "2026-03-01"}, {"bucket": "hour"}, {"exercise": "x"}])
async def test_nonsense_is_refused(ann: Person, query: dict[str, str]) -> None:
    assert (await ann.get("/statistics/rep-quality", params=query)).status_code == 422
