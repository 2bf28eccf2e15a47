"""Quotas: how much one account may store. The settings name the limits, and one problem reports all of them."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.problem_schemas import example_members
from exercise_buddy.core.problems import Conflict

SESSION_INFO = "quotas"
"""The key of the `info` of a session under which it holds its `Quotas`."""


class Quota(StrEnum):
    """The quantities that a quota limits."""

    STORED_BYTES = "stored_bytes"
    WORKOUTS = "workouts"
    BODY_MEASUREMENTS = "body_measurements"
    IDEMPOTENCY_KEYS = "idempotency_keys"


_ADVICE = {
    Quota.STORED_BYTES: "Delete workouts, measurements or routines to store others.",
    Quota.WORKOUTS: "Delete workouts to store others.",
    Quota.BODY_MEASUREMENTS: "Delete measurements to store others.",
    Quota.IDEMPOTENCY_KEYS: "A key expires after a day. Until then, send an id of your choice instead.",
}


class QuotaMembers(BaseModel):
    """The quota that is exceeded."""

    model_config = example_members({"quota": "workouts", "limit": 100_000})

    quota: Quota = Field(description="The quantity that the quota limits.")
    limit: int = Field(ge=1, description="The maximum, in bytes or as a number.")


class QuotaExceeded(Conflict):
    """The account has no room for what the request would store. Reads and deletions still work.

    The status is 409, as for every conflict with stored data: the client can delete something and send the request
    again. 507 would be a failure of the server, which clients retry and operators investigate; 429 would promise
    that waiting helps; 403 would deny a permission.
    """

    slug = "quota-exceeded"
    title = "The quota of this account is exceeded"
    extension = QuotaMembers

    def __init__(self, quota: Quota, limit: int) -> None:
        super().__init__(
            f"The maximum of {quota.replace('_', ' ')} is {limit:,}. {_ADVICE[quota]}",
            members={"quota": quota.value, "limit": limit},
        )


@dataclass(frozen=True, slots=True)
class Quotas:
    """The limits of one account."""

    stored_bytes: int
    workouts: int
    body_measurements: int
    idempotency_keys: int

    @staticmethod
    def of(session: AsyncSession) -> "Quotas":
        """Return the limits of what a session writes: those of its `Database`."""
        quotas: Quotas = session.info[SESSION_INFO]
        return quotas

    def require(self, quota: Quota, used: int) -> None:
        """Check a quantity.

        Raises:
            QuotaExceeded: it is over its limit.

        """
        if used > getattr(self, quota):
            raise self.build_problem(quota)

    def build_problem(self, quota: Quota) -> QuotaExceeded:
        """Return the problem of a quantity that is over its limit."""
        return QuotaExceeded(quota, getattr(self, quota))


UNLIMITED = Quotas(stored_bytes=2**62, workouts=2**31 - 1, body_measurements=2**31 - 1, idempotency_keys=2**31 - 1)
"""For databases that are opened by tools, which store nothing for a client."""
