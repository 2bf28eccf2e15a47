"""Accounts: how auth and operators look them up, create, change and delete them."""

import re
import secrets
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Update, delete, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.problems import NotFound
from exercise_buddy.core.types import canonical_zone
from exercise_buddy.users.errors import AccountGone, EmailTaken, UsernameTaken
from exercise_buddy.users.identifiers import MAX_USERNAME, email_key, username_key
from exercise_buddy.users.login_identifiers import (
    EMAIL,
    USERNAME,
    claim_identifier,
    find_user_id,
    list_taken,
    release_identifiers,
)
from exercise_buddy.users.tables import DEFAULT_LOCALE, UserAccount, UserRevision

# Ids that are read at a time.
_ACCOUNTS = 1000
_NOT_IN_A_USERNAME = re.compile(r"[^a-z0-9._-]+")
_EDGES = re.compile(r"^[^a-z0-9]+|[^a-z0-9]+$")


@dataclass(frozen=True, slots=True)
class Account:
    """An account, as other slices see it."""

    id: UUID
    email: str
    email_verified: bool
    username: str | None
    display_name: str | None
    disabled: bool
    created_at: datetime
    deletes_at: datetime | None


def _account(row: UserAccount) -> Account:
    verified = row.email_verified_at is not None
    disabled = row.disabled_at is not None
    return Account(
        row.id, row.email, verified, row.username, row.display_name, disabled, row.created_at, row.deletes_at
    )


async def create_user(
    session: AsyncSession,
    *,
    email: str,
    username: str | None,
    display_name: str | None,
    time_zone: str,
    locale: str | None = None,
    avatar_url: str | None = None,
    email_verified: bool = False,
    holds_username: bool = True,
    key: str | None = None,
) -> UUID:
    """Create an account and return its id.

    Args:
        session: the transaction.
        email: a valid address, unique by its key.
        username: a valid user name, unique by its key, or None.
        display_name: the displayed name, or None.
        time_zone: an IANA name.
        locale: a language tag, or None for the default.
        avatar_url: the address of a picture, or None.
        email_verified: whether a trusted provider has verified the address.
        holds_username: whether nobody else can get the user name from now on. Otherwise the account gets it when its
            address is verified, if it is still free.
        key: what finds the account instead of its address.

    Raises:
        EmailTaken, UsernameTaken: another account has it.

    """
    if username and not holds_username and await find_account(session, username) is not None:
        raise UsernameTaken
    user_id = new_id()
    found_by = key or email_key(email)
    held = username_key(username) if username and holds_username else None
    await _claim_email(session, user_id, found_by)
    if held is not None:
        await claim_username(session, user_id, held)
    account = UserAccount(
        id=user_id,
        email=email,
        email_key=found_by,
        email_verified_at=datetime.now(UTC) if email_verified else None,
        username=username,
        username_key=held,
        display_name=display_name,
        avatar_url=avatar_url,
        time_zone=time_zone,
        canonical_time_zone=canonical_zone(time_zone),
        locale=locale or DEFAULT_LOCALE,
    )
    session.add(account)
    await session.flush()
    session.add(UserRevision(user_id=user_id))
    await session.flush()
    return user_id


async def simulate_user_creation(
    session: AsyncSession,
    *,
    email: str,
    username: str | None,
    display_name: str | None,
    time_zone: str,
    locale: str | None,
) -> UUID:
    """Create an account that only its id finds; the caller reads it and rolls back.

    The response for a taken address is built from it, so that it does not differ from the one for a free address.

    Raises:
        UsernameTaken: another account has the user name.

    """
    return await create_user(
        session,
        email=email,
        username=username,
        display_name=display_name,
        time_zone=time_zone,
        locale=locale,
        holds_username=False,
        key=f"{secrets.token_hex(16)}@invalid",
    )


async def find_free_username(session: AsyncSession, wish: str) -> str | None:
    """Return a free user name derived from a provider's name, or None if no part of it can be used.

    Another registration may take it before this transaction commits; then `create_user` raises.
    """
    plain = unicodedata.normalize("NFKD", wish).encode("ascii", "ignore").decode().lower()
    stem = _EDGES.sub("", _NOT_IN_A_USERNAME.sub("-", plain))[: MAX_USERNAME - 6].rstrip("._-")
    if not stem:
        return None
    first = [stem] if len(stem) > 2 else []  # noqa: PLR2004  (user names have at least three characters)
    candidates = first + [f"{stem}-{secrets.randbelow(90_000) + 10_000}" for _ in range(8)]
    taken = await list_taken(session, USERNAME, candidates)
    return next((candidate for candidate in candidates if candidate not in taken), None)


async def find_account(session: AsyncSession, identifier: str) -> Account | None:
    """Return the account with this e-mail address or user name, in any spelling, or None."""
    if "@" in identifier:
        return await find_by_email(session, identifier)
    key = username_key(identifier)
    user_id = await find_user_id(session, USERNAME, key)
    return await _find(session, user_id, col(UserAccount.username_key) == key)


async def require_account(session: AsyncSession, identifier: str) -> Account:
    """Return the account with this e-mail address or user name, in any spelling.

    Raises:
        NotFound: the account does not exist; the detail names it.

    """
    account = await find_account(session, identifier)
    if account is None:
        raise NotFound(f"The account {identifier} does not exist.")
    return account


async def find_by_email(session: AsyncSession, email: str) -> Account | None:
    """Return the account with this e-mail address, or None."""
    key = email_key(email)
    user_id = await find_user_id(session, EMAIL, key)
    return await _find(session, user_id, col(UserAccount.email_key) == key)


async def _find(session: AsyncSession, user_id: UUID, *conditions: ColumnElement[bool]) -> Account | None:
    """Return an account. The conditions repeat its name, which may have changed since its user was looked up."""
    found = (await session.exec(select(UserAccount).where(col(UserAccount.id) == user_id, *conditions))).first()
    return None if found is None else _account(found)


async def get_account(session: AsyncSession, user_id: UUID) -> Account:
    """Return an account.

    Raises:
        AccountGone: the account no longer exists.

    """
    found = (await session.exec(select(UserAccount).where(col(UserAccount.id) == user_id))).first()
    if found is None:
        raise AccountGone
    return _account(found)


async def lock_account(session: AsyncSession, user_id: UUID) -> Account:
    """Return an account and lock its row until the transaction ends.

    Transactions lock in one order, so that they never deadlock: the user (`lock_user`), the account, its names in
    `login_identifier`. A transaction may hold a row that refers to the account, such as a session, when it inserts
    another one, such as an event: the lock lets that pass.

    Raises:
        AccountGone: the account no longer exists.

    """
    row = select(UserAccount).where(col(UserAccount.id) == user_id).with_for_update(key_share=True)
    found = (await session.exec(row.execution_options(populate_existing=True))).first()
    if found is None:
        raise AccountGone
    return _account(found)


async def list_accounts(session: AsyncSession) -> list[Account]:
    """Return all accounts, the oldest first."""
    return [_account(row) for row in (await session.exec(select(UserAccount).order_by(col(UserAccount.id)))).all()]


async def iterate_account_ids(database: Database) -> AsyncIterator[UUID]:
    """Yield the ids of all accounts. No transaction is open while the caller works on one."""
    ids = select(UserAccount.id).order_by(col(UserAccount.id)).limit(_ACCOUNTS)
    following = ids
    while True:
        async with database.transaction() as session:
            found = (await session.exec(following)).all()
        if not found:
            return
        for user_id in found:
            yield user_id
        following = ids.where(col(UserAccount.id) > found[-1])


async def is_active(session: AsyncSession, user_id: UUID) -> bool:
    """Return whether the account exists and is not disabled."""
    active = select(UserAccount.id).where(col(UserAccount.id) == user_id, col(UserAccount.disabled_at).is_(None))
    return (await session.exec(active)).first() is not None


async def verify_email(session: AsyncSession, user_id: UUID, email: str) -> bool:
    """Mark an address as verified if it is still that of the account, whose user is locked; return whether it is.

    The account gets the user name that it did not hold before, or none if another account has it by now.
    """
    verified = await session.exec(
        update(UserAccount)
        .where(col(UserAccount.id) == user_id, col(UserAccount.email_key) == email_key(email))
        .values(email_verified_at=func.coalesce(col(UserAccount.email_verified_at), func.now()))
    )
    if verified.rowcount == 0:
        return False
    await _claim_username(session, user_id)
    return True


async def _claim_username(session: AsyncSession, user_id: UUID) -> None:
    unclaimed = (col(UserAccount.id) == user_id, col(UserAccount.username_key).is_(None))
    found = (await session.exec(select(UserAccount.username).where(*unclaimed))).first()
    if found is None:
        return
    key = username_key(found)
    claimed = await claim_identifier(session, USERNAME, key, user_id)
    values = {"username_key": key} if claimed else {"username": None}
    await session.exec(update(UserAccount).where(*unclaimed).values(**values))


async def claim_username(session: AsyncSession, user_id: UUID, key: str) -> None:
    """Set the user name of a user.

    Raises:
        UsernameTaken: another account has it.

    """
    if not await claim_identifier(session, USERNAME, key, user_id):
        raise UsernameTaken


async def _claim_email(session: AsyncSession, user_id: UUID, key: str) -> None:
    if not await claim_identifier(session, EMAIL, key, user_id):
        raise EmailTaken


async def change_email(session: AsyncSession, user_id: UUID, email: str) -> None:
    """Set the e-mail address, which is verified, of an account whose user is locked (`lock_user`).

    Raises:
        AccountGone: the account no longer exists.
        EmailTaken: another account has it.

    """
    await lock_account(session, user_id)
    key = email_key(email)
    await _claim_email(session, user_id, key)
    row = await session.get_one(UserAccount, user_id)
    row.email, row.email_key, row.email_verified_at = email, key, datetime.now(UTC)
    await session.flush()
    await release_identifiers(session, user_id, EMAIL, except_key=key)
    await _claim_username(session, user_id)


async def set_disabled(session: AsyncSession, user_id: UUID, *, disabled: bool) -> None:
    """Disable or enable an account."""
    at = func.coalesce(col(UserAccount.disabled_at), func.now()) if disabled else None
    await session.exec(_unshown(user_id).values(disabled_at=at))


async def schedule_deletion(session: AsyncSession, user_id: UUID, deletes_at: datetime | None) -> None:
    """Set the time at which an account will be deleted, or cancel that."""
    await session.exec(_unshown(user_id).values(deletes_at=deletes_at))


def _unshown(user_id: UUID) -> Update:
    """Return an update of columns that the profile does not show: it stays the same version."""
    return update(UserAccount).where(col(UserAccount.id) == user_id).values(updated_at=col(UserAccount.updated_at))


async def list_due_deletions(session: AsyncSession, now: datetime, limit: int) -> list[UUID]:
    """Return the ids of accounts that must be deleted by now, those that have waited longest first."""
    due = select(UserAccount.id).where(col(UserAccount.deletes_at) <= now)
    return list(await session.exec(due.order_by(col(UserAccount.deletes_at)).limit(limit)))


async def delete_account(session: AsyncSession, user_id: UUID) -> None:
    """Delete an account and its data in all slices: its names, and the rest by cascading foreign keys.

    Raises:
        AccountGone: the account no longer exists.

    """
    deleted = await session.exec(delete(UserAccount).where(col(UserAccount.id) == user_id))
    if deleted.rowcount == 0:
        raise AccountGone
    # After the account, whose row a change of the user name writes last: no transaction claims a name any more.
    await release_identifiers(session, user_id)
