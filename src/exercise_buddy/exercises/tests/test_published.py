"""The view that exercises publishes. If a column of it changes, a statement of another slice breaks."""

from tests.support import Connection
from tests.views import columns_of


async def test_exercise_name(connection: Connection) -> None:
    assert await columns_of(connection, "exercise_name") == {
        "user_id",
        "exercise_id",
        "name",
        "custom",
        "category",
        "equipment",
        "mechanic",
        "force",
        "level",
        "primary_muscles",
        "secondary_muscles",
        "measures",
        "met",
        "bodyweight_share",
        "assisted",
    }
