"""Fixtures for the tests of the slices (src/**/tests) and those that cross them (tests/)."""

import gc
import os
import secrets
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import asyncpg
import hypothesis
import pytest
from anyio import to_thread
from typer.testing import CliRunner, Result

from exercise_buddy.cli import app as cli
from exercise_buddy.core.http import websocket_protocol
from exercise_buddy.core.http.http_protocol import BoundedHttpProtocol
from exercise_buddy.core.http.routing import Router, mount
from exercise_buddy.core.http.websocket_protocol import BoundedWebSocketProtocol
from exercise_buddy.core.ops import logging
from exercise_buddy.core.settings import database_url as normalised
from exercise_buddy.main import create_app
from exercise_buddy.settings import Settings
from exercise_buddy.startup import get_database_url
from tests import confidential, postgres, sharding
from tests.databases import Databases, template_of, with_database
from tests.poolers import read_documented_configuration, run_pgbouncer
from tests.providers.browser import find_chromium, run_chromium, serve_front_end
from tests.serving import PortServer, Serve, serving_app
from tests.support import SECRET, Client, Join, Person, RunCommand, RunningApp, StartApp, running, sign_up

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

# The settings of the person who runs the tests are no business of theirs.
for name in ("DATABASE_URL", "SECRET_KEY", "SECRET_KEY_FILE", "DEBUG", "DATA_DIR", "RATE_LIMITS", "CORS_ORIGINS"):
    os.environ.pop(name, None)

# The tests start dozens of processes. Without bytecode, each compiles all modules again: two seconds of CPU time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# They begin first, so that none of them keeps one process busy at the end, when the others have nothing left to do.
_SLOWEST = (
    "test_conventions",
    "tests/command/",
    "test_new_slice",
    "test_memory",
    "test_bad_input",
    "test_statistics_recount",
    "test_records_recounted",
    "test_journeys",
)

# They drive browsers, processes and signals in real time, and a busy machine can make one of them fail. It runs once
# more, and the summary says so. So do fault drills (tests/faults/conftest.py). All other tests have one run.
_IN_REAL_TIME = ("tests/web/", "tests/command/", "core/tests/test_workers.py", "test_embedded")

# The same examples on every run: what one person's run finds, everybody's does.
hypothesis.settings.register_profile("the same", derandomize=True, deadline=None)
hypothesis.settings.load_profile("the same")


def pytest_configure() -> None:
    confidential.watch_the_log()
    sharding.watch_statements()
    logging.configure(Settings(secret_key=SECRET, log_format="json"))


def pytest_collection_finish() -> None:
    # All modules and tests are there to stay: the collector need not walk through them again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    # Tests often wait for processes and commits: three processes are faster than two on two cores.
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "slow" not in config.getoption("markexpr"):
        slow = [item for item in items if item.get_closest_marker("slow")]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]
    for item in items:
        if "server_url" in getattr(item, "fixturenames", ()):
            item.add_marker("database")
        if any(part in item.nodeid for part in _IN_REAL_TIME):
            item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=_start_position)


def _start_position(item: pytest.Item) -> int:
    return next((place for place, part in enumerate(_SLOWEST) if part in item.nodeid), len(_SLOWEST))


def pytest_report_header() -> str:
    return postgres.header()


@pytest.fixture(autouse=True)
def no_secret_is_logged() -> Iterator[None]:
    """Fail a test in which a line of the log holds a password, a token, a code or a cookie of its requests."""
    confidential.forget()
    yield
    assert confidential.leaked_secrets() == []


@pytest.fixture(autouse=True)
def statements_need_one_user() -> Iterator[None]:
    """Fail a test in which the application runs a statement that needs the rows of more than one user."""
    sharding.executed.clear()
    yield
    assert sharding.faulty_statements() == {}


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A running PostgreSQL: the URL of its maintenance database."""
    with postgres.server() as url:
        yield normalised(url)


@pytest.fixture(scope="session")
def pooler_url(server_url: str) -> Iterator[str | None]:
    """The same through PgBouncer in transaction mode, if `TEST_PGBOUNCER` is set."""
    if not os.environ.get("TEST_PGBOUNCER"):
        yield None
        return
    with run_pgbouncer(server_url, read_documented_configuration()) as pooler:
        yield pooler.url


@pytest.fixture(scope="session")
async def template(server_url: str) -> AsyncIterator[str]:
    """A database with all migrations and the catalogue, to copy. Nothing in it helps a former release."""
    # Many short runs one after the other, as of mutation testing, share one: see `tests/mutation`.
    if given := os.environ.get("TEST_DATABASE_TEMPLATE"):
        yield given
        return
    async with template_of(server_url) as name:
        yield name


@pytest.fixture
async def empty_database_url(server_url: str) -> AsyncIterator[str]:
    """A database without any table."""
    name = f"empty_{secrets.token_hex(4)}"
    admin = await asyncpg.connect(server_url)
    await admin.execute(f"CREATE DATABASE {name}")
    try:
        yield with_database(server_url, name)
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


@pytest.fixture(scope="session")
async def databases_of_tests(server_url: str, template: str) -> AsyncIterator[Databases]:
    async with Databases.of(server_url, template) as databases:
        yield databases


@pytest.fixture
async def database_url(databases_of_tests: Databases, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """A migrated database of this test's own."""
    async with databases_of_tests.one(is_new=request.node.get_closest_marker("new_database") is not None) as url:
        yield url


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A plain connection to the test's database, to look at what was really written."""
    connection = await asyncpg.connect(database_url, server_settings={"timezone": "UTC"})
    yield connection
    await connection.close()


@pytest.fixture
def settings(database_url: str, pooler_url: str | None, tmp_path: Path) -> Settings:
    """Settings that make the tests quick: cheap password hashes, no general rate limits."""
    return Settings(
        database_url=database_url,
        database_pooler_url=pooler_url and with_database(pooler_url, urlsplit(database_url).path.strip("/")),
        database_pool_size=5,
        data_dir=tmp_path,
        secret_key=SECRET,
        password_hash_memory_kib=7 * 1024,
        password_hash_iterations=1,
        # Whether or not it is built.
        web_enabled=False,
        frontend_url="http://localhost:5173",
        # Many tests send the same request twenty times at once.
        max_requests_in_flight=100,
        rate_limits={
            "anonymous": "100000/minute",
            "signed_in": "100000/minute",
            "registrations_address": "100000/hour",
            "mails_address": "100000/hour",
            "imports_user": "100000/hour",
            "traces_user": "100000/minute",
            "work": "1000000/minute",
        },
    )


@pytest.fixture
async def start_app(settings: Settings) -> AsyncIterator[StartApp]:
    """Run an app with other settings, or with endpoints of the test: `await start_app(router, debug=True)`."""
    async with AsyncExitStack() as stack:

        async def start(*routers: Router, **changed: object) -> RunningApp:
            app = create_app(Settings.model_validate({**settings.__dict__, **changed}))
            mount(app, *routers)
            return await stack.enter_async_context(running(app))

        yield start


@pytest.fixture
async def app(start_app: StartApp) -> RunningApp:
    """The app, running on the test's database."""
    return await start_app()


@pytest.fixture
async def serve(settings: Settings) -> AsyncIterator[Serve]:
    """Serve the app on a port as a worker process does, perhaps with other settings: `await serve(debug=True)`."""
    async with AsyncExitStack() as stack:

        async def start(**changed: object) -> PortServer:
            app = create_app(Settings.model_validate({**settings.__dict__, **changed}))
            protocols = {"http": BoundedHttpProtocol, "ws": BoundedWebSocketProtocol, **websocket_protocol.OPTIONS}
            return await stack.enter_async_context(serving_app(app, lifespan="on", **protocols))

        yield start


@pytest.fixture
def run_command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> RunCommand:
    """Run `exercise-buddy …` on the test's database, in a thread: it has an event loop of its own."""
    monkeypatch.setenv("DATABASE_URL", get_database_url(settings))
    monkeypatch.setenv("SECRET_KEY", SECRET)

    async def run(*arguments: str, typed: str | None = None) -> Result:
        return await to_thread.run_sync(lambda: CliRunner().invoke(cli, arguments, input=typed))

    return run


@pytest.fixture
async def chromium() -> AsyncIterator["BrowserContext"]:
    """Chromium with a new profile. Without Chromium, the test is skipped."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium found (apt-get install chromium, or set TEST_CHROMIUM)")
    async with run_chromium(path) as context:
        yield context


@pytest.fixture
def front_end() -> Iterator[str]:
    """The origin of a web client."""
    with serve_front_end() as origin:
        yield origin


@pytest.fixture
async def client(app: RunningApp) -> AsyncIterator[Client]:
    """A client that is not signed in."""
    async with app.client() as client:
        yield client


@pytest.fixture
async def join(app: RunningApp) -> AsyncIterator[Join]:
    """Sign people up: `await join("ann", time_zone="Asia/Kolkata")`."""
    people: list[Person] = []

    async def sign_somebody_up(name: str, **registration: object) -> Person:
        person = await sign_up(app, name, **registration)
        people.append(person)
        return person

    yield sign_somebody_up
    for person in people:
        await person.client.aclose()


@pytest.fixture
async def ann(join: Join) -> Person:
    """A person with an account, in Berlin."""
    return await join("ann")


@pytest.fixture
async def bob(join: Join) -> Person:
    """Another person."""
    return await join("bob")
