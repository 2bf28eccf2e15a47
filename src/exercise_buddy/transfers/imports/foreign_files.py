"""What the first bytes of a file say about its kind, for files that cannot be imported."""

import re

from exercise_buddy.transfers.imports.model import FileStart

_TABLE = "save or export the table in it as .xlsx or CSV"
_BY_BYTES = (
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel file of the old format (.xls): save it as .xlsx or CSV"),
    (0, b"%PDF", "a PDF: export the workouts from the app as CSV"),
    (0, b"\x89PNG", "an image: export the workouts from the app as CSV"),
    (0, b"\xff\xd8\xff", "an image: export the workouts from the app as CSV"),
    (0, b"GIF8", "an image: export the workouts from the app as CSV"),
    (4, b"ftypheic", "an image: export the workouts from the app as CSV"),
    (
        0,
        b"SQLite format 3\0",
        "a database (SQLite), perhaps a backup: export the workouts from the app as CSV",
    ),
    (0, b"\x1f\x8b", "a file compressed by gzip: unpack it and send the file in it"),
    (0, b"PK\3\4", "a ZIP archive or an Excel file in another file: send it alone"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive: unpack it and send the file in it"),
    (0, b"Rar!", "a RAR archive: unpack it and send the file in it"),
    (0, b"{\\rtf", "a text document (RTF): " + _TABLE),
)
_BY_TEXT = (
    (
        re.compile(r"<!doctype html|<html|<head|<body|<table", re.IGNORECASE),
        "a web page (HTML), perhaps one that asks to sign in: download the file itself, or " + _TABLE,
    ),
    (re.compile(r"<\?xml|<!DOCTYPE|<[A-Za-z][\w:.-]*[\s/>]"), "an XML file: export the workouts from the app as CSV"),
)


def describe_foreign_file(start: FileStart) -> str | None:
    """Return what a file is and what to do with it; None if it may be one that can be imported."""
    for position, magic, description in _BY_BYTES:
        if start.content[position : position + len(magic)] == magic:
            return description
    for pattern, description in _BY_TEXT:
        if pattern.match(start.text):
            return description
    return None
