"""The tables of exercises as SQLAlchemy selectables."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Subquery,
    Text,
    any_,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)

from exercise_buddy.core.db.json_queries import USER
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.exercises.tables import CatalogueExercise, CustomExercise

catalogue = core_table(CatalogueExercise)
custom = core_table(CustomExercise)

_NO_TEXTS: ColumnElement[Any] = cast(literal_column("'{}'"), ARRAY(Text))

EXERCISE_FACTS = (
    "category",
    "equipment",
    "mechanic",
    "force",
    "level",
    "primary_muscles",
    "secondary_muscles",
    "measures",
    "met",
    "bodyweight_share",
    "assisted",
)


def all_exercises(ids: Select[Any] | None = None) -> Subquery:
    """Return the catalogue and the custom exercises of the bound `user_id` as one subquery, or those with certain ids.

    A condition outside of the subquery would not use the index of the custom exercises, and a join would read all rows.
    """
    shared = select(
        catalogue.c.id,
        catalogue.c.slug,
        catalogue.c.name,
        literal(False).label("custom"),  # noqa: FBT003  (a column of the statement)
        *(catalogue.c[name] for name in EXERCISE_FACTS),
        catalogue.c.countable,
        catalogue.c.instructions,
        catalogue.c.images,
        # Ordered by code point, which is the same on every server.
        catalogue.c.name_key.collate("C").label("name_key"),
    )
    own = select(
        custom.c.id,
        cast(null(), Text).label("slug"),
        custom.c.name,
        literal(True).label("custom"),  # noqa: FBT003
        *(custom.c[name] for name in EXERCISE_FACTS),
        literal(False).label("countable"),  # noqa: FBT003
        _NO_TEXTS.label("instructions"),
        _NO_TEXTS.label("images"),
        custom.c.name_key.collate("C").label("name_key"),
    ).where(custom.c.user_id == USER)
    if ids is not None:
        wanted = any_(func.array(ids.scalar_subquery()))
        shared = shared.where(catalogue.c.id == wanted)
        own = own.where(custom.c.id == wanted)
    return union_all(shared, own).subquery("exercise")
