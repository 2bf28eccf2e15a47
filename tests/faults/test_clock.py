"""The clock of the server jumps while people write."""

import shutil
import time
from pathlib import Path

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
@pytest.mark.parametrize("shift", ["+2h", "-1h"])
def test_the_clock_jumps(folder: Path, start: ServerStarter, shift: str) -> None:
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
        clock.write_text("+0")
        time.sleep(3)
        writers.wait_for_progress(RECOVERY_SECONDS)
    verify(writers, allow=(401,))
    assert server.stop() == 0
