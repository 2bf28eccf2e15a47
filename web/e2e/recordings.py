"""Write the recordings that the Count page replays: uv run python -m web.e2e.recordings.

The kinematic model of `benchmarks/counting` makes them: people walk in, do a set and leave. Positions are in heights of
the image. Each joint has two rows of whole numbers, x and y in thousandths: the first position, then the changes.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.counting.model import ModelTrace, record
from benchmarks.counting.movements import MOVEMENTS, Movement
from benchmarks.counting.script import LEVELS, write_script
from exercise_buddy.counting.engine.joints import JOINTS
from exercise_buddy.exercises.public import catalogue_entries

FOLDER = Path(__file__).parent.parent / "src" / "count" / "recordings"
_HZ = 15
_SCALE = 1000
# A careful person before a camera that stands still, whose detection shakes and loses little.
_LEVEL = replace(LEVELS["clean"], entering=1, rests=0, rates=(_HZ, _HZ), camera=20, fading=0.15)


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording to make: its exercise, its true count, and the seconds of a rep."""

    slug: str
    reps: int
    period: float
    seed: int


RECORDINGS = (
    Recording("bodyweight-squat", 8, 2.4, 6),
    Recording("pushups", 10, 1.9, 4),
    Recording("barbell-curl", 8, 2.4, 5),
    Recording("jumping-jack", 16, 1.1, 4),
    Recording("side-lateral-raise", 8, 2.3, 3),
    Recording("sit-up", 8, 2.3, 6),
)


def make(recording: Recording) -> ModelTrace:
    """Return the trace of a recording."""
    movement: Movement = next(movement for movement in MOVEMENTS if movement.slug == recording.slug)
    movement = replace(movement, period=(recording.period, recording.period))
    rng = np.random.default_rng([recording.seed, sum(recording.slug.encode())])
    script = write_script(rng, movement, _LEVEL, recording.reps)
    bounds = tuple((float(start * 1000), float(end * 1000)) for start, end in script.reps)
    return record(rng, script, recording.slug, bounds, None)


def write(trace: ModelTrace) -> dict[str, Any]:
    """Return the file of a trace."""
    entry = next(entry for entry in catalogue_entries() if entry["slug"] == trace.exercise)
    # In heights of the image.
    points = np.nan_to_num(trace.image) * np.array([trace.aspect_ratio, 1.0])
    numbers = np.round(points * _SCALE).astype(int)
    (begin, *_), (*_, end) = trace.bounds_ms[0], trace.bounds_ms[-1]
    exercising = (trace.times_ms >= begin) & (trace.times_ms <= end)
    low, high = (getattr(numbers[exercising], kind)(axis=(0, 1)).tolist() for kind in ("min", "max"))
    return {
        "exercise": {"id": str(entry["id"]), "name": entry["name"]},
        "reps": trace.reps,
        "hz": _HZ,
        "scale": _SCALE,
        "box": [*low, *high],
        "joints": {
            joint: [np.diff(numbers[:, index, axis], prepend=0).tolist() for axis in (0, 1)]
            for index, joint in enumerate(JOINTS)
        },
        "visibility": {joint: round(float(trace.visibility[:, index].mean()), 2) for index, joint in enumerate(JOINTS)},
    }


def read(path: Path) -> dict[str, Any]:
    """Return the body of `POST /counting/counts` for a recording, as the Count page builds its samples."""
    content = json.loads(path.read_text())
    landmarks = {
        joint: {
            **{axis: (np.cumsum(row) / content["scale"]).tolist() for axis, row in zip(("x", "y"), rows, strict=True)},
            "visibility": [content["visibility"][joint]] * len(rows[0]),
        }
        for joint, rows in content["joints"].items()
    }
    samples = len(next(iter(landmarks.values()))["x"])
    times_ms = [round(index * 1000 / content["hz"]) for index in range(samples)]
    return {"exercise_id": content["exercise"]["id"], "trace": {"times_ms": times_ms, "landmarks": landmarks}}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for item in RECORDINGS:
        path = FOLDER / f"{item.slug}.json"
        path.write_text(json.dumps(write(make(item)), separators=(",", ":")) + "\n")
        print(f"{path.name}: {path.stat().st_size:,} bytes")
