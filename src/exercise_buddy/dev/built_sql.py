"""The statements that SQLAlchemy builds and those of templates, for a review: `docs/sql/`."""

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import exercise_buddy.main  # noqa: F401  (every module that builds a statement)
from exercise_buddy.core.db.json_queries import JsonQuery
from exercise_buddy.core.db.pagination import PagedList
from exercise_buddy.core.db.sql_files import LOADED, SqlFile
from exercise_buddy.core.db.statements import Statement

FOLDER = Path(__file__).parents[3] / "docs" / "sql"
HEADER = "-- Built by "


def built_statements() -> dict[Path, str]:
    """Return the text of each statement that a module builds when it is imported, by its path below `docs/sql`.

    Of a list it is the statement of a first page with every filter applied.
    """
    return _expanded_templates() | {
        _path(module, name): _format(f"{module}.{name}", statement) for module, name, statement in _module_statements()
    }


def built_statement_objects() -> dict[str, Statement]:
    """Return the same statements by the path without `.sql`, such as `workouts/queries/workout_by_id`."""
    return {
        _path(module, name).with_suffix("").as_posix(): statement for module, name, statement in _module_statements()
    }


def write_built_statements() -> None:
    """Write the files of all built statements, and delete those of statements that no longer exist."""
    statements = built_statements()
    for path in stored_files() - statements.keys():
        (FOLDER / path).unlink()
    for path, text in statements.items():
        (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / path).write_text(text)


def stored_files() -> set[Path]:
    """Return the paths of the files of built statements below `docs/sql`."""
    return {path.relative_to(FOLDER) for path in FOLDER.rglob("*.sql") if path.read_text().startswith(HEADER)}


def _expanded_templates() -> dict[Path, str]:
    texts = {}
    for name, file in LOADED.items():
        if file.is_expanded:
            path = Path(name.replace(":", "/") + ".sql")
            texts[path] = f"{HEADER}{name.partition(':')[0]}.sql. Written by: exercise-buddy dev sql\n{file.text}"
    return texts


def _path(module: str, name: str) -> Path:
    return Path(*module.split(".")[1:], f"{name.strip('_').lower()}.sql")


def _module_statements() -> Iterator[tuple[str, str, Statement]]:
    for module_name, module in sorted(sys.modules.items()):
        if not module_name.startswith("exercise_buddy.") or ".tests" in module_name:
            continue
        for name, value in vars(module).items():
            statement = _statement(value)
            # An imported statement belongs to the module that assigns it.
            if statement is not None and re.search(rf"^{name}\b", inspect.getsource(module), re.MULTILINE):
                yield module_name, name, statement


def _statement(value: Any) -> Statement | None:  # noqa: ANN401  (any value of a module)
    if isinstance(value, PagedList):
        value = value.first_page()
    if isinstance(value, JsonQuery):
        value = value.statement
    return value if isinstance(value, Statement) and not isinstance(value, SqlFile) else None


def _format(name: str, statement: Statement) -> str:
    from pglast import prettify  # noqa: PLC0415  (a development dependency)

    parameters = "".join(f"--   ${number}  {text}\n" for number, text in enumerate(statement.parameters, 1))
    sql = prettify(statement.sql, comma_at_eoln=True)
    return f"{HEADER}{name}. Written by: exercise-buddy dev sql\n{parameters}{sql}\n"
