"""Statements that are compiled once, when their module is imported, and only bind values from then on.

For the large ones: SQLAlchemy looks each statement up in its cache by walking through it, which for the statement that
writes workouts takes as long as running it.
"""

from typing import Any

from sqlalchemy import CursorResult, Dialect, Select
from sqlalchemy.dialects.postgresql import asyncpg
from sqlmodel.ext.asyncio.session import AsyncSession

_DIALECT: Dialect = asyncpg.dialect()  # type: ignore[no-untyped-call]


class Statement:
    """A compiled statement: its SQL, with placeholders $1, $2 …, and what it takes to fill them."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        self.sql = str(compiled)
        self._names: list[str] = list(compiled.positiontup or ())
        self._processors: dict[str, Any] = dict(compiled._bind_processors)  # noqa: SLF001
        self._constants = {name: value for name, value in compiled.params.items() if value is not None}

    def arguments(self, values: dict[str, Any]) -> list[Any]:
        """Put named values into the order of the placeholders."""
        arguments = []
        for name in self._names:
            value = values[name] if name in values else self._constants.get(name)
            process = self._processors.get(name)
            arguments.append(value if process is None else process(value))
        return arguments

    async def run_in(self, session: AsyncSession, **values: Any) -> CursorResult[*tuple[Any, ...]]:  # noqa: ANN401
        """Run the statement in a session's transaction."""
        connection = await session.connection()
        return await connection.exec_driver_sql(self.sql, tuple(self.arguments(values)))
