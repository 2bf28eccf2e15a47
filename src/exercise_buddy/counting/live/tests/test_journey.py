"""A set that is counted while it happens, on connections that break."""

import asyncio
from typing import Any

from exercise_buddy.counting.live.tests.support import SQUAT, connected, new_set, split, squat
from tests.serving import PortServer, Serve
from tests.support import Connection, Person, wait_until


async def test_reps_arrive_while_the_set_happens(server: PortServer, token: str) -> None:
    times_ms, landmarks = squat(4)
    messages = list(split(times_ms, landmarks, 15))

    async with connected(server, token) as client:
        next_seq = await client.start(new_set())
        await client.send_all(messages[: len(messages) // 2])
        first = await client.receive("rep")
        await client.send_all(messages[len(messages) // 2 :])
        counted = await client.end()

    assert next_seq == 0
    assert (first["number"], first["rep"]["rejected"]) == (1, False)
    assert counted["count"] == 4
    assert len(client.reps()) == 4
    assert client.tracking() == ["in_position"]


async def test_the_final_message_equals_the_count_of_the_trace(server: PortServer, ann: Person, token: str) -> None:
    times_ms, landmarks = squat(4)
    # A joint that was not seen for a time, and one whose visibility is known.
    landmarks["left_wrist"]["x"][40:60] = [None] * 20
    landmarks["right_knee"]["visibility"] = [0.9] * len(times_ms)
    trace = {"times_ms": times_ms, "landmarks": landmarks, "aspect_ratio": 1.5}
    response = await ann.post("/counting/counts", json={"exercise_id": SQUAT, "trace": trace})
    set_id = new_set()
    async with connected(server, token) as client:
        await client.start(set_id, aspect_ratio=1.5)
        await client.send_all(split(times_ms[:150], landmarks, 7))
        await client.receive("saved")
    async with connected(server, token) as client:
        next_seq = await client.start(set_id, aspect_ratio=1.5)
        await client.send_all(split(times_ms, landmarks, 50, next_seq))
        counted = await client.end()

    assert response.status_code == 200, response.text
    assert {name: counted[name] for name in response.json()} == response.json()
    assert counted["count"] == 4


async def test_one_connection_counts_several_sets(server: PortServer, token: str) -> None:
    async with connected(server, token) as client:
        counts = []
        for reps in (2, 3):
            await client.start(new_set())
            await client.send_all(split(*squat(reps), 60))
            counts.append((await client.end())["count"])

    assert counts == [2, 3]


async def test_a_set_goes_on_after_each_lost_connection_on_any_process(
    serve: Serve, token: str, connection: Connection
) -> None:
    servers = [await serve(), await serve()]
    set_id = new_set()
    times_ms, landmarks = squat(6)
    cuts = [110, 190, 300, len(times_ms)]
    begins: list[int] = []
    reps: dict[int, Any] = {}
    counted: dict[str, Any] = {}

    for index, cut in enumerate(cuts):
        async with connected(servers[index % 2], token) as client:
            # The client kept everything that was not acknowledged. It sends too much rather than too little.
            begins.append(await client.start(set_id))
            await client.send_all(split(times_ms[:cut], landmarks, 7, max(0, begins[-1] - 20)))
            if cut != cuts[-1]:
                # Without a word: the server finds out when it reads.
                await client.receive("rep")
                client.socket.transport.abort()
            else:
                counted = await client.end()
            reps |= client.reps()

    assert begins[0] == 0
    assert begins == sorted(begins)
    assert counted["count"] == 6
    assert reps.keys() == {1, 2, 3, 4, 5, 6}
    assert await connection.fetchval("SELECT count(*) FROM counting_live_chunk") == 0


async def test_what_was_acknowledged_survives_the_process(serve: Serve, token: str, connection: Connection) -> None:
    set_id = new_set()
    times_ms, landmarks = squat(3)
    server = await serve()
    async with connected(server, token) as client:
        await client.start(set_id)
        await client.send_all(split(times_ms[:100], landmarks, 10))
        saved = await client.receive("saved")
    # As if the first process had been killed: nothing after the acknowledgement counts.
    await connection.execute("DELETE FROM counting_live_chunk WHERE seq >= $1", saved["next_seq"])
    await connection.execute("UPDATE counting_live_set SET next_seq = $1", saved["next_seq"])

    async with connected(await serve(), token) as client:
        next_seq = await client.start(set_id)
        await client.send_all(split(times_ms, landmarks, 60, next_seq))
        counted = await client.end()

    assert next_seq == saved["next_seq"] > 0
    assert counted["count"] == 3


async def test_the_answer_to_a_set_that_ended_can_be_had_again(
    server: PortServer, token: str, connection: Connection
) -> None:
    async def has_ended() -> bool:
        return bool(await connection.fetchval("SELECT count(*) = 1 FROM counting_live_set WHERE counted IS NOT NULL"))

    set_id = new_set()
    async with connected(server, token) as client:
        await client.start(set_id)
        await client.send_all(split(*squat(2), 60))
        await client.send("end")
        await wait_until(has_ended)
        # The client does not read the answer.
        client.socket.transport.abort()
    async with connected(server, token) as client:
        await client.send("start", set_id=set_id, exercise_id=SQUAT)
        again = await client.receive("counted")

    assert again["count"] == 2


async def test_the_connection_that_resumed_a_set_is_the_only_one_that_writes(serve: Serve, token: str) -> None:
    first, second = await serve(), await serve()
    set_id = new_set()
    times_ms, landmarks = squat(3)
    async with connected(first, token) as old, connected(first, token) as same_process, connected(second, token) as new:
        await old.start(set_id)
        await old.send_all(split(times_ms[:50], landmarks, 10))
        await same_process.start(set_id)
        problem, code = await old.read_problem()
        next_seq = await new.start(set_id)
        await new.send_all(split(times_ms, landmarks, 60, next_seq))
        await same_process.send_all(split(times_ms, landmarks, 60))
        later, _ = await same_process.read_problem()
        counted = await new.end()

    assert (problem["type"], code) == ("/problems/live-set-taken-over", 4409)
    assert later["type"] == "/problems/live-set-taken-over"
    assert counted["count"] == 3


async def test_the_server_says_goodbye_and_keeps_the_set(serve: Serve, token: str) -> None:
    server = await serve()
    set_id = new_set()
    times_ms, landmarks = squat(3)
    async with connected(server, token) as client:
        await client.start(set_id)
        await client.send_all(split(times_ms[:150], landmarks, 10))
        await client.receive("rep")
        stopping = asyncio.create_task(server.stop())
        problem, code = await client.read_problem()
        await stopping
        acknowledged = client.last("saved")["next_seq"]

    async with connected(await serve(), token) as client:
        next_seq = await client.start(set_id)
        await client.send_all(split(times_ms, landmarks, 60, next_seq))
        counted = await client.end()

    assert (problem["type"], problem["status"], code) == ("/problems/server-restart", 503, 1012)
    assert next_seq == acknowledged >= 110
    assert counted["count"] == 3


async def test_a_set_that_nobody_resumes_is_counted(serve: Serve, token: str, connection: Connection) -> None:
    server = await serve(live_resume_minutes=0.001)
    set_id = new_set()
    async with connected(server, token) as client:
        await client.start(set_id)
        await client.send_all(split(*squat(2), 60))
        await client.receive("saved")
    live: Any = server.state["live"]
    await asyncio.sleep(0.1)
    await live.clean_up()
    async with connected(server, token) as client:
        await client.send("start", set_id=set_id, exercise_id=SQUAT)
        counted = await client.receive("counted")
    await connection.execute("UPDATE counting_live_set SET leased_until = leased_until - interval '1 day'")
    await live.clean_up()

    assert counted["count"] == 2
    assert await connection.fetchval("SELECT count(*) FROM counting_live_set") == 0
