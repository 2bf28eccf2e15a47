"""The endpoints of the weekly goal and of streaks."""

from datetime import UTC, datetime

from fastapi import Request, Response

from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.http.conditional_requests import IfMatch, json_response
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.problems import PreconditionFailed, Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.statistics.errors import NoGoal
from exercise_buddy.statistics.goals import handlers
from exercise_buddy.statistics.goals.queries import GOAL, GOAL_HISTORY, STREAKS
from exercise_buddy.statistics.goals.schemas import AllStreaks, Goal, GoalHistory, GoalInput
from exercise_buddy.statistics.shared.etags import StatisticsRequestDep
from exercise_buddy.users.public import AccountGone

router = Router(prefix="/statistics", tag="statistics")


@router.get("/streaks", response_model=AllStreaks, responses=documented(Unauthenticated, AccountGone))
async def get_streaks(request: StatisticsRequestDep) -> Response:
    """Get the current and longest streaks of days and weeks.

    Days with a workout, without planned rest days between them, and weeks that meet your goal.
    """
    return await request.respond(STREAKS)


@router.get("/goal", response_model=Goal, responses=documented(Unauthenticated, NoGoal))
async def get_goal(request: Request, user: CurrentUser, database: DatabaseDep) -> Response:
    """Get your weekly goal.

    The one that holds today.
    """
    return json_response(request, await GOAL.fetch(database, user_id=user.user_id))


@router.put("/goal", response_model=Goal, responses=documented(Unauthenticated, AccountGone, PreconditionFailed))
async def replace_goal(
    request: Request, user: CurrentUser, session: SessionDep, goal: GoalInput, expected: IfMatch
) -> Response:
    """Replace your weekly goal from today on.

    Earlier goals still judge earlier weeks.
    """
    return json_response(request, await handlers.replace_goal(session, user.user_id, goal, datetime.now(UTC), expected))


@router.delete("/goal", status_code=204, responses=documented(Unauthenticated, AccountGone, NoGoal, PreconditionFailed))
async def delete_goal(user: CurrentUser, session: SessionDep, expected: IfMatch) -> None:
    """Delete your weekly goal from today on.

    It still judges the days before.
    """
    await handlers.delete_goal(session, user.user_id, datetime.now(UTC), expected)


@router.get("/goal/history", response_model=GoalHistory, responses=documented(Unauthenticated, AccountGone))
async def get_goal_history(request: StatisticsRequestDep) -> Response:
    """Get all weekly goals that you have had.

    The latest first. Each judges the weeks of its time.
    """
    return await request.respond(GOAL_HISTORY)
