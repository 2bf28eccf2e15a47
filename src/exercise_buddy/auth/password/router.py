"""The endpoints of passwords."""

from datetime import UTC, datetime

from fastapi import Request, Response

from exercise_buddy.auth import errors, throttling
from exercise_buddy.auth.device import DeviceDep
from exercise_buddy.auth.password import handlers
from exercise_buddy.auth.password.schemas import ForgottenPassword, PasswordChange, PasswordReset
from exercise_buddy.auth.token_response import SettingsDep
from exercise_buddy.core.db.database import SessionDep
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.ops.rate_limits import RateLimitsDep
from exercise_buddy.core.problems import Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser

router = Router(prefix="/auth", tag="auth", no_store=True)


@router.post("/password/forgot", status_code=202, response_class=Response)
async def ask_for_password_reset(
    request: Request, given: ForgottenPassword, session: SessionDep, limits: RateLimitsDep, device: DeviceDep
) -> None:
    """Ask for a link to choose a new password. The answer is the same whether the address has an account or not."""
    await throttling.charge_mail(request, limits, given.email)
    await handlers.ask_for_reset(session, given.email, device)


@router.post("/password/reset", status_code=204, responses=documented(errors.InvalidLink))
async def reset_password(given: PasswordReset, session: SessionDep, settings: SettingsDep, device: DeviceDep) -> None:
    """Choose a new password by the token of the link. Signs every device out."""
    await handlers.reset_password(session, settings, given, device, datetime.now(UTC))


@router.put(
    "/password", status_code=204, responses=documented(Unauthenticated, errors.WrongPassword, errors.SignInAgain)
)
async def change_password(
    request: Request,
    user: CurrentUser,
    given: PasswordChange,
    session: SessionDep,
    settings: SettingsDep,
    limits: RateLimitsDep,
    device: DeviceDep,
) -> None:
    """Change your password. Your other devices are signed out, and a mail tells you.

    Who signs in with a provider only sets the first password within ten minutes of signing in.
    """
    async with throttling.count_failures(
        request, limits, throttling.of_signed_in(user.user_id), clears=given.current_password is not None
    ):
        await handlers.change_password(session, settings, user, given, device, datetime.now(UTC))
