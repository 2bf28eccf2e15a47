"""The middleware around every request, as pure ASGI.

From the outside in: `RequestLog` sets the request id, writes one log line per request or WebSocket, adds the headers of
every response and makes each error a problem document; then Starlette's CORS; then `ExceptionMiddleware`, which
converts uncaught exceptions into responses; then `AuthenticationMiddleware` (in `authentication`), which identifies the
caller, charges the general rate limits and bounds the requests in flight; then `CompressionMiddleware`.
"""

import ipaddress
import time
from uuid import UUID

import structlog
import uuid_utils
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from exercise_buddy.core import problems
from exercise_buddy.core.db import errors
from exercise_buddy.core.ops import rate_limits
from exercise_buddy.core.ops.rate_limits import Charge

log = structlog.get_logger()

_FIRST_ERROR = 400
# A path has up to 32 KiB, and strangers choose it.
_MAX_LOGGED_PATH = 300
_SERVER_ERROR = 500
_PROBLEM = problems.MEDIA_TYPE.encode()
_NOT_MODIFIED = 304
_POLICY_NAME = b"content-security-policy"
# A browser that displays a response as a document loads nothing for it, and shows it in no frame.
_POLICY = b"default-src 'none'; frame-ancestors 'none'"
# The policies of the media types that may contain markup. Charts contain a style.
_POLICIES = {
    b"text/html": b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    b"image/svg+xml": b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
}
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
]
_NO_STORE = (b"cache-control", b"no-store")
_STORABLE = (b"public", b"private")
_HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


def refusal_headers(*, is_secure: bool) -> list[tuple[bytes, bytes]]:
    """Return the security headers of a problem that does not pass `RequestLog`, over TLS or not."""
    return [*HEADERS, _NO_STORE, (_POLICY_NAME, _POLICY), *([_HSTS] if is_secure else [])]


def header(scope: Scope, name: bytes) -> bytes | None:
    """Return the first value of a header with a lower-case name, or None."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    for key, value in headers:
        if key == name:
            return value
    return None


def client_address(scope: Scope) -> str:
    """Return the address of the client. Of an IPv6 address only the /64 network counts: its owner chooses the rest."""
    client = scope.get("client")
    return "unknown" if client is None else normalize_address(str(client[0]))


def normalize_address(host: str) -> str:
    """Return the IPv4 address or the IPv6 /64 network of an address."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _request_id(scope: Scope) -> str:
    given = header(scope, b"x-request-id")
    if given is not None:
        try:
            return str(UUID(given.decode("ascii")))
        except ValueError:
            pass
    return str(uuid_utils.uuid7())


class RequestLog:
    """Sets the request id, logs the request and completes the headers of the response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Process a request or a WebSocket; pass other scopes on unchanged."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        state = scope.setdefault("state", {})
        request_id = state["request_id"] = _request_id(scope)
        state["identity"] = None
        state["charges"] = []
        state["is_head"] = scope.get("method") == "HEAD"
        structlog.contextvars.bind_contextvars(request_id=request_id)
        if scope["type"] == "websocket":
            socket = _WebSocketWatch(scope, receive, send)
            try:
                await self._app(scope, socket.receive, socket.send)
            finally:
                log.info("websocket", code=socket.code, status=socket.status, **_facts(scope, started))
            return
        # The status alone, not the sender: with a reference back to what sends, each request would be a cycle of 20
        # objects that only the collector frees, in pauses.
        state["response_status"] = 0
        response = _ResponseSender(scope, send)
        method = scope["method"]
        if method == "HEAD":
            # Handled as GET; the server omits the body.
            scope = {**scope, "method": "GET"}
        try:
            await self._app(scope, receive, response.send)
        finally:
            log.info("request", method=method, status=response.status, bytes=response.size, **_facts(scope, started))


def _facts(scope: Scope, started: float) -> dict[str, object]:
    identity = scope["state"]["identity"]
    return {
        "path": scope["path"][:_MAX_LOGGED_PATH],
        "route": getattr(scope.get("route"), "path", None),
        "duration_ms": round((time.perf_counter() - started) * 1000, 2),
        "client": scope["client"][0] if scope.get("client") else None,
        "user_id": str(identity.user_id) if identity else None,
    }


class _WebSocketWatch:
    """One WebSocket: records how it ends, and makes the refusal of a connection a problem document.

    `status` is that of the handshake. `code` is the first close code, of the client or of the application.
    """

    __slots__ = ("_receive", "_scope", "_send", "code", "status")

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self.status = 0
        self.code: int | None = None

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "websocket.disconnect" and self.code is None:
            self.code = message["code"]
        return message

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if kind == "websocket.close" and self.status == 0:
            # No endpoint accepted it: uvicorn would respond 403 without a body.
            problem = problems.PathNotFound("No WebSocket is served at this path.")
            await problems.build_response(problem, self._scope)(self._scope, self.receive, self.send)
            return
        if kind == "websocket.accept":
            self.status = 101
        elif kind == "websocket.http.response.start":
            self.status = message["status"]
            request_id = (b"x-request-id", self._scope["state"]["request_id"].encode())
            headers = refusal_headers(is_secure=self._scope["scheme"] == "wss")
            message = {**message, "headers": [*message["headers"], *headers, request_id]}
        elif kind == "websocket.close" and self.code is None:
            self.code = message["code"]
        await self._send(message)


class _ResponseSender:
    """The response of one request: replaces foreign error bodies and adds headers."""

    __slots__ = ("_replaced", "_scope", "_send", "size", "status")

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._replaced = False
        self.status = 0
        self.size = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._start(message)
        elif not self._replaced:
            self.size += len(message.get("body", b""))
            await self._send(message)

    async def _start(self, message: Message) -> None:
        status = self.status = self._scope["state"]["response_status"] = message["status"]
        headers: list[tuple[bytes, bytes]] = []
        caching: list[tuple[bytes, bytes]] = []
        content_type = b""
        has_policy = False
        for header in message.get("headers", ()):
            name = header[0].lower()
            if name == b"cache-control":
                caching.append(header)
                continue
            if name == b"content-type":
                content_type = header[1]
            elif name == _POLICY_NAME:
                has_policy = True
            headers.append(header)
        # Responses are personal data, errors or tokens. The few that may be stored have a header of their own.
        headers += caching if any(value.startswith(_STORABLE) for _, value in caching) else (_NO_STORE,)
        body: bytes | None = None
        if status >= _FIRST_ERROR and content_type != _PROBLEM:
            # CORS, the body limit and mounted applications have error bodies of their own.
            problem = problems.from_status(status)
            body = problems.build_document(problem, self._scope)
            replaced = {b"content-type", b"content-length", b"content-encoding"}
            headers = [h for h in headers if h[0].lower() not in replaced]
            headers += [(b"content-type", _PROBLEM), (b"content-length", str(len(body)).encode())]
        # With a 304, the client keeps the policy of the response that it has.
        if status != _NOT_MODIFIED and not has_policy:
            headers.append((_POLICY_NAME, _POLICIES.get(content_type.partition(b";")[0], _POLICY)))
        self._complete(headers)
        await self._send({**message, "headers": headers})
        if body is not None:
            self._replaced = True
            self.size = len(body)
            await self._send({"type": "http.response.body", "body": body})

    def _complete(self, headers: list[tuple[bytes, bytes]]) -> None:
        state = self._scope["state"]
        headers += HEADERS
        headers.append((b"x-request-id", state["request_id"].encode()))
        if self._scope["scheme"] == "https":
            headers.append(_HSTS)
        charges: list[Charge] = state["charges"]
        if charges:
            headers += rate_limits.headers(charges)


class ExceptionMiddleware:
    """Converts uncaught exceptions: database errors into their problems, all others into 500 with a log entry."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Process a request; pass other scopes on unchanged."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            problem = errors.problem_for(error)
            if problem is None:
                log.exception("unhandled_error", path=scope["path"])
                problem = problems.Problem()
            else:
                log.warning("database_fault", problem=problem.slug, error=errors.name_of(error), path=scope["path"])
            if scope["state"]["response_status"]:
                # The status has been sent: only a broken connection can tell that the response is incomplete.
                raise
            await problems.build_response(problem, scope)(scope, receive, send)
