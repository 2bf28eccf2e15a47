"""The check of all log lines is one that can fail."""

from collections.abc import Iterator

import httpx2
import pytest
import structlog

from tests import confidential
from tests.support import PASSWORD, Client, Person

log = structlog.get_logger()


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    yield
    # The fixture that checks the log of every test must not see what these tests leak.
    confidential.forget()


@pytest.mark.parametrize("what", ["password", "access token", "refresh token", "cookie"])
async def test_a_secret_in_a_line_is_found(client: Client, ann: Person, what: str) -> None:
    answer = await client.post("/api/v1/auth/login", data={"username": ann.email, "password": PASSWORD})
    cookie = client.cookies["__Secure-exercise_buddy_refresh"]
    secret = {
        "password": PASSWORD,
        "access token": answer.json()["access_token"],
        "refresh token": ann.refresh_token,
        "cookie": cookie,
    }[what]
    before = confidential.leaked_secrets()

    log.warning("careless", detail=f"It was {secret}.")

    assert before == []
    assert len(confidential.leaked_secrets()) == 1


async def test_a_one_time_token_in_a_line_is_found(client: Client) -> None:
    response: httpx2.Response = await client.post("/api/v1/auth/email/verify", json={"token": "a-token-of-a-mail"})

    log.warning("careless", path="/verify#token=a-token-of-a-mail")

    assert response.status_code == 400
    assert len(confidential.leaked_secrets()) == 1
