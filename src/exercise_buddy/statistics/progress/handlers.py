"""Checks of the parameters of progress."""

from datetime import date, datetime

from exercise_buddy.core.periods import require_order
from exercise_buddy.core.problems import FieldError, InvalidInput

MAX_DAYS = 10_000
"""The longest period with a point for each day."""


def require_days(
    from_date: date | None, to_date: date | None, now: datetime, *, shown: bool = True, begins: date | None = None
) -> None:
    """Check a period. If `shown`, each day has a point; without a first day the period begins at `begins`.

    Raises:
        InvalidInput: the period ends before it begins, or has too many days for a point each.

    """
    require_order(from_date, to_date)
    begins = begins or from_date
    if shown and begins and ((to_date or now.date()) - begins).days > MAX_DAYS:
        message = f"At most {MAX_DAYS} days can have a point each; ask for a shorter period or longer buckets"
        raise InvalidInput(errors=[FieldError("/from", "too_many_points", message, "query")])
