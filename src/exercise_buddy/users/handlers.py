"""The use cases of users."""

from collections.abc import Collection, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, update
from sqlalchemy import select as sa_select
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database, driver_connection
from exercise_buddy.core.db.statements import Statement
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.exports import Chunks, ExportFile, stream_zip
from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.core.ops.rate_limits import Limit
from exercise_buddy.core.types import canonical_zone
from exercise_buddy.users import queries
from exercise_buddy.users.accounts import claim_username, lock_account
from exercise_buddy.users.errors import AccountGone, ResourceDeleted
from exercise_buddy.users.identifiers import username_key
from exercise_buddy.users.login_identifiers import USERNAME, release_identifiers
from exercise_buddy.users.restore_locks import require_unrestored
from exercise_buddy.users.schemas import ProfileChange
from exercise_buddy.users.tables import COUNTED, ResourceRevision, UserAccount, UserRevision

EXPORTS_OF_USER = Limit("exports_user", "5/hour")

_revision = core_table(UserRevision)
_account = core_table(UserAccount)
_GET_TIME_ZONE = Statement(sa_select(_account.c.time_zone).where(_account.c.id == bindparam("user_id", type_=Uuid)))


BUMP_REVISION = Statement(
    update(_revision)
    # A parameter with the name of a column would be written into that column.
    .where(_revision.c.user_id == bindparam("owner_id", type_=Uuid), _revision.c.restore_id.is_(None))
    .values(revision=_revision.c.revision + 1)
    .returning(_revision.c.revision, *(_revision.c[name] for name in COUNTED))
)
"""Increments the revision of `owner_id`: one row with it and with what is stored.

A deleted account has no row, and neither has one that is being restored: see `restore_locks`.
"""


async def change_profile(session: AsyncSession, user_id: UUID, change: ProfileChange, expected: Precondition) -> bytes:
    """Update fields of a profile and return the `Profile` document.

    Args:
        session: the transaction.
        user_id: the owner of the profile.
        change: the fields to update.
        expected: the version that the client expects.

    Raises:
        AccountGone: the account no longer exists.
        PreconditionFailed: the stored version differs.
        UsernameTaken: another account has the user name.

    """
    await bump_revision(session, user_id)
    if expected:
        expected.require(await queries.profile.fetch(session, user_id=user_id))
    values: dict[str, Any] = {name: getattr(change, name) for name in change.model_fields_set}
    # Before its name: the verification of an address claims a user name under this lock.
    await lock_account(session, user_id)
    if "username" in values:
        values["username_key"] = username_key(values["username"]) if values["username"] else None
        if values["username_key"] is not None:
            await claim_username(session, user_id, values["username_key"])
    if "time_zone" in values:
        values["canonical_time_zone"] = canonical_zone(values["time_zone"])
    account = await session.get_one(UserAccount, user_id)
    for name, value in values.items():
        setattr(account, name, value)
    await session.flush()
    if "username" in values:
        await release_identifiers(session, user_id, USERNAME, except_key=values["username_key"])
    return await queries.profile.fetch(session, user_id=user_id)


async def export_everything(database: Database, user_id: UUID, files: Sequence[ExportFile], now: datetime) -> Chunks:
    """Return a ZIP with all data of a user, in chunks that are built while they are read.

    The first chunk is built before this returns, so that a failure until then becomes an ordinary error response.

    Args:
        database: the database to read from.
        user_id: the owner of the data.
        files: the export files of all slices.
        now: the current time, aware.

    Raises:
        AccountGone: the account no longer exists.

    """
    chunks = stream_zip(files, database, user_id, now)
    first = await anext(chunks)

    async def whole() -> Chunks:
        async with aclosing(chunks):
            yield first
            async for chunk in chunks:
                yield chunk

    return whole()


def get_restore_number(revision: int) -> int:
    """Return the number of the restore after which a user's data have this revision; 0 if no backup was restored.

    A restore continues all revisions at a number that was never used (`backups/begin_timeline.psql`): otherwise changes
    would get the revisions of changes that it has undone, and a device that knows those would miss them.
    """
    return revision >> 24


async def bump_revision(session: AsyncSession, user_id: UUID) -> int:
    """Increment the revision of a user's data and return it. The row stays locked until the transaction ends.

    Raises:
        AccountGone: the account no longer exists.
        RestoreRunning: the account is being restored.

    """
    revision, *_ = await bump_counted_revision(session, user_id)
    return revision


async def bump_counted_revision(session: AsyncSession, user_id: UUID) -> Sequence[int]:
    """Increment the revision of a user's data; return it, and what is stored in the order of `COUNTED`.

    Raises:
        AccountGone: the account no longer exists.
        RestoreRunning: the account is being restored.

    """
    while (found := (await BUMP_REVISION.run_in(session, owner_id=user_id)).first()) is None:
        await require_unrestored(session, user_id)
    return tuple(found)


async def lock_user(session: AsyncSession, user_id: UUID) -> str:
    """Block other writes of this user's data until the transaction ends; return the user's time zone.

    Raises:
        AccountGone: the account no longer exists.
        RestoreRunning: the account is being restored. Nothing waits for it.

    """
    row = (col(UserRevision.user_id) == user_id, col(UserRevision.restore_id).is_(None))
    while (await session.exec(select(UserRevision.revision).where(*row).with_for_update())).first() is None:
        await require_unrestored(session, user_id)
    return await get_time_zone(session, user_id)


async def mark_replaced(session: AsyncSession, user_id: UUID, exercise_id: UUID, replacement: UUID) -> None:
    """Store which exercise replaces a deleted one, for devices that still refer to it."""
    tombstone = (col(ResourceRevision.user_id) == user_id, col(ResourceRevision.id) == exercise_id)
    replaced = update(ResourceRevision).where(*tombstone, col(ResourceRevision.type) == "exercise")
    await session.exec(replaced.values(replaced_by=replacement))


async def find_replacements(session: AsyncSession, user_id: UUID, exercise_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return which exercises replace deleted ones, by the ids of the deleted ones."""
    replaced = select(ResourceRevision.id, ResourceRevision.replaced_by).where(
        col(ResourceRevision.user_id) == user_id,
        col(ResourceRevision.type) == "exercise",
        col(ResourceRevision.id).in_(exercise_ids),
    )
    return {deleted: other for deleted, other in await session.exec(replaced) if other is not None}


async def find_user_to_render(session: AsyncSession, first_id: UUID, version: int) -> UUID | None:
    """Return the id of the next user, from an id on, whose workouts may lack documents of a version; None if none may.

    Nothing is locked: in a sharded database, the user may be on any server.
    """
    lacking = (col(UserRevision.user_id) >= first_id, col(UserRevision.rendered_version).is_distinct_from(version))
    following = select(UserRevision.user_id).where(*lacking).order_by(col(UserRevision.user_id)).limit(1)
    return (await session.exec(following)).first()


async def mark_rendered(session: AsyncSession, user_id: UUID, version: int) -> None:
    """Store that all workouts of a user have documents of a version."""
    rendered = update(UserRevision).where(col(UserRevision.user_id) == user_id)
    await session.exec(rendered.values(rendered_version=version))


async def get_revision(session: AsyncSession, user_id: UUID) -> int:
    """Return the number of the last write of this user's data.

    Raises:
        AccountGone: the account no longer exists.

    """
    found = (await session.exec(select(UserRevision.revision).where(col(UserRevision.user_id) == user_id))).first()
    if found is None:
        raise AccountGone
    return found


async def get_time_zone(session: AsyncSession, user_id: UUID) -> str:
    """Return the user's time zone, an IANA name.

    Raises:
        AccountGone: the account no longer exists.

    """
    connection = await driver_connection(session)
    found: str | None = await connection.fetchval(_GET_TIME_ZONE.sql, *_GET_TIME_ZONE.arguments({"user_id": user_id}))
    if found is None:
        raise AccountGone
    return found


async def require_not_deleted(session: AsyncSession, user_id: UUID, type_: str, chosen_id: UUID | None) -> None:
    """Check that the id that a client chose for something new is not that of a deleted resource.

    Args:
        session: the transaction.
        user_id: the owner.
        type_: the type of the resource, as in `ResourceRevision`.
        chosen_id: the id. None: the server chooses one.

    Raises:
        ResourceDeleted: it is.

    """
    if chosen_id is None:
        return
    deleted = select(ResourceRevision.id).where(
        col(ResourceRevision.user_id) == user_id,
        col(ResourceRevision.type) == type_,
        col(ResourceRevision.id) == chosen_id,
        col(ResourceRevision.deleted_at).is_not(None),
    )
    if (await session.exec(deleted)).first() is not None:
        raise ResourceDeleted
