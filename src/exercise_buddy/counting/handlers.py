"""The use cases of counting."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.counting.counted_exercises import CALIBRATIONS, find_counted_exercise
from exercise_buddy.counting.engine.profiles import Profile
from exercise_buddy.counting.errors import ProfileNotFound
from exercise_buddy.counting.profile_documents import build_profile, build_profile_list
from exercise_buddy.counting.profiles import find_profile, find_slug


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
