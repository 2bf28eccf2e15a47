"""The table of sets, and the columns that the statements which write and read sets derive from it."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from exercise_buddy.core.db.tables import TableModel, core_table, enum_type
from exercise_buddy.workouts.tables.enums import SetKind
from exercise_buddy.workouts.tables.ids import part_id_field


def _per_rep(kind: type[sa.types.TypeEngine[Any]]) -> Any:  # noqa: ANN401  (what SQLModel's own Field returns)
    return Field(default=None, sa_type=sa.ARRAY(kind))


class WorkoutSet(TableModel, table=True):
    """A set, and what a camera measured of its reps: one array for each quantity, of one length, or null if unknown.

    `judgements` are findings of the counter in the shape of `Judgement`. They are stored as they were said to the user,
    even if a definition changes later.

    `rep_flags` holds the flags of each rep, separated by spaces. The statements that write and read sets derive their
    columns from this class. A further quantity of a rep takes three changes: a column `rep_…` here, the field of that
    name in `set_schemas.py`, and a migration that adds the column and its check.
    """

    __tablename__ = "workout_set"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["user_id", "workout_id", "exercise_position"],
            ["workout_exercise.user_id", "workout_exercise.workout_id", "workout_exercise.position"],
            ondelete="CASCADE",
        ),
        # The sets of an exercise share an entry: 119 bytes of indexes for a set, and 185 if places were unique.
        sa.Index(None, "user_id", "workout_id", "exercise_position"),
    )

    user_id: UUID = Field(primary_key=True)
    id: UUID = part_id_field()
    workout_id: UUID
    exercise_position: int = Field(sa_type=sa.SmallInteger)
    position: int = Field(sa_type=sa.SmallInteger)
    kind: SetKind = Field(default=SetKind.NORMAL, sa_type=enum_type(SetKind))
    reps: int | None = None
    weight_kg: float | None = None
    assistance_kg: float | None = None
    duration_seconds: float | None = None
    distance_meters: float | None = None
    rpe: float | None = Field(default=None, sa_type=sa.REAL)
    rest_seconds: int | None = None
    counter_name: str | None = Field(default=None, max_length=64)
    counter_version: str | None = Field(default=None, max_length=32)
    profile_version: str | None = Field(default=None, max_length=32)
    detected_reps: int | None = None
    judgements: list[dict[str, Any]] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    rep_offset_ms: list[int] | None = _per_rep(sa.Integer)
    rep_turn_ms: list[int | None] | None = _per_rep(sa.Integer)
    rep_duration_ms: list[int | None] | None = _per_rep(sa.Integer)
    rep_eccentric_ms: list[int | None] | None = _per_rep(sa.Integer)
    rep_concentric_ms: list[int | None] | None = _per_rep(sa.Integer)
    rep_turn_pause_ms: list[int | None] | None = _per_rep(sa.Integer)
    rep_end_pause_ms: list[int | None] | None = _per_rep(sa.Integer)
    rep_range_degrees: list[float | None] | None = _per_rep(sa.REAL)
    rep_range_mm: list[float | None] | None = _per_rep(sa.REAL)
    rep_range_share: list[float | None] | None = _per_rep(sa.REAL)
    rep_full_range_share: list[float | None] | None = _per_rep(sa.REAL)
    rep_mean_velocity_mps: list[float | None] | None = _per_rep(sa.REAL)
    rep_side: list[str | None] | None = _per_rep(sa.Text)
    rep_confidence: list[float | None] | None = _per_rep(sa.REAL)
    rep_flags: list[str] | None = _per_rep(sa.Text)
    rep_rejected: list[bool] | None = _per_rep(sa.Boolean)


_set = core_table(WorkoutSet)

_columns = [column.name for column in _set.c]

SET_VALUES = tuple(_columns[_columns.index("kind") :])
"""The columns of a set besides its id and its place."""

REP_QUANTITIES = tuple(name.removeprefix("rep_") for name in SET_VALUES if name.startswith("rep_"))
"""What is stored of each rep: the fields of `RepEvidence`, each an array in the column `rep_…`."""

for _quantity in REP_QUANTITIES[1:]:
    _array = f"rep_{_quantity}"
    _same_length = f"{_array} IS NULL OR cardinality({_array}) IS NOT DISTINCT FROM cardinality(rep_offset_ms)"
    _set.append_constraint(sa.CheckConstraint(_same_length, name=f"{_array}_length"))
