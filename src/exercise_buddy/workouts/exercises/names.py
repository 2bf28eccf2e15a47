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

from exercise_buddy.core.statements import Statement
from exercise_buddy.core.tables import core_table
from exercise_buddy.workouts.catalogue import name_key, search_key
from exercise_buddy.workouts.selectables import USER, catalogue, custom
from exercise_buddy.workouts.tables import CustomExerciseAlias, ExerciseAlias

alias = core_table(ExerciseAlias)
custom_alias = core_table(CustomExerciseAlias)

MAX_PROPOSALS = 3
LEAST_SCORE = 0.4
"""Names that are less alike than this are not proposed: `similarity` of `pg_trgm`, from 0 to 1."""

MAX_NAMES_WITH_PROPOSALS = 200
"""Each unknown name is compared with all there are, which takes 3 ms."""

_TRUE: ColumnElement[bool] = literal_column("true")
_FALSE: ColumnElement[bool] = literal_column("false")


def all_names() -> Select[Any]:
    """Give every name that the bound `user_id` can mean an exercise by, a row each.

    Columns: `exercise_id`, `name_key`, `search_key`, `exercise` (the name that is shown), `custom` (whether the
    exercise is the user's own), `own` (whether the name is), `other` (whether it is an alias).
    """

    def rows(
        named: FromClause, exercise: FromClause, *, is_custom: ColumnElement[bool], own: bool, other: bool
    ) -> Select[Any]:
        return select(
            exercise.c.id.label("exercise_id"),
            named.c.name_key.label("name_key"),
            named.c.search_key.label("search_key"),
            exercise.c.name.label("exercise"),
            is_custom.label("custom"),
            (_TRUE if own else _FALSE).label("own"),
            (_TRUE if other else _FALSE).label("other"),
        )

    of_user = and_(custom.c.user_id == custom_alias.c.user_id, custom.c.id == custom_alias.c.custom_exercise_id)
    everything = union_all(
        rows(catalogue, catalogue, is_custom=_FALSE, own=False, other=False),
        rows(alias, catalogue, is_custom=_FALSE, own=False, other=True).where(catalogue.c.id == alias.c.exercise_id),
        rows(custom, custom, is_custom=_TRUE, own=True, other=False).where(custom.c.user_id == USER),
        rows(custom_alias, custom, is_custom=_TRUE, own=True, other=True).where(of_user, custom.c.user_id == USER),
        rows(custom_alias, catalogue, is_custom=_FALSE, own=True, other=True).where(
            catalogue.c.id == custom_alias.c.catalogue_exercise_id, custom_alias.c.user_id == USER
        ),
    ).subquery("exercise_name")
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
    like = func.similarity(unknown.c.search_key, known.c.search_key)
    likely = (
        select(
            known.c.exercise_id,
            func.max(like).label("score"),
            func.min(known.c.exercise).label("exercise"),
            func.bool_or(known.c.custom).label("custom"),
        )
        .where(like >= literal(LEAST_SCORE, Float))
        .group_by(known.c.exercise_id)
        .order_by(func.max(like).desc(), func.min(known.c.exercise), known.c.exercise_id)
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
