"""Helpers of the tests of auth: another login, and the sent mails."""

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx2

from exercise_buddy.auth.tasks import delete_due_accounts
from tests.support import PASSWORD, Connection, Person, RunningApp, wait_until

NEW_PASSWORD = "another horse on the battery"
_TOKEN = re.compile(r"#token=([\w-]+)")


async def log_in(
    app: RunningApp, username: str, password: str = PASSWORD, address: str = "203.0.113.7", **headers: str
) -> httpx2.Response:
    """Log in as a client without cookies."""
    async with app.client(address, **headers) as client:
        form = {"username": username, "password": password, "scope": "offline_access"}
        return await client.post("/api/v1/auth/login", data=form)


async def log_in_again(app: RunningApp, person: Person, agent: str = "Another", password: str = PASSWORD) -> Person:
    """Log a person in on another device."""
    response = await log_in(app, person.email, password, **{"user-agent": agent})
    assert response.status_code == 200, response.text
    tokens = response.json()
    client = app.client(**{"Authorization": f"Bearer {tokens['access_token']}", "user-agent": agent})
    return Person(person.id, person.email, password, tokens["refresh_token"], client)


async def get_session_id(person: Person) -> str:
    """Return the id of the current session of a person."""
    items = (await person.get("/auth/sessions", params={"limit": 100})).json()["items"]
    return str(next(item["id"] for item in items if item["current"]))


async def get_status(person: Person) -> int:
    """Return the status code of a request with the access token of a person."""
    return (await person.get("/users/me")).status_code


async def put(person: Person, path: str, **content: Any) -> httpx2.Response:
    return await person.put(f"{path}", json=content)


async def delete_account(person: Person, **content: Any) -> httpx2.Response:
    return await person.client.request("DELETE", "/api/v1/users/me", json=content)


async def end_grace_period(app: RunningApp, person: Person, connection: Connection) -> None:
    """Delete the account of a person, and let the grace period end."""
    deleted = await delete_account(person, current_password=person.password)
    assert deleted.status_code == 200, deleted.text
    await connection.execute("UPDATE user_account SET deletes_at = now() WHERE id = $1::text::uuid", person.id)
    await delete_due_accounts(app.state["database"])


async def call(app: RunningApp, path: str, **content: Any) -> httpx2.Response:
    """Call an endpoint without an access token."""
    async with app.client() as client:
        return await client.post(f"/api/v1{path}", json=content)


async def age_sign_ins(connection: Connection) -> None:
    """Set the age of every sign-in to eleven minutes: too old for a sensitive change."""
    await connection.execute("UPDATE auth_session SET created_at = created_at - interval '11 minutes'")


async def get_event_kinds(person: Person) -> list[str]:
    """Return the kinds of a user's security events, newest first."""
    items = (await person.get("/auth/events", params={"limit": 100})).json()["items"]
    return [item["kind"] for item in items]


@dataclass(frozen=True, slots=True)
class Mail:
    """A sent mail."""

    message: EmailMessage

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def token(self) -> str:
        """The one-time token of its link."""
        found = _TOKEN.search(self.text)
        assert found is not None, self.text
        return found[1]

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    def _part(self, kind: str) -> str:
        body = self.message.get_body((kind,))
        assert body is not None
        return str(body.get_content())


class Outbox:
    """The folder for mails without a mail server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self, recipient: str | None = None, subject: str = "") -> list[Mail]:
        """Return the sent mails, oldest first."""
        mails = [
            Mail(email.message_from_bytes(path.read_bytes(), policy=email.policy.default))
            for path in sorted(self.folder.glob("*.eml"))
        ]
        return [m for m in mails if subject in m.subject and recipient in (None, str(m.message["To"]))]

    async def wait_for(self, recipient: str, subject: str, number: int = 1) -> Mail:
        """Wait for the `number`th mail with a subject and return it."""
        await wait_until(lambda: len(self.all(recipient, subject)) >= number)
        return self.all(recipient, subject)[number - 1]

    async def wait_until_empty(self, connection: Connection) -> list[Mail]:
        """Wait until the queue is empty; return all sent mails."""

        async def empty() -> bool:
            return bool(await connection.fetchval("SELECT count(*) = 0 FROM outgoing_mail"))

        await wait_until(empty)
        return self.all()
