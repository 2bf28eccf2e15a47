"""What writes know of exercises: the catalogue, which each process remembers, and the custom exercises of a user."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, any_, bindparam, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.statements import Statement
from exercise_buddy.exercises.public import catalogue, custom
from exercise_buddy.workouts.storage.computed_totals import ExerciseFacts

_FACTS = ("id", "name", "met", "primary_muscles", "bodyweight_share", "assisted")
_WANTED = any_(bindparam("exercise_ids", type_=ARRAY(Uuid)))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The facts of the exercises of the catalogue, and their version: see `exercises.upsert_catalogue`."""

    version: str
    facts: Mapping[UUID, ExerciseFacts]


_GET_CATALOGUE = Statement(select(func.catalogue_version(type_=Text), *(catalogue.c[name] for name in _FACTS)))
_FIND_CUSTOM = Statement(
    select(*(custom.c[name] for name in _FACTS)).where(
        custom.c.user_id == bindparam("user_id", type_=Uuid), custom.c.id == _WANTED
    )
)

_remembered: Catalogue | None = None


async def get_catalogue(session: AsyncSession, version: str | None = None) -> Catalogue:
    """Return the catalogue that this process remembers; read it if it has none, or another version than this one."""
    global _remembered  # noqa: PLW0603  (one for all requests of the process)
    if _remembered is None or version not in {None, _remembered.version}:
        rows = (await _GET_CATALOGUE.run_in(session)).all()
        facts = {row[1]: _build_facts(row[2:], is_custom=False) for row in rows}
        _remembered = Catalogue(rows[0][0] if rows else "", facts)
    return _remembered


async def find_custom_facts(
    session: AsyncSession, user_id: UUID, exercise_ids: Collection[UUID]
) -> dict[UUID, ExerciseFacts]:
    """Return the facts of those of the exercises that are custom exercises of the user."""
    rows = await _FIND_CUSTOM.run_in(session, user_id=user_id, exercise_ids=list(exercise_ids))
    return {row[0]: _build_facts(row[1:], is_custom=True) for row in rows}


def _build_facts(values: Sequence[Any], *, is_custom: bool) -> ExerciseFacts:
    name, met, muscles, share, assisted = values
    return ExerciseFacts(name, met, muscles, share, assisted, is_custom)
