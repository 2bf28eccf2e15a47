"""The documents of workouts, and what other slices read of them."""

from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Integer,
    Select,
    Subquery,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    tuple_,
    union_all,
)

from exercise_buddy.core.documents import Document, json_array, json_fields, json_object
from exercise_buddy.core.tables import core_table
from exercise_buddy.workouts.tables import (
    CatalogueExercise,
    CustomExercise,
    Workout,
    WorkoutExercise,
    WorkoutSet,
)

catalogue = core_table(CatalogueExercise)
custom = core_table(CustomExercise)
workout = core_table(Workout)
performed = core_table(WorkoutExercise)
sets = core_table(WorkoutSet)

_USER = bindparam("user_id", type_=Uuid)


# --- the parts of a workout --------------------------------------------------------------------------------------


def _evidence() -> ColumnElement[Any]:
    arrays = (
        sets.c.rep_offset_ms,
        sets.c.rep_duration_ms,
        sets.c.rep_eccentric_ms,
        sets.c.rep_concentric_ms,
        sets.c.rep_range_degrees,
        sets.c.rep_confidence,
        sets.c.rep_flags,
        sets.c.rep_rejected,
    )
    names = [array.name.removeprefix("rep_") for array in arrays]
    reps = func.unnest(*arrays).table_valued(*names, with_ordinality="number", name="rep").render_derived()
    flags = func.string_to_array(func.coalesce(reps.c.flags, literal_column("''")), literal_column("' '"))
    each = select(
        reps.c.offset_ms,
        reps.c.duration_ms,
        reps.c.eccentric_ms,
        reps.c.concentric_ms,
        reps.c.range_degrees,
        reps.c.confidence,
        flags.label("flags"),
        func.coalesce(reps.c.rejected, literal_column("false")).label("rejected"),
    ).order_by(reps.c.number)
    evidence = json_fields(
        counter=json_fields(name=sets.c.counter_name, version=sets.c.counter_version),
        detected_reps=sets.c.detected_reps,
        reps=json_array(each.correlate(sets)),
    )
    return case((sets.c.counter_name.is_(None), null()), else_=evidence)


def _sets_of(exercise: FromClause) -> ColumnElement[Any]:
    rows = (
        select(
            sets.c.kind,
            sets.c.reps,
            sets.c.weight_kg,
            sets.c.duration_seconds,
            sets.c.distance_meters,
            sets.c.rpe,
            sets.c.rest_seconds,
            _evidence().label("evidence"),
        )
        .where(
            sets.c.user_id == exercise.c.user_id,
            sets.c.workout_id == exercise.c.workout_id,
            sets.c.exercise_position == exercise.c.position,
        )
        .order_by(sets.c.position)
        .correlate(exercise)
    )
    return json_array(rows)


def _exercises_of(head: FromClause, *, with_sets: bool) -> ColumnElement[Any]:
    name = json_fields(
        id=performed.c.exercise_id,
        name=func.coalesce(catalogue.c.name, custom.c.name),
        custom=performed.c.custom_exercise_id.is_not(None),
    )
    totals = json_fields(
        sets=performed.c.set_count,
        reps=performed.c.rep_count,
        volume_kg=performed.c.volume_kg,
        duration_seconds=performed.c.duration_seconds,
        distance_meters=performed.c.distance_meters,
        best_set=json_fields(weight_kg=performed.c.best_set_weight_kg, reps=performed.c.best_set_reps),
        best_e1rm_kg=performed.c.best_e1rm_kg,
    )
    named = performed.outerjoin(catalogue, catalogue.c.id == performed.c.catalogue_exercise_id).outerjoin(
        custom, (custom.c.user_id == performed.c.user_id) & (custom.c.id == performed.c.custom_exercise_id)
    )
    rows = (
        select(
            name.label("exercise"),
            performed.c.superset,
            performed.c.notes,
            totals.label("totals"),
            (_sets_of(performed) if with_sets else null()).label("sets"),
        )
        .select_from(named)
        .where(performed.c.user_id == head.c.user_id, performed.c.workout_id == head.c.id)
        .order_by(performed.c.position)
        .correlate(head)
    )
    return json_array(rows)


def _workout_rows(head: FromClause, *, with_sets: bool) -> Select[tuple[object, ...]]:
    totals = json_fields(
        exercises=head.c.exercise_count,
        sets=head.c.set_count,
        reps=head.c.rep_count,
        volume_kg=head.c.volume_kg,
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
        totals.label("totals"),
        _exercises_of(head, with_sets=with_sets).label("exercises"),
        head.c.created_at,
        head.c.updated_at,
    )


# --- documents ---------------------------------------------------------------------------------------------------

one_workout = Document(
    select(
        json_object(
            _workout_rows(workout, with_sets=True).where(
                workout.c.user_id == _USER, workout.c.id == bindparam("workout_id", type_=Uuid)
            )
        )
    )
)
"""`Workout`: the workout `workout_id` of the user `user_id`, whole."""


def _pattern(name: str) -> ColumnElement[str]:
    return bindparam(name, type_=Text)


def _contains(text: ColumnElement[str | None], pattern: ColumnElement[str]) -> ColumnElement[bool]:
    # The built-in collation knows the letter case of all languages; the database's own may be C.
    return func.lower(text.collate("pg_c_utf8")).like(func.lower(pattern.collate("pg_c_utf8")))


def _workout_filter(name: str) -> ColumnElement[bool]:
    of_this_workout = exists().where(performed.c.user_id == workout.c.user_id, performed.c.workout_id == workout.c.id)
    match name:
        case "from_date":
            return workout.c.local_date >= bindparam("from_date", type_=Date)
        case "to_date":
            return workout.c.local_date <= bindparam("to_date", type_=Date)
        case "updated_since":
            return workout.c.updated_at >= bindparam("updated_since", type_=DateTime(timezone=True))
        case "exercise_id":
            return of_this_workout.where(performed.c.exercise_id == bindparam("exercise_id", type_=Uuid))
        case "text":
            pattern = _pattern("text")
            shared = select(catalogue.c.id).where(_contains(catalogue.c.name, pattern))
            own = select(custom.c.id).where(custom.c.user_id == _USER, _contains(custom.c.name, pattern))
            by_name = or_(performed.c.exercise_id.in_(shared), performed.c.exercise_id.in_(own))
            return or_(
                _contains(workout.c.title, pattern),
                _contains(workout.c.notes, pattern),
                of_this_workout.where(by_name),
            )
        case _:
            started_at = bindparam("after_started_at", type_=DateTime(timezone=True))
            return tuple_(workout.c.started_at, workout.c.id) < tuple_(started_at, bindparam("after_id", type_=Uuid))


@cache
def workout_list(filters: frozenset[str], *, with_sets: bool) -> Document:
    """Give the statement of a page of workouts, the newest first, for the names of the filters that are used.

    Its row: the JSON array of at most `limit` items, then `started_at` and `id` of the last one if more follow.
    """
    limit = bindparam("limit", type_=Integer)
    found = (
        select(workout)
        .where(workout.c.user_id == _USER, *(_workout_filter(name) for name in sorted(filters)))
        .order_by(workout.c.started_at.desc(), workout.c.id.desc())
        .limit(limit + 1)
        .cte("found")
    )
    shown = select(found).order_by(found.c.started_at.desc(), found.c.id.desc()).limit(limit).cte("shown")
    items = _workout_rows(shown, with_sets=with_sets).order_by(shown.c.started_at.desc(), shown.c.id.desc())
    last = select(shown.c.started_at, shown.c.id).order_by(shown.c.started_at, shown.c.id).limit(1).cte("last")
    more = select(func.count()).select_from(found).scalar_subquery() > limit
    return Document(
        select(
            json_array(items).label("items"),
            select(last.c.started_at).where(more).scalar_subquery().label("last_started_at"),
            select(last.c.id).where(more).scalar_subquery().label("last_id"),
        )
    )


def _all_exercises() -> Subquery:
    """Give the catalogue and the user's own exercises as one table."""
    shared = select(
        catalogue.c.id,
        catalogue.c.slug,
        catalogue.c.name,
        literal(False).label("custom"),  # noqa: FBT003  (a column of the statement)
        *(catalogue.c[name] for name in _FACTS),
        catalogue.c.name_key,
    )
    own = select(
        custom.c.id,
        cast(null(), Text).label("slug"),
        custom.c.name,
        literal(True).label("custom"),  # noqa: FBT003
        *(custom.c[name] for name in _FACTS),
        custom.c.name_key,
    ).where(custom.c.user_id == _USER)
    return union_all(shared, own).subquery("exercise")


_FACTS = (
    "category",
    "equipment",
    "mechanic",
    "force",
    "level",
    "primary_muscles",
    "secondary_muscles",
    "measures",
    "met",
)
_SHOWN = ("id", "slug", "name", "custom", *_FACTS)


def _exercise_filter(exercise: Subquery, name: str) -> ColumnElement[bool]:
    columns = exercise.c
    match name:
        case "search":
            return columns.name_key.like(_pattern("search"))
        case "muscle":
            muscle = cast(bindparam("muscle", type_=Text), Text)
            both = func.array_cat(columns.primary_muscles, columns.secondary_muscles)
            return muscle == any_(cast(both, ARRAY(Text)))
        case "after":
            after = tuple_(_pattern("after_name"), bindparam("after_id", type_=Uuid))
            return tuple_(columns.name_key.collate("C"), columns.id) > after
        case _:
            return columns[name] == bindparam(name)


@cache
def exercise_list(filters: frozenset[str]) -> Document:
    """Give the statement of a page of exercises by name, for the names of the filters that are used.

    Its row: the JSON array of at most `limit` items, then the compared name and the id of the last one if more follow.
    """
    limit = bindparam("limit", type_=Integer)
    exercise = _all_exercises()
    by_name = (exercise.c.name_key.collate("C"), exercise.c.id)
    found = (
        select(exercise)
        .where(*(_exercise_filter(exercise, name) for name in sorted(filters)))
        .order_by(*by_name)
        .limit(limit + 1)
        .cte("found")
    )
    order = (found.c.name_key.collate("C"), found.c.id)
    shown = select(found).order_by(*order).limit(limit).cte("shown")
    last = select(shown.c.name_key, shown.c.id).order_by(shown.c.name_key.collate("C").desc(), shown.c.id.desc())
    last_row = last.limit(1).cte("last")
    more = select(func.count()).select_from(found).scalar_subquery() > limit
    items = select(*(shown.c[name] for name in _SHOWN)).order_by(shown.c.name_key.collate("C"), shown.c.id)
    return Document(
        select(
            json_array(items).label("items"),
            select(last_row.c.name_key).where(more).scalar_subquery().label("last_name"),
            select(last_row.c.id).where(more).scalar_subquery().label("last_id"),
        )
    )


def _one_exercise() -> Document:
    exercise = _all_exercises()
    wanted = exercise.c.id == bindparam("exercise_id", type_=Uuid)
    return Document(select(json_object(select(*(exercise.c[name] for name in _SHOWN)).where(wanted))))


one_exercise = _one_exercise()
"""`Exercise`: the exercise `exercise_id`, of the catalogue or of the user `user_id`."""


# --- what other slices read --------------------------------------------------------------------------------------


def performed_workouts() -> Subquery:
    """Publish the workouts that have been done, a row each, with their totals.

    Columns: `user_id`, `workout_id`, `started_at` (a point in time), `local_date`, `set_count`, `rep_count`,
    `volume_kg`, `duration_seconds` (null while it goes on), `met_minutes` (null where unknown), `revision`.
    """
    return select(
        workout.c.user_id.label("user_id"),
        workout.c.id.label("workout_id"),
        workout.c.started_at.label("started_at"),
        workout.c.local_date.label("local_date"),
        workout.c.set_count.label("set_count"),
        workout.c.rep_count.label("rep_count"),
        workout.c.volume_kg.label("volume_kg"),
        workout.c.duration_seconds.label("duration_seconds"),
        workout.c.met_minutes.label("met_minutes"),
        workout.c.revision.label("revision"),
    ).subquery("performed_workout")


def performed_exercises() -> Subquery:
    """Publish the exercises within workouts, a row each, with their totals and bests.

    Columns: `user_id`, `workout_id`, `exercise_id`, `started_at` and `local_date` (of the workout), `set_count`,
    `rep_count`, `volume_kg`, `duration_seconds`, `distance_meters`, and null where there is none: `best_set_weight_kg`
    and `best_set_reps` (the heaviest set), `best_e1rm_kg` (Epley), `best_reps`, `best_set_volume_kg`,
    `best_duration_seconds`, `best_distance_meters` (of one set).
    """
    names = [
        "user_id",
        "workout_id",
        "exercise_id",
        "started_at",
        "local_date",
        "set_count",
        "rep_count",
        "volume_kg",
        "duration_seconds",
        "distance_meters",
        "best_set_weight_kg",
        "best_set_reps",
        "best_e1rm_kg",
        "best_reps",
        "best_set_volume_kg",
        "best_duration_seconds",
        "best_distance_meters",
    ]
    return select(*(performed.c[name].label(name) for name in names)).subquery("performed_exercise")


def exercise_names() -> Subquery:
    """Publish the names of all exercises that the bound `user_id` can use: `exercise_id`, `name`, `custom`."""
    exercise = _all_exercises()
    return select(
        exercise.c.id.label("exercise_id"), exercise.c.name.label("name"), exercise.c.custom.label("custom")
    ).subquery("exercise_name")
