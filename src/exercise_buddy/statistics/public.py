"""What the composition root may know of statistics."""

from exercise_buddy.statistics.exports import EXPORTS

__all__ = ["EXPORTS"]
