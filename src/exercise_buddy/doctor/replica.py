"""The check of the replica: whether it is a standby of the database, and how far behind."""

import asyncio
import time
from typing import Any

from exercise_buddy.core.db.connections import connect
from exercise_buddy.core.db.errors import message_of, problem_for
from exercise_buddy.core.db.replica import MAX_LAG_SECONDS, PRIMARY_POSITION, REPLICA_POSITION
from exercise_buddy.core.problems import Unavailable
from exercise_buddy.doctor.findings import Check, Finding
from exercise_buddy.settings import Settings
from exercise_buddy.startup import get_replica_url

_WAIT_SECONDS = 2.0
_LAST_REPLAYED = "SELECT extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8"


async def check_replica(settings: Settings, url: str) -> list[Finding]:
    """Return whether the replica answers reads. Without a replica, the list is empty.

    Args:
        settings: all settings.
        url: of the primary.

    """
    replica_url = get_replica_url(settings)
    if replica_url is None:
        return []
    check, primary, replica = Check("replica"), None, None
    try:
        primary = await connect(url)
        replica = await connect(replica_url)
        return [await _compare(check, primary, replica)]
    except Exception as error:
        if not isinstance(problem_for(error), Unavailable):
            raise
        if primary is None:
            return [check.without_database()]
        return [
            check.error(
                f"It cannot be reached: {message_of(error)}. All reads go to the primary.",
                "Check DATABASE_REPLICA_URL, and whether it runs.",
            )
        ]
    finally:
        for connection in (primary, replica):
            if connection is not None:
                connection.terminate()


async def _compare(check: Check, primary: Any, replica: Any) -> Finding:  # noqa: ANN401  (asyncpg's)
    position, system = await primary.fetchrow(PRIMARY_POSITION)
    replayed, own_system, is_standby = await replica.fetchrow(REPLICA_POSITION)
    if not is_standby or system != own_system:
        kind = "a standby of another server" if is_standby else "no standby"
        return check.error(
            f"The server of DATABASE_REPLICA_URL is {kind}. All reads go to the primary.",
            "Copy one from the primary with pg_basebackup --write-recovery-conf.",
        )
    began = time.monotonic()
    while replayed < position and time.monotonic() < began + _WAIT_SECONDS:
        await asyncio.sleep(0.05)
        replayed, *_ = await replica.fetchrow(REPLICA_POSITION)
    if replayed >= position:
        return check.ok(f"A standby, {time.monotonic() - began:.1f} s behind.")
    seconds = await replica.fetchval(_LAST_REPLAYED) or 0.0
    message = f"It is {(position - replayed) / 2**20:.1f} MiB behind; it replayed something {seconds:.0f} s ago."
    return check.warning(
        message,
        f"See pg_stat_replication on the primary. Over {MAX_LAG_SECONDS:.0f} s behind, all reads go to the primary.",
    )
