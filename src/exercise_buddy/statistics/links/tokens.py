"""The tokens of chart links: one chart of one user, signed, until a time or the end of the session.

A token is a JWT with a key of its own, so that no other token of the service passes for one. Nothing is stored. The
same chart gets the same token for a quarter of its lifetime, so that a browser finds the chart in its cache.
"""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

import jwt

from exercise_buddy.core.security.identity import Identity
from exercise_buddy.statistics.errors import InvalidChartLink
from exercise_buddy.statistics.links.schemas import LinkedChart
from exercise_buddy.statistics.settings import StatisticsSettings

MAX_LENGTH = 1024
_AUDIENCE = "exercise-buddy-chart"
_ALGORITHM = "HS256"


def _derive_key(settings: StatisticsSettings) -> bytes:
    return hashlib.sha256(b"chart-link:" + settings.secret_key.get_secret_value().encode()).digest()


def sign_link(
    settings: StatisticsSettings, identity: Identity, chart: LinkedChart, now: datetime
) -> tuple[str, datetime]:
    """Return the token of a link, and when it expires: at most the configured time from now, at least 3/4 of it."""
    quarter = settings.chart_link_expire_minutes * 15
    expires_at = int(now.timestamp() + 4 * quarter) // quarter * quarter
    claims = {
        "aud": _AUDIENCE,
        "sub": str(identity.user_id),
        "sid": str(identity.session_id),
        "exp": expires_at,
        "chart": chart.describe(),
    }
    token = jwt.encode(claims, _derive_key(settings), algorithm=_ALGORITHM)
    return token, datetime.fromtimestamp(expires_at, UTC)


def read_link(settings: StatisticsSettings, token: str) -> tuple[Identity, LinkedChart]:
    """Return the user and the session that a token was signed for, and the chart.

    Raises:
        InvalidChartLink: the token has expired, or this service has not signed it.

    """
    try:
        claims = jwt.decode(
            token,
            _derive_key(settings),
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            options={"require": ["aud", "sub", "sid", "exp", "chart"]},
        )
        identity = Identity(UUID(claims["sub"]), UUID(claims["sid"]))
        # Another version of the service may have signed a chart that this one does not draw.
        return identity, LinkedChart.model_validate(claims["chart"])
    except (jwt.InvalidTokenError, ValueError) as error:
        raise InvalidChartLink(reason=type(error).__name__) from None
