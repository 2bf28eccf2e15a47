"""The views that users publishes. If a column of one changes, a statement of another slice breaks."""

from datetime import date
from uuid import UUID

from tests.support import Connection, Person
from tests.views import columns_of


async def test_user_calendar(connection: Connection) -> None:
    columns = {"user_id", "revision", "time_zone", "week_starts_on", "week_start"}
    assert await columns_of(connection, "user_calendar") == columns


async def test_body_mass_step(connection: Connection) -> None:
    columns = {"user_id", "mass_kg", "valid_from", "valid_until"}
    assert await columns_of(connection, "body_mass_step") == columns


async def test_a_day_with_several_measurements_has_one_body_mass(
    connection: Connection, ann: Person, bob: Person
) -> None:
    for person, day, mass_kg in ((ann, 1, 80), (ann, 2, 81), (ann, 2, 81.5), (ann, 2, 81.1), (bob, 2, 60)):
        await person.weigh(f"2026-03-0{day}", mass_kg)

    rows = await connection.fetch("SELECT user_id, valid_from, mass_kg FROM body_mass_step")

    assert {tuple(row) for row in rows} == {
        (UUID(ann.id), date(2026, 3, 1), 80.0),
        (UUID(ann.id), date(2026, 3, 2), 81.1),
        (UUID(bob.id), date(2026, 3, 2), 60.0),
    }
    assert len(rows) == 3
