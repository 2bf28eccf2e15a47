"""The plans that PostgreSQL executes, as its module `auto_explain` reports them to the connection that runs them.

So a test sees each statement that a request leads to, with the values and the settings with which it really runs: those
of handlers, and those of triggers and foreign keys.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import asyncpg
import orjson
import pytest
from asyncpg import connect_utils

import exercise_buddy.schema  # noqa: F401  (all tables)
from exercise_buddy.core.db.tables import metadata
from tests.postgres import AUTO_EXPLAIN

PlanMode = Literal["force_custom_plan", "force_generic_plan"]

OWNED = {
    **{name: "user_id" for name, table in metadata.tables.items() if "user_id" in table.c},
    "user_account": "id",
}
"""The tables of users' rows, with the column that names the user."""


@dataclass
class Statement:
    """The executions of a statement."""

    work: float = 0
    """The rows that the steps of its most expensive plan have read, in all."""
    rows: dict[str, float] = field(default_factory=dict)
    """The rows of each user-owned table that a step has read at once."""
    whole_tables: set[str] = field(default_factory=set)
    """The user-owned tables that a step has read without an index."""
    plan: dict[str, Any] = field(default_factory=dict)
    """The most expensive plan."""


class Plans:
    """The plans that have been executed since the last `start`."""

    def __init__(self, mode: PlanMode) -> None:
        self._mode = mode
        self.statements: dict[str, Statement] = defaultdict(Statement)

    def start(self) -> None:
        """Forget what was executed."""
        self.statements = defaultdict(Statement)

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Watch the connections that the application opens from now on."""
        connect = connect_utils._connect

        async def connect_with_plans(**options: Any) -> asyncpg.Connection:
            settings = options.get("server_settings") or {}
            if settings.get("application_name") == "exercise-buddy":
                # A pool that has chosen keeps its mode.
                settings = {"plan_cache_mode": self._mode} | settings | AUTO_EXPLAIN
            return await connect(**options | {"server_settings": settings})

        monkeypatch.setattr(connect_utils, "_connect", connect_with_plans)
        receive = asyncpg.Connection._process_log_message

        def receive_plan(connection: asyncpg.Connection, fields: dict[str, str], last_query: str) -> None:
            message = fields.get("M", "")
            before, _, plan = message.partition("plan:\n")
            if before.startswith("duration: ") and plan:
                self._add(orjson.loads(plan))
            else:
                receive(connection, fields, last_query)

        monkeypatch.setattr(asyncpg.Connection, "_process_log_message", receive_plan)

    def _add(self, explained: dict[str, Any]) -> None:
        statement = self.statements[explained["Query Text"]]
        plan = explained["Plan"]
        work = sum(_rows_read(node) * node["Actual Loops"] for node in nodes(plan) if "Actual Loops" in node)
        if work >= statement.work:
            statement.work, statement.plan = work, plan
        for node in nodes(plan):
            table = node.get("Relation Name")
            if table in OWNED and node.get("Actual Loops") and node["Node Type"] != "ModifyTable":
                statement.rows[table] = max(statement.rows.get(table, 0), _rows_read(node))
                if node["Node Type"] == "Seq Scan":
                    statement.whole_tables.add(table)


def _rows_read(node: dict[str, Any]) -> float:
    """Return the rows that a step has read each time that it was executed."""
    removed = sum(value for name, value in node.items() if name.startswith("Rows Removed by "))
    rows: float = node["Actual Rows"] + removed
    return rows


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield all steps of a plan."""
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)
