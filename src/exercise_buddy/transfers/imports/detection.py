"""Detection of a file's format, and the choice of its reader."""

import weakref
from io import SEEK_END
from typing import BinaryIO

from exercise_buddy.core.problems import ContentTooLarge, FieldError, InvalidInput
from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports.column_mapping import map_columns, propose_columns
from exercise_buddy.transfers.imports.containers import unpack
from exercise_buddy.transfers.imports.csv_reader import CsvReader
from exercise_buddy.transfers.imports.csv_rows import detect_encoding, open_table
from exercise_buddy.transfers.imports.foreign_files import describe_foreign_file
from exercise_buddy.transfers.imports.joined_files import JoinedReader, can_join
from exercise_buddy.transfers.imports.layouts import Columns, detect_columns, join_printable, list_printable
from exercise_buddy.transfers.imports.measurement_table import MeasurementTable
from exercise_buddy.transfers.imports.model import FileReader, FileStart, ImportOptions
from exercise_buddy.transfers.imports.readers.mapped_table import MappedTableReader
from exercise_buddy.transfers.imports.readers.registry import FORMATS, TABLES, list_layouts
from exercise_buddy.transfers.imports.survey import require_options, survey_table

_DETECTION_BYTES = 4096
_MAX_BYTES = 32 * 1024 * 1024
"""The size of a file whose workouts are compared in memory: 100,000 sets and more."""
_ZIP = (b"PK\3\4", b"PK\5\6")
_TABLES: tuple[type[CsvReader], ...] = (*TABLES, MappedTableReader)
_READERS = {id(reader.layout): reader for reader in _TABLES}
_LAYOUTS = [reader.layout for reader in TABLES]


def open_file(file: BinaryIO, options: ImportOptions) -> FileReader:
    """Return the reader of a file, after one pass over the file to find what it does not state.

    The file must stay open and referenced while the reader is used.

    Raises:
        UnreadableFile: the file has no known layout.
        ContentTooLarge: it has to be read into memory, and is too large for that.
        InvalidInput: an option is needed that the file and `options` both lack.

    """
    start = _read_start(file)
    if start.content.startswith(_ZIP):
        return _open_contained(file, options)
    if not any(file_format.is_streamed and file_format.recognizes(start) for file_format in FORMATS):
        _require_small(file)
    return _open_file(file, start, options)


def _require_small(file: BinaryIO) -> None:
    size = file.seek(0, SEEK_END)
    file.seek(0)
    if size > _MAX_BYTES:
        raise ContentTooLarge(
            f"A file that is no archive may have {_MAX_BYTES // 1024**2} MiB, and this one has {size // 1024**2}. "
            "Export a shorter period, or less."
        )


def _open_contained(container: BinaryIO, options: ImportOptions) -> FileReader:
    """Return the reader of the files in a container that can be imported."""
    readers: dict[str, FileReader] = {}
    refused: dict[str, UnreadableFile] = {}
    for contained in unpack(container):
        # It is closed with its container.
        weakref.finalize(container, contained.file.close)
        start = _read_start(contained.file)
        try:
            readers[contained.name] = _open_file(contained.file, start, options)
        except UnreadableFile as error:
            contained.file.close()
            refused[contained.name] = error
    if not readers:
        raise _refuse(refused)
    reader = next(iter(readers.values())) if len(readers) == 1 else _join(readers)
    if refused:
        message = f"These files or sheets were left out: {join_printable(list(refused))}."
        reader.warnings.add(1, "files_left_out", message)
    return reader


def _join(readers: dict[str, FileReader]) -> FileReader:
    """Return one reader of several files: workouts of one layout, body measurements of the same app, or both.

    Raises:
        UnreadableFile: they are of different apps or layouts, and may have the same workouts in other words.

    """
    tables = {name: reader for name, reader in readers.items() if isinstance(reader, MeasurementTable)}
    others = {name: reader for name, reader in readers.items() if name not in tables}
    is_one_app = len({reader.source for reader in readers.values()}) == 1
    if not is_one_app or len({type(table) for table in tables.values()}) > 1 or not can_join(list(others.values())):
        names = join_printable(list(readers))
        raise UnreadableFile(
            f"Files or sheets of different layouts in this file can be imported: {names}. They may have the same "
            "workouts: send one at a time."
        )
    if not tables:
        return JoinedReader(others)
    name, *_ = tables
    table = tables.pop(name)
    table.join(name, tables)
    return JoinedReader(others, table) if others else table


def _refuse(refused: dict[str, UnreadableFile]) -> UnreadableFile:
    if not refused:
        return UnreadableFile("This file contains no files or sheets.", layouts_known=list_layouts())
    # The first with columns helps most: the client can map them.
    name, error = max(refused.items(), key=lambda item: bool(item[1].members.get("columns_found")))
    error.detail = f"In this file, {join_printable([name])} cannot be imported. {error.detail}"
    error.members.setdefault("layouts_known", list_layouts())
    return error


def _open_file(file: BinaryIO, start: FileStart, options: ImportOptions) -> FileReader:
    for file_format in FORMATS:
        if file_format.recognizes(start):
            if options.columns is not None:
                message = f"This file of {file_format.app} is no table of sets: leave the columns out"
                raise InvalidInput(errors=[FieldError("/columns", "no_table", message)])
            try:
                return file_format.open(file, options)
            except UnreadableFile as error:
                error.members.setdefault("layouts_known", list_layouts())
                raise
    if not start.text and len(start.content) < _DETECTION_BYTES:
        raise UnreadableFile("This file is empty: export it again.", layouts_known=list_layouts())
    if description := describe_foreign_file(start):
        raise UnreadableFile(f"This is {description}.", layouts_known=list_layouts())
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
