"""The endpoint that deletes an account. It is not in `users`, because it needs a credential."""

from datetime import UTC, datetime

from fastapi import Response

from exercise_buddy.auth import errors
from exercise_buddy.auth.device import DeviceDep
from exercise_buddy.auth.events.log import log
from exercise_buddy.auth.mail.queue import MailKind, queue_mail
from exercise_buddy.auth.sessions.service import revoke_sessions
from exercise_buddy.auth.step_up import Action, StepUpDep, StepUpInput
from exercise_buddy.auth.token_response import SettingsDep, delete_refresh_cookie
from exercise_buddy.core.db.database import SessionDep
from exercise_buddy.core.http.conditional_requests import IfMatch
from exercise_buddy.core.http.routing import MAX_SMALL_BODY_BYTES, Router
from exercise_buddy.core.problems import PreconditionFailed, Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.users import public as users

router = Router(prefix="/users", tag="users", max_body_size=MAX_SMALL_BODY_BYTES)


@router.delete(
    "/me",
    status_code=204,
    responses=documented(
        Unauthenticated, errors.StepUpRequired, errors.WrongPassword, users.AccountGone, PreconditionFailed
    ),
)
async def delete_account(
    response: Response,
    user: CurrentUser,
    step_up: StepUpDep,
    session: SessionDep,
    settings: SettingsDep,
    device: DeviceDep,
    expected: IfMatch,
    body: StepUpInput | None = None,
) -> None:
    """Delete your account and all its data.

    All sessions are revoked at once. The deletion cannot be undone.
    """
    await step_up.require(Action.DELETE_ACCOUNT, body)
    account = await users.lock_account(session, user.user_id)
    if expected:
        expected.require(await users.profile.fetch(session, user_id=user.user_id))
    await revoke_sessions(session, user.user_id, datetime.now(UTC))
    await users.delete_account(session, user.user_id)
    queue_mail(session, MailKind.ACCOUNT_DELETED, account.email)
    log.info("account_deleted", user_id=str(user.user_id), address=device.address)
    delete_refresh_cookie(response, settings)
