"""The source of the web client: types, lint and its own tests."""

import pytest

from exercise_buddy.web import build
from exercise_buddy.web.build import CHECKOUT

WEB = CHECKOUT / "web"
MAX_LINES = 150


@pytest.mark.parametrize("script", ["check", "test"])
@pytest.mark.usefixtures("built_web_client")
def test_npm_script_passes(script: str) -> None:
    build.run_npm("run", script)


def test_components_are_short() -> None:
    """A component that is longer does more than one thing."""
    lengths = {path: len(path.read_text().splitlines()) for path in (WEB / "src").rglob("*.tsx")}
    assert len(lengths) > 50
    assert {path.name: length for path, length in lengths.items() if length > MAX_LINES} == {}
