"""What the server refuses: with a problem, a close code, and nothing stored."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from exercise_buddy.counting.live import storage
from exercise_buddy.counting.live.messages import MAX_MESSAGE_BYTES, SUBPROTOCOL
from exercise_buddy.counting.live.tests.support import SQUAT, access_token, connected, new_set, split, squat
from tests.serving import PortServer, Serve
from tests.support import Client, Connection, Person, wait_until

SAMPLES: dict[str, Any] = {
    "type": "samples",
    "seq": 0,
    "times_ms": [0, 33, 66],
    "landmarks": {"nose": {"x": [0.1, None, 0.3], "y": [0.2, 0.2, 0.2], "visibility": [1, 0.5, None]}},
}
NOSE: dict[str, Any] = SAMPLES["landmarks"]["nose"]


def samples(**changed: Any) -> dict[str, Any]:
    return SAMPLES | changed


def nose(**changed: Any) -> dict[str, Any]:
    return SAMPLES | {"landmarks": {"nose": NOSE | changed}}


TEXTS: list[tuple[str | bytes, str, int]] = [
    ("", "malformed-request", 4400),
    ("nonsense", "malformed-request", 4400),
    ('{"type": "samples", "seq": NaN}', "malformed-request", 4400),
    ('{"type": "samples", "seq": 1e999}', "malformed-request", 4400),
    ("[" * 50_000, "malformed-request", 4400),
    ('"\\ud800"', "malformed-request", 4400),
    (b"{}", "unsupported-media-type", 4415),
    (" " * (MAX_MESSAGE_BYTES + 1), "content-too-large", 4413),
    ("null", "invalid-input", 4422),
    ("[]", "invalid-input", 4422),
    ('{"type": ["start"]}', "invalid-input", 4422),
    ('{"type": "stop"}', "invalid-input", 4422),
    ('{"type": "ping", "more": 1}', "invalid-input", 4422),
    ('{"type": "authenticate"}', "invalid-input", 4422),
    ('{"type": "authenticate", "access_token": "nonsense"}', "unauthenticated", 4401),
    ('{"type": "end"}', "unauthenticated", 4401),
]

MESSAGES: list[tuple[dict[str, Any], str, str]] = [
    (samples(seq=-1), "/seq", "greater_than_equal"),
    (samples(seq=0.5), "/seq", "int_from_float"),
    (samples(seq=True), "/seq", "int_type"),
    (samples(times_ms=[]), "/times_ms", "too_short"),
    (samples(times_ms=list(range(241))), "/times_ms", "too_long"),
    (samples(times_ms=[0, 33, "66"]), "/times_ms", "value_error"),
    (samples(times_ms=[0, 33, True]), "/times_ms", "value_error"),
    (samples(times_ms=[0, 33, 33]), "/times_ms/2", "not_ascending"),
    (samples(times_ms=[0, 66, 33]), "/times_ms/2", "not_ascending"),
    (samples(landmarks=[]), "/landmarks", "object_type"),
    (samples(landmarks={"tail": NOSE}), "/landmarks/tail", "extra_forbidden"),
    (samples(landmarks={"nose": {"x": [1, 2, 3]}}), "/landmarks/nose/y", "missing"),
    (nose(z=[1, 2, 3]), "/landmarks/nose/z", "extra_forbidden"),
    (nose(x=None), "/landmarks/nose/x", "value_error"),
    (nose(x="abc"), "/landmarks/nose/x", "value_error"),
    (nose(x=[1, 2, "3"]), "/landmarks/nose/x", "value_error"),
    (nose(x=[1, 2, True]), "/landmarks/nose/x", "value_error"),
    (nose(x=[1, 2, [3]]), "/landmarks/nose/x", "value_error"),
    (nose(x=[1, 2]), "/landmarks/nose/x", "length"),
    (nose(visibility=[1, 1, 1, 1]), "/landmarks/nose/visibility", "length"),
    (nose(x=[1, 2, 1e300]), "/landmarks/nose/x/2", "out_of_bounds"),
    (nose(visibility=[1, 1, 1.5]), "/landmarks/nose/visibility/2", "out_of_bounds"),
    (nose(visibility=[1, 1, -0.1]), "/landmarks/nose/visibility/2", "out_of_bounds"),
]


@pytest.fixture
def no_error_in_the_log(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    yield
    assert '"level":"error"' not in capsys.readouterr().out


@pytest.mark.usefixtures("no_error_in_the_log")
async def test_a_message_that_is_none(server: PortServer) -> None:
    refused = []
    for text, *_ in TEXTS:
        async with connected(server) as client:
            await client.socket.send(text)
            problem, code = await client.read_problem()
            refused.append((text, problem["type"].removeprefix("/problems/"), code))
            assert problem["instance"] == "/api/v1/counting/live"

    assert refused == TEXTS


@pytest.mark.usefixtures("no_error_in_the_log")
async def test_samples_that_are_none(server: PortServer, token: str, connection: Connection) -> None:
    set_id = new_set()
    refused = []
    for message, *_ in MESSAGES:
        async with connected(server, token) as client:
            await client.start(set_id)
            await client.send_all([message])
            problem, code = await client.read_problem()
            (error,) = problem["errors"]
            refused.append((message, error["pointer"], error["code"]))
            assert (problem["status"], code) == (422, 4422)

    assert refused == MESSAGES
    assert await connection.fetchval("SELECT count(*) FROM counting_live_chunk") == 0


async def test_samples_that_leave_a_gap_or_go_back(server: PortServer, token: str) -> None:
    set_id = new_set()
    async with connected(server, token) as client:
        await client.start(set_id)
        # A repeated message is no error. Whatever it contains, the first one counts.
        await client.send_all([samples(), samples(times_ms=[5, 6, 7])])
        await client.send_all([samples(seq=4, times_ms=[100, 133, 166])])
        gap, code = await client.read_problem()
    async with connected(server, token) as client:
        next_seq = await client.start(set_id)
        await client.send_all([samples(seq=2, times_ms=[66, 99, 99.5]), samples(seq=5, times_ms=[99, 100, 101])])
        back, _ = await client.read_problem()

    assert (gap["type"], gap["next_seq"], code) == ("/problems/sequence-gap", 3, 4409)
    assert next_seq == 3
    assert back["errors"][0]["pointer"] == "/times_ms/0"


async def test_a_set_that_is_too_long(server: PortServer, token: str) -> None:
    set_id = new_set()
    async with connected(server, token) as client:
        await client.start(set_id)
        await client.send_all([samples(times_ms=[0, 1, 30 * 60_000 + 1])])
        problem, code = await client.read_problem()
    async with connected(server, token) as client:
        await client.start(set_id)
        counted = await client.end()

    assert (problem["type"], code) == ("/problems/live-set-too-long", 4422)
    assert counted["count"] == 0


STARTS: list[tuple[dict[str, Any], str]] = [
    ({"set_id": "1"}, "/set_id"),
    ({"set_id": None}, "/set_id"),
    ({"exercise_id": str(uuid4())}, "/exercise_id"),
    ({"exercise_id": "squat"}, "/exercise_id"),
    ({"workout_id": 1}, "/workout_id"),
    ({"aspect_ratio": "1"}, "/aspect_ratio"),
    ({"aspect_ratio": 0}, "/aspect_ratio"),
    ({"more": 0}, "/more"),
]


async def test_a_start_that_is_none(server: PortServer, token: str, connection: Connection) -> None:
    refused = []
    for changed, _ in STARTS:
        async with connected(server, token) as client:
            await client.send(**({"kind": "start", "set_id": new_set(), "exercise_id": SQUAT} | changed))
            problem, code = await client.read_problem()
            refused.append((changed, problem["errors"][0]["pointer"]))
            assert (problem["status"], code) == (422, 4422)

    assert refused == STARTS
    assert await connection.fetchval("SELECT count(*) FROM counting_live_set") == 0


async def test_messages_in_the_wrong_order(server: PortServer, token: str) -> None:
    refused = []
    for kinds in (["end"], ["samples"], ["start", "start"]):
        async with connected(server, token) as client:
            for kind in kinds:
                if kind == "samples":
                    await client.send_all([samples()])
                elif kind == "start":
                    await client.send("start", set_id=new_set(), exercise_id=SQUAT)
                else:
                    await client.send(kind)
            refused.append((await client.read_problem())[0]["type"])

    assert refused == ["/problems/unexpected-message"] * 3


async def test_a_set_with_another_exercise_than_it_began_with(server: PortServer, token: str) -> None:
    set_id = new_set()
    async with connected(server, token) as client:
        await client.start(set_id)
        await client.end()
    async with connected(server, token) as client:
        await client.send("start", set_id=set_id)
        problem, code = await client.read_problem()

    assert (problem["type"], code) == ("/problems/live-set-differs", 4409)


async def test_a_set_id_of_another_user_is_a_set_of_its_own(server: PortServer, token: str, bob: Person) -> None:
    set_id = new_set()
    async with connected(server, token) as ann, connected(server, access_token(bob)) as other:
        await ann.start(set_id)
        await ann.send_all(split(*squat(2), 60))
        assert await other.start(set_id) == 0
        assert (await other.end())["count"] == 0
        assert (await ann.end())["count"] == 2


async def test_refusals_are_security_events(server: PortServer, token: str, ann: Person, bob: Person) -> None:
    head, claims, _ = access_token(bob).split(".")
    with capture_logs() as logged:
        async with connected(server) as client:
            await client.send("authenticate", access_token=f"{head}.{claims}.{'A' * 43}")
            await client.read_problem()
        async with connected(server, token) as client:
            await client.send("authenticate", access_token=access_token(bob))
            await client.read_problem()

    events = [entry for entry in logged if entry["event"] == "request_refused"]
    names = ("problem", "reason", "aimed_at", "user_id", "route")
    path = "/api/v1/counting/live"
    assert [tuple(event.get(name) for name in names) for event in events] == [
        ("unauthenticated", "InvalidSignatureError", bob.id, None, path),
        ("forbidden", None, bob.id, ann.id, path),
    ]


async def test_the_token_of_another_user(server: PortServer, token: str, bob: Person) -> None:
    async with connected(server, token) as client:
        await client.send("authenticate", access_token=token)
        await client.send("authenticate", access_token=access_token(bob))
        problem, code = await client.read_problem()

    assert (problem["status"], code) == (403, 4403)


async def test_the_handshake_names_the_protocol(server: PortServer, client: Client) -> None:
    url = f"127.0.0.1:{server.port}/api/v1/counting/live"
    refused = []
    for subprotocols in (None, [Subprotocol("chat")]):
        with pytest.raises(InvalidStatus) as error:
            await connect(f"ws://{url}", subprotocols=subprotocols)
        refused.append(error.value.response.status_code)
    response = await client.get("/api/v1/counting/live")

    assert refused == [400, 400]
    assert (response.status_code, response.headers["upgrade"]) == (426, "websocket")
    assert SUBPROTOCOL in response.json()["detail"]


async def test_no_more_than_five_connections_and_sets_of_a_user(serve: Serve, token: str, bob: Person) -> None:
    here, elsewhere = await serve(), await serve()
    async with AsyncExitStack() as stack:
        for _ in range(5):
            client = await stack.enter_async_context(connected(here, token))
            await client.start(new_set())
        sixth = await stack.enter_async_context(connected(here, token))
        connection_refused = await sixth.read_problem()
        # Another process does not know the connections, but the database knows the sets.
        other = await stack.enter_async_context(connected(elsewhere, token))
        await other.send("start", set_id=new_set(), exercise_id=SQUAT)
        set_refused = await other.read_problem()
        somebody = await stack.enter_async_context(connected(here, access_token(bob)))
        assert await somebody.start(new_set()) == 0
    await wait_until(lambda: not here.state["live"].list_connections())
    # The sets can be resumed; they no longer count.
    async with connected(elsewhere, token) as client:
        assert await client.start(new_set()) == 0

    assert [(problem["type"], code) for problem, code in (connection_refused, set_refused)] == [
        ("/problems/too-many-live-sets", 4429)
    ] * 2


@pytest.mark.parametrize(("limit", "counted"), [("MAX_UNCOUNTED_SETS", None), ("MAX_SETS_OF_A_DAY", "{}")])
async def test_no_more_stored_sets_than_a_user_may_have(
    server: PortServer, token: str, ann: Person, connection: Connection, limit: str, counted: str | None
) -> None:
    await connection.execute(
        "INSERT INTO counting_live_set (user_id, set_id, epoch, next_seq, leased_until, counted)"
        " SELECT $1, uuidv7(), 1, 0, now(), $2 FROM generate_series(1, $3)",
        UUID(ann.id),
        counted,
        getattr(storage, limit) - 1,
    )

    last = new_set()
    async with connected(server, token) as client:
        assert await client.start(last) == 0
    if counted is not None:
        await connection.execute("UPDATE counting_live_set SET counted = '{}'")
    async with connected(server, token) as client:
        await client.send("start", set_id=new_set(), exercise_id=SQUAT)
        problem, code = await client.read_problem()

    assert (problem["type"], code) == ("/problems/too-many-live-sets", 4429)
    assert str(getattr(storage, limit)) in problem["detail"]
    if counted is None:
        # One that waits can still be resumed.
        async with connected(server, token) as client:
            assert await client.start(last) == 0
