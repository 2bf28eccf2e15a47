"""The limits of auth, by name, and how failures are counted."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from fastapi import Request

from exercise_buddy.auth.errors import InvalidCredentials, WrongPassword
from exercise_buddy.core.http.middleware import client_address
from exercise_buddy.core.ops.rate_limits import Charge, Limit, RateLimits, refuse_if_exhausted

# Together they make the waits grow: after five failures up to a quarter of an hour, after ten up to two hours, after
# twenty up to twelve. None is for ever, and a success ends them all.
FAILED_LOGINS_OF_ACCOUNT = Limit("failed_logins_account", "5/15 minutes")
FAILED_LOGINS_OF_ACCOUNT_LONG = Limit("failed_logins_account_long", "10/2 hours")
FAILED_LOGINS_OF_ACCOUNT_DAY = Limit("failed_logins_account_day", "20/12 hours")
FAILED_LOGINS_OF_ADDRESS = Limit("failed_logins_address", "50/15 minutes")
REGISTRATIONS_OF_ADDRESS = Limit("registrations_address", "5/hour")
REGISTRATIONS_OF_EMAIL = Limit("registrations_email", "5/hour")
MAILS_OF_ADDRESS = Limit("mails_address", "5/hour")
MAILS_OF_EMAIL = Limit("mails_email", "5/hour")
REFRESHES_OF_SESSION = Limit("refreshes_session", "60/5 minutes")

_OF_ACCOUNT = (FAILED_LOGINS_OF_ACCOUNT, FAILED_LOGINS_OF_ACCOUNT_LONG, FAILED_LOGINS_OF_ACCOUNT_DAY)


def key_of(identifier: str) -> str:
    """Give the key under which an e-mail address or user name is counted: no address is handed to the store."""
    return hashlib.sha256(identifier.strip().lower().encode("utf-8", "replace")).hexdigest()


def of_signed_in(user_id: UUID) -> str:
    """Give what the wrong passwords of somebody who is signed in are counted under.

    Not under the account: a stranger who fails to sign in must not keep its owner from changing the password, and
    whoever has got hold of a session must not keep the owner from signing in.
    """
    return f"signed in: {user_id}"


async def charge_mail(request: Request, limits: RateLimits, email: str) -> None:
    """Charge a request that makes a mail go to an address.

    Raises:
        TooManyRequests: too many were asked for.

    """
    await limits.require(request, (MAILS_OF_ADDRESS, client_address(request.scope)), (MAILS_OF_EMAIL, key_of(email)))


@asynccontextmanager
async def count_failures(
    request: Request, limits: RateLimits, identifier: str, *, clears: bool = True
) -> AsyncIterator[None]:
    """Let one attempt at a password run. `InvalidCredentials` or `WrongPassword` that leaves the context is a failure.

    Failures count against the account, which a success clears, and against the address, which nothing does.

    Args:
        request: the attempt.
        limits: where it is counted.
        identifier: of the account.
        clears: whether there was a password at all. What a fresh sign-in has opened is no proof of knowing it.

    Raises:
        TooManyRequests: too many have failed.

    """
    account = key_of(identifier)
    watched = (*((limit, account) for limit in _OF_ACCOUNT), (FAILED_LOGINS_OF_ADDRESS, client_address(request.scope)))
    async with limits.one_at_a_time(account):
        charges: list[Charge] = request.state.charges
        looks = [look for limit, key in watched if (look := await limits.peek(limit, key)) is not None]
        charges.extend(looks)
        refuse_if_exhausted(looks)
        try:
            yield
        except (InvalidCredentials, WrongPassword):
            # What the answer says is left is what is left after this failure.
            charges[:] = [charge for charge in charges if charge not in looks]
            charges.extend(
                [charge for limit, key in watched if (charge := await limits.charge(limit, key)) is not None]
            )
            raise
        for limit in _OF_ACCOUNT if clears else ():
            await limits.reset(limit, account)
