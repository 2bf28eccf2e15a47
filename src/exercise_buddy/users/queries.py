"""The queries of users, and the rows that other slices read."""

from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, bindparam, select

from exercise_buddy.core.db.json_queries import JsonQuery, json_object
from exercise_buddy.core.db.statements import Statement
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.users.errors import AccountGone
from exercise_buddy.users.tables import UserAccount, UserRevision

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

REVISION = Statement(select(_revision.c.revision).where(_revision.c.user_id == bindparam("user_id", type_=Uuid)))
"""The number of the last write of `user_id`, by key. No row if there is no such user."""


def select_revision(user_id: ColumnElement[UUID]) -> ColumnElement[int]:
    """Publish the number of the last write of a user's data. Null if there is no such user."""
    found = select(_revision.c.revision).where(_revision.c.user_id == user_id)
    return found.correlate_except(_revision).scalar_subquery()


def select_stored_bytes(user_id: ColumnElement[UUID]) -> ColumnElement[int]:
    """Publish the bytes that are stored for a user. Null if there is no such user."""
    found = select(_revision.c.stored_bytes).where(_revision.c.user_id == user_id)
    return found.correlate_except(_revision).scalar_subquery()
