"""The statement of personal records, derived from the bests that each exercise within a workout has stored.

An edited, deleted or back-dated workout needs no upkeep: the next read finds the best of what there is.
"""

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    Double,
    Integer,
    Select,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from exercise_buddy.core.documents import Document, json_array, json_fields
from exercise_buddy.statistics.documents.period import ONE, TRUE, USER
from exercise_buddy.statistics.schemas import RecordKind
from exercise_buddy.workouts import public as workouts

STORED_IN = {
    RecordKind.LOAD: ("best_set_weight_kg", "kg"),
    RecordKind.E1RM: ("best_e1rm_kg", "kg"),
    RecordKind.REPS: ("best_reps", "reps"),
    RecordKind.SET_VOLUME: ("best_set_volume_kg", "kg"),
    RecordKind.DURATION: ("best_duration_seconds", "s"),
    RecordKind.DISTANCE: ("best_distance_meters", "m"),
}
"""Where the best of each kind is stored in an exercise within a workout, and its unit."""


def _bests(done: CTE) -> CTE:
    """Give the best value of each kind, a row per exercise: one pass over what the user has done."""
    best = [func.max(done.c[name]).filter(done.c[name] > 0).label(name) for name, _ in STORED_IN.values()]
    return select(done.c.exercise_id, *best).group_by(done.c.exercise_id).cte()


def _held(kind: RecordKind, done: CTE, bests: CTE) -> Select[*tuple[Any, ...]]:
    """Give the records of one kind: who reached the best value first, and when anything of the kind was done first."""
    name, unit = STORED_IN[kind]
    reached = (
        select(
            done.c.exercise_id,
            func.min(done.c.started_at).filter(done.c[name] == bests.c[name]).label("reached_at"),
            func.min(done.c.started_at).filter(done.c[name] > 0).label("begun_at"),
            func.max(bests.c[name]).label("value"),
        )
        .select_from(done.join(bests, bests.c.exercise_id == done.c.exercise_id))
        .where(bests.c[name].is_not(None))
        .group_by(done.c.exercise_id)
        .subquery()
    )
    holder = (
        select(done.c.workout_id, done.c.local_date, done.c.best_set_reps)
        .where(
            done.c.exercise_id == reached.c.exercise_id,
            done.c.started_at == reached.c.reached_at,
            done.c[name] == reached.c.value,
        )
        .order_by(done.c.workout_id)
        .limit(ONE)
        .lateral()
    )
    return select(
        reached.c.exercise_id,
        literal(list(RecordKind).index(kind), Integer).label("number"),
        literal(kind.value, Text).label("kind"),
        cast(reached.c.value, Double).label("value"),
        literal(unit, Text).label("unit"),
        (holder.c.best_set_reps if kind is RecordKind.LOAD else cast(null(), Integer)).label("reps"),
        holder.c.local_date.label("date"),
        holder.c.workout_id,
        (reached.c.reached_at == reached.c.begun_at).label("baseline"),
    ).select_from(reached.join(holder, TRUE))


@cache
def records(*, of_exercise: bool) -> Document:
    """Give the statement of the items of `Records`. Binds `user_id`, and `exercise_id` if it is `of_exercise`."""
    published = workouts.performed_exercises()
    mine = select(published).where(published.c.user_id == USER)
    if of_exercise:
        mine = mine.where(published.c.exercise_id == bindparam("exercise_id", type_=Uuid))
    done = mine.cte()
    bests = _bests(done)
    held = union_all(*(_held(kind, done, bests) for kind in STORED_IN)).cte()
    names = workouts.exercise_names()
    of_one = (
        select(held.c.kind, held.c.value, held.c.unit, held.c.reps, held.c.date, held.c.workout_id, held.c.baseline)
        .where(held.c.exercise_id == names.c.exercise_id)
        .order_by(held.c.number)
        .correlate(names)
    )
    named = json_fields(id=names.c.exercise_id, name=names.c.name, custom=names.c.custom)
    items = (
        select(named.label("exercise"), json_array(of_one).label("records"))
        .where(names.c.exercise_id.in_(select(held.c.exercise_id)))
        .order_by(func.lower(names.c.name.collate("pg_c_utf8")), names.c.exercise_id)
    )
    return Document(select(json_array(items)))
