"""A person who squats, and a client of the live protocol."""

import math
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from exercise_buddy.counting.live.messages import SUBPROTOCOL
from exercise_buddy.exercises.public import catalogue_id
from tests.asyncapi import check_message
from tests.serving import PortServer
from tests.support import Person

SQUAT = str(catalogue_id("bodyweight-squat"))
HZ = 30
REP_SECONDS = 2.0
PER_REP = round(HZ * REP_SECONDS)

# Seen from the side, standing and at the bottom of a squat: shares of a square image.
_STANDING = {"nose": (0.54, 0.14), "shoulder": (0.5, 0.24), "elbow": (0.55, 0.36), "wrist": (0.62, 0.3)} | {
    "hip": (0.5, 0.5),
    "knee": (0.52, 0.7),
    "ankle": (0.5, 0.9),
}
_SQUATTING = {"nose": (0.58, 0.34), "shoulder": (0.52, 0.44), "elbow": (0.58, 0.54), "wrist": (0.64, 0.48)} | {
    "hip": (0.34, 0.68),
    "knee": (0.56, 0.7),
    "ankle": (0.5, 0.9),
}


def squat(reps: int, *, start_ms: float = 0.0) -> tuple[list[float], dict[str, dict[str, list[Any]]]]:
    """Return the times and landmarks of a set of squats, with a second of standing before and after."""
    rest = HZ
    count = 2 * rest + reps * PER_REP
    landmarks: dict[str, dict[str, list[Any]]] = {}
    depths = []
    for index in range(count):
        moving = rest <= index < count - rest
        depths.append((1 - math.cos(2 * math.pi * (index - rest) / PER_REP)) / 2 if moving else 0.0)
    for joint, standing in _STANDING.items():
        squatting = _SQUATTING[joint]
        for name in [joint] if joint == "nose" else [f"left_{joint}", f"right_{joint}"]:
            landmarks[name] = {
                axis: [round(standing[i] + depth * (squatting[i] - standing[i]), 4) for depth in depths]
                for i, axis in enumerate(("x", "y"))
            }
    return [round(start_ms + index * 1000 / HZ, 1) for index in range(count)], landmarks


def split(
    times_ms: list[float], landmarks: dict[str, dict[str, list[Any]]], size: int, first: int = 0
) -> Iterator[dict[str, Any]]:
    """Yield the messages of a trace from the sample with the number `first` on."""
    for seq in range(first, len(times_ms), size):
        part = slice(seq, min(seq + size, len(times_ms)))
        yield {
            "type": "samples",
            "seq": seq,
            "times_ms": times_ms[part],
            "landmarks": {
                joint: {key: values[part] for key, values in axes.items()} for joint, axes in landmarks.items()
            },
        }


class LiveClient:
    """A client of the protocol."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.received: list[dict[str, Any]] = []

    async def send(self, kind: str, **members: Any) -> None:
        await self.socket.send(orjson.dumps({"type": kind, **members}).decode())

    async def send_all(self, messages: Iterable[dict[str, Any]]) -> None:
        for message in messages:
            await self.socket.send(orjson.dumps(message).decode())

    async def receive(self, *kinds: str) -> dict[str, Any]:
        """Return the next message of one of the kinds; `received` has those before it."""
        while True:
            message: dict[str, Any] = orjson.loads(await self.socket.recv())
            self.received.append(message)
            check_message("liveCounting", message["type"], message)
            if message["type"] in kinds:
                return message
            assert message["type"] != "problem", message

    async def start(self, set_id: str, **members: Any) -> int:
        """Start or resume a set; return the number of the next sample."""
        await self.send("start", **({"set_id": set_id, "exercise_id": SQUAT} | members))
        return int((await self.receive("ready"))["next_seq"])

    async def end(self) -> dict[str, Any]:
        await self.send("end")
        return await self.receive("counted")

    async def read_problem(self) -> tuple[dict[str, Any], int]:
        """Return the problem with which the server ends the connection, and the close code."""
        problem = (await self.receive("problem"))["problem"]
        await self.socket.wait_closed()
        assert self.socket.close_code is not None
        return problem, self.socket.close_code

    def last(self, kind: str) -> dict[str, Any]:
        """Return the last message of a kind that arrived."""
        return [message for message in self.received if message["type"] == kind][-1]

    def tracking(self) -> list[str]:
        """Return the states of tracking."""
        return [message["state"] for message in self.received if message["type"] == "tracking"]

    def reps(self) -> dict[int, dict[str, Any]]:
        """Return the reps by their numbers."""
        return {message["number"]: message["rep"] for message in self.received if message["type"] == "rep"}


def access_token(person: Person) -> str:
    """Return the access token of a person."""
    return str(person.client.headers["Authorization"]).removeprefix("Bearer ")


@asynccontextmanager
async def connected(server: PortServer | int, token: str | None = None) -> AsyncIterator[LiveClient]:
    """Open a connection to a server or a port, authenticated if there is a token."""
    port = server if isinstance(server, int) else server.port
    url = f"ws://127.0.0.1:{port}/api/v1/counting/live"
    async with connect(url, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None, open_timeout=30) as socket:
        client = LiveClient(socket)
        if token is not None:
            await client.send("authenticate", access_token=token)
        yield client


def new_set() -> str:
    return str(uuid4())
