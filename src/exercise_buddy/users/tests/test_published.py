"""What other slices read of users' rows. If one of these changes, a reader in another slice breaks."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from exercise_buddy.users import public
from tests.support import Person, RunningApp


def test_calendars() -> None:
    assert set(public.calendars().c.keys()) == {"user_id", "time_zone", "week_starts_on", "week_start", "today"}


def test_body_masses() -> None:
    assert set(public.body_masses().c.keys()) == {"user_id", "measured_on", "mass_kg"}


async def test_a_day_with_several_measurements_has_one_body_mass(app: RunningApp, ann: Person, bob: Person) -> None:
    for person, day, mass_kg in ((ann, 1, 80), (ann, 2, 81), (ann, 2, 81.5), (ann, 2, 81.1), (bob, 2, 60)):
        content = {"measured_on": f"2026-03-0{day}", "mass_kg": mass_kg}
        assert (await person.post("/users/me/body-measurements", json=content)).status_code == 201

    masses = public.body_masses()
    async with app.state["database"].transaction() as session:
        rows = set((await session.exec(sa.select(masses.c.user_id, masses.c.measured_on, masses.c.mass_kg))).all())

    assert {tuple(row) for row in rows} == {
        (UUID(ann.id), date(2026, 3, 1), 80.0),
        (UUID(ann.id), date(2026, 3, 2), 81.1),
        (UUID(bob.id), date(2026, 3, 2), 60.0),
    }
