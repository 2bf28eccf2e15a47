from datetime import UTC, datetime, timedelta

import pytest

from exercise_buddy.backups.places import StoredBackup, build_name
from exercise_buddy.backups.retention import find_expired

# A Wednesday.
NOW = datetime(2026, 4, 29, 12, tzinfo=UTC)


def backup(hours_ago: float) -> StoredBackup:
    moment = NOW - timedelta(hours=hours_ago)
    return StoredBackup(moment, build_name(moment, is_encrypted=False), 1)


def kept(backups: list[StoredBackup], **rules: int) -> list[float]:
    """Return how many hours old the kept backups are."""
    expired = find_expired(backups, **{"keep": 1, **rules})
    assert expired == sorted(expired)
    return [(NOW - found.created_at).total_seconds() / 3600 for found in sorted(set(backups) - set(expired))[::-1]]


def test_the_newest_are_kept() -> None:
    backups = [backup(hours) for hours in (5, 1, 3, 2, 4)]
    assert kept(backups, keep=2) == [1, 2]
    assert kept(backups, keep=9) == [1, 2, 3, 4, 5]
    assert kept([], keep=1) == []


def test_the_newest_of_each_day_and_week_is_kept() -> None:
    # Every six hours for five weeks: 12:00, 06:00, 00:00, and 18:00 of the day before.
    backups = [backup(6 * number) for number in range(4 * 35)]
    assert kept(backups, keep=2, daily=3) == [0, 6, 18, 42]
    # The last backup of a week is that of Sunday, 18:00.
    assert kept(backups, weekly=3) == [0, 66, 66 + 168]
    assert kept(backups, daily=2, weekly=2) == [0, 18, 66]


def test_days_without_a_backup_do_not_count() -> None:
    backups = [backup(24 * number) for number in (0, 1, 40, 41, 300)]
    assert kept(backups, daily=4) == [0, 24, 24 * 40, 24 * 41]


@pytest.mark.parametrize(
    "name",
    [
        "exercise-buddy-20260101T000000Z.tar.gz",
        "exercise-buddy-20269901T000000Z.tar",
        "exercise-buddy.dump",
        ".draft-x",
        "EXERCISE-BUDDY-20260101T000000Z.tar",
    ],
)
def test_other_files_are_no_backups(name: str) -> None:
    assert StoredBackup.parse(name, 1) is None


@pytest.mark.parametrize("is_encrypted", [True, False])
def test_a_name_has_the_time(*, is_encrypted: bool) -> None:
    found = StoredBackup.parse(build_name(NOW, is_encrypted=is_encrypted), 5)
    assert found is not None
    assert (found.created_at, found.size) == (NOW, 5)
