"""Finds out what a file is, and the reader for it."""

from collections.abc import Sequence
from typing import BinaryIO

from exercise_buddy.workouts.errors import UnreadableFile
from exercise_buddy.workouts.imports.csv_reader import require, survey
from exercise_buddy.workouts.imports.csv_rows import Sheet, encoding_of
from exercise_buddy.workouts.imports.exercise_buddy_json import FORMAT, OwnReader
from exercise_buddy.workouts.imports.hevy import HevyReader
from exercise_buddy.workouts.imports.layouts import HEVY, LAYOUTS, Columns, columns_of, printable, shown
from exercise_buddy.workouts.imports.model import Given, Reader
from exercise_buddy.workouts.imports.strong import StrongReader

_LOOKED_AT = 512


def open_file(file: BinaryIO, given: Given) -> Reader:
    """Give the reader for a file. The file is read once for what it does not say.

    Raises:
        UnreadableFile: it is in no layout that we know.
        InvalidInput: it takes more than the file says, and `given` does not say it.

    """
    encoding = encoding_of(file)
    start = file.read(_LOOKED_AT).decode(encoding, "ignore").lstrip("\ufeff \t\r\n")
    if start.startswith(("{", "[")):
        return OwnReader(file)
    columns = _columns(file)
    sheet = Sheet(file)
    try:
        found = survey(sheet, columns)
    finally:
        sheet.close()
    require(found, given)
    reader = HevyReader if columns.layout is HEVY else StrongReader
    return reader(file, columns, found, given)


def _columns(file: BinaryIO) -> Columns:
    sheet = Sheet(file)
    try:
        columns = columns_of(sheet)
        if columns is None:
            raise _unknown_layout(sheet.header)
    finally:
        sheet.close()
    return columns


def _unknown_layout(header: Sequence[str]) -> UnreadableFile:
    known = "; ".join(f"{layout.app} ({layout.example})" for layout in LAYOUTS)
    return UnreadableFile(
        f"This is no file that can be imported. Columns found: {shown(header) or 'none'}. Known layouts: "
        f"{known}; our own JSON.",
        columns_found=printable(header),
        layouts_known=[*(layout.app for layout in LAYOUTS), FORMAT],
    )
