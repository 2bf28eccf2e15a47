"""Stops the embedded PostgreSQL after a process that used it was killed: `python -m … DATA_DIR`.

The process holds the other end of standard input. When the kernel closes it, the process has ended without stopping the
server. Without this, the server would stay until the next start, and for ever if the folder is deleted before.
"""

import signal
import sys
from pathlib import Path


def main() -> None:
    """Wait for the end of the process, and stop the server if no other process uses it."""
    # What ends the process, such as Ctrl+C or the end of a systemd unit, must not end this one first.
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    sys.stdin.buffer.read()
    # Imported only now: until then, this needs 9 MB of memory instead of 30.
    from exercise_buddy.core.db.embedded import stop_if_unused  # noqa: PLC0415

    stop_if_unused(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
