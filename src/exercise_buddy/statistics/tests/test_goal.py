from datetime import date, timedelta
from typing import Any

import pytest

from exercise_buddy.statistics.tests.helpers import set_goals, statistic, today
from tests.factories import error_pointers, read_problem
from tests.support import Connection, Person, read_revision

GOAL = {"metric": "workouts", "target": 3, "rest_days": ["sunday", "wednesday"]}


async def set_goal(person: Person, **goal: Any) -> Any:
    return await person.put("/statistics/goal", json=goal)


async def test_none_at_first(ann: Person) -> None:
    response = await ann.get("/statistics/goal")

    assert read_problem(response) == (404, "/problems/no-goal")


async def test_holds_since_today(ann: Person) -> None:
    response = await set_goal(ann, **GOAL)

    assert response.status_code == 200
    assert response.json() == {
        "metric": "workouts",
        "target": 3,
        "rest_days": ["wednesday", "sunday"],
        "valid_since": today().isoformat(),
    }
    assert await statistic(ann, "goal") == response.json()


async def test_changing_it_the_same_day_replaces_it(ann: Person, connection: Connection) -> None:
    await set_goal(ann, **GOAL)
    await set_goal(ann, metric="minutes", target=150)

    assert await statistic(ann, "goal") == {
        "metric": "minutes",
        "target": 150,
        "rest_days": [],
        "valid_since": today().isoformat(),
    }
    assert await connection.fetchval("SELECT count(*) FROM goal") == 1


async def test_old_goals_stay(ann: Person, connection: Connection) -> None:
    await set_goal(ann, **GOAL)
    await connection.execute("UPDATE goal SET valid_since = '2026-01-01'")
    await set_goal(ann, metric="reps", target=500)

    assert (await statistic(ann, "goal"))["metric"] == "reps"
    assert await connection.fetchval("SELECT count(*) FROM goal") == 2


async def test_counts_as_a_write(ann: Person, connection: Connection) -> None:
    before = await read_revision(connection, ann)
    await set_goal(ann, **GOAL)

    assert await read_revision(connection, ann) > before


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"metric": "happiness"}, "/metric"),
        ({"target": 0}, "/target"),
        ({"target": 100_001}, "/target"),
        ({"target": "3"}, "/target"),
        ({"target": None}, "/target"),
        ({"rest_days": ["sunday", "sunday"]}, "/rest_days"),
        ({"rest_days": ["someday"]}, "/rest_days/0"),
        (
            {"rest_days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]},
            "/rest_days",
        ),
        ({"valid_since": "2020-01-01"}, "/valid_since"),
    ],
)
async def test_nonsense_is_refused(ann: Person, change: dict[str, Any], pointer: str) -> None:
    response = await set_goal(ann, **(GOAL | change))

    assert error_pointers(response) == [pointer]


async def test_who_is_gone_sets_none(ann: Person, connection: Connection) -> None:
    await connection.execute("DELETE FROM user_account")

    assert (await set_goal(ann, **GOAL)).status_code == 401


async def give_up(person: Person, **headers: str) -> Any:
    return await person.delete("/statistics/goal", headers=headers)


async def history(person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await statistic(person, "goal/history"))["items"]
    return found


async def test_a_history_of_goals(ann: Person, connection: Connection) -> None:
    await set_goals(
        connection,
        ann,
        (date(2026, 1, 1), "workouts", 2, ["sunday"], None),
        (date(2026, 2, 1), "minutes", 90, [], date(2026, 3, 1)),
    )
    await set_goal(ann, **GOAL)

    assert await history(ann) == [
        GOAL | {"rest_days": ["wednesday", "sunday"], "valid_since": today().isoformat(), "valid_until": None},
        {
            "metric": "minutes",
            "target": 90,
            "rest_days": [],
            "valid_since": "2026-02-01",
            "valid_until": "2026-02-28",
        },
        {
            "metric": "workouts",
            "target": 2,
            "rest_days": ["sunday"],
            "valid_since": "2026-01-01",
            "valid_until": "2026-01-31",
        },
    ]


async def test_giving_up_ends_it_today(ann: Person, connection: Connection) -> None:
    await set_goals(connection, ann, (date(2026, 1, 1), "workouts", 2, ["sunday"], None))

    response = await give_up(ann)

    assert (response.status_code, response.content) == (204, b"")
    assert (await ann.get("/statistics/goal")).status_code == 404
    assert [one["valid_until"] for one in await history(ann)] == [(today() - timedelta(days=1)).isoformat()]
    assert (await give_up(ann)).json()["type"] == "/problems/no-goal"


async def test_one_of_today_leaves_nothing_and_does_not_bring_back_the_one_before(
    ann: Person, connection: Connection
) -> None:
    await set_goals(connection, ann, (date(2026, 1, 1), "workouts", 2, ["sunday"], None))
    await set_goal(ann, **GOAL)

    await give_up(ann)

    assert (await ann.get("/statistics/goal")).status_code == 404
    assert [one["valid_since"] for one in await history(ann)] == ["2026-01-01"]


async def test_another_can_be_set_the_same_day(ann: Person, connection: Connection) -> None:
    await set_goals(connection, ann, (date(2026, 1, 1), "workouts", 2, ["sunday"], None))
    await give_up(ann)

    assert (await set_goal(ann, **GOAL)).status_code == 200

    assert [one["valid_until"] for one in await history(ann)] == [None, (today() - timedelta(days=1)).isoformat()]


async def test_one_that_was_set_where_it_was_tomorrow_already(ann: Person, connection: Connection) -> None:
    await set_goals(connection, ann, (today() + timedelta(days=1), "workouts", 2, [], None))

    response = await set_goal(ann, **GOAL)

    assert response.json()["valid_since"] == today().isoformat()
    assert len(await history(ann)) == 1


async def test_of_another_version_nothing_changes(ann: Person) -> None:
    tag = (await set_goal(ann, **GOAL)).headers["etag"]
    put = await ann.put("/statistics/goal", json=GOAL | {"target": 4}, headers={"If-Match": '"x"'})
    deleted = await give_up(ann, **{"If-Match": '"x"'})
    kept = await statistic(ann, "goal")
    changed = await ann.put("/statistics/goal", json=GOAL | {"target": 5}, headers={"If-Match": tag})
    outdated = await give_up(ann, **{"If-Match": tag})
    newer = await give_up(ann, **{"If-Match": changed.headers["etag"]})

    statuses = [one.status_code for one in (put, deleted, changed, outdated, newer)]
    assert statuses == [412, 412, 200, 412, 204]
    assert kept["target"] == 3


async def test_giving_up_counts_as_a_write_and_doing_nothing_does_not(ann: Person, connection: Connection) -> None:
    await give_up(ann)
    nothing = await read_revision(connection, ann)
    await set_goal(ann, **GOAL)
    is_set = await read_revision(connection, ann)
    await give_up(ann)

    assert nothing == 0 < is_set < await read_revision(connection, ann)


async def test_nobody_gives_up_another_ones(ann: Person, bob: Person) -> None:
    await set_goal(ann, **GOAL)

    assert (await give_up(bob)).status_code == 404
    assert await history(bob) == []
    assert (await statistic(ann, "goal"))["target"] == 3
