"""Which backups are kept."""

from collections.abc import Callable, Hashable, Sequence

from exercise_buddy.backups.places import StoredBackup


def find_expired(backups: Sequence[StoredBackup], *, keep: int, daily: int = 0, weekly: int = 0) -> list[StoredBackup]:
    """Return the backups that no rule keeps, the oldest first.

    Args:
        backups: all backups of a place.
        keep: how many of the newest are kept.
        daily: for how many of the last days that have a backup the newest one of the day is kept, in UTC.
        weekly: the same for weeks, which begin on Monday.

    """
    newest_first = sorted(backups, reverse=True)
    kept = {
        *newest_first[:keep],
        *_newest_of_each(newest_first, daily, lambda backup: backup.created_at.date()),
        *_newest_of_each(newest_first, weekly, lambda backup: backup.created_at.isocalendar()[:2]),
    }
    return sorted(set(backups) - kept)


def _newest_of_each(
    newest_first: Sequence[StoredBackup], count: int, period: Callable[[StoredBackup], Hashable]
) -> list[StoredBackup]:
    newest: dict[Hashable, StoredBackup] = {}
    for backup in newest_first:
        newest.setdefault(period(backup), backup)
    return list(newest.values())[:count]
