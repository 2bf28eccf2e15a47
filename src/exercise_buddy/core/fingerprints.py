"""Fingerprints that tell a repeated create from another create with the same id."""

import hashlib
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.tables import TableModel, core_table
from exercise_buddy.core.problems import Problem


def fingerprint(content: Any) -> bytes:  # noqa: ANN401  (any JSON value)
    """Return a hash (16 bytes) of the content of a create.

    It is stored with the resource: the resource may change later, and a retry of the create is still recognised.
    """
    return hashlib.blake2b(orjson.dumps(content, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()


async def is_repeated_create(
    session: AsyncSession,
    model: type[TableModel],
    user_id: UUID,
    item_id: UUID,
    content: bytes,
    conflict: type[Problem],
) -> bool:
    """Return whether a create repeats an earlier one: an item with its id was created with the same content.

    Args:
        session: the transaction, which holds the user's lock.
        model: a table with the key `user_id`, `id` and a column `fingerprint`.
        user_id: the owner.
        item_id: the id that the client chose.
        content: the fingerprint of the create.
        conflict: the problem to raise if the item was created with other content.

    """
    columns = core_table(model).c
    stored = select(columns.fingerprint).where(columns.user_id == user_id, columns.id == item_id)
    found = (await (await session.connection()).execute(stored)).first()
    if found is not None and found.fingerprint != content:
        raise conflict
    return found is not None
