"""Statements that are compiled once, at import; a request only binds values.

SQLAlchemy finds a statement in its cache by traversing it. For the statement that inserts workouts that takes as long
as executing it.
"""

from typing import Any

from sqlalchemy import CursorResult, Dialect, Select
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.sql.dml import UpdateBase
from sqlmodel.ext.asyncio.session import AsyncSession

_DIALECT: Dialect = asyncpg.dialect()  # type: ignore[no-untyped-call]


class Statement:
    """A compiled statement: its SQL with placeholders $1, $2 …, and the order and conversion of its parameters."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | UpdateBase) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        self.sql = str(compiled)
        self._names: list[str] = list(compiled.positiontup or ())
        self._processors: dict[str, Any] = dict(compiled._bind_processors)  # noqa: SLF001
        self._constants = {name: value for name, value in compiled.params.items() if value is not None}
        # What each placeholder stands for: the name of a bound value, or a constant.
        self.parameters = [repr(self._constants[name]) if name in self._constants else name for name in self._names]

    def arguments(self, values: dict[str, Any]) -> list[Any]:
        """Return the named values in the order of the placeholders."""
        arguments = []
        for name in self._names:
            value = values[name] if name in values else self._constants.get(name)
            process = self._processors.get(name)
            arguments.append(value if process is None else process(value))
        return arguments

    async def run_in(self, session: AsyncSession, **values: Any) -> CursorResult[*tuple[Any, ...]]:  # noqa: ANN401
        """Execute the statement in the transaction of a session."""
        connection = await session.connection()
        return await connection.exec_driver_sql(self.sql, tuple(self.arguments(values)))
