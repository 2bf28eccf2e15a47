"""The queries of imports: one, and a page."""

from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, Select, Uuid, bindparam, select

from exercise_buddy.core.db.json_queries import USER, JsonQuery, json_object
from exercise_buddy.core.db.pagination import PagedList
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.transfers.errors import ImportNotFound
from exercise_buddy.transfers.tables import WorkoutImport

imported = core_table(WorkoutImport)


def _select_fields(rows: FromClause) -> Select[Any]:
    names = ("id", "source", "file_name", "workouts", "sets", "duplicates", "created_at")
    return select(*(rows.c[name] for name in names))


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
