"""The names of exercises, and the resolution of a name to an exercise.

Catalogue exercises have aliases for all users; exercises also have the names of custom exercises merged into them.
`search_key` folds accents and punctuation, so that "Pull-Up" and "pull up" are one name.
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
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.json_queries import USER
from exercise_buddy.core.db.statements import Statement
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.exercises.catalogue import name_key, search_key
from exercise_buddy.exercises.loaded_names import alias, select_facts
from exercise_buddy.exercises.selectables import catalogue, custom
from exercise_buddy.exercises.tables import CustomExerciseAlias

custom_alias = core_table(CustomExerciseAlias)

NOBODY = UUID(int=0)
"""A user without names: names denote exercises of the catalogue only."""

MAX_PROPOSALS = 3
LEAST_SCORE = 0.4
"""The least `similarity` (`pg_trgm`, 0 to 1) of a proposed name."""

MAX_NAMES_WITH_PROPOSALS = 2_000
"""The number of unknown names that get proposals by default: finding similar names takes 2 ms each."""

_PROPOSED_AT_ONCE = 100
"""The number of names of one statement, which stays within the statement timeout."""

LOADED_SCORE = 1.0
"""The score of the exercise for loaded sets, proposed where a name denotes one that cannot have their load."""

# Exercises have several names: this many names contain three exercises, or no better ones exist.
_MOST_ALIKE = 20

_TRUE: ColumnElement[bool] = literal_column("true")
_FALSE: ColumnElement[bool] = literal_column("false")


def _catalogue_names() -> tuple[Select[Any], ...]:
    return (
        _names(catalogue, catalogue, is_custom=False, own=False, other=False),
        _names(alias, catalogue, is_custom=False, own=False, other=True).where(catalogue.c.id == alias.c.exercise_id),
    )


def _custom_names() -> tuple[Select[Any], ...]:
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


def select_names() -> Select[Any]:
    """Return a select of all names of the exercises that the bound `user_id` can use, one row per name.

    Columns: `exercise_id`, `name_key`, `search_key`, `exercise` (the displayed name), `custom` (whether the exercise is
    custom), `own` (whether the name belongs to the user), `other` (whether the name is an alias).
    """
    everything = union_all(*_catalogue_names(), *_custom_names()).subquery("exercise_name")
    return select(everything)


def select_similar_names(term: ColumnElement[str], operator: str, most: int) -> Select[Any]:
    """Return a select of the names that are most similar to a term, with the columns of `select_names`.

    Args:
        term: a `search_key`.
        operator: `<->` compares whole names, `<->>` the most similar part of a name.
        most: the maximum number of catalogue names, of aliases, and of names of the user.

    """
    limit: ColumnElement[int] = literal_column(str(most))

    def nearest(rows: Select[Any], key: ColumnElement[str], name: str) -> Select[Any]:
        # Names that are equally similar have an order too: otherwise the limit picks some of them at random.
        nearest_rows = rows.order_by(
            key.op(operator)(term), rows.selected_columns.name_key, rows.selected_columns.exercise_id
        )
        return select(nearest_rows.limit(limit).subquery(name))

    # One select per table, so that the index of the table returns the rows in order.
    names, aliases = _catalogue_names()
    own = union_all(*_custom_names()).subquery("own_name")
    everything = union_all(
        nearest(names, catalogue.c.search_key, "near_name"),
        nearest(aliases, alias.c.search_key, "near_alias"),
        nearest(select(own), own.c.search_key, "near_own_name"),
    ).subquery("similar_name")
    return select(everything)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An exercise with a similar name. `score` is the similarity, 0.4 to 1."""

    exercise_id: UUID
    name: str
    custom: bool
    score: float


@dataclass(frozen=True, slots=True)
class Match:
    """The exercise that a name denotes, or proposals, the most similar first.

    Attributes:
        how, exercise_id, name, custom: the exercise. None if the name is unknown, or denotes none with the load.
        equipment, measures, bodyweight_share: of an exercise of the catalogue that a name of the catalogue denotes.
        loaded: the variant of the exercise that has a load, if there is one.
        means_loaded: whether the name can mean that one: "Squat" can, "Bodyweight Squat" cannot.
        refused: the name of the exercise that the name denotes, but which cannot have the load.
        proposals: exercises with similar names.

    """

    how: Literal["exact", "alias"] | None = None
    exercise_id: UUID | None = None
    name: str | None = None
    custom: bool = False
    equipment: str | None = None
    measures: str | None = None
    bodyweight_share: float | None = None
    loaded: Proposal | None = None
    means_loaded: bool = False
    refused: str | None = None
    proposals: list[Proposal] = field(default_factory=list)


def _select_matches(
    given: FromClause, rows: Select[Any], key: str, wanted: ColumnElement[str], priority: int
) -> Select[Any]:
    """Return those of the names whose key is the `wanted` one of a given name, with the priority of the match.

    Names of the user come before names and aliases of the catalogue, exact matches before matches of search keys.
    """
    columns = rows.selected_columns
    order = case((columns.own, priority), else_=priority + 2) + cast(columns.other, Integer)
    return rows.add_columns(given.c.key, order.label("priority")).where(columns[key] == wanted)


def _texts(name: str) -> ColumnElement[Any]:
    return cast(bindparam(name, type_=ARRAY(Text)), ARRAY(Text))


def _select_given() -> FromClause:
    """Return the given names as rows of `key` and `search_key`."""
    return (
        func.unnest(_texts("keys"), _texts("search_keys"))
        .table_valued(column("key", Text), column("search_key", Text), name="given")
        .render_derived()
    )


def _resolve_statement() -> Select[Any]:
    given = _select_given()
    # The names of one user are few. Those of the catalogue are not: each of its tables is read by an index.
    own = union_all(*_custom_names()).cte("own_name")
    names = (select(own), *_catalogue_names())
    found = union_all(
        *(_select_matches(given, rows, "name_key", given.c.key, 0) for rows in names),
        *(_select_matches(given, rows, "search_key", given.c.search_key, 4) for rows in names),
    ).cte("found")
    matched = (
        select(found)
        .ext(distinct_on(found.c.key))
        .order_by(found.c.key, found.c.priority, found.c.exercise, found.c.exercise_id)
        .cte("matched")
    )
    return select_facts(matched)


def _propose_statement() -> Select[Any]:
    given = _select_given()
    near = select_similar_names(given.c.search_key, "<->", _MOST_ALIKE).correlate(given).lateral("near")
    like = func.similarity(given.c.search_key, near.c.search_key)
    score = func.max(like)
    likely = (
        select(
            near.c.exercise_id,
            score.label("score"),
            func.min(near.c.exercise).label("exercise"),
            func.bool_or(near.c.custom).label("custom"),
        )
        .where(like >= literal(LEAST_SCORE, Float))
        .group_by(near.c.exercise_id)
        .order_by(score.desc(), func.min(near.c.exercise), near.c.exercise_id)
        .limit(literal_column(str(MAX_PROPOSALS)))
        .correlate(given)
        .lateral("likely")
    )
    proposed = select(
        given.c.key, likely.c.exercise_id, likely.c.exercise, likely.c.custom, cast(likely.c.score, Float)
    )
    return proposed.join_from(given, likely, _TRUE).order_by(given.c.key, likely.c.score.desc(), likely.c.exercise)


_RESOLVE = Statement(_resolve_statement())
_PROPOSE = Statement(_propose_statement())


async def resolve_names(
    session: AsyncSession, user_id: UUID, names: Iterable[str], *, most_proposed: int = MAX_NAMES_WITH_PROPOSALS
) -> dict[str, Match]:
    """Return the exercises that names denote, by the `name_key` of each name.

    Names of the user take precedence over those of the catalogue, and names over aliases.

    Args:
        session: the transaction.
        user_id: the user, or `NOBODY`.
        names: the names, any number.
        most_proposed: how many unknown names get proposals, up to three each; the first ones in the order of the keys.

    """
    keys = {name_key(name): search_key(name) for name in names}
    matches: dict[str, Match] = {key: Match() for key in keys}
    if not keys:
        return matches
    rows = await _RESOLVE.run_in(session, user_id=user_id, keys=list(keys), search_keys=list(keys.values()))
    for key, how, exercise_id, exercise, is_custom, *facts in rows.all():
        equipment, measures, share, loaded_id, loaded_name, means_loaded = facts
        loaded = loaded_id and Proposal(loaded_id, loaded_name, custom=False, score=LOADED_SCORE)
        matches[key] = Match(
            how, exercise_id, exercise, is_custom, equipment, measures, share, loaded, bool(means_loaded)
        )
    unknown = sorted(key for key, match in matches.items() if match.how is None)[:most_proposed]
    for start in range(0, len(unknown), _PROPOSED_AT_ONCE):
        some = unknown[start : start + _PROPOSED_AT_ONCE]
        rows = await _PROPOSE.run_in(session, user_id=user_id, keys=some, search_keys=[keys[key] for key in some])
        for key, exercise_id, exercise, is_custom, score in rows.all():
            matches[key].proposals.append(Proposal(exercise_id, exercise, is_custom, round(score, 2)))
    return matches
