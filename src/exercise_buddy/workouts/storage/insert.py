"""The statement that inserts workouts.

PostgreSQL parses one JSON document, looks up the exercises, computes the totals and inserts the rows of three tables:
1.1 ms for 30 sets of 12 reps. SQLModel objects take 5.7 ms, and a row per rep 24 ms. `docs/sql` shows the SQL.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    Double,
    FromClause,
    Integer,
    Select,
    SmallInteger,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    column,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by, insert
from sqlalchemy.types import TypeEngine

from exercise_buddy.core.db.statements import Statement
from exercise_buddy.exercises.public import catalogue, custom
from exercise_buddy.users import public as users
from exercise_buddy.workouts.selectables import deleted, performed, sets, workout
from exercise_buddy.workouts.storage import records, rep_quality, sizes, totals
from exercise_buddy.workouts.tables import SET_VALUES, TOTALS


def _records(document: CTE, key: str, columns: dict[str, TypeEngine[Any]]) -> FromClause:
    return (
        func.jsonb_to_recordset(document.c.document[key])
        .table_valued(*(column(name, kind) for name, kind in columns.items()), name=f"new_{key}")
        .render_derived(with_types=True)
    )


_SET_COLUMNS: dict[str, TypeEngine[Any]] = {
    "id": Uuid(),
    "workout": Integer(),
    "exercise": SmallInteger(),
    "position": SmallInteger(),
    **{name: sets.c[name].type for name in SET_VALUES},
}
_TRUE: ColumnElement[bool] = literal_column("true")
_FALSE: ColumnElement[bool] = literal_column("false")
_ZERO: ColumnElement[int] = literal_column("0")
_FACTS = ("met", "primary_muscles", "bodyweight_share", "assisted")
_MAX_MUSCLES_IN_TITLE: ColumnElement[int] = literal_column("2")


def _build_insert() -> Select[UUID, list[UUID] | None]:
    owner_id = bindparam("owner_id", type_=Uuid)
    bumped = users.bump_revision_cte()
    document = select(cast(bindparam("document", type_=Text), JSONB).label("document")).cte("document")

    head_record = _records(
        document,
        "workouts",
        {
            "workout": Integer(),
            "id": Uuid(),
            "title": Text(),
            "notes": Text(),
            "source": Text(),
            "proposal": Text(),
            "import_id": Uuid(),
            "routine_id": Uuid(),
            "created_at": DateTime(timezone=True),
            "started_at": DateTime(timezone=True),
            "ended_at": DateTime(timezone=True),
            "time_zone": Text(),
            "local_date": Date(),
            "fingerprint": Text(),
        },
    )
    head = select(head_record).select_from(document.join(head_record, _TRUE)).cte("head")
    set_record = _records(document, "sets", _SET_COLUMNS)
    new_set = select(set_record).select_from(document.join(set_record, _TRUE)).cte("new_set")

    reps = rep_quality.rep_sums(new_set)
    sums = (
        select(
            new_set.c.workout,
            new_set.c.exercise,
            *totals.set_totals(new_set),
            *rep_quality.set_sums(new_set, reps),
            sizes.sum_set_bytes(new_set),
        )
        .select_from(new_set.outerjoin(reps, new_set.c.rep_offset_ms.is_not(None)))
        .group_by(new_set.c.workout, new_set.c.exercise)
        .cte("sums")
    )
    exercise_record = _records(
        document,
        "exercises",
        {
            "id": Uuid(),
            "workout": Integer(),
            "position": SmallInteger(),
            "exercise_id": Uuid(),
            "superset": SmallInteger(),
            "notes": Text(),
            "targets": JSONB(),
        },
    )
    # OFFSET 0 is an optimization fence: PostgreSQL expects many rows of a recordset and would read the whole catalogue.
    shared = (
        select(catalogue.c.id, *(catalogue.c[name] for name in _FACTS))
        .where(catalogue.c.id == exercise_record.c.exercise_id)
        .offset(literal_column("0"))
        .lateral("shared")
    )
    own = (
        select(custom.c.id, *(custom.c[name] for name in _FACTS))
        .where(custom.c.user_id == owner_id, custom.c.id == exercise_record.c.exercise_id)
        .offset(literal_column("0"))
        .lateral("own")
    )
    exercise = (
        select(
            exercise_record,
            shared.c.id.label("catalogue_exercise_id"),
            own.c.id.label("custom_exercise_id"),
            func.coalesce(shared.c.met, own.c.met).label("met"),
            func.coalesce(shared.c.primary_muscles, own.c.primary_muscles).label("primary_muscles"),
            *totals.exercise_totals(
                sums,
                func.coalesce(shared.c.bodyweight_share, own.c.bodyweight_share),
                func.coalesce(shared.c.assisted, own.c.assisted, _FALSE),
            ),
            sizes.exercise_bytes(exercise_record, sums),
        )
        .select_from(
            document.join(exercise_record, _TRUE)
            .outerjoin(shared, _TRUE)
            .outerjoin(own, _TRUE)
            .outerjoin(
                sums,
                and_(sums.c.workout == exercise_record.c.workout, sums.c.exercise == exercise_record.c.position),
            )
        )
        .cte("exercise")
    )
    inserted = _insert_workouts(head, exercise, bumped)
    inserted_exercise = _insert_exercises(head, exercise, inserted)
    inserted_set = _insert_sets(head, new_set, inserted)
    # If the statement waited for another write, the revision in its snapshot is not the last one. The snapshot then
    # also lacks the records of the other write, and every record has to be recomputed.
    waited = bumped.c.revision != users.select_revision(owner_id) + 1
    broken = func.array_agg(exercise.c.exercise_id).filter(or_(waited, records.breaks_record(owner_id, exercise, head)))
    return (
        select(inserted.c.id, broken)
        .select_from(
            inserted.join(bumped, _TRUE)
            .join(head, head.c.id == inserted.c.id)
            .outerjoin(exercise, exercise.c.workout == head.c.workout)
        )
        .group_by(inserted.c.id)
        .add_cte(inserted_exercise, inserted_set)
    )


def _insert_workouts(head: CTE, exercise: CTE, bumped: CTE) -> CTE:
    unknown = and_(exercise.c.catalogue_exercise_id.is_(None), exercise.c.custom_exercise_id.is_(None))
    total = (
        select(
            exercise.c.workout,
            *totals.workout_totals(exercise),
            sizes.sum_exercise_bytes(exercise),
            func.bool_or(unknown).label("has_unknown_exercise"),
        )
        .group_by(exercise.c.workout)
        .cte("total")
    )
    fitting = _select_fitting(head, total, bumped)
    seconds = cast(func.extract("epoch", head.c.ended_at - head.c.started_at), Double)
    values = {
        "user_id": bumped.c.user_id,
        "id": head.c.id,
        "title": func.coalesce(head.c.title, _proposed_title(head, exercise)),
        "title_proposed": head.c.title.is_(None),
        "notes": head.c.notes,
        "source": head.c.source,
        "import_id": head.c.import_id,
        "routine_id": head.c.routine_id,
        "started_at": head.c.started_at,
        "ended_at": head.c.ended_at,
        "time_zone": head.c.time_zone,
        "local_date": head.c.local_date,
        **{name: func.coalesce(total.c[name], _ZERO) for name in totals.WORKOUT_TOTALS},
        "duration_seconds": seconds,
        "met_minutes": totals.met_minutes(total.c.met, seconds),
        "stored_bytes": fitting.c.stored_bytes,
        "fingerprint": func.decode(head.c.fingerprint, "hex"),
        "revision": bumped.c.revision,
        "created_at": func.coalesce(head.c.created_at, func.now()),
    }
    rows = select(*values.values()).select_from(
        head.join(fitting, fitting.c.workout == head.c.workout)
        .join(bumped, _TRUE)
        .outerjoin(total, total.c.workout == head.c.workout)
    )
    return (
        insert(workout)
        .from_select(list(values), rows, include_defaults=False)
        .on_conflict_do_nothing(index_elements=[workout.c.user_id, workout.c.id])
        .returning(workout.c.user_id, workout.c.id)
        .cte("inserted")
    )


def _select_fitting(head: CTE, total: CTE, bumped: CTE) -> CTE:
    """Return the workouts that can be written, in order, up to the quotas of the user, with their sizes."""
    # A deleted workout does not come back because another device sends it again.
    deleted_before = exists().where(deleted.c.user_id == bumped.c.user_id, deleted.c.workout_id == head.c.id)
    size = sizes.workout_bytes(head, total)
    writable = (
        select(
            head.c.workout,
            size.label("stored_bytes"),
            func.row_number().over(order_by=head.c.workout).label("workouts_so_far"),
            func.sum(size).over(order_by=head.c.workout).label("bytes_so_far"),
        )
        .select_from(head.join(bumped, _TRUE).outerjoin(total, total.c.workout == head.c.workout))
        .where(~deleted_before, total.c.has_unknown_exercise.is_not(_TRUE))
        .cte("writable")
    )
    # What an edit replaces may be replaced by something as large, also in an account that is over a lowered quota.
    max_workouts = func.greatest(
        bindparam("max_workouts", type_=Integer),
        bumped.c.workouts + bindparam("replaced_workouts", type_=Integer),
    )
    max_bytes = func.greatest(
        bindparam("max_bytes", type_=BigInteger),
        bumped.c.stored_bytes + bindparam("replaced_bytes", type_=BigInteger),
    )
    return (
        select(writable.c.workout, writable.c.stored_bytes)
        .select_from(writable.join(bumped, _TRUE))
        .where(
            bumped.c.workouts + writable.c.workouts_so_far <= max_workouts,
            bumped.c.stored_bytes + writable.c.bytes_so_far <= max_bytes,
        )
        .cte("fitting")
    )


def _proposed_title(head: CTE, exercise: CTE) -> ColumnElement[str]:
    """Return a title from the time of day (`proposal`) and the muscles with the most sets."""
    worked = (
        func.unnest(exercise.c.primary_muscles).table_valued(column("muscle", Text), name="worked").render_derived()
    )
    muscle = worked.c.muscle
    ranked = (
        select(muscle, func.row_number().over(order_by=_by_set_count(exercise, muscle)).label("number"))
        .select_from(exercise.join(worked, _TRUE))
        .where(exercise.c.workout == head.c.workout)
        .group_by(muscle)
        .correlate(head)
        .subquery("ranked")
    )
    name = func.replace(ranked.c.muscle, literal_column("'_'"), literal_column("' '"))
    names = (
        select(func.string_agg(name, aggregate_order_by(literal_column("', '"), ranked.c.number)))
        .where(ranked.c.number <= _MAX_MUSCLES_IN_TITLE)
        .scalar_subquery()
    )
    return func.concat_ws(literal_column("': '"), head.c.proposal, names)


def _by_set_count(exercise: CTE, muscle: ColumnElement[str]) -> list[ColumnElement[Any]]:
    return [func.sum(exercise.c.set_count).desc(), func.min(exercise.c.position), muscle]


def _insert_exercises(head: CTE, exercise: CTE, inserted: CTE) -> CTE:
    values = {
        "user_id": inserted.c.user_id,
        "id": func.coalesce(exercise.c.id, func.uuidv7()),
        "workout_id": inserted.c.id,
        "position": exercise.c.position,
        "catalogue_exercise_id": exercise.c.catalogue_exercise_id,
        "custom_exercise_id": exercise.c.custom_exercise_id,
        "superset": exercise.c.superset,
        "notes": exercise.c.notes,
        "targets": exercise.c.targets,
        "started_at": head.c.started_at,
        "local_date": head.c.local_date,
        **{name: exercise.c[name] for name in TOTALS},
    }
    rows = select(*values.values()).select_from(
        exercise.join(head, head.c.workout == exercise.c.workout).join(inserted, inserted.c.id == head.c.id)
    )
    statement = insert(performed).from_select(list(values), rows, include_defaults=False)
    return statement.returning(performed.c.position).cte("inserted_exercise")


def _insert_sets(head: CTE, new_set: CTE, inserted: CTE) -> CTE:
    values = {
        "user_id": inserted.c.user_id,
        "id": func.coalesce(new_set.c.id, func.uuidv7()),
        "workout_id": inserted.c.id,
        "exercise_position": new_set.c.exercise,
        **{name: new_set.c[name] for name in ("position", *SET_VALUES)},
    }
    rows = select(*values.values()).select_from(
        new_set.join(head, head.c.workout == new_set.c.workout).join(inserted, inserted.c.id == head.c.id)
    )
    statement = insert(sets).from_select(list(values), rows, include_defaults=False)
    return statement.returning(sets.c.position).cte("inserted_set")


INSERT_WORKOUTS = Statement(_build_insert())
