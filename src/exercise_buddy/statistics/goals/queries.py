"""The documents of the weekly goal."""

from sqlalchemy import Date, cast, func, select

from exercise_buddy.core.db.json_queries import JsonQuery, json_array, json_fields, json_object
from exercise_buddy.statistics.goals.timeline import goal
from exercise_buddy.statistics.shared.etags import StatisticsQuery
from exercise_buddy.statistics.shared.period import ONE, USER

_latest = (
    select(goal.c.metric, goal.c.target, goal.c.rest_days, goal.c.valid_since, goal.c.ended_on)
    .where(goal.c.user_id == USER)
    .order_by(goal.c.valid_since.desc())
    .limit(ONE)
    .subquery()
)

current_goal = JsonQuery(
    select(
        json_object(
            select(_latest.c.metric, _latest.c.target, _latest.c.rest_days, _latest.c.valid_since).where(
                _latest.c.ended_on.is_(None)
            )
        )
    )
)
"""`Goal` of the user `user_id`; NULL without one."""

_next = func.lead(goal.c.valid_since).over(order_by=goal.c.valid_since)
_all = (
    select(
        goal.c.metric,
        goal.c.target,
        goal.c.rest_days,
        goal.c.valid_since,
        cast(func.least(goal.c.ended_on, _next) - ONE, Date).label("valid_until"),
    )
    .where(goal.c.user_id == USER)
    .order_by(goal.c.valid_since.desc())
)

goal_history = StatisticsQuery(select(json_fields(items=json_array(_all))))
"""`GoalHistory` of the user `user_id`."""
