"""Periods of local days, as the query parameters `from` and `to` name them."""

from datetime import date

from exercise_buddy.core.problems import FieldError, InvalidInput


def require_order(from_date: date | None, to_date: date | None) -> None:
    """Refuse a period, both days included, that ends before it begins. An open one has no order.

    Raises:
        InvalidInput: it ends before it begins.

    """
    if from_date and to_date and from_date > to_date:
        raise InvalidInput(errors=[FieldError("/to", "before_from", "The period ends before it begins", "query")])
