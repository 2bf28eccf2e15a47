"""Conditions of lists: what a row contains. Their plans are the same whatever PostgreSQL knows of the user's rows."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Text, any_, bindparam, func, literal_column, select, union_all

from exercise_buddy.core.db.json_queries import USER
from exercise_buddy.exercises.public import catalogue, custom


def contains_text(text: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether a text matches the LIKE pattern `text`, regardless of case."""
    # The subquery is computed once, and not for each row.
    return _in_lower_case(text).like(select(_in_lower_case(bindparam("text", type_=Text))).scalar_subquery())


def has_text_in_name(exercise_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether the name of an exercise of the catalogue or of the user matches the LIKE pattern `text`."""
    named = union_all(
        select(catalogue.c.id).where(contains_text(catalogue.c.name)),
        select(custom.c.id).where(custom.c.user_id == USER, contains_text(custom.c.name)),
    )
    return exercise_id == any_(func.array(named.scalar_subquery()))


def is_selected(key: ColumnElement[Any], keys: Select[Any]) -> ColumnElement[bool]:
    """Return whether a select of the user's rows contains a key.

    `IS TRUE` keeps the planner from joining the select, in a way that depends on its statistics: it may compare each
    key with each, and within an OR it has read the rows of all users. So it reads the select once, into a hash table.
    """
    return key.in_(keys).is_(literal_column("true"))


def _in_lower_case(text: ColumnElement[Any]) -> ColumnElement[str]:
    # The built-in collation knows the letter case of all languages. The collation of the database may be C.
    return func.lower(text.collate("pg_c_utf8"))
