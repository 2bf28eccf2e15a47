"""The command `exercise-buddy`, which is also `python -m exercise_buddy`."""

import gc
import signal

from exercise_buddy.core.garbage import young_garbage_only


def main() -> None:
    """Run the command. An interruption (Ctrl+C) while its modules are loaded ends the process at once.

    Loading takes seconds on a busy machine. Python would raise an exception in the middle of it, and code that runs
    while modules are loaded swallowed one of 60 of them: the command went on.
    """
    # A script makes its background commands ignore it.
    is_heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_heard:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    with young_garbage_only():
        from exercise_buddy.cli import app  # noqa: PLC0415  (this is what takes long)
    # Nor do collections at the end of the process walk through them.
    gc.freeze()

    if is_heard:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    app()


if __name__ == "__main__":
    main()
