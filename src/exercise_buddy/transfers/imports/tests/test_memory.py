"""A file at the size limit takes little memory: readers stream it, whatever its content."""

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports.assembly import add_note
from exercise_buddy.transfers.imports.detection import open_file
from exercise_buddy.transfers.imports.model import ImportOptions

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Only Linux reports the peak memory")

SIZE = 32 * 1024 * 1024
MOST_MEGABYTES = 150

READ = """
import sys
from pathlib import Path
from exercise_buddy.transfers.imports.detection import open_file
from exercise_buddy.transfers.imports.model import ImportOptions
from exercise_buddy.transfers.imports.spool import BatchSpool

def megabytes():
    # The peak of this process. That of getrusage includes the parent's.
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024

before = megabytes()
with open(sys.argv[1], "rb") as file:
    reader = open_file(file, ImportOptions("kg", "km", "Europe/Berlin", "day_first"))
    with BatchSpool(reader) as spool:
        while spool.parse_batch():
            pass
        workouts = sum(len(spool.read_batch(position)) for position in spool.positions())
print(workouts, reader.problems.count, megabytes() - before)
"""


HEADER = b"title,start_time,end_time,exercise_title,set_index,set_type,weight_kg,reps\n"


def hevy() -> bytes:
    def row(number: int, index: int) -> str:
        start = f"{1 + number % 28} Mar {1975 + number % 50}, {number % 24:02}:{number // 1400 % 60:02}"
        return f'"Push","{start}","",Press,{index},normal,50,8\n'

    return HEADER + "".join(row(number, index) for number in range(35_000) for index in range(20)).encode()


def scattered() -> bytes:
    """Return a file that is sorted by the number of the set, so that no rows of a workout are next to each other."""
    rows = hevy().splitlines(keepends=True)[1:]
    return HEADER + b"".join(row for index in range(20) for row in rows[index::20])


def exercise_buddy_json() -> bytes:
    performed = [
        {"exercise": {"id": "0197a000-0000-7000-8000-000000000001", "name": "Press"}, "sets": [{"reps": 8}] * 20}
    ]
    items = (
        {
            "id": f"0197a000-0000-7000-8000-{number:012}",
            "title": "Push",
            "started_at": f"{1970 + number % 50}-01-01T10:{number // 50 % 60:02}:{number // 3000:02}Z",
            "time_zone": "UTC",
            "exercises": performed,
        }
        for number in range(72_000)
    )
    head = b'{"format": "exercise-buddy", "version": 1, "workouts": [\n'
    return head + b",\n".join(json.dumps(item).encode() for item in items) + b"]}"


def one_workout() -> bytes:
    return HEADER + b'"P","1 Mar 2024, 10:00","",Press,0,normal,50,8\n' * (SIZE // 45)


def nonsense() -> bytes:
    return HEADER + (b"x,never,,,,,," + b" " * 400 + b"\n") * 80_000 + b"\n" * 1_000_000


def one_line() -> bytes:
    return HEADER + b"," * SIZE


def blank() -> bytes:
    return HEADER + b"\n" * SIZE


@pytest.mark.parametrize(
    ("make", "workouts", "problems"),
    [
        (hevy, 20_000, 0),
        (one_workout, 0, 1),
        pytest.param(exercise_buddy_json, 20_000, 0, marks=pytest.mark.slow),
        pytest.param(scattered, 20_000, 0, marks=pytest.mark.slow),
    ],
)
def test_a_file_at_the_limit_fits_into_150_megabytes(
    tmp_path: Path, make: Callable[[], bytes], workouts: int, problems: int
) -> None:
    content = make()[:SIZE]
    path = tmp_path / "export"
    if make is exercise_buddy_json:
        path.write_bytes(content[: content.rindex(b",\n")] + b"]}")
    else:
        path.write_bytes(content[: content.rindex(b"\n") + 1])
    assert path.stat().st_size > 0.95 * SIZE

    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    read, problem_count, megabytes = done.stdout.split()
    assert int(read) >= workouts
    assert int(problem_count) == problems
    assert float(megabytes) < MOST_MEGABYTES


def no_rows() -> bytes:
    return HEADER + b"x,y\n" * (SIZE // 4)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (nonsense, "No row of this file can be read"),
        (no_rows, "More than 100,000 rows of this file cannot be read"),
        (one_line, "The file has a line of more than 2,000,000 characters"),
        (blank, "More than 2,097,152 rows of this file are blank"),
    ],
)
def test_a_file_without_readable_rows_is_refused(make: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        open_file(io.BytesIO(make()[:SIZE]), ImportOptions("kg", "km", "Europe/Berlin", "day_first"))


def test_a_workout_may_have_as_many_notes_as_the_file_has_rows() -> None:
    notes: dict[str, None] = {}
    begun = time.process_time()

    for number in range(100_000):
        add_note(notes, f"Note {number % 50_000}")

    assert len(notes) == 50_000
    # In a list, which is searched for each note, this takes the best part of a minute.
    assert time.process_time() - begun < 1
