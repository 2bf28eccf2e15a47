from collections.abc import Iterator
from pathlib import Path

import pytest

from exercise_buddy.auth.tests.helpers import Outbox
from tests.mail_server import MailServer, run_mail_server


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    """The mails that the application has sent."""
    return Outbox(tmp_path / "outbox")


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A running SMTP server."""
    with run_mail_server() as server:
        yield server
