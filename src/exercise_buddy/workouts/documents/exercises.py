"""The documents of exercises: one, and a page of them."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    func,
    select,
)

from exercise_buddy.core.documents import Document, json_object
from exercise_buddy.core.pagination import PagedList
from exercise_buddy.workouts.selectables import EXERCISE_FACTS, all_exercises

_SHOWN = ("id", "slug", "name", "custom", *EXERCISE_FACTS)


def _exercise_filter(exercise: Subquery, name: str) -> ColumnElement[bool]:
    columns = exercise.c
    match name:
        case "search":
            return columns.name_key.like(bindparam("search", type_=Text))
        case "muscle":
            muscle = cast(bindparam("muscle", type_=Text), Text)
            both = func.array_cat(columns.primary_muscles, columns.secondary_muscles)
            return muscle == any_(cast(both, ARRAY(Text)))
        case _:
            return columns[name] == bindparam(name)


def _exercises_that(filters: frozenset[str]) -> Select[Any]:
    exercise = all_exercises()
    return select(exercise).where(*(_exercise_filter(exercise, name) for name in sorted(filters)))


def _shown(exercise: FromClause) -> Select[Any]:
    return select(*(exercise.c[name] for name in _SHOWN))


exercises = PagedList({"name_key": str, "id": UUID}, _exercises_that, _shown)
"""The items of `ExercisePage`, by name. Filters: those of `_exercise_filter`."""


def _one_exercise() -> Document:
    exercise = all_exercises()
    wanted = exercise.c.id == bindparam("exercise_id", type_=Uuid)
    return Document(select(json_object(_shown(exercise).where(wanted))))


one_exercise = _one_exercise()
"""`Exercise`: the exercise `exercise_id`, of the catalogue or of the user `user_id`."""
