"""The tables of settled totals: what the weeks, months and years of a user came to.

Triggers write them (`settle_…`, migration 0030), in the transaction that changes a workout or a body mass. Only months
before `SettledTotals.settled_before` are in them, so that logging a workout of the running month changes none.
"""

from datetime import date
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BIT
from sqlmodel import Field

from exercise_buddy.core.db.tables import TableModel, core_table
from exercise_buddy.workouts.tables.workouts import REP_QUALITY


def _owner() -> UUID:
    owner: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    return owner


class SettledTotals(TableModel, table=True):
    """The first day of the first month of a user that is not settled. A user who never logged a workout has no row."""

    __tablename__ = "settled_totals"

    user_id: UUID = _owner()
    settled_before: date


class SettledMonth(TableModel, table=True):
    """The totals of a month that has a workout. Numeric, so that a sum does not depend on its order.

    Attributes:
        energy_kcal: what clients recorded, else the estimate by MET minutes and body mass of the day; null where no
            workout has one of both.
        bodyweight_volume_kg: the sum of bodyweight reps x body mass of the day - assistance; null without a mass.
        trained_days: a bit for each day of the month, the first day first.

    """

    __tablename__ = "settled_month"

    user_id: UUID = _owner()
    month: date = Field(primary_key=True)
    workouts: int
    set_count: int = Field(sa_type=sa.BigInteger)
    rep_count: int = Field(sa_type=sa.BigInteger)
    volume_kg: Decimal = Field(sa_type=sa.Numeric)
    warm_up_volume_kg: Decimal = Field(default=0, sa_type=sa.Numeric, sa_column_kwargs={"server_default": "0"})
    duration_seconds: Decimal | None = Field(default=None, sa_type=sa.Numeric)
    energy_kcal: Decimal | None = Field(default=None, sa_type=sa.Numeric)
    bodyweight_volume_kg: Decimal | None = Field(default=None, sa_type=sa.Numeric)
    warm_up_bodyweight_volume_kg: Decimal | None = Field(default=None, sa_type=sa.Numeric)
    trained_days: str = Field(sa_type=BIT(31))


class SettledWeek(TableModel, table=True):
    """The totals of a week that has a workout. It begins on the user's first day of the week."""

    __tablename__ = "settled_week"

    user_id: UUID = _owner()
    first_day: date = Field(primary_key=True)
    workouts: int
    rep_count: int = Field(sa_type=sa.BigInteger)
    duration_seconds: Decimal | None = Field(default=None, sa_type=sa.Numeric)


class SettledExercise(TableModel, table=True):
    """The totals of an exercise in a month, and in the settled months of a year: `span` says which.

    It also has the columns `REP_QUALITY`, each the sum of those of the workouts; `best_unbroken_reps` is the best.
    """

    __tablename__ = "settled_exercise"

    user_id: UUID = _owner()
    span: str = Field(primary_key=True, max_length=5)
    start_on: date = Field(primary_key=True)
    exercise_id: UUID = Field(primary_key=True)
    set_count: int = Field(sa_type=sa.BigInteger)
    volume_kg: Decimal = Field(sa_type=sa.Numeric)
    warm_up_set_count: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    warm_up_volume_kg: Decimal = Field(default=0, sa_type=sa.Numeric, sa_column_kwargs={"server_default": "0"})


FRACTIONS = {
    "range_degrees",
    "full_range_share",
    "slowdown_percent",
    "velocity_loss_percent",
    "range_loss_percent",
    "tempo_variation_percent",
}
"""The columns of rep quality that have decimals."""

for _name in REP_QUALITY:
    _kind = sa.Numeric() if _name in FRACTIONS else sa.BigInteger()
    core_table(SettledExercise).append_column(sa.Column(_name, _kind, nullable=True))
