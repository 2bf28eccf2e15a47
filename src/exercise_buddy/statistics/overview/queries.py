"""The queries of the overview."""

from exercise_buddy.core.db.sql_files import load_sql
from exercise_buddy.statistics.goals.queries import DAY_HISTORY, STREAKS
from exercise_buddy.statistics.records.queries import RECENT
from exercise_buddy.statistics.shared.etags import CombinedQuery, StatisticsQuery

SUMMARY = StatisticsQuery(load_sql(__package__, "summary.sql", history=DAY_HISTORY))
WEEK = StatisticsQuery(load_sql(__package__, "weekly.sql"))
CALENDAR = StatisticsQuery(load_sql(__package__, "calendar.sql"))
DASHBOARD = CombinedQuery(
    load_sql(__package__, "dashboard.sql"), week=WEEK.statement, streaks=STREAKS.statement, records=RECENT
)
TIMESERIES = StatisticsQuery(load_sql(__package__, "timeseries.sql"))
TIMESERIES_OF_EXERCISES = StatisticsQuery(load_sql(__package__, "timeseries_exercises.sql"))
