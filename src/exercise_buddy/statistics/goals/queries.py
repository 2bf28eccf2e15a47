"""What is read of goals and streaks."""

from exercise_buddy.core.db.json_queries import JsonQuery
from exercise_buddy.core.db.sql_files import load_sql
from exercise_buddy.statistics.errors import NoGoal
from exercise_buddy.statistics.shared.etags import StatisticsQuery

GOAL = JsonQuery(load_sql(__package__, "goal.sql"), missing=NoGoal)
GOAL_HISTORY = StatisticsQuery(load_sql(__package__, "goal_history.sql"))
DAY_HISTORY = load_sql(__package__, "day_history.sql")
STREAKS = StatisticsQuery(load_sql(__package__, "streaks.sql", history=DAY_HISTORY))
