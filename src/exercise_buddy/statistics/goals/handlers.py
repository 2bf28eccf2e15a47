"""The use cases of the weekly goal."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.statistics.errors import NoGoal
from exercise_buddy.statistics.goals.queries import GOAL
from exercise_buddy.statistics.goals.schemas import GoalInput
from exercise_buddy.statistics.shared.etags import VERSION
from exercise_buddy.statistics.tables import Goal
from exercise_buddy.users import public as users

_goal = core_table(Goal)


async def replace_goal(
    session: AsyncSession, user_id: UUID, given: GoalInput, now: datetime, expected: Precondition
) -> bytes:
    """Set the goal from today (the user's local day) on, and return the `Goal` document. Earlier goals stay in history.

    Raises:
        AccountGone: the user does not exist any more.
        PreconditionFailed: the goal is another version, or does not exist.

    """
    await users.bump_revision(session, user_id)
    await _require(session, user_id, expected)
    today = await _today(session, user_id, now)
    # Set where it was tomorrow already.
    await session.exec(delete(_goal).where(_goal.c.user_id == user_id, _goal.c.valid_since > today))
    values = {
        "user_id": user_id,
        "valid_since": today,
        "metric": given.metric,
        "target": given.target,
        "rest_days": [day.value for day in given.rest_days],
        "ended_on": None,
    }
    statement = insert(_goal).values(values)
    changed = {name: statement.excluded[name] for name in ("metric", "target", "rest_days", "ended_on")}
    await session.exec(statement.on_conflict_do_update(index_elements=["user_id", "valid_since"], set_=changed))
    return await GOAL.fetch(session, user_id=user_id)


async def delete_goal(session: AsyncSession, user_id: UUID, now: datetime, expected: Precondition) -> None:
    """Delete the goal from today on (the user's local day). It still judges the days before.

    Raises:
        AccountGone: the user does not exist any more.
        NoGoal: the user has no goal.
        PreconditionFailed: the goal is another version.

    """
    await users.bump_revision(session, user_id)
    await _require(session, user_id, expected, there=True)
    today = await _today(session, user_id, now)
    mine = _goal.c.user_id == user_id
    await session.exec(delete(_goal).where(mine, _goal.c.valid_since >= today))
    latest = select(_goal.c.valid_since).where(mine).order_by(_goal.c.valid_since.desc()).limit(1).scalar_subquery()
    await session.exec(
        update(_goal).where(mine, _goal.c.valid_since == latest, _goal.c.ended_on.is_(None)).values(ended_on=today)
    )


async def _require(session: AsyncSession, user_id: UUID, expected: Precondition, *, there: bool = False) -> None:
    content = await GOAL.find(session, user_id=user_id)
    if content is None and there:
        raise NoGoal
    if expected:
        expected.require(content or b"")


async def _today(session: AsyncSession, user_id: UUID, now: datetime) -> date:
    result = await VERSION.run_in(session, user_id=user_id, now=now)
    today: date = result.one().today
    return today
