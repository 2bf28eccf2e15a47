"""The interface of statistics for the composition root."""

from exercise_buddy.statistics.exports import EXPORTS
from exercise_buddy.statistics.goals.handlers import delete_goal, replace_goal
from exercise_buddy.statistics.goals.queries import GOAL
from exercise_buddy.statistics.goals.schemas import Goal, GoalInput
from exercise_buddy.statistics.restores import RESTORED_FILES
from exercise_buddy.statistics.shared.cache import StatisticsCache

__all__ = ["EXPORTS", "GOAL", "RESTORED_FILES", "Goal", "GoalInput", "StatisticsCache", "delete_goal", "replace_goal"]
