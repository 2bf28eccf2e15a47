"""Workouts whose content an import replaces, and what they were before: the undo of the import restores it.

Several imports may replace a workout, one after the other. To undo the last one restores the content before it. To undo
an earlier one changes nothing: the content before it is then what the next one restores. So imports can be undone in
any order.
"""

import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.threads import run_in_thread
from exercise_buddy.exercises.public import describe_custom_exercises, restore_exercises
from exercise_buddy.transfers.tables import ReplacedWorkout
from exercise_buddy.workouts import public as workouts
from exercise_buddy.workouts.public import ExerciseInput, SetInput, WorkoutContent

MAX_REPLACEMENTS = 5
"""So many contents of a workout are kept. Of more, the oldest import can no longer restore it."""
_TIMES = ("started_at", "ended_at")


class Layer(NamedTuple):
    """An import that replaced a workout."""

    workout_id: UUID
    import_id: UUID
    revision: int
    was_edited: bool


class PreviousWorkout(NamedTuple):
    """What a workout was before an import replaced its content.

    `volume_kg` contains assistance. `content` is compressed: of many workouts, it would take much memory.
    """

    fingerprint: bytes
    started_at: datetime
    time_zone: str
    title: str | None
    set_count: int
    rep_count: int
    volume_kg: float
    content: bytes


class UndoPlan(NamedTuple):
    """What the undo of an import does with workouts that imports have replaced.

    Attributes:
        restored: the workouts whose last import it is.
        dropped: the workouts that later imports replaced too, each with the next layer.
        moved: the workouts that the import created and others replaced, each with the first layer.
        edited: those of all that were edited since.

    """

    restored: list[Layer]
    dropped: list[tuple[Layer, Layer]]
    moved: list[Layer]
    edited: set[UUID]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to do."""
        return not (self.restored or self.dropped or self.moved)


async def replace_workout(
    session: AsyncSession,
    user_id: UUID,
    import_id: UUID,
    workout_id: UUID,
    content: WorkoutContent,
    fingerprint: bytes | None,
) -> None:
    """Replace the content of a workout, and store what it was.

    Args:
        session: the transaction, which holds the lock of the user.
        user_id: the owner.
        import_id: the import.
        workout_id: the workout.
        content: its content in the file.
        fingerprint: the hash of the content in the file. None: only its exercises change.

    Raises:
        Problem: what `replace_workout_content` raises. Nothing was written.

    """
    before = (await workouts.find_imported_versions(session, user_id, [workout_id]))[workout_id]
    previous = await workouts.replace_workout_content(session, user_id, workout_id, content)
    ids = {exercise.exercise_id for exercise in previous.exercises}
    described = await describe_custom_exercises(session, user_id, ids)
    # A client that logged the workout may send it again: its first hash stays.
    is_logged = before.import_id is None
    revision = await workouts.mark_imported(
        session, user_id, workout_id, before.fingerprint if fingerprint is None or is_logged else fingerprint
    )
    session.add(
        ReplacedWorkout(
            user_id=user_id,
            workout_id=workout_id,
            import_id=import_id,
            revision=revision,
            was_edited=before.is_edited,
            fingerprint=before.fingerprint,
            content=_dump(previous, described),
        )
    )
    await session.flush()
    oldest = (
        select(ReplacedWorkout.import_id)
        .where(col(ReplacedWorkout.user_id) == user_id, col(ReplacedWorkout.workout_id) == workout_id)
        .order_by(col(ReplacedWorkout.revision).desc())
        .offset(MAX_REPLACEMENTS)
    )
    await session.exec(
        delete(ReplacedWorkout).where(
            col(ReplacedWorkout.user_id) == user_id,
            col(ReplacedWorkout.workout_id) == workout_id,
            col(ReplacedWorkout.import_id).in_(oldest),
        )
    )


async def load_replaced_workouts(session: AsyncSession, user_id: UUID, import_id: UUID) -> dict[UUID, PreviousWorkout]:
    """Return what those workouts were whose content an import has replaced."""
    replaced = select(ReplacedWorkout.workout_id, ReplacedWorkout.fingerprint, ReplacedWorkout.content).where(
        col(ReplacedWorkout.user_id) == user_id, col(ReplacedWorkout.import_id) == import_id
    )
    rows = (await session.exec(replaced)).all()
    return await run_in_thread(lambda: {workout_id: _summarize(*values) for workout_id, *values in rows})


def _summarize(fingerprint: bytes, content: bytes) -> PreviousWorkout:
    previous, _ = _load(content)
    head = previous.head
    sets = [part for exercise in previous.exercises for part in exercise.sets]
    return PreviousWorkout(
        fingerprint=fingerprint,
        started_at=head["started_at"],
        time_zone=head["time_zone"],
        title=head["title"],
        set_count=len(sets),
        rep_count=sum(part.reps or 0 for part in sets),
        volume_kg=sum((part.reps or 0) * (part.weight_kg or part.assistance_kg or 0) for part in sets),
        content=content,
    )


def render_previous(stored: Mapping[str, Any], previous: PreviousWorkout) -> dict[str, Any]:
    """Return the JSON of a workout as it was before it was replaced; `stored` is what it is."""
    content, custom = _load(previous.content)
    head = {name: value for name, value in content.head.items() if value is not None or name != "title"}
    for name in _TIMES:
        head[name] = head[name] and head[name].isoformat()
    nothing = dict.fromkeys(SetInput.model_fields)
    exercises = [
        exercise.model_dump(mode="json", exclude={"exercise_id", "sets"})
        | {
            "exercise": {"id": str(exercise.exercise_id), "name": custom.get(exercise.exercise_id, {}).get("name", "")},
            "sets": [nothing | part.model_dump(mode="json") for part in exercise.sets],
        }
        for exercise in content.exercises
    ]
    return {**stored, **head, "exercises": exercises}


async def find_other_replaced(session: AsyncSession, user_id: UUID, import_id: UUID) -> dict[UUID, UUID]:
    """Return the workouts whose content other imports have replaced, with one of these imports."""
    replaced = select(ReplacedWorkout.workout_id, ReplacedWorkout.import_id).where(
        col(ReplacedWorkout.user_id) == user_id, col(ReplacedWorkout.import_id) != import_id
    )
    return dict((await session.exec(replaced.order_by(col(ReplacedWorkout.revision)))).all())


async def plan_undo(session: AsyncSession, user_id: UUID, import_id: UUID) -> UndoPlan:
    """Return what the undo of an import does with replaced workouts."""
    layers: dict[UUID, list[Layer]] = defaultdict(list)
    rows = select(*(getattr(ReplacedWorkout, name) for name in Layer._fields)).where(
        col(ReplacedWorkout.user_id) == user_id
    )
    for row in await session.exec(rows.order_by(col(ReplacedWorkout.revision))):
        layers[row[0]].append(Layer(*row))
    versions = await workouts.find_imported_versions(session, user_id, list(layers))
    plan = UndoPlan([], [], [], set())
    for workout_id, of_workout in layers.items():
        if versions[workout_id].import_id == import_id:
            plan.moved.append(of_workout[0])
            if of_workout[0].was_edited:
                plan.edited.add(workout_id)
        for layer, upper in zip(of_workout, [*of_workout[1:], None], strict=True):
            if layer.import_id != import_id:
                continue
            if upper is None:
                plan.restored.append(layer)
            else:
                plan.dropped.append((layer, upper))
            if versions[workout_id].is_edited if upper is None else upper.was_edited:
                plan.edited.add(workout_id)
    return plan


async def restore_workout(session: AsyncSession, user_id: UUID, layer: Layer) -> None:
    """Restore the content that a workout had before its last import, and delete the layer."""
    row = (await session.exec(_select_layer(user_id, layer))).one()
    content, described = _load(row.content)
    ids = {exercise.exercise_id for exercise in content.exercises}
    successors = await restore_exercises(session, user_id, ids, described)
    for exercise in content.exercises:
        exercise.exercise_id = successors.get(exercise.exercise_id, exercise.exercise_id)
    await workouts.replace_workout_content(session, user_id, layer.workout_id, content)
    await workouts.mark_imported(session, user_id, layer.workout_id, row.fingerprint, is_edited=row.was_edited)
    await session.delete(row)
    await session.flush()


async def drop_layer(session: AsyncSession, user_id: UUID, layer: Layer, upper: Layer) -> None:
    """Delete a layer below another one, which then restores what this one would have."""
    row = (await session.exec(_select_layer(user_id, layer))).one()
    await session.exec(
        update(ReplacedWorkout)
        .where(*_is_layer(user_id, upper))
        .values(content=row.content, fingerprint=row.fingerprint, was_edited=row.was_edited)
    )
    await session.delete(row)
    await session.flush()


async def move_workouts(session: AsyncSession, user_id: UUID, layers: Sequence[Layer]) -> None:
    """Move workouts to the first import that replaced them: its undo deletes them."""
    by_import: dict[UUID, list[UUID]] = defaultdict(list)
    for layer in layers:
        by_import[layer.import_id].append(layer.workout_id)
        await session.exec(delete(ReplacedWorkout).where(*_is_layer(user_id, layer)))
    for import_id, ids in by_import.items():
        await workouts.move_to_import(session, user_id, ids, import_id)


def _is_layer(user_id: UUID, layer: Layer) -> tuple[Any, ...]:
    return (
        col(ReplacedWorkout.user_id) == user_id,
        col(ReplacedWorkout.workout_id) == layer.workout_id,
        col(ReplacedWorkout.import_id) == layer.import_id,
    )


def _select_layer(user_id: UUID, layer: Layer) -> Any:  # noqa: ANN401  (a select of SQLModel)
    return select(ReplacedWorkout).where(*_is_layer(user_id, layer))


def _dump(content: WorkoutContent, described: Mapping[UUID, dict[str, Any]]) -> bytes:
    """Return a content, and what its custom exercises are: they may be deleted before it is restored."""
    exercises = [exercise.model_dump(mode="json") for exercise in content.exercises]
    custom = {str(exercise_id): description for exercise_id, description in described.items()}
    return zlib.compress(orjson.dumps({"head": dict(content.head), "exercises": exercises, "custom": custom}))


def _load(content: bytes) -> tuple[WorkoutContent, dict[UUID, dict[str, Any]]]:
    stored = orjson.loads(zlib.decompress(content))
    head: dict[str, Any] = stored["head"]
    for name in _TIMES:
        head[name] = head[name] and datetime.fromisoformat(head[name])
    head["source"] = workouts.Source(head["source"])
    described = {UUID(exercise_id): values for exercise_id, values in stored.get("custom", {}).items()}
    return WorkoutContent(head, [ExerciseInput.model_validate(exercise) for exercise in stored["exercises"]]), described
