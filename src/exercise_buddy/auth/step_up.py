"""Step-up authentication: what a client must prove before it changes who may enter an account.

One rule for all such changes. An account with a password needs the password in the request, also right after a sign-in.
An account without one needs a session whose sign-in, with a provider that is still linked, is at most ten minutes old.
A refresh does not renew a sign-in (`auth_time` of RFC 9068). A refusal is the challenge of RFC 9470.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request
from pydantic import Field
from sqlalchemy import and_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import passwords, throttling
from exercise_buddy.auth.active_sessions import is_session_active
from exercise_buddy.auth.credentials import get_password_hash
from exercise_buddy.auth.device import DeviceDep
from exercise_buddy.auth.errors import StepUpRequired, WrongPassword
from exercise_buddy.auth.events.log import Event, record_event
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import AuthSession, ProviderIdentity
from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.ops.rate_limits import RateLimitsDep
from exercise_buddy.core.problems import FieldError, Unauthenticated
from exercise_buddy.core.security.identity import CurrentUser, Identity
from exercise_buddy.core.types import Input, example
from exercise_buddy.users import public as users

MAX_AGE = timedelta(minutes=10)
"""The maximum age of a sign-in that replaces the password."""

CurrentPassword = Annotated[str, Field(max_length=1024)]


class SignInProvider(Protocol):
    """A configured provider. `oauth` has them."""

    @property
    def login_url(self) -> str:
        """The URL of this service that starts a sign-in."""


class Action(StrEnum):
    """The changes that need a step-up, as the security log names them."""

    CHANGE_EMAIL = "change_email"
    CHANGE_PASSWORD = "change_password"  # noqa: S105  (an action)
    LINK_IDENTITY = "link_identity"
    UNLINK_IDENTITY = "unlink_identity"
    REVOKE_SESSIONS = "revoke_sessions"
    DELETE_ACCOUNT = "delete_account"


class StepUpInput(Input):
    """The password of the account. An account without a password needs a recent sign-in with a linked provider."""

    model_config = example({"current_password": "correct horse battery staple"})

    current_password: CurrentPassword | None = Field(
        default=None, description="Required if the account has a password, also right after a sign-in."
    )


@dataclass(frozen=True, slots=True)
class StepUp:
    """The check of one request. `user` is the user whom the access token identifies."""

    request: Request
    user: CurrentUser
    database: DatabaseDep
    session: SessionDep
    limits: RateLimitsDep
    device: DeviceDep

    async def require(self, action: Action, body: StepUpInput | None) -> str | None:
        """Check the password, or the sign-in of an account without one. Return the password hash of the account.

        Call it before the session of the request reads or writes: no connection is held while the password is hashed.
        Call `lock_account` before the change.

        Raises:
            StepUpRequired: the password is missing; or the account has none, and the sign-in is too old.
            WrongPassword: the password is wrong.
            TooManyRequests: this session has sent too many wrong passwords.

        """
        password = body.current_password if body else None
        async with self.database.sessions() as reading:
            stored = await get_password_hash(reading, self.user.user_id)
            if stored is None:
                if not await _has_provider_sign_in(reading, self.user, datetime.now(UTC) - MAX_AGE):
                    raise self._require_sign_in(await _list_linked_providers(reading, self.user))
                return None
        if password is None:
            raise _require_password()
        # By session: a thief of one must not keep the owner from revoking it with another.
        key = throttling.LimitKey(f"step-up: {self.user.session_id}", by_address=False)
        async with throttling.count_failures(self.request, self.limits, key):
            settings: AuthSettings = self.request.state.settings
            matches, _ = await passwords.verify_password(settings, password, stored)
            if not matches:
                record_event(
                    self.session,
                    Event.STEP_UP_FAILED,
                    self.device,
                    user_id=self.user.user_id,
                    session_id=self.user.session_id,
                    action=action,
                )
                raise WrongPassword(reason=action)
        return stored

    def _require_sign_in(self, linked: list[str]) -> StepUpRequired:
        seconds = int(MAX_AGE.total_seconds())
        providers: Mapping[str, SignInProvider] = self.request.state.providers
        return StepUpRequired(
            f"Sign in again with a linked provider: the sign-in may be at most {seconds} s old.",
            headers=_build_challenge("Sign in again with a linked provider", max_age=seconds),
            members={
                "max_age": seconds,
                "methods": [
                    {"method": name, "login_url": providers[name].login_url} for name in linked if name in providers
                ],
            },
        )


StepUpDep = Annotated[StepUp, Depends()]


async def lock_account(session: AsyncSession, user: Identity) -> users.Account:
    """Lock the account of a user for a change that needed a step-up, and check the session again.

    The session may have ended while the password was hashed, or waited for that: then the change must not happen.

    Raises:
        Unauthenticated: the session has ended.
        AccountGone: the account no longer exists.

    """
    account = await users.lock_account(session, user.user_id)
    if not await is_session_active(session, user, datetime.now(UTC)):
        raise Unauthenticated("The session has ended.", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
    return account


def _require_password() -> StepUpRequired:
    message = "Send the password of the account"
    # Without `max_age`: another sign-in would not help.
    return StepUpRequired(
        f"{message} as current_password.",
        errors=[FieldError("/current_password", "missing", message)],
        headers=_build_challenge(f"{message} as current_password"),
        members={"methods": [{"method": "password"}]},
    )


def _build_challenge(description: str, **parameters: Any) -> dict[str, str]:  # noqa: ANN401
    """Return the header of RFC 9470, section 3."""
    given = {"error": "insufficient_user_authentication", "error_description": description} | parameters
    return {"WWW-Authenticate": "Bearer " + ", ".join(f'{name}="{value}"' for name, value in given.items())}


async def _has_provider_sign_in(session: AsyncSession, user: Identity, since: datetime) -> bool:
    """Return whether the session of a user began since then, by a sign-in with a provider that is still linked."""
    linked = and_(
        col(ProviderIdentity.user_id) == col(AuthSession.user_id),
        col(ProviderIdentity.provider) == col(AuthSession.method),
    )
    found = await session.exec(
        select(AuthSession.id)
        .join(ProviderIdentity, linked)
        .where(
            col(AuthSession.user_id) == user.user_id,
            col(AuthSession.id) == user.session_id,
            col(AuthSession.revoked_at).is_(None),
            col(AuthSession.created_at) > since,
        )
    )
    return found.first() is not None


async def _list_linked_providers(session: AsyncSession, user: Identity) -> list[str]:
    linked = select(ProviderIdentity.provider).where(col(ProviderIdentity.user_id) == user.user_id)
    return list(await session.exec(linked.order_by(col(ProviderIdentity.provider))))
