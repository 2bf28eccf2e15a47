from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic import TypeAdapter

from exercise_buddy.core.db.pagination import decode_cursor, encode_cursor
from exercise_buddy.core.problems import InvalidInput

KEY = TypeAdapter(tuple[datetime, UUID])
FIRST = (datetime(2026, 3, 29, 1, 2, 3, 456789, tzinfo=UTC), UUID(int=7))


def test_a_cursor_brings_its_key_back_to_the_microsecond() -> None:
    assert decode_cursor(encode_cursor(FIRST), KEY) == FIRST


def test_a_cursor_needs_no_escaping_in_a_url() -> None:
    assert all(letter.isalnum() or letter in "-_" for letter in encode_cursor(["?>~ÿ" * 9]))


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "////",
        "W10",
        "eyJhIjoxfQ",
        encode_cursor(["x"]),
        encode_cursor(["a", "b"]),
        "ä",
        "\x00",
        "W" * 400,
    ],
)
def test_what_is_no_cursor_is_refused_with_a_pointer(cursor: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        decode_cursor(cursor, KEY)

    assert [(error.location, error.pointer) for error in caught.value.errors] == [("query", "/cursor")]
