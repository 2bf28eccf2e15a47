"""The endpoints of chart links."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query, Request, Response

from exercise_buddy.core.db.database import DatabaseDep
from exercise_buddy.core.db.user_reads import choose_reads
from exercise_buddy.core.http.routing import BASE_PATH, MAX_SMALL_BODY_BYTES, Router
from exercise_buddy.core.ops.rate_limits import RateLimitsDep
from exercise_buddy.core.problems import NotFound, Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser, SessionRegister
from exercise_buddy.core.svg import MEDIA_TYPE
from exercise_buddy.statistics.errors import InvalidChartLink
from exercise_buddy.statistics.examples import LINK_TOKEN
from exercise_buddy.statistics.links.handlers import LINKED_CHARTS_OF_USER, draw_chart
from exercise_buddy.statistics.links.schemas import ChartLink, LinkedChart
from exercise_buddy.statistics.links.tokens import MAX_LENGTH, read_link, sign_link
from exercise_buddy.statistics.settings import StatisticsSettings
from exercise_buddy.statistics.shared.etags import StatisticsRequest, StatisticsRequestDep
from exercise_buddy.users.public import AccountGone

router = Router(prefix="/statistics", tag="statistics", max_body_size=MAX_SMALL_BODY_BYTES)

_PATH = f"{BASE_PATH}/statistics/chart.svg"
_HEADERS = {
    # The browser of the reader may store a chart, and asks each time whether it has changed or the link has ended.
    "Cache-Control": "private, no-cache",
    # A page that counts reps with threads (`Cross-Origin-Embedder-Policy`) loads no image without it.
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class _ChartResponse(Response):
    media_type = MEDIA_TYPE


@router.post("/links", responses=documented(Unauthenticated, AccountGone, NotFound))
async def create_chart_link(request: StatisticsRequestDep, user: CurrentUser, chart: LinkedChart) -> ChartLink:
    """Create a link that shows one chart.

    Whoever has the link sees this chart, with its present data, and nothing else. It ends after
    `CHART_LINK_EXPIRE_MINUTES`, and with the session that creates it: log out, or revoke the session. The same chart
    gets the same link for a while, so that browsers find it in their cache.
    """
    settings: StatisticsSettings = request.request.state.settings
    # What is wrong with a chart is told here: an image on a page shows no problem document.
    await draw_chart(request, chart)
    token, expires_at = sign_link(settings, user, chart, request.now)
    return ChartLink(url=f"{_PATH}?link={token}", expires_at=expires_at)


@router.get("/chart.svg", response_class=_ChartResponse, responses=documented(InvalidChartLink, NotFound))
async def get_linked_chart(
    request: Request,
    database: DatabaseDep,
    limits: RateLimitsDep,
    link: Annotated[str, Query(max_length=MAX_LENGTH, description="The token of a link.", examples=[LINK_TOKEN])],
) -> Response:
    """Get the chart of a link.

    It needs no access token, so that it works as the `src` of an image.
    """
    settings: StatisticsSettings = request.state.settings
    identity, chart = read_link(settings, link)
    sessions: SessionRegister = request.state.sessions
    if not await sessions.is_active(identity):
        raise InvalidChartLink(reason="session_ended", aimed_at=identity.user_id)
    # For the log: whose data is read.
    request.state.identity = identity
    # After these checks: strangers cannot exhaust it. It bounds what a link that spreads can cost.
    await limits.require(request, (LINKED_CHARTS_OF_USER, str(identity.user_id)))
    cache = request.state.statistics_cache
    reads = choose_reads(request, identity.user_id)
    drawn = StatisticsRequest(request, database, reads, cache, identity.user_id, datetime.now(UTC))
    return await draw_chart(drawn, chart, _HEADERS)
