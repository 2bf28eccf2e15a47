import unicodedata

import pytest

from tests.factories import error_pointers, read_problem
from tests.support import Join, Person, RunningApp


async def test_shows_what_was_registered(join: Join) -> None:
    person = await join("ann", username="Ann.B", display_name="Ann", time_zone="Asia/Kolkata")

    profile = (await person.get("/users/me")).json()

    assert profile["email"] == "ann@example.com"
    assert profile["username"] == "Ann.B"
    assert profile["display_name"] == "Ann"
    assert profile["time_zone"] == "Asia/Kolkata"
    assert profile["week_starts_on"] == "monday"
    assert profile["email_verified"] is False


async def test_changes_only_what_is_sent(ann: Person) -> None:
    change = {"week_starts_on": "sunday", "time_zone": "America/New_York"}

    changed = await ann.patch("/users/me", json=change)
    after = await ann.patch("/users/me", json={"locale": "pt-BR"})

    assert changed.status_code == 200
    assert changed.json()["week_starts_on"] == "sunday"
    assert after.json()["time_zone"] == "America/New_York"
    assert after.json()["locale"] == "pt-BR"
    assert (await ann.get("/users/me")).json() == after.json()


async def test_null_empties_what_may_be_empty(join: Join) -> None:
    person = await join("ann", username="ann", display_name="Ann")

    changed = await person.patch("/users/me", json={"username": None, "display_name": None})

    assert changed.json()["username"] is None
    assert changed.json()["display_name"] is None


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"time_zone": "+02:00"}, "/time_zone"),
        ({"time_zone": None}, "/time_zone"),
        ({"week_starts_on": "someday"}, "/week_starts_on"),
        ({"week_starts_on": 1}, "/week_starts_on"),
        ({"unit_system": "nautical"}, "/unit_system"),
        ({"locale": "english please"}, "/locale"),
        ({"username": "a"}, "/username"),
        ({"username": "ann@example.com"}, "/username"),
        ({"display_name": "   "}, "/display_name"),
        ({"display_name": "two\nlines"}, "/display_name"),
        ({"display_name": "x" * 81}, "/display_name"),
        ({"avatar_url": "javascript:alert(1)"}, "/avatar_url"),
        ({"avatar_url": "https://user:secret@example.com/a.png"}, "/avatar_url"),
        ({"is_admin": True}, "/is_admin"),
    ],
)
async def test_invalid_input_is_refused_with_a_pointer(ann: Person, change: dict[str, object], pointer: str) -> None:
    before = (await ann.get("/users/me")).json()

    response = await ann.patch("/users/me", json=change)

    assert error_pointers(response) == [pointer]
    assert (await ann.get("/users/me")).json() == before


async def test_a_user_name_is_taken_whatever_its_case(join: Join) -> None:
    await join("ann", username="Ann")
    bob = await join("bob")

    response = await bob.patch("/users/me", json={"username": "aNN"})

    assert read_problem(response) == (409, "/problems/username-taken")


@pytest.mark.parametrize(
    "username",
    ["कविता", "श्री", "क्\u200dष.1", "علی\u200cرضا", "नमस्ते", "ẹ\u0300kọ", "Zoë", "ตูน.x"],  # noqa: RUF001
)
async def test_user_names_of_all_scripts_are_accepted(ann: Person, username: str) -> None:
    response = await ann.patch("/users/me", json={"username": username})

    assert (response.status_code, response.json()["username"]) == (200, unicodedata.normalize("NFKC", username))


@pytest.mark.parametrize(
    "username",
    [
        "\u3164\u3164\u3164",
        "\uffa0\uffa0\uffa0",
        "\u2800\u2800\u2800",
        "ad\u3164min",
        "ad\u034fmin",
        "ad\ufe0fmin",
        "ad\u180bmin",
        "ad\u200cmin",
        "ad\u00admin",
        "علی\u200c",
        "a\u200c\u200cb",
        "abc\u0301\u0302\u0303\u0304\u0305\u0306",
        "\u0301ann",
        "ann.\u0323bo",
    ],
    ids=ascii,
)
async def test_user_names_with_invisible_characters_are_refused(ann: Person, username: str) -> None:
    response = await ann.patch("/users/me", json={"username": username})

    assert error_pointers(response) == ["/username"]


async def test_user_names_that_differ_by_a_joiner_are_one(join: Join) -> None:
    await join("ann", username="علی\u200cرضا")  # noqa: RUF001
    bob = await join("bob")

    response = await bob.patch("/users/me", json={"username": "علیرضا"})

    assert read_problem(response) == (409, "/problems/username-taken")


@pytest.mark.parametrize("character", "\u3164\u034f\ufe0f\u2800\u200c\u2065\u180b", ids=ascii)
async def test_addresses_with_invisible_characters_are_refused(app: RunningApp, character: str) -> None:
    async with app.client() as client:
        body = {"email": f"an{character}n@example.com", "password": "correct horse battery"}
        response = await client.post("/api/v1/auth/register", json=body)

    assert error_pointers(response) == ["/email"]


async def test_if_match_refuses_a_change_to_another_version(ann: Person) -> None:
    first = await ann.get("/users/me")
    current = await ann.patch("/users/me", json={"locale": "de"})

    stale = await ann.patch("/users/me", json={"locale": "fr"}, headers={"If-Match": first.headers["etag"]})
    fresh = await ann.patch("/users/me", json={"locale": "it"}, headers={"If-Match": current.headers["etag"]})

    assert stale.status_code == 412
    assert fresh.status_code == 200
    assert fresh.json()["locale"] == "it"


async def test_if_none_match_answers_304_without_a_body(ann: Person) -> None:
    first = await ann.get("/users/me")

    again = await ann.get("/users/me", headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})

    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]


async def test_a_list_of_versions_may_have_several_lines(ann: Person) -> None:
    tag = (await ann.get("/users/me")).headers["etag"]
    bearer = ("Authorization", ann.client.headers["Authorization"])

    read = await ann.get("/users/me", headers=[bearer, ("If-None-Match", '"other"'), ("If-None-Match", tag)])
    changed = await ann.patch(
        "/users/me", json={"locale": "de"}, headers=[bearer, ("If-Match", '"other"'), ("If-Match", tag)]
    )

    assert (read.status_code, changed.status_code) == (304, 200)


async def test_a_token_whose_account_is_gone_is_refused(ann: Person, connection: object) -> None:
    await connection.execute("DELETE FROM user_account")  # type: ignore[attr-defined]

    assert (await ann.get("/users/me")).status_code == 401
    assert (await ann.patch("/users/me", json={"locale": "de"})).status_code == 401
