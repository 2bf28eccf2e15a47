"""The queries of exercises: one exercise, the list by name, and the search."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Float,
    FromClause,
    Integer,
    Select,
    Text,
    Uuid,
    all_,
    any_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)

from exercise_buddy.core.db.json_queries import IDS, USER, JsonQuery, JsonRows, json_object
from exercise_buddy.core.db.pagination import PagedList
from exercise_buddy.exercises.errors import ExerciseNotFound
from exercise_buddy.exercises.loaded_names import alias
from exercise_buddy.exercises.names import custom_alias, select_names, select_similar_names
from exercise_buddy.exercises.selectables import EXERCISE_FACTS, all_exercises

_FIELDS = ("id", "slug", "name", "custom", *EXERCISE_FACTS, "countable", "instructions", "images")

LEAST_LIKENESS = 0.3
"""The least `word_similarity` (`pg_trgm`, 0 to 1) of a similar name."""

_MOST_GUESSES: ColumnElement[int] = literal_column("20")
# A rank combines the kind of the match and the similarity: 0 is an exact match, below 1000 are names that only add
# equipment, and 1999 is a much longer name that begins so.
_BEGINS, _WORDS_BEGIN, _INSIDE, _GUESS = 1000, 2000, 3000, 4000
_SLIP = 1000
_MOST_SIMILAR = 60


def _filters(exercise: FromClause) -> dict[str, ColumnElement[bool]]:
    muscles = func.array_cat(exercise.c.primary_muscles, exercise.c.secondary_muscles)
    return {
        "muscle": cast(bindparam("muscle", type_=Text), Text) == any_(cast(muscles, ARRAY(Text))),
        **{
            name: exercise.c[name] == bindparam(name)
            for name in ("equipment", "category", "measures", "custom", "countable")
        },
    }


def _item(exercise: FromClause) -> Select[Any]:
    shown = [exercise.c[name] for name in _FIELDS]
    return select(*shown[:3], _aliases_of(exercise).label("aliases"), *shown[3:])


def _aliases_of(exercise: FromClause) -> ColumnElement[Any]:
    own = or_(
        custom_alias.c.catalogue_exercise_id == exercise.c.id,
        custom_alias.c.custom_exercise_id == exercise.c.id,
    )
    names = (
        union_all(
            select(alias.c.name, alias.c.name_key).where(alias.c.exercise_id == exercise.c.id).correlate(exercise),
            select(custom_alias.c.name, custom_alias.c.name_key)
            .where(custom_alias.c.user_id == USER, own)
            .correlate(exercise),
        )
        .subquery("other")
        .lateral()
    )
    in_order = select(names.c.name).order_by(names.c.name_key.collate("C"))
    return func.to_json(func.array(in_order.scalar_subquery()))


_exercise = all_exercises()

exercises = PagedList({"name_key": str, "id": UUID}, select(_exercise), _item, filters=_filters(_exercise))
"""The items of `ExercisePage`, by name."""


# --- searching ---------------------------------------------------------------------------------------------------


def _distance(term: ColumnElement[str], key: ColumnElement[str]) -> ColumnElement[int]:
    """Return the distance of two names: 0 if they are equal, 999 if they have no trigram in common."""
    return cast((1 - func.similarity(term, key)) * 999, Integer)


def _matches() -> CTE:
    """Select the names that contain the words of `search`, or similar names if no name does.

    Bind parameters: `search` (a `search_key`), `part` (a LIKE pattern of what each match contains), `words` (a LIKE
    pattern for the beginning of each word), `with_equipment` (names that only add equipment, the most common one
    first), `slips` (LIKE patterns of the search with two letters swapped).
    """
    term = bindparam("search", type_=Text)
    with_equipment = cast(bindparam("with_equipment", type_=ARRAY(Text)), ARRAY(Text))
    words = cast(bindparam("words", type_=ARRAY(Text)), ARRAY(Text))
    name = select_names().cte("exercise_name")
    spaced = literal_column("' '").concat(name.c.search_key)
    equipment = func.array_position(with_equipment, name.c.search_key)
    literally = case(
        (name.c.search_key == term, 0),
        (equipment.is_not(None), equipment),
        (func.starts_with(name.c.search_key, term), _BEGINS + _distance(term, name.c.search_key)),
        (spaced.like(all_(words)), _WORDS_BEGIN + _distance(term, name.c.search_key)),
        (func.strpos(name.c.search_key, term) > 0, _INSIDE + _distance(term, name.c.search_key)),
    )
    # An index finds the names with the part: to compare each name in four ways takes three times as long.
    contains = name.c.search_key.like(bindparam("part", type_=Text))
    hit = select(name.c.exercise_id, literally.label("rank")).where(contains, literally.is_not(None)).cte("hit")
    return union_all(select(hit), _guesses(hit, term)).cte("matching_name")


def _guesses(hit: CTE, term: ColumnElement[str]) -> Select[Any]:
    """Select similar names for a search without a match; names that match after swapping two letters come first."""
    slips = cast(bindparam("slips", type_=ARRAY(Text)), ARRAY(Text))
    near = select_similar_names(term, "<->>", _MOST_SIMILAR).cte("near")
    slipped = case((near.c.search_key.like(any_(slips)), 0), else_=_SLIP)
    rank = _GUESS + slipped + _distance(term, near.c.search_key)
    return select(near.c.exercise_id, rank.label("rank")).where(
        ~exists().select_from(hit),
        func.word_similarity(term, near.c.search_key) >= literal(LEAST_LIKENESS, Float),
    )


_match = _matches()
_matching = all_exercises(select(_match.c.exercise_id))


def _select_matches(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Select the exercises that have a matching name, ranked by the best of their names."""
    best = select(_match.c.exercise_id, func.min(_match.c.rank).label("rank")).group_by(_match.c.exercise_id).subquery()
    place = func.row_number().over(order_by=(best.c.rank, _matching.c.id))
    ranked = (
        select(_matching, best.c.rank, place.label("place"))
        .join(best, best.c.exercise_id == _matching.c.id)
        .where(*conditions)
        .subquery("ranked")
    )
    kept = or_(ranked.c.rank < _GUESS, ranked.c.place <= _MOST_GUESSES)
    return select(*(column for column in ranked.c if column.name != "place")).where(kept)


found_exercises = PagedList(
    {"rank": int, "name_key": str, "id": UUID}, _select_matches, _item, filters=_filters(_matching)
)
"""The items of `ExercisePage`, the best match first."""


exercise_by_id = JsonQuery(
    select(json_object(_item(_exercise).where(_exercise.c.id == bindparam("exercise_id", type_=Uuid)))),
    missing=ExerciseNotFound,
)
"""`Exercise`: the exercise `exercise_id`, of the catalogue or of the user `user_id`."""


exercises_by_id = JsonRows(_item(all_exercises(select(func.unnest(IDS)))))
"""The exercises `ids`, of the catalogue or of the user `user_id`, that exist."""
