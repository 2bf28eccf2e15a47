"""Nonsense, sent to every endpoint that OpenAPI names, in every place it can stand. Nothing may be a 5xx.

`CheckedApp` sees to it that each refusal is a problem document of at most 4 KB.
"""

import json
from collections.abc import Iterator
from itertools import product
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from exercise_buddy.exercises.public import catalogue_id
from tests.factories import BENCH, CHOSEN_ID, CUSTOM_EXERCISE, evidence
from tests.support import PASSWORD, Connection, Person, RunningApp

ONE = "019a0000-0000-7000-8000-000000000002"
ENTRY = "019a0000-0000-7000-8000-000000000003"
SET_ID = "019a0000-0000-7000-8000-000000000004"
REP = {
    "offset_ms": 0,
    "turn_ms": 500,
    "duration_ms": 900,
    "eccentric_ms": 500,
    "concentric_ms": 400,
    "turn_pause_ms": 0,
    "end_pause_ms": 100,
    "range_degrees": 80.5,
    "range_share": 0.75,
    "full_range_share": 0.9,
    "side": "left",
    "confidence": 0.9,
    "flags": ["fast"],
    "rejected": False,
}
# What a performed set and a planned one both have.
MEASURES: dict[str, Any] = {
    "kind": "normal",
    "reps": 1,
    "weight_kg": 60.5,
    "duration_seconds": 30,
    "distance_meters": 1,
    "rpe": 8.5,
    "rest_seconds": 90,
}
JUDGEMENT = {"code": "slowing", "rep": 1, "value": 31.5, "threshold": 20, "source": "A study", "text": "You slowed."}
SET: dict[str, Any] = MEASURES | {
    "evidence": evidence(REP, detected=1) | {"profile_version": "1", "judgements": [JUDGEMENT]}
}
PLANNED: dict[str, Any] = {
    "exercise_id": BENCH,
    "superset": 1,
    "notes": "slow",
    "targets": [MEASURES | {"reps": 5, "reps_to": 8}],
}
EXERCISE: dict[str, Any] = PLANNED | {"id": ENTRY, "sets": [SET | {"id": SET_ID}]}
MEASUREMENT = {"measured_on": "2026-05-01", "mass_kg": 81.5, "body_fat_percent": 18.2, "notes": "fine"}
WORKOUT: dict[str, Any] = {
    "title": "Push",
    "started_at": "2026-05-01T10:00:00+02:00",
    "ended_at": "2026-05-01T11:00:00+02:00",
    "time_zone": "Europe/Rome",
    "notes": "fine",
    "id": str(uuid4()),
    "exercises": [EXERCISE],
}
# What is within an exercise is tried once, where a workout is logged: elsewhere the same schema reads it.
BRIEF: dict[str, Any] = WORKOUT | {"exercises": [{"exercise_id": BENCH, "sets": [{"reps": 1}]}]}
VALID: dict[str, Any] = {
    "POST /api/v1/auth/register": {"email": "eve@example.org", "password": PASSWORD, "time_zone": "Europe/Rome"},
    "POST /api/v1/auth/login": {"username": "eve@example.org", "password": PASSWORD},
    "POST /api/v1/auth/refresh": {"refresh_token": "x" * 43},
    "POST /api/v1/auth/logout": {"refresh_token": "x" * 43},
    "PATCH /api/v1/users/me": {"display_name": "Ann", "time_zone": "Europe/Rome", "week_starts_on": "monday"},
    "POST /api/v1/users/me/body-measurements": {"id": str(uuid4())} | MEASUREMENT,
    "PATCH /api/v1/users/me/body-measurements/019a0000-0000-7000-8000-000000000001": MEASUREMENT,
    "POST /api/v1/exercises": {"id": str(uuid4()), **CUSTOM_EXERCISE},
    "PATCH /api/v1/exercises/019a0000-0000-7000-8000-000000000001": CUSTOM_EXERCISE,
    "POST /api/v1/exercises/019a0000-0000-7000-8000-000000000001/merge": {"into": BENCH},
    "POST /api/v1/exercises/merge": {"merges": [{"exercise_id": CHOSEN_ID, "into_id": BENCH, "if_match": "*"}]},
    "POST /api/v1/statistics/links": {
        "timeseries": {
            "metric": "e1rm_kg",
            "bucket": "month",
            "exercise": BENCH,
            "muscle": None,
            "formula": "brzycki",
            "from": "2026-01-01",
            "to": "2026-06-30",
        },
        "exercise": None,
        "calendar": None,
    },
    "PUT /api/v1/statistics/goal": {"metric": "workouts", "target": 3, "rest_days": ["sunday"]},
    "POST /api/v1/imports": {"weight_unit": "kg", "time_zone": "Europe/Rome"},
    "POST /api/v1/workouts": WORKOUT,
    "POST /api/v1/workouts/quick": {
        "id": str(uuid4()),
        "exercise": "pushups",
        "reps": 20,
        "duration_seconds": 40.5,
        "weight_kg": 5,
        "started_at": "2026-05-01T10:00:00+02:00",
        "time_zone": "Europe/Rome",
        "source": "camera",
    },
    "POST /api/v1/sync/batch": {
        "operations": [
            {"operation": "create_workout", "id": str(uuid4()), "data": BRIEF},
            {"operation": "update_set", "workout_id": ONE, "id": SET_ID, "if_match": "*", "data": {"reps": 1}},
        ],
        "atomic": True,
    },
    f"PUT /api/v1/workouts/{ONE}": BRIEF | {"id": ONE},
    f"PATCH /api/v1/workouts/{ONE}": {
        "title": "Push",
        "notes": "fine",
        "started_at": "2026-05-01T10:00:00+02:00",
        "ended_at": "2026-05-01T11:00:00+02:00",
        "time_zone": "Europe/Rome",
        "exercise_order": [ENTRY],
    },
    f"POST /api/v1/workouts/{ONE}/finish": {"ended_at": "2026-05-01T11:00:00+02:00"},
    f"POST /api/v1/workouts/{ONE}/exercises": EXERCISE | {"id": str(uuid4()), "sets": [{"reps": 1}]},
    f"PATCH /api/v1/workouts/{ONE}/exercises/{ENTRY}": PLANNED | {"position": 0},
    f"POST /api/v1/workouts/{ONE}/sets": {"exercise_id": BENCH, "sets": [{"id": str(uuid4()), "reps": 1}]},
    f"PATCH /api/v1/workouts/{ONE}/sets/{SET_ID}": SET | {"position": 0},
}
ROUTINE: dict[str, Any] = {
    "name": "Push",
    "notes": "fine",
    "exercises": [PLANNED | {"progression": {"kind": "linear", "increment_kg": 2.5, "deload_after": 3, "step": None}}],
}
_START = {"entry_ids": [str(uuid4())], "started_at": "2026-05-01T10:00:00+02:00", "time_zone": "Europe/Rome"}
_OF_A_ROUTINE = f"/api/v1/routines/{ONE}"
VALID |= {
    "POST /api/v1/routines": ROUTINE | {"id": str(uuid4())},
    f"PUT {_OF_A_ROUTINE}": ROUTINE,
    f"PATCH {_OF_A_ROUTINE}": ROUTINE,
    f"POST {_OF_A_ROUTINE}/start": _START | {"id": str(uuid4())},
    "POST /api/v1/routines/from-workout": {"id": str(uuid4()), "workout_id": str(uuid4()), "name": "Push"},
    "POST /api/v1/workouts/repeat": _START | {"id": str(uuid4()), "workout_id": str(uuid4())},
}
_POSE = {"x": [0.5, 0.5], "y": [0.5, None], "visibility": [1, 0.5]}
_TRACE = {"times_ms": [0, 33], "landmarks": {"left_wrist": _POSE}, "aspect_ratio": 1.5}
_SIGNAL = {"times_ms": [0, 33], "signal": {"quantity": "height", "values": [0.5, None], "side": "left"}}
_SQUAT = str(catalogue_id("bodyweight-squat"))
VALID |= {
    "POST /api/v1/counting/counts": {"exercise_id": BENCH, "trace": _TRACE},
    f"PUT /api/v1/counting/profiles/{_SQUAT}/calibration": {"trace": _SIGNAL},
}
TEXTS = [
    "", " ", "\0", "a\0b", "\u202e", "x" * 5000, "-1", "0", "1e999", "NaN", "9" * 30, "0001-01-01", "9999-12-31",
    "2026-02-30", "1969-12-31", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "null", "[]", "{}", "true",
    "%", "_", "\\", "'; DROP TABLE workout; --", "Ünïcödé 💪", "../../etc/passwd", str(uuid4()), BENCH,
]  # fmt: skip
NONSENSE: list[Any] = [
    *TEXTS, None, True, False, 0, -1, -0.5, 0.1, 1e-320, 1e308, 2**31, 2**63, 2**64, 10**30, [], {}, [None], [[]],
    ["x"] * 600, {"a": 1}, {"$ref": "x"},
]  # fmt: skip
BODIES = [
    b"", b"null", b"true", b"0", b'"x"', b"[]", b"{}", b"{", b"[" * 50_000, b'{"a": NaN}', b'{"a": 1e999}',
    b'{"a": -Infinity}', b'{"a": "\\ud800"}', b'{"a": "\\u0000"}', b'{"a\\u0000": 1}', b'{"a": ' + b"9" * 5000 + b"}",
    b"\xff\xfe{}", b'{"a": "\xed\xa0\x80"}', b"\x00", b'{"a": 1, "a": 2}', b"--x\r\n\r\n--x--", b"a=%00&b=%ff",
]  # fmt: skip
TYPES = [
    "application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
    "multipart/form-data; boundary=x", "application/json; charset=utf-16", "nonsense", "",
]  # fmt: skip
HEADERS = [
    {"Authorization": "Bearer"}, {"Authorization": "Bearer x.y.z"}, {"Authorization": "Basic eDp5"},
    {"Authorization": "Bearer " + "a" * 5000}, {"If-Match": "x"}, {"If-Match": '"' + "x" * 3000}, {"If-Match": "*"},
    {"If-None-Match": 'W/"x", "y'}, {"X-Request-ID": "\u00ff"}, {"Origin": "null"}, {"Cookie": "refresh_token=\u00ff"},
    {"Accept-Encoding": "nonsense"}, {"Content-Length": "-1"}, {"Content-Encoding": "gzip"}, {"Host": "evil.example"},
]  # fmt: skip

Operation = tuple[str, str, dict[str, Any]]


def operations(app: RunningApp) -> list[Operation]:
    return [
        (method.upper(), path, operation)
        for path, methods in app.app.openapi()["paths"].items()
        for method, operation in methods.items()
    ]


def with_path(path: str, value: str) -> str:
    while "{" in path:
        before, _, rest = path.partition("{")
        path = before + value + rest.partition("}")[2]
    return path


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every value inside a document."""
    if path:
        yield path
    if isinstance(value, dict):
        for name, child in value.items():
            yield from places(child, (*path, name))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from places(child, (*path, index))


def replaced(document: Any, path: tuple[str | int, ...], value: Any) -> Any:
    copy = json.loads(json.dumps(document))
    inner = copy
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    return copy


class Sweep:
    """Sends requests, and remembers what was answered with a 5xx, and how often it was something else."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client
        self.broken: list[str] = []
        self.statuses: dict[int, int] = {}

    async def send(self, method: str, url: str, **options: Any) -> None:
        response = await self.client.request(method, url, **options)
        self.statuses[response.status_code] = self.statuses.get(response.status_code, 0) + 1
        if response.status_code >= 500:
            self.broken.append(f"{method} {url} {str(options)[:300]} → {response.status_code}")


@pytest.fixture
def sweep(ann: Person) -> Sweep:
    return Sweep(ann.client)


async def test_in_the_path_and_the_query(app: RunningApp, sweep: Sweep) -> None:
    for method, path, operation in operations(app):
        if "{" in path:
            for text in ("x", "%00", "%ED%A0%80", "%FF", "9" * 40, "%2e%2e%2f", str(uuid4()), "x" * 3000):
                await sweep.send(method, with_path(path, text))
        url = with_path(path, str(uuid4()))
        for raw in ("?a=1", "?%00=1", "?a=%FF", "?a=%ED%A0%80", "?" + "a&" * 2000, "?a[]=1&a[]=2", "?=", "?&&", "?%"):
            await sweep.send(method, url + raw)
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query":
                for text in TEXTS:
                    await sweep.send(method, url, params={parameter["name"]: text})
                await sweep.send(method, url, params={parameter["name"]: ["1", "2"]})
                await sweep.send(method, url + f"?{parameter['name']}=%ED%A0%80")
    assert sweep.broken == []
    assert sweep.statuses[422] > 400


async def test_in_headers(app: RunningApp, sweep: Sweep) -> None:
    for method, path, _ in operations(app):
        url = with_path(path, str(uuid4()))
        for headers in HEADERS:
            encoded = {name: value.encode("latin-1") for name, value in headers.items()}
            await sweep.send(method, url, headers=encoded)
    assert sweep.broken == []


async def test_as_a_body(app: RunningApp, sweep: Sweep) -> None:
    for method, path, _ in operations(app):
        url = with_path(path, str(uuid4()))
        # Each body as JSON, and each type with a body that is JSON, one that is a form and one that is neither.
        for body, media_type in {*product(BODIES, TYPES[:1]), *product((b"{}", b"a=%00&b=%ff", b"\x00"), TYPES)}:
            await sweep.send(method, url, content=body, headers={"Content-Type": media_type})
    assert sweep.broken == []
    assert sweep.statuses[415] > 100


@pytest.mark.parametrize("name", [name for name in VALID if name != "POST /api/v1/imports"])
async def test_in_a_body(sweep: Sweep, connection: Connection, name: str) -> None:
    method, _, url = name.partition(" ")
    valid = VALID[name]
    kinds = ("json", "data") if name == "POST /api/v1/auth/login" else ("json",)
    if ONE in url:
        await sweep.client.post("/api/v1/workouts", json=WORKOUT | {"id": ONE})

    for path in places(valid):
        for value in NONSENSE:
            changed = replaced(valid, path, value)
            for kind in kinds:
                await sweep.send(method, url, **{kind: changed})
    for path in ((), *places(valid)):
        inner = valid
        for part in path:
            inner = inner[part]
        # What is wrong in a workout of a batch is in its outcome.
        if isinstance(inner, dict) and not (name.endswith("/batch") and path):
            unknown = inner | {"unknown_field": 1}
            response = await sweep.client.request(method, url, json=replaced(valid, path, unknown) if path else unknown)
            assert response.status_code == 422
            assert "unknown_field" in response.text

    assert sweep.broken == []
    if name == "POST /api/v1/workouts":
        # What was refused has left nothing: all that is there now was answered with 201.
        assert await connection.fetchval("SELECT count(*) FROM workout") == sweep.statuses[201]


async def test_in_an_upload(sweep: Sweep, connection: Connection) -> None:
    url = "/api/v1/imports"
    header = (
        b"Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE\n"
    )
    files = [
        b"", b"\0", b"\xff\xfe", b"x", header, header * 2, header + b"\0" * 100, header + b'"' * 999,
        header + b"," * 10, header + b"\n" * 5000, header + "💪,".encode() * 11, b"\xef\xbb\xbf" + header,
        *(header + b",".join([text.replace("\n", " ").encode()] * 11) for text in TEXTS),
        b"PK\x03\x04" + b"\0" * 2000, b"<html></html>", b"{}", b"a,b\n" * 10_000, b"x" * 200_000,
    ]  # fmt: skip
    fields = VALID["POST /api/v1/imports"]
    for content in files:
        await sweep.send("POST", url, files={"file": ("x.csv", content)}, data=fields)
    for path in places(fields):
        for text in TEXTS:
            data = replaced(fields, path, text)
            await sweep.send("POST", url, files={"file": ("x.csv", header)}, data=data)
    for text in TEXTS:
        await sweep.send("POST", url, files={"file": (text or "x", header, "text/csv")}, data=fields)
        await sweep.send("POST", url, files={"file": ("x.csv", header)}, data=fields | {"unknown": text})
    await sweep.send("POST", url, data=fields | {"file": "not a file"})
    await sweep.send("POST", url, files=[("file", ("a", header)), ("file", ("b", header))], data=fields)

    assert sweep.broken == []
    assert sweep.statuses[422] > 50
    assert await connection.fetchval("SELECT count(*) FROM workout") == 0


async def test_without_a_token_nothing_is_read(app: RunningApp) -> None:
    client = app.client()
    for method, path, operation in operations(app):
        if operation.get("security"):
            response = await client.request(method, with_path(path, str(uuid4())))
            assert response.status_code == 401, path
            assert response.headers["www-authenticate"].startswith("Bearer"), path


@pytest.mark.parametrize(
    ("name", "parameter", "count"),
    [
        ("POST /api/v1/workouts", "{workout_id}", 11),
        ("POST /api/v1/users/me/body-measurements", "{measurement_id}", 3),
        ("POST /api/v1/routines", "{routine_id}", 6),
    ],
)
async def test_what_is_not_mine_looks_like_nothing(
    app: RunningApp, ann: Person, bob: Person, name: str, parameter: str, count: int
) -> None:
    content = {key: value for key, value in VALID[name].items() if key != "id"}
    anns = (await ann.client.post(name.removeprefix("POST "), json=content)).json()
    theirs = [(method, path) for method, path, _ in operations(app) if parameter in path]
    assert len(theirs) >= count
    for method, path in theirs:
        answers = []
        # The exercise and the set are Ann's too.
        inside = path.replace("{entry_id}", ENTRY).replace("{set_id}", SET_ID)
        known = VALID.get(f"{method} {inside.replace(parameter, ONE)}", {} if method == "PATCH" else None)
        body = known and {key: value for key, value in known.items() if key != "id"}
        for one in (anns["id"], str(uuid4())):
            response = await bob.client.request(method, inside.replace(parameter, one), json=body)
            assert response.status_code == 404
            problem = response.json()
            answers.append({k: v for k, v in problem.items() if k not in {"instance", "request_id"}})
        assert answers[0] == answers[1]
