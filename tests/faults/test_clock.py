"""The clock of the server jumps while people write."""

import shutil
import time
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx2
import pytest

from tests.command.processes import ServerStarter
from tests.faults.verifier import verify
from tests.faults.writers import writing

RECOVERY_SECONDS = 30.0


def _find_library() -> Path | None:
    """Return the library that gives a process another time: that of the program `faketime`, if it is installed."""
    program = shutil.which("faketime")
    if program is None:
        return None
    return next(Path(program).parents[1].glob("lib/**/faketime/libfaketimeMT.so.1"), None)


@pytest.mark.skipif(_find_library() is None, reason="faketime is not installed")
@pytest.mark.parametrize(("shift", "seconds"), [("+2h", 7200), ("-1h", -3600)], ids=["+2h", "-1h"])
def test_the_clock_jumps(folder: Path, start: ServerStarter, shift: str, seconds: int) -> None:
    """Access tokens are valid by it, and users sign in again. Nothing else depends on it, nor does the way back."""
    clock = folder / "clock"
    clock.write_text("+0")
    server, client = start(
        LD_PRELOAD=str(_find_library()),
        FAKETIME_TIMESTAMP_FILE=str(clock),
        FAKETIME_CACHE_DURATION="1",
        FAKETIME_DONT_FAKE_MONOTONIC="1",
    )
    with writing(str(client.base_url)) as writers:
        time.sleep(1)
        clock.write_text(shift)
        time.sleep(3)
        writers.wait_for_progress(RECOVERY_SECONDS)
        shifted = _measure_shift(client)
        clock.write_text("+0")
        time.sleep(3)
        writers.wait_for_progress(RECOVERY_SECONDS)
        shifted_back = _measure_shift(client)
    verify(writers, allow=(401,))
    assert server.stop() == 0
    # Otherwise the drill would have tested nothing.
    assert shifted == pytest.approx(seconds, abs=60)
    assert shifted_back == pytest.approx(0, abs=60)


def _measure_shift(client: httpx2.Client) -> float:
    """Return how many seconds the clock of the server is ahead of ours."""
    sent_at = parsedate_to_datetime(client.get("/health").headers["Date"])
    return sent_at.timestamp() - time.time()
