"""Responses as JSON or as an SVG chart, chosen by `Accept`."""

from collections.abc import Callable
from typing import Any

from fastapi import Response

from exercise_buddy.core.http.negotiation import preferred
from exercise_buddy.core.svg import MEDIA_TYPE
from exercise_buddy.statistics.charts.drawings import Content
from exercise_buddy.statistics.shared.etags import StatisticsQuery, StatisticsRequest

DRAWN: dict[int | str, dict[str, Any]] = {200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}}
"""The `responses` of an endpoint that can return a chart, for OpenAPI."""

_JSON = "application/json"


async def respond_or_draw(
    request: StatisticsRequest,
    draw: Callable[[Content], bytes],
    query: StatisticsQuery,
    **values: Any,  # noqa: ANN401  (parameters of the statement)
) -> Response:
    """Respond with the JSON of a query or with a chart of it. See `StatisticsRequest.respond`.

    Raises:
        NotAcceptable: the client accepts neither JSON nor SVG.
        NotFound: the document does not exist.
        AccountGone: the account no longer exists.

    """
    media_type = preferred(request.request, (_JSON, MEDIA_TYPE))
    return await request.negotiated(media_type).respond(query, draw if media_type == MEDIA_TYPE else None, **values)
