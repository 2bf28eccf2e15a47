"""The PostgreSQL that the tests run on: a container, or the embedded server. Always a real one."""

import functools
import gc
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

IMAGE = "postgres:18"
# Test data need not survive a power cut.
_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    # The WAL is kept in memory, which has room for this much.
    "max_wal_size": "128MB",
    # A test gets the same plans whatever ran before it.
    "autovacuum": "off",
    # Does nothing unless a connection asks for it: see `plans`.
    "session_preload_libraries": "auto_explain",
}
AUTO_EXPLAIN = {
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_nested_statements": "on",
    "auto_explain.log_format": "json",
    "auto_explain.log_level": "notice",
}
"""The settings of a connection that is told the plan of each statement it executes."""

# Each test has a database of its own, which is emptied without triggers. The application needs none of these rights.
_RIGHTS_OF_TESTS = f"""
ALTER ROLE exercise_buddy CREATEDB;

GRANT SET ON PARAMETER session_replication_role TO exercise_buddy;

GRANT SET ON PARAMETER {", ".join(AUTO_EXPLAIN)} TO exercise_buddy;

"""
# Of every database that is created: to measure the memory of a connection.
_RIGHTS_IN_TEMPLATE = """
GRANT EXECUTE ON FUNCTION pg_get_backend_memory_contexts() TO exercise_buddy;

"""
_MEMORY = Path("/dev/shm")  # noqa: S108  (each test run makes a folder of its own there)
_ROOM_BYTES = 4 * 1024**3


@functools.cache
def choice() -> tuple[str, str]:
    """Return the server to test on, and the reason, by `TEST_DATABASE_URL` and `TEST_POSTGRES`."""
    if os.environ.get("TEST_DATABASE_URL"):
        return "given", "TEST_DATABASE_URL"
    wanted = os.environ.get("TEST_POSTGRES", "auto")
    if wanted in {"container", "embedded"}:
        return wanted, f"TEST_POSTGRES={wanted}"
    problem = why_no_container(IMAGE)
    return ("embedded", problem) if problem else ("container", "Docker answers and has the image")


def why_no_container(image: str) -> str | None:
    """Return why this machine cannot run a container of an image, or None if it can."""
    with warnings.catch_warnings():
        # Without a Docker daemon, its client leaves an open socket behind.
        warnings.simplefilter("ignore", ResourceWarning)
        problem = _ask_docker_for(image)
        gc.collect()
    return problem


def _ask_docker_for(image: str) -> str | None:
    import docker  # comes with testcontainers

    try:
        client = docker.from_env(timeout=5)
    except Exception as error:
        return f"Docker does not answer ({type(error).__name__})"
    try:
        try:
            client.images.get(image)
        except docker.errors.ImageNotFound:
            client.images.pull(*image.split(":"))
    except Exception as error:
        return f"Docker cannot have {image} ({type(error).__name__})"
    finally:
        client.close()
    return None


def header() -> str:
    """Return a line that names the server that the tests run on."""
    kind, reason = choice()
    names = {
        "given": "the given server",
        "container": f"a container of {IMAGE} (testcontainers)",
        "embedded": "the embedded server",
    }
    return f"PostgreSQL: {names[kind]}, because: {reason}"


def make_folder(prefix: str) -> Path:
    """Create a folder for a database server: in memory if there is room, because a disk may be many times slower."""
    try:
        in_memory = shutil.disk_usage(_MEMORY).free > _ROOM_BYTES and os.access(_MEMORY, os.W_OK | os.X_OK)
    except OSError:
        in_memory = False
    return Path(tempfile.mkdtemp(prefix=prefix, dir=_MEMORY if in_memory else None))


@contextmanager
def server() -> Iterator[str]:
    """Run the chosen server; yield the URL of its maintenance database."""
    kind, _ = choice()
    if kind == "given":
        yield os.environ["TEST_DATABASE_URL"]
    elif kind == "container":
        yield from _container()
    else:
        yield from _embedded()


def _container() -> Iterator[str]:
    from testcontainers.community.postgres import PostgresContainer

    command = ["postgres", *(part for name, value in _FAST.items() for part in ("-c", f"{name}={value}"))]
    with PostgresContainer(IMAGE, driver=None, command=command) as container:
        # A task cancelled while asyncpg asks whether the server speaks TLS leaves a future behind, which complains in a
        # later test. Over the embedded server's socket it does not ask.
        yield f"{container.get_connection_url()}?sslmode=disable"


def _embedded() -> Iterator[str]:
    from exercise_buddy.core.db.embedded import embedded_postgres
    from exercise_buddy.core.db.embedded_server import Server

    data_dir = make_folder("exercise-buddy-tests-")
    try:
        settings = "".join(f"{name} = {value}\n" for name, value in _FAST.items())
        with embedded_postgres(data_dir):
            pass
        with (data_dir / "postgres" / "postgresql.auto.conf").open("a") as configuration:
            configuration.write(settings)
        Server(data_dir).run_as_superuser(_RIGHTS_OF_TESTS)
        Server(data_dir).run_as_superuser(_RIGHTS_IN_TEMPLATE, "template1")
        with embedded_postgres(data_dir) as url:
            yield url
    finally:
        shutil.rmtree(data_dir, ignore_errors=True)
