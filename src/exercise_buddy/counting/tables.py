"""The tables of counting: what users calibrated, and the sets that are counted live."""

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


class LiveSet(TableModel, table=True):
    """A set that is counted live, or was.

    `epoch` is the number of the connection that began or resumed it last: no other one may write. `next_seq` is the
    number of samples that are stored. The connection renews `leased_until` while it lives. `counted` is the final
    message, once the set has ended.
    """

    __tablename__ = "counting_live_set"
    # For the tasks that look for abandoned sets and for old ones, of all users.
    __table_args__ = (
        sa.Index("ix_counting_live_set_live", "leased_until", postgresql_where=sa.text("counted IS NULL")),
        sa.Index("ix_counting_live_set_counted", "leased_until", postgresql_where=sa.text("counted IS NOT NULL")),
    )

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    set_id: UUID = Field(primary_key=True)
    exercise_id: UUID | None = None
    workout_id: UUID | None = None
    aspect_ratio: float | None = None
    epoch: int = 1
    next_seq: int = 0
    leased_until: datetime
    counted: str | None = Field(default=None, sa_type=sa.Text)


class LiveChunk(TableModel, table=True):
    """Consecutive samples of a live set, the first of which has the number `seq`. See `live.samples` for `data`."""

    __tablename__ = "counting_live_chunk"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["user_id", "set_id"], ["counting_live_set.user_id", "counting_live_set.set_id"], ondelete="CASCADE"
        ),
    )

    user_id: UUID = Field(primary_key=True)
    set_id: UUID = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    data: bytes = Field(sa_type=sa.LargeBinary)
