"""The files of statistics in the export of all data."""

from datetime import date
from typing import Any

from sqlalchemy import FromClause, Select, Uuid, bindparam, select

from exercise_buddy.core.db.pagination import PagedList
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.exports import json_list
from exercise_buddy.statistics.tables import Goal

_goal = core_table(Goal)
_USER = bindparam("user_id", type_=Uuid)


def _item(goal: FromClause) -> Select[Any]:
    return select(
        goal.c.metric, goal.c.target, goal.c.rest_days, goal.c.valid_since, goal.c.ended_on, goal.c.created_at
    )


EXPORTS = (
    json_list(
        "goals.json",
        PagedList({"valid_since": date}, select(_goal).where(_goal.c.user_id == _USER), _item, descending=True),
        holds=["goal"],
    ),
)
