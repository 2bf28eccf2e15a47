"""Ctrl+C while the modules of the command are loaded."""

import signal
import subprocess
import sys

import pytest

from tests.command.processes import TIMEOUT_SECONDS

# Loading the command takes for ever, and swallows exceptions, as some libraries do.
PROGRAM = """
import signal, sys, time

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "exercise_buddy.cli":
            print("loading", flush=True)
            while True:
                try:
                    time.sleep(1)
                except KeyboardInterrupt:
                    print("swallowed", flush=True)

signal.signal(signal.SIGINT, getattr(signal, sys.argv[1]))
sys.meta_path.insert(0, Finder())
from exercise_buddy.__main__ import main
main()
"""


@pytest.mark.parametrize("handler", ["default_int_handler", "SIG_IGN"])
def test_an_interruption_while_modules_are_loaded_ends_the_command(handler: str) -> None:
    command = [sys.executable, "-c", PROGRAM, handler]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "loading\n"
        process.send_signal(signal.SIGINT)
        if handler == "SIG_IGN":
            # A command that a script has started in the background ignores the signal.
            process.terminate()
        output, _ = process.communicate(timeout=TIMEOUT_SECONDS)

    assert -process.returncode == (signal.SIGTERM if handler == "SIG_IGN" else signal.SIGINT)
    assert output == ""
