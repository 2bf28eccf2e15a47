"""Count a recorded trace as it happens: python examples/count.py TRACE [EXERCISE_ID] [--fast].

TRACE is a file of JSON lines, perhaps gzipped, the first of which is replayed: `landmarks`, with `times_ms` or `hz`.
The environment has TOKEN, an access token, and perhaps API. Without an exercise, whatever repeats is counted.
"""

import asyncio
import gzip
import json
import os
import sys
import uuid
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

API = os.environ.get("API", "http://localhost:8000/api/v1").replace("http", "ws", 1)
BATCH = 3


async def count(trace: dict[str, Any], exercise_id: str | None, *, fast: bool) -> None:
    landmarks = trace["landmarks"]
    samples = len(next(iter(landmarks.values()))["x"])
    times_ms = trace.get("times_ms") or [round(index * 1000 / trace["hz"], 1) for index in range(samples)]
    async with connect(f"{API}/counting/live", subprotocols=[Subprotocol("exercise-buddy.live.v1")]) as socket:

        async def send(kind: str, **members: object) -> None:
            await socket.send(json.dumps({"type": kind, **members}))

        async def replay() -> None:
            for seq in range(0, samples, BATCH):
                part = slice(seq, seq + BATCH)
                joints = {joint: {key: row[part] for key, row in rows.items()} for joint, rows in landmarks.items()}
                await send("samples", seq=seq, times_ms=times_ms[part], landmarks=joints)
                await asyncio.sleep(0 if fast else (times_ms[part][-1] - times_ms[max(0, seq - 1)]) / 1000)
            await send("end")

        await send("authenticate", access_token=os.environ["TOKEN"])
        await send("start", set_id=str(uuid.uuid4()), exercise_id=exercise_id)
        replaying = asyncio.create_task(replay())
        async for text in socket:
            match json.loads(text):
                case {"type": "rep", "number": number, "rep": {"duration_ms": duration_ms}}:
                    print(f"rep {number}: {duration_ms / 1000:.1f} s", flush=True)
                case {"type": "tracking", "state": state, "hint": hint}:
                    print(f"{state}: {hint}" if hint else state, flush=True)
                case {"type": "counted", "count": counted}:
                    print(f"{counted} reps")
                    break
                case {"type": "problem", "problem": {"detail": detail}}:
                    replaying.cancel()
                    sys.exit(detail)


if __name__ == "__main__":
    path, *rest = [argument for argument in sys.argv[1:] if argument != "--fast"]
    read = gzip.open if path.endswith(".gz") else open
    with read(Path(path), "rt", encoding="utf-8") as lines:
        first = json.loads(next(iter(lines)))
    asyncio.run(count(first, rest[0] if rest else None, fast="--fast" in sys.argv))
