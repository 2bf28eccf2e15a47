"""The endpoints of passwords."""

from datetime import UTC, datetime

from fastapi import Request, Response

from exercise_buddy.auth import errors, throttling
from exercise_buddy.auth.device import DeviceDep
from exercise_buddy.auth.password import handlers
from exercise_buddy.auth.password.schemas import PasswordChange, PasswordReset, PasswordResetRequest
from exercise_buddy.auth.password_policy import PasswordPolicyDep
from exercise_buddy.auth.token_response import SettingsDep
from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.ops.rate_limits import RateLimitsDep
from exercise_buddy.core.problems import Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser

router = Router(prefix="/auth", tag="auth")


@router.post("/password/forgot", status_code=202, response_class=Response)
async def request_password_reset(
    request: Request, body: PasswordResetRequest, session: SessionDep, limits: RateLimitsDep, device: DeviceDep
) -> None:
    """Request a link to reset a password.

    The response is the same whether the address has an account or not.
    """
    await throttling.charge_mail(request, limits, body.email)
    await handlers.request_reset(session, body.email, device)


@router.post("/password/reset", status_code=204, responses=documented(errors.InvalidLink))
async def reset_password(
    reset: PasswordReset,
    database: DatabaseDep,
    session: SessionDep,
    settings: SettingsDep,
    policy: PasswordPolicyDep,
    device: DeviceDep,
) -> None:
    """Reset a password with the token of a link.

    All sessions are revoked.
    """
    await handlers.reset_password(database, session, settings, policy, reset, device, datetime.now(UTC))


@router.put(
    "/password",
    status_code=204,
    responses=documented(Unauthenticated, errors.WrongPassword, errors.ReauthenticationRequired),
)
async def change_password(
    request: Request,
    user: CurrentUser,
    change: PasswordChange,
    database: DatabaseDep,
    session: SessionDep,
    settings: SettingsDep,
    policy: PasswordPolicyDep,
    limits: RateLimitsDep,
    device: DeviceDep,
) -> None:
    """Change your password.

    Your other sessions are revoked, and a mail tells you. Users who only sign in with a provider set their first
    password within ten minutes of a sign-in.
    """
    async with throttling.count_failures(
        request, limits, throttling.signed_in_key(user.user_id), resets=change.current_password is not None
    ):
        now = datetime.now(UTC)
        await handlers.change_password(database, session, settings, policy, user, change, device, now)
