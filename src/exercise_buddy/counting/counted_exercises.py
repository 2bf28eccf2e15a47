"""The exercises that users count, with their profiles and calibrations."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.json_queries import JsonQuery
from exercise_buddy.core.db.sql_files import load_sql
from exercise_buddy.counting.engine.profiles import Calibration, Profile
from exercise_buddy.counting.profiles import find_profile

CALIBRATIONS = JsonQuery(load_sql(__package__, "calibrations.sql"))
"""A JSON array of the user's calibrations."""

_COUNTED_EXERCISE = JsonQuery(load_sql(__package__, "counted_exercise.sql"))


@dataclass(frozen=True, slots=True)
class CountedExercise:
    """An exercise of the catalogue or of the user.

    Attributes:
        facts: `id`, `name` and `custom`, as JSON values.
        profile: None for custom exercises and those that no profile describes: open mode counts them.
        calibration: of the user.
        stored_calibration: the same as the document `Calibration`.

    """

    facts: dict[str, Any]
    profile: Profile | None
    calibration: Calibration | None
    stored_calibration: dict[str, Any] | None


async def find_counted_exercise(
    source: Database | AsyncSession, user_id: UUID, exercise_id: UUID
) -> CountedExercise | None:
    """Return an exercise that the user can use, or None if it does not exist."""
    document = await _COUNTED_EXERCISE.find(source, user_id=user_id, exercise_id=exercise_id)
    if document is None:
        return None
    found = orjson.loads(document)
    stored = found["calibration"]
    calibration = stored and Calibration(stored["measure"], tuple(stored["joints"]), stored["low"], stored["high"])
    return CountedExercise(found["exercise"], find_profile(exercise_id), calibration, stored)
