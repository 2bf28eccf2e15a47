from pathlib import Path

import pytest

from exercise_buddy.auth.tests.helpers import Outbox


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    """The mails that the app of the test has sent."""
    return Outbox(tmp_path / "outbox")
