"""The drawings that the README shows are those that the app draws."""

import pytest

from tests.drawings import IMAGES, examples


@pytest.mark.parametrize(
    ("name", "content"), list(examples()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_is_the_committed_one(name: str, content: bytes) -> None:
    assert (IMAGES / name).read_bytes() == content, "Run: uv run python -m tests.drawings"
