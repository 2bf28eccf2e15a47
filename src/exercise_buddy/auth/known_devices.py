"""Known devices: the browsers and addresses from which somebody has signed in to an account before.

Failed logins and requested mails count for each known device, and for all strangers together (OWASP's device cookies).
So a stranger who exhausts a limit does not lock out the owner. A browser is recognized by a signed cookie; a client
without cookies by the address of an earlier sign-in.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import jwt
from fastapi import Depends, Request, Response
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth.cookies import read_cookie, set_cookie
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import AuthSession
from exercise_buddy.auth.throttling import LimitKey, hash_key
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.http.middleware import client_address, normalize_address
from exercise_buddy.users import public as users

COOKIE = "exercise_buddy_device"
LIFETIME = timedelta(days=365)
_AUDIENCE = "exercise-buddy-device"
_ALGORITHM = "HS256"
_MAX_LENGTH = 1024
# Several people may share a browser.
_MAX_ACCOUNTS = 5


@dataclass(frozen=True, slots=True)
class DeviceCookie:
    """A browser, and the ids of the accounts that have signed in with it, the latest last."""

    device_id: str
    accounts: tuple[str, ...]

    def __contains__(self, user_id: UUID) -> bool:
        return str(user_id) in self.accounts

    def add(self, user_id: UUID) -> "DeviceCookie":
        """Return the cookie with another account. The id stays: a new one would reset the failures of all accounts."""
        others = [account for account in self.accounts if account != str(user_id)]
        return DeviceCookie(self.device_id, (*others, str(user_id))[-_MAX_ACCOUNTS:])

    def serialize(self, settings: AuthSettings, now: datetime) -> str:
        """Return the value of the cookie, signed."""
        claims = {"aud": _AUDIENCE, "jti": self.device_id, "accounts": self.accounts, "exp": now + LIFETIME}
        return jwt.encode(claims, _derive_key(settings), algorithm=_ALGORITHM)

    @classmethod
    def parse(cls, settings: AuthSettings, text: str | None) -> "DeviceCookie | None":
        """Parse the value of a cookie. Return None if it is missing, expired or not signed by this service."""
        if not text or len(text) > _MAX_LENGTH:
            return None
        try:
            claims = jwt.decode(
                text,
                _derive_key(settings),
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                options={"require": ["aud", "jti", "exp"]},
            )
        except jwt.InvalidTokenError:
            return None
        return cls(claims["jti"], tuple(claims["accounts"]))


def _derive_key(settings: AuthSettings) -> bytes:
    return hashlib.sha256(b"device-cookie:" + settings.secret_key.get_secret_value().encode()).digest()


async def get_device_cookie(request: Request) -> DeviceCookie | None:
    """Return the device cookie of a request, or None."""
    return DeviceCookie.parse(request.state.settings, read_cookie(request, COOKIE))


DeviceCookieDep = Annotated[DeviceCookie | None, Depends(get_device_cookie)]


def set_device_cookie(
    response: Response, settings: AuthSettings, cookie: DeviceCookie | None, user_id: UUID, now: datetime
) -> None:
    """Set the device cookie that makes a browser known for an account. Call it after a successful sign-in."""
    known = (cookie or DeviceCookie(secrets.token_urlsafe(16), ())).add(user_id)
    set_cookie(response, settings, COOKIE, known.serialize(settings, now), LIFETIME.total_seconds())


async def get_limit_key(request: Request, database: Database, identifier: str, cookie: DeviceCookie | None) -> LimitKey:
    """Return whose attempts at an account count together: those of a known device, or those of all strangers.

    Args:
        request: its address may be known.
        database: where the account is looked up. No connection is held while attempts at one account wait.
        identifier: an e-mail address or user name. An unknown one causes the same two queries as a known one.
        cookie: the device cookie of the request.

    """
    address = client_address(request.scope)
    async with database.sessions() as reading:
        account = await users.find_account(reading, identifier)
        is_known_address = address in await _list_addresses(reading, account.id if account else UUID(int=0))
    request.state.aimed_at = account.id if account else hash_key(identifier)
    if account is None:
        return LimitKey(identifier)
    if cookie is not None and account.id in cookie:
        # Others with this address must not exhaust its limit for the owner.
        return LimitKey(f"device: {cookie.device_id} {account.id}", by_address=False)
    # The limit of the address stays: it bounds who tries one password with all accounts of an office.
    if is_known_address:
        return LimitKey(f"address: {address} {account.id}")
    # Where addresses are hidden, a common count would tell that an address and a public user name are of one account.
    # Otherwise they count by the e-mail address: failures at an unknown one must not vanish when somebody registers it.
    settings: AuthSettings = request.state.settings
    return LimitKey(account.email if settings.reveals_taken_email else identifier)


async def _list_addresses(session: AsyncSession, user_id: UUID) -> set[str]:
    """Return the addresses of the sign-ins of the last months: sessions are kept for 90 days after their end."""
    found = await session.exec(select(AuthSession.address).where(col(AuthSession.user_id) == user_id).distinct())
    return {normalize_address(address) for address in found if address}
