"""Periods of local days, given by the query parameters `from` and `to`."""

from datetime import date

from exercise_buddy.core.problems import FieldError, InvalidInput


def require_order(from_date: date | None, to_date: date | None) -> None:
    """Check that a period does not end before it begins. Either day may be None.

    Raises:
        InvalidInput: the period ends before it begins.

    """
    if from_date and to_date and from_date > to_date:
        raise InvalidInput(errors=[FieldError("/to", "before_from", "The period ends before it begins", "query")])
