"""The base of every slice's tables."""

from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import uuid_utils.compat
from sqlalchemy import FromClause, MetaData, Table
from sqlmodel import Field, SQLModel

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        # Composite keys all begin with the user, and the names of all their columns would be too long for PostgreSQL.
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class TableModel(SQLModel):
    """The base class of all tables, with one metadata whose naming convention gives constraints stable names."""

    metadata = metadata


def core_table(model: type[SQLModel]) -> Table:
    """Return the SQLAlchemy Core table of a SQLModel class."""
    table: FromClause = model.__table__  # type: ignore[attr-defined]
    assert isinstance(table, Table)  # noqa: S101  (a mapped class always has one; mypy cannot know)
    return table


def new_id() -> UUID:
    """Return a new UUIDv7. Ids are ordered by creation, so keys are appended at the end of their index."""
    return uuid_utils.compat.uuid7()


def enum_type(enum: type[StrEnum], length: int = 16) -> sa.Enum:
    """Return a column type that stores an enum by its value in a varchar, so that a new member needs no migration."""
    return sa.Enum(enum, values_callable=lambda members: [m.value for m in members], native_enum=False, length=length)


def created_at_field() -> Any:  # noqa: ANN401  (what SQLModel's own Field returns)
    """Return a column for the time when the row was inserted, by the clock of the database."""
    return Field(sa_column_kwargs={"server_default": sa.func.now()}, default=None)


def updated_at_field() -> Any:  # noqa: ANN401
    """Return a column for the time when the row was last written, by the clock of the database."""
    return Field(sa_column_kwargs={"server_default": sa.func.now(), "onupdate": sa.func.now()}, default=None)
