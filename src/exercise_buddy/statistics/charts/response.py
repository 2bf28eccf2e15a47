"""Statistics that can be drawn: the same URL answers with JSON or with SVG, as `Accept` says."""

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
"""What OpenAPI says of an endpoint that can draw: a part of its `responses`."""

_JSON = "application/json"


async def answer_or_draw(
    inquiry: StatisticsRequest,
    draw: Callable[[Content], bytes],
    read: Callable[Concatenate[Database, UUID, datetime, Asked], Awaitable[VersionedJson]],
    *asked: Asked.args,
    **named: Asked.kwargs,
) -> Response:
    """Answer with what `read` gives, or with a drawing of it: see `StatisticsRequest.respond`.

    Raises:
        NotAcceptable: the client takes neither.
        AccountGone: there is no such user any more.

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
