"""The queries of personal records."""

from exercise_buddy.core.db.sql_files import load_sql
from exercise_buddy.statistics.shared.etags import StatisticsQuery

RECORDS = StatisticsQuery(load_sql(__package__, "records.sql"))
HISTORY = StatisticsQuery(load_sql(__package__, "history.sql"))
RECENT = load_sql(__package__, "recent.sql")
