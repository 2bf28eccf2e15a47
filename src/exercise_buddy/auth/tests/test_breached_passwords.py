"""The check at a service of breached passwords, which a local server plays."""

import asyncio
import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from exercise_buddy.auth import breached_passwords
from exercise_buddy.auth.tests.helpers import NEW_PASSWORD, Outbox, call, log_in, put
from tests.providers.server import serve
from tests.support import PASSWORD, Person, RunningApp, StartApp, find_free_port, wait_until

BREACHED = "wendeltreppe im garten"
HASH = hashlib.sha1(BREACHED.encode()).hexdigest().upper()  # noqa: S324
REGISTER = "/auth/register"


@dataclass
class RangeServer:
    url: str
    fault: str | None = None
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        self.requests.append((request.url.path, dict(request.headers)))
        lines = ["0018A45C4D1DEF81644B54AB7F969B88D65:4", f"{HASH[5:]}:12", f"{'A' * 35}:0"]
        if request.path_params["prefix"] != HASH[:5]:
            lines[1:2] = []
        content = "\r\n".join(lines)
        match self.fault:
            case "status":
                return Response(content, 503)
            case "redirect":
                return RedirectResponse(f"{self.url}/elsewhere/{request.path_params['prefix']}")
            case "invalid":
                return Response(f"<html>{content}</html>")
            case "compressed":
                return Response(gzip.compress(content.encode()), headers={"content-encoding": "gzip"})
            case "too long":
                return Response(content + f"\r\n{'B' * 35}:1" * 7000)
            case "hangs":
                return StreamingResponse(self._hang())
        return Response(content)

    async def _hang(self) -> Any:
        yield HASH[5:]
        await asyncio.sleep(30)


@pytest.fixture
def range_server() -> Iterator[RangeServer]:
    server = RangeServer("")

    def build(url: str) -> Starlette:
        server.url = url
        return Starlette(routes=[Route("/range/{prefix}", server.answer)])

    with serve(build):
        yield server


@pytest.fixture
async def checking_app(start_app: StartApp, range_server: RangeServer) -> RunningApp:
    return await start_app(breached_passwords_url=f"{range_server.url}/range/", metrics_enabled=True)


async def get_checks(app: RunningApp) -> dict[str, str]:
    async with app.client() as client:
        lines = (await client.get("/metrics")).text.splitlines()
    found = [line for line in lines if line.startswith("breached_password_checks_total{")]
    return {line.split('"')[1]: line.split()[-1] for line in found}


async def test_a_breached_password_is_refused_at_registration(
    checking_app: RunningApp, range_server: RangeServer
) -> None:
    refused = await call(checking_app, REGISTER, email="ann@example.com", password=BREACHED)
    accepted = await call(checking_app, REGISTER, email="ann@example.com", password=PASSWORD)

    assert (refused.status_code, accepted.status_code) == (422, 201)
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
        ("/password", "password_breached")
    ]
    path, headers = range_server.requests[0]
    assert path == f"/range/{HASH[:5]}"
    assert headers["add-padding"] == "true"
    assert HASH[5:] not in str(range_server.requests)
    assert await get_checks(checking_app) == {"breached": "1.0", "unknown": "1.0"}


async def test_a_breached_password_is_refused_at_change_and_reset(
    checking_app: RunningApp, outbox: Outbox, range_server: RangeServer
) -> None:
    await call(checking_app, REGISTER, email="ann@example.com", password=PASSWORD)
    tokens = (await log_in(checking_app, "ann@example.com")).json()
    client = checking_app.client(Authorization=f"Bearer {tokens['access_token']}")
    ann = Person("", "ann@example.com", PASSWORD, tokens["refresh_token"], client)
    await call(checking_app, "/auth/password/forgot", email=ann.email)
    token = (await outbox.wait_for(ann.email, "Choose")).token
    before = len(range_server.requests)

    changed = await put(ann, "/auth/password", current_password=PASSWORD, new_password=BREACHED)
    reset = await call(checking_app, "/auth/password/reset", token=token, password=BREACHED)
    signed_in = await log_in(checking_app, ann.email)

    assert [(r.status_code, r.json()["errors"][0]["code"]) for r in (changed, reset)] == [
        (422, "password_breached")
    ] * 2
    assert signed_in.status_code == 200
    assert len(range_server.requests) == before + 2
    assert (await put(ann, "/auth/password", current_password=PASSWORD, new_password=NEW_PASSWORD)).status_code == 204
    await client.aclose()


@pytest.mark.parametrize("fault", ["status", "redirect", "invalid", "compressed", "too long", "hangs"])
async def test_the_password_passes_if_the_service_fails(
    checking_app: RunningApp,
    range_server: RangeServer,
    fault: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(breached_passwords, "_TIMEOUT_SECONDS", 2.0)
    range_server.fault = fault

    response = await call(checking_app, REGISTER, email="ann@example.com", password=BREACHED)

    assert response.status_code == 201
    assert await get_checks(checking_app) == {"failed": "1.0"}
    assert len(range_server.requests) == 1
    logged = capsys.readouterr().out
    assert "breached_passwords_unavailable" in logged
    assert not any(secret in logged for secret in (BREACHED, HASH[:5], HASH[5:]))


async def test_an_unreachable_service_refuses_nothing(start_app: StartApp) -> None:
    app = await start_app(breached_passwords_url=f"http://127.0.0.1:{find_free_port()}")

    response = await call(app, REGISTER, email="ann@example.com", password=BREACHED)

    assert response.status_code == 201


async def test_no_database_connection_is_held_during_the_check(
    start_app: StartApp, range_server: RangeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breached_passwords, "_TIMEOUT_SECONDS", 2.0)
    app = await start_app(breached_passwords_url=f"{range_server.url}/range", database_pool_size=1)
    range_server.fault = "hangs"
    waiting = [
        asyncio.create_task(call(app, REGISTER, email=f"{number}@example.com", password=BREACHED))
        for number in range(3)
    ]
    await wait_until(lambda: len(range_server.requests) == 3)

    # It records a failed login with the only connection for writes.
    other = await log_in(app, "nobody@example.com")

    assert other.status_code == 401
    assert [task.done() for task in waiting] == [False] * 3
    assert [response.status_code for response in await asyncio.gather(*waiting)] == [201] * 3


async def test_a_common_password_never_leaves_the_server(checking_app: RunningApp, range_server: RangeServer) -> None:
    response = await call(checking_app, REGISTER, email="ann@example.com", password="password1")

    assert response.status_code == 422
    assert range_server.requests == []
