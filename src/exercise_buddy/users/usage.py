"""What is stored for a user, and the quotas that limit it. Triggers count it: see the migration of `count_stored`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import BigInteger, Integer, bindparam, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.json_queries import USER, JsonQuery, json_fields, json_object
from exercise_buddy.core.db.sql_files import load_sql
from exercise_buddy.core.db.statements import Statement
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.quotas import Quota, QuotaExceeded, Quotas
from exercise_buddy.users.errors import AccountGone
from exercise_buddy.users.handlers import bump_counted_revision
from exercise_buddy.users.tables import COUNTED, UserRevision

_recount_usage = load_sql(__package__, "recount_usage.sql")
_revision = core_table(UserRevision)
_GET_USAGE = Statement(select(*(_revision.c[quota] for quota in COUNTED)).where(_revision.c.user_id == USER))

usage = JsonQuery(
    select(
        json_object(
            select(
                *(
                    json_fields(
                        used=_revision.c[quota],
                        limit=bindparam(f"max_{quota}", type_=BigInteger if quota is Quota.STORED_BYTES else Integer),
                    ).label(quota)
                    for quota in COUNTED
                )
            ).where(_revision.c.user_id == USER)
        )
    ),
    missing=AccountGone,
)
"""The `Usage` of the user `user_id`, with the limits `max_…`."""


async def get_usage(session: AsyncSession, user_id: UUID) -> dict[Quota, int]:
    """Return what is stored for a user.

    Raises:
        AccountGone: the account no longer exists.

    """
    found = (await _GET_USAGE.run_in(session, user_id=user_id)).first()
    if found is None:
        raise AccountGone
    return dict(zip(COUNTED, found, strict=True))


async def get_free_space(session: AsyncSession, user_id: UUID) -> dict[Quota, int]:
    """Return what the user may still store. Negative in an account that is over a lowered quota.

    Raises:
        AccountGone: the account no longer exists.

    """
    quotas = Quotas.of(session)
    return {quota: getattr(quotas, quota) - used for quota, used in (await get_usage(session, user_id)).items()}


@asynccontextmanager
async def bounded_write(session: AsyncSession, user_id: UUID) -> AsyncIterator[int]:
    """Yield a new revision of the user's data, for a write that may store more; check the quotas when it is done.

    A write that stores no more than it replaces is always accepted, also in an account that is over a lowered quota.

    Raises:
        QuotaExceeded: the write has stored more than a quota allows.
        AccountGone: the account no longer exists.
        RestoreRunning: the account is being restored.

    """
    revision, *counted = await bump_counted_revision(session, user_id)
    yield revision
    # The statement does not flush what the write has added to the session.
    await session.flush()
    quotas = Quotas.of(session)
    used = await get_usage(session, user_id)
    for quota, before in zip(COUNTED, counted, strict=True):
        if used[quota] > before:
            quotas.require(quota, used[quota])


async def find_exceeded_quota(session: AsyncSession, user_id: UUID) -> QuotaExceeded:
    """Return the problem of a workout that was not written because it is beyond a quota.

    Raises:
        AccountGone: the account no longer exists.

    """
    quotas = Quotas.of(session)
    used = await get_usage(session, user_id)
    full = used[Quota.WORKOUTS] >= quotas.workouts
    return quotas.build_problem(Quota.WORKOUTS if full else Quota.STORED_BYTES)


async def recount_usage(session: AsyncSession, user_id: UUID) -> bool:
    """Count again what is stored for a user, under the user's lock; return whether the stored counters differed."""
    rows = await _recount_usage.run_in(session, user_id=user_id)
    return rows.first() is not None
