"""The interface of counting for the composition root. Importing it does not import NumPy."""

from exercise_buddy.counting.exports import EXPORTS
from exercise_buddy.counting.live.channel import CHANNEL as LIVE_CHANNEL
from exercise_buddy.counting.live.tasks import LiveCounting
from exercise_buddy.counting.profiles import countable_slugs
from exercise_buddy.counting.restores import RESTORED_FILES

__all__ = ["EXPORTS", "LIVE_CHANNEL", "RESTORED_FILES", "LiveCounting", "countable_slugs"]
