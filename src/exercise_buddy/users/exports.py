"""The files of users in the export of all data."""

from uuid import UUID

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.exports import Chunks, ExportFile, csv_list, json_list
from exercise_buddy.users.measurements.queries import measurements
from exercise_buddy.users.queries import profile


async def _profile(database: Database, user_id: UUID) -> Chunks:
    yield await profile.fetch(database, user_id=user_id)


EXPORTS = (
    # The first file: a deleted account is detected before anything has been sent.
    ExportFile("profile.json", ["user_account"], _profile),
    json_list("body_measurements.json", measurements, holds=["body_measurement"]),
    csv_list("body_measurements.csv", measurements, holds=["body_measurement"]),
)
