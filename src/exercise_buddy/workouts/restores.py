"""What workouts restore from an export of all data: workouts, tombstones and routines."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.fingerprints import fingerprint
from exercise_buddy.core.restores import ExportedItem, Item, Pages, Restoration, RestoredFile
from exercise_buddy.core.threads import run_in_thread
from exercise_buddy.core.types import Timestamp, local_date
from exercise_buddy.exercises.public import restore_references
from exercise_buddy.users import public as users
from exercise_buddy.workouts.exported_schemas import ExportedExerciseName, ExportedWorkout
from exercise_buddy.workouts.routines.errors import TooManyRoutines
from exercise_buddy.workouts.routines.exercises import write_exercises
from exercise_buddy.workouts.routines.handlers import MAX_ROUTINES
from exercise_buddy.workouts.routines.schemas import RoutineContent, RoutineExerciseInput
from exercise_buddy.workouts.schemas import MAX_DURATION, MAX_EXERCISES, ExerciseInput
from exercise_buddy.workouts.storage.prepared import NewWorkout
from exercise_buddy.workouts.storage.writer import delete_workouts, write_workouts
from exercise_buddy.workouts.tables import DeletedWorkout, Routine, RoutineExercise, Workout

_PAGE = 20
_DELETED_AT_ONCE = 50


class _Workout(ExportedWorkout):
    created_at: Timestamp
    updated_at: Timestamp

    @model_validator(mode="after")
    def _check_duration(self) -> Self:
        if self.ended_at and not timedelta(0) <= self.ended_at - self.started_at <= MAX_DURATION:
            raise ValueError("A workout ends after its start, and within 31 days")
        return self

    def build(self, restoration: Restoration) -> NewWorkout:
        """Return the workout to write."""
        exercises = [
            ExerciseInput.model_construct(
                id=exercise.id,
                exercise_id=restoration.exercises[exercise.exercise.id],
                superset=exercise.superset,
                notes=exercise.notes,
                targets=exercise.targets,
                sets=exercise.sets,
            )
            for exercise in self.exercises
        ]
        content = self.list_content() | {"exercises": exercises}
        identity = self.model_dump(mode="json", exclude={"id", "import_id", "created_at", "updated_at"})
        return NewWorkout(
            **content,
            local_date=local_date(self.started_at, self.time_zone),
            fingerprint=fingerprint(identity),
            import_id=self.import_id,
            created_at=self.created_at,
            updated_at=self.updated_at,
        )


class _DeletedWorkout(ExportedItem):
    workout_id: UUID
    deleted_at: Timestamp


class _RoutineExercise(RoutineExerciseInput, ExportedItem):
    model_config = ExportedItem.model_config

    exercise_id: UUID = Field(default=UUID(int=0))
    exercise: ExportedExerciseName
    progress_since: Timestamp | None = None


class _Routine(RoutineContent, ExportedItem):
    model_config = ExportedItem.model_config

    id: UUID
    exercises: Annotated[list[_RoutineExercise], Field(max_length=MAX_EXERCISES)]  # type: ignore[assignment]
    created_at: Timestamp
    updated_at: Timestamp


async def _restore_workouts(restoration: Restoration, pages: Pages) -> None:
    async for items in pages:
        workouts = await run_in_thread(_parse_workouts, restoration, items)
        for item, workout in zip(items, workouts, strict=True):
            names = {exercise.exercise.id: exercise.exercise.name for exercise in workout.exercises}
            await restore_references(restoration, names, item.line)
        new = [workout.build(restoration) for workout in workouts]
        outcomes = await write_workouts(restoration.session, restoration.user_id, new, imported=True)
        for item, outcome in zip(items, outcomes, strict=True):
            if outcome.problem is not None and outcome.problem.slug == "quota-exceeded":
                raise outcome.problem
            if not outcome.is_new or outcome.prepared is None:
                restoration.refuse(item.line, "/id: Another workout of the file has this id")
            totals = outcome.prepared.totals
            restoration.counts["workouts"] += 1
            restoration.counts["sets"] += totals["set_count"]
            restoration.counts["reps"] += totals["rep_count"]
            restoration.volume_kg += totals["volume_kg"]


def _parse_workouts(restoration: Restoration, items: Sequence[Item]) -> list[_Workout]:
    return [restoration.parse(_Workout, item) for item in items]


async def _delete_workouts(session: AsyncSession, user_id: UUID) -> None:
    # The latest first: records are recomputed from the deleted workouts on.
    latest = select(Workout.id).where(col(Workout.user_id) == user_id).order_by(col(Workout.started_at).desc())
    while ids := (await session.exec(latest.limit(_DELETED_AT_ONCE))).all():
        await delete_workouts(session, user_id, ids, await users.bump_revision(session, user_id))


async def _restore_deleted_workouts(restoration: Restoration, pages: Pages) -> None:
    session, user_id = restoration.session, restoration.user_id
    revision = await users.get_revision(session, user_id)
    async for items in pages:
        deleted = [restoration.parse(_DeletedWorkout, item) for item in items]
        ids = {tombstone.workout_id for tombstone in deleted}
        existing = select(Workout.id).where(col(Workout.user_id) == user_id, col(Workout.id).in_(ids))
        if (await session.exec(existing)).first() is not None:
            restoration.refuse(items[0].line, "A workout from here on is in workouts.json, too")
        rows = [{"user_id": user_id, "revision": revision, **dict(tombstone)} for tombstone in deleted]
        # An import that was undone has left tombstones.
        table = upsert(core_table(DeletedWorkout))
        replaced = {"deleted_at": table.excluded.deleted_at, "revision": table.excluded.revision}
        await session.exec(
            table.on_conflict_do_update(index_elements=["user_id", "workout_id"], set_=replaced), params=rows
        )
        restoration.counts["deleted_workouts"] += len(rows)


async def _keep(_session: AsyncSession, _user_id: UUID) -> None:
    """Delete nothing: the ids of deleted workouts stay used."""


async def _restore_routines(restoration: Restoration, pages: Pages) -> None:
    session, user_id = restoration.session, restoration.user_id
    async for items in pages:
        restoration.counts["routines"] += len(items)
        if restoration.counts["routines"] > MAX_ROUTINES:
            raise TooManyRoutines(f"The maximum is {MAX_ROUTINES} routines.")
        for item in items:
            routine = restoration.parse(_Routine, item)
            names = {planned.exercise.id: planned.exercise.name for planned in routine.exercises}
            await restore_references(restoration, names, item.line)
            for planned in routine.exercises:
                planned.exercise_id = restoration.exercises[planned.exercise.id]
            values = {name: getattr(routine, name) for name in ("id", "name", "notes", "created_at", "updated_at")}
            created = fingerprint(routine.model_dump(mode="json", include={"name", "notes", "exercises"}))
            session.add(Routine(user_id=user_id, fingerprint=created, **values))
            await session.flush()
            since = {position: planned.progress_since for position, planned in enumerate(routine.exercises)}
            await write_exercises(session, user_id, routine.id, routine.exercises, since)
        session.expunge_all()


RESTORED_FILES = (
    RestoredFile("routines.json", [core_table(RoutineExercise), core_table(Routine)], _restore_routines, page_size=20),
    # The file has the newest workout first. In that order, each page would change the records of all pages before it.
    RestoredFile(
        "workouts.json", [core_table(Workout)], _restore_workouts, _delete_workouts, page_size=_PAGE, is_reversed=True
    ),
    RestoredFile("deleted_workouts.json", (), _restore_deleted_workouts, _keep),
)
