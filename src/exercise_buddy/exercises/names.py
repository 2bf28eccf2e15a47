"""The names of exercises: all that a user can mean one by, and which exercise a name means.

An exercise of the catalogue has aliases that everybody knows; a user's own may have the names of those that were merged
into it. `search_key` folds accents and punctuation, so that "Pull-Up" and "pull up" are one name.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Float,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.json_queries import USER
from exercise_buddy.core.db.statements import Statement
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.exercises.catalogue import name_key, search_key
from exercise_buddy.exercises.selectables import catalogue, custom
from exercise_buddy.exercises.tables import CustomExerciseAlias, ExerciseAlias

alias = core_table(ExerciseAlias)
custom_alias = core_table(CustomExerciseAlias)

MAX_PROPOSALS = 3
LEAST_SCORE = 0.4
"""Names that are less alike than this are not proposed: `similarity` of `pg_trgm`, from 0 to 1."""

MAX_NAMES_WITH_PROPOSALS = 200
"""Finding what is like an unknown name takes 2 ms."""

# An exercise may have many names: of so many names, there are three exercises or there is nothing better.
_MOST_ALIKE = 20

_TRUE: ColumnElement[bool] = literal_column("true")
_FALSE: ColumnElement[bool] = literal_column("false")


def _names_of_the_catalogue() -> tuple[Select[Any], ...]:
    return (
        _names(catalogue, catalogue, is_custom=False, own=False, other=False),
        _names(alias, catalogue, is_custom=False, own=False, other=True).where(catalogue.c.id == alias.c.exercise_id),
    )


def _names_of_the_user() -> tuple[Select[Any], ...]:
    of_user = and_(custom.c.user_id == custom_alias.c.user_id, custom.c.id == custom_alias.c.custom_exercise_id)
    return (
        _names(custom, custom, is_custom=True, own=True, other=False).where(custom.c.user_id == USER),
        _names(custom_alias, custom, is_custom=True, own=True, other=True).where(of_user, custom.c.user_id == USER),
        _names(custom_alias, catalogue, is_custom=False, own=True, other=True).where(
            catalogue.c.id == custom_alias.c.catalogue_exercise_id, custom_alias.c.user_id == USER
        ),
    )


def _names(named: FromClause, exercise: FromClause, *, is_custom: bool, own: bool, other: bool) -> Select[Any]:
    def flag(value: bool) -> ColumnElement[bool]:  # noqa: FBT001
        return _TRUE if value else _FALSE

    return select(
        exercise.c.id.label("exercise_id"),
        named.c.name_key.label("name_key"),
        named.c.search_key.label("search_key"),
        exercise.c.name.label("exercise"),
        flag(is_custom).label("custom"),
        flag(own).label("own"),
        flag(other).label("other"),
    )


def all_names() -> Select[Any]:
    """Give every name that the bound `user_id` can mean an exercise by, a row each.

    Columns: `exercise_id`, `name_key`, `search_key`, `exercise` (the name that is shown), `custom` (whether the
    exercise is the user's own), `own` (whether the name is), `other` (whether it is an alias).
    """
    everything = union_all(*_names_of_the_catalogue(), *_names_of_the_user()).subquery("exercise_name")
    return select(everything)


def similar_names(term: ColumnElement[str], operator: str, most: int) -> Select[Any]:
    """Give the names that are most like a term, as `all_names` gives them: at most so many of each kind of name.

    Args:
        term: a `search_key`.
        operator: `<->` compares whole names, `<->>` the part of a name that is most like the term.
        most: how many of the catalogue's names, of its aliases, and of what is the user's own.

    """
    limit: ColumnElement[int] = literal_column(str(most))

    def nearest(rows: Select[Any], key: ColumnElement[str], name: str) -> Select[Any]:
        return select(rows.order_by(key.op(operator)(term)).limit(limit).subquery(name))

    # Each by itself, so that the index of its table gives them in their order.
    names, aliases = _names_of_the_catalogue()
    own = union_all(*_names_of_the_user()).subquery("own_name")
    everything = union_all(
        nearest(names, catalogue.c.search_key, "near_name"),
        nearest(aliases, alias.c.search_key, "near_alias"),
        nearest(select(own), own.c.search_key, "near_own_name"),
    ).subquery("similar_name")
    return select(everything)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An exercise whose name is like the one that was asked for, and how much: from 0.4 to 1."""

    exercise_id: UUID
    name: str
    custom: bool
    score: float


@dataclass(frozen=True, slots=True)
class Match:
    """What a name means: an exercise, or else some that it might mean, the likeliest first."""

    how: Literal["exact", "alias"] | None = None
    exercise_id: UUID | None = None
    name: str | None = None
    custom: bool = False
    proposals: list[Proposal] = field(default_factory=list)


def _resolve_statement() -> Select[Any]:
    keys = cast(bindparam("keys", type_=ARRAY(Text)), ARRAY(Text))
    search_keys = cast(bindparam("search_keys", type_=ARRAY(Text)), ARRAY(Text))
    given = (
        func.unnest(keys, search_keys)
        .table_valued(column("key", Text), column("search_key", Text), name="given")
        .render_derived()
    )
    known = all_names().cte("known")
    # One's own names first, then names, then aliases; as it is written before as it is searched.
    order = case((known.c.own, 0), else_=2) + cast(known.c.other, Integer)
    found = union_all(
        select(given.c.key, known, order.label("priority")).join_from(given, known, known.c.name_key == given.c.key),
        select(given.c.key, known, (order + 4).label("priority")).join_from(
            given, known, known.c.search_key == given.c.search_key
        ),
    ).cte("found")
    matched = (
        select(found)
        .ext(distinct_on(found.c.key))
        .order_by(found.c.key, found.c.priority, found.c.exercise, found.c.exercise_id)
        .cte("matched")
    )
    unknown = (
        select(given)
        .where(~exists().where(matched.c.key == given.c.key))
        .order_by(given.c.key)
        .limit(literal_column(str(MAX_NAMES_WITH_PROPOSALS)))
        .cte("unknown")
    )
    near = similar_names(unknown.c.search_key, "<->", _MOST_ALIKE).correlate(unknown).lateral("near")
    like = func.similarity(unknown.c.search_key, near.c.search_key)
    likely = (
        select(
            near.c.exercise_id,
            func.max(like).label("score"),
            func.min(near.c.exercise).label("exercise"),
            func.bool_or(near.c.custom).label("custom"),
        )
        .where(like >= literal(LEAST_SCORE, Float))
        .group_by(near.c.exercise_id)
        .order_by(func.max(like).desc(), func.min(near.c.exercise), near.c.exercise_id)
        .limit(literal_column(str(MAX_PROPOSALS)))
        .correlate(unknown)
        .lateral("likely")
    )
    how = case((matched.c.other, literal_column("'alias'")), else_=literal_column("'exact'"))
    return select(
        union_all(
            select(
                matched.c.key,
                how.label("how"),
                matched.c.exercise_id,
                matched.c.exercise,
                matched.c.custom,
                cast(null(), Float).label("score"),
            ),
            select(
                unknown.c.key,
                cast(null(), Text).label("how"),
                likely.c.exercise_id,
                likely.c.exercise,
                likely.c.custom,
                cast(likely.c.score, Float).label("score"),
            ).join_from(unknown, likely, _TRUE),
        ).subquery("answer")
    ).order_by(literal_column("key"), literal_column("score DESC"), literal_column("exercise"))


_RESOLVE = Statement(_resolve_statement())


async def resolve_names(session: AsyncSession, user_id: UUID, names: Iterable[str]) -> dict[str, Match]:
    """Say which exercises names mean, by `name_key` of each name, in one statement.

    A user's own names win over those of the catalogue, and a name over an alias. What is unknown comes with up to three
    proposals (for the first 200 unknown names).
    """
    keys = {name_key(name): search_key(name) for name in names}
    matches: dict[str, Match] = {key: Match() for key in keys}
    if not keys:
        return matches
    rows = await _RESOLVE.run_in(session, user_id=user_id, keys=list(keys), search_keys=list(keys.values()))
    for key, how, exercise_id, exercise, is_custom, score in rows.all():
        if how is None:
            matches[key].proposals.append(Proposal(exercise_id, exercise, is_custom, round(score, 2)))
        else:
            matches[key] = Match(how, exercise_id, exercise, is_custom)
    return matches
