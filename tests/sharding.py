"""Checks that each statement of the application needs the rows of one user, as docs/operating/scale.md says.

`watch_statements` collects what the application runs in any test; `find_faults` reads it with PostgreSQL's own
parser.
"""

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from weakref import WeakSet

import asyncpg
import pglast
from pglast import ast, visitors

from tests.views import VIEWS

PAGE = (Path(__file__).parents[1] / "docs" / "operating" / "scale.md").read_text()
_ROW = re.compile(r"^\| `(\w+)` \| (distributed|reference|local) \| ([^|]*?) ?\| ?(.*?) ?\|$", re.MULTILINE)
_DML = (ast.InsertStmt, ast.UpdateStmt, ast.DeleteStmt, ast.MergeStmt)


class Role(NamedTuple):
    """The role of a table, and the columns by which its rows are found."""

    role: str
    key: list[str]


ROLES = {table: Role(role, re.findall(r"\w+", key)) for table, role, key, _ in _ROW.findall(PAGE)}
# Each published view has rows of users, too.
OF_USERS = VIEWS | {table for table, role in ROLES.items() if role.role == "distributed"}

# What the background work and commands for all users find in every shard, by a part of the statement.
ACROSS_USERS = (
    # Accounts that are due, and all accounts for an operator.
    " FROM user_account WHERE user_account.deletes_at <= ",
    " FROM user_account ORDER BY user_account.id",
    "SELECT count(*) FROM user_account",
    # Users whose workouts may lack documents of this release.
    " user_revision.rendered_version IS DISTINCT FROM ",
    " FROM user_account WHERE user_account.id > ",
    # Rows that have expired.
    "DELETE FROM auth_session WHERE least(",
    "DELETE FROM security_event WHERE security_event.created_at < ",
    "DELETE FROM idempotent_request WHERE idempotent_request.created_at < ",
    "DELETE FROM counting_live_set WHERE counting_live_set.counted IS NOT NULL AND counting_live_set.leased_until < ",
    # Live sets that nobody has resumed.
    "SELECT counting_live_set.user_id, counting_live_set.set_id FROM counting_live_set WHERE ",
    # Imports that wait or whose process has ended, the space of their files, and results that nobody reads any more.
    "SELECT workout_import.user_id, workout_import.id FROM workout_import WHERE state IN ",
    "SELECT count(*) AS count_1 FROM import_file_part",
    " FROM workout_import WHERE state IN ('queued', 'running', 'undoing') AND workout_import.state = ",
    "DELETE FROM workout_import WHERE workout_import.updated_at < ",
    # The account that a developer explains statements for.
    "FROM user_account AS a WHERE a.email_key = $1 OR $1 IS NULL ",
    # The custom exercises of all users by name, for the maintainers of the alias files.
    "SELECT custom_exercise.search_key, mode() WITHIN GROUP ",
    # A new catalogue at the start of a release: what names one of its exercises is written again.
    "SELECT custom_exercise.",
    "FROM custom_exercise_alias WHERE custom_exercise_alias.search_key = ",
)

executed: set[str] = set()


def watch_statements() -> None:
    """Collect every statement that the application runs from now on."""
    # What a connection prepares and what it executes both pass here.
    get_statement = asyncpg.Connection._get_statement
    migrating: WeakSet[asyncpg.Connection] = WeakSet()

    def watch(self: asyncpg.Connection, query: str, *arguments: Any, **options: Any) -> Any:
        if "alembic_version" in query:
            migrating.add(self)
        # Not those of the tests themselves.
        application = (self._params.server_settings or {}).get("application_name")
        if application == "exercise-buddy" and self not in migrating:
            executed.add(query)
        return get_statement(self, query, *arguments, **options)

    asyncpg.Connection._get_statement = watch


def faulty_statements() -> dict[str, list[str]]:
    """Return the faults of the collected statements."""
    return {
        sql: faults
        for sql in executed
        if (faults := find_faults(sql)) and not any(part in " ".join(sql.split()) for part in ACROSS_USERS)
    }


@functools.cache
def find_faults(sql: str) -> list[str]:
    """Return what keeps a statement from running in the shard of one user."""
    try:
        root = pglast.parse_sql(sql)
    except pglast.parser.ParseError:
        # PostgreSQL refuses it too.
        return []
    return [*_find_writes_in_ctes(root), *_find_relations_of_other_users(root)]


def _find_writes_in_ctes(root: Any) -> Iterator[str]:
    for node in _walk(root):
        if isinstance(node, ast.CommonTableExpr) and isinstance(node.ctequery, _DML):
            yield f"{type(node.ctequery).__name__} within the CTE {node.ctename}"


def _find_relations_of_other_users(root: Any) -> Iterator[str]:
    ctes = {node.ctename for node in _walk(root) if isinstance(node, ast.CommonTableExpr)}
    for node in _walk(root):
        relations: list[ast.RangeVar] = []
        if isinstance(node, ast.SelectStmt):
            parts = [node.fromClause, node.whereClause]
        elif isinstance(node, ast.UpdateStmt):
            parts = [node.relation, node.fromClause, node.whereClause]
        elif isinstance(node, ast.DeleteStmt):
            parts = [node.relation, node.usingClause, node.whereClause]
        else:
            continue
        own = [part for clause in parts for part in own_nodes(clause)]
        relations = [part for part in own if isinstance(part, ast.RangeVar) and part.relname in OF_USERS - ctes]
        if count_users(own, relations) < len(relations):
            yield f"no user for one of {[relation.relname for relation in relations]}"


def _walk(root: Any) -> Iterator[ast.Node]:
    found: list[ast.Node] = []

    class Collector(visitors.Visitor):
        def visit(self, _ancestors: object, node: ast.Node) -> None:
            found.append(node)

    Collector()(root)
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


def count_users(nodes: list[ast.Node], relations: list[ast.RangeVar]) -> int:
    """Count the conditions that name the user: a parameter, or the user of another row."""
    accounts = [
        getattr(relation.alias, "aliasname", relation.relname)
        for relation in relations
        if relation.relname == "user_account"
    ]

    def names_user(side: object) -> bool:
        if not isinstance(side, ast.ColumnRef):
            return False
        *table, column = [getattr(field, "sval", "*") for field in side.fields or ()]
        return column == "user_id" or (column == "id" and accounts != [] and (not table or table[-1] in accounts))

    def is_value(side: object) -> bool:
        while isinstance(side, ast.TypeCast):
            side = side.arg
        return isinstance(side, ast.ParamRef) or names_user(side) or (isinstance(side, ast.SelectStmt | ast.SubLink))

    return sum(
        isinstance(node, ast.A_Expr)
        and [name.sval for name in node.name or ()] == ["="]
        and (names_user(node.lexpr) or names_user(node.rexpr))
        and is_value(node.lexpr)
        and is_value(node.rexpr)
        for node in nodes
    )
