"""What statistics adds to an export of everything."""

from datetime import date
from typing import Any

from sqlalchemy import FromClause, Select, Uuid, bindparam, select

from exercise_buddy.core.db.pagination import PagedList
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.exports import json_list
from exercise_buddy.statistics.tables import Goal

_goal = core_table(Goal)
_USER = bindparam("user_id", type_=Uuid)


def _shown(goal: FromClause) -> Select[Any]:
    return select(
        goal.c.metric, goal.c.target, goal.c.rest_days, goal.c.valid_since, goal.c.ended_on, goal.c.created_at
    )


EXPORTS = (
    json_list(
        "goals.json",
        PagedList({"valid_since": date}, select(_goal).where(_goal.c.user_id == _USER), _shown, descending=True),
        holds=["goal"],
    ),
)
