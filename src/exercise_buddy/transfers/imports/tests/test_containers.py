"""Files in ZIP archives and workbooks, and what a client hears about a file of another kind."""

import csv
import io
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook

from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports import containers, workbooks
from exercise_buddy.transfers.imports.detection import open_file
from exercise_buddy.transfers.imports.model import ImportOptions
from exercise_buddy.transfers.tests import files
from exercise_buddy.transfers.tests.files import strong_row
from exercise_buddy.transfers.tests.support import import_file, send_file
from tests.support import Person

_STRONG = files.strong(strong_row(), strong_row(Set_Order=2))
_OPTIONS = ImportOptions(weight_unit="kg", time_zone="Europe/Athens")


def _zip(**members: str | bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


def _workbook(**sheets: str) -> bytes:
    """Return a workbook with typed cells: numbers, and times in the first column."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, content in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in csv.reader(io.StringIO(content)):
            sheet.append([_type_cell(cell) for cell in row])
    saved = io.BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def _type_cell(cell: str) -> object:
    try:
        return float(cell)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        return cell


def _refuse(content: bytes) -> str:
    with pytest.raises(UnreadableFile) as error, io.BytesIO(content) as file:
        open_file(file, _OPTIONS)
    return str(error.value.detail)


async def test_the_file_in_an_archive_and_the_sheet_of_a_workbook_are_the_same_workouts(ann: Person) -> None:
    plain = await import_file(ann, _STRONG)
    members: dict[str, str | bytes] = {
        "__MACOSX/._a.csv": "x",
        "Strong/": "",
        "Strong/.DS_Store": b"\0",
        "Strong/strong.csv": _STRONG,
    }

    zipped = await import_file(ann, _zip(**members))
    as_workbook = await import_file(ann, _workbook(Notes="My,plan\na,b\n", Workouts=_STRONG))

    assert (plain["workouts"], plain["sets"]) == (1, 2)
    assert [(report["source"], report["workouts"], report["duplicates"]) for report in (zipped, as_workbook)] == [
        ("strong", 0, 1)
    ] * 2
    assert zipped["warnings"] == []
    assert [warning["code"] for warning in as_workbook["warnings"]] == ["files_left_out"]


async def test_the_columns_of_a_workbook_can_be_mapped(ann: Person) -> None:
    content = _workbook(Log="Tag,Was,Anzahl\n2025-03-01T18:00:00,Deadlift,5\n")

    refused = await send_file(ann, content)

    assert refused.status_code == 422
    assert refused.json()["columns_found"] == ["Tag", "Was", "Anzahl"]
    report = await import_file(ann, content, columns='{"date": "Tag", "exercise": "Was", "reps": "Anzahl"}')
    assert (report["workouts"], report["reps"]) == (1, 5)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an Excel file of the old format (.xls)"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "an image"),
        (b"SQLite format 3\0" + bytes(100), "a database (SQLite)"),
        (b"\x1f\x8b\x08\0" + bytes(20), "compressed by gzip"),
        (b"\xef\xbb\xbf\n <!DOCTYPE html>\n<html>", "a web page (HTML)"),
        (b'<?xml version="1.0"?><gpx/>', "an XML file"),
        (_zip(**{"Index/Document.iwa": "x"}), "Numbers"),
        (_zip(**{"META-INF/manifest.xml": "x", "content.xml": "x"}), "OpenDocument"),
        (_zip(**{"strong.csv": _STRONG})[:-30], "its end is missing"),
        (_zip(**{"strong.csv": _STRONG}).replace(b"\x08\0", b"\x0e\0"), "unusual compression"),
        (_zip(**{"inner.zip": _zip(a="b")}), "send it alone"),
        (_zip(**{"notes/photo.png": b"\x89PNG"}), "notes/photo.png cannot be imported. This is an image"),
        (_zip(**{"a.csv": _STRONG, "b.csv": files.hevy(files.hevy_row())}), "a.csv, b.csv. They may have the same"),
        (_zip(**{f"{number}.csv": "a" for number in range(101)}), "more than 100 files"),
        (_zip(), "contains no files"),
        (_zip(**{"xl/workbook.xml": "<workbook"}), "This Excel file is damaged"),
    ],
)
def test_a_file_of_another_kind_is_named(content: bytes, said: str) -> None:
    assert said in _refuse(content)


def test_a_damaged_or_encrypted_archive_is_refused() -> None:
    content = _zip(**{"strong.csv": _STRONG})
    middle = 30 + len("strong.csv") + 20
    damaged = content[:middle] + b"\xff" * 8 + content[middle + 8 :]
    directory = content.index(b"PK\1\2")
    encrypted = content[: directory + 8] + b"\1" + content[directory + 9 :]

    assert "damaged" in _refuse(damaged)
    assert "protected by a password" in _refuse(encrypted)


def test_the_bytes_that_are_unpacked_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    content = _workbook(Workouts=_STRONG)
    monkeypatch.setattr(containers, "_MAX_UNPACKED_BYTES", 100_000)
    monkeypatch.setattr(workbooks, "_MAX_PART_BYTES", 100)

    assert "larger than" in _refuse(_zip(**{"a.csv": b"a" * 60_000, "b.csv": b"b" * 60_000}))
    assert "too large" in _refuse(content)


@pytest.mark.parametrize("row", ["1048577", "99999999999"])
def test_a_sheet_that_claims_a_row_far_below_is_refused(row: str) -> None:
    rewritten = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_workbook(Log="a,b\nc,d\n"))) as archive,
        zipfile.ZipFile(rewritten, "w") as changed,
    ):
        for name in archive.namelist():
            part = archive.read(name)
            if name.startswith("xl/worksheets/"):
                part = part.replace(b'r="2"', f'r="{row}"'.encode()).replace(b'r="A2"', b"").replace(b'r="B2"', b"")
            changed.writestr(name, part)

    assert "too large" in _refuse(rewritten.getvalue())


def test_entities_of_a_workbook_are_not_expanded() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY e0 "aaaaaaaaaa">{entities}]><s>&e11;</s>'
    rewritten = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_workbook(Log="a,b\nc,d\n"))) as archive,
        zipfile.ZipFile(rewritten, "w") as changed,
    ):
        for name in archive.namelist():
            changed.writestr(name, bomb if name.startswith("xl/worksheets/") else archive.read(name))

    assert "damaged" in _refuse(rewritten.getvalue())
