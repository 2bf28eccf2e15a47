"""The registry of all files that can be imported. A new app is a module beside this one, and a line here.

An app whose file is a table of sets with one header is a `CsvReader` with a `layout`. Any other file is a `FileFormat`:
a table of body measurements, too.
"""

from exercise_buddy.transfers.imports.csv_reader import CsvReader
from exercise_buddy.transfers.imports.model import FileFormat
from exercise_buddy.transfers.imports.readers import (
    alpha_progression,
    apple_health,
    exercise_buddy_json,
    fit,
    hevy_measurements,
    jefit,
    strong_measurements,
)
from exercise_buddy.transfers.imports.readers.boostcamp import BoostcampCopyReader, BoostcampReader
from exercise_buddy.transfers.imports.readers.fitbod import FitbodReader
from exercise_buddy.transfers.imports.readers.fitnotes import FitNotesReader
from exercise_buddy.transfers.imports.readers.gymbook import GymBookReader
from exercise_buddy.transfers.imports.readers.hevy import HevyReader
from exercise_buddy.transfers.imports.readers.liftosaur import LiftosaurReader
from exercise_buddy.transfers.imports.readers.lyfta import LyftaReader
from exercise_buddy.transfers.imports.readers.strong import StrongReader
from exercise_buddy.transfers.imports.readers.stronglifts import StrongLiftsReader

TABLES: tuple[type[CsvReader], ...] = (
    StrongReader,
    HevyReader,
    FitNotesReader,
    FitbodReader,
    StrongLiftsReader,
    GymBookReader,
    LyftaReader,
    LiftosaurReader,
    BoostcampReader,
    BoostcampCopyReader,
)
"""In the order in which a header is compared with their layouts."""

FORMATS: tuple[FileFormat, ...] = (
    exercise_buddy_json.FILE_FORMAT,
    jefit.FILE_FORMAT,
    alpha_progression.FILE_FORMAT,
    apple_health.FILE_FORMAT,
    fit.FILE_FORMAT,
    hevy_measurements.FILE_FORMAT,
    strong_measurements.FILE_FORMAT,
)
"""What is not a table of sets with one header, in the order in which the start of a file is compared with them."""


def list_layouts() -> list[str]:
    """Return the names of all apps and formats, for people."""
    apps = [*(reader.layout.app for reader in TABLES), *(file_format.app for file_format in FORMATS)]
    return list(dict.fromkeys(apps))
