"""The interface of statistics for the composition root."""

from exercise_buddy.statistics.exports import EXPORTS
from exercise_buddy.statistics.shared.cache import StatisticsCache

__all__ = ["EXPORTS", "StatisticsCache"]
