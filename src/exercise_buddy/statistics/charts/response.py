"""Responses as JSON or as an SVG chart, chosen by `Accept`."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

import orjson
from fastapi import Response

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.http.negotiation import preferred
from exercise_buddy.statistics.charts.drawings import Content
from exercise_buddy.statistics.charts.svg import MEDIA_TYPE
from exercise_buddy.statistics.shared.etags import StatisticsRequest, VersionedJson

Asked = ParamSpec("Asked")

DRAWN: dict[int | str, dict[str, Any]] = {200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}}
"""The `responses` of an endpoint that can return a chart, for OpenAPI."""

_JSON = "application/json"


async def respond_or_draw(
    inquiry: StatisticsRequest,
    draw: Callable[[Content], bytes],
    read: Callable[Concatenate[Database, UUID, datetime, Asked], Awaitable[VersionedJson]],
    *asked: Asked.args,
    **named: Asked.kwargs,
) -> Response:
    """Return the JSON of `read` or a chart of it. See `StatisticsRequest.respond`.

    Raises:
        NotAcceptable: the client accepts neither JSON nor SVG.
        AccountGone: the account no longer exists.

    """
    form = preferred(inquiry.request, (_JSON, MEDIA_TYPE))
    chosen = inquiry.negotiated(form)
    if form == _JSON:
        return await chosen.respond(read, *asked, **named)

    async def drawn(
        database: Database, user_id: UUID, now: datetime, /, *asked: Asked.args, **named: Asked.kwargs
    ) -> VersionedJson:
        reading = await read(database, user_id, now, *asked, **named)
        return reading.with_content(draw(orjson.loads(reading.content)))

    return await chosen.respond(drawn, *asked, **named)
