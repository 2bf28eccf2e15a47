"""The rules of the overview."""

from datetime import date

from exercise_buddy.core.periods import require_order
from exercise_buddy.core.problems import FieldError, InvalidInput

MAX_CALENDAR_DAYS = 366


def calendar_period(year: int | None, from_date: date | None, to_date: date | None) -> tuple[date | None, date | None]:
    """Return the first and the last local day of a calendar, both included; None where nothing was asked for.

    Raises:
        InvalidInput: the period ends before it begins, is too long, or is named twice.

    """
    if year is not None:
        if from_date or to_date:
            message = "Ask for a year or for a period"
            raise InvalidInput(errors=[FieldError("/year", "year_and_period", message, "query")])
        return date(year, 1, 1), date(year, 12, 31)
    require_order(from_date, to_date)
    if from_date and to_date and (to_date - from_date).days >= MAX_CALENDAR_DAYS:
        message = f"A calendar has at most {MAX_CALENDAR_DAYS} days"
        raise InvalidInput(errors=[FieldError("/to", "too_long", message, "query")])
    return from_date, to_date
