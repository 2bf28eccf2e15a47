"""The set that a workout receives from a live set."""

from typing import TYPE_CHECKING

from exercise_buddy.counting.count_documents import build_evidence
from exercise_buddy.counting.engine.profiles import Profile
from exercise_buddy.counting.live.errors import NothingCounted
from exercise_buddy.workouts.public import EvidenceInput, SetInput

if TYPE_CHECKING:
    from exercise_buddy.counting.engine.results import Count


def build_set(count: "Count", profile: Profile | None) -> SetInput:
    """Return the set to store. A hold has a duration and no reps.

    Raises:
        NothingCounted: there is neither a rep nor a hold.

    """
    held_ms = sum(hold.duration_ms for hold in count.holds)
    if not count.count and not held_ms:
        raise NothingCounted
    return SetInput(
        reps=count.count or None,
        duration_seconds=held_ms / 1000 or None,
        evidence=EvidenceInput.model_validate(build_evidence(count, profile)),
    )
