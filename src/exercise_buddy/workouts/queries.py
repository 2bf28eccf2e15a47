"""The queries of workouts: one workout, and the list."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    DateTime,
    Double,
    FromClause,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    column,
    func,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from exercise_buddy.core.db.json_queries import USER, JsonQuery, json_array, json_fields, json_object
from exercise_buddy.core.db.pagination import PagedList, Size
from exercise_buddy.exercises.public import catalogue, custom
from exercise_buddy.users import public as users
from exercise_buddy.workouts.errors import WorkoutNotFound
from exercise_buddy.workouts.response_sizes import workout_size, workout_size_with_sets
from exercise_buddy.workouts.row_filters import contains_text, has_text_in_name, is_selected
from exercise_buddy.workouts.selectables import performed, sets, workout
from exercise_buddy.workouts.set_schemas import SetResult, Target
from exercise_buddy.workouts.storage.totals import rounded
from exercise_buddy.workouts.tables import REP_QUANTITIES


def _evidence() -> ColumnElement[Any]:
    arrays = (sets.c[f"rep_{name}"] for name in REP_QUANTITIES)
    rep = func.unnest(*arrays).table_valued(*REP_QUANTITIES, with_ordinality="number", name="rep").render_derived()
    flags = func.string_to_array(func.coalesce(rep.c.flags, literal_column("''")), literal_column("' '"))
    fields: dict[str, ColumnElement[Any]] = {name: rep.c[name] for name in REP_QUANTITIES} | {
        "flags": flags,
        "rejected": func.coalesce(rep.c.rejected, literal_column("false")),
    }
    reps = select(*(value.label(name) for name, value in fields.items())).order_by(rep.c.number)
    evidence = json_fields(
        counter=json_fields(name=sets.c.counter_name, version=sets.c.counter_version),
        profile_version=sets.c.profile_version,
        detected_reps=sets.c.detected_reps,
        reps=json_array(reps.correlate(sets)),
        judgements=func.coalesce(sets.c.judgements, literal_column("'[]'", JSONB)),
    )
    return case((sets.c.counter_name.is_(None), null()), else_=evidence)


def select_sets(exercise: FromClause, *, with_evidence: bool) -> ColumnElement[Any]:
    """Return the sets of rows of `workout_exercise`: an array of `WorkoutSet`, or of `SetResult` without evidence."""
    results = [sets.c[name] for name in SetResult.model_fields]
    rows = (
        select(*([sets.c.id, *results, _evidence().label("evidence")] if with_evidence else results))
        .where(
            sets.c.user_id == exercise.c.user_id,
            sets.c.workout_id == exercise.c.workout_id,
            sets.c.exercise_position == exercise.c.position,
        )
        .order_by(sets.c.position)
        .correlate(exercise)
    )
    return json_array(rows)


def select_targets(exercise: FromClause) -> ColumnElement[Any]:
    """Return the planned sets of rows with a column `targets`: an array of `Target`."""
    names = [name for name in Target.model_fields if name != "kind"]
    kinds = {"reps": Integer, "reps_to": Integer, "rest_seconds": Integer}
    columns = [column("kind", Text), *(column(name, kinds.get(name, Double)) for name in names)]
    target = func.jsonb_to_recordset(exercise.c.targets).table_valued(*columns, name="target")
    return json_array(select(target.render_derived(with_types=True)).correlate(exercise))


def _bodyweight_volume(rows: FromClause, mass: FromClause) -> ColumnElement[Any]:
    """Return the bodyweight volume in kg; null without a body mass. Assistance reduces it to 0 at most."""
    moved = rows.c.bodyweight_reps * mass.c.mass_kg - rows.c.assisted_volume_kg
    applies = (rows.c.bodyweight_reps > literal_column("0")) & mass.c.mass_kg.is_not(None)
    return case((applies, rounded(func.greatest(moved, literal_column("0")))))


def join_exercises(rows: FromClause) -> FromClause:
    """Return rows that refer to exercises, joined to `catalogue` and `custom`."""
    own = and_(custom.c.user_id == rows.c.user_id, custom.c.id == rows.c.custom_exercise_id)
    return rows.outerjoin(catalogue, catalogue.c.id == rows.c.catalogue_exercise_id).outerjoin(custom, own)


def select_exercise_name(rows: FromClause) -> ColumnElement[Any]:
    """Return the `ExerciseName` of rows that are joined by `join_exercises`."""
    return json_fields(
        id=rows.c.exercise_id,
        name=func.coalesce(catalogue.c.name, custom.c.name),
        custom=rows.c.custom_exercise_id.is_not(None),
    )


def _exercises_of(head: FromClause, mass: FromClause, *, with_sets: bool) -> ColumnElement[Any]:
    totals = json_fields(
        sets=performed.c.set_count,
        reps=performed.c.rep_count,
        volume_kg=performed.c.volume_kg,
        bodyweight_volume_kg=_bodyweight_volume(performed, mass),
        duration_seconds=performed.c.duration_seconds,
        distance_meters=performed.c.distance_meters,
        best_set=json_fields(weight_kg=performed.c.best_set_weight_kg, reps=performed.c.best_set_reps),
        best_e1rm_kg=performed.c.best_e1rm_kg,
    )
    rows = (
        select(
            performed.c.id,
            select_exercise_name(performed).label("exercise"),
            performed.c.superset,
            performed.c.notes,
            case((performed.c.targets.is_(None), func.json_build_array()), else_=select_targets(performed)).label(
                "targets"
            ),
            totals.label("totals"),
            (select_sets(performed, with_evidence=True) if with_sets else null()).label("sets"),
        )
        .select_from(join_exercises(performed))
        .where(performed.c.user_id == head.c.user_id, performed.c.workout_id == head.c.id)
        .order_by(performed.c.position)
        .correlate(head, mass)
    )
    return json_array(rows)


def workout_rows(head: FromClause, *, with_sets: bool) -> Select[tuple[object, ...]]:
    """Return the fields of a `Workout` for each row of `head`, which has the columns of the table `workout`."""
    mass = (
        select(users.select_body_mass(head.c.user_id, head.c.local_date).label("mass_kg"))
        .where(head.c.bodyweight_reps > literal_column("0"))
        .correlate(head)
        .lateral("mass")
    )
    totals = json_fields(
        exercises=head.c.exercise_count,
        sets=head.c.set_count,
        reps=head.c.rep_count,
        volume_kg=head.c.volume_kg,
        bodyweight_volume_kg=_bodyweight_volume(head, mass),
        duration_seconds=head.c.duration_seconds,
        met_minutes=head.c.met_minutes,
    )
    return select(
        head.c.id,
        head.c.title,
        head.c.started_at,
        head.c.ended_at,
        head.c.time_zone,
        head.c.local_date,
        head.c.notes,
        head.c.source,
        head.c.import_id,
        head.c.routine_id,
        totals.label("totals"),
        _exercises_of(head, mass, with_sets=with_sets).label("exercises"),
        head.c.created_at,
        head.c.updated_at,
    ).select_from(head.outerjoin(mass, literal_column("true")))


workout_by_id = JsonQuery(
    select(
        json_object(
            workout_rows(workout, with_sets=True).where(
                workout.c.user_id == USER, workout.c.id == bindparam("workout_id", type_=Uuid)
            )
        )
    ),
    missing=WorkoutNotFound,
)
"""The `Workout` `workout_id` of the user `user_id`."""


workouts_by_id = JsonQuery(
    select(
        json_array(
            workout_rows(workout, with_sets=True).where(
                workout.c.user_id == USER, workout.c.id == any_(bindparam("workout_ids", type_=ARRAY(Uuid)))
            )
        )
    )
)
"""A JSON array of the workouts `workout_ids` of the user `user_id` that exist, in no order."""


def _workout_filters() -> dict[str, ColumnElement[bool]]:
    containing = select(performed.c.workout_id).where(performed.c.user_id == USER)
    with_exercise = containing.where(performed.c.exercise_id == bindparam("exercise_id", type_=Uuid))
    with_name = containing.where(has_text_in_name(performed.c.exercise_id))
    return {
        "from_date": workout.c.local_date >= bindparam("from_date", type_=Date),
        "to_date": workout.c.local_date <= bindparam("to_date", type_=Date),
        "updated_since": workout.c.updated_at >= bindparam("updated_since", type_=DateTime(timezone=True)),
        "exercise_id": is_selected(workout.c.id, with_exercise),
        "text": or_(
            contains_text(workout.c.title), contains_text(workout.c.notes), is_selected(workout.c.id, with_name)
        ),
    }


def _list_totals(rows: FromClause) -> Select[Any]:
    zero: ColumnElement[int] = literal_column("0")
    return select(
        func.count().label("workouts"),
        func.coalesce(func.sum(rows.c.exercise_count), zero).label("exercises"),
        func.coalesce(func.sum(rows.c.set_count), zero).label("sets"),
        func.coalesce(func.sum(rows.c.rep_count), zero).label("reps"),
        rounded(func.coalesce(func.sum(rows.c.volume_kg), zero)).label("volume_kg"),
        func.coalesce(func.sum(rows.c.duration_seconds), zero).label("duration_seconds"),
    )


def list_of_workouts(
    item: Callable[[FromClause], Select[Any]],
    size: Size,
    totals: Callable[[FromClause], Select[Any]] | None = None,
) -> PagedList:
    """Return the list of a user's workouts, the newest first, with the filters of `GET /workouts`.

    Args:
        item: builds the select of an item's fields from rows of the table.
        size: builds the size of an item.
        totals: builds the select of the totals of all workouts that pass the filters.

    """
    key = {"started_at": AwareDatetime, "id": UUID}
    rows = select(workout).where(workout.c.user_id == USER)
    return PagedList(key, rows, item, filters=_workout_filters(), descending=True, totals=totals, size=size)


workouts = list_of_workouts(partial(workout_rows, with_sets=False), workout_size, _list_totals)
"""The items of `WorkoutPage`."""

workouts_with_sets = list_of_workouts(partial(workout_rows, with_sets=True), workout_size_with_sets, _list_totals)
"""The same with the sets of each exercise."""
