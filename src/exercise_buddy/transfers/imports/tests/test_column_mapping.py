"""Any table can be imported by naming its columns, and an unknown table gets a proposal that works as it is."""

import json

import pytest

from exercise_buddy.transfers.tests.support import import_file, list_codes, list_errors, list_workouts, send_file
from tests.support import Person

GERMAN = (
    "Datum;Übung;Gewicht in kg;Anzahl Wdh.;Bemerkung;Studio\n"
    "02.03.2026;Mein Drücken;62,5;8;Langsam;Mitte\n"
    "02.03.2026;Mein Drücken;60;7;;Mitte\n"
    "04.03.2026;Mein Ziehen;40;10;;Mitte\n"
)
GERMAN_COLUMNS = {
    "date": "Datum",
    "exercise": "Übung",
    "reps": "Anzahl Wdh.",
    "weight": "Gewicht in kg",
    "notes": "Bemerkung",
}
SPANISH = "Día\tEjercicio\tRepeticiones\tCarga\n2026-03-02\tMi Press\t8\t60 kg\n2026-03-02\tMi Press\t7\t60 kg\n"
# Nothing is known but the cells.
CELLS = "a,b,c,d\n2026-03-02 18:00,My Press,62.5,8\n2026-03-02 18:00,My Row,60,7\n2026-03-04 18:00,My Press,65,6\n"


@pytest.mark.parametrize(
    ("content", "columns", "totals"),
    [
        (GERMAN, GERMAN_COLUMNS, (2, 3, 25, 1320)),
        (SPANISH, {"date": "Día", "exercise": "Ejercicio", "reps": "Repeticiones", "weight": "Carga"}, (1, 2, 15, 900)),
        (CELLS, {"date": "a", "exercise": "b", "reps": "d", "weight": "c"}, (2, 3, 21, 1310)),
    ],
    ids=["german", "spanish", "cells"],
)
async def test_the_proposal_for_an_unknown_table_works_as_it_is(
    ann: Person, content: str, columns: dict[str, str], totals: tuple[int, ...]
) -> None:
    response = await send_file(ann, content)

    assert response.status_code == 422
    problem = response.json()
    assert problem["columns_proposal"] == columns
    assert "FitNotes" in problem["layouts_known"]
    report = await import_file(ann, content, columns=json.dumps(problem["columns_proposal"]))
    assert (report["workouts"], report["sets"], report["reps"], report["volume_kg"]) == totals
    assert (report["source"], report["problems"]) == ("table", [])


async def test_a_table_with_named_columns(ann: Person) -> None:
    content = (
        "when,from,to,name,lift,no,what,load,u,n,hold,effort,said\n"
        "3/2/2026,6:00 PM,7:05 PM,Push,My Press,1,warmup,45,lb,10,,6,\n"
        "3/2/2026,6:00 PM,7:05 PM,Push,My Press,2,,60,kg,8,,8,Slow\n"
        "3/2/2026,6:00 PM,7:05 PM,Push,My Plank,1,,,,,1:30,,\n"
    )
    names = ["when", "from", "to", "name", "lift", "no", "what", "load", "u", "n", "hold", "effort", "said"]
    columns = dict(
        zip(
            ("date", "time", "end", "title", "exercise", "order", "kind", "weight", "weight_unit", "reps", "seconds"),
            names,
            strict=False,
        ),
        rpe="effort",
        notes="said",
    )

    report = await import_file(
        ann, content, columns=json.dumps(columns), time_zone="Europe/Berlin", date_order="month_first", weight_unit=""
    )

    assert (report["workouts"], report["sets"], report["problems"], report["warnings"]) == (1, 3, [], [])
    (workout,) = await list_workouts(ann)
    assert (workout["title"], workout["started_at"]) == ("Push", "2026-03-02T17:00:00+00:00")
    assert workout["totals"]["duration_seconds"] == 65 * 60
    press, plank = workout["exercises"]
    assert [result["kind"] for result in press["sets"]] == ["warm_up", "normal"]
    assert (press["sets"][0]["weight_kg"], press["sets"][1]["rpe"], press["notes"]) == (20.4117, 8, "Slow")
    assert plank["sets"][0]["duration_seconds"] == 90


async def test_other_columns_are_reported(ann: Person) -> None:
    columns = json.dumps({"date": "datum", "exercise": "ÜBUNG", "reps": "Anzahl Wdh."})

    report = await import_file(ann, GERMAN, columns=columns)

    assert list_codes(report["warnings"]) == [(1, "time_assumed"), (1, "unknown_columns")]
    assert "Gewicht in kg, Bemerkung, Studio" in report["warnings"][1]["message"]


@pytest.mark.parametrize(
    ("columns", "errors"),
    [
        ("[]", [("/columns", "columns")]),
        ("{", [("/columns", "columns")]),
        ('{"date": 1}', [("/columns", "columns")]),
        (
            '{"when": "Datum"}',
            [
                ("/columns/when", "unknown_column"),
                ("/columns/date", "column_needed"),
                ("/columns/exercise", "column_needed"),
                ("/columns/reps", "column_needed"),
            ],
        ),
        ('{"date": "Datum", "exercise": "Datum", "reps": "Wdh"}', [("/columns/exercise", "column_taken")]),
        (
            '{"date": "Datum", "exercise": "Lift", "reps": ""}',
            [("/columns/exercise", "column_missing"), ("/columns/reps", "column_missing")],
        ),
    ],
)
async def test_columns_that_do_not_fit_are_refused(ann: Person, columns: str, errors: list[tuple[str, str]]) -> None:
    assert list_errors(await send_file(ann, GERMAN, columns=columns)) == errors


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "a,b,c\nx,y,z\n", "Datum\n2026-03-02\n"])
async def test_a_table_that_is_no_diary_gets_no_proposal(ann: Person, content: str) -> None:
    problem = (await send_file(ann, content)).json()

    assert (problem["status"], "columns_proposal" in problem) == (422, False)


@pytest.mark.parametrize(
    "content",
    ["[]", "[1, 2]", '[{"a": 1}]', '{"a": [1]}', '{"type": "FeatureCollection", "features": []}', '"text"', "{"],
)
async def test_foreign_json_names_the_known_layouts(ann: Person, content: str) -> None:
    response = await send_file(ann, content)

    assert response.status_code == 422
    assert "Strong" in response.json()["layouts_known"]


async def test_json_has_no_columns(ann: Person) -> None:
    columns = json.dumps({"date": "a", "exercise": "b", "reps": "c"})

    assert list_errors(await send_file(ann, "[]", columns=columns)) == [("/columns", "no_table")]
