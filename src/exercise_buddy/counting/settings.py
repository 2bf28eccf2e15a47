"""The settings of counting."""

from pydantic import Field

from exercise_buddy.core.settings import CoreSettings


class CountingSettings(CoreSettings):
    """The settings of counting."""

    live_authenticate_seconds: float = Field(default=10, gt=0, le=600)
    live_idle_seconds: float = Field(default=60, gt=0, le=3600)
    live_resume_minutes: float = Field(default=15, gt=0, le=24 * 60)
