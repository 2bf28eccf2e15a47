"""The queries of imports: one, and a page."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, Uuid, and_, bindparam, case, literal_column, select

from exercise_buddy.core.db.json_queries import USER, JsonQuery, json_object
from exercise_buddy.core.db.pagination import PagedList
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.transfers.errors import ImportNotFound
from exercise_buddy.transfers.tables import UNFINISHED, WorkoutImport

imported = core_table(WorkoutImport)

_CANCELLING: ColumnElement[str] = literal_column("'cancelling'")
_UNFINISHED: list[ColumnElement[str]] = [literal_column(f"'{state.value}'") for state in UNFINISHED]


def _select_fields(rows: FromClause) -> Select[Any]:
    names = (
        *("id", "source", "file_name", "workouts", "sets", "duplicates", "replaced", "remapped"),
        *("body_measurements", "replaced_body_measurements", "created_at"),
    )
    is_cancelled = and_(rows.c.is_cancelled, rows.c.state.in_(_UNFINISHED))
    state = case((is_cancelled, _CANCELLING), else_=rows.c.state).label("state")
    return select(*(rows.c[name] for name in names), state, rows.c.dry_run, rows.c.progress)


imports = PagedList({"id": UUID}, select(imported).where(imported.c.user_id == USER), _select_fields, descending=True)
"""The items of `ImportPage`. Ids ascend with time."""

# How the account came to this server is no part of it: without this, no import would yield the same export again.
_IS_OTHER: ColumnElement[bool] = literal_column("(options ->> 'is_account')::boolean IS NOT TRUE")

exported_imports = PagedList(
    {"id": UUID}, select(imported).where(imported.c.user_id == USER, _IS_OTHER), _select_fields, descending=True
)
"""The same without imports of a whole account."""

one_import = JsonQuery(
    select(
        json_object(
            _select_fields(imported)
            .add_columns(imported.c.report, imported.c.problem)
            .where(imported.c.user_id == USER, imported.c.id == bindparam("import_id", type_=Uuid))
        )
    ),
    missing=ImportNotFound,
)
"""`ImportDetails`: the import `import_id` of the user `user_id`."""
