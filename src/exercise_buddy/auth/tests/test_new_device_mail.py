"""The mail about a sign-in on a new device."""

from exercise_buddy.auth.tests.helpers import Outbox, log_in
from tests.support import Connection, Person, RunningApp


async def test_a_new_device_is_reported_once(
    app: RunningApp, ann: Person, outbox: Outbox, connection: Connection
) -> None:
    agents = ["<b>Firefox</b>", "<b>Firefox</b>", "Chrome", "<b>Firefox</b>"]
    for agent in agents:
        await log_in(app, ann.email, **{"user-agent": agent})

    await outbox.wait_until_empty(connection)
    notices = outbox.all(ann.email, "A new device has signed in")
    assert len(notices) == 2
    assert "<b>Firefox</b>, from 203.0.113.7." in notices[0].text
    assert "&lt;b&gt;Firefox" in notices[0].html


async def test_the_first_device_is_not_reported(ann: Person, outbox: Outbox, connection: Connection) -> None:
    await outbox.wait_until_empty(connection)

    assert outbox.all(ann.email, "new device") == []
