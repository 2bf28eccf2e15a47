"""The table of statistics: the goal. All other statistics are derived from the tables of workouts."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from exercise_buddy.core.db.tables import TableModel, created_at_field, enum_type


class GoalMetric(StrEnum):
    """The quantity of a weekly goal."""

    WORKOUTS = "workouts"
    MINUTES = "minutes"
    REPS = "reps"


class Goal(TableModel, table=True):
    """The weekly target of a user, valid from a local day until the next goal. Past weeks keep their goal.

    `ended_on` is the first day without a goal, if the user deleted the goal without a new one.
    """

    __tablename__ = "goal"

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    valid_since: date = Field(primary_key=True)
    metric: GoalMetric = Field(sa_type=enum_type(GoalMetric))
    target: int
    rest_days: list[str] = Field(default_factory=list, sa_type=sa.ARRAY(sa.String(9)))
    ended_on: date | None = None
    created_at: datetime = created_at_field()
