"""Which responses are compressed, how, and with which entity tags."""

import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import brotli
import httpx2
import pytest
from fastapi import Request
from fastapi.responses import PlainTextResponse, StreamingResponse
from structlog.testing import capture_logs

from exercise_buddy.core.http.compression import MINIMUM_BYTES
from exercise_buddy.core.http.conditional_requests import get_precondition
from exercise_buddy.core.http.routing import Router
from exercise_buddy.exercises.public import catalogue_id
from tests.support import Client, Person, RunningApp, StartApp

OPENAPI = "/api/v1/openapi.json"
CODINGS = ["zstd", "br", "gzip"]
BENCH = str(catalogue_id("barbell-bench-press-medium-grip"))
WORKOUT = {
    "started_at": "2026-05-01T10:00:00+02:00",
    "ended_at": "2026-05-01T11:00:00+02:00",
    "exercises": [{"exercise_id": BENCH, "sets": [{"reps": 8, "weight_kg": 60}] * 10}],
}

router = Router(prefix="/compressed", tag="compressed")


@router.get("/text")
async def get_text(size: int) -> PlainTextResponse:
    return PlainTextResponse("a" * size)


@router.get("/error")
async def get_foreign_error() -> PlainTextResponse:
    return PlainTextResponse("a" * 10_000, 404)


@router.get("/zip")
async def get_zip() -> PlainTextResponse:
    return PlainTextResponse("a" * 10_000, media_type="application/zip")


@router.get("/broken")
async def get_broken() -> StreamingResponse:
    async def chunks() -> AsyncIterator[bytes]:
        raise ZeroDivisionError
        yield b""

    return StreamingResponse(chunks(), media_type="application/json")


@router.get("/conditions")
async def get_conditions(request: Request) -> dict[str, list[str]]:
    return {name: request.headers.getlist(name) for name in ("if-match", "if-none-match")}


@pytest.fixture
async def raw(start_app: StartApp) -> AsyncIterator[Client]:
    """A client of an app with the endpoints above. It sends no `Accept-Encoding` of its own."""
    app = await start_app(router)
    async with app.client() as client:
        del client.headers["accept-encoding"]
        yield client


async def fetch_raw(client: Client, path: str, **headers: str) -> tuple[httpx2.Response, bytes]:
    """Return a response and its body as it was sent."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with client.stream("GET", path, headers=named) as response:
        return response, b"".join([chunk async for chunk in response.aiter_raw()])


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (None, None),
        ("", None),
        ("identity", None),
        ("identity;q=0", None),
        ("nonsense, ,;;q=,=", None),
        ("gzip;q=nonsense", None),
        ("zstd;q=0, br;q=0.0", None),
        ("deflate, compress", None),
        ("zstd", "zstd"),
        ("br", "br"),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, br", "br"),
        ("*", "zstd"),
        ("*, zstd;q=0", "br"),
        ("identity;q=0, gzip", "gzip"),
    ],
)
async def test_the_client_chooses_the_coding(raw: Client, accepted: str | None, coding: str | None) -> None:
    path = "/api/v1/compressed/text?size=20000"
    plain, document = await fetch_raw(raw, path)

    response, body = await fetch_raw(raw, path, **({} if accepted is None else {"accept_encoding": accepted}))

    assert response.status_code == 200
    assert response.headers.get("content-encoding") == coding
    assert "accept-encoding" in response.headers["vary"].lower()
    assert int(response.headers["content-length"]) == len(body)
    assert response.headers["content-type"] == plain.headers["content-type"]
    if coding is None:
        assert body == document
    else:
        assert len(body) < len(document) / 4
        assert httpx2.Response(200, headers={"content-encoding": coding}, content=body).content == document


async def test_the_codings_are_what_they_are_called(raw: Client) -> None:
    """With the decoders of other libraries than the client's."""
    _, document = await fetch_raw(raw, OPENAPI)
    _, zipped = await fetch_raw(raw, OPENAPI, accept_encoding="gzip")
    _, brotlied = await fetch_raw(raw, OPENAPI, accept_encoding="br")
    _, zstandard = await fetch_raw(raw, OPENAPI, accept_encoding="zstd")

    assert gzip.decompress(zipped) == document
    assert brotli.decompress(brotlied) == document
    assert zstandard.startswith(b"\x28\xb5\x2f\xfd")


@pytest.mark.parametrize(("size", "coding"), [(MINIMUM_BYTES - 1, None), (MINIMUM_BYTES, "gzip")])
async def test_small_responses_are_not_compressed(raw: Client, size: int, coding: str | None) -> None:
    response, _ = await fetch_raw(raw, f"/api/v1/compressed/text?size={size}", accept_encoding="gzip")

    assert response.headers.get("content-encoding") == coding


async def test_what_is_compressed_already_is_not_compressed_again(raw: Client) -> None:
    response, body = await fetch_raw(raw, "/api/v1/compressed/zip", accept_encoding="gzip")

    assert "content-encoding" not in response.headers
    assert body == b"a" * 10_000


async def test_the_error_that_replaces_a_compressed_one_is_not_compressed(raw: Client) -> None:
    response, body = await fetch_raw(raw, "/api/v1/compressed/error", accept_encoding="gzip")

    assert response.status_code == 404
    assert "content-encoding" not in response.headers
    assert json.loads(body)["status"] == 404


async def test_an_error_before_the_first_byte_is_still_a_problem(raw: Client) -> None:
    response = await raw.get("/api/v1/compressed/broken", headers={"Accept-Encoding": "gzip"})

    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"


async def test_the_log_has_the_bytes_that_were_sent(raw: Client) -> None:
    with capture_logs() as logs:
        _, body = await fetch_raw(raw, OPENAPI, accept_encoding="br")

    assert [log["bytes"] for log in logs if log["event"] == "request"] == [len(body)]


async def test_head_has_the_headers_of_get(raw: Client) -> None:
    got, _ = await fetch_raw(raw, OPENAPI, accept_encoding="br")

    asked = await raw.head(OPENAPI, headers={"Accept-Encoding": "br"})

    for name in ("etag", "content-length", "content-encoding", "vary"):
        assert asked.headers[name] == got.headers[name]


async def test_cors_and_compression_both_vary(start_app: StartApp) -> None:
    app = await start_app(cors_origins=["https://app.example"])
    async with app.client() as client:
        response = await client.get(OPENAPI, headers={"Origin": "https://app.example", "Accept-Encoding": "br"})

    assert response.headers["access-control-allow-origin"] == "https://app.example"
    assert {name.strip().lower() for name in response.headers["vary"].split(",")} == {"origin", "accept-encoding"}


async def test_answers_under_auth_are_not_compressed(ann: Person) -> None:
    """A token beside text that somebody else chooses can be guessed from the size of the compressed response."""
    for _ in range(12):
        form = {"username": ann.email, "password": ann.password}
        signed_in = await ann.client.post("/api/v1/auth/login", data=form)
        assert "content-encoding" not in signed_in.headers

    response = await ann.get("/auth/sessions", headers={"Accept-Encoding": "gzip, br, zstd"})

    assert len(response.content) > MINIMUM_BYTES
    assert "content-encoding" not in response.headers


# --- entity tags -------------------------------------------------------------------------------------------------


async def test_each_coding_has_a_tag_of_its_own(raw: Client) -> None:
    tags = {coding: (await fetch_raw(raw, OPENAPI, accept_encoding=coding))[0].headers["etag"] for coding in CODINGS}
    plain, _ = await fetch_raw(raw, OPENAPI)

    assert len({plain.headers["etag"], *tags.values()}) == 4
    assert all(tag == plain.headers["etag"][:-1] + f'-{coding}"' for coding, tag in tags.items())


@pytest.mark.parametrize("path", [OPENAPI, "/api/v1/asyncapi.json", "/docs/swagger-ui-bundle.js"])
@pytest.mark.parametrize("coding", ["identity", *CODINGS])
async def test_the_tag_of_any_coding_is_known_again(raw: Client, path: str, coding: str) -> None:
    first, _ = await fetch_raw(raw, path, accept_encoding=coding)
    tag = first.headers["etag"]

    for listed in (tag, f'"other", {tag}', f"W/{tag}"):
        second, body = await fetch_raw(raw, path, accept_encoding=coding, if_none_match=listed)

        assert (second.status_code, body) == (304, b"")
        assert second.headers["etag"] == tag
        assert "accept-encoding" in second.headers["vary"].lower()
        assert "content-encoding" not in second.headers


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ('"a-zstd"', '"a"'),
        ('"a-br", "b-gzip"', '"a", "b"'),
        ('W/"a-br"', 'W/"a"'),
        ('"a-deflate"', '"a-deflate"'),
        ('"a-zstd-br"', '"a-zstd"'),
        ("*", "*"),
        ('"a-zstd', '"a-zstd'),
    ],
)
async def test_an_endpoint_never_reads_a_coding(raw: Client, sent: str, read: str) -> None:
    response = await raw.get("/api/v1/compressed/conditions", headers={"If-Match": sent, "If-None-Match": sent})

    assert response.json() == {"if-match": [read], "if-none-match": [read]}


NOTES = "long " * 400
PLAN = {"name": "Push", "notes": NOTES, "exercises": [{"exercise_id": BENCH, "targets": [{"reps": 5}]}]}
GOAL = {"metric": "workouts", "target": 3}


async def list_edits(ann: Person) -> list[tuple[str, str, str, dict[str, Any] | None]]:
    """Return all edits that honour `If-Match`: where the client reads, the method, the path and the content."""
    workout = await ann.log(**WORKOUT, notes=NOTES)
    routine = (await ann.post("/routines", json=PLAN)).json()
    weighed = {"measured_on": "2026-05-01", "mass_kg": 80, "notes": NOTES}
    measurement = (await ann.post("/users/me/body-measurements", json=weighed)).json()
    custom = (await ann.post("/exercises", json={"name": "Sled drag"})).json()
    same = (await ann.post("/exercises", json={"name": "Sled pull"})).json()
    await ann.put("/statistics/goal", json=GOAL)
    of_workout, of_routine = f"/workouts/{workout['id']}", f"/routines/{routine['id']}"
    of_measurement, of_custom = f"/users/me/body-measurements/{measurement['id']}", f"/exercises/{custom['id']}"
    of_same = f"/exercises/{same['id']}"
    entry, *_ = workout["exercises"]
    first, second, *_ = entry["sets"]
    more = {"exercise_id": BENCH, "sets": [{"reps": 1}]}
    return [
        (of_workout, "PATCH", of_workout, {"title": "Other", "ended_at": None}),
        (of_workout, "POST", f"{of_workout}/finish", {"ended_at": WORKOUT["ended_at"]}),
        (of_workout, "POST", f"{of_workout}/exercises", more),
        (of_workout, "POST", f"{of_workout}/sets", more),
        (of_workout, "PATCH", f"{of_workout}/exercises/{entry['id']}", {"notes": "Slow"}),
        (of_workout, "PATCH", f"{of_workout}/sets/{first['id']}", {"reps": 9}),
        (of_workout, "DELETE", f"{of_workout}/sets/{second['id']}", None),
        (of_workout, "DELETE", f"{of_workout}/exercises/{entry['id']}", None),
        (of_workout, "PUT", of_workout, WORKOUT),
        (of_workout, "DELETE", of_workout, None),
        (of_routine, "PUT", of_routine, PLAN | {"name": "Pull"}),
        (of_routine, "PATCH", of_routine, {"name": "Legs"}),
        (of_routine, "DELETE", of_routine, None),
        (of_measurement, "PATCH", of_measurement, {"mass_kg": 81}),
        (of_measurement, "DELETE", of_measurement, None),
        (of_custom, "PATCH", of_custom, {"name": "Sled push"}),
        (of_custom, "DELETE", of_custom, None),
        (of_same, "POST", f"{of_same}/merge", {"into": BENCH}),
        ("/statistics/goal", "PUT", "/statistics/goal", GOAL | {"target": 4}),
        ("/statistics/goal", "DELETE", "/statistics/goal", None),
        ("/users/me", "PATCH", "/users/me", {"display_name": "Ann"}),
        ("/users/me", "DELETE", "/users/me", {"current_password": ann.password}),
    ]


@pytest.mark.parametrize("coding", ["identity", *CODINGS])
async def test_an_edit_accepts_the_tag_of_any_coding(app: RunningApp, ann: Person, coding: str) -> None:
    ann.client.headers["Accept-Encoding"] = coding
    done: list[tuple[str, str]] = []
    compressed = 0
    for read_at, method, path, content in await list_edits(ann):
        read = await ann.get(read_at)
        assert read.status_code == 200, (read_at, read.text)
        tag = read.headers["etag"]
        compressed += read.headers.get("content-encoding") == coding
        if "content-encoding" not in read.headers and coding != "identity":
            # The document of today is small. With a longer text the tag would be this one.
            tag = f'{tag[:-1]}-{coding}"'

        stale = await ann.client.request(
            method, f"/api/v1{path}", json=content, headers={"If-Match": f'"0123456789abcdef01234567-{coding}"'}
        )
        edited = await ann.client.request(method, f"/api/v1{path}", json=content, headers={"If-Match": tag})

        assert stale.status_code == 412, (method, path)
        assert edited.is_success, (method, path, edited.text)
        done.append((method, edited.request.url.path))

    assert (compressed >= 12) == (coding != "identity")
    assert len(done) == sum(_honours_if_match(route) for route in app.app.routes)


def _honours_if_match(route: Any) -> bool:
    dependant = getattr(route, "dependant", None)
    return dependant is not None and any(used.call is get_precondition for used in dependant.dependencies)


@pytest.mark.parametrize("coding", CODINGS)
async def test_a_compressed_response_to_a_write_has_the_tag_of_the_read(ann: Person, coding: str) -> None:
    ann.client.headers["Accept-Encoding"] = coding
    written = await ann.post("/workouts", json=WORKOUT, headers={"Idempotency-Key": "1"})
    read = await ann.get(f"/workouts/{written.json()['id']}")
    ann.client.headers["Accept-Encoding"] = "identity"
    replayed = await ann.post("/workouts", json=WORKOUT, headers={"Idempotency-Key": "1"})

    assert written.headers["content-encoding"] == coding
    assert written.headers["etag"] == read.headers["etag"] == f'{replayed.headers["etag"][:-1]}-{coding}"'
    assert "content-encoding" not in replayed.headers
    assert replayed.json() == written.json()


async def test_a_statistic_is_known_again_in_any_coding(ann: Person) -> None:
    await ann.log(**WORKOUT)
    path = "/statistics/dashboard"
    for coding in CODINGS:
        first = await ann.get(path, headers={"Accept-Encoding": coding})
        second = await ann.get(path, headers={"If-None-Match": first.headers["etag"]})

        assert first.headers["content-encoding"] == coding
        assert second.status_code == 304
