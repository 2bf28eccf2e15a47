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
    """What every table inherits: one metadata, whose constraints have names that migrations can rely on."""

    metadata = metadata


def core_table(model: type[SQLModel]) -> Table:
    """Give the SQLAlchemy Core table behind a SQLModel class, for statements over its `.c` columns."""
    table: FromClause = model.__table__  # type: ignore[attr-defined]
    assert isinstance(table, Table)  # noqa: S101  (a mapped class always has one; mypy cannot know)
    return table


def new_id() -> UUID:
    """Make a UUIDv7: unique everywhere, and in the order of creation, so that keys are appended to their index."""
    return uuid_utils.compat.uuid7()


def enum_type(enum: type[StrEnum], length: int = 16) -> sa.Enum:
    """Store an enum by its value in a varchar: adding a member needs no migration, reading the table no lookup."""
    return sa.Enum(enum, values_callable=lambda members: [m.value for m in members], native_enum=False, length=length)


def created_at_field() -> Any:  # noqa: ANN401  (what SQLModel's own Field returns)
    """When the row was written, by the database's clock."""
    return Field(sa_column_kwargs={"server_default": sa.func.now()}, default=None)


def updated_at_field() -> Any:  # noqa: ANN401
    """When the row was last written, by the database's clock."""
    return Field(sa_column_kwargs={"server_default": sa.func.now(), "onupdate": sa.func.now()}, default=None)
