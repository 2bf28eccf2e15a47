"""What a record can be: the best that each exercise within a workout came to, of each kind."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
)

from exercise_buddy.statistics.records.formulas import MAX_REPS, Formula, estimate, least_share
from exercise_buddy.statistics.records.kinds import StoredKind, number
from exercise_buddy.statistics.schemas import RecordKind
from exercise_buddy.statistics.shared.period import ONE, USER
from exercise_buddy.workouts import public as workouts

ZERO: ColumnElement[int] = literal_column("0", Integer)
"""Written out: an index of the values above it serves only who says so in the statement."""

EXERCISE = bindparam("exercise_id", type_=Uuid)

MAX_ESTIMATED_REPS: ColumnElement[int] = literal_column(str(MAX_REPS), Integer)


def exercises() -> CTE:
    """Give the exercises that the user has done, a row each, by hopping from one to the next in the index."""
    done = workouts.performed_exercises()
    first = select(done.c.exercise_id).where(done.c.user_id == USER).order_by(done.c.exercise_id).limit(ONE)
    found = select(first.subquery("first").c.exercise_id).cte("exercise", recursive=True)
    following = workouts.performed_exercises()
    after = (
        select(following.c.exercise_id)
        .where(following.c.user_id == USER, following.c.exercise_id > found.c.exercise_id)
        .order_by(following.c.exercise_id)
        .limit(ONE)
        .correlate(found)
        .lateral("after")
    )
    return found.union_all(select(after.c.exercise_id).select_from(found.join(after, true())))


def only_exercise() -> CTE:
    """Give the bound `exercise_id`, as a row of what `exercises` gives."""
    return select(EXERCISE.label("exercise_id")).cte("exercise")


def constant_kind(kind: RecordKind) -> list[ColumnElement[Any]]:
    """Give the columns `kind` and `number` (its place in the order)."""
    return [
        literal_column(f"'{kind.value}'", Text).label("kind"),
        literal_column(str(number(kind)), Integer).label("number"),
    ]


Place = Sequence[ColumnElement[Any]]
"""Where an exercise within a workout stands in time: `started_at`, `workout_id`, `position`."""


def place(row: FromClause) -> Place:
    """Give where a row with these columns stands."""
    return [row.c.started_at, row.c.workout_id, row.c.position]


def is_before(done: FromClause, other: Place) -> ColumnElement[bool]:
    """Say whether an exercise within a workout came before another one, in the order in which records are held."""
    started_at, *others = other
    return or_(
        done.c.started_at < started_at,
        and_(done.c.started_at == started_at, func.row(done.c.workout_id, done.c.position) < func.row(*others)),
    )


def best(
    kind: StoredKind,
    formula: Formula,
    exercise_id: ColumnElement[Any],
    *conditions: Callable[[FromClause], ColumnElement[bool]],
    beside: Sequence[FromClause],
    below: ColumnElement[Any] | None = None,
) -> Select[Any]:
    """Give who reached the best value of a kind first: at most one row, found by the kind's index.

    Columns: `kind`, `number`, `value`, `started_at`, `workout_id`, `position`, `local_date`, and of all sets of that
    exercise within that workout `best_set_reps`, `load_kgs`, `load_reps`.

    Args:
        kind: of records.
        formula: of the estimated one-rep max.
        exercise_id: of this exercise.
        conditions: what has to be true of the exercise within the workout.
        beside: the rows that `exercise_id`, `conditions` and `below` come from.
        below: the value is less than this.

    """
    done = workouts.performed_exercises()
    stored = done.c[kind.column]

    def eligible(rows: FromClause) -> ColumnElement[bool]:
        return and_(
            rows.c.user_id == USER,
            rows.c.exercise_id == exercise_id,
            rows.c[kind.column] > ZERO,
            *(condition(rows) for condition in conditions),
        )

    value: ColumnElement[Any] = stored
    rows: FromClause = done
    where = eligible(done)
    if kind.kind is RecordKind.E1RM and formula != workouts.E1RM_FORMULA:
        # Stored are the estimates by Epley. That of the set which is best by another formula is not much lower.
        by_epley = workouts.performed_exercises()
        most = select(func.max(by_epley.c.best_e1rm_kg)).where(eligible(by_epley)).correlate(*beside)
        share = literal_column(repr(least_share(formula)), Double)
        one = loads(done)
        rows, value = done.join(one, true()), estimate(formula, one.c.weight_kg, one.c.reps)
        where = and_(where, done.c.best_e1rm_kg >= share * most.scalar_subquery(), one.c.reps <= MAX_ESTIMATED_REPS)
    if below is not None:
        where = and_(where, value < cast(below, stored.type))
    return (
        select(
            *constant_kind(kind.kind),
            cast(value, Double).label("value"),
            *place(done),
            done.c.local_date,
            done.c.best_set_reps,
            done.c.load_kgs,
            done.c.load_reps,
        )
        .select_from(rows)
        .where(where)
        .order_by(value.desc(), *place(done))
        .limit(ONE)
        .correlate(*beside)
    )


def loads(done: FromClause) -> FromClause:
    """Give `weight_kg` and `reps` of the sets that have both, beside the row of the exercise within a workout."""
    one = func.unnest(done.c.load_kgs, done.c.load_reps).table_valued("weight_kg", "reps", name="load").render_derived()
    return (
        select(cast(one.c.weight_kg, Double).label("weight_kg"), cast(one.c.reps, Integer).label("reps"))
        .correlate(done)
        .lateral("loaded")
    )


def first_times() -> Select[Any]:
    """Give when each weight was first lifted how often: `weight_kg`, `reps`, `started_at`, of the bound exercise."""
    done = workouts.performed_exercises()
    one = loads(done)
    return (
        select(one.c.weight_kg, one.c.reps, func.min(done.c.started_at).label("started_at"))
        .select_from(done.join(one, true()))
        .where(done.c.user_id == USER, done.c.exercise_id == EXERCISE)
        .group_by(one.c.weight_kg, one.c.reps)
    )


def who_lifted(first: FromClause) -> Select[Any]:
    """Give the place and `local_date` of the first one of what began at one moment and had a set of `first_times`."""
    done = workouts.performed_exercises()
    one = loads(done)
    return (
        select(*place(done), done.c.local_date)
        .select_from(done.join(one, true()))
        .where(
            done.c.user_id == USER,
            done.c.exercise_id == EXERCISE,
            done.c.started_at == first.c.started_at,
            one.c.weight_kg == first.c.weight_kg,
            one.c.reps == first.c.reps,
        )
        .order_by(done.c.workout_id, done.c.position)
        .limit(ONE)
        .correlate(first)
    )


def no_number(kind: type[Any] = Double) -> ColumnElement[Any]:
    """Give a NULL for a column that other kinds fill."""
    return cast(null(), kind)
