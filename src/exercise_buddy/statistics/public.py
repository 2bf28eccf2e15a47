"""The interface of statistics for the composition root."""

from exercise_buddy.statistics.exports import EXPORTS

__all__ = ["EXPORTS"]
