"""The table of statistics: the goal. Everything else is derived from what workouts stores."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from exercise_buddy.core.db.tables import TableModel, created_at_field, enum_type


class GoalMetric(StrEnum):
    """What a weekly goal counts."""

    WORKOUTS = "workouts"
    MINUTES = "minutes"
    REPS = "reps"


class Goal(TableModel, table=True):
    """What a user wants to reach each week, from a local day on until the next goal. Old goals judge old weeks.

    `ended_on` is the first day on which it holds no more, if the user has given it up without setting another.
    """

    __tablename__ = "goal"

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    valid_since: date = Field(primary_key=True)
    metric: GoalMetric = Field(sa_type=enum_type(GoalMetric))
    target: int
    rest_days: list[str] = Field(default_factory=list, sa_type=sa.ARRAY(sa.String(9)))
    ended_on: date | None = None
    created_at: datetime = created_at_field()
