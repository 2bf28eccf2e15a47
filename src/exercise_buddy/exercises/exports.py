"""What exercises add to an export of everything."""

from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, Select, func, select

from exercise_buddy.core.db.json_queries import USER
from exercise_buddy.core.db.pagination import PagedList
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.exports import json_list
from exercise_buddy.exercises.selectables import EXERCISE_FACTS, custom
from exercise_buddy.exercises.tables import CustomExerciseAlias

_alias = core_table(CustomExerciseAlias)


def _custom_exercise_item(exercise: FromClause) -> Select[Any]:
    columns = exercise.c
    return select(columns.id, columns.name, *(columns[name] for name in EXERCISE_FACTS), columns.created_at)


def _alias_item(alias: FromClause) -> Select[Any]:
    exercise_id = func.coalesce(alias.c.catalogue_exercise_id, alias.c.custom_exercise_id)
    return select(alias.c.name, exercise_id.label("exercise_id"), alias.c.is_reserved, alias.c.created_at)


custom_exercises = PagedList({"id": UUID}, select(custom).where(custom.c.user_id == USER), _custom_exercise_item)
_aliases = PagedList({"name_key": str}, select(_alias).where(_alias.c.user_id == USER), _alias_item)

EXPORTS = (
    json_list("custom_exercises.json", custom_exercises, holds=["custom_exercise"]),
    json_list("exercise_aliases.json", _aliases, holds=["custom_exercise_alias"]),
)
