"""The endpoint that deletes an account. It is not in `users`, because it needs a credential."""

from datetime import UTC, datetime

from fastapi import Response
from pydantic import Field

from exercise_buddy.auth import errors
from exercise_buddy.auth.account import handlers
from exercise_buddy.auth.device import DeviceDep
from exercise_buddy.auth.step_up import Action, StepUpDep, StepUpInput, lock_account
from exercise_buddy.auth.token_response import SettingsDep, delete_refresh_cookie
from exercise_buddy.core.db.database import SessionDep
from exercise_buddy.core.http.conditional_requests import IfMatch
from exercise_buddy.core.http.routing import MAX_SMALL_BODY_BYTES, Router
from exercise_buddy.core.problems import PreconditionFailed, Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.core.types import Output, example
from exercise_buddy.users import public as users

router = Router(prefix="/users", tag="users", max_body_size=MAX_SMALL_BODY_BYTES)


class AccountDeletion(Output):
    """The time at which the account is deleted, unless its user signs in before."""

    model_config = example({"deletes_at": "2026-03-09T18:00:00.000000Z"})

    deletes_at: datetime = Field(description="When the account and its data are deleted.")


@router.delete(
    "/me",
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
) -> AccountDeletion:
    """Delete your account and all its data.

    All sessions are revoked at once. The account and its data are deleted after a grace period (7 days by default); a
    sign-in until then cancels that.
    """
    await step_up.require(Action.DELETE_ACCOUNT, body)
    # Without a grace period, this deletes what a write of the user's data locks before it refers to the account.
    await users.lock_user(session, user.user_id)
    account = await lock_account(session, user)
    if expected:
        expected.require(await users.profile.fetch(session, user_id=user.user_id))
    deletes_at = await handlers.request_deletion(
        session,
        account,
        settings.account_deletion_grace_days,
        device,
        datetime.now(UTC),
        session_id=user.session_id,
    )
    delete_refresh_cookie(response, settings)
    return AccountDeletion(deletes_at=deletes_at)
