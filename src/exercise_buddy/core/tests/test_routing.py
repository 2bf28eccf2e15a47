"""What no input may hold is refused before any endpoint."""

from collections.abc import AsyncIterator
from typing import Annotated

import httpx2
import pytest
from fastapi import Form, Query, UploadFile

from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.problems import Problem, documented
from exercise_buddy.core.types import Input
from tests.factories import error_pointers, read_problem
from tests.support import StartApp


class Thing(Input):
    name: str
    size: int = 0


router = Router(prefix="/things", tag="things")
seen: list[object] = []


@router.post("")
async def make(thing: Thing) -> Thing:
    seen.append(thing)
    return thing


@router.get("/{name}")
async def read(name: str, size: int = 0, colour: Annotated[list[str] | None, Query()] = None) -> Thing:
    return Thing(name=name + "".join(colour or ()), size=size)


@router.post("/form")
async def fill_in(name: Annotated[str, Form()], file: UploadFile | None = None) -> Thing:
    return Thing(name=name, size=file.size or 0 if file else 0)


@router.post("/large", max_body_size=3 * 1024 * 1024)
async def make_large(thing: Thing) -> int:
    return len(thing.name)


class Circular(Problem):
    status = 409
    slug = "circular"
    title = "Its causes form a circle"


@router.post("/circular", responses=documented(Circular))
async def fail(thing: Thing) -> None:
    problem, cause = Circular(thing.name), ValueError()
    problem.__cause__, cause.__context__ = cause, problem
    raise problem


@router.post("/own-cause", responses=documented(Circular))
async def fail_again(thing: Thing) -> None:
    problem = Circular(thing.name)
    raise problem from problem


@pytest.fixture
async def client(start_app: StartApp) -> httpx2.AsyncClient:
    seen.clear()
    app = await start_app(router)
    return app.client()


async def post(client: httpx2.AsyncClient, content: bytes, content_type: str = "application/json") -> httpx2.Response:
    return await client.post("/api/v1/things", content=content, headers={"Content-Type": content_type})


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "json_invalid"),
        (b"", "missing"),
        (b"nonsense", "json_invalid"),
        (b'{"name": NaN}', "json_invalid"),
        (b'{"name": "a", "size": Infinity}', "json_invalid"),
        (b'{"name": "a", "size": 1e999}', "json_invalid"),
        (b'{"name": "\\ud800"}', "json_invalid"),
        (b'{"name": "\xff"}', "json_invalid"),
        (b"[" * 5000 + b"]" * 5000, "json_invalid"),
        (b'{"name": "a", "size": 18446744073709551616}', "int_parsing_size"),
        (b'{"name": "a\\u0000b"}', "nul_character"),
        (b'{"name": "a", "ex\\u0000tra": 1}', "nul_character"),
        (b'{"name": "a", "extra": 1}', "extra_forbidden"),
        (b'{"name": 5}', "string_type"),
        (b"[]", "object_type"),
        (b"null", "object_type"),
    ],
)
async def test_json_that_no_endpoint_should_see(client: httpx2.AsyncClient, content: bytes, code: str) -> None:
    response = await post(client, content)

    assert response.status_code == 422
    assert [error["code"] for error in response.json()["errors"]] == [code]
    assert seen == []


async def test_numbers_that_json_does_not_have_are_pointed_at(client: httpx2.AsyncClient) -> None:
    response = await post(client, b'{"name": "a", "list": [{"deep": Infinity}, -1, 1e999, "NaN", NaN]}')

    assert error_pointers(response) == ["/list/0/deep", "/list/2", "/list/4"]
    assert seen == []


async def test_nul_is_pointed_at_wherever_it_stands(client: httpx2.AsyncClient) -> None:
    response = await post(client, b'{"name": "a", "list": [{"deep": "\\u0000"}, "fine", "\\u0000"]}')

    assert [error["pointer"] for error in response.json()["errors"]] == ["/list/0/deep", "/list/2"]


async def test_nul_is_found_in_a_deep_body(client: httpx2.AsyncClient) -> None:
    response = await post(client, b'{"a":' * 500 + b'"\\u0000"' + b"}" * 500)

    assert [error["code"] for error in response.json()["errors"]] == ["nul_character"]


async def test_the_text_of_an_escape_sequence_is_no_nul(client: httpx2.AsyncClient) -> None:
    response = await post(client, b'{"name": "\\\\u0000"}')

    assert response.json()["name"] == "\\u0000"


@pytest.mark.parametrize(("value", "code"), [(b'"\\u0000"', "nul_character"), (b"1e999", "json_invalid")])
async def test_the_search_for_what_is_wrong_ends(client: httpx2.AsyncClient, value: bytes, code: str) -> None:
    many = await post(client, b'{"name": "a", "list": [' + b",".join([value] * 20_000) + b"]}")
    late = await post(client, b'{"name": "a", "list": [' + b"0," * 20_000 + value + b"]}")

    assert many.json()["detail"].startswith("The input has more than 20 errors")
    assert {error["code"] for error in many.json()["errors"]} == {code}
    # Only so many values are looked at to find the place.
    assert [(error["code"], error["pointer"]) for error in late.json()["errors"]] == [(code, "")]


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "nonsense"])
async def test_a_body_that_is_no_json_is_refused_as_such(client: httpx2.AsyncClient, media_type: str) -> None:
    response = await post(client, b'{"name": "a"}', media_type)

    assert read_problem(response) == (415, "/problems/unsupported-media-type")


@pytest.mark.parametrize("path", ["", "/form"])
@pytest.mark.parametrize(("encoding", "status"), [("gzip", 415), ("br", 415), ("identity", 200), ("Identity", 200)])
async def test_a_compressed_body_is_refused_as_such(
    client: httpx2.AsyncClient, path: str, encoding: str, status: int
) -> None:
    headers = {"Content-Encoding": encoding}
    if path:
        response = await client.post("/api/v1/things/form", data={"name": "a"}, headers=headers)
    else:
        response = await client.post("/api/v1/things", json={"name": "a"}, headers=headers)

    assert response.status_code == status
    if status == 415:
        assert read_problem(response) == (415, "/problems/unsupported-media-type")
        assert response.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "media_type", ["application/json", "application/json; charset=utf-8", "application/vnd.x+json"]
)
async def test_json_has_many_names(client: httpx2.AsyncClient, media_type: str) -> None:
    assert (await post(client, b'{"name": "a"}', media_type)).status_code == 200


@pytest.mark.parametrize(
    ("path", "location", "pointer", "code"),
    [
        ("/api/v1/things/a%00b", "path", "", "nul_character"),
        ("/api/v1/things/a?size=%00", "query", "/size", "nul_character"),
        ("/api/v1/things/a?sise=1", "query", "/sise", "unknown_parameter"),
        ("/api/v1/things/a?size=1&size=1", "query", "/size", "repeated"),
        ("/api/v1/things/a?colour=x&size=1&s%69ze=2&colour=y", "query", "/size", "repeated"),
        ("/api/v1/things/a?size=x", "query", "/size", "int_parsing"),
        ("/api/v1/things/a?size=", "query", "/size", "int_parsing"),
    ],
)
async def test_nonsense_in_the_address(
    client: httpx2.AsyncClient, path: str, location: str, pointer: str, code: str
) -> None:
    response = await client.get(path)

    assert response.status_code == 422
    assert [(e["location"], e["pointer"], e["code"]) for e in response.json()["errors"]] == [(location, pointer, code)]


async def test_a_list_in_the_query_may_have_many_values(client: httpx2.AsyncClient) -> None:
    response = await client.get("/api/v1/things/a?colour=b&colour=c&size=2")

    assert (response.status_code, response.json()) == (200, {"name": "abc", "size": 2})


async def test_nul_in_a_form_and_in_the_name_of_a_file(client: httpx2.AsyncClient) -> None:
    urlencoded = await client.post("/api/v1/things/form", data={"name": "a\0"})
    multipart = await client.post("/api/v1/things/form", data={"name": "a\0"}, files={"file": ("x", b"")})

    assert urlencoded.json()["errors"][0]["pointer"] == "/name"
    assert multipart.json()["errors"][0]["pointer"] == "/name"
    assert (urlencoded.status_code, multipart.status_code) == (422, 422)


async def test_a_form_that_is_broken_is_malformed(client: httpx2.AsyncClient) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}

    response = await client.post("/api/v1/things/form", content=b"--y\r\nnonsense", headers=headers)

    assert read_problem(response) == (400, "/problems/malformed-request")


async def test_a_body_over_the_limit_is_refused(client: httpx2.AsyncClient) -> None:
    large = b'{"name": "' + b"a" * 1024 * 1024 + b'"}'

    refused = await post(client, large)
    accepted = await client.post("/api/v1/things/large", content=large, headers={"Content-Type": "application/json"})

    assert read_problem(refused) == (413, "/problems/content-too-large")
    assert accepted.json() == 1024 * 1024


async def test_a_body_without_a_length_is_counted(client: httpx2.AsyncClient) -> None:
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(64):
            sent += 64 * 1024
            yield b"a" * 64 * 1024

    headers = {"Content-Type": "application/json"}
    response = await client.post("/api/v1/things", content=chunks(), headers=headers)

    assert response.status_code == 413
    assert sent < 3 * 1024 * 1024


@pytest.mark.parametrize("path", ["circular", "own-cause"])
async def test_an_error_whose_causes_form_a_circle_is_a_problem_too(client: httpx2.AsyncClient, path: str) -> None:
    response = await client.post(f"/api/v1/things/{path}", json={"name": "Ann", "size": 1})

    assert (response.status_code, response.json()["type"]) == (409, "/problems/circular")


async def test_a_method_that_is_not_there_names_those_that_are(client: httpx2.AsyncClient) -> None:
    response = await client.delete("/api/v1/things/form")

    assert response.status_code == 405
    assert response.headers["allow"] == "OPTIONS, POST"
    assert response.json()["type"] == "/problems/method-not-allowed"


async def test_options_without_an_origin_names_the_methods(client: httpx2.AsyncClient) -> None:
    response = await client.options("/api/v1/things/form")

    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["allow"] == "OPTIONS, POST"
    assert (await client.options("/api/v1/nothing")).status_code == 404


async def test_a_path_that_is_not_there(client: httpx2.AsyncClient) -> None:
    response = await client.get("/api/v2/things")

    assert read_problem(response) == (404, "/problems/not-found")
