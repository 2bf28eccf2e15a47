"""The reader of FIT files, the format of activities of Garmin, Wahoo and others.

A `session` is a workout. Its `set` messages are the sets and rests of strength training, in the order of time. Without
them, it is a workout of one exercise with the name of its sport. The line of a remark is the number of a message.
"""

from collections import Counter
from collections.abc import Generator, Sequence
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from exercise_buddy.core import types
from exercise_buddy.exercises.public import CustomExerciseInput
from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports import assembly, parsing, set_cells
from exercise_buddy.transfers.imports.assembly import ExerciseDraft, WorkoutDraft
from exercise_buddy.transfers.imports.measurements import Measurements
from exercise_buddy.transfers.imports.model import (
    FileFormat,
    FileStart,
    ImportOptions,
    ParsedExercise,
    ParsedWorkout,
    Units,
)
from exercise_buddy.transfers.imports.parsing import CellError
from exercise_buddy.transfers.imports.readers.fit_messages import FitDamagedError, FitFile, FitMessage, read_fit_files
from exercise_buddy.transfers.imports.readers.fit_names import name_fit_category, name_fit_exercise, name_fit_sport
from exercise_buddy.transfers.imports.remarks import Remarks
from exercise_buddy.transfers.imports.survey import limit_problems
from exercise_buddy.workouts.public import SetInput, SetKind, Source

_EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
_FIRST_TIME = 0x10000000
"""Smaller numbers are seconds since the watch was switched on."""

_QUARTER = timedelta(minutes=15)
_HOUR = timedelta(hours=1)
_LEAST_OFFSET, _GREATEST_OFFSET = timedelta(hours=-12), timedelta(hours=14)
_ZONES = (
    *("Pacific/Marquesas", "America/St_Johns", "Asia/Tehran", "Asia/Kabul", "Asia/Kolkata", "Asia/Kathmandu"),
    *("Asia/Yangon", "Australia/Eucla", "Australia/Darwin", "Australia/Adelaide", "Australia/Lord_Howe"),
    "Pacific/Chatham",
)
"""Those whose offset is no whole hour."""

_KILOGRAM_STEPS = 16
"""A weight has steps of a sixteenth of a kilogram, so that 22.6 kg and 100 lb are not exact."""
_LIKELY_STEPS = (0.25, 0.1)
_STEP_INDEX = 0x0FFF
_UNKNOWN = "Unknown exercise"


class FitReader:
    """Reads the workouts of a FIT file."""

    source = Source.FIT
    units = Units("kg", "m")
    time_zone: str | None = None

    def __init__(self, file: BinaryIO, options: ImportOptions) -> None:
        """Prepare the reading of a file."""
        self._file = file
        self._zone = options.time_zone
        self._counts = Counter[str]()
        self.warnings = Remarks()
        self.problems = Remarks()
        self.measurements = Measurements(self.warnings, self.problems)

    def custom_exercises(self) -> Sequence[CustomExerciseInput]:
        """Return none: the file has only names."""
        return ()

    def workouts(self) -> Generator[ParsedWorkout, None, None]:
        """Yield the workouts, one by one. What cannot be read becomes a problem, and reading continues.

        Raises:
            UnreadableFile: the file is damaged, or has no activity.

        """
        kinds: list[str] = []
        try:
            for fit_file in read_fit_files(self._file, self._counts):
                if fit_file.list("session"):
                    yield from self._read_activity(fit_file)
                else:
                    kinds.append(self._skip(fit_file))
        except FitDamagedError as error:
            if not error.is_after_end:
                raise self._refuse(error) from None
            message = "After the end of the activity, the file has bytes that are no FIT file. They were left out."
            self.warnings.add(error.number, "bytes_left_out", message)
        if kinds and not self._counts["session"]:
            raise UnreadableFile(f"This FIT file has no activity but is of the type {kinds[0]}: send an activity.")

    def _refuse(self, error: FitDamagedError) -> UnreadableFile:
        return UnreadableFile(
            f"This FIT file is damaged: after message {error.number}, {error.reason}. It has {self._counts['session']} "
            f"sessions and {self._counts['set']} sets and rests before. Download it again from the app of the watch."
        )

    def _skip(self, fit_file: FitFile) -> str:
        """Record that a FIT file has no session; return its type."""
        kind = (first := fit_file.find("file_id")) and first.values.get("type")
        line = first.number if first else 1
        self.problems.add(line, "no_activity", f"A FIT file of the type {kind or 'unknown'} has no session.")
        limit_problems(self.problems.count)
        return str(kind or "unknown")

    def _read_activity(self, fit_file: FitFile) -> Generator[ParsedWorkout, None, None]:
        activity = _Activity(fit_file)
        for session, sets in activity.divide_sets():
            if session.values.get("sport") == "transition":
                message = "The transition between two sports was left out."
                self.warnings.add(session.number, "transition_left_out", message)
                continue
            try:
                yield self._build_workout(activity, session, sets)
            except CellError as error:
                self.problems.add(session.number, error.code, error.message)
                limit_problems(self.problems.count)

    def _build_workout(self, activity: "_Activity", session: FitMessage, sets: Sequence[FitMessage]) -> ParsedWorkout:
        line = session.number
        started_at = _find_start(session)
        if started_at is None:
            raise CellError("unreadable_date", "This session has no time: the clock of the watch was not set.")
        started_at = parsing.convert_to_utc(started_at, "UTC")
        sport = name_fit_sport(str(session.values.get("sport", "")), str(session.values.get("sub_sport", "")))
        draft = WorkoutDraft(line, started_at, activity.title or session.get_text("sport_profile_name") or sport)
        elapsed = session.get_number("total_elapsed_time") or session.get_number("total_timer_time")
        draft.duration = timedelta(seconds=elapsed)
        self._add_sets(draft, activity, sets)
        if not draft.exercises:
            result = {
                "duration_seconds": round(session.get_number("total_timer_time") or elapsed, 3) or None,
                "distance_meters": round(session.get_number("total_distance"), 2) or None,
            }
            self._add_set(draft, sport, set_cells.build_set(result, SetKind.NORMAL, line, self.warnings), line, 0)
        zone = self._find_zone(started_at, activity.offset, line)
        workout = assembly.build_workout(draft, zone, self.warnings, allow_empty=False)
        workout.energy_kcal = session.get_number("total_calories") or None
        average, highest = session.get_number("avg_heart_rate"), session.get_number("max_heart_rate")
        assembly.set_heart_rate(workout, average, highest, self.warnings)
        return workout

    def _add_sets(self, draft: WorkoutDraft, activity: "_Activity", sets: Sequence[FitMessage]) -> None:
        last: ExerciseDraft | None = None
        for order, message in enumerate(sets):
            seconds = message.get_number("duration")
            if message.values.get("set_type") == "rest":
                if seconds:
                    assembly.add_rest(last, seconds, message.number, self.warnings)
                continue
            name = activity.name_exercise(message)
            if name is None:
                name = _UNKNOWN
                text = f"The watch does not say which exercise this is; it is imported as {_UNKNOWN}."
                self.warnings.add(message.number, "exercise_name", text)
            result = {
                "reps": int(message.get_number("repetitions")) or None,
                "weight_kg": _read_weight(message),
                "duration_seconds": round(seconds, 3) or None,
            }
            workout_set = set_cells.build_set(result, SetKind.NORMAL, message.number, self.warnings)
            last = self._add_set(draft, name, workout_set, message.number, order)
            if draft.is_too_large:
                return

    def _add_set(self, draft: WorkoutDraft, name: str, workout_set: SetInput, line: int, order: int) -> ExerciseDraft:
        name = assembly.parse_exercise_name(name, line, self.warnings)
        exercise = assembly.find_or_add_exercise(draft, ParsedExercise(name), name, order)
        assembly.add_set(draft, exercise, workout_set, order)
        return exercise

    def _find_zone(self, started_at: datetime, offset: timedelta | None, line: int) -> str:
        """Return the time zone of a workout: the one that the user sends if it has the offset of the watch."""
        if offset is None:
            if self._zone is None:
                message = "The file has no local time; the time zone is UTC. Send time_zone to change it."
                self.warnings.add(line, "time_zone_assumed", message)
            return self._zone or "UTC"
        hours = round(offset / _HOUR)
        fixed = "UTC" if hours == 0 else f"Etc/GMT{-hours:+d}"
        for name in (self._zone, fixed, *_ZONES):
            if name is not None and started_at.astimezone(types.zone(name)).utcoffset() == offset:
                return name
        message = "No time zone has the local time of this session."
        self.warnings.add(line, "unknown_time_zone", message)
        return self._zone or "UTC"


class _Activity:
    """An activity, with what names its exercises."""

    def __init__(self, fit_file: FitFile) -> None:
        self._sessions = sorted(fit_file.list("session"), key=lambda session: _find_start(session) or _EPOCH)
        self._sets = fit_file.list("set")
        self._titles = {
            (title.get_first("exercise_category"), title.get_first("exercise_name")): title.get_text("wkt_step_name")
            for title in fit_file.list("exercise_title")
        }
        self._steps = {
            index & _STEP_INDEX: step
            for step in fit_file.list("workout_step")
            if (index := step.get_first("message_index")) is not None
        }
        workout = fit_file.find("workout")
        self.title = workout.get_text("wkt_name") if workout and len(self._sessions) == 1 else ""
        self.offset = _find_offset(fit_file.find("activity"))

    def divide_sets(self) -> list[tuple[FitMessage, list[FitMessage]]]:
        """Return each session with its sets. A set without a time belongs to the session of the set before."""
        starts = [_find_start(session) or _EPOCH for session in self._sessions]
        divided: list[tuple[FitMessage, list[FitMessage]]] = [(session, []) for session in self._sessions]
        index = 0
        for message in self._sets:
            started_at = _read_time(message, "start_time") or _read_time(message, "timestamp")
            if started_at is not None:
                index = max(sum(start <= started_at for start in starts) - 1, 0)
            divided[index][1].append(message)
        return divided

    def name_exercise(self, message: FitMessage) -> str | None:
        """Return the name of the exercise of a set; None if nothing says it.

        The name in the profile comes first: it is the same in each file. Titles are in the language of the watch.
        """
        category = message.get_first("category")
        step = self._steps.get((message.get_first("wkt_step_index") or 0) & _STEP_INDEX)
        if "wkt_step_index" not in message.raw:
            step = None
        return (
            self._name(category, message.get_first("category_subtype"))
            or (step and self._name(step.get_first("exercise_category"), step.get_first("exercise_name")))
            or name_fit_category(category)
            or (step and step.get_text("wkt_step_name"))
            or None
        )

    def _name(self, category: int | None, subtype: int | None) -> str | None:
        return name_fit_exercise(category, subtype) or self._titles.get((category, subtype)) or None


def _read_time(message: FitMessage, name: str) -> datetime | None:
    seconds = message.get_number(name)
    return _EPOCH + timedelta(seconds=seconds) if seconds >= _FIRST_TIME else None


def _find_start(session: FitMessage) -> datetime | None:
    return _read_time(session, "start_time") or _read_time(session, "timestamp")


def _find_offset(activity: FitMessage | None) -> timedelta | None:
    """Return how much the clock of the watch was before UTC; None if the file does not say so."""
    if activity is None or not {"timestamp", "local_timestamp"} <= activity.values.keys():
        return None
    seconds = activity.get_number("local_timestamp") - activity.get_number("timestamp")
    offset = round(timedelta(seconds=seconds) / _QUARTER) * _QUARTER
    return offset if _LEAST_OFFSET <= offset <= _GREATEST_OFFSET else None


def _read_weight(message: FitMessage) -> float | None:
    """Return a weight in kilograms, as it was entered on the watch."""
    kilograms = message.get_number("weight")
    unit = parsing.KILOGRAMS["lb"] if message.values.get("weight_display_unit") == "pound" else 1.0
    for step in _LIKELY_STEPS:
        entered = round(kilograms / unit / step) * step * unit
        if abs(entered - kilograms) < 1 / _KILOGRAM_STEPS:
            return round(entered, 4) or None
    return kilograms or None


def _recognize(start: FileStart) -> bool:
    return start.content[8:12] == b".FIT"


FILE_FORMAT = FileFormat("FIT", "a .fit file of a watch, or the ZIP archive with it", _recognize, FitReader)
