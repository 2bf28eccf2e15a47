"""The sheets of Excel workbooks as CSV."""

import csv
import io
from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, BinaryIO, cast
from zipfile import ZipFile

from exercise_buddy.transfers.errors import UnreadableFile

if TYPE_CHECKING:
    import _csv

_MAX_SHEETS = 20
_MAX_ROWS = 1_048_576
_MAX_BLANK_ROWS = 10_000
_MAX_COLUMNS = 100
_MAX_TABLE_BYTES = 64 * 1024 * 1024
# The library keeps the parts that are no sheets in memory.
_MAX_PART_BYTES = 16 * 1024 * 1024
_MAX_UNPACKED_BYTES = 128 * 1024 * 1024
_MAX_MEMORY = 1024 * 1024
_CHUNK = 64 * 1024
_SHEETS = "xl/worksheets/"
_DECIMALS_OF_THOUSANDS = 3


def is_workbook(names: Collection[str]) -> bool:
    """Return whether an archive with these members is a workbook."""
    return "xl/workbook.xml" in names


def unpack_sheets(file: BinaryIO, archive: ZipFile) -> Iterator[tuple[str, BinaryIO]]:
    """Yield the name of each sheet, and its rows as CSV in a file that has to be closed.

    Raises:
        UnreadableFile: the workbook is damaged or too large.

    """
    # It imports NumPy if that is installed, which takes every process a fifth of a second and 20 MB.
    from openpyxl import load_workbook  # noqa: PLC0415

    _check_size(archive)
    file.seek(0)
    try:
        workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # noqa: BLE001  (of a damaged workbook, the library raises errors of any kind)
        raise _damaged(error) from None
    try:
        for sheet in workbook.worksheets[:_MAX_SHEETS]:
            # Some apps state wrong dimensions.
            sheet.reset_dimensions()
            yield sheet.title, _write_table(sheet.iter_rows(max_col=_MAX_COLUMNS, values_only=True))
    finally:
        workbook.close()


def _damaged(error: Exception) -> UnreadableFile:
    return UnreadableFile(f"This Excel file is damaged ({type(error).__name__}): save it again as .xlsx, or as CSV.")


def _check_size(archive: ZipFile) -> None:
    """Raise an error if the parts of a workbook are too large, whatever it claims."""
    total = 0
    for member in archive.infolist():
        size = 0
        with archive.open(member) as part:
            while chunk := part.read(_CHUNK):
                size += len(chunk)
                is_large = size > _MAX_PART_BYTES and not member.filename.startswith(_SHEETS)
                if is_large or total + size > _MAX_UNPACKED_BYTES:
                    raise UnreadableFile("This Excel file is too large: save its sheet as CSV.")
        total += size


def _write_table(rows: Iterator[tuple[object, ...]]) -> BinaryIO:
    table = cast("BinaryIO", SpooledTemporaryFile(max_size=_MAX_MEMORY))  # noqa: SIM115  (the caller closes it)
    text = io.TextIOWrapper(table, encoding="utf-8", newline="")
    writer = csv.writer(text)
    try:
        _write_rows(writer, table, rows)
    except UnreadableFile:
        text.close()
        raise
    except Exception as error:  # noqa: BLE001  (of a damaged sheet, the library raises errors of any kind)
        text.close()
        raise _damaged(error) from None
    text.flush()
    text.detach()
    table.seek(0)
    return table


def _write_rows(writer: "_csv.Writer", table: BinaryIO, rows: Iterator[tuple[object, ...]]) -> None:
    width = blank = 0
    for number, row in enumerate(rows, 1):
        if row.count(None) == len(row):
            blank += 1
            cells = []
        else:
            blank = 0
            cells = [_format_cell(cell) for cell in row]
            while len(cells) > width and not cells[-1]:
                cells.pop()
            width = width or len(cells)
        # A blank line keeps the numbers of the lines after it.
        writer.writerow(cells)
        if number > _MAX_ROWS or blank > _MAX_BLANK_ROWS or table.tell() > _MAX_TABLE_BYTES:
            raise UnreadableFile("A sheet of this Excel file is too large, or has a row far below the others.")


def _format_cell(value: object) -> str:
    """Return a cell as the text that a CSV file would have."""
    match value:
        case None:
            return ""
        case float():
            return _format_float(value)
        case datetime():
            return value.replace(microsecond=0).isoformat(" ")
        case date() | time():
            return value.isoformat()
        case timedelta():
            seconds = round(value.total_seconds())
            return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        case str():
            # Errors of formulas, such as #N/A.
            return "" if value.startswith("#") and value.endswith(("!", "?", "/A")) else value
    return str(value)


def _format_float(value: float) -> str:
    if value.is_integer():
        return str(int(value))
    text = f"{value:.6f}".rstrip("0")
    # Three decimals could be thousands in a file whose numbers are texts.
    return text + "0" if len(text.partition(".")[2]) == _DECIMALS_OF_THOUSANDS else text
