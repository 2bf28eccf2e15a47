"""What tests read of the published views."""

from tests.support import Connection


async def columns_of(connection: Connection, view: str) -> set[str]:
    """Return the names of the columns of a view."""
    rows = await connection.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0", view
    )
    return {name for (name,) in rows}
