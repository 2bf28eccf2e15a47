"""The demo account: a year of training up to today, in which every feature has data."""

import base64
import hashlib
import hmac
import io
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import column, func, select, table
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import public as auth
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.jobs import Jobs
from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.core.types import example_of
from exercise_buddy.demo import training
from exercise_buddy.exercises import public as exercises
from exercise_buddy.settings import Settings
from exercise_buddy.startup import get_database_url
from exercise_buddy.statistics import public as statistics
from exercise_buddy.transfers import public as transfers
from exercise_buddy.users import public as users
from exercise_buddy.workouts import public as workouts

EMAIL = "demo@example.com"
_ZONE = "Europe/Berlin"
_PASSWORD_BYTES = 12
_performed = table("performed_workout", column("user_id"), column("local_date"))


async def load(settings: Settings, now: datetime | None = None) -> tuple[str, str]:
    """Create the account or continue it up to today, and return its e-mail address and password.

    What exists stays: only training after the last workout is added, and features that are empty are filled.
    """
    now = now or datetime.now(UTC)
    password = _derive_password(settings)
    async with Database.open(get_database_url(settings), pool_size=1) as database:
        async with database.transaction() as session:
            account = await users.find_account(session, EMAIL)
            if account is None:
                registration = auth.Registration(
                    email=EMAIL, password=password, username="demo", display_name="Alex", time_zone=_ZONE
                )
                user_id, created_at = await auth.create_account(session, settings, registration), now
            else:
                user_id, created_at = account.id, account.created_at
                await auth.set_password(session, settings, user_id, password)
            zone = ZoneInfo(await users.get_time_zone(session, user_id))
        begins_on = created_at.astimezone(zone).date() - timedelta(weeks=training.WEEKS)
        async with database.transaction() as session:
            await _fill(session, user_id, begins_on, now, zone)
            if account is None:
                await _create_examples(session, user_id)
        await _import_earlier_training(database, user_id, begins_on)
    return EMAIL, password


def _derive_password(settings: Settings) -> str:
    """Return the password, which stays the same as long as the secret does. It tells nothing about the secret."""
    digest = hmac.digest(settings.secret_key.get_secret_value().encode(), b"demo account", hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:_PASSWORD_BYTES]).decode()


async def _fill(session: AsyncSession, user_id: UUID, begins_on: date, now: datetime, zone: ZoneInfo) -> None:
    last_day = select(func.max(_performed.c.local_date)).where(_performed.c.user_id == user_id)
    trained_on: date | None = await session.scalar(last_day)
    if await statistics.GOAL.find(session, user_id=user_id) is None:
        # It rises in the middle, so that it has a history.
        for target, weeks in ((3, 0), (4, training.WEEKS // 2)):
            since = datetime.combine(begins_on + timedelta(weeks=weeks), time(12), zone)
            goal = statistics.GoalInput.model_validate(
                {"metric": "workouts", "target": target, "rest_days": training.REST_DAYS}
            )
            await statistics.replace_goal(session, user_id, goal, since, Precondition(None))
    # The ids follow from what they stand for, so that nothing is created twice.
    for routine in training.build_routines():
        named = routine | {"id": uuid5(user_id, f"routine {routine['name']}")}
        # An earlier version has planned it in another way: what exists stays.
        with suppress(workouts.RoutineIdTaken):
            await workouts.create_routine(session, user_id, workouts.RoutineInput.model_validate(named))
    for measurement in training.build_measurements(begins_on, now.astimezone(zone).date()):
        named = measurement | {"id": uuid5(user_id, f"measurement {measurement['measured_on']}")}
        await users.create_body_measurement(session, user_id, users.BodyMeasurementInput.model_validate(named))
    first = max(begins_on, trained_on + timedelta(days=1)) if trained_on else begins_on
    for workout in training.build_workouts(begins_on, first, now, zone):
        await workouts.log_workout(session, user_id, workouts.WorkoutInput.model_validate(workout))


async def _create_examples(session: AsyncSession, user_id: UUID) -> None:
    """Create what the examples of the OpenAPI document refer to, so that "Try it out" of `/docs` finds it."""
    exercise, routine = exercises.CustomExerciseInput, workouts.RoutineInput
    await exercises.create_exercise(session, user_id, exercise.model_validate(example_of(exercise)))
    await workouts.create_routine(session, user_id, routine.model_validate(example_of(routine)))
    measurement, workout = users.BodyMeasurementInput, workouts.WorkoutInput
    await users.create_body_measurement(session, user_id, measurement.model_validate(example_of(measurement)))
    await workouts.log_workout(session, user_id, workout.model_validate(example_of(workout)))


async def _import_earlier_training(database: Database, user_id: UUID, begins_on: date) -> None:
    """Import a file of another app. A second time, it adds nothing."""
    content = io.BytesIO(training.build_earlier_training(begins_on).encode())
    options = transfers.ImportOptions(weight_unit="kg", time_zone=_ZONE)

    async def proceed(_done: float) -> None:
        pass

    async with Jobs(database).run(user_id) as job:
        request = transfers.ImportRequest(options, file_name="strong.csv")
        await transfers.import_small_file(job, user_id, content, request, checkpoint=proceed)
