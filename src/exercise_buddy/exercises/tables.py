"""The tables of exercises: the shared catalogue and the custom exercises of each user."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from exercise_buddy.core.db.tables import TableModel, created_at_field, enum_type, new_id, updated_at_field
from exercise_buddy.exercises.enums import Category, Equipment, Force, Level, Measures, Mechanic


def _share_in_bounds() -> sa.CheckConstraint:
    return sa.CheckConstraint("bodyweight_share BETWEEN 0 AND 1", name="bodyweight_share")


def _search_index() -> sa.Index:
    """Return an index that finds the most similar names.

    A signature of 128 bytes finds them in half the time of 64 bytes among 18,000 names; longer ones gain no more.
    """
    ops = {"search_key": "gist_trgm_ops(siglen=128)"}
    return sa.Index(None, "search_key", postgresql_using="gist", postgresql_ops=ops)


def _muscles() -> Any:  # noqa: ANN401  (what SQLModel's own Field returns)
    return Field(default_factory=list, sa_type=sa.ARRAY(sa.String(24)))


def _texts() -> Any:  # noqa: ANN401
    return Field(default_factory=list, sa_type=sa.ARRAY(sa.Text), sa_column_kwargs={"server_default": "{}"})


def _assisted() -> Any:  # noqa: ANN401
    return Field(default=False, sa_column_kwargs={"server_default": sa.false()})


def _search_key() -> Any:  # noqa: ANN401
    return Field(default="", max_length=160, sa_column_kwargs={"server_default": ""})


class CatalogueExercise(TableModel, table=True):
    """An exercise of the catalogue. Ids and slugs never change; other columns follow the release.

    Attributes:
        search_key: the name in the form for searches.
        bodyweight_share: the share of the body mass that a rep moves, 0 to 1; None if it is zero or unknown.
        assisted: whether the weight of a set reduces the load, as on a machine for assisted pull-ups.
        countable: whether a camera can count the exercise.
        instructions, images: loaded by the operator.
        is_recomputed: whether the totals of all workouts with the exercise follow its values.

    """

    __tablename__ = "catalogue_exercise"
    __table_args__ = (_share_in_bounds(), _search_index())

    id: UUID = Field(primary_key=True)
    slug: str = Field(max_length=80, unique=True)
    name: str = Field(max_length=120)
    name_key: str = Field(max_length=120, index=True)
    category: Category = Field(sa_type=enum_type(Category, 24))
    equipment: Equipment = Field(sa_type=enum_type(Equipment))
    mechanic: Mechanic | None = Field(default=None, sa_type=enum_type(Mechanic))
    force: Force | None = Field(default=None, sa_type=enum_type(Force))
    level: Level | None = Field(default=None, sa_type=enum_type(Level))
    primary_muscles: list[str] = _muscles()
    secondary_muscles: list[str] = _muscles()
    measures: Measures = Field(sa_type=enum_type(Measures, 24))
    met: float
    search_key: str = _search_key()
    bodyweight_share: float | None = None
    assisted: bool = _assisted()
    countable: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    instructions: list[str] = _texts()
    images: list[str] = _texts()
    is_recomputed: bool = Field(default=True, sa_column_kwargs={"server_default": sa.true()})


class ExerciseAlias(TableModel, table=True):
    """Another name of a catalogue exercise, for example its name in Strong or Hevy.

    `loaded_exercise_id` is the exercise that the name means in sets with a load that the other one cannot have.
    """

    __tablename__ = "exercise_alias"
    # The second index finds a name that is spelled differently.
    __table_args__ = (_search_index(), sa.Index("ix_exercise_alias_equal_search_key", "search_key"))

    name_key: str = Field(primary_key=True, max_length=120)
    name: str = Field(max_length=120)
    search_key: str = _search_key()
    exercise_id: UUID = Field(foreign_key="catalogue_exercise.id", ondelete="CASCADE", index=True)
    loaded_exercise_id: UUID | None = Field(
        default=None, foreign_key="catalogue_exercise.id", ondelete="SET NULL", index=True
    )


class CustomExercise(TableModel, table=True):
    """A custom exercise of a user. Unknown properties are null.

    `fingerprint` is a hash of the content of the create. `import_id` is the import that created it, if any.
    """

    __tablename__ = "custom_exercise"
    __table_args__ = (sa.UniqueConstraint("user_id", "name_key"), _share_in_bounds())

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    id: UUID = Field(primary_key=True, default_factory=new_id)
    name: str = Field(max_length=120)
    name_key: str = Field(max_length=120)
    category: Category | None = Field(default=None, sa_type=enum_type(Category, 24))
    equipment: Equipment | None = Field(default=None, sa_type=enum_type(Equipment))
    mechanic: Mechanic | None = Field(default=None, sa_type=enum_type(Mechanic))
    force: Force | None = Field(default=None, sa_type=enum_type(Force))
    level: Level | None = Field(default=None, sa_type=enum_type(Level))
    primary_muscles: list[str] = _muscles()
    secondary_muscles: list[str] = _muscles()
    measures: Measures | None = Field(default=None, sa_type=enum_type(Measures, 24))
    met: float | None = None
    search_key: str = _search_key()
    bodyweight_share: float | None = None
    assisted: bool = _assisted()
    fingerprint: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    import_id: UUID | None = None
    created_at: datetime = created_at_field()
    updated_at: datetime = updated_at_field()


class CustomExerciseAlias(TableModel, table=True):
    """Another name of an exercise for one user: of a custom exercise that was merged into it, or its own former name.

    Another exercise may take the name if it is not reserved.
    """

    __tablename__ = "custom_exercise_alias"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["user_id", "custom_exercise_id"],
            ["custom_exercise.user_id", "custom_exercise.id"],
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("num_nonnulls(catalogue_exercise_id, custom_exercise_id) = 1", name="one_exercise"),
        sa.Index(None, "user_id", "custom_exercise_id"),
    )

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    name_key: str = Field(primary_key=True, max_length=120)
    name: str = Field(max_length=120)
    search_key: str = _search_key()
    catalogue_exercise_id: UUID | None = Field(default=None, foreign_key="catalogue_exercise.id")
    custom_exercise_id: UUID | None = None
    is_reserved: bool = Field(default=True, sa_column_kwargs={"server_default": sa.true()})
    created_at: datetime = created_at_field()
