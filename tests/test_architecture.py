"""Rules that neither a linter nor import-linter holds."""

import ast
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from sqlalchemy.orm import Mapper, configure_mappers

import exercise_buddy
from exercise_buddy.core.db.tables import TableModel
from exercise_buddy.core.http.routing import Router
from exercise_buddy.main import SLICES
from exercise_buddy.schema import metadata

SOURCE = Path(exercise_buddy.__file__).parent
SLICE_NAMES = sorted(path.parent.name for path in SOURCE.glob("*/router.py"))


@cache
def modules() -> list[tuple[str, ast.Module]]:
    """Return the syntax tree of each source file, by its path."""
    paths = [path for path in sorted(SOURCE.rglob("*.py")) if "tests" not in path.parts]
    return [(str(path.relative_to(SOURCE)), ast.parse(path.read_text())) for path in paths]


def called_attributes(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr


def imported_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def calls_of(tree: ast.Module, owner: str, method: str) -> bool:
    """Return whether a module calls `owner.method()`, or `….owner.method()`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method:
            value = node.func.value
            if owner in (getattr(value, "id", None), getattr(value, "attr", None)):
                return True
    return False


def test_only_the_kernel_commits() -> None:
    commits = {name for name, tree in modules() if "commit" in called_attributes(tree)}

    # A migration is not a request: Alembic's own transactions end on a connection of their own.
    assert commits == {"core/db/database.py", "migration.py"}


def test_no_handler_rolls_its_request_back() -> None:
    # A rollback in mid-request loses what the request has written so far. Handlers use savepoints.
    assert [name for name, tree in modules() if calls_of(tree, "session", "rollback")] == []


def test_who_opens_a_transaction_of_its_own() -> None:
    owners = {
        name
        for name, tree in modules()
        if calls_of(tree, "database", "transaction") or calls_of(tree, "_database", "transaction")
    }

    assert owners == {
        "core/db/jobs.py",  # the steps of long work
        "core/db/retries.py",  # for updates of the catalogue
        # Between two requests to a provider, no transaction may wait for the network.
        "auth/oauth/handlers.py",
        # Tasks beside the requests.
        "auth/mail/sender.py",
        "auth/tasks.py",
        "workouts/backfill.py",
        "transfers/imports/background.py",
        "transfers/imports/claims.py",
        # A list whose page is read before, on a connection that reads.
        "exercises/proposals.py",
        # A WebSocket lasts longer than a transaction may.
        "counting/live/handlers.py",
        # Commands and start-up.
        "auth/admin.py",
        "core/commands.py",
        "demo/__init__.py",
        "statistics/commands.py",
        "statistics/consistency.py",
        "users/accounts.py",
        "transfers/commands.py",
        "exercises/commands.py",
    }
    # Each step of a job is a transaction.
    assert {name for name, tree in modules() if calls_of(tree, "job", "transaction")} == {
        "transfers/imports/accounts.py",
        "transfers/imports/measurement_import.py",
        "transfers/imports/background.py",
        "transfers/imports/batches.py",
        "transfers/imports/handlers.py",
        "transfers/imports/planning.py",
        "transfers/imports/undo.py",
    }


def test_only_settings_reads_the_environment() -> None:
    readers = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    }

    # `serving` hands the settings on to the processes that it starts, and the build hands the environment on to npm.
    assert readers == {"serving.py", "web/build.py"}


def test_middleware_is_pure_asgi() -> None:
    assert [name for name, tree in modules() if any("BaseHTTPMiddleware" in i for i in imported_names(tree))] == []


def test_every_router_is_the_kernels() -> None:
    assert all(isinstance(router, Router) for router in SLICES)
    assert [
        name
        for name, tree in modules()
        if name != "core/http/routing.py" and "fastapi.APIRouter" in set(imported_names(tree))
    ] == []


def test_every_endpoint_and_dependency_is_async() -> None:
    routes = [route for router in SLICES for route in router.routes if isinstance(route, APIRoute)]

    def calls(dependant: object) -> Iterator[object]:
        yield dependant.call  # type: ignore[attr-defined]
        for dependency in dependant.dependencies:  # type: ignore[attr-defined]
            yield from calls(dependency)

    found = {call for route in routes for call in calls(route.dependant)}
    synchronous = {
        call
        for call in found
        if callable(call)
        and not isinstance(call, type)
        and not (call if hasattr(call, "__code__") else call.__call__).__code__.co_flags & 0x280
    }
    assert len(routes) >= 15
    assert synchronous == set()


def test_schema_imports_every_table() -> None:
    imported = {name for name, tree in modules() if name == "schema.py" for name in imported_names(tree)}
    modules_with_tables = {
        f"exercise_buddy.{path.parent.name}.tables" for path in SOURCE.glob("*/tables.py") if path.parent.name != "core"
    }

    assert modules_with_tables <= imported
    assert set(metadata.tables) == {
        model.__tablename__ for model in TableModel.__subclasses__() if hasattr(model, "__table__")
    }


def test_no_relationship_crosses_slices() -> None:
    configure_mappers()
    for model in TableModel.__subclasses__():
        mapper = getattr(model, "__mapper__", None)
        if isinstance(mapper, Mapper):
            for relationship in mapper.relationships:
                assert relationship.entity.class_.__module__ == model.__module__


@pytest.mark.parametrize("name", SLICE_NAMES)
def test_what_a_slice_offers_is_what_it_says_it_offers(name: str) -> None:
    public = import_module(f"exercise_buddy.{name}.public") if (SOURCE / name / "public.py").exists() else None
    if public is not None:
        assert sorted(public.__all__) == sorted(set(public.__all__))
        assert all(hasattr(public, offered) for offered in public.__all__)


def test_files_are_no_longer_than_one_can_read() -> None:
    long = {
        name: lines
        for path in sorted(SOURCE.rglob("*.py"))
        if (lines := len(path.read_text().splitlines())) > 350
        and "tests" not in path.parts
        and (name := str(path.relative_to(SOURCE)))
    }

    assert long == {}
