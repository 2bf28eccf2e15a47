"""The `.sql` files: read by PostgreSQL's own parser, they name only what their slice may read, and stay short."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pglast
import pytest
from pglast import ast, visitors
from sqlmodel import SQLModel

import exercise_buddy.main
from exercise_buddy.core.db.sql_files import LOADED, SqlFile
from tests.views import VIEWS

SOURCE = Path(exercise_buddy.main.__file__).parent
FILES = {path.relative_to(SOURCE).as_posix(): path.read_text() for path in SOURCE.rglob("*.sql")}
MAX_LINES, MAX_CHARACTERS = 150, 8_000


def owners() -> dict[str, str]:
    """Return the slice of each table."""
    classes = {mapper.class_ for base in SQLModel.__subclasses__() for mapper in base._sa_registry.mappers}
    return {cls.__tablename__: cls.__module__.split(".")[1] for cls in classes}


def statements() -> list[SqlFile]:
    return [LOADED[name] for name in sorted(LOADED)]


def selects(statement: tuple[Any, ...]) -> Iterator[ast.SelectStmt]:
    found: list[ast.SelectStmt] = []

    class Finder(visitors.Visitor):
        def visit_SelectStmt(self, _ancestors: object, select: ast.SelectStmt) -> None:  # noqa: N802
            found.append(select)

    Finder()(statement)
    return iter(found)


def own_nodes(node: object) -> Iterator[ast.Node]:
    """Yield a node and those below it that belong to no select of their own."""
    if isinstance(node, (tuple, list)):
        for part in node:
            yield from own_nodes(part)
    elif isinstance(node, ast.Node):
        yield node
        for name in node:
            child = getattr(node, name)
            if not isinstance(child, ast.SelectStmt):
                yield from own_nodes(child)


def is_user_id(node: object) -> bool:
    return isinstance(node, ast.ColumnRef) and getattr((node.fields or ("",))[-1], "sval", None) == "user_id"


def users_named(select: ast.SelectStmt) -> int:
    """Count the conditions of a select that name the user: a parameter, or the user of another row."""
    conditions = [node for part in (select.fromClause, select.whereClause) for node in own_nodes(part)]
    return sum(
        isinstance(node, ast.A_Expr)
        and [name.sval for name in node.name or ()] == ["="]
        and (is_user_id(node.lexpr) or is_user_id(node.rexpr))
        and all(is_user_id(side) or isinstance(side, ast.ParamRef) for side in (node.lexpr, node.rexpr))
        for node in conditions
    )


def file_of(statement: SqlFile) -> str:
    return statement.name.partition(":")[0] + ".sql"


def test_each_file_is_loaded() -> None:
    assert {file_of(statement) for statement in LOADED.values()} == FILES.keys()


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_short(name: str) -> None:
    assert FILES[name].count("\n") <= MAX_LINES
    assert len(FILES[name]) <= MAX_CHARACTERS


@pytest.mark.parametrize("statement", statements(), ids=lambda statement: statement.name)
def test_a_file_begins_with_a_comment_that_describes_its_parameters(statement: SqlFile) -> None:
    comment = "".join(
        itertools.takewhile(lambda line: line.startswith("--"), FILES[file_of(statement)].splitlines(True))
    )
    described = set(re.findall(r"^--   :(\w+)  +\w", comment, re.MULTILINE))

    assert described == set(statement.parameters)


@pytest.mark.parametrize("statement", statements(), ids=lambda statement: statement.name)
def test_a_statement_names_its_own_tables_and_published_views(statement: SqlFile) -> None:
    owner_of = owners()
    slice_name = statement.name.split("/")[0]
    named = visitors.referenced_relations(statement.sql)

    foreign = {name for name in named if name not in VIEWS and owner_of.get(name) != slice_name}

    assert foreign == set()


@pytest.mark.parametrize("statement", statements(), ids=lambda statement: statement.name)
def test_each_select_names_the_user_for_each_relation(statement: SqlFile) -> None:
    """Without it, a plan may read the rows of all users to find those of one."""
    root = pglast.parse_sql(statement.sql)
    relations = visitors.referenced_relations(statement.sql)
    for select in selects(root):
        read = [
            node
            for node in own_nodes(select.fromClause)
            if isinstance(node, ast.RangeVar) and node.relname in relations
        ]
        assert users_named(select) >= len(read), [node.relname for node in read]


@pytest.mark.parametrize("statement", statements(), ids=lambda statement: statement.name)
def test_each_update_and_deletion_names_the_user(statement: SqlFile) -> None:
    """Without it, a statement that gets an id of another user changes the rows of that user."""
    changes: list[ast.UpdateStmt | ast.DeleteStmt] = []

    class Finder(visitors.Visitor):
        def visit_UpdateStmt(self, _ancestors: object, change: ast.UpdateStmt) -> None:  # noqa: N802
            changes.append(change)

        def visit_DeleteStmt(self, _ancestors: object, change: ast.DeleteStmt) -> None:  # noqa: N802
            changes.append(change)

    Finder()(pglast.parse_sql(statement.sql))
    for change in changes:
        compared = [node for node in own_nodes(change.whereClause) if isinstance(node, ast.A_Expr)]
        assert any(is_user_id(node.lexpr) or is_user_id(node.rexpr) for node in compared), change.relation
