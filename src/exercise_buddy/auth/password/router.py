"""The endpoints of passwords."""

from datetime import UTC, datetime

from fastapi import Request, Response

from exercise_buddy.auth import errors, throttling
from exercise_buddy.auth.device import DeviceDep
from exercise_buddy.auth.known_devices import DeviceCookieDep, get_limit_key, set_device_cookie
from exercise_buddy.auth.password import handlers
from exercise_buddy.auth.password.schemas import PasswordChange, PasswordReset, PasswordResetRequest
from exercise_buddy.auth.password_policy import PasswordPolicyDep
from exercise_buddy.auth.step_up import Action, StepUpDep
from exercise_buddy.auth.token_response import SettingsDep
from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.http.routing import MAX_SMALL_BODY_BYTES, Router
from exercise_buddy.core.ops.rate_limits import RateLimitsDep
from exercise_buddy.core.problems import Unauthenticated, documented
from exercise_buddy.core.restore_problem import RestoreRunning
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.users import public as users

router = Router(prefix="/auth", tag="auth", max_body_size=MAX_SMALL_BODY_BYTES)


@router.post("/password/forgot", status_code=202, response_class=Response)
async def request_password_reset(
    request: Request,
    body: PasswordResetRequest,
    database: DatabaseDep,
    session: SessionDep,
    limits: RateLimitsDep,
    device: DeviceDep,
    device_cookie: DeviceCookieDep,
) -> None:
    """Request a link to reset a password.

    The response is the same whether the address has an account or not.
    """
    key = await get_limit_key(request, database, body.email, device_cookie)
    await throttling.charge_mails(request, limits, key)
    await handlers.request_reset(session, body.email, device)


@router.post("/password/reset", status_code=204, responses=documented(errors.InvalidLink, RestoreRunning))
async def reset_password(
    response: Response,
    reset: PasswordReset,
    database: DatabaseDep,
    session: SessionDep,
    settings: SettingsDep,
    policy: PasswordPolicyDep,
    device: DeviceDep,
) -> None:
    """Reset a password with the token of a link.

    All sessions are revoked, and a mail tells you.
    """
    now = datetime.now(UTC)
    user_id = await handlers.reset_password(database, session, settings, policy, reset, device, now)
    # The reader of the owner's mail must be able to sign in while strangers exhaust the limit of the account. It is a
    # new device: somebody may have a copy of the former cookie, and exhaust its limit.
    set_device_cookie(response, settings, None, user_id, now)


@router.put(
    "/password",
    status_code=204,
    responses=documented(Unauthenticated, errors.StepUpRequired, errors.WrongPassword, users.AccountGone),
)
async def change_password(
    response: Response,
    user: CurrentUser,
    change: PasswordChange,
    step_up: StepUpDep,
    database: DatabaseDep,
    session: SessionDep,
    settings: SettingsDep,
    policy: PasswordPolicyDep,
    device: DeviceDep,
    device_cookie: DeviceCookieDep,
) -> None:
    """Change your password, or set the first one.

    Your other sessions are revoked unless you choose otherwise, and a mail tells you.
    """
    stored = await step_up.require(Action.CHANGE_PASSWORD, change)
    now = datetime.now(UTC)
    await handlers.change_password(database, session, settings, policy, user, change, stored, device, now)
    if device_cookie is not None:
        # Without the other accounts: a new device would reset their failures.
        set_device_cookie(response, settings, None, user.user_id, now)
