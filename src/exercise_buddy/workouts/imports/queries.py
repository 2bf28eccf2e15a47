"""The documents of imports: one, and a page of them."""

from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, Select, Uuid, bindparam, select

from exercise_buddy.core.db.json_queries import USER, JsonQuery, json_object
from exercise_buddy.core.db.pagination import PagedList
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.workouts.tables import WorkoutImport

imported = core_table(WorkoutImport)


def _imports(_filters: frozenset[str]) -> Select[Any]:
    return select(imported).where(imported.c.user_id == USER)


def _shown(one: FromClause) -> Select[Any]:
    return select(
        one.c.id, one.c.source, one.c.file_name, one.c.workouts, one.c.sets, one.c.duplicates, one.c.created_at
    )


imports = PagedList({"id": UUID}, _imports, _shown, descending=True)
"""The items of `ImportPage`: ids are in the order of the imports."""

one_import = JsonQuery(
    select(
        json_object(
            _shown(imported).where(imported.c.user_id == USER, imported.c.id == bindparam("import_id", type_=Uuid))
        )
    )
)
"""`Import`: the import `import_id` of the user `user_id`."""
