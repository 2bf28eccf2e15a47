"""Synthetic signals whose phases are known."""

from dataclasses import dataclass

import numpy as np

from exercise_buddy.counting.engine.phases import Movement
from exercise_buddy.counting.engine.trace import Floats


@dataclass(frozen=True)
class Tempo:
    """Durations in ms of the phases of a rep, in the order in which they happen."""

    outward: float
    turn_pause: float
    backward: float
    end_pause: float

    @property
    def total(self) -> float:
        """Return the time from one rep to the next."""
        return self.outward + self.turn_pause + self.backward + self.end_pause


def build_signal(times_ms: Floats, tempo: Tempo, reps: int, size: float = 90.0) -> Floats:
    """Return a signal that starts at 0 and moves to `size` and back `reps` times, at a velocity shaped like a sine."""
    time = np.mod(times_ms, tempo.total)
    back = time - tempo.outward - tempo.turn_pause
    signal = np.select(
        [time < tempo.outward, back < 0, back < tempo.backward],
        [
            0.5 - 0.5 * np.cos(np.pi * time / tempo.outward),
            1.0,
            0.5 + 0.5 * np.cos(np.pi * back / tempo.backward),
        ],
        0.0,
    )
    return np.asarray(np.where(times_ms < reps * tempo.total, signal, 0.0) * size)


def build_movements(times_ms: Floats, tempo: Tempo, reps: int) -> list[Movement]:
    """Return the movements of `build_signal` as segmentation finds them: with bounds in the middle of each pause."""
    starts = np.arange(reps + 1) * tempo.total - tempo.end_pause / 2
    turns = starts[:-1] + tempo.end_pause / 2 + tempo.outward + tempo.turn_pause / 2
    start, turn = (np.clip(np.searchsorted(times_ms, times), 0, len(times_ms) - 1) for times in (starts, turns))
    return [Movement(int(start[rep]), int(turn[rep]), int(start[rep + 1]), None, confidence=0.9) for rep in range(reps)]
