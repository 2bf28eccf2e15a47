"""The endpoint of live counting."""

from fastapi import WebSocket

from exercise_buddy.core import problems
from exercise_buddy.core.http.routing import Router
from exercise_buddy.counting.live.connection import LiveConnection
from exercise_buddy.counting.live.errors import UpgradeRequired
from exercise_buddy.counting.live.messages import SUBPROTOCOL
from exercise_buddy.counting.live.tasks import LiveCounting

router = Router(prefix="/counting", tag="counting")


# OpenAPI cannot describe a WebSocket; the AsyncAPI document does.
@router.get("/live", include_in_schema=False)
async def refuse_request() -> None:
    """Refuse a request that is not the handshake of a WebSocket."""
    raise UpgradeRequired(
        f"Open a WebSocket with the subprotocol {SUBPROTOCOL}.",
        headers={"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"},
    )


@router.websocket("/live")
async def count_live(websocket: WebSocket) -> None:
    """Serve a live connection."""
    if SUBPROTOCOL not in websocket.scope["subprotocols"]:
        problem = problems.MalformedRequest(f"Offer the subprotocol {SUBPROTOCOL}.")
        await websocket.send_denial_response(problems.build_response(problem, websocket.scope))
        return
    live: LiveCounting = websocket.scope["state"]["live"]
    await LiveConnection(websocket, live).run()
