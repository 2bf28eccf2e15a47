"""The column of the ids of exercises within workouts and of sets."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Field


def part_id_field() -> Any:  # noqa: ANN401  (what SQLModel's own Field returns)
    """Return a part of a primary key: a UUIDv7, by default one that the database generates."""
    return Field(primary_key=True, default=None, sa_column_kwargs={"server_default": sa.text("uuidv7()")})
