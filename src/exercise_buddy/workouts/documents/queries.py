"""The SQL of documents: the columns that a read selects, and the rendering of workouts from their rows.

PostgreSQL renders workouts that have no document of this release and of their revision. It is also the reference that
documents are verified against.
"""

from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
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
    cast,
    column,
    func,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from exercise_buddy.core.db.json_queries import USER, json_array, json_fields
from exercise_buddy.core.db.statements import Statement
from exercise_buddy.exercises.public import catalogue, custom
from exercise_buddy.users import public as users
from exercise_buddy.workouts.selectables import performed, sets, workout
from exercise_buddy.workouts.set_schemas import SetResult, Target
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


def _bodyweight_marker(rows: FromClause) -> ColumnElement[Any]:
    """Return the marker in the place of a bodyweight volume: see `WorkoutDocument`. Null without bodyweight reps."""
    marker = func.json_build_array(rows.c.bodyweight_reps, rows.c.assisted_volume_kg)
    return case((rows.c.bodyweight_reps > literal_column("0"), marker))


def _volumes(rows: FromClause) -> dict[str, ColumnElement[Any]]:
    """Return the volumes of rows of `workout` or `workout_exercise`, and what of their totals is in warm-ups."""
    return {
        "volume_kg": rows.c.volume_kg,
        "bodyweight_volume_kg": _bodyweight_marker(rows),
        "assisted_volume_kg": rows.c.assisted_volume_kg,
        "warm_up": json_fields(
            sets=rows.c.warm_up_set_count,
            reps=rows.c.warm_up_rep_count,
            volume_kg=rows.c.warm_up_volume_kg,
            assisted_volume_kg=rows.c.warm_up_assisted_volume_kg,
        ),
    }


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


def _exercises_of(head: FromClause) -> ColumnElement[Any]:
    totals = json_fields(
        sets=performed.c.set_count,
        reps=performed.c.rep_count,
        **_volumes(performed),
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
            select_sets(performed, with_evidence=True).label("sets"),
        )
        .select_from(join_exercises(performed))
        .where(performed.c.user_id == head.c.user_id, performed.c.workout_id == head.c.id)
        .order_by(performed.c.position)
        .correlate(head)
    )
    return json_array(rows)


def workout_rows(head: FromClause) -> Select[tuple[object, ...]]:
    """Return the fields of a `Workout` with markers for each row of `head`, which has the columns of `workout`."""
    totals = json_fields(
        exercises=head.c.exercise_count,
        sets=head.c.set_count,
        reps=head.c.rep_count,
        **_volumes(head),
        duration_seconds=head.c.duration_seconds,
        met_minutes=head.c.met_minutes,
        estimated_energy_kcal=case((head.c.met_minutes.is_not(None), func.json_build_array(head.c.met_minutes))),
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
        head.c.energy_kcal,
        head.c.average_heart_rate_bpm,
        head.c.max_heart_rate_bpm,
        totals.label("totals"),
        _exercises_of(head).label("exercises"),
        head.c.created_at,
        head.c.updated_at,
    ).select_from(head)


def _build_rendering() -> Statement:
    chosen = workout.c.id == any_(bindparam("workout_ids", type_=ARRAY(Uuid)))
    rows = workout_rows(workout).where(workout.c.user_id == USER, chosen).subquery("rendered")
    # SQLAlchemy makes its connections parse json; text it leaves alone.
    return Statement(select(rows.c.id, cast(func.row_to_json(rows.table_valued()), Text)))


RENDER = _build_rendering()
"""The id and the JSON of the workouts `workout_ids` of the user `user_id`, with markers."""


def is_current(head: FromClause) -> ColumnElement[bool]:
    """Return whether rows of `workout` have a document that may be read, of the bound `document_version`."""
    return and_(
        head.c.document_version == bindparam("document_version", type_=Integer),
        head.c.document_revision == head.c.revision,
    )


def document_columns(head: FromClause, *, with_sets: bool) -> list[ColumnElement[Any]]:
    """Return what a read selects of rows of `workout`: see `DocumentRow`."""
    current = is_current(head)
    mass_kg = users.select_body_mass(USER, head.c.local_date)
    depends_on_mass = or_(head.c.met_minutes.is_not(None), head.c.bodyweight_reps > literal_column("0"))
    return [
        head.c.id,
        case((current, head.c.document)).label("document"),
        (case((current, head.c.document_sets)) if with_sets else null()).label("document_sets"),
        case((depends_on_mass, mass_kg)).label("mass_kg"),
    ]
