"""The settings of statistics."""

from pydantic import Field

from exercise_buddy.core.settings import CoreSettings


class StatisticsSettings(CoreSettings):
    """The settings of statistics."""

    chart_link_expire_minutes: int = Field(default=60, ge=1, le=60 * 24)
    statistics_cache_bytes: int = Field(default=32 * 1024**2, ge=0)
