"""The queries of imports: one, and a page."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, Uuid, and_, bindparam, case, func, literal_column, select

from exercise_buddy.core.db.json_queries import USER, JsonQuery, json_object
from exercise_buddy.core.db.pagination import PagedList
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.transfers.errors import ImportNotFound
from exercise_buddy.transfers.tables import WorkoutImport

imported = core_table(WorkoutImport)

_RUNNING: ColumnElement[str] = literal_column("'running'")
_INTERRUPTED: ColumnElement[str] = literal_column("'interrupted'")
# An import stores its progress every second. Without any, its process has crashed.
_PROGRESS: ColumnElement[Any] = literal_column("interval '1 minute'")


def _select_fields(rows: FromClause) -> Select[Any]:
    names = ("id", "source", "file_name", "workouts", "sets", "duplicates", "created_at")
    is_stale = and_(rows.c.state == _RUNNING, rows.c.updated_at < func.now() - _PROGRESS)
    state = case((is_stale, _INTERRUPTED), else_=rows.c.state).label("state")
    return select(*(rows.c[name] for name in names), state)


imports = PagedList({"id": UUID}, select(imported).where(imported.c.user_id == USER), _select_fields, descending=True)
"""The items of `ImportPage`. Ids ascend with time."""

one_import = JsonQuery(
    select(
        json_object(
            _select_fields(imported).where(
                imported.c.user_id == USER, imported.c.id == bindparam("import_id", type_=Uuid)
            )
        )
    ),
    missing=ImportNotFound,
)
"""`Import`: the import `import_id` of the user `user_id`."""
