"""The read path: one statement returns one JSON document, which PostgreSQL builds; its bytes are the response.

A slice writes a file of SQL (see `sql_files`), or a SQLAlchemy Core `select` of one JSON value (see `json_object` and
`json_array`), and wraps it in a `JsonQuery` when its module is imported. A `select` is compiled then, once; a request
only binds values, on a plain asyncpg connection. A write responds with the same document, read on its own session.

Measured for a page of 20 workouts: 2,500 requests/s this way, 350 with SQLModel objects and a response model.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Text, Uuid, bindparam, cast, func, literal_column, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import driver_connection
from exercise_buddy.core.db.reads import Reads
from exercise_buddy.core.db.sql_files import SqlFile
from exercise_buddy.core.db.statements import Statement
from exercise_buddy.core.problems import NotFound, Problem

USER = bindparam("user_id", type_=Uuid)
"""Whose rows a query reads."""
IDS: ColumnElement[Any] = bindparam("ids", type_=ARRAY(Uuid))
"""The resources that a query of several reads."""


def json_object(rows: Select[*tuple[Any, ...]]) -> ColumnElement[Any]:
    """Return a JSON object of the one row of a select: its column names are the keys. NULL if no row is selected."""
    row = rows.subquery()
    return select(func.row_to_json(row.table_valued())).scalar_subquery()


def json_fields(**fields: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a JSON object of columns of the current row, by their keys."""
    pairs = [part for key, value in fields.items() for part in (literal_column(f"'{key}'"), value)]
    return func.json_build_object(*pairs)


def json_array(rows: Select[*tuple[Any, ...]]) -> ColumnElement[Any]:
    """Return a JSON array of objects from the rows of a select, in its order. Empty if no row is selected."""
    row = rows.subquery()
    return func.coalesce(select(func.json_agg(row.table_valued())).scalar_subquery(), func.json_build_array())


class JsonRows(Statement):
    """A statement that returns the JSON documents of several resources, by their ids.

    Args:
        items: selects the fields of the resources `ids`, the bind parameter `ids`; the first one is `id`.

    """

    def __init__(self, items: Select[Any]) -> None:
        rows = items.subquery()
        super().__init__(select(rows.c.id, cast(func.row_to_json(rows.table_valued()), Text)))

    async def find_all(
        self,
        source: Reads | AsyncSession,
        ids: Sequence[UUID],
        **values: Any,  # noqa: ANN401  (bound values)
    ) -> dict[UUID, bytes]:
        """Return the documents of those of the resources that exist, as UTF-8 bytes, in no order."""
        arguments = self.arguments({**values, "ids": list(ids)})
        if isinstance(source, AsyncSession):
            found = await (await driver_connection(source)).fetch(self.sql, *arguments)
        else:
            found = await source.read(lambda connection: connection.fetch(self.sql, *arguments))
        return {resource_id: document.encode() for resource_id, document in found}


class JsonQuery:
    """A statement that returns one JSON document, or a row whose first column is one.

    The first column of a file's statement is named `document`. Each method reads from a `Database` (its read pool),
    from other `Reads`, or from a session, where it sees what the session's transaction has written.

    Args:
        statement: the statement to execute.
        missing: the problem that `fetch` raises when the document does not exist.

    """

    def __init__(self, statement: Select[Any] | SqlFile, *, missing: type[Problem] = NotFound) -> None:
        self._missing = missing
        self.statement: Statement
        self._as_text: Statement
        if isinstance(statement, SqlFile):
            self.statement, self._as_text = statement, statement.as_text()
            return
        first, *others = statement.selected_columns
        self.statement = Statement(statement)
        # SQLAlchemy makes its connections parse json; text it leaves alone.
        self._as_text = Statement(statement.with_only_columns(cast(first, Text), *others))

    @property
    def sql(self) -> str:
        """The SQL, with placeholders $1, $2 and so on."""
        return self.statement.sql

    def arguments(self, values: dict[str, Any]) -> list[Any]:
        """Return named values in the order of the placeholders."""
        return self.statement.arguments(values)

    async def find(self, source: Reads | AsyncSession, **values: Any) -> bytes | None:  # noqa: ANN401  (bound values)
        """Return the document as UTF-8 bytes, or None if it does not exist."""
        found: bytes | None
        if isinstance(source, AsyncSession):
            connection = await driver_connection(source)
            text = await connection.fetchval(self._as_text.sql, *self._as_text.arguments(values))
            found = None if text is None else str(text).encode()
        else:
            arguments = self.arguments(values)
            found = await source.read(lambda connection: connection.fetchval(self.sql, *arguments))
        return found

    async def fetch(self, source: Reads | AsyncSession, **values: Any) -> bytes:  # noqa: ANN401
        """Return the document as UTF-8 bytes.

        Raises:
            Problem: the document does not exist: see `missing`.

        """
        found = await self.find(source, **values)
        if found is None:
            raise self._missing
        return found

    async def fetch_row(self, source: Reads, **values: Any) -> tuple[Any, ...]:  # noqa: ANN401
        """Return all columns of the statement's one row."""
        arguments = self.arguments(values)
        return tuple(await source.read(lambda connection: connection.fetchrow(self.sql, *arguments)))
