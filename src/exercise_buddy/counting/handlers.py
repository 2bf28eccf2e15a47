"""The use cases of counting."""

from collections import Counter
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.problems import InvalidInput
from exercise_buddy.counting.count_documents import build_count
from exercise_buddy.counting.counted_exercises import CALIBRATIONS, CountedExercise, find_counted_exercise
from exercise_buddy.counting.engine.profiles import Calibration, Profile
from exercise_buddy.counting.engine.results import Count
from exercise_buddy.counting.errors import CalibrationNotFound, CalibrationUnclear, ProfileNotFound
from exercise_buddy.counting.profile_documents import build_profile, build_profile_list
from exercise_buddy.counting.profiles import find_profile, find_slug
from exercise_buddy.counting.schemas import CalibrationInput, CountInput
from exercise_buddy.counting.tables import CountingCalibration
from exercise_buddy.counting.threads import run_in_counting_thread
from exercise_buddy.counting.trace_checks import build_checked_trace
from exercise_buddy.counting.trace_schemas import TraceInput
from exercise_buddy.exercises.public import unknown_exercise
from exercise_buddy.users import public as users

_calibration = core_table(CountingCalibration)


def estimate_work(trace: TraceInput) -> int:
    """Return the units of work to count a trace. 36,000 samples take up to 2 s, and the shortest trace 50 ms."""
    return 20 + int(trace.times_ms.size) // 50


async def count_reps(database: Database, user_id: UUID, given: CountInput) -> bytes:
    """Count a trace and return the `CountResult` document.

    Raises:
        InvalidInput: the exercise does not exist, or the trace is invalid.
        TooManyCounts: many traces of the user are being counted.
        Unavailable: many traces are being counted.

    """
    exercise: CountedExercise | None = None
    if given.exercise_id is not None:
        exercise = await find_counted_exercise(database, user_id, given.exercise_id)
        if exercise is None:
            raise InvalidInput(errors=[unknown_exercise("/exercise_id")])
    return await run_in_counting_thread(user_id, _count, given.trace, exercise)


def _count(given: TraceInput, exercise: CountedExercise | None) -> bytes:
    # It imports NumPy, which a process that never counts does without.
    from exercise_buddy.counting.engine.counter import count_trace  # noqa: PLC0415

    trace = build_checked_trace(given)
    profile, calibration = (exercise.profile, exercise.calibration) if exercise else (None, None)
    count = count_trace(trace, profile, calibration)
    return orjson.dumps(build_count(count, exercise.facts if exercise else None, profile))


async def list_profiles(database: Database, user_id: UUID) -> bytes:
    """Return the `CountingProfileList` document."""
    return build_profile_list(await CALIBRATIONS.fetch(database, user_id=user_id))


async def get_profile(source: Database | AsyncSession, user_id: UUID, exercise_id: UUID) -> bytes:
    """Return the `CountingProfile` document of an exercise.

    Raises:
        ProfileNotFound: the exercise does not exist, or has no profile.

    """
    slug, profile = _require_profile(exercise_id)
    exercise = await find_counted_exercise(source, user_id, exercise_id)
    return build_profile(exercise_id, slug, profile, exercise.stored_calibration if exercise else None)


def _require_profile(exercise_id: UUID) -> tuple[str, Profile]:
    slug, profile = find_slug(exercise_id), find_profile(exercise_id)
    if slug is None or profile is None:
        raise ProfileNotFound("Custom exercises and many of the catalogue have none: count them without a profile.")
    return slug, profile


async def replace_calibration(
    session: AsyncSession, user_id: UUID, exercise_id: UUID, given: CalibrationInput
) -> bytes:
    """Measure the user's full range in a trace, store it, and return the `CountingProfile` document.

    Raises:
        ProfileNotFound: the exercise does not exist, or has no profile.
        CalibrationUnclear: the trace does not show two full reps.
        InvalidInput: the trace is invalid.
        AccountGone: the account no longer exists.

    """
    _, profile = _require_profile(exercise_id)
    if profile.kind == "hold":
        raise CalibrationUnclear("A hold has a position and no range.")
    if given.trace.landmarks is None:
        raise CalibrationUnclear("A calibration needs the landmarks: a signal does not tell which joints it measures.")
    reps, calibration = await run_in_counting_thread(user_id, _calibrate, given.trace, profile)
    await users.lock_user(session, user_id)
    values: dict[str, Any] = {
        "measure": calibration.measure,
        "joints": list(calibration.joints),
        "low": calibration.low,
        "high": calibration.high,
        "reps": reps,
        "profile_version": profile.version,
        "calibrated_at": func.now(),
    }
    statement = insert(_calibration).values(user_id=user_id, exercise_id=exercise_id, **values)
    await session.exec(statement.on_conflict_do_update(index_elements=["user_id", "exercise_id"], set_=values))
    return await get_profile(session, user_id, exercise_id)


def _calibrate(given: TraceInput, profile: Profile) -> tuple[int, Calibration]:
    from exercise_buddy.counting.engine.calibration import LEAST_REPS, measure_calibration  # noqa: PLC0415
    from exercise_buddy.counting.engine.counter import count_trace  # noqa: PLC0415
    from exercise_buddy.counting.engine.trace import Trace  # noqa: PLC0415

    trace = build_checked_trace(given)
    assert isinstance(trace, Trace)  # noqa: S101  (it has landmarks)
    count = count_trace(trace, profile)
    if count.count < LEAST_REPS:
        raise CalibrationUnclear(_explain_count(count))
    calibration = measure_calibration(trace, profile, count.reps)
    if calibration is None:
        raise CalibrationUnclear("The joints that the exercise moves were not seen in two whole reps.")
    return count.count, calibration


def _explain_count(count: Count) -> str:
    flags = Counter(flag.value for rep in count.reps if rep.rejected for flag in rep.flags)
    reasons = ", ".join(f"{flag} {number}" for flag, number in flags.most_common())
    shown = "One rep was counted" if count.count else "No rep was counted"
    return f"Show at least two full reps. {shown}{f'; movements were rejected: {reasons}' if reasons else ''}."


async def delete_calibration(session: AsyncSession, user_id: UUID, exercise_id: UUID) -> None:
    """Delete the user's calibration of an exercise.

    Raises:
        CalibrationNotFound: the user has none.

    """
    own = (_calibration.c.user_id == user_id, _calibration.c.exercise_id == exercise_id)
    deleted = await session.exec(delete(_calibration).where(*own))
    if deleted.rowcount == 0:
        raise CalibrationNotFound
