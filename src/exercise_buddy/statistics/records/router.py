"""The endpoints of personal records."""

from typing import Annotated

from fastapi import Query, Response

from exercise_buddy.core.db.pagination import Cursor, Limit
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.problems import NotFound, Unauthenticated, documented
from exercise_buddy.statistics.parameters import From, OfExercise, OneRepMax, To
from exercise_buddy.statistics.records.handlers import history_values
from exercise_buddy.statistics.records.queries import HISTORY, RECORDS
from exercise_buddy.statistics.records.schemas import RecordHistory, Records
from exercise_buddy.statistics.schemas import Formula, RecordKind
from exercise_buddy.statistics.shared.etags import StatisticsRequestDep
from exercise_buddy.users.public import AccountGone

router = Router(prefix="/statistics", tag="statistics")


@router.get("/records", response_model=Records, responses=documented(Unauthenticated, AccountGone, NotFound))
async def get_records(
    request: StatisticsRequestDep, exercise: OfExercise = None, formula: OneRepMax = Formula.EPLEY
) -> Response:
    """Get your personal records by exercise and kind.

    Each record names the workout that reached it first. Reps at a load are returned with `exercise` only.
    """
    return await request.respond(RECORDS, formula=formula, exercise_id=exercise)


@router.get(
    "/records/history", response_model=RecordHistory, responses=documented(Unauthenticated, AccountGone, NotFound)
)
async def get_record_history(
    request: StatisticsRequestDep,
    exercise: OfExercise = None,
    kind: Annotated[RecordKind | None, Query(description="Records of this kind only.")] = None,
    formula: OneRepMax = Formula.EPLEY,
    from_date: From = None,
    to_date: To = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """List the records that you broke, the newest first.

    The first value of a kind is a baseline and breaks no record. Reps at a load are returned with `exercise` only: the
    times when a weight was lifted more often than it, or a heavier weight, before.
    """
    values = history_values(kind=kind, exercise_id=exercise, from_date=from_date, to_date=to_date, cursor=cursor)
    return await request.respond(HISTORY, formula=formula, limit=limit, **values)
