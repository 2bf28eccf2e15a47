"""The part of the resolution of names that tells whether an exercise can have a load, and which variant has one."""

from typing import Any

from sqlalchemy import FromClause, Select, and_, case, literal_column, select

from exercise_buddy.core.db.tables import core_table
from exercise_buddy.exercises.selectables import catalogue
from exercise_buddy.exercises.tables import ExerciseAlias

alias = core_table(ExerciseAlias)


def select_facts(matched: FromClause) -> Select[Any]:
    """Return the matches with what tells whether their exercises can have a load."""
    found = catalogue.alias("found_exercise")
    meant = alias.alias("meant_alias")
    variant = catalogue.alias("loaded_variant")
    # All aliases of an exercise that name a variant name the same one.
    loaded_id = (
        select(alias.c.loaded_exercise_id)
        .where(alias.c.exercise_id == found.c.id, alias.c.loaded_exercise_id.is_not(None))
        .limit(literal_column("1"))
        .scalar_subquery()
    )
    says_no_load = matched.c.search_key.regexp_match(literal_column("'(^| )(bodyweight|freehand)( |$)'"))
    means_loaded = case((matched.c.other, meant.c.loaded_exercise_id.is_not(None)), else_=~says_no_load)
    return (
        select(
            matched.c.key,
            case((matched.c.other, literal_column("'alias'")), else_=literal_column("'exact'")).label("how"),
            matched.c.exercise_id,
            matched.c.exercise,
            matched.c.custom,
            found.c.equipment,
            found.c.measures,
            found.c.bodyweight_share,
            variant.c.id.label("loaded_id"),
            variant.c.name.label("loaded_name"),
            means_loaded.label("means_loaded"),
        )
        .select_from(matched)
        .outerjoin(found, and_(found.c.id == matched.c.exercise_id, ~matched.c.own))
        .outerjoin(meant, and_(meant.c.name_key == matched.c.name_key, matched.c.other))
        .outerjoin(variant, variant.c.id == loaded_id)
    )
