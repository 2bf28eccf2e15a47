"""Content negotiation by the `Accept` header (RFC 9110, 12.5.1)."""

from collections.abc import Iterator, Sequence

from starlette.requests import Request

from exercise_buddy.core.problems import Problem


class NotAcceptable(Problem):
    """The client accepts none of the available media types."""

    status = 406
    slug = "not-acceptable"
    title = "None of the available media types is acceptable"


def preferred(request: Request, offers: Sequence[str]) -> str:
    """Return the media type of `offers` that the request prefers; the first one of equal preference.

    Raises:
        NotAcceptable: the request accepts none of them.

    """
    ranges = [part for header in request.headers.getlist("accept") for part in _ranges(header)]
    if not ranges:
        return offers[0]
    best = max(offers, key=lambda offer: _quality(offer, ranges))
    if _quality(best, ranges) <= 0:
        raise NotAcceptable(f"Available: {', '.join(offers)}.")
    return best


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    for part in header.split(","):
        media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if media_range.count("/") == 1:
            yield media_range, _weight(parameters)


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 1.0
            return weight if 0 <= weight <= 1 else 1.0
    return 1.0


def _quality(offer: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Return the weight of the most specific media range that contains the offer."""
    kind = offer.partition("/")[0]
    for wanted in (offer, f"{kind}/*", "*/*"):
        weights = [weight for media_range, weight in ranges if media_range == wanted]
        if weights:
            return max(weights)
    return 0.0
