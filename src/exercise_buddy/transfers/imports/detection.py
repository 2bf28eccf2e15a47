"""Detection of a file's format, and the choice of its reader."""

from typing import BinaryIO

from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports.csv_rows import CsvTable, detect_encoding, open_table
from exercise_buddy.transfers.imports.layouts import Columns, detect_columns, join_printable, list_printable
from exercise_buddy.transfers.imports.model import FileReader, FileStart, ImportOptions
from exercise_buddy.transfers.imports.readers.registry import FORMATS, TABLES, describe_layouts, list_layouts
from exercise_buddy.transfers.imports.survey import require_options, survey_table

_DETECTION_BYTES = 4096
_READERS = {id(reader.layout): reader for reader in TABLES}


def open_file(file: BinaryIO, options: ImportOptions) -> FileReader:
    """Return the reader of a file, after one pass over the file to find what it does not state.

    Raises:
        UnreadableFile: the file has no known layout.
        InvalidInput: an option is needed that the file and `options` both lack.

    """
    start = _read_start(file)
    for file_format in FORMATS:
        if file_format.recognizes(start):
            return file_format.open(file, options)
    with open_table(file) as table:
        columns = _require_columns(table)
    with open_table(file) as table:
        survey = survey_table(table, columns)
    require_options(survey, options)
    return _READERS[id(columns.layout)](file, columns, survey, options)


def _read_start(file: BinaryIO) -> FileStart:
    """Return the start of a file, and rewind it."""
    encoding = detect_encoding(file)
    start = file.read(_DETECTION_BYTES)
    file.seek(0)
    return FileStart(start, start.decode(encoding, "ignore").lstrip("\ufeff \t\r\n"))


def _require_columns(table: CsvTable) -> Columns:
    columns = detect_columns(table, [reader.layout for reader in TABLES])
    if columns is None:
        raise UnreadableFile(
            f"The layout of this file is unknown. Columns found: {join_printable(table.header) or 'none'}. Known "
            f"layouts: {describe_layouts()}.",
            columns_found=list_printable(table.header),
            layouts_known=list_layouts(),
        )
    return columns
