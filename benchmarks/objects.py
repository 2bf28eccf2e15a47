"""The list of workouts as it is usually written: SQLModel objects, relationships loaded eagerly, a response model.

Over the same tables, with the same fields in the answer; nobody is authenticated.
"""

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import selectinload
from sqlmodel import Field, MetaData, Relationship, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import connect

USER = uuid.UUID(os.environ["FLOOR_USER"])


class Base(SQLModel):
    metadata = MetaData()


class CatalogueExercise(Base, table=True):
    __tablename__ = "catalogue_exercise"
    id: uuid.UUID = Field(primary_key=True)
    name: str


class Workout(Base, table=True):
    __tablename__ = "workout"
    user_id: uuid.UUID = Field(primary_key=True)
    id: uuid.UUID = Field(primary_key=True)
    title: str
    notes: str | None
    source: str
    import_id: uuid.UUID | None
    started_at: datetime
    ended_at: datetime | None
    time_zone: str
    local_date: date
    exercise_count: int
    set_count: int
    rep_count: int
    volume_kg: float
    duration_seconds: float | None
    met_minutes: float | None
    created_at: datetime
    updated_at: datetime
    exercises: list["WorkoutExercise"] = Relationship(
        sa_relationship_kwargs={
            "primaryjoin": "and_(Workout.user_id == foreign(WorkoutExercise.user_id), "
            "Workout.id == foreign(WorkoutExercise.workout_id))",
            "order_by": "WorkoutExercise.position",
            "viewonly": True,
        }
    )


class WorkoutExercise(Base, table=True):
    __tablename__ = "workout_exercise"
    user_id: uuid.UUID = Field(primary_key=True)
    id: uuid.UUID = Field(primary_key=True)
    workout_id: uuid.UUID
    position: int
    catalogue_exercise_id: uuid.UUID | None = Field(default=None, foreign_key="catalogue_exercise.id")
    superset: int | None
    notes: str | None
    set_count: int
    rep_count: int
    volume_kg: float
    duration_seconds: float | None
    distance_meters: float | None
    best_set_weight_kg: float | None
    best_set_reps: int | None
    best_e1rm_kg: float | None
    exercise: CatalogueExercise | None = Relationship()
    sets: list["WorkoutSet"] = Relationship(
        sa_relationship_kwargs={
            "primaryjoin": "and_(WorkoutExercise.user_id == foreign(WorkoutSet.user_id), "
            "WorkoutExercise.workout_id == foreign(WorkoutSet.workout_id), "
            "WorkoutExercise.position == foreign(WorkoutSet.exercise_position))",
            "order_by": "WorkoutSet.position",
            "viewonly": True,
        }
    )


class WorkoutSet(Base, table=True):
    __tablename__ = "workout_set"
    user_id: uuid.UUID = Field(primary_key=True)
    id: uuid.UUID = Field(primary_key=True)
    workout_id: uuid.UUID
    exercise_position: int
    position: int
    kind: str
    reps: int | None
    weight_kg: float | None
    duration_seconds: float | None
    distance_meters: float | None
    rpe: float | None
    rest_seconds: int | None


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class SetOut(Out):
    id: uuid.UUID
    kind: str
    reps: int | None
    weight_kg: float | None
    duration_seconds: float | None
    distance_meters: float | None
    rpe: float | None
    rest_seconds: int | None


class NameOut(Out):
    id: uuid.UUID
    name: str


class ExerciseOut(Out):
    id: uuid.UUID
    exercise: NameOut
    superset: int | None
    notes: str | None
    set_count: int
    rep_count: int
    volume_kg: float
    duration_seconds: float | None
    distance_meters: float | None
    best_set_weight_kg: float | None
    best_set_reps: int | None
    best_e1rm_kg: float | None
    sets: list[SetOut]


class WorkoutOut(Out):
    id: uuid.UUID
    title: str
    notes: str | None
    source: str
    import_id: uuid.UUID | None
    started_at: datetime
    ended_at: datetime | None
    time_zone: str
    local_date: date
    exercise_count: int
    set_count: int
    rep_count: int
    volume_kg: float
    duration_seconds: float | None
    met_minutes: float | None
    created_at: datetime
    updated_at: datetime
    exercises: list[ExerciseOut]


class PageOut(Out):
    items: list[WorkoutOut]


engine = create_async_engine(
    "postgresql+asyncpg://", async_creator=lambda: connect(os.environ["DATABASE_URL"]), pool_size=10, max_overflow=0
)


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


async def get_session() -> AsyncIterator[AsyncSession]:
    async with AsyncSession(engine) as session:
        yield session


@app.get("/api/v1/workouts")
async def list_workouts(session: Annotated[AsyncSession, Depends(get_session)], include: str = "") -> PageOut:
    del include
    exercises: Any = Workout.exercises
    loaded = selectinload(exercises)
    statement = (
        select(Workout)
        .where(Workout.user_id == USER)
        .order_by(col(Workout.started_at).desc(), col(Workout.id).desc())
        .limit(20)
        .options(
            loaded.selectinload(WorkoutExercise.sets),  # type: ignore[arg-type]
            loaded.selectinload(WorkoutExercise.exercise),  # type: ignore[arg-type]
        )
    )
    found = (await session.exec(statement)).all()
    return PageOut.model_validate({"items": found})
