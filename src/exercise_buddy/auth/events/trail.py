"""The security trail of deleted accounts: what happened, without whom. Kept for 90 days.

An operator who knows the id of an account, from a log or a backup, can read its trail. Without the id, nobody can tell
whose it was.
"""

import hashlib
from ipaddress import ip_address, ip_network
from uuid import UUID

from sqlalchemy import String, case, cast, func, insert, literal, null, select
from sqlalchemy.dialects.postgresql import INET
from sqlmodel import col
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth.tables import DeletedAccountEvent, SecurityEvent
from exercise_buddy.core.db.tables import core_table, new_id

DELETED = "account_deleted"
"""The kind of the last event: no account is left whose log could have it."""
_IPV4, _IPV6 = 4, 6
_PREFIXES = {_IPV4: 24, _IPV6: 48}

_event = core_table(SecurityEvent)


def compute_pseudonym(user_id: UUID) -> bytes:
    """Return the pseudonym of a deleted account. The id has 74 random bits, so its hash cannot be searched for."""
    return hashlib.sha256(b"deleted-account:" + user_id.bytes).digest()


async def keep_trail(session: AsyncSession, user_id: UUID, address: str) -> None:
    """Copy the security events of an account that is about to be deleted, and add its deletion from an address."""
    pseudonym = compute_pseudonym(user_id)
    stored = cast(_event.c.address, INET)
    prefix = case((func.family(stored) == _IPV4, _PREFIXES[_IPV4]), else_=_PREFIXES[_IPV6])
    network = case(
        (
            func.pg_input_is_valid(_event.c.address, "inet"),
            func.host(func.network(func.set_masklen(stored, prefix))),
        ),
        else_=null(),
    )
    events = select(_event.c.id, literal(pseudonym), _event.c.kind, cast(network, String), _event.c.created_at).where(
        _event.c.user_id == user_id
    )
    columns = ["id", "pseudonym", "kind", "network", "created_at"]
    await session.exec(insert(DeletedAccountEvent).from_select(columns, events))
    deletion = {"id": new_id(), "pseudonym": pseudonym, "kind": DELETED, "network": _find_network(address)}
    await session.exec(insert(DeletedAccountEvent).values(**deletion, created_at=func.now()))


def _find_network(address: str) -> str | None:
    """Return the network of an address without its host. None if it is no IP address: the server has none."""
    try:
        parsed = ip_address(address)
        return str(ip_network((parsed, _PREFIXES[parsed.version]), strict=False).network_address)
    except ValueError:
        return None


async def list_trail(session: AsyncSession, user_id: UUID) -> list[DeletedAccountEvent]:
    """Return the events of a deleted account, the oldest first."""
    of_account = col(DeletedAccountEvent.pseudonym) == compute_pseudonym(user_id)
    statement = select_rows(DeletedAccountEvent).where(of_account).order_by(col(DeletedAccountEvent.created_at))
    return list(await session.exec(statement))
