import gc
from collections.abc import Iterator
from contextlib import suppress

import pytest

from exercise_buddy.core.garbage import young_garbage_only


@pytest.fixture(autouse=True)
def usual() -> Iterator[tuple[int, int, int]]:
    before = gc.get_threshold()
    yield before
    gc.set_threshold(*before)


def test_full_collections_wait_until_everything_is_loaded(usual: tuple[int, int, int]) -> None:
    with suppress(ImportError), young_garbage_only():
        thresholds = gc.get_threshold()
        raise ImportError

    assert thresholds[2] > 100 * usual[2]
    assert gc.get_threshold() == usual


def test_what_is_loaded_may_set_its_own_thresholds() -> None:
    with young_garbage_only():
        gc.set_threshold(10_000, 20, 100)

    assert gc.get_threshold() == (10_000, 20, 100)
