"""The queries of users, and the rows that other slices read."""

from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Subquery, Uuid, bindparam, cast, func, literal, select
from sqlalchemy.types import Date

from exercise_buddy.core.db.json_queries import JsonQuery, json_object
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.users.errors import AccountGone
from exercise_buddy.users.tables import UserAccount, UserRevision, Weekday

account = core_table(UserAccount)
_revision = core_table(UserRevision)

profile = JsonQuery(
    select(
        json_object(
            select(
                account.c.id,
                account.c.email,
                account.c.email_verified_at.is_not(None).label("email_verified"),
                account.c.username,
                account.c.display_name,
                account.c.avatar_url,
                account.c.time_zone,
                account.c.week_starts_on,
                account.c.unit_system,
                account.c.locale,
                account.c.created_at,
                account.c.updated_at,
            ).where(account.c.id == bindparam("user_id", type_=Uuid))
        )
    ),
    missing=AccountGone,
)
"""The `Profile` of the user `user_id`."""


def calendars() -> Subquery:
    """Publish each user's calendar: `user_id`, `time_zone` (IANA), `week_starts_on`, `week_start`, `today` (a date).

    `week_start` is the number of that day (ISO, Monday is 1). `today` is the local day of the bound value `now`, a
    point in time.
    """
    days = list(Weekday)
    now = bindparam("now", type_=DateTime(timezone=True))
    week_start = func.array_position(
        func.string_to_array(literal(",".join(days)), literal(",")), account.c.week_starts_on
    )
    return select(
        account.c.id.label("user_id"),
        account.c.time_zone.label("time_zone"),
        account.c.week_starts_on.label("week_starts_on"),
        week_start.label("week_start"),
        cast(func.timezone(account.c.canonical_time_zone, now), Date).label("today"),
    ).subquery("calendar")


def versions() -> Subquery:
    """Publish what everything that is derived of a user's data changes with: `user_id`, `revision`, `today` (a date).

    `today` is the local day of the bound value `now`, a point in time.
    """
    calendar = calendars()
    return (
        select(
            calendar.c.user_id.label("user_id"), _revision.c.revision.label("revision"), calendar.c.today.label("today")
        )
        .select_from(calendar.join(_revision, _revision.c.user_id == calendar.c.user_id))
        .subquery("version")
    )


def revision_of(user_id: ColumnElement[UUID]) -> ColumnElement[int]:
    """Publish the number of the last write of a user's data. Null if there is no such user."""
    found = select(_revision.c.revision).where(_revision.c.user_id == user_id)
    return found.correlate_except(_revision).scalar_subquery()
