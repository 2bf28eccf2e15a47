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
    Subquery,
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

from exercise_buddy.core.db.json_queries import USER, JsonQuery, json_object
from exercise_buddy.core.db.pagination import PagedList
from exercise_buddy.exercises.errors import ExerciseNotFound
from exercise_buddy.exercises.names import alias, custom_alias, select_names, select_similar_names
from exercise_buddy.exercises.selectables import EXERCISE_FACTS, all_exercises

_FIELDS = ("id", "slug", "name", "custom", *EXERCISE_FACTS, "countable", "instructions", "images")

LEAST_LIKENESS = 0.3
"""The least `word_similarity` (`pg_trgm`, 0 to 1) of a similar name."""

_MOST_GUESSES: ColumnElement[int] = literal_column("20")
# A rank combines the kind of the match and the similarity: 0 is an exact match, 1999 a much longer name that begins so.
_BEGINS, _WORDS_BEGIN, _INSIDE, _GUESS = 1000, 2000, 3000, 4000
_SLIP = 1000
_MOST_SIMILAR = 60


_exercise = all_exercises()
_muscles = func.array_cat(_exercise.c.primary_muscles, _exercise.c.secondary_muscles)

_FILTERS: dict[str, ColumnElement[bool]] = {
    "muscle": cast(bindparam("muscle", type_=Text), Text) == any_(cast(_muscles, ARRAY(Text))),
    **{
        name: _exercise.c[name] == bindparam(name)
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


exercises = PagedList({"name_key": str, "id": UUID}, select(_exercise), _item, filters=_FILTERS)
"""The items of `ExercisePage`, by name."""


# --- searching ---------------------------------------------------------------------------------------------------


def _distance(term: ColumnElement[str], key: ColumnElement[str]) -> ColumnElement[int]:
    """Return the distance of two names: 0 if they are equal, 999 if they have no trigram in common."""
    return cast((1 - func.similarity(term, key)) * 999, Integer)


def _select_matches(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Select the exercises whose name contains the words of `search`, or similar names if no name does.

    Bind parameters: `search` (a `search_key`), `words` (a LIKE pattern for the beginning of each word), `slips` (LIKE
    patterns of the search with two letters swapped).
    """
    term = bindparam("search", type_=Text)
    words = cast(bindparam("words", type_=ARRAY(Text)), ARRAY(Text))
    name = select_names().cte("exercise_name")
    spaced = literal_column("' '").concat(name.c.search_key)
    literally = case(
        (name.c.search_key == term, 0),
        (func.starts_with(name.c.search_key, term), _BEGINS + _distance(term, name.c.search_key)),
        (spaced.like(all_(words)), _WORDS_BEGIN + _distance(term, name.c.search_key)),
        (func.strpos(name.c.search_key, term) > 0, _INSIDE + _distance(term, name.c.search_key)),
    )
    hit = select(name.c.exercise_id, literally.label("rank")).where(literally.is_not(None)).cte("hit")
    exercise = select(_exercise).where(*conditions).cte("exercise")
    guess = _guesses(hit, exercise, term)
    best = (
        union_all(
            select(hit.c.exercise_id, func.min(hit.c.rank).label("rank")).group_by(hit.c.exercise_id),
            select(guess.c.exercise_id, guess.c.rank),
        )
    ).subquery("best")
    return select(select(exercise, best.c.rank).join(best, best.c.exercise_id == exercise.c.id).subquery("found"))


def _guesses(hit: CTE, exercise: CTE, term: ColumnElement[str]) -> Subquery:
    """Select similar names for a search without a match; names that match after swapping two letters come first."""
    slips = cast(bindparam("slips", type_=ARRAY(Text)), ARRAY(Text))
    near = select_similar_names(term, "<->>", _MOST_SIMILAR).cte("near")
    slipped = case((near.c.search_key.like(any_(slips)), 0), else_=_SLIP)
    rank = func.min(_GUESS + slipped + _distance(term, near.c.search_key))
    return (
        select(near.c.exercise_id, rank.label("rank"))
        .join_from(near, exercise, exercise.c.id == near.c.exercise_id)
        .where(
            ~exists().select_from(hit),
            func.word_similarity(term, near.c.search_key) >= literal(LEAST_LIKENESS, Float),
        )
        .group_by(near.c.exercise_id)
        .order_by(rank, near.c.exercise_id)
        .limit(_MOST_GUESSES)
        .subquery("guess")
    )


found_exercises = PagedList({"rank": int, "name_key": str, "id": UUID}, _select_matches, _item, filters=_FILTERS)
"""The items of `ExercisePage`, the best match first."""


exercise_by_id = JsonQuery(
    select(json_object(_item(_exercise).where(_exercise.c.id == bindparam("exercise_id", type_=Uuid)))),
    missing=ExerciseNotFound,
)
"""`Exercise`: the exercise `exercise_id`, of the catalogue or of the user `user_id`."""
