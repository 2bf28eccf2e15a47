"""The JSON stream knows lines, and refuses what the parser would change silently."""

import io
import json
from typing import Any

import pytest

from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports.json_stream import open_stream


def read_elements(content: str) -> list[tuple[int, Any]]:
    with open_stream(io.BytesIO(content.encode())) as stream:
        return list(stream.elements())


def test_an_element_has_the_line_on_which_it_begins() -> None:
    content = '[\n\n1,\n{"a":\n[2.5, null]},\n\n"x", true]'

    assert read_elements(content) == [(3, 1), (4, {"a": [2.5, None]}), (7, "x"), (7, True)]


@pytest.mark.parametrize("length", range(65_520, 65_545, 3))
def test_escaped_pairs_are_read_wherever_a_chunk_ends(length: int) -> None:
    texts = ["a" * length + "😀😀", r"C:\ud83d", "\\"]

    assert [text for _, text in read_elements(json.dumps(texts))] == texts


@pytest.mark.parametrize(
    "content",
    [
        r'["\ud83d"]',
        r'["\ud83d\u0041"]',
        r'["\\\ud83d"]',
        r'["\ude00"]',
        "[1e999]",
        "[12345678901234567890]",
        "[NaN]",
        "[" * 2000 + "]" * 2000,
    ],
)
def test_malformed_json_is_refused(content: str) -> None:
    with pytest.raises(UnreadableFile, match="malformed, or too large, at line 1"):
        read_elements(content)
