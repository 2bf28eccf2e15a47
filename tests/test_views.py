"""The views that slices publish to each other: described for a reader in psql, and gone after a downgrade."""

from tests.support import Connection
from tests.views import VIEWS

COMMENTS = """
SELECT c.relname, a.attname, col_description(c.oid, a.attnum), obj_description(c.oid)
FROM pg_class AS c INNER JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'v' AND a.attnum > 0
"""


async def test_each_view_and_each_of_its_columns_has_a_comment(connection: Connection) -> None:
    rows = await connection.fetch(COMMENTS)

    assert {row[0] for row in rows} == VIEWS
    assert [(view, column) for view, column, *comments in rows if not all(comments)] == []


async def test_each_view_tells_whose_its_rows_are(connection: Connection) -> None:
    rows = await connection.fetch(COMMENTS)

    assert {row[0] for row in rows if row[1] == "user_id"} == VIEWS
