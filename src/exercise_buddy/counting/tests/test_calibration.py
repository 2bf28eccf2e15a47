import json
from typing import Any

import pytest

from exercise_buddy.counting.tests.helpers import PLANK, SQUAT, SWIMMING, build_trace, packed, squat_depths, squats
from tests.exports import export
from tests.support import STEP_UP, Connection, Person, StartApp

_PATH = f"/counting/profiles/{SQUAT}"
_CALIBRATION = f"{_PATH}/calibration"


async def calibrate(person: Person, trace: dict[str, Any]) -> dict[str, Any]:
    response = await person.put(_CALIBRATION, json={"trace": trace})
    assert response.status_code == 200, response.text
    profile: dict[str, Any] = response.json()
    return profile


async def test_the_full_range_is_measured_in_a_trace(ann: Person, bob: Person) -> None:
    before = await ann.get(_PATH)

    profile = await calibrate(ann, squats(3))

    calibration = profile["calibration"]
    # The hips are 1.6 torso lengths over the ankles, and 0.8 in the deepest position.
    assert (calibration["measure"], calibration["joints"], calibration["reps"]) == ("height", ["hip", "ankle"], 3)
    assert (calibration["low"], calibration["high"]) == pytest.approx((0.8, 1.6), abs=0.05)
    assert calibration["profile_version"] == profile["version"]
    assert profile["typical_range"] == pytest.approx(0.8, abs=0.1)
    after = await ann.get(_PATH)
    assert after.json() == profile
    assert after.headers["etag"] != before.headers["etag"]
    families = (await ann.get("/counting/profiles")).json()["items"]
    assert [
        exercise["calibration"]
        for family in families
        for exercise in family["exercises"]
        if exercise["calibration"] is not None
    ] == [calibration]
    assert (await bob.get(_PATH)).json() == before.json()


async def test_counts_tell_the_share_of_the_full_range(ann: Person) -> None:
    await calibrate(ann, squats(3))

    half = {"exercise_id": SQUAT, "trace": build_trace(squat_depths(4, full=0.6))}
    reps = (await ann.post("/counting/counts", json=half)).json()["evidence"]["reps"]

    shares = [rep["full_range_share"] for rep in reps if not rep["rejected"]]
    assert shares == pytest.approx([0.6] * 4, abs=0.08)


async def test_one_bad_rep_does_no_harm(ann: Person) -> None:
    good = squat_depths(3)
    trace = build_trace(good + squat_depths(1, full=0.5) + good)

    calibration = (await calibrate(ann, trace))["calibration"]

    assert (calibration["low"], calibration["high"]) == pytest.approx((0.8, 1.6), abs=0.05)


async def test_a_new_calibration_replaces_the_old_one(ann: Person, connection: Connection) -> None:
    await calibrate(ann, squats(3))

    response = await ann.put(
        _CALIBRATION,
        content=packed({"trace": build_trace(squat_depths(4, full=0.5))}),
        headers={"Content-Type": "application/json", "Content-Encoding": "gzip"},
    )

    assert response.json()["calibration"]["low"] == pytest.approx(1.2, abs=0.05)
    assert response.json()["calibration"]["reps"] == 4
    assert await connection.fetchval("SELECT count(*) FROM counting_calibration") == 1


@pytest.mark.parametrize(
    ("trace", "detail"),
    [
        ({"times_ms": [0, 50], "landmarks": {}}, "Show at least two full reps. No rep was counted"),
        (squats(1), "Show at least two full reps."),
        (
            {"times_ms": [0, 50], "signal": {"quantity": "height", "values": [0, 1]}},
            "A calibration needs the landmarks",
        ),
    ],
    ids=["empty", "one rep", "a signal"],
)
async def test_a_trace_without_two_reps_is_refused(
    ann: Person, connection: Connection, trace: dict[str, Any], detail: str
) -> None:
    response = await ann.put(_CALIBRATION, json={"trace": trace})

    assert (response.status_code, response.json()["type"]) == (422, "/problems/calibration-unclear")
    assert response.json()["detail"].startswith(detail)
    assert await connection.fetchval("SELECT count(*) FROM counting_calibration") == 0


async def test_nonsense_is_refused(ann: Person) -> None:
    response = await ann.put(_CALIBRATION, json={"trace": {"times_ms": [0, 0], "landmarks": {}}})

    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/trace/times_ms/1"


async def test_a_hold_has_no_range(ann: Person) -> None:
    response = await ann.put(f"/counting/profiles/{PLANK}/calibration", json={"trace": squats(3)})

    assert (response.status_code, response.json()["detail"]) == (422, "A hold has a position and no range.")


async def test_an_exercise_without_a_profile_is_not_found(ann: Person) -> None:
    own = (await ann.post("/exercises", json={"name": "My Own Squat"})).json()["id"]

    for exercise_id in (own, SWIMMING):
        response = await ann.put(f"/counting/profiles/{exercise_id}/calibration", json={"trace": squats(3)})
        assert (response.status_code, response.json()["type"]) == (404, "/problems/profile-not-found")


async def test_a_calibration_is_deleted(ann: Person, bob: Person) -> None:
    before = (await ann.get(_PATH)).json()
    await calibrate(ann, squats(3))

    others = await bob.delete(_CALIBRATION)
    deleted = await ann.delete(_CALIBRATION)
    again = await ann.delete(_CALIBRATION)

    assert (others.status_code, deleted.status_code, again.status_code) == (404, 204, 404)
    assert again.json()["type"] == "/problems/calibration-not-found"
    assert (await ann.get(_PATH)).json() == before


async def test_a_calibration_is_exported_and_deleted_with_the_account(
    start_app: StartApp, ann: Person, connection: Connection
) -> None:
    calibration = (await calibrate(ann, squats(3)))["calibration"]

    (exported,) = json.loads((await export(ann))["counting_calibrations.json"])
    app = await start_app(account_deletion_grace_days=0)
    async with app.client(Authorization=ann.client.headers["Authorization"]) as client:
        response = await client.request("DELETE", "/api/v1/users/me", json=STEP_UP)

    assert response.status_code == 200, response.text
    assert exported == calibration | {"exercise_id": SQUAT}
    assert await connection.fetchval("SELECT count(*) FROM counting_calibration") == 0
