"""Every document that a read endpoint promises, in every variety, against its response model.

`CheckedApp` compares; this makes sure that nothing is left out. New endpoints are found through OpenAPI.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from fastapi.routing import APIRoute

from tests.support import Person, RunningApp
from tests.test_bad_input import VALID

JsonQuery = dict[str, Any]
STRONG = (
    "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE\n"
    '2026-01-05 18:00:00,"Push",1h,"My Press",1,50,5,0,0,,,\n'
)


def varieties(document: JsonQuery, operation: JsonQuery) -> Iterator[dict[str, Any]]:
    """Yield query parameters: none, and each enumeration and boolean with each of its values."""
    parameters = operation.get("parameters", [])
    if not any(parameter["in"] == "query" and parameter["required"] for parameter in parameters):
        yield {}
    for parameter in parameters:
        if parameter["in"] == "query":
            for schema in (parameter["schema"], *parameter["schema"].get("anyOf", [])):
                named = schema.get("$ref", "").rpartition("/")[2]
                known = document["components"]["schemas"].get(named, schema)
                values = known.get("enum") or ([known["const"]] if "const" in known else [])
                for value in [False, True] if known.get("type") == "boolean" else values:
                    yield {parameter["name"]: value}


async def path_of_one(person: Person, path: str) -> str | None:
    """Fill the parameter of a path with the id of one that the list above it holds; None if there is none."""
    above, _, rest = path.partition("/{")
    if not rest:
        return path
    # Statistics are of what other slices list.
    items = (await person.client.get(above.replace("/statistics/", "/"))).json().get("items")
    if not items:
        return None
    # Counting profiles are listed with the exercises that share them, and providers by name.
    shared = items[0].get("exercises")
    first = items[0].get("id") or (shared[0]["exercise_id"] if shared else items[0]["name"])
    return f"{above}/{first}{rest.partition('}')[2]}"


async def read_everything(app: RunningApp, person: Person) -> set[str]:
    """Read all endpoints; return the paths that have nothing to read."""
    document = app.app.openapi()
    exercise = (await person.get("/exercises")).json()["items"][0]["id"]
    left = set()
    for path, methods in document["paths"].items():
        responses = methods.get("get", {}).get("responses", {})
        # A stream of events has no end.
        if "get" in methods and "text/event-stream" not in responses.get("200", {}).get("content", {}):
            filled = await path_of_one(person, path)
            if filled is None:
                left.add(path)
                continue
            for query in varieties(document, methods["get"]):
                response = await person.client.get(filled, params=query)
                if response.status_code == 422 and [e["pointer"] for e in response.json()["errors"]] == ["/exercise"]:
                    response = await person.client.get(filled, params=query | {"exercise": exercise})
                if response.status_code == 404:
                    left.add(path)
                    continue
                assert response.status_code == 200, (filled, query, response.text)
    return left


async def test_of_somebody_who_has_done_nothing(app: RunningApp, ann: Person) -> None:
    assert await read_everything(app, ann) >= {
        "/api/v1/statistics/goal",
        "/api/v1/workouts/{workout_id}",
    }


async def test_of_somebody_who_has_all_there_is(app: RunningApp, ann: Person) -> None:
    await ann.log(**VALID["POST /api/v1/workouts"])
    await ann.log(started_at="2026-04-01T10:00:00Z", time_zone="Europe/Rome", exercises=[])
    await ann.log(started_at=datetime.now(UTC).isoformat())
    await ann.post("/users/me/body-measurements", json=VALID["POST /api/v1/users/me/body-measurements"])
    await ann.post("/routines", json=VALID["POST /api/v1/routines"])
    imported = {"files": {"file": ("strong.csv", STRONG)}, "data": VALID["POST /api/v1/imports"]}
    assert (await ann.post("/imports", **imported)).status_code == 201
    await ann.put("/statistics/goal", json=VALID["PUT /api/v1/statistics/goal"])
    table = "title,start_time,exercise_title,set_index,reps\nPush,2026-04-01 18:00,Push Up,0,8\n"
    form = VALID["POST /api/v1/imports"]
    await ann.post("/imports", files={"file": ("hevy.csv", table)}, data=form)

    # What a slice lists only after something of its own was written, its own tests read.
    left = await read_everything(app, ann)

    promised = {
        f"GET {route.path}"
        for route in app.app.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and route.response_model
    }
    complete = tuple(f"/api/v1/{name}" for name in ("workouts", "routines", "exercises", "statistics", "users"))
    assert len(promised) >= 13
    assert promised - app.asgi.checked == {f"GET {path}" for path in left} & promised
    assert not [path for path in left if path.startswith(complete)]
