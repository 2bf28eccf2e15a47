import gzip
import json
import math
import zlib
from typing import Any
from uuid import uuid4

import pytest

from exercise_buddy.counting import bodies
from exercise_buddy.counting.profiles import load_profiles
from exercise_buddy.counting.tests.helpers import PLANK, SQUAT, SWIMMING, packed, plank, squats
from tests.factories import error_pointers
from tests.support import Connection, Person, RunningApp, StartApp, sign_up

COUNTS = "/counting/counts"
_JSON = {"Content-Type": "application/json"}
_GZIP = _JSON | {"Content-Encoding": "gzip"}
_EMPTY: dict[str, Any] = {"times_ms": [0, 50, 100], "landmarks": {}}


async def count(person: Person, trace: dict[str, Any], exercise_id: str | None = None) -> dict[str, Any]:
    response = await person.post(COUNTS, json={"exercise_id": exercise_id, "trace": trace})
    assert response.status_code == 200, response.text
    counted: dict[str, Any] = response.json()
    return counted


async def test_a_set_is_counted_and_explained(ann: Person) -> None:
    counted = await count(ann, squats(5), SQUAT)

    assert counted["count"] == counted["evidence"]["detected_reps"] == 5
    assert counted["exercise"] == {"id": SQUAT, "name": "Bodyweight Squat", "custom": False}
    assert counted["profile_version"] == load_profiles()["bodyweight-squat"].version
    reps = [rep for rep in counted["evidence"]["reps"] if not rep["rejected"]]
    # A second of standing, then a rep every two seconds.
    assert [rep["offset_ms"] for rep in reps] == pytest.approx([1000, 3000, 5000, 7000, 9000], abs=300)
    assert counted["holds"] == []
    assert counted["summary"]["cadence_per_minute"] == pytest.approx(30, abs=1)
    assert counted["summary"]["tracked_share"] == 1


async def test_evidence_is_what_a_set_takes(ann: Person) -> None:
    counted = await count(ann, squats(5), SQUAT)

    workout = await ann.log(
        started_at="2026-05-01T10:00:00+02:00",
        time_zone="Europe/Berlin",
        exercises=[{"exercise_id": SQUAT, "sets": [{"reps": 5, "evidence": counted["evidence"]}]}],
    )

    assert workout["exercises"][0]["sets"][0]["evidence"] == counted["evidence"]


async def test_a_hold_has_seconds(ann: Person) -> None:
    counted = await count(ann, plank(10), PLANK)

    (hold,) = counted["holds"]
    assert counted["count"] == 0
    assert (hold["offset_ms"], hold["duration_ms"]) == pytest.approx((2000, 10_000), abs=600)
    assert counted["summary"]["in_position_share"] == pytest.approx(10 / 12, abs=0.1)


async def test_without_an_exercise_whatever_repeats_is_counted(ann: Person) -> None:
    counted = await count(ann, squats(6))

    assert counted["count"] == 6
    assert (counted["exercise"], counted["profile_version"]) == (None, None)
    assert 0 < counted["confidence"] <= 1


async def test_exercises_without_a_profile_are_counted_too(ann: Person) -> None:
    own = (await ann.post("/exercises", json={"name": "My Own Squat"})).json()["id"]

    for exercise_id, custom in ((own, True), (SWIMMING, False)):
        counted = await count(ann, squats(6), exercise_id)
        assert counted["count"] == 6
        assert counted["profile_version"] is None
        assert (counted["exercise"]["id"], counted["exercise"]["custom"]) == (exercise_id, custom)


async def test_a_signal_of_the_client_is_counted(ann: Person) -> None:
    trace = squats(5)
    knee = [180 - 90 * (y + 1.6) / 0.8 for y in trace["landmarks"]["left_hip"]["y"]]
    signal = {"quantity": "angle_degrees", "values": knee, "side": "left"}

    counted = await count(ann, {"times_ms": trace["times_ms"], "signal": signal}, SQUAT)

    assert counted["count"] == 5


@pytest.mark.parametrize(
    "trace",
    [
        _EMPTY,
        {"times_ms": [7], "landmarks": {"nose": None}},
        {"times_ms": [0, 50], "landmarks": {"nose": {"x": [None, None], "y": [None, None]}}},
        {"times_ms": [0, 50], "landmarks": {"nose": {"x": [0, None], "y": [None, 1], "visibility": None}}},
        {"times_ms": [0, 50], "signal": {"quantity": "height", "values": [None, None]}},
        {"times_ms": [0, 50], "signal": {"quantity": "distance", "values": [0.5, 0.5], "side": None}},
        {"times_ms": [1.7e12, 1.7e12 + 30], "landmarks": {"nose": {"x": [1e6, -1e6], "y": [0, 0]}}},
        {"times_ms": [0, 1_800_000], "landmarks": {"left_hip": {"x": [0, 0], "y": [0, 0]}}},
    ],
)
@pytest.mark.parametrize("exercise_id", [None, SQUAT])
async def test_an_empty_or_motionless_trace_has_no_reps(
    ann: Person, trace: dict[str, Any], exercise_id: str | None
) -> None:
    counted = await count(ann, trace, exercise_id)

    assert counted["count"] == 0
    assert [rep for rep in counted["evidence"]["reps"] if not rep["rejected"]] == []


async def test_a_compressed_body_is_unpacked(ann: Person) -> None:
    body = {"exercise_id": SQUAT, "trace": squats(5)}

    plain = await ann.post(COUNTS, json=body, headers={"Content-Encoding": "identity"})

    assert plain.json()["count"] == 5
    for encoding in ("gzip", "GZIP", "x-gzip"):
        response = await ann.post(COUNTS, content=packed(body), headers=_JSON | {"Content-Encoding": encoding})
        assert response.json() == plain.json()


async def test_a_long_trace_that_is_hard_to_compress_is_unpacked(ann: Person) -> None:
    values = [math.sin(index) for index in range(36_000)]
    trace = {"times_ms": list(range(36_000)), "signal": {"values": values}}
    noise = {f"joint{index}": [value / (index + 2) for value in values] for index in range(4)}
    body = packed({"trace": trace | noise})
    assert len(body) > 1024 * 1024

    response = await ann.post(COUNTS, content=body, headers=_JSON | {"Content-Encoding": "gzip"})

    assert response.status_code == 422
    assert "/trace/joint0" in error_pointers(response)


def bomb(size: int) -> bytes:
    return gzip.compress(b'{"trace": ' + b" " * size + b"}", 9, mtime=0)


@pytest.mark.parametrize(
    ("content", "encoding", "status", "detail"),
    [
        (b"{}", "br", 415, "The only Content-Encoding is gzip."),
        (b"{}", "gzip, gzip", 415, "The only Content-Encoding is gzip."),
        (b"{}", "gzip", 400, "The body is not valid gzip."),
        (zlib.compress(b"{}"), "gzip", 400, "The body is not valid gzip."),
        (packed({"trace": _EMPTY})[:-9], "gzip", 400, "The body is not one whole gzip member."),
        (packed({"trace": _EMPTY})[:-1] + b"x", "gzip", 400, "The body is not valid gzip."),
        (packed({"trace": _EMPTY}) * 2, "gzip", 400, "The body is not one whole gzip member."),
        (packed({"trace": _EMPTY}) + b"x", "gzip", 400, "The body is not one whole gzip member."),
        (bomb(100 * 1024 * 1024), "gzip", 413, "An unpacked body has at most 16 MiB."),
        (b"\x1f\x8b" + b"x" * 1024 * 1024, "gzip", 400, "The body is not valid gzip."),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(value),
)
async def test_what_cannot_be_unpacked_is_refused(
    ann: Person, content: bytes, encoding: str, status: int, detail: str
) -> None:
    response = await ann.post(COUNTS, content=content, headers=_JSON | {"Content-Encoding": encoding})

    assert (response.status_code, response.json()["detail"]) == (status, detail)
    assert ("accept-encoding" in response.headers) == (status == 415)


async def test_a_plain_body_is_bounded_too(ann: Person) -> None:
    response = await ann.post(COUNTS, content=b" " * (16 * 1024 * 1024 + 1), headers=_JSON)

    assert response.status_code == 413


def changed(trace: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    copy = json.loads(json.dumps(trace))
    *parents, last = path.split("/")
    inner = copy
    for part in parents:
        inner = inner[part]
    if isinstance(inner, list):
        inner[int(last)] = value
    else:
        inner[last] = value
    return {"trace": copy}


_TRACE = {
    "times_ms": [0, 50, 100],
    "landmarks": {"nose": {"x": [0, 1, 2], "y": [0, 1, 2], "visibility": [1, 1, 0.5]}},
    "aspect_ratio": 1.5,
}
_SIGNAL = {"times_ms": [0, 50, 100], "signal": {"quantity": "angle_degrees", "values": [90, None, 80], "side": "left"}}


@pytest.mark.parametrize(
    ("trace", "path", "value", "pointer", "code"),
    [
        (_TRACE, "times_ms", [], "/trace/times_ms", "too_short"),
        (_TRACE, "times_ms", None, "/trace/times_ms", "value_error"),
        (_TRACE, "times_ms", 5, "/trace/times_ms", "value_error"),
        (_TRACE, "times_ms", [[0, 1, 2]], "/trace/times_ms", "value_error"),
        (_TRACE, "times_ms", [0, 50, 50], "/trace/times_ms/2", "not_ascending"),
        (_TRACE, "times_ms", [0, 50, 20], "/trace/times_ms/2", "not_ascending"),
        (_TRACE, "times_ms", [0, None, 20], "/trace/times_ms/1", "time"),
        (_TRACE, "times_ms", [0, 1, 1e300], "/trace/times_ms/2", "time"),
        (_TRACE, "times_ms", [0, 1, 1_800_001], "/trace/times_ms", "too_long"),
        (_TRACE, "times_ms", ["0", 1, 2], "/trace/times_ms", "value_error"),
        (_TRACE, "times_ms", [0, True, 2], "/trace/times_ms/1", "number_type"),
        (_TRACE, "times_ms", [0, {}, 2], "/trace/times_ms", "value_error"),
        (_TRACE, "times_ms", [0, 1], "/trace/landmarks/nose/x", "length"),
        (_TRACE, "times_ms", list(range(36_001)), "/trace/times_ms", "too_long"),
        (_TRACE, "landmarks/nose/x", [0, 1], "/trace/landmarks/nose/x", "length"),
        (_TRACE, "landmarks/nose/visibility", [1, 1, 1, 1], "/trace/landmarks/nose/visibility", "length"),
        (_TRACE, "landmarks/nose/visibility", [1, 7, 1], "/trace/landmarks/nose/visibility/1", "out_of_bounds"),
        (_TRACE, "landmarks/nose/visibility", [1, -0.1, 1], "/trace/landmarks/nose/visibility/1", "out_of_bounds"),
        (_TRACE, "landmarks/nose/y", [0, 1e300, 1], "/trace/landmarks/nose/y/1", "out_of_bounds"),
        (_TRACE, "landmarks/nose/y", [0, -1e300, 1], "/trace/landmarks/nose/y/1", "out_of_bounds"),
        (_TRACE, "landmarks/nose/y", [0, "1", 1], "/trace/landmarks/nose/y", "value_error"),
        (_TRACE, "landmarks/nose/y", [0, False, 1], "/trace/landmarks/nose/y/1", "number_type"),
        (_TRACE, "landmarks/nose/y", None, "/trace/landmarks/nose/y", "value_error"),
        (_TRACE, "landmarks/nose", {"x": [0, 1, 2]}, "/trace/landmarks/nose/y", "missing"),
        (_TRACE, "landmarks/nose", [1], "/trace/landmarks/nose", "object_type"),
        (_TRACE, "landmarks/toe", {"x": [0], "y": [0]}, "/trace/landmarks/toe", "extra_forbidden"),
        (_TRACE, "landmarks", None, "/trace", "value_error"),
        (_TRACE, "landmarks", [], "/trace/landmarks", "object_type"),
        (_TRACE, "signal", _SIGNAL["signal"], "/trace", "value_error"),
        (_TRACE, "aspect_ratio", 0, "/trace/aspect_ratio", "greater_than_equal"),
        (_TRACE, "aspect_ratio", -1, "/trace/aspect_ratio", "greater_than_equal"),
        (_TRACE, "aspect_ratio", 1e9, "/trace/aspect_ratio", "less_than_equal"),
        (_TRACE, "aspect_ratio", "1", "/trace/aspect_ratio", "float_type"),
        (_TRACE, "aspect_ratio", [1], "/trace/aspect_ratio", "float_type"),
        (_SIGNAL, "aspect_ratio", 1, "/trace/aspect_ratio", "without_landmarks"),
        (_SIGNAL, "signal/values", [90, 80], "/trace/signal/values", "length"),
        (_SIGNAL, "signal/values", [90, 80, 361], "/trace/signal/values/2", "out_of_bounds"),
        (_SIGNAL, "signal/quantity", "angle", "/trace/signal/quantity", "literal_error"),
        (_SIGNAL, "signal/quantity", [1], "/trace/signal/quantity", "literal_error"),
        (_SIGNAL, "signal/side", "both", "/trace/signal/side", "literal_error"),
        (_SIGNAL, "signal/side", ["left"], "/trace/signal/side", "literal_error"),
    ],
)
async def test_nonsense_is_refused_where_it_is(
    ann: Person, trace: dict[str, Any], path: str, value: Any, pointer: str, code: str
) -> None:
    response = await ann.post(COUNTS, json=changed(trace, path, value))

    assert response.status_code == 422
    assert [(error["pointer"], error["code"]) for error in response.json()["errors"]][:1] == [(pointer, code)]


@pytest.mark.parametrize(
    ("number", "pointer"),
    [
        ("NaN", "/trace/times_ms/1"),
        ("-Infinity", "/trace/times_ms/1"),
        ("1e999", "/trace/times_ms/1"),
        ("01", "/trace/times_ms"),
        ("1,", "/trace/times_ms"),
    ],
)
async def test_what_is_no_number_in_json_is_refused(ann: Person, number: str, pointer: str) -> None:
    content = '{"trace": {"times_ms": [0, N], "landmarks": {}}}'.replace("N", number)

    response = await ann.post(COUNTS, content=content, headers=_JSON)

    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, "json_invalid")


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 8_000_000,
        b"[]," * 5_000_000,
        b"[" + b"{}," * 5_000_000 + b"{}]",
        b'{"a":' * 2_000_000,
        b'{"trace": {"times_ms": [' + b"0," * 8_000_000 + b"0]}}",
        b'{"trace": {"times_ms": [' + b"[0]," * 3_000_000 + b"0]}}",
        b'{"trace": {"times_ms": [NaN' + b" " * 8_000_000 + b"]}}",
        b'"' + b"x" * 8_000_000 + b'"',
        b'{"trace": {"times_ms": [\x001\x00]\x00}}',
        b'{"trace": "\\u0000"}',
        b'{"trace\\u0000": 1}',
        b"\xff",
        b"",
    ],
    ids=range(13),
)
async def test_a_body_that_would_cost_much_is_refused_at_once(ann: Person, content: bytes) -> None:
    response = await ann.post(COUNTS, content=content, headers=_JSON)

    assert response.status_code == 422


@pytest.mark.parametrize("exercise_id", ["019a0000-0000-7000-8000-000000000002", "x", 5, [1], {}, True])
async def test_an_exercise_that_does_not_exist_is_refused(ann: Person, exercise_id: Any) -> None:
    response = await ann.post(COUNTS, json={"exercise_id": exercise_id, "trace": _EMPTY})

    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/exercise_id"


async def test_exercises_of_others_do_not_exist(ann: Person, bob: Person) -> None:
    own = (await bob.post("/exercises", json={"name": "My Own Squat"})).json()["id"]

    response = await ann.post(COUNTS, json={"exercise_id": own, "trace": _EMPTY})

    assert response.json()["errors"][0]["code"] == "unknown_exercise"


async def test_nothing_is_unpacked_for_nobody(app: RunningApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_parse", None)

    response = await app.client().post("/api/v1" + COUNTS, content=bomb(20 * 1024 * 1024), headers=_GZIP)

    assert response.status_code == 401


async def test_a_user_sends_a_bounded_number_of_traces(start_app: StartApp) -> None:
    app = await start_app(rate_limits={"traces_user": "2/minute"})
    person = await sign_up(app, "eve")

    statuses = [(await person.post(COUNTS, json={"trace": _EMPTY})).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
    await person.client.aclose()


async def test_a_count_costs_by_the_length_of_its_trace(start_app: StartApp) -> None:
    app = await start_app(rate_limits={"work": "60/minute"})
    person = await sign_up(app, "eve")
    short, long = {"trace": _EMPTY}, {"trace": _EMPTY | {"times_ms": list(range(1_000))}}

    first = await person.post(COUNTS, json=short)
    second = await person.post(COUNTS, json=long)
    third = await person.post(COUNTS, json=short)

    assert [response.status_code for response in (first, second, third)] == [200, 200, 429]
    assert '"work";r=40;' in first.headers["ratelimit"]
    assert '"work";r=0;' in second.headers["ratelimit"]
    assert int(third.headers["retry-after"]) > 0
    await person.client.aclose()


async def count_rows(connection: Connection) -> set[tuple[str, int]]:
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {(name, await connection.fetchval(f"SELECT count(*) FROM {name}")) for (name,) in tables}  # noqa: S608


async def test_nothing_is_stored(ann: Person, connection: Connection) -> None:
    await count(ann, squats(3), SQUAT)
    before = await count_rows(connection)

    await count(ann, squats(5), SQUAT)
    await count(ann, squats(5), str((await ann.post("/exercises", json={"name": uuid4().hex})).json()["id"]))

    # What the new exercise has stored. The mail of the registration may be sent meanwhile.
    stored = {"custom_exercise", "resource_revision", "outgoing_mail", "one_time_token"}
    assert {name for name, _ in await count_rows(connection) - before} <= stored
