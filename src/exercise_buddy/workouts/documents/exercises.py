"""The documents of exercises: one, and a page of them."""

from functools import cache

from sqlalchemy import ARRAY, ColumnElement, Integer, Subquery, Text, Uuid, any_, bindparam, cast, func, select, tuple_

from exercise_buddy.core.documents import Document, json_array, json_object
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
        case "after":
            after = tuple_(bindparam("after_name", type_=Text), bindparam("after_id", type_=Uuid))
            return tuple_(columns.name_key.collate("C"), columns.id) > after
        case _:
            return columns[name] == bindparam(name)


@cache
def exercise_list(filters: frozenset[str]) -> Document:
    """Give the statement of a page of exercises by name, for the names of the filters that are used.

    Its row: the JSON array of at most `limit` items, then the compared name and the id of the last one if more follow.
    """
    limit = bindparam("limit", type_=Integer)
    exercise = all_exercises()
    by_name = (exercise.c.name_key.collate("C"), exercise.c.id)
    found = (
        select(exercise)
        .where(*(_exercise_filter(exercise, name) for name in sorted(filters)))
        .order_by(*by_name)
        .limit(limit + 1)
        .cte("found")
    )
    order = (found.c.name_key.collate("C"), found.c.id)
    shown = select(found).order_by(*order).limit(limit).cte("shown")
    last = select(shown.c.name_key, shown.c.id).order_by(shown.c.name_key.collate("C").desc(), shown.c.id.desc())
    last_row = last.limit(1).cte("last")
    more = select(func.count()).select_from(found).scalar_subquery() > limit
    items = select(*(shown.c[name] for name in _SHOWN)).order_by(shown.c.name_key.collate("C"), shown.c.id)
    return Document(
        select(
            json_array(items).label("items"),
            select(last_row.c.name_key).where(more).scalar_subquery().label("last_name"),
            select(last_row.c.id).where(more).scalar_subquery().label("last_id"),
        )
    )


def _one_exercise() -> Document:
    exercise = all_exercises()
    wanted = exercise.c.id == bindparam("exercise_id", type_=Uuid)
    return Document(select(json_object(select(*(exercise.c[name] for name in _SHOWN)).where(wanted))))


one_exercise = _one_exercise()
"""`Exercise`: the exercise `exercise_id`, of the catalogue or of the user `user_id`."""
