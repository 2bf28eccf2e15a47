from datetime import date, timedelta
from typing import Any

import pytest

from exercise_buddy.statistics.tests.helpers import statistic, today, train
from tests.support import Join, Person

BEGIN = date(2026, 1, 1)


def smoothed(loads: list[float], days: int) -> list[float]:
    """Return the exponentially weighted means, computed day by day."""
    share = 2 / (days + 1)
    means = [loads[0]]
    for load in loads[1:]:
        means.append(load * share + means[-1] * (1 - share))
    return means


async def loads(person: Person) -> list[float]:
    """Train on some of 60 days, and give what each came to in kilograms."""
    done = [0.0] * 60
    for number in (0, 2, 5, 6, 9, 13, 20, 27, 28, 33, 34, 47, 58):
        sets = [{"reps": 5, "weight_kg": 40 + number}] * (1 + number % 3)
        await train(person, BEGIN + timedelta(days=number), *sets)
        done[number] = float(sum(5 * (40 + number) for _ in sets))
    return done


async def test_of_somebody_who_never_trained(ann: Person) -> None:
    found = await statistic(ann, "workload")

    assert (found["metric"], found["acute_days"], found["chronic_days"]) == ("volume_kg", 7, 28)
    assert len(found["points"]) == 90
    assert found["points"][-1] == {
        "date": today().isoformat(),
        "load": 0,
        "acute": None,
        "chronic": None,
        "ratio": None,
    }


async def test_both_means_of_every_day(ann: Person) -> None:
    done = await loads(ann)
    period = {"from": (BEGIN - timedelta(days=2)).isoformat(), "to": (BEGIN + timedelta(days=59)).isoformat()}

    points = (await statistic(ann, "workload", **period))["points"]

    assert [point["acute"] for point in points[:2]] == [None, None]
    shown = points[2:]
    assert [point["load"] for point in shown] == done
    acute, chronic = smoothed(done, 7), smoothed(done, 28)
    assert [point["acute"] for point in shown] == pytest.approx(acute, abs=1e-6)
    assert [point["chronic"] for point in shown] == pytest.approx(chronic, abs=1e-6)
    assert [point["ratio"] for point in shown[:28]] == [None] * 28
    ratios = [one / other for one, other in zip(acute, chronic, strict=True)][28:]
    assert [point["ratio"] for point in shown[28:]] == pytest.approx(ratios, abs=1e-6)


async def test_a_later_period_remembers_what_came_before(ann: Person) -> None:
    done = await loads(ann)
    period = {"from": (BEGIN + timedelta(days=50)).isoformat(), "to": (BEGIN + timedelta(days=59)).isoformat()}

    points = (await statistic(ann, "workload", **period))["points"]

    assert [point["chronic"] for point in points] == pytest.approx(smoothed(done, 28)[50:], abs=1e-6)


async def test_nothing_left_of_what_was_long_ago(ann: Person) -> None:
    await train(ann, date(2016, 1, 1))

    whole = await statistic(ann, "workload", **{"from": "2016-01-01", "to": "2019-01-01"})
    late = await statistic(ann, "workload", **{"from": "2018-12-01", "to": "2019-01-01"})

    assert whole["points"][-1] == late["points"][-1]
    assert (late["points"][-1]["acute"], late["points"][-1]["ratio"]) == (0, None)


@pytest.mark.parametrize(("metric", "load"), [("volume_kg", 1000), ("minutes", 60), ("reps", 10), ("sets", 2)])
async def test_by_every_metric(ann: Person, metric: str, load: float) -> None:
    await train(ann, date(2026, 3, 1), *[{"reps": 5, "weight_kg": 100}] * 2)

    query: dict[str, Any] = {"metric": metric, "from": "2026-03-01", "to": "2026-03-02"}
    points = (await statistic(ann, "workload", **query))["points"]

    assert [(point["load"], point["acute"]) for point in points] == [(load, load), (0, load * 0.75)]


async def test_today_is_mine(join: Join) -> None:
    person = await join("kim", time_zone="Pacific/Kiritimati")

    assert (await statistic(person, "workload"))["to"] == today("Pacific/Kiritimati").isoformat()


@pytest.mark.parametrize(
    "query",
    [{"from": "2026-03-02", "to": "2026-03-01"}, {"from": "1980-01-01", "to": "2026-01-01"}, {"metric": "happiness"}],
)
async def test_nonsense_is_refused(ann: Person, query: dict[str, str]) -> None:
    assert (await ann.get("/statistics/workload", params=query)).status_code == 422
