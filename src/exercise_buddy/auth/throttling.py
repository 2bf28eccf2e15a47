"""The rate limits of auth, and the counting of failed passwords."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import Request

from exercise_buddy.auth.errors import InvalidCredentials, WrongPassword
from exercise_buddy.core.http.middleware import client_address
from exercise_buddy.core.ops.rate_limits import Charge, Limit, RateLimits, refuse_if_exhausted
from exercise_buddy.users import public as users

# Together they increase the wait: after five failures up to a quarter of an hour, after ten up to two hours, after
# twenty up to twelve hours. No lock is permanent, and a success resets all of them.
FAILED_LOGINS_OF_ACCOUNT = Limit("failed_logins_account", "5/15 minutes", is_strict=True)
FAILED_LOGINS_OF_ACCOUNT_LONG = Limit("failed_logins_account_long", "10/2 hours", is_strict=True)
FAILED_LOGINS_OF_ACCOUNT_DAY = Limit("failed_logins_account_day", "20/12 hours", is_strict=True)
FAILED_LOGINS_OF_ADDRESS = Limit("failed_logins_address", "50/15 minutes", is_strict=True)
REGISTRATIONS_OF_ADDRESS = Limit("registrations_address", "5/hour", is_strict=True)
REGISTRATIONS_OF_EMAIL = Limit("registrations_email", "5/hour", is_strict=True)
MAILS_OF_ADDRESS = Limit("mails_address", "5/hour", is_strict=True)
MAILS_OF_EMAIL = Limit("mails_email", "5/hour", is_strict=True)
# Of successes: each leaves a row in the list of sessions and in the security log, which are kept for 90 days.
SIGN_INS_OF_ACCOUNT = Limit("sign_ins_account", "100/hour", is_strict=True)
REFRESHES_OF_SESSION = Limit("refreshes_session", "60/5 minutes", is_strict=True)

_OF_ACCOUNT = (FAILED_LOGINS_OF_ACCOUNT, FAILED_LOGINS_OF_ACCOUNT_LONG, FAILED_LOGINS_OF_ACCOUNT_DAY)


@dataclass(frozen=True, slots=True)
class LimitKey:
    """Whose requests count together, and whether those of the address count too.

    They do not for a client that has proved something about the account: strangers may share its address.
    """

    text: str
    by_address: bool = True


def hash_key(identifier: str) -> str:
    """Return the key of an e-mail address or a user name. It is a hash: the store must not contain addresses."""
    return hashlib.sha256(users.identifier_key(identifier).encode("utf-8", "replace")).hexdigest()


async def charge_mails(request: Request, limits: RateLimits, *keys: LimitKey) -> None:
    """Charge a request that sends a mail.

    Raises:
        TooManyRequests: a limit is exhausted.

    """
    charged = [(MAILS_OF_EMAIL, hash_key(key.text)) for key in keys]
    if any(key.by_address for key in keys):
        charged.append((MAILS_OF_ADDRESS, client_address(request.scope)))
    await limits.require(request, *charged)


async def may_mail_registrant(limits: RateLimits, email: str) -> bool:
    """Charge the mail of a registration; return whether it may be sent.

    An exhausted limit does not refuse the registration: strangers who know an address could prevent its owner from
    registering. The mailbox has got enough of such mails.
    """
    charge = await limits.charge(REGISTRATIONS_OF_EMAIL, hash_key(email))
    return charge.accepted


@asynccontextmanager
async def count_failures(request: Request, limits: RateLimits, key: LimitKey) -> AsyncIterator[None]:
    """Run one check of a password and count it as failed if `InvalidCredentials` or `WrongPassword` leaves the context.

    A failure is charged to the key, which a success resets, and to the address, which nothing resets.

    Args:
        request: the request with the password.
        limits: the rate limits.
        key: whose failures count together.

    Raises:
        TooManyRequests: too many checks have failed.

    """
    account = hash_key(key.text)
    watched = [(limit, account) for limit in _OF_ACCOUNT]
    if key.by_address:
        watched.append((FAILED_LOGINS_OF_ADDRESS, client_address(request.scope)))
    async with limits.one_at_a_time(account):
        charges: list[Charge] = request.state.charges
        states = [await limits.peek(limit, key) for limit, key in watched]
        charges.extend(states)
        refuse_if_exhausted(states)
        try:
            yield
        except (InvalidCredentials, WrongPassword):
            # The headers of the response show the state after this failure.
            charges[:] = [charge for charge in charges if charge not in states]
            charges.extend([await limits.charge(limit, key) for limit, key in watched])
            raise
        for limit in _OF_ACCOUNT:
            await limits.reset(limit, account)
