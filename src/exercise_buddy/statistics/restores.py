"""What statistics restore from an export of all data: the goals."""

from datetime import date

from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.restores import ExportedItem, Pages, Restoration, RestoredFile
from exercise_buddy.core.types import LocalDate, Timestamp
from exercise_buddy.statistics.goals.schemas import GoalInput
from exercise_buddy.statistics.tables import Goal


class _Goal(GoalInput, ExportedItem):
    model_config = ExportedItem.model_config

    valid_since: LocalDate
    ended_on: LocalDate | None
    created_at: Timestamp


async def _restore_goals(restoration: Restoration, pages: Pages) -> None:
    later: date | None = None
    async for items in pages:
        for item in items:
            goal = restoration.parse(_Goal, item)
            # The latest comes first.
            if later is not None and goal.valid_since >= later:
                restoration.refuse(item.line, "/valid_since: The goals are not in the order of their days")
            if goal.ended_on is not None and goal.ended_on < goal.valid_since:
                restoration.refuse(item.line, "/ended_on: The goal ends before it begins")
            later = goal.valid_since
            values = dict(goal) | {"rest_days": [day.value for day in goal.rest_days]}
            restoration.session.add(Goal(user_id=restoration.user_id, **values))
        restoration.counts["goals"] += len(items)
        await restoration.session.flush()
        restoration.session.expunge_all()


RESTORED_FILES = (RestoredFile("goals.json", [core_table(Goal)], _restore_goals),)
