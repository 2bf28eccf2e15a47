"""The endpoints of the e-mail address."""

from datetime import UTC, datetime

from fastapi import Request, Response

from exercise_buddy.auth import errors, throttling
from exercise_buddy.auth.device import DeviceDep
from exercise_buddy.auth.email import handlers
from exercise_buddy.auth.email.schemas import EmailChange, EmailConfirmation
from exercise_buddy.auth.token_response import SettingsDep
from exercise_buddy.core.db.database import SessionDep
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.ops.rate_limits import RateLimitsDep
from exercise_buddy.core.problems import Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.users import public as users

router = Router(prefix="/auth", tag="auth", no_store=True)


@router.post(
    "/email/verification",
    status_code=202,
    response_class=Response,
    responses=documented(Unauthenticated, users.AccountGone),
)
async def ask_for_email_verification(
    request: Request, user: CurrentUser, session: SessionDep, limits: RateLimitsDep
) -> None:
    """Ask for another link to confirm your address. Older ones end."""
    account = await users.account_of(session, user.user_id)
    await throttling.charge_mail(request, limits, account.email)
    await handlers.ask_for_verification(session, account)


@router.post("/email/verify", status_code=204, responses=documented(errors.InvalidLink, users.EmailTaken))
async def confirm_email(given: EmailConfirmation, session: SessionDep, device: DeviceDep) -> None:
    """Confirm an address by the token of the link: that of the account, or the one that it is to change to."""
    await handlers.confirm_email(session, given.token, device, datetime.now(UTC))


@router.put(
    "/email",
    status_code=202,
    response_class=Response,
    responses=documented(Unauthenticated, errors.WrongPassword, errors.SignInAgain, users.EmailTaken),
)
async def change_email(
    request: Request,
    user: CurrentUser,
    given: EmailChange,
    session: SessionDep,
    settings: SettingsDep,
    limits: RateLimitsDep,
    device: DeviceDep,
) -> None:
    """Change your address. It changes when you follow the link that is sent to the new one."""
    await throttling.charge_mail(request, limits, given.email)
    async with throttling.count_failures(
        request, limits, throttling.of_signed_in(user.user_id), clears=given.current_password is not None
    ):
        await handlers.ask_for_change(session, settings, user, given, device, datetime.now(UTC))
