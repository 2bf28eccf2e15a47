"""A user with data of every kind, and what the export contains of it."""

import csv
import io
from typing import Any
from zipfile import ZipFile

from exercise_buddy.exercises import public as exercises
from tests.support import Person
from tests.test_bad_input import VALID

BENCH = str(exercises.catalogue_id("barbell-bench-press-medium-grip"))
STRONG = (
    "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE\n"
    '2026-01-05 18:00:00,"Home",1h 5m,"My Own Press",1,50.5,5,0,0,"=SUM(A1:A9)","",8\n'
    '2026-01-05 18:00:00,"Home",1h 5m,"My Own Press",2,50.5,4,0,0,"","",9\n'
)


# Long enough for several chunks, and incompressible by more than half.
MANY_WORKOUTS = """
INSERT INTO workout (user_id, id, title, source, started_at, time_zone, local_date, exercise_count, set_count,
                     rep_count, volume_kg, fingerprint, revision, notes)
SELECT $1, gen_random_uuid(), 'Workout ' || n, 'manual', timestamptz '2016-01-01' + n * interval '1 day', 'UTC',
       date '2016-01-01' + n, 0, 0, 0, 0, '', 0,
       (SELECT string_agg(md5(n || '/' || piece), '') FROM generate_series(1, 300) piece)
FROM generate_series(1, $2::int) n
"""


def unzip(content: bytes) -> dict[str, bytes]:
    """Return the files of an archive by their names."""
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


async def export(person: Person) -> dict[str, bytes]:
    """Export a user's data; return the files by their names."""
    response = await person.get("/users/me/export")
    assert response.status_code == 200, response.text
    return unzip(response.content)


def read_csv(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


async def list_items(person: Person, path: str, **query: Any) -> Any:
    """Return all items of a list that fits on one page."""
    page = (await person.get(path, params=query | {"limit": 100})).json()
    assert page["next_cursor"] is None
    return page["items"]


async def create_data(person: Person) -> None:
    """Create data of every kind for a user."""
    await person.log(**VALID["POST /api/v1/workouts"])
    await person.log(title="Only named", started_at="2026-04-02T10:00:00Z", exercises=[{"exercise_id": BENCH}])
    await person.log(title="Nothing yet", started_at="2026-04-01T10:00:00Z", exercises=[])
    files = {"file": ("strong.csv", STRONG)}
    form = {"weight_unit": "kg", "time_zone": "Europe/Rome"}
    assert (await person.post("/imports", files=files, data=form)).status_code == 201
    for day, mass_kg, notes in ((1, 81.5, "+1, or so"), (2, 80.25, None)):
        content = {"measured_on": f"2026-05-0{day}", "mass_kg": mass_kg, "notes": notes}
        assert (await person.post("/users/me/body-measurements", json=content)).status_code == 201
    assert (await person.post("/routines", json=VALID["POST /api/v1/routines"])).status_code == 201
    goal = VALID["PUT /api/v1/statistics/goal"]
    assert (await person.put("/statistics/goal", json=goal)).status_code == 200
