"""The endpoints of the e-mail address."""

from datetime import UTC, datetime

from fastapi import Request, Response

from exercise_buddy.auth import errors, throttling
from exercise_buddy.auth.device import DeviceDep
from exercise_buddy.auth.email import handlers
from exercise_buddy.auth.email.schemas import EmailChange, EmailVerification
from exercise_buddy.auth.step_up import Action, StepUpDep
from exercise_buddy.auth.throttling import LimitKey
from exercise_buddy.auth.token_response import SettingsDep
from exercise_buddy.core.db.database import SessionDep
from exercise_buddy.core.http.routing import MAX_SMALL_BODY_BYTES, Router
from exercise_buddy.core.ops.rate_limits import RateLimitsDep
from exercise_buddy.core.problems import Unauthenticated, documented
from exercise_buddy.core.restore_problem import RestoreRunning
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.users import public as users

router = Router(prefix="/auth", tag="auth", max_body_size=MAX_SMALL_BODY_BYTES)


@router.post(
    "/email/verification",
    status_code=202,
    response_class=Response,
    responses=documented(Unauthenticated, users.AccountGone),
)
async def request_email_verification(
    request: Request, user: CurrentUser, session: SessionDep, limits: RateLimitsDep
) -> None:
    """Request another link to verify your address.

    Older links are revoked.
    """
    account = await users.get_account(session, user.user_id)
    await throttling.charge_mails(request, limits, LimitKey(f"verification: {user.user_id}", by_address=False))
    await handlers.request_verification(session, account)


@router.post(
    "/email/verify", status_code=204, responses=documented(errors.InvalidLink, users.EmailTaken, RestoreRunning)
)
async def verify_email(body: EmailVerification, session: SessionDep, device: DeviceDep) -> None:
    """Verify an e-mail address with the token of a link.

    The link in the mail to a new address changes the address of the account.
    """
    await handlers.verify_email(session, body.token, device, datetime.now(UTC))


@router.put(
    "/email",
    status_code=202,
    response_class=Response,
    responses=documented(
        Unauthenticated,
        errors.StepUpRequired,
        errors.WrongPassword,
        users.AccountGone,
        errors.LastSignInMethod,
        users.EmailTaken,
    ),
)
async def change_email(
    request: Request,
    user: CurrentUser,
    change: EmailChange,
    step_up: StepUpDep,
    session: SessionDep,
    settings: SettingsDep,
    limits: RateLimitsDep,
    device: DeviceDep,
) -> None:
    """Request to change your e-mail address.

    The address changes when you open the link in the mail to the new one, unless the session of this request has ended
    by then. A mail tells the former address, and your other sessions are revoked unless you choose otherwise.
    """
    await step_up.require(Action.CHANGE_EMAIL, change)
    of_user = LimitKey(f"change: {user.user_id}", by_address=False)
    # Many accounts together must not fill the mailbox of somebody else.
    to_address = LimitKey(f"change to: {change.email}", by_address=False)
    await throttling.charge_mails(request, limits, of_user, to_address)
    await handlers.request_change(session, settings, user, change, device)
