"""The documents of exercises: one, and a page of them, by name or by what somebody searches."""

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
from exercise_buddy.exercises.names import alias, all_names, custom_alias, similar_names
from exercise_buddy.exercises.selectables import EXERCISE_FACTS, all_exercises

_SHOWN = ("id", "slug", "name", "custom", *EXERCISE_FACTS, "counting", "instructions", "images")

LEAST_LIKENESS = 0.3
"""Names less like a search than this are no guess: `word_similarity` of `pg_trgm`, from 0 to 1."""

_MOST_GUESSES: ColumnElement[int] = literal_column("20")
# A rank is of a kind and, within it, of how alike: 0 is what was typed, 1999 begins with it and is much longer.
_BEGINS, _WORDS_BEGIN, _INSIDE, _GUESS = 1000, 2000, 3000, 4000
_SLIP = 1000
_MOST_SIMILAR = 60


def _exercise_filter(exercise: FromClause, name: str) -> ColumnElement[bool]:
    columns = exercise.c
    match name:
        case "muscle":
            muscle = cast(bindparam("muscle", type_=Text), Text)
            both = func.array_cat(columns.primary_muscles, columns.secondary_muscles)
            return muscle == any_(cast(both, ARRAY(Text)))
        case "countable":
            return columns.counting.is_not(None) == bindparam("countable")
        case _:
            return columns[name] == bindparam(name)


def _exercises_that(filters: frozenset[str]) -> Select[Any]:
    exercise = all_exercises()
    return select(exercise).where(*(_exercise_filter(exercise, name) for name in sorted(filters)))


def _shown(exercise: FromClause) -> Select[Any]:
    shown = [exercise.c[name] for name in _SHOWN]
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


exercises = PagedList({"name_key": str, "id": UUID}, _exercises_that, _shown)
"""The items of `ExercisePage`, by name. Filters: those of `_exercise_filter`."""


# --- searching ---------------------------------------------------------------------------------------------------


def _alike(term: ColumnElement[str], key: ColumnElement[str]) -> ColumnElement[int]:
    """Give how far apart two names are: 0 if they are one, 999 if they have nothing in common."""
    return cast((1 - func.similarity(term, key)) * 999, Integer)


def _found_that(filters: frozenset[str]) -> Select[Any]:
    """Give the exercises with a name that holds the words of `search`; if there are none, those with a similar name.

    Bound values: `search` (a `search_key`), `words` (a LIKE pattern for the beginning of each of its words), `slips`
    (patterns of what it might have been, with two letters the other way round).
    """
    term = bindparam("search", type_=Text)
    words = cast(bindparam("words", type_=ARRAY(Text)), ARRAY(Text))
    name = all_names().cte("exercise_name")
    spaced = literal_column("' '").concat(name.c.search_key)
    literally = case(
        (name.c.search_key == term, 0),
        (func.starts_with(name.c.search_key, term), _BEGINS + _alike(term, name.c.search_key)),
        (spaced.like(all_(words)), _WORDS_BEGIN + _alike(term, name.c.search_key)),
        (func.strpos(name.c.search_key, term) > 0, _INSIDE + _alike(term, name.c.search_key)),
    )
    hit = select(name.c.exercise_id, literally.label("rank")).where(literally.is_not(None)).cte("hit")
    exercise = _exercises_that(filters - {"search", "words", "slips"}).cte("exercise")
    guess = _guesses(hit, exercise, term)
    best = (
        union_all(
            select(hit.c.exercise_id, func.min(hit.c.rank).label("rank")).group_by(hit.c.exercise_id),
            select(guess.c.exercise_id, guess.c.rank),
        )
    ).subquery("best")
    return select(select(exercise, best.c.rank).join(best, best.c.exercise_id == exercise.c.id).subquery("found"))


def _guesses(hit: CTE, exercise: CTE, term: ColumnElement[str]) -> Subquery:
    """Give what might be meant when no name has the words: first what has them after a slip of the fingers."""
    slips = cast(bindparam("slips", type_=ARRAY(Text)), ARRAY(Text))
    near = similar_names(term, "<->>", _MOST_SIMILAR).cte("near")
    slipped = case((near.c.search_key.like(any_(slips)), 0), else_=_SLIP)
    rank = func.min(_GUESS + slipped + _alike(term, near.c.search_key))
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


found_exercises = PagedList({"rank": int, "name_key": str, "id": UUID}, _found_that, _shown)
"""The items of `ExercisePage`, the best match first. Filters: those of `_exercise_filter` and of `_found_that`."""


def _build_exercise_by_id() -> JsonQuery:
    exercise = all_exercises()
    wanted = exercise.c.id == bindparam("exercise_id", type_=Uuid)
    return JsonQuery(select(json_object(_shown(exercise).where(wanted))), missing=ExerciseNotFound)


exercise_by_id = _build_exercise_by_id()
"""`Exercise`: the exercise `exercise_id`, of the catalogue or of the user `user_id`."""
