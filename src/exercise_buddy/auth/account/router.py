"""The endpoint that deletes an account. It is not in `users`, because it needs a credential."""

from datetime import UTC, datetime

from fastapi import Request, Response

from exercise_buddy.auth import errors, throttling
from exercise_buddy.auth.device import DeviceDep
from exercise_buddy.auth.events.log import Event, log
from exercise_buddy.auth.mail.queue import MailKind, queue_mail
from exercise_buddy.auth.password.schemas import CurrentPassword
from exercise_buddy.auth.reauthentication import require_reauthentication
from exercise_buddy.auth.sessions.service import revoke_sessions
from exercise_buddy.auth.token_response import SettingsDep, delete_refresh_cookie
from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.http.conditional_requests import IfMatch
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.ops.rate_limits import RateLimitsDep
from exercise_buddy.core.problems import PreconditionFailed, Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.core.types import Input, example
from exercise_buddy.users import public as users

router = Router(prefix="/users", tag="users")


class AccountDeletion(Input):
    """The reauthentication. The password is optional within ten minutes of a sign-in."""

    model_config = example({"password": "correct horse battery staple"})

    password: CurrentPassword | None = None


@router.delete(
    "/me",
    status_code=204,
    responses=documented(
        Unauthenticated, errors.WrongPassword, errors.ReauthenticationRequired, users.AccountGone, PreconditionFailed
    ),
)
async def delete_account(
    request: Request,
    response: Response,
    user: CurrentUser,
    database: DatabaseDep,
    session: SessionDep,
    settings: SettingsDep,
    limits: RateLimitsDep,
    device: DeviceDep,
    expected: IfMatch,
    body: AccountDeletion | None = None,
) -> None:
    """Delete your account and all its data.

    All sessions are revoked at once. The deletion cannot be undone.
    """
    password = body.password if body else None
    async with throttling.count_failures(
        request, limits, throttling.signed_in_key(user.user_id), resets=password is not None
    ):
        await require_reauthentication(
            database,
            session,
            settings,
            user,
            password,
            device,
            datetime.now(UTC),
            failure=Event.ACCOUNT_DELETION_FAILED,
        )
    account = await users.lock_account(session, user.user_id)
    if expected:
        expected.require(await users.profile.fetch(session, user_id=user.user_id))
    await revoke_sessions(session, user.user_id, datetime.now(UTC))
    await users.delete_account(session, user.user_id)
    queue_mail(session, MailKind.ACCOUNT_DELETED, account.email)
    log.info("account_deleted", user_id=str(user.user_id), address=device.address)
    delete_refresh_cookie(response, settings)
