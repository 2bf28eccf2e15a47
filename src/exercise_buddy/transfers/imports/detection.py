"""Detection of a file's format, and the choice of its reader."""

from typing import BinaryIO

from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports.column_mapping import map_columns, propose_columns
from exercise_buddy.transfers.imports.csv_reader import CsvReader
from exercise_buddy.transfers.imports.csv_rows import detect_encoding, open_table
from exercise_buddy.transfers.imports.layouts import Columns, detect_columns, join_printable, list_printable
from exercise_buddy.transfers.imports.model import FileReader, FileStart, ImportOptions
from exercise_buddy.transfers.imports.readers.mapped_table import MappedTableReader
from exercise_buddy.transfers.imports.readers.registry import FORMATS, TABLES, list_layouts
from exercise_buddy.transfers.imports.survey import require_options, survey_table

_DETECTION_BYTES = 4096
_TABLES: tuple[type[CsvReader], ...] = (*TABLES, MappedTableReader)
_READERS = {id(reader.layout): reader for reader in _TABLES}
_LAYOUTS = [reader.layout for reader in TABLES]


def open_file(file: BinaryIO, options: ImportOptions) -> FileReader:
    """Return the reader of a file, after one pass over the file to find what it does not state.

    Raises:
        UnreadableFile: the file has no known layout.
        InvalidInput: an option is needed that the file and `options` both lack.

    """
    start = _read_start(file)
    for file_format in FORMATS:
        if file_format.recognizes(start):
            if options.columns is not None:
                message = f"This file is no table but one of {file_format.app}: leave the columns out"
                raise InvalidInput(errors=[FieldError("/columns", "no_table", message)])
            try:
                return file_format.open(file, options)
            except UnreadableFile as error:
                error.members.setdefault("layouts_known", list_layouts())
                raise
    columns = _find_columns(file, options)
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


def _find_columns(file: BinaryIO, options: ImportOptions) -> Columns:
    with open_table(file) as table:
        if options.columns is not None:
            return map_columns(table.header, options.columns)
        columns = detect_columns(table, _LAYOUTS)
        header = table.header
    if columns is not None:
        return columns
    with open_table(file) as table:
        proposal = propose_columns(table, _LAYOUTS)
    advice = "Send its columns in the field columns" + (", as in columns_proposal." if proposal else ".")
    raise UnreadableFile(
        f"The layout of this file is unknown. Columns found: {join_printable(header) or 'none'}. {advice} Known "
        f"layouts: {', '.join(list_layouts())}.",
        columns_found=list_printable(header),
        layouts_known=list_layouts(),
        columns_proposal=proposal,
    )
