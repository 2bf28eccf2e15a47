"""The files of users that are restored from an export of all data. The address, the username and the id stay."""

from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.fingerprints import fingerprint
from exercise_buddy.core.restores import ExportedItem, Pages, Restoration, RestoredFile
from exercise_buddy.core.types import Timestamp, TimeZone, canonical_zone
from exercise_buddy.users.measurements.schemas import BodyMeasurementInput
from exercise_buddy.users.schemas import AvatarUrl, DisplayName, Locale
from exercise_buddy.users.tables import BodyMeasurement, UnitSystem, UserAccount, Weekday


class _Profile(ExportedItem):
    display_name: DisplayName | None
    avatar_url: AvatarUrl | None
    time_zone: TimeZone
    week_starts_on: Weekday
    unit_system: UnitSystem
    locale: Locale


class _Measurement(BodyMeasurementInput, ExportedItem):
    model_config = ExportedItem.model_config

    id: UUID
    import_id: UUID | None = None
    created_at: Timestamp
    updated_at: Timestamp


async def _restore_profile(restoration: Restoration, pages: Pages) -> None:
    async for (item,) in pages:
        profile = restoration.parse(_Profile, item)
        values = dict(profile) | {"canonical_time_zone": canonical_zone(profile.time_zone)}
        restored = update(UserAccount).where(col(UserAccount.id) == restoration.user_id)
        await restoration.session.exec(restored.values(**values))


async def _restore_measurements(restoration: Restoration, pages: Pages) -> None:
    async for items in pages:
        for item in items:
            measurement = restoration.parse(_Measurement, item)
            created = measurement.model_dump(mode="json", exclude={"id", "import_id", "created_at", "updated_at"})
            restoration.session.add(
                BodyMeasurement(user_id=restoration.user_id, fingerprint=fingerprint(created), **dict(measurement))
            )
        restoration.counts["body_measurements"] += len(items)
        await restoration.session.flush()
        restoration.session.expunge_all()


RESTORED_FILES = (RestoredFile("body_measurements.json", [core_table(BodyMeasurement)], _restore_measurements),)
RESTORED_PROFILE = RestoredFile("profile.json", (), _restore_profile, is_list=False)
"""The last file: it locks the account, and whoever signs in waits for that."""
