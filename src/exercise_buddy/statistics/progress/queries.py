"""The queries of progress."""

from exercise_buddy.core.db.sql_files import load_sql
from exercise_buddy.statistics.shared.etags import StatisticsQuery

EXERCISE = StatisticsQuery(load_sql(__package__, "exercise.sql"))
MUSCLES = StatisticsQuery(load_sql(__package__, "muscles.sql"))
WORKLOAD = StatisticsQuery(load_sql(__package__, "workload.sql"))
REP_QUALITY = StatisticsQuery(load_sql(__package__, "rep_quality.sql"))
