"""The names that are unique among all users, each with its user: e-mail addresses, user names, identities at providers.

All other rows of a user are found by the user's id, so they can be on another server than those of the next user
(docs/operating/scale.md). A unique constraint compares the rows of one server, so what must be unique among all users
has a small table of its own. The account, or the identity, has the same name; the row here only finds it.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.users.tables import LoginIdentifier, UserAccount

EMAIL = "email"
USERNAME = "username"

NOBODY = UUID(int=0)
"""The id of no user: a name that nobody has causes the same statements as one that somebody has."""


async def find_user_id(session: AsyncSession, kind: str, key: str) -> UUID:
    """Return the id of the user who has a name, or `NOBODY`.

    Args:
        session: the transaction.
        kind: `EMAIL`, `USERNAME`, or the name of a provider.
        key: what the name is compared by.

    """
    found = select(LoginIdentifier.user_id).where(col(LoginIdentifier.kind) == kind, col(LoginIdentifier.key) == key)
    return (await session.exec(found)).first() or NOBODY


async def list_taken(session: AsyncSession, kind: str, keys: Collection[str]) -> set[str]:
    """Return those of some names that somebody has."""
    found = select(LoginIdentifier.key).where(col(LoginIdentifier.kind) == kind, col(LoginIdentifier.key).in_(keys))
    return set(await session.exec(found))


async def claim_identifier(session: AsyncSession, kind: str, key: str, user_id: UUID) -> bool:
    """Claim a name for a user; return whether it succeeded. Waits for other transactions that claim the name.

    Claim a name before it is stored elsewhere, and release the former one after that.
    """
    statement = insert(LoginIdentifier).values(kind=kind, key=key, user_id=user_id)
    own = statement.on_conflict_do_update(
        index_elements=["kind", "key"],
        set_={"user_id": statement.excluded.user_id},
        where=col(LoginIdentifier.user_id) == statement.excluded.user_id,
    )
    if (await session.exec(own.returning(col(LoginIdentifier.user_id)))).first() is not None:
        return True
    # An account that an operator deletes with SQL leaves its names: no foreign key reaches them.
    holder = await find_user_id(session, kind, key)
    if (await session.exec(select(UserAccount.id).where(col(UserAccount.id) == holder))).first() is not None:
        return False
    left = (col(LoginIdentifier.kind) == kind, col(LoginIdentifier.key) == key, col(LoginIdentifier.user_id) == holder)
    return (await session.exec(update(LoginIdentifier).where(*left).values(user_id=user_id))).rowcount == 1


async def release_identifiers(session: AsyncSession, user_id: UUID, *kinds: str, except_key: str | None = None) -> None:
    """Release the names of a user: of some kinds, or all without any."""
    released = delete(LoginIdentifier).where(col(LoginIdentifier.user_id) == user_id)
    if kinds:
        released = released.where(col(LoginIdentifier.kind).in_(kinds))
    if except_key is not None:
        released = released.where(col(LoginIdentifier.key) != except_key)
    await session.exec(released)
