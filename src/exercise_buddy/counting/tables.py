"""The table of counting: what users calibrated."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from exercise_buddy.core.db.tables import TableModel, created_at_field


class CountingCalibration(TableModel, table=True):
    """The full range of a user in an exercise, from a trace in which the user showed a few reps.

    Attributes:
        measure, joints: the quantity, as a signal of the profile defines it.
        low, high: its values at both ends of a rep.
        reps: how many reps the trace showed.
        profile_version: the version of the profile that counted them.

    """

    __tablename__ = "counting_calibration"
    __table_args__ = (sa.CheckConstraint("low < high", name="range"),)

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    exercise_id: UUID = Field(primary_key=True, foreign_key="catalogue_exercise.id", ondelete="CASCADE")
    measure: str = Field(max_length=8)
    joints: list[str] = Field(sa_type=sa.ARRAY(sa.String(16)))
    low: float
    high: float
    reps: int
    profile_version: str = Field(max_length=16)
    calibrated_at: datetime = created_at_field()
