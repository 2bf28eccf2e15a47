"""The statement of personal records, derived from the bests that each exercise within a workout has stored.

An edited, deleted or back-dated workout needs no upkeep: the next read finds the best of what there is. For each
exercise and kind an index has the best value first, so that the cost does not grow with the number of workouts.
"""

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    Boolean,
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal_column,
    select,
    true,
    union_all,
)

from exercise_buddy.core.db.json_queries import json_array, json_fields, json_object
from exercise_buddy.statistics.progress.parts import if_known, looked_up
from exercise_buddy.statistics.records.candidates import (
    MAX_ESTIMATED_REPS,
    ZERO,
    best,
    constant_kind,
    exercises,
    first_times,
    is_before,
    loads,
    no_number,
    only_exercise,
    place,
    who_lifted,
)
from exercise_buddy.statistics.records.formulas import Formula, estimate
from exercise_buddy.statistics.records.kinds import STORED, StoredKind
from exercise_buddy.statistics.schemas import RecordKind
from exercise_buddy.statistics.shared.etags import StatisticsQuery
from exercise_buddy.statistics.shared.period import ONE, USER
from exercise_buddy.workouts import public as workouts


def _beginning(of: FromClause) -> FromClause:
    """Give one that the exercise was done with first, beside its row: of those that began at that moment, any."""
    done = workouts.performed_exercises()
    return (
        select(done.c.started_at, *(done.c[kind.column] for kind in STORED))
        .where(done.c.user_id == USER, done.c.exercise_id == of.c.exercise_id)
        .order_by(done.c.started_at)
        .limit(ONE)
        .correlate(of)
        .lateral("beginning")
    )


def _is_first(kind: StoredKind, of: FromClause, beginning: FromClause, holder: FromClause) -> ColumnElement[bool]:
    """Say whether nothing of the kind was done before.

    Nearly always the beginning, which is looked up once for all kinds, tells that something was.
    """
    done = workouts.performed_exercises()
    earlier = (
        select(ONE)
        .where(
            done.c.user_id == USER,
            done.c.exercise_id == of.c.exercise_id,
            done.c[kind.column] > ZERO,
            done.c.started_at <= holder.c.started_at,
            is_before(done, place(holder)),
        )
        # In the order of another index, whose first row nearly always decides.
        .order_by(done.c.started_at)
        .limit(ONE)
    )
    is_first = earlier.correlate(of, holder).scalar_subquery().is_(None)
    was_before = and_(beginning.c[kind.column] > ZERO, beginning.c.started_at < holder.c.started_at)
    return case((was_before, literal_column("false", Boolean)), else_=is_first)


def _set_of(kind: RecordKind, formula: Formula, holder: FromClause) -> Select[Any] | None:
    """Give `weight_kg` and `reps` of the set that a record of weights was made with."""
    one = loads(holder)
    made = select(one.c.weight_kg, one.c.reps).select_from(one).limit(ONE)
    match kind:
        case RecordKind.E1RM:
            able = made.where(one.c.reps <= MAX_ESTIMATED_REPS)
            return able.order_by(estimate(formula, one.c.weight_kg, one.c.reps).desc(), one.c.weight_kg.desc())
        case RecordKind.SET_VOLUME:
            return made.order_by((one.c.weight_kg * one.c.reps).desc(), one.c.weight_kg.desc())
        case _:
            return None


def _held(kind: StoredKind, formula: Formula, of: FromClause, beginning: FromClause) -> Select[Any]:
    holder = best(kind, formula, of.c.exercise_id, beside=[of]).lateral(f"best_{kind.kind.value}")
    made = _set_of(kind.kind, formula, holder)
    rows: FromClause = holder
    weight: ColumnElement[Any] = no_number()
    reps: ColumnElement[Any] = no_number(Integer)
    if kind.kind is RecordKind.LOAD:
        weight, reps = holder.c.value, holder.c.best_set_reps
    if made is not None:
        one = made.correlate(holder).lateral(f"set_{kind.kind.value}")
        rows, weight, reps = rows.outerjoin(one, true()), one.c.weight_kg, one.c.reps
    return (
        select(
            holder.c.kind,
            holder.c.number,
            holder.c.value,
            literal_column(f"'{kind.unit}'", Text).label("unit"),
            cast(weight, Double).label("weight_kg"),
            cast(reps, Integer).label("reps"),
            holder.c.local_date.label("date"),
            holder.c.workout_id,
            _is_first(kind, of, beginning, holder).label("baseline"),
        )
        .select_from(rows)
        .correlate(of, beginning)
    )


def _reps_at_loads() -> Select[Any]:
    """Give the most reps with each weight of the bound exercise, but where a heavier one was lifted as often."""
    reached = first_times().subquery("reached")
    ranked = select(
        reached,
        func.max(reached.c.reps)
        .over(order_by=(reached.c.weight_kg.desc(), reached.c.reps.desc()), rows=(None, -1))
        .label("heavier_reps"),
        # The first time that this weight or a heavier one was lifted.
        func.min(reached.c.started_at).over(order_by=reached.c.weight_kg.desc()).label("begun_at"),
    ).subquery("ranked")
    most = select(ranked).where(func.coalesce(ranked.c.heavier_reps, ZERO) < ranked.c.reps).subquery("most")
    holder = who_lifted(most).lateral("holder")
    kind = constant_kind(RecordKind.REPS_AT_LOAD)
    return select(
        *kind,
        cast(most.c.reps, Double).label("value"),
        literal_column("'reps'", Text).label("unit"),
        most.c.weight_kg,
        most.c.reps,
        holder.c.local_date.label("date"),
        holder.c.workout_id,
        (most.c.begun_at == most.c.started_at).label("baseline"),
    ).select_from(most.join(holder, true()))


@cache
def records(formula: Formula, *, of_exercise: bool) -> StatisticsQuery:
    """Give the statement of `Records`. Binds `user_id`, and `exercise_id` if it is `of_exercise`.

    The reps at each load are of one exercise only: for all of them, every set that was ever done would have to be read.
    """
    done: CTE = only_exercise() if of_exercise else exercises()
    beginning = _beginning(done)
    held = [_held(kind, formula, done, beginning) for kind in STORED]
    if of_exercise:
        held.append(_reps_at_loads())
    one = union_all(*held).subquery("held")
    fields = ("kind", "value", "unit", "weight_kg", "reps", "date", "workout_id", "baseline")
    of_one = (
        select(*(one.c[name] for name in fields))
        .order_by(one.c.number, one.c.weight_kg.desc())
        .correlate(done, beginning)
    )
    row = of_one.subquery("record")
    of_each = select(func.json_agg(row.table_valued()).label("records")).correlate(done, beginning).lateral("of_each")
    names = looked_up(done)
    named = json_fields(id=names.c.exercise_id, name=names.c.name, custom=names.c.custom)
    items = (
        select(named.label("exercise"), of_each.c.records)
        .select_from(done.join(names, true()).outerjoin(beginning, true()).join(of_each, true()))
        .where(of_each.c.records.is_not(None))
        .order_by(func.lower(names.c.name.collate("pg_c_utf8")), names.c.exercise_id)
    )
    document = json_object(
        select(
            literal_column(f"'{formula.value}'", Text).label("e1rm_formula"),
            json_array(items).label("items"),
        )
    )
    return StatisticsQuery(if_known(document) if of_exercise else select(document))
