"""The drawings as text: what they show, say, and never hold. How they look, somebody has to look at."""

import itertools
import re
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from exercise_buddy.statistics.charts.drawings import draw_calendar, draw_exercise_progress, draw_timeseries
from exercise_buddy.statistics.overview.schemas import CalendarMetric
from exercise_buddy.statistics.schemas import Metric

SVG = "{http://www.w3.org/2000/svg}"


def parsed(content: bytes) -> ET.Element:
    return ET.fromstring(content)  # noqa: S314  (we have just written it)


def texts(drawing: ET.Element) -> list[str]:
    return [element.text or "" for element in drawing.iter(f"{SVG}text")]


def titles(drawing: ET.Element, name: str) -> list[str]:
    return [
        element.findtext(f"{SVG}title") or ""
        for element in drawing.iter(f"{SVG}{name}")
        if element.find(f"{SVG}title") is not None
    ]


def timeseries(values: list[float | None], **changes: Any) -> dict[str, Any]:
    monday = date(2026, 1, 5)
    points = [
        {
            "start": str(monday + timedelta(weeks=number)),
            "end": str(monday + timedelta(weeks=number, days=6)),
            "value": value,
        }
        for number, value in enumerate(values)
    ]
    period = {"from": "2026-01-05", "to": points[-1]["end"] if points else "2026-01-05"}
    of = dict.fromkeys(("exercise", "muscle", "e1rm_formula"))
    return {"metric": "volume_kg", "bucket": "week", "points": points, **of, **period} | changes


def calendar(first: date, days: int, **changes: Any) -> dict[str, Any]:
    listed = [
        {"date": str(first + timedelta(days=number)), "workouts": number % 2, "reps": 10 * (number % 2), "level": 0}
        for number in range(days)
    ]
    last = first + timedelta(days=days - 1)
    head = {"from": str(first), "to": str(last), "metric": "reps", "week_starts_on": "monday"}
    return {**head, "days": listed} | changes


def progress(**values: list[float | None]) -> dict[str, Any]:
    names = ("e1rm_kg", "most_reps", "longest_seconds", "farthest_meters", "weight_kg")
    count = max(len(one) for one in values.values())
    points = []
    for number in range(count):
        point: dict[str, Any] = {name: values.get(name, [None] * count)[number] for name in names}
        day = f"2026-03-{number + 1:02}"
        points.append(point | {"start": day, "end": day, "best_set": {"weight_kg": point["weight_kg"], "reps": None}})
    head = {"exercise": {"name": "Squat & <Jump>"}, "e1rm_formula": "wathan"}
    return {**head, "from": "2026-03-01", "to": "2026-03-31", "points": points}


DRAWINGS = [
    draw_timeseries(timeseries([1, None, 3])),
    draw_timeseries(timeseries([])),
    draw_calendar(calendar(date(2026, 1, 1), 365)),
    draw_exercise_progress(progress(weight_kg=[100, 110], e1rm_kg=[120, None])),
]


@pytest.mark.parametrize("content", DRAWINGS)
def test_says_what_it_is_to_those_who_cannot_see_it(content: bytes) -> None:
    drawing = parsed(content)

    assert drawing.get("role") == "img"
    named = {element.get("id"): element.text for element in drawing if element.get("id")}
    assert (drawing.get("aria-labelledby") or "").split() == list(named)
    assert all(named.values())


@pytest.mark.parametrize("content", DRAWINGS)
def test_knows_light_and_dark_and_loads_nothing(content: bytes) -> None:
    assert b"prefers-color-scheme:dark" in content
    assert not re.search(rb"<script|href|url\(|@import|on\w+=", content)


def luminance(colour: str) -> float:
    digits = colour if len(colour) == 6 else "".join(digit * 2 for digit in colour)
    channels = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("dark", [False, True])
def test_can_be_read_in_light_and_dark(dark: bool) -> None:
    style = parsed(DRAWINGS[0]).findtext(f"{SVG}style") or ""
    half = style.partition("@media(prefers-color-scheme:dark){")[2 if dark else 0]
    colours = dict(re.findall(r"\.([a-z]+[0-9]?)\{(?:fill|stroke):#([0-9a-f]{3,6})", half))

    def contrast(name: str) -> float:
        ground, other = sorted((luminance(colours["ground"]), luminance(colours[name])))
        return (other + 0.05) / (ground + 0.05)

    assert all(contrast(name) >= 4.5 for name in ("text", "strong"))
    assert all(contrast(name) >= 3 for name in ("bar", "line", "dot", "line2", "dot2", "axis"))
    levels = [luminance(colours[f"l{level}"]) for level in range(5)]
    assert levels == sorted(levels, reverse=not dark)


def test_a_bar_for_each_bucket_with_something_in_it() -> None:
    drawing = parsed(draw_timeseries(timeseries([1250.5, 0, None, 12345])))

    assert titles(drawing, "rect") == ["5 to 11 Jan 2026: 1,250.5 kg", "26 Jan to 1 Feb 2026: 12,345 kg"]
    heights = [float(bar.get("height") or 0) for bar in drawing.iter(f"{SVG}rect") if bar.get("class") == "bar"]
    assert heights[1] / heights[0] == pytest.approx(12345 / 1250.5, rel=0.01)
    assert {"0", "5k", "10k", "15k", "kg", "Volume by week"} <= set(texts(drawing))


@pytest.mark.parametrize("values", [[], [None], [0, 0]])
def test_nothing_to_show(values: list[float | None]) -> None:
    drawing = parsed(draw_timeseries(timeseries(values)))

    assert "Nothing in this time" in texts(drawing)
    assert "nothing" in (drawing.findtext(f"{SVG}desc") or "")


def test_a_line_breaks_where_nothing_is_known() -> None:
    content = draw_timeseries(timeseries([100, 101, None, 103, None, 104, 105], metric="e1rm_kg"))
    drawing = parsed(content)

    assert len([path for path in drawing.iter(f"{SVG}path") if path.get("class") == "line"]) == 2
    assert len(titles(drawing, "circle")) == 5


@pytest.mark.parametrize("value", [0.0001, 1, 102.5, 99_999, 1e9, 3e14, 1e17])
@pytest.mark.parametrize("metric", ["volume_kg", "weight_kg", "reps"])
def test_of_any_size(metric: str, value: float) -> None:
    drawing = parsed(draw_timeseries(timeseries([value], metric=metric)))

    scale = [text for text in texts(drawing) if re.fullmatch(r"[0-9.,e+]+[kMGT]?", text)]
    assert 2 <= len(scale) <= 8
    assert len(set(scale)) == len(scale)
    for element in drawing.iter():
        for name in ("x", "y", "width", "height", "cx", "cy"):
            assert -1 <= float(element.get(name) or 0) <= 800


def test_ten_years_of_days_stay_small() -> None:
    days = [date(2016, 1, 1) + timedelta(days=number) for number in range(3653)]
    points = [{"start": str(day), "end": str(day), "value": day.day} for day in days]
    content = draw_timeseries(timeseries([], points=points, bucket="day", to=str(days[-1]), **{"from": str(days[0])}))

    assert len(content) < 150_000
    years = [text for text in texts(parsed(content)) if re.fullmatch("20[0-9]{2}", text)]
    assert years == [str(year) for year in range(2016, 2026)]


@pytest.mark.parametrize("metric", Metric)
def test_every_metric_has_a_name_and_a_unit(metric: Metric) -> None:
    drawing = parsed(draw_timeseries(timeseries([1, 2], metric=metric.value)))

    assert texts(drawing)[0].endswith(" by week")
    assert texts(drawing)[1] in {"workouts", "days", "sets", "reps", "kg", "min", "kcal"}


@pytest.mark.parametrize("metric", CalendarMetric)
def test_every_metric_of_a_calendar(metric: CalendarMetric) -> None:
    day: dict[str, object] = {"date": "2026-03-02", metric.value: 120, "level": 4} | {"workouts": 2}
    drawing = parsed(draw_calendar(calendar(date(2026, 3, 2), 1, metric=metric.value) | {"days": [day]}))

    assert len(titles(drawing, "rect")) == 1
    assert "workouts" in titles(drawing, "rect")[0]


def test_of_a_muscle_and_by_a_formula() -> None:
    of_muscle = parsed(draw_timeseries(timeseries([1.5], metric="sets", muscle="lower_back")))
    by_formula = draw_timeseries(timeseries([100], metric="e1rm_kg", e1rm_formula="epley", exercise={"name": "Squat"}))

    assert texts(of_muscle)[0] == "Sets by week: lower back"
    assert titles(of_muscle, "rect") == ["5 to 11 Jan 2026: 1.5 sets"]
    assert texts(parsed(by_formula))[0] == "Estimated one-rep max (Epley) by week: Squat"


def test_weights_and_estimates_by_the_formula() -> None:
    drawing = parsed(draw_exercise_progress(progress(weight_kg=[100, 110], e1rm_kg=[120, None])))

    assert {"Estimated one-rep max (Wathan)", "Heaviest weight", "Squat & <Jump>", "kg"} <= set(texts(drawing))
    assert "Heaviest weight, 2 Mar 2026: 110 kg" in titles(drawing, "circle")


@pytest.mark.parametrize(
    ("values", "name", "unit"),
    [
        ({"most_reps": [10, 12]}, "Most reps", "reps"),
        ({"longest_seconds": [60, 61.5]}, "Longest set", "s"),
        ({"farthest_meters": [5000]}, "Longest distance", "m"),
        ({"weight_kg": [50], "most_reps": [10]}, "Heaviest weight", "kg"),
        ({"most_reps": [None]}, "Most reps", "reps"),
    ],
)
def test_what_an_exercise_is_measured_in(values: dict[str, list[float | None]], name: str, unit: str) -> None:
    assert {name, unit} <= set(texts(parsed(draw_exercise_progress(progress(**values)))))


def test_each_day_is_in_its_week_and_row() -> None:
    # A Thursday; weeks begin on Saturday.
    drawing = parsed(draw_calendar(calendar(date(2026, 1, 1), 4, week_starts_on="saturday")))
    cells = [cell for cell in drawing.iter(f"{SVG}rect") if cell.find(f"{SVG}title") is not None]

    assert titles(drawing, "rect") == [
        "Thu 1 Jan 2026: no workout",
        "Fri 2 Jan 2026: 1 workout, 10 reps",
        "Sat 3 Jan 2026: no workout",
        "Sun 4 Jan 2026: 1 workout, 10 reps",
    ]
    columns = [float(cell.get("x") or 0) for cell in cells]
    rows = [float(cell.get("y") or 0) for cell in cells]
    assert columns[0] == columns[1] < columns[2] == columns[3]
    assert rows[0] - rows[2] == 5 * 14
    assert texts(drawing)[:1] == ["Training days, 1 to 4 Jan 2026"]
    assert "2 workouts on 2 days, 20 reps" in texts(drawing)


@pytest.mark.parametrize("first", [date(2024, 1, 1), date(2023, 11, 26), date(2026, 2, 28)])
@pytest.mark.parametrize("days", [1, 7, 40, 365, 366])
def test_names_of_months_have_room(first: date, days: int) -> None:
    drawing = parsed(draw_calendar(calendar(first, days)))

    names = [element for element in drawing.iter(f"{SVG}text") if element.get("y") == "53"]
    places = [float(element.get("x") or 0) for element in names]
    assert places
    assert all(other - one >= 3 * 14 for one, other in itertools.pairwise(places))
    assert places[-1] + 28 <= float(drawing.get("width") or 0)
