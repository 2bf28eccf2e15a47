"""The read path: one statement, one JSON document that PostgreSQL builds, its bytes are the answer.

A slice writes a file of SQL (see `sql_files`), or a SQLAlchemy Core `select` of one JSON value (see `json_object` and
`json_array`), and wraps it in a `JsonQuery` when its module is imported. A `select` is compiled then, once; a request
only binds values, on a plain asyncpg connection. A write answers with the same document, read on its own session.

Measured for a page of 20 workouts: 2,500 requests/s this way, 350 with SQLModel objects and a response model.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, Text, Uuid, bindparam, cast, func, literal_column, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.sql_files import SqlFile
from exercise_buddy.core.db.statements import Statement

USER = bindparam("user_id", type_=Uuid)
"""Whose rows a query reads."""


def json_object(rows: Select[*tuple[Any, ...]]) -> ColumnElement[Any]:
    """Make a JSON object of the one row of a select: its column names are the keys. NULL if there is no row."""
    row = rows.subquery()
    return select(func.row_to_json(row.table_valued())).scalar_subquery()


def json_fields(**fields: ColumnElement[Any]) -> ColumnElement[Any]:
    """Make a JSON object of columns of the row at hand, by their keys."""
    pairs = [part for key, value in fields.items() for part in (literal_column(f"'{key}'"), value)]
    return func.json_build_object(*pairs)


def json_array(rows: Select[*tuple[Any, ...]]) -> ColumnElement[Any]:
    """Make a JSON array of objects from the rows of a select, in its order. Empty if there are none."""
    row = rows.subquery()
    return func.coalesce(select(func.json_agg(row.table_valued())).scalar_subquery(), func.json_build_array())


class JsonQuery:
    """A statement that returns one JSON document, or the columns of one row the first of which is one.

    The first column of a file's statement is named `document`.
    """

    def __init__(self, statement: Select[Any] | SqlFile) -> None:
        self._statement: Statement
        self._as_text: Statement
        if isinstance(statement, SqlFile):
            self._statement, self._as_text = statement, statement.as_text()
            return
        first, *others = statement.selected_columns
        self._statement = Statement(statement)
        # SQLAlchemy makes its connections parse json; text it leaves alone.
        self._as_text = Statement(statement.with_only_columns(cast(first, Text), *others))

    @property
    def sql(self) -> str:
        """Give the SQL, with placeholders $1, $2 and so on."""
        return self._statement.sql

    def arguments(self, values: dict[str, Any]) -> list[Any]:
        """Put named values into the order of the placeholders."""
        return self._statement.arguments(values)

    async def fetch(self, database: Database, **values: Any) -> bytes | None:  # noqa: ANN401  (any bound value)
        """Read the document on the read pool: its UTF-8 bytes, or None if there is no such thing."""
        async with database.reading() as connection:
            found: bytes | None = await connection.fetchval(self.sql, *self.arguments(values))
            return found

    async def fetch_row(self, database: Database, **values: Any) -> tuple[Any, ...]:  # noqa: ANN401
        """Read all columns of the statement's one row on the read pool."""
        async with database.reading() as connection:
            return tuple(await connection.fetchrow(self.sql, *self.arguments(values)))

    async def fetch_in(self, session: AsyncSession, **values: Any) -> bytes | None:  # noqa: ANN401
        """Read the document in a session's transaction, where it sees what the session has written."""
        found = (await self._as_text.run_in(session, **values)).scalar()
        return None if found is None else str(found).encode()
