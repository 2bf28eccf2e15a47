"""The real PgBouncer in transaction mode, with the configuration of docs/operating/scale.md."""

import asyncio
import re
from collections.abc import Iterator
from itertools import count
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest

from exercise_buddy.auth.tests.helpers import Outbox
from exercise_buddy.database_requirements import DatabaseRequirementError, build_connect_query, check_database
from exercise_buddy.settings import Settings
from tests import crowd
from tests.databases import with_database
from tests.factories import workout
from tests.journeys import Journey
from tests.poolers import read_documented_configuration, run_pgbouncer
from tests.providers.openid import OpenIDProvider
from tests.providers.provider import run_provider
from tests.serving import Serve
from tests.support import STEP_UP, Join, Person, RunCommand, StartApp, sign_up

# So few that each transaction gets another connection than the one before.
CONFIGURATION = read_documented_configuration().replace("default_pool_size = 20", "default_pool_size = 3")
STATE = "SELECT count(*) FROM pg_prepared_statements"


@pytest.fixture(scope="module")
def pooler_url(server_url: str) -> Iterator[str]:
    with run_pgbouncer(server_url, CONFIGURATION) as pooler:
        yield pooler.url


@pytest.fixture
def google() -> Iterator[OpenIDProvider]:
    with run_provider(OpenIDProvider, "google") as provider:
        yield provider


async def test_a_person_reaches_every_endpoint(
    start_app: StartApp,
    serve: Serve,
    settings: Settings,
    google: OpenIDProvider,
    connection: asyncpg.Connection,
    pooler_url: str,
) -> None:
    app, server = await start_app(**google.settings()), await serve()
    person = await sign_up(app, "ann")
    await crowd.fill(connection, [UUID(person.id)], 40, exercises=4, sets=5)
    journey = Journey(app, person, Outbox(settings.data_dir / "outbox"), server)

    await journey.take()

    paths = app.app.openapi()["paths"].items()
    assert {f"{method.upper()} {path}" for path, methods in paths for method in methods} - journey.reached == set()
    through = await asyncpg.connect(with_database(pooler_url, name_of(settings)), statement_cache_size=0)
    # Nothing stays on the connections that all share.
    assert [await through.fetchval(STATE) for _ in range(10)] == [0] * 10
    await through.close()


def name_of(settings: Settings) -> str:
    assert settings.database_url is not None
    return urlsplit(settings.database_url.get_secret_value()).path.strip("/")


async def test_many_requests_at_once_share_few_connections(
    start_app: StartApp, join: Join, connection: asyncpg.Connection
) -> None:
    other_app = await start_app()
    people = [await join(f"person-{number}") for number in range(8)]
    people += [await sign_up(other_app, f"other-{number}") for number in range(8)]
    numbers = count(40)

    async def train(person: Person) -> None:
        for _ in range(5):
            logged = await person.log(**workout())
            assert logged["id"] in await person.list_page("/workouts")
            await person.weigh("2026-03-01", next(numbers))
            records = await person.get("/statistics/dashboard")
            assert records.status_code == 200, records.text

    await asyncio.gather(*map(train, people))

    used = await connection.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND query NOT LIKE 'LISTEN%' AND query <> 'SELECT 1'"
    )
    assert used <= 3
    assert [len(await person.list_page("/workouts")) for person in people] == [5] * 16
    for person in people[8:]:
        await person.client.aclose()


async def test_other_processes_hear_of_a_revoked_session(start_app: StartApp, ann: Person) -> None:
    other_app = await start_app()
    elsewhere = other_app.client(Authorization=ann.client.headers["Authorization"])
    assert (await elsewhere.get("/api/v1/users/me")).status_code == 200

    assert (await ann.delete("/auth/sessions", json=STEP_UP)).status_code < 300

    for _ in range(500):
        if (await elsewhere.get("/api/v1/users/me")).status_code == 401:
            break
        await asyncio.sleep(0.02)
    else:
        pytest.fail("the session was never refused")
    await elsewhere.aclose()


async def test_a_pooler_without_limits_is_refused(
    settings: Settings,
    server_url: str,
    pooler_url: str,
    run_command: RunCommand,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATA_DIR", str(settings.data_dir))
    url, _, rest = CONFIGURATION.partition(" connect_query=")
    bare = f"{url}\n{rest.partition(chr(10))[2]}"
    assert settings.database_url is not None
    database_url = settings.database_url.get_secret_value()
    check_database(database_url, with_database(pooler_url, name_of(settings)))
    with run_pgbouncer(server_url, bare) as pooler:
        with pytest.raises(DatabaseRequirementError, match="DATABASE_POOLER_URL") as raised:
            check_database(database_url, with_database(pooler.url, name_of(settings)))

        monkeypatch.setenv("DATABASE_POOLER_URL", with_database(pooler.url, name_of(settings)))
        unlimited = (await run_command("doctor")).stdout
    away = (await run_command("doctor")).stdout
    monkeypatch.setenv("DATABASE_POOLER_URL", with_database(pooler_url, name_of(settings)))
    well = (await run_command("doctor")).stdout

    assert build_connect_query() in str(raised.value)
    assert build_connect_query() in unlimited
    assert re.search(r"^error +pooler +It cannot be reached", away, re.MULTILINE)
    assert re.search(r"^ok +pooler", well, re.MULTILINE)
    assert "\n" not in str(raised.value)


async def test_a_pooler_that_leads_elsewhere_is_refused(
    settings: Settings,
    pooler_url: str,
    empty_database_url: str,
    run_command: RunCommand,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATA_DIR", str(settings.data_dir))
    assert settings.database_url is not None
    another = with_database(pooler_url, urlsplit(empty_database_url).path.strip("/"))

    with pytest.raises(DatabaseRequirementError, match="DATABASE_POOLER_URL leads to another database"):
        check_database(settings.database_url.get_secret_value(), another)

    monkeypatch.setenv("DATABASE_POOLER_URL", another)
    found = await run_command("doctor")
    assert re.search(r"^error +pooler +DATABASE_POOLER_URL leads to another database", found.stdout, re.MULTILINE)
    assert found.exit_code == 1


def test_the_documentation_sets_the_limits() -> None:
    assert f" {build_connect_query()}\n" in read_documented_configuration()
