"""Writes of one user wait for each other without the connections of the others."""

import asyncio
from uuid import UUID

import asyncpg

from tests.factories import workout
from tests.support import Connection, Person, StartApp, wait_until


async def test_writes_of_one_user_leave_connections_for_others(
    start_app: StartApp, ann: Person, bob: Person, database_url: str, connection: Connection
) -> None:
    app = await start_app(database_pool_size=3)
    of_ann, of_bob = (app.client(authorization=person.client.headers["authorization"]) for person in (ann, bob))
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

    holder = await asyncpg.connect(database_url)
    async with holder.transaction():
        await holder.execute("SELECT 1 FROM user_revision WHERE user_id = $1 FOR UPDATE", UUID(ann.id))
        writes = [asyncio.create_task(of_ann.post("/api/v1/workouts", json=workout())) for _ in range(6)]

        async def two_wait() -> bool:
            return bool(await connection.fetchval(waiting) == 2)

        await wait_until(two_wait)
        assert (await of_bob.post("/api/v1/workouts", json=workout())).status_code == 201
        assert not any(write.done() for write in writes)
    await holder.close()
    responses = await asyncio.gather(*writes)
    for client in (of_ann, of_bob):
        await client.aclose()

    assert [response.status_code for response in responses] == [201] * 6
