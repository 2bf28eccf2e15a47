"""The same statistics as JSON or as SVG."""

from datetime import date
from xml.etree import ElementTree as ET

import pytest

from exercise_buddy.statistics.tests.helpers import BENCH, train
from tests.factories import read_problem
from tests.support import Person

DRAWN = ["timeseries?metric=volume_kg", "calendar", f"exercises/{BENCH}", "timeseries?bucket=day&from=2016-01-01"]
SVG = {"Accept": "image/svg+xml"}


@pytest.mark.parametrize("path", DRAWN)
async def test_as_accept_says(ann: Person, path: str) -> None:
    await train(ann, date(2026, 3, 1))

    as_json = await ann.get(f"/statistics/{path}")
    as_svg = await ann.get(f"/statistics/{path}", headers=SVG)

    assert (as_json.status_code, as_svg.status_code) == (200, 200)
    assert as_json.headers["content-type"] == "application/json"
    assert as_svg.headers["content-type"] == "image/svg+xml"
    assert ET.fromstring(as_svg.content).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314
    assert as_json.headers["etag"] != as_svg.headers["etag"]
    for response in (as_json, as_svg):
        assert "Accept" in [name.strip() for name in response.headers["vary"].split(",")]


@pytest.mark.parametrize("path", DRAWN)
async def test_each_form_has_its_own_tag(ann: Person, path: str) -> None:
    tag = (await ann.get(f"/statistics/{path}", headers=SVG)).headers["etag"]

    same = await ann.get(f"/statistics/{path}", headers=SVG | {"If-None-Match": tag})
    other = await ann.get(f"/statistics/{path}", headers={"If-None-Match": tag})
    assert (same.status_code, same.content, other.status_code) == (304, b"", 200)
    assert same.headers["vary"] == "Accept, Accept-Encoding, Origin"
    await train(ann, date(2026, 3, 1))
    assert (await ann.get(f"/statistics/{path}", headers=SVG | {"If-None-Match": tag})).status_code == 200


@pytest.mark.parametrize("path", DRAWN)
async def test_in_no_other_form(ann: Person, path: str) -> None:
    response = await ann.get(f"/statistics/{path}", headers={"Accept": "image/png"})

    assert read_problem(response) == (406, "/problems/not-acceptable")


async def test_a_problem_is_no_drawing(ann: Person) -> None:
    response = await ann.get("/statistics/timeseries", params={"metric": "e1rm_kg"}, headers=SVG)

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


async def test_a_name_is_text_and_nothing_else(ann: Person) -> None:
    made = await ann.post("/exercises", json={"name": "<script>alert(1)</script>&'\""})
    exercise = made.json()["id"]
    await train(ann, date(2026, 3, 1), exercise=exercise)

    for path in (f"exercises/{exercise}", f"timeseries?metric=weight_kg&exercise={exercise}"):
        drawn = (await ann.get(f"/statistics/{path}", headers=SVG)).content
        assert b"<script" not in drawn
        assert any("<script>" in (text or "") for text in ET.fromstring(drawn).itertext())  # noqa: S314
