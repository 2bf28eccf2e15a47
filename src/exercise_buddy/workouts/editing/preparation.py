"""What an edit writes: the rows that differ from the stored ones, the totals, and the new document."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from exercise_buddy.core import types
from exercise_buddy.core.problems import InvalidInput
from exercise_buddy.exercises.public import unknown_exercise
from exercise_buddy.workouts.documents.document import WorkoutDocument, document_version, format_number
from exercise_buddy.workouts.documents.rendering import (
    format_timestamp,
    render_exercise_totals,
    render_workout_totals,
)
from exercise_buddy.workouts.editing.content import (
    EditedContent,
    EditedExercise,
    get_id,
    render_part,
)
from exercise_buddy.workouts.editing.limits import PointerMap, check_head, check_limits
from exercise_buddy.workouts.editing.parts import (
    assign_ids,
    count_set_bytes,
    count_stored_bytes,
    count_value_bytes,
    get_stored_exercise_id,
    list_chosen_ids,
    parse_set,
    parse_targets,
)
from exercise_buddy.workouts.editing.stored_workout import StoredWorkout
from exercise_buddy.workouts.schemas import MEASURED, PartId, PartPath
from exercise_buddy.workouts.storage.changes import ChangedExercise, ChangedRows, ChangedSet
from exercise_buddy.workouts.storage.computed_quality import JSON_READER
from exercise_buddy.workouts.storage.computed_sizes import text_bytes
from exercise_buddy.workouts.storage.computed_totals import (
    ExerciseFacts,
    compute_duration,
    exercise_totals,
    propose_title,
    summarize_exercise,
    workout_totals,
)
from exercise_buddy.workouts.storage.write_call import find_signature


@dataclass(frozen=True, slots=True)
class PreparedEdit:
    """What an edit writes.

    Attributes:
        head: the columns of the workout that an edit may change.
        rows: the changed rows.
        affected: the exercises whose records may change.
        affected_since: from when on.
        local_date: the day of the workout.
        document: the new document.
        added_bytes: by how much it takes more space than before.
        chosen: the ids that a client chose for new parts, each with its path within the exercises.

    """

    head: dict[str, Any]
    rows: ChangedRows
    affected: Collection[UUID]
    affected_since: datetime
    local_date: date
    document: WorkoutDocument
    added_bytes: int
    chosen: list[tuple[PartPath, PartId]]


@dataclass(slots=True)
class _Exercise:
    """An exercise with its totals.

    Attributes:
        facts: what is known of it.
        totals: all its totals if it has changed, else those that a workout sums up.
        rendered: its sets as JSON; None if it has not changed.
        stored_bytes: not known of each exercise; the space of the workout changes by `PreparedEdit.added_bytes`.

    """

    facts: ExerciseFacts
    totals: Mapping[str, Any]
    rendered: list[dict[str, Any]] | None = None
    stored_bytes: int = 0


def prepare_edit(
    stored: StoredWorkout,
    stored_head: dict[str, Any],
    stored_exercises: Sequence[EditedExercise],
    content: EditedContent,
    now: datetime,
    pointer: PointerMap,
) -> PreparedEdit | None:
    """Return what an edit writes; None if the content is the stored one.

    Args:
        stored: the stored workout.
        stored_head: the parsed head of its document, which becomes the new one.
        stored_exercises: its exercises before the edit.
        content: the new content.
        now: the time of the edit.
        pointer: maps the pointers of errors.

    Raises:
        InvalidInput: the new content breaks a rule, or an exercise is unknown.

    """
    preparation = _Preparation(stored, stored_exercises, content, pointer)
    return preparation.finish(stored_head, now) if preparation.has_changes else None


class _Preparation:
    def __init__(
        self,
        stored: StoredWorkout,
        stored_exercises: Sequence[EditedExercise],
        content: EditedContent,
        pointer: PointerMap,
    ) -> None:
        self.stored = stored
        self.stored_exercises = stored_exercises
        self.content = content
        self.pointer = pointer
        self.head_changed = content.head != stored.head
        if self.head_changed:
            check_head(content.head, pointer)
        head = content.head
        self.local_date = types.local_date(head["started_at"], head["time_zone"])
        # Each row of an exercise has the start and the day of its workout.
        self.moved_in_time = (head["started_at"], self.local_date) != (stored.started_at, stored.local_date)
        self.rows = ChangedRows(kept_exercises=self._count_kept())
        self.rows.deletes_exercises = len(stored_exercises) > self.rows.kept_exercises
        self.added_bytes = text_bytes(head["notes"]) - text_bytes(stored.notes)
        self.affected: set[UUID] = set()
        self.chosen = list(list_chosen_ids(content.exercises))
        for exercise in content.exercises:
            assign_ids(exercise)
        self.exercises = [self._prepare(index, exercise) for index, exercise in enumerate(content.exercises)]
        for exercise in stored_exercises[self.rows.kept_exercises :]:
            self.affected.add(get_stored_exercise_id(exercise))
            self.added_bytes -= count_stored_bytes(exercise)

    @property
    def has_changes(self) -> bool:
        return self.head_changed or bool(self.rows)

    def _count_kept(self) -> int:
        """Return the number of exercises from the first that stay in their places with their sets.

        Those after them are deleted and inserted again: their rows, and those of their sets, name the place.
        """
        kept = 0
        for exercise, before in zip(self.content.exercises, self.stored_exercises, strict=False):
            if exercise is not before:
                break
            kept += 1
        # A set that moves to another exercise is also inserted again.
        homes = {
            part["id"]: index
            for index, exercise in enumerate(self.stored_exercises)
            if exercise.has_own_sets
            for part in exercise.stored_sets
        }
        for index, exercise in enumerate(self.content.exercises[:kept]):
            if exercise.has_own_sets:
                for part in exercise.sets:
                    home = homes.get(str(get_id(part)), index)
                    if home != index:
                        kept = min(kept, home, index)
        return kept

    def _prepare(self, index: int, exercise: EditedExercise) -> _Exercise:
        facts = self._find_facts(index, exercise)
        if index >= self.rows.kept_exercises:
            return self._prepare_new(index, exercise, facts)
        assert exercise.stored is not None  # noqa: S101  (it is one of the stored exercises)
        if not exercise.may_differ and not self.moved_in_time:
            return _Exercise(facts, summarize_exercise(exercise.stored["totals"], facts))
        return self._prepare_kept(index, exercise, facts)

    def _find_facts(self, index: int, exercise: EditedExercise) -> ExerciseFacts:
        facts = self.stored.facts.get(exercise.values["exercise_id"])
        if facts is None:
            raise InvalidInput(errors=[unknown_exercise(self.pointer(f"/exercises/{index}/exercise_id"))])
        return facts

    def _prepare_new(self, index: int, exercise: EditedExercise, facts: ExerciseFacts) -> _Exercise:
        parts = [parse_set(part) for part in exercise.sets]
        rendered = [render_part(part) for part in parts]
        totals = exercise_totals(rendered, facts, JSON_READER)
        self.affected.add(exercise.values["exercise_id"])
        self.added_bytes += count_value_bytes(exercise.values) + sum(map(count_set_bytes, parts))
        self.rows.new_exercises.append(self._build_row(index, exercise, facts, totals))
        self.rows.new_sets += [ChangedSet(index, position, part) for position, part in enumerate(parts)]
        return _Exercise(facts, totals, rendered)

    def _prepare_kept(self, index: int, exercise: EditedExercise, facts: ExerciseFacts) -> _Exercise:
        before = {part["id"]: (position, part) for position, part in enumerate(exercise.stored_sets)}
        rendered: list[dict[str, Any]] = []
        has_changed = self.moved_in_time or exercise.values != exercise.stored_values
        for position, part in enumerate(exercise.sets):
            json = render_part(part)
            rendered.append(json)
            old_position, old = before.pop(json["id"], (None, None))
            if old_position == position and json == old:
                continue
            has_changed = True
            if old is None:
                self.rows.new_sets.append(ChangedSet(index, position, parse_set(part)))
                self.added_bytes += count_set_bytes(part)
            else:
                self.rows.changed_sets.append(ChangedSet(index, position, parse_set(part)))
                if json["evidence"] != old["evidence"]:
                    self.added_bytes += count_set_bytes(part) - count_set_bytes(old)
        for _, old in before.values():
            has_changed = True
            self.rows.deleted_sets.append(UUID(old["id"]))
            self.added_bytes -= count_set_bytes(old)
        assert exercise.stored is not None  # noqa: S101
        if not has_changed:
            return _Exercise(facts, summarize_exercise(exercise.stored["totals"], facts))
        totals = exercise_totals(rendered, facts, JSON_READER)
        stored_values = exercise.stored_values or {}
        old_facts = self.stored.facts.get(stored_values["exercise_id"], facts)
        old_totals = exercise_totals(exercise.stored_sets, old_facts, JSON_READER)
        exercise_ids = {exercise.values["exercise_id"], stored_values["exercise_id"]}
        if self.moved_in_time or len(exercise_ids) > 1 or find_signature(totals) != find_signature(old_totals):
            self.affected |= exercise_ids
        self.rows.exercises.append(self._build_row(index, exercise, facts, totals))
        self.added_bytes += count_value_bytes(exercise.values) - count_value_bytes(stored_values)
        return _Exercise(facts, totals, rendered)

    def _build_row(
        self, index: int, exercise: EditedExercise, facts: ExerciseFacts, totals: Mapping[str, Any]
    ) -> ChangedExercise:
        values = exercise.values
        assert exercise.id is not None  # noqa: S101  (see `assign_ids`)
        return ChangedExercise(
            exercise.id,
            index,
            values["exercise_id"],
            facts.is_custom,
            values["superset"],
            values["notes"],
            parse_targets(values["targets"]),
            self.content.head["started_at"],
            self.local_date,
            totals,
        )

    def finish(self, stored_head: dict[str, Any], now: datetime) -> PreparedEdit:
        """Return what the edit writes."""
        stored, head = self.stored, self.content.head
        duration = compute_duration(head["started_at"], head["ended_at"])
        totals = workout_totals(self.exercises, duration, head["notes"]) | {
            "stored_bytes": stored.stored_bytes + self.added_bytes
        }
        title = head["title"] or propose_title(head["started_at"], head["time_zone"], self.exercises)
        lines = [
            exercise.line if computed.rendered is None else b'"sets":' + orjson.dumps(computed.rendered)
            for exercise, computed in zip(self.content.exercises, self.exercises, strict=True)
        ]
        check_limits(self.content, lines, self.pointer)
        stored_head |= {
            **head,
            "title": title,
            "started_at": format_timestamp(head["started_at"]),
            "ended_at": None if head["ended_at"] is None else format_timestamp(head["ended_at"]),
            "local_date": self.local_date,
            **{name: format_number(head[name]) for name in MEASURED},
            "totals": render_workout_totals(totals | {"duration_seconds": duration}),
            "exercises": [
                _render_exercise(exercise, computed)
                for exercise, computed in zip(self.content.exercises, self.exercises, strict=True)
            ],
            "updated_at": format_timestamp(now),
        }
        document = WorkoutDocument(orjson.dumps(stored_head, default=str), b"\n".join(lines))
        compressed = document.compress()
        row = {
            **head,
            "title": title,
            "title_proposed": head["title"] is None,
            "local_date": self.local_date,
            **totals,
            "duration_seconds": duration,
            "updated_at": now,
            "document": compressed.document,
            "document_sets": compressed.sets,
            "document_size": compressed.size,
            "document_version": document_version(),
        }
        since = min(self.stored.started_at, self.content.head["started_at"])
        return PreparedEdit(
            row, self.rows, self.affected, since, self.local_date, document, self.added_bytes, self.chosen
        )


def _render_exercise(exercise: EditedExercise, computed: _Exercise) -> Mapping[str, Any]:
    if computed.rendered is None and exercise.stored is not None:
        return exercise.stored
    values = exercise.values
    return {
        "id": exercise.id,
        "exercise": {
            "id": values["exercise_id"],
            "name": computed.facts.name,
            "custom": computed.facts.is_custom,
        },
        "superset": values["superset"],
        "notes": values["notes"],
        "targets": values["targets"],
        "totals": render_exercise_totals(computed.totals),
        "sets": None,
    }
