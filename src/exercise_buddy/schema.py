"""Every table, for Alembic and the tests.

A foreign key to a table that was not imported would fail at the first flush.
"""

import exercise_buddy.auth.tables
import exercise_buddy.core.http.idempotency
import exercise_buddy.counting.tables
import exercise_buddy.exercises.tables
import exercise_buddy.statistics.tables
import exercise_buddy.transfers.tables
import exercise_buddy.users.tables
import exercise_buddy.workouts.tables
from exercise_buddy.core.db.tables import metadata

__all__ = ["metadata"]
