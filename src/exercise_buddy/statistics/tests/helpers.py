"""What the tests of statistics share."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from exercise_buddy.workouts import public as workouts
from tests.support import Person

BENCH = str(workouts.catalogue_id("barbell-bench-press-medium-grip"))
SQUAT = str(workouts.catalogue_id("barbell-squat"))
PLANK = str(workouts.catalogue_id("plank"))


async def train(person: Person, day: date, *sets: dict[str, Any], exercise: str = BENCH, hour: int = 18) -> str:
    """Log an hour of training on a day in Berlin; give the workout's id."""
    started_at = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Europe/Berlin"))
    logged = await person.log(
        started_at=started_at.isoformat(),
        ended_at=(started_at + timedelta(hours=1)).isoformat(),
        time_zone="Europe/Berlin",
        exercises=[{"exercise_id": exercise, "sets": list(sets) or [{"reps": 5, "weight_kg": 100}]}],
    )
    return str(logged["id"])


def today(zone: str = "Europe/Berlin") -> date:
    """Give the present local day."""
    return datetime.now(UTC).astimezone(ZoneInfo(zone)).date()


async def statistic(person: Person, name: str, **query: Any) -> Any:
    """Read a statistic."""
    response = await person.get(f"/statistics/{name}", params=query)
    assert response.status_code == 200, response.text
    return response.json()
