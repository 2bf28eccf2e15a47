import math
from xml.etree import ElementTree as ET

import pytest

from exercise_buddy.counting.drawing import draw_count
from exercise_buddy.counting.engine.results import Count, Hold, Rep, RepFlag, Summary
from exercise_buddy.counting.formatting import format_count

_SVG = "{http://www.w3.org/2000/svg}"
SUMMARY = Summary((900, 100, 800, 0), 30.0, 5.0, 10.0, 0.95, 0.9)


def _build_rep(offset_ms: int, *flags: RepFlag) -> Rep:
    return Rep(offset_ms, 900, 1800, 900, 800, 100, 0, 85.0, 0.97, None, None, 0.9, flags, bool(flags))


def _build_count(*reps: Rep, holds: tuple[Hold, ...] = ()) -> Count:
    counted = sum(not rep.rejected for rep in reps)
    return Count(counted, reps, holds, None, SUMMARY, (), 0.93, "angle hip knee ankle")


def _draw(count: Count, values: list[float], title: str = "Squat") -> ET.Element:
    return ET.fromstring(draw_count(title, count, [100.0 * sample for sample in range(len(values))], values))  # noqa: S314


def _find(root: ET.Element, class_: str) -> list[ET.Element]:
    return [element for element in root.iter() if element.get("class") == class_ and element.get("rx") is None]


def test_shades_the_reps_and_marks_the_turns() -> None:
    values = [90 + 80 * math.cos(sample / 3) for sample in range(80)]
    root = _draw(_build_count(_build_rep(0), _build_rep(1900, RepFlag.PARTIAL), _build_rep(4000)), values)
    assert len(_find(root, "outward")) == len(_find(root, "backward")) == len(_find(root, "turn")) == 2
    [rejected] = _find(root, "rejected")
    assert rejected.findtext(f"{_SVG}title") == "Rejected: partial"
    outward, backward = _find(root, "outward")[0], _find(root, "backward")[0]
    assert float(outward.get("x", 0)) < float(backward.get("x", 0))


def test_does_not_draw_across_a_gap() -> None:
    [path] = _find(_draw(_build_count(), [1.0, 2.0, math.nan, 1.0, 2.0]), "signal")
    assert path.get("d", "").count("M") == 2


@pytest.mark.parametrize("values", [[], [math.nan], [3.0], [3.0, 3.0]], ids=["none", "lost", "one", "still"])
def test_draws_a_trace_in_which_nothing_happens(values: list[float]) -> None:
    assert _draw(_build_count(), values).tag == f"{_SVG}svg"


def test_draws_a_long_trace_with_few_points() -> None:
    document = draw_count(
        "Squat", _build_count(), list(range(0, 1_200_000, 33)), [math.sin(i / 9) for i in range(36364)]
    )
    assert len(document) < 40_000


def test_escapes_the_title() -> None:
    title = '<script>"x"</script>'
    root = _draw(_build_count(), [1.0], title)
    assert root.findtext(f"{_SVG}title") == title
    assert not list(root.iter(f"{_SVG}script"))


def test_lists_every_movement_and_its_reason() -> None:
    lines = list(format_count("Squat", _build_count(_build_rep(0), _build_rep(61_900, RepFlag.PARTIAL))))
    assert lines[0] == "Squat: 1 rep, 1 rejected movement, tempo 0.9-0.1-0.8-0.0 s, confidence 93%"
    assert lines[-2].split() == ["1", "0:00.0", "1.80", "0.90", "0.80", "0.10", "0.00", "97%", "85°"]
    assert lines[-1].split()[:2] == ["-", "1:01.9"]
    assert lines[-1].endswith("rejected: partial")


def test_says_how_long_a_position_was_held() -> None:
    lines = list(format_count("Plank", _build_count(holds=(Hold(1000, 20_000), Hold(30_000, 5500)))))
    assert lines[0].startswith("Plank: held for 25.5 s in 2 parts, the longest 20.0 s")
    assert "  hold at 0:30.0 for 5.5 s" in lines
