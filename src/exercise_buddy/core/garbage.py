"""The garbage collector while modules are loaded."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_WHILE_LOADING = (5_000, 10, 100_000)


@contextmanager
def young_garbage_only() -> Iterator[None]:
    """Collect only recent garbage, because all else that is loaded stays.

    Full collections walk through all modules again and again: a quarter of the time that a short command takes.
    """
    usual = gc.get_threshold()
    gc.set_threshold(*_WHILE_LOADING)
    try:
        yield
    finally:
        # What was loaded may have set its own, as the application does.
        if gc.get_threshold() == _WHILE_LOADING:
            gc.set_threshold(*usual)
