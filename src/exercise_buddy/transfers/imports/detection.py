"""Detection of a file's format, and the choice of its reader."""

from typing import BinaryIO

from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports.csv_reader import require_options, survey_table
from exercise_buddy.transfers.imports.csv_rows import CsvTable, detect_encoding, open_table
from exercise_buddy.transfers.imports.exercise_buddy_json import FORMAT, ExerciseBuddyReader
from exercise_buddy.transfers.imports.hevy import HevyReader
from exercise_buddy.transfers.imports.layouts import (
    HEVY,
    LAYOUTS,
    Columns,
    detect_columns,
    join_printable,
    list_printable,
)
from exercise_buddy.transfers.imports.model import FileReader, ImportOptions
from exercise_buddy.transfers.imports.strong import StrongReader

_DETECTION_BYTES = 512


def open_file(file: BinaryIO, options: ImportOptions) -> FileReader:
    """Return the reader of a file, after one pass over the file to find what it does not state.

    Raises:
        UnreadableFile: the file has no known layout.
        InvalidInput: an option is needed that the file and `options` both lack.

    """
    encoding = detect_encoding(file)
    start = file.read(_DETECTION_BYTES).decode(encoding, "ignore").lstrip("\ufeff \t\r\n")
    if start.startswith(("{", "[")):
        return ExerciseBuddyReader(file, is_bare_list=start.startswith("["))
    with open_table(file) as table:
        columns = _require_columns(table)
    with open_table(file) as table:
        survey = survey_table(table, columns)
    require_options(survey, options)
    reader = HevyReader if columns.layout is HEVY else StrongReader
    return reader(file, columns, survey, options)


def _require_columns(table: CsvTable) -> Columns:
    columns = detect_columns(table)
    if columns is None:
        layouts = "; ".join(f"{layout.app} ({layout.example})" for layout in LAYOUTS)
        raise UnreadableFile(
            f"The layout of this file is unknown. Columns found: {join_printable(table.header) or 'none'}. Known "
            f"layouts: {layouts}; our own JSON.",
            columns_found=list_printable(table.header),
            layouts_known=[*(layout.app for layout in LAYOUTS), FORMAT],
        )
    return columns
