"""What tests read of the published views."""

from tests.support import Connection

VIEWS = {
    "body_mass_step",
    "body_measurement_size",
    "day_total",
    "exercise_name",
    "exercise_total",
    "goal_step",
    "month_total",
    "performed_exercise",
    "performed_workout",
    "record_event",
    "resource_change",
    "routine_size",
    "totals_boundary",
    "user_calendar",
    "week_total",
    "workout_change",
}


async def columns_of(connection: Connection, view: str) -> set[str]:
    """Return the names of the columns of a view."""
    rows = await connection.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0", view
    )
    return {name for (name,) in rows}
