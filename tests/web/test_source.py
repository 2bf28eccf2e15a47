"""The source of the web client: types, lint and its own tests."""

import pytest

from exercise_buddy.web import build


@pytest.mark.parametrize("script", ["check", "test"])
@pytest.mark.usefixtures("built_web_client")
def test_npm_script_passes(script: str) -> None:
    build.run_npm("run", script)
