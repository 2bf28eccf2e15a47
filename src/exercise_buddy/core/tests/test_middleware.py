"""What every answer carries."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import structlog
from pydantic import ValidationError
from structlog.testing import capture_logs

from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.settings import CoreSettings
from tests.support import SECRET, Client, Person, RunningApp, StartApp

router = Router(prefix="/bugs", tag="bugs")


@router.get("")
async def crash() -> None:
    secret = "a local variable that must not be shown"
    raise ZeroDivisionError(secret[:0])


async def test_a_request_id_is_given_back_if_it_is_a_uuid(client: Client) -> None:
    given = "018f3c1e-0000-7000-8000-000000000001"

    ours = await client.get("/health")
    theirs = await client.get("/health", headers={"X-Request-ID": given.upper()})
    nonsense = await client.get("/nowhere", headers={"X-Request-ID": 'x"; DROP TABLE'})

    assert UUID(ours.headers["x-request-id"]).version == 7
    assert theirs.headers["x-request-id"] == given
    assert UUID(nonsense.headers["x-request-id"]).version == 7
    assert nonsense.json()["request_id"] == nonsense.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/health", "/api/v1/users/me", "/nowhere", "/docs"])
async def test_every_answer_has_the_security_headers(client: Client, path: str) -> None:
    headers = (await client.get(path)).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert path == "/docs" or policy == "default-src 'none'; frame-ancestors 'none'"
    assert "server" not in headers
    assert "strict-transport-security" not in headers


async def test_hsts_is_said_over_tls_only(client: Client) -> None:
    response = await client.get("https://testserver/health")

    assert response.headers["strict-transport-security"].startswith("max-age=31536000")


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_html_has_a_policy_that_lets_only_our_scripts_run(client: Client, path: str) -> None:
    page = await client.get(path)
    policy = page.headers["content-security-policy"]
    files = re.findall(f'(?:src|href)="({path}/[^"]+)"', page.text)
    inline = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    missing = await client.get(f"{path}/nothing.js")

    assert "default-src 'none'" in policy
    assert policy.count("'sha256-") == len(inline)
    assert "script-src 'self' 'unsafe" not in policy
    assert "//cdn" not in page.text
    assert "//fonts" not in page.text
    assert f"{path}/" in "".join(files)
    assert {(await client.get(file)).status_code for file in files} == {200}
    assert missing.status_code == 404


async def test_the_openapi_document_is_where_tools_look_for_it(client: Client) -> None:
    usual, ours = [await client.get(path) for path in ("/openapi.json", "/api/v1/openapi.json")]

    assert usual.status_code == 200
    assert usual.content == ours.content
    assert usual.headers["etag"] == ours.headers["etag"]


async def test_charts_have_a_policy_that_allows_only_their_style(ann: Person) -> None:
    chart = await ann.get("/statistics/calendar", headers={"Accept": "image/svg+xml"})

    assert chart.headers["content-type"] == "image/svg+xml"
    assert chart.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
    )


async def test_caches_may_keep_only_public_documents(app: RunningApp, ann: Person) -> None:
    async with app.client() as client:
        assets = await client.get("/docs/swagger-ui.css")
        keys = await client.get("/.well-known/jwks.json")
        kept = [response.headers["cache-control"].partition(",")[0] for response in (assets, keys)]
        others = [
            await ann.get("/users/me"),
            await ann.get("/workouts"),
            await ann.get("/statistics/calendar"),
            await client.get("/api/v1/auth/providers"),
            await client.get("/api/v1/users/me"),
        ]

    assert kept == ["public", "public"]
    assert {response.headers["cache-control"] for response in others} == {"no-store"}


async def test_the_documentation_can_be_turned_off(start_app: StartApp) -> None:
    app = await start_app(docs_enabled=False)
    paths = ["/docs", "/docs/swagger-ui.css", "/redoc", "/redoc/redoc.standalone.js", "/openapi.json"]
    paths += ["/api/v1/openapi.json", "/api/v1/asyncapi.json"]

    async with app.client() as client:
        statuses = {(await client.get(path)).status_code for path in paths}

    assert statuses == {404}


async def test_the_contact_for_vulnerabilities_is_published_if_set(client: Client, start_app: StartApp) -> None:
    app = await start_app(security_contact="mailto:security@example.org")

    missing = await client.get("/.well-known/security.txt")
    async with app.client() as other:
        published = await other.get("/.well-known/security.txt")

    fields = dict(line.split(": ", 1) for line in published.text.splitlines())
    assert missing.status_code == 404
    assert published.headers["content-type"].startswith("text/plain")
    assert fields["Contact"] == "mailto:security@example.org"
    assert timedelta(days=1) < datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC) < timedelta(days=365)


@pytest.mark.parametrize(
    "contact", ["security@example.org", "http://example.org", "mailto:a@b\nContact: c", "https://a b"]
)
def test_a_contact_is_a_uri(contact: str) -> None:
    with pytest.raises(ValidationError, match="this is a URI"):
        CoreSettings.model_validate({"secret_key": SECRET, "security_contact": contact})


@pytest.mark.parametrize("path", ["/health", "/docs", "/api/v1/users/me", "/api/v1/auth/providers", "/metrics"])
async def test_two_authorization_headers_are_refused(ann: Person, path: str) -> None:
    token = ann.client.headers["Authorization"]

    refused = await ann.client.get(path, headers=[("Authorization", token), ("Authorization", token)])

    assert (refused.status_code, refused.json()["type"]) == (400, "/problems/malformed-request")


async def test_the_web_client_may_call_from_its_origin(client: Client) -> None:
    origin = {"Origin": "http://localhost:5173"}
    preflight = origin | {
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization, content-encoding, content-type, idempotency-key, if-match, "
        "if-none-match, x-request-id",
    }

    allowed = await client.options("/api/v1/users/me", headers=preflight)
    answered = await client.get("/api/v1/users/me", headers=origin)

    assert allowed.status_code == 200
    for response in (allowed, answered):
        assert response.headers["access-control-allow-origin"] == origin["Origin"]
        assert response.headers["access-control-allow-credentials"] == "true"
        assert "Origin" in response.headers["vary"]
    assert set(answered.headers["access-control-expose-headers"].split(", ")) == {
        "Content-Disposition",
        "ETag",
        "Ended-At-Source",
        "Idempotency-Replayed",
        "Location",
        "RateLimit",
        "RateLimit-Policy",
        "Retry-After",
        "X-Request-ID",
    }


@pytest.mark.parametrize("origin", ["http://localhost:5174", "https://localhost:5173", "null", "http://evil.example"])
async def test_nobody_else_may(client: Client, origin: str) -> None:
    preflight = {"Origin": origin, "Access-Control-Request-Method": "GET"}

    refused = await client.options("/api/v1/users/me", headers=preflight)
    answered = await client.get("/api/v1/users/me", headers={"Origin": origin})

    assert refused.status_code == 400
    assert "access-control-allow-origin" not in refused.headers
    assert "access-control-allow-origin" not in answered.headers


async def test_a_bug_is_answered_without_its_details_and_seen_by_the_web_client(start_app: StartApp) -> None:
    app = await start_app(router)

    with capture_logs() as logs:
        async with app.client() as client:
            response = await client.get("/api/v1/bugs", headers={"Origin": "http://localhost:5173"})

    assert response.status_code == 500
    assert response.headers["access-control-allow-origin"] == "http://localhost:5173"
    assert "ZeroDivision" not in response.text
    assert [log["event"] for log in logs] == ["unhandled_error", "request"]


async def test_one_line_says_what_a_request_was(ann: Person) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        response = await ann.get("/exercises", params={"search": "curl"})

    (line,) = [log for log in logs if log["event"] == "request"]
    assert line["request_id"] == response.headers["x-request-id"]
    assert line["method"] == "GET"
    assert line["path"] == "/api/v1/exercises"
    assert line["route"] == "/api/v1/exercises"
    assert line["status"] == 200
    assert line["bytes"] == int(response.headers["content-length"])
    assert line["user_id"] == ann.id
    assert line["client"] == "203.0.113.7"
    assert line["duration_ms"] > 0
    assert ann.client.headers["Authorization"] not in json.dumps(logs, default=str)


@pytest.mark.parametrize(
    ("version", "hosts", "status"),
    [
        ("1.1", ["testserver"], 200),
        ("1.1", ["[::1]:8000"], 200),
        ("1.1", [""], 200),
        ("1.1", [], 400),
        ("1.1", ["testserver", "testserver"], 400),
        ("1.1", ["test server"], 400),
        ("1.1", ["testserver/evil"], 400),
        ("1.0", [], 200),
        ("1.0", ["a", "b"], 400),
    ],
)
async def test_a_request_names_one_host(app: RunningApp, version: str, hosts: list[str], status: int) -> None:
    messages: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        messages.append(message)

    scope = {
        "type": "http",
        "http_version": version,
        "method": "GET",
        "scheme": "http",
        "path": "/health",
        "raw_path": b"/health",
        "query_string": b"",
        "headers": [(b"host", host.encode()) for host in hosts],
        "client": ("203.0.113.7", 50_000),
    }
    await app.asgi(scope, receive, send)

    assert messages[0]["status"] == status
    if status == 400:
        assert json.loads(messages[1]["body"])["type"] == "/problems/malformed-request"


async def test_the_address_is_believed_from_a_known_proxy_only(start_app: StartApp) -> None:
    trusting = await start_app(trusted_proxies="10.0.0.0/8")
    forwarded = {"X-Forwarded-For": "198.51.100.77", "X-Forwarded-Proto": "https"}

    async def seen(address: str) -> Any:
        with capture_logs() as logs:
            async with trusting.client(address) as client:
                response = await client.get("/health", headers=forwarded)
        return logs[-1]["client"], "strict-transport-security" in response.headers

    assert await seen("10.1.2.3") == ("198.51.100.77", True)
    assert await seen("192.0.2.1") == ("192.0.2.1", False)


async def test_openapi_is_served(client: Client) -> None:
    document = (await client.get("/api/v1/openapi.json")).json()

    assert document["openapi"].startswith("3.")


async def test_head_is_answered_like_get(ann: Person) -> None:
    got = await ann.get("/users/me")
    with capture_logs() as logs:
        asked = await ann.client.head("/api/v1/users/me")

    assert asked.status_code == 200
    assert asked.headers["etag"] == got.headers["etag"]
    assert asked.headers["content-length"] == got.headers["content-length"]
    assert [log["method"] for log in logs if log["event"] == "request"] == ["HEAD"]


async def test_nobody_is_redirected_by_the_host_that_they_name(ann: Person) -> None:
    response = await ann.get("/workouts/", headers={"Host": "evil.example"})

    assert response.status_code == 404
    assert "location" not in response.headers
