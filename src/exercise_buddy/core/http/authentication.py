"""The middleware that identifies the caller, charges the general rate limit and holds a slot for the request."""

import re
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from exercise_buddy.core import problems
from exercise_buddy.core.http.client_bounds import ClientBounds
from exercise_buddy.core.http.middleware import client_address
from exercise_buddy.core.ops import rate_limits
from exercise_buddy.core.ops.rate_limits import ANONYMOUS, SIGNED_IN, RateLimits
from exercise_buddy.core.security.identity import SessionRegister, TokenVerifier, bearer_token

# Units of `WorkPace`: 25 probes a second, after a burst of 100.
_PROBE_UNITS = 4
# The characters of a host and a port (RFC 3986). An empty one is allowed.
_HOST = re.compile(rb"[A-Za-z0-9._~!$&'()*+,;=%\[\]:-]*")


def _find_malformed_header(scope: Scope) -> problems.Problem | None:
    """Return what is wrong with the headers that decide where a request goes and who sends it, or None.

    HTTP/1.1 requires exactly one valid `Host` (RFC 9112, section 3.2). Of two `Authorization` headers, a proxy and we
    might read different ones.
    """
    host: bytes | None = None
    hosts = credentials = 0
    for name, value in scope["headers"]:
        if name == b"host":
            host = value
            hosts += 1
        elif name == b"authorization":
            credentials += 1
    is_missing = host is None and scope["http_version"] == "1.1"
    if is_missing or hosts > 1 or (host is not None and _HOST.fullmatch(host) is None):
        return problems.MalformedRequest("A request needs exactly one Host header with a valid host name.")
    if credentials > 1:
        return problems.AmbiguousCredentials(
            "A request has at most one Authorization header.", reason="two_authorization_headers"
        )
    return None


class AuthenticationMiddleware:
    """Identifies the caller, charges the general rate limit and refuses requests without a valid `Host`."""

    def __init__(self, app: ASGIApp, verifier: TokenVerifier, exempt: frozenset[str]) -> None:
        self._app = app
        self._verifier = verifier
        self._exempt = exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Process a request or a WebSocket; pass other scopes on unchanged."""
        is_request = scope["type"] == "http"
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        malformed = _find_malformed_header(scope)
        if malformed is not None:
            await self._refuse(malformed, scope, receive, send)
            return
        state = scope["state"]
        limits: RateLimits = state["rate_limits"]
        if is_request and scope["path"] in self._exempt:
            # No store is asked: a probe must not depend on one.
            if limits.pace_of_probes.try_reserve(client_address(scope), _PROBE_UNITS, time.monotonic()):
                await self._app(scope, receive, send)
            else:
                problem = problems.TooManyRequests("Ask less often.", headers={"Retry-After": "1"}, reason="probes")
                await self._refuse(problem, scope, receive, send)
            return
        # A browser cannot add headers to a WebSocket, so its client authenticates with a message.
        token = bearer_token(scope["headers"]) if is_request else None
        identity = None if token is None else self._verifier.identify(token)
        sessions: SessionRegister = state["sessions"]
        if identity is not None and not await sessions.is_active(identity):
            identity = None
        state["identity"] = identity
        client = state["client_key"] = client_address(scope) if identity is None else str(identity.user_id)
        charge = await limits.charge(ANONYMOUS if identity is None else SIGNED_IN, client)
        state["charges"].append(charge)
        if not charge.accepted:
            try:
                rate_limits.refuse_if_exhausted([charge])
            except problems.Problem as problem:
                await self._refuse(problem, scope, receive, send)
                return
        if is_request:
            await self._respond(client, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    @staticmethod
    async def _refuse(problem: problems.Problem, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, and the others that its client has sent ahead on the connection."""
        response = problems.build_response(problem, scope)
        if scope["type"] == "http":
            response.headers["Connection"] = "close"
        await response(scope, receive, send)

    async def _respond(self, client: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Process a request in one of the slots of its client, which it holds until the client has read enough."""
        state = scope["state"]
        bounds: ClientBounds = state["client_bounds"]
        try:
            slot = state["request_slot"] = bounds.begin_request(client, is_user=state["identity"] is not None)
        except problems.TooManyRequestsInFlight as problem:
            await problems.build_response(problem, scope)(scope, receive, send)
            return

        async def receive_without_a_turn() -> Message:
            # A slow sender, or a client that only reads, keeps no other request waiting.
            slot.stop()
            message = await receive()
            if message["type"] != "http.disconnect":
                await slot.run()
            return message

        try:
            await slot.run()
            await self._app(scope, receive_without_a_turn, send)
        finally:
            slot.stop()
            call_when_sent = state.get("call_when_sent")
            if call_when_sent is None:
                slot.release()
            else:
                call_when_sent(slot.release)
