"""What an edit reads in one round trip: the workout and its document, and all that its new document depends on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    union_all,
)

from exercise_buddy.core.db.json_queries import USER, json_array
from exercise_buddy.core.db.statements import Statement
from exercise_buddy.exercises.public import catalogue, custom
from exercise_buddy.users import public as users
from exercise_buddy.workouts.documents.document import WorkoutDocument, document_version
from exercise_buddy.workouts.documents.queries import RENDER, document_columns
from exercise_buddy.workouts.errors import WorkoutNotFound
from exercise_buddy.workouts.selectables import performed, workout
from exercise_buddy.workouts.storage.computed_totals import ExerciseFacts
from exercise_buddy.workouts.tables import Source

_WORKOUT_ID = bindparam("workout_id", type_=Uuid)
_TRUE: ColumnElement[bool] = literal_column("true")
_FALSE: ColumnElement[bool] = literal_column("false")
_FACTS = ("id", "name", "met", "primary_muscles", "bodyweight_share", "assisted")
_COLUMNS = (
    "title",
    "title_proposed",
    "notes",
    "source",
    "started_at",
    "ended_at",
    "time_zone",
    "local_date",
    "energy_kcal",
    "average_heart_rate_bpm",
    "max_heart_rate_bpm",
    "stored_bytes",
)


def _build_read() -> Statement:
    owner = select(USER.label("user_id")).subquery("owner")
    contained = select(performed.c.exercise_id).where(
        performed.c.user_id == USER, performed.c.workout_id == _WORKOUT_ID
    )
    wanted = func.array_cat(bindparam("exercise_ids", type_=ARRAY(Uuid)), func.array(contained.scalar_subquery()))
    facts = union_all(
        select(*(catalogue.c[name] for name in _FACTS), _FALSE.label("is_custom")).where(
            catalogue.c.id == any_(wanted)
        ),
        select(*(custom.c[name] for name in _FACTS), _TRUE.label("is_custom")).where(
            custom.c.user_id == USER, custom.c.id == any_(wanted)
        ),
    ).subquery("facts")
    return Statement(
        select(
            users.select_revision(owner.c.user_id).label("user_revision"),
            users.select_stored_bytes(owner.c.user_id).label("user_bytes"),
            func.catalogue_version(type_=Text).label("catalogue_version"),
            *(workout.c[name] for name in _COLUMNS),
            # The edit may add an exercise that moves body mass.
            users.select_body_mass(USER, workout.c.local_date).label("mass_kg"),
            *document_columns(workout, with_sets=True)[1:3],
            cast(json_array(select(facts)), Text).label("facts"),
        ).select_from(owner.outerjoin(workout, and_(workout.c.user_id == owner.c.user_id, workout.c.id == _WORKOUT_ID)))
    )


_READ = _build_read()
_GET_MASS = Statement(select(users.select_body_mass(USER, bindparam("local_date", type_=Date))))


@dataclass(frozen=True, slots=True)
class StoredWorkout:
    """A workout as it is stored.

    Attributes:
        user_revision: the number of the user's last write. If it has changed, so may everything else.
        catalogue_version: the version of the catalogue that the facts belong to.
        user_bytes: the space that the user's data takes.
        stored_bytes: the space that the workout takes.
        title: None if it is derived.
        document: its JSON, with markers.
        mass_kg: what the user weighed on its day, or None.
        facts: the facts of its exercises, and of those that the edit asked for.

    """

    user_revision: int
    catalogue_version: str
    user_bytes: int
    stored_bytes: int
    title: str | None
    notes: str | None
    source: Source
    started_at: datetime
    ended_at: datetime | None
    time_zone: str
    local_date: date
    energy_kcal: float | None
    average_heart_rate_bpm: float | None
    max_heart_rate_bpm: float | None
    document: WorkoutDocument
    mass_kg: float | None
    facts: Mapping[UUID, ExerciseFacts]

    @property
    def head(self) -> dict[str, Any]:
        """What an edit may change besides the exercises: see `EditedContent`."""
        return {
            "title": self.title,
            "started_at": self.started_at,
            "ended_at": self.ended_at,
            "time_zone": self.time_zone,
            "notes": self.notes,
            "source": self.source,
            "energy_kcal": self.energy_kcal,
            "average_heart_rate_bpm": self.average_heart_rate_bpm,
            "max_heart_rate_bpm": self.max_heart_rate_bpm,
        }

    def to_json(self) -> bytes:
        """Return its `Workout` JSON."""
        return self.document.to_json(self.mass_kg)


async def read_workout(
    connection: asyncpg.Connection, user_id: UUID, workout_id: UUID, exercise_ids: Collection[UUID] = ()
) -> StoredWorkout:
    """Return a workout to edit.

    Args:
        connection: the connection.
        user_id: the owner.
        workout_id: the workout.
        exercise_ids: the exercises that the edit may add.

    Raises:
        WorkoutNotFound: the user has no such workout.
        AccountGone: the user no longer exists.

    """
    values = {
        "user_id": user_id,
        "workout_id": workout_id,
        "exercise_ids": list(exercise_ids),
        "document_version": document_version(),
    }
    row = await connection.fetchrow(_READ.sql, *_READ.arguments(values))
    if row["user_revision"] is None:
        raise users.AccountGone
    if row["title"] is None:
        raise WorkoutNotFound
    facts = {UUID(fact.pop("id")): ExerciseFacts(**fact) for fact in orjson.loads(row["facts"])}
    if row["document"] is not None:
        document = WorkoutDocument.decompress(row["document"], row["document_sets"])
    else:
        rendered = RENDER.arguments({"user_id": user_id, "workout_ids": [workout_id]})
        found = await connection.fetchrow(RENDER.sql, *rendered)
        if found is None:
            raise WorkoutNotFound
        document = WorkoutDocument.from_content(orjson.loads(found[1]))
    return StoredWorkout(
        user_revision=row["user_revision"],
        catalogue_version=row["catalogue_version"],
        user_bytes=row["user_bytes"],
        stored_bytes=row["stored_bytes"],
        title=None if row["title_proposed"] else row["title"],
        notes=row["notes"],
        source=Source(row["source"]),
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        time_zone=row["time_zone"],
        local_date=row["local_date"],
        energy_kcal=row["energy_kcal"],
        average_heart_rate_bpm=row["average_heart_rate_bpm"],
        max_heart_rate_bpm=row["max_heart_rate_bpm"],
        document=document,
        mass_kg=row["mass_kg"],
        facts=facts,
    )


async def get_mass(connection: asyncpg.Connection, user_id: UUID, local_date: date) -> float | None:
    """Return what a user weighed on a local day, or None."""
    values = {"user_id": user_id, "local_date": local_date}
    mass_kg: float | None = await connection.fetchval(_GET_MASS.sql, *_GET_MASS.arguments(values))
    return mass_kg
