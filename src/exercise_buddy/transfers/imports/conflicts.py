"""What an import does with the workouts of a batch that are stored already: skip, replace, move or remap them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from exercise_buddy.transfers.imports.comparison import Matches, shorten_differences
from exercise_buddy.transfers.imports.matching import Match
from exercise_buddy.transfers.imports.merging import find_remapped, merge_content, remap_content
from exercise_buddy.transfers.imports.model import OnConflict
from exercise_buddy.transfers.imports.remarks import SHOWN_REMARKS, Remarks
from exercise_buddy.transfers.imports.schemas import WorkoutDifferences
from exercise_buddy.transfers.imports.time_shifts import name_shift
from exercise_buddy.workouts.public import WorkoutContent

_HOW_TO_REPLACE = "Send on_conflict=replace to store the content of the file, or on_conflict=keep to keep both."


@dataclass(slots=True)
class ConflictCounts:
    """What an import has found and done with stored workouts so far."""

    changed: int = 0
    shifted: int = 0
    replaced: int = 0
    remapped: int = 0
    changes: list[WorkoutDifferences] = field(default_factory=list)
    shifts: Counter[timedelta] = field(default_factory=Counter)
    first_shifted: Match | None = None


@dataclass(slots=True)
class Resolution:
    """What becomes of the matches of a batch.

    Attributes:
        new: the workouts to write.
        replaced: the matches whose stored workouts get the content of the file.
        remapped: those whose stored workouts only get other exercises.
        duplicates: the number of workouts that are stored with the same content.

    """

    new: list[Match] = field(default_factory=list)
    replaced: list[Match] = field(default_factory=list)
    remapped: list[Match] = field(default_factory=list)
    duplicates: int = 0


def resolve(
    found: Sequence[Match], matches: Matches, on_conflict: OnConflict, counts: ConflictCounts, warnings: Remarks
) -> Resolution:
    """Return what becomes of the matches of a batch, and count and report the conflicts."""
    resolution = Resolution()
    for match in found:
        if match.stored is None:
            resolution.new.append(match)
            continue
        if not match.differences and match.shift is None:
            resolution.duplicates += 1
        else:
            _report(match, on_conflict, counts, warnings)
            if on_conflict is OnConflict.REPLACE:
                resolution.replaced.append(match)
                continue
            if on_conflict is OnConflict.KEEP:
                resolution.new.append(match)
        if find_remapped(match, matches):
            resolution.remapped.append(match)
    return resolution


def build_content(match: Match, matches: Matches, *, is_replaced: bool) -> WorkoutContent:
    """Return the new content of a stored workout. The exercises of the file exist by now."""
    assert match.stored is not None  # noqa: S101
    if is_replaced:
        return merge_content(match, matches)
    return remap_content(match.stored, find_remapped(match, matches))


def _report(match: Match, on_conflict: OnConflict, counts: ConflictCounts, warnings: Remarks) -> None:
    assert match.stored is not None  # noqa: S101
    if match.shift is not None:
        counts.shifts[match.shift] += 1
        if counts.first_shifted is None or match.workout.line < counts.first_shifted.workout.line:
            counts.first_shifted = match
        if not match.differences:
            counts.shifted += 1
            return
    counts.changed += 1
    differences = shorten_differences(match.differences)
    if len(counts.changes) < SHOWN_REMARKS:
        started_at = datetime.fromisoformat(match.stored["started_at"])
        counts.changes.append(
            WorkoutDifferences(
                workout_id=match.stored["id"],
                line=match.workout.line,
                title=match.stored["title"],
                started_at=started_at,
                differences=differences,
            )
        )
    if on_conflict is OnConflict.SKIP:
        message = f"The stored workout differs and stays as it is: {'; '.join(differences)}. {_HOW_TO_REPLACE}"
        warnings.add(match.workout.line, "workout_changed", message)
    elif on_conflict is OnConflict.KEEP:
        message = f"Imported beside the stored workout, which differs: {'; '.join(differences)}. Delete one of them."
        warnings.add(match.workout.line, "workout_changed", message)


def warn_of_shifts(counts: ConflictCounts, on_conflict: OnConflict, warnings: Remarks) -> None:
    """Add one warning if times of the file are shifted."""
    first = counts.first_shifted
    if first is None or first.stored is None:
        return
    shifts = ", ".join(f"{name_shift(shift)}: {number}" for shift, number in counts.shifts.most_common(5))
    file_zone, stored_zone = first.workout.time_zone, first.stored["time_zone"]
    zones = f" (time zone {file_zone}, stored: {stored_zone})" if file_zone != stored_zone else ""
    total = counts.shifts.total()
    workouts = "1 workout is" if total == 1 else f"{total} workouts are"
    done = {
        OnConflict.SKIP: "The stored ones stay as they are: nothing was added. If the times of the file are right, "
        "send on_conflict=replace to move the stored ones; if not, send the time_zone in which they were recorded.",
        OnConflict.REPLACE: "The stored ones were moved to the times of the file. If that was wrong, undo the import.",
        OnConflict.KEEP: "They were imported a second time. If that was wrong, undo the import.",
    }
    message = f"{workouts} stored already with other times. The file's times are{zones} {shifts}. {done[on_conflict]}"
    warnings.add(first.workout.line, "shifted_times", message)
