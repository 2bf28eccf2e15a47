"""The files and pages of the web client, from a folder as the build writes it."""

import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from exercise_buddy.web.files import WebClient

SCRIPT = b"export const text = 'squat';"


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Buddy</title>")
    (folder / "paths.json").write_text(json.dumps({"home": "/", "count": "/count", "workout": "/workouts/:id"}))
    (folder / "fingerprint").write_text("abc")
    (folder / "sw.js").write_text("self")
    (folder / "assets" / "index-abc.js").write_bytes(SCRIPT)
    (folder / "assets" / "index-abc.js.gz").write_bytes(gzip.compress(SCRIPT))
    return folder


@pytest.fixture
async def client(dist: Path) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI(openapi_url=None)
    WebClient(dist).install(app)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://testserver") as client:
        yield client


@pytest.mark.parametrize("path", ["/count", "/workouts/0198c8e1", "/workouts/a%20b"])
async def test_a_page_is_the_index_with_a_strict_policy(client: httpx2.AsyncClient, path: str) -> None:
    response = await client.get(path)

    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<title>Buddy</title>" in response.text
    policy = response.headers["content-security-policy"].split("; ")
    assert "script-src 'self' 'wasm-unsafe-eval'" in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["cache-control"] == "public, no-cache"
    assert response.headers["permissions-policy"].startswith("camera=(self), microphone=()")
    assert (await client.head(path)).status_code == 200


async def test_a_page_that_a_browser_has_is_not_sent_again(client: httpx2.AsyncClient) -> None:
    first = await client.get("/count")

    again = await client.get("/count", headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/nothing", "/workouts", "/workouts/a/b", "/assets/nothing.js", "/fingerprint", "/paths.json", "/assets/"]
)
async def test_no_other_path_is_a_page(client: httpx2.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_nobody_leaves_the_folder(client: httpx2.AsyncClient, dist: Path) -> None:
    (dist.parent / "secret_key").write_text("secret")

    for path in ("/assets/../../secret_key", "/assets/%2e%2e/%2e%2e/secret_key", "/..%2fsecret_key"):
        assert (await client.get(path)).status_code == 404


async def test_a_file_with_a_hash_in_its_name_is_kept_for_ever(client: httpx2.AsyncClient) -> None:
    response = await client.get("/assets/index-abc.js", headers={"Accept-Encoding": "br, gzip"})

    assert response.content == SCRIPT
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["vary"] == "Accept-Encoding"


async def test_a_client_without_compression_gets_the_file_itself(client: httpx2.AsyncClient) -> None:
    response = await client.get("/assets/index-abc.js", headers={"Accept-Encoding": "identity"})

    assert (response.content, "content-encoding" in response.headers) == (SCRIPT, False)


async def test_a_worker_has_the_policy_of_the_pages(client: httpx2.AsyncClient) -> None:
    response = await client.get("/sw.js")

    assert response.headers["cache-control"] == "public, no-cache"
    assert "script-src 'self'" in response.headers["content-security-policy"]


def test_paths_without_parameters_are_known(dist: Path) -> None:
    assert WebClient(dist).paths == {"/", "/count", "/index.html", "/sw.js", "/assets/index-abc.js"}
