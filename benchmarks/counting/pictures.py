"""Draw recordings of the RepCount data set for docs/counting.md.

uv run python -m benchmarks.counting.pictures

The signal is drawn with four points a second: enough to see why a count is right or wrong, too few to be the data.
"""

from pathlib import Path

import numpy as np

from benchmarks.counting.traces import TRACE_SETS
from exercise_buddy.counting.drawing import draw_count
from exercise_buddy.counting.engine.counter import analyze
from exercise_buddy.counting.profiles import load_profiles

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "counting"
_HZ = 4

PICTURES = {
    "right-pull-up": "stu5_32",
    "right-front-raise": "stu10_24",
    "right-squat": "stu6_65",
    "wrong-bench-press": "stu3_5",
    "wrong-squat": "stu8_70",
    "wrong-push-up": "stu9_48",
}
"""The file name of each picture, and the recording that it shows."""


def draw_all() -> None:
    recordings = {trace.name: trace for trace in TRACE_SETS["repcount"].read(0, 0)}
    for file, name in PICTURES.items():
        recording = recordings[name]
        analysis = analyze(recording.trace, load_profiles()[recording.exercise] if recording.exercise else None)
        times = analysis.times_ms - analysis.times_ms[0]
        coarse = np.searchsorted(times, np.arange(0, times[-1], 1000 / _HZ))
        title = f"{recording.label}: counted {analysis.count.count}, true {recording.reps}"
        picture = draw_count(
            title,
            analysis.count,
            times[coarse].tolist(),
            np.round(analysis.values[coarse], 2).tolist(),
            recording.bounds_ms,
        )
        (FOLDER / f"{file}.svg").write_bytes(picture)


if __name__ == "__main__":
    draw_all()
