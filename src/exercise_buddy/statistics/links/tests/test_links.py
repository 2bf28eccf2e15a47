"""Links that show one chart of one user without an access token."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree as ET

import httpx2
import jwt
import pytest
from structlog.testing import capture_logs

from exercise_buddy.core.security.identity import Identity
from exercise_buddy.statistics.links import tokens
from exercise_buddy.statistics.links.schemas import CalendarChart, LinkedChart
from exercise_buddy.statistics.settings import StatisticsSettings
from exercise_buddy.statistics.tests.helpers import BENCH, train
from tests.factories import CUSTOM_EXERCISE, error_pointers, read_problem
from tests.support import PASSWORD, SECRET, STEP_UP, Client, Join, Person, RunningApp, StartApp

CHARTS: list[dict[str, Any]] = [
    {"calendar": {}},
    {"calendar": {"year": 2026, "metric": "volume_kg"}},
    {"timeseries": {}},
    {"timeseries": {"metric": "e1rm_kg", "exercise": BENCH, "bucket": "day", "formula": "brzycki"}},
    {"timeseries": {"muscle": "chest", "metric": "sets", "from": "2026-01-01", "to": "2026-06-30"}},
    {"exercise": {"exercise_id": BENCH}},
    {"exercise": {"exercise_id": BENCH, "bucket": "month", "from": "2026-01-01"}},
]


async def create_link(person: Person, **chart: Any) -> str:
    """Create a link; return its URL."""
    response = await person.post("/statistics/links", json=chart)
    assert response.status_code == 200, response.text
    return str(response.json()["url"])


def as_query(chart: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the path and the parameters of the statistic that draws the same chart."""
    ((name, fields),) = chart.items()
    parameters = dict(fields)
    return f"exercises/{parameters.pop('exercise_id')}" if name == "exercise" else name, parameters


@pytest.mark.parametrize("chart", CHARTS, ids=str)
async def test_a_link_shows_the_chart_of_its_statistic(ann: Person, client: Client, chart: dict[str, Any]) -> None:
    await train(ann, date(2026, 3, 1))
    path, parameters = as_query(chart)

    image = await client.get(await create_link(ann, **chart), headers={"Accept": "image/avif,image/*,*/*;q=0.8"})

    svg = {"Accept": "image/svg+xml"}
    assert image.content == (await ann.get(f"/statistics/{path}", params=parameters, headers=svg)).content
    assert image.status_code == 200
    assert image.headers["content-type"] == "image/svg+xml"
    assert image.headers["cross-origin-resource-policy"] == "cross-origin"
    assert ET.fromstring(image.content).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314


async def test_a_browser_stores_the_chart_and_asks_whether_it_has_changed(ann: Person, client: Client) -> None:
    link = await create_link(ann, calendar={})
    first = await client.get(link)
    tag = {"If-None-Match": first.headers["etag"]}

    unchanged = await client.get(link, headers=tag)
    await train(ann, date(2026, 3, 1))
    changed = await client.get(link, headers=tag)

    assert first.headers["cache-control"] == unchanged.headers["cache-control"] == "private, no-cache"
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert changed.status_code == 200
    # The same chart has the same link for a while, however it is written, and one entry in the cache of the server.
    assert await create_link(ann, calendar={"metric": "reps"}) == link


def test_a_link_lives_for_the_time_of_the_setting() -> None:
    settings = StatisticsSettings(secret_key=SECRET, chart_link_expire_minutes=8)
    identity, chart = Identity(uuid4(), uuid4()), LinkedChart(calendar=CalendarChart())
    begin = datetime(2026, 5, 1, 12, tzinfo=UTC)

    signed = [tokens.sign_link(settings, identity, chart, begin + timedelta(seconds=seconds)) for seconds in range(600)]

    lifetimes = {int((until - begin).total_seconds()) - passed for passed, (_, until) in enumerate(signed)}
    assert (min(lifetimes), max(lifetimes)) == (6 * 60 + 1, 8 * 60)
    assert len({token for token, _ in signed}) == 5


Ending = Callable[[RunningApp, Person, Join], Awaitable[httpx2.Response]]


async def log_out(_app: RunningApp, ann: Person, _join: Join) -> httpx2.Response:
    return await ann.post("/auth/logout", json={"refresh_token": ann.refresh_token})


async def sign_out_everywhere(_app: RunningApp, ann: Person, _join: Join) -> httpx2.Response:
    return await ann.delete("/auth/sessions", json=STEP_UP)


async def delete_the_account(_app: RunningApp, ann: Person, _join: Join) -> httpx2.Response:
    return await ann.delete("/users/me", json=STEP_UP)


async def change_the_password_elsewhere(app: RunningApp, ann: Person, _join: Join) -> httpx2.Response:
    form = {"username": ann.email, "password": PASSWORD}
    async with app.client() as other:
        token = (await other.post("/api/v1/auth/login", data=form)).json()["access_token"]
        body = STEP_UP | {"new_password": "another horse on the battery"}
        return await other.put("/api/v1/auth/password", json=body, headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize(
    "end",
    [log_out, sign_out_everywhere, delete_the_account, change_the_password_elsewhere],
    ids=lambda end: end.__name__,
)
async def test_a_link_ends_with_its_session(
    app: RunningApp, ann: Person, client: Client, join: Join, end: Ending
) -> None:
    link = await create_link(ann, calendar={})
    tag = (await client.get(link)).headers["etag"]

    assert (await end(app, ann, join)).is_success

    # Even the chart that a browser has stored is shown no more.
    with capture_logs() as logs:
        refused = await client.get(link, headers={"If-None-Match": tag})
    assert read_problem(refused) == (403, "/problems/invalid-chart-link")
    (event,) = [line for line in logs if line["event"] == "request_refused"]
    assert (event["reason"], event["aimed_at"]) == ("session_ended", ann.id)


def _sign(key: bytes, **claims: Any) -> str:
    return jwt.encode(claims, key, algorithm="HS256")


async def test_forged_expired_and_foreign_tokens_are_refused(
    app: RunningApp, settings: StatisticsSettings, ann: Person, client: Client
) -> None:
    link = await create_link(ann, calendar={})
    path, _, token = link.partition("?link=")
    claims = jwt.decode(token, options={"verify_signature": False})
    key = tokens._derive_key(settings)
    head, body, signature = token.split(".")
    access_token = ann.client.headers["Authorization"].removeprefix("Bearer ")
    other_key = tokens._derive_key(StatisticsSettings(secret_key=SECRET[::-1]))
    wrong = {
        "an access token": access_token,
        "no signature": f"{head}.{body}.",
        "no algorithm": jwt.encode(claims, "", algorithm="none"),
        "another body": f"{head}.{body[:-4]}AAAA.{signature}",
        "another key": _sign(other_key, **claims),
        "another audience": _sign(key, **claims | {"aud": "exercise-buddy-device"}),
        "expired": _sign(key, **claims | {"exp": 1_700_000_000}),
        "no end": _sign(key, **{name: value for name, value in claims.items() if name != "exp"}),
        "another user": _sign(key, **claims | {"sub": str(uuid4())}),
        "no user": _sign(key, **claims | {"sub": "ann"}),
        "a chart that does not exist": _sign(key, **claims | {"chart": {"pie": {}}}),
        "nothing": "",
        "nonsense": "x.y.z",
        "text": "Ünïcödé 💪",
    }

    refused = {name: await client.get(path, params={"link": value}) for name, value in wrong.items()}

    assert {name: read_problem(response) for name, response in refused.items()} == dict.fromkeys(
        wrong, (403, "/problems/invalid-chart-link")
    )
    assert all(response.headers["cache-control"] == "no-store" for response in refused.values())
    assert (await client.get(path, params={"link": "x" * 2000})).status_code == 422
    assert error_pointers(await client.get(path)) == ["/link"]
    # And a link is no access token.
    async with app.client(Authorization=f"Bearer {token}") as thief:
        assert (await thief.get("/api/v1/users/me")).status_code == 401
        assert (await thief.get("/api/v1/statistics/calendar")).status_code == 401


async def test_a_link_shows_nothing_else(ann: Person, client: Client) -> None:
    link = await create_link(ann, timeseries={"metric": "reps"})

    other = await client.get(link, params={"link": link.partition("?link=")[2], "metric": "volume_kg"})
    elsewhere = await client.get(link.replace("/chart.svg", "/calendar"))

    assert other.status_code == 422
    assert elsewhere.status_code in {401, 422}


async def test_the_log_names_the_user_and_not_the_link(ann: Person, client: Client) -> None:
    link = await create_link(ann, calendar={})

    with capture_logs() as logs:
        await client.get(link)

    assert link.partition("?link=")[2] not in str(logs)
    (line,) = [line for line in logs if line["event"] == "request"]
    assert (line["path"], line["user_id"]) == ("/api/v1/statistics/chart.svg", ann.id)


async def test_links_of_a_user_are_limited(
    start_app: StartApp, settings: StatisticsSettings, ann: Person, bob: Person
) -> None:
    app = await start_app(rate_limits=settings.rate_limits | {"linked_charts_user": "3/minute"})
    links = [await create_link(person, calendar={}) for person in (ann, bob)]
    async with app.client() as client:
        responses = [await client.get(links[0]) for _ in range(4)]
        other = await client.get(links[1])

    assert [response.status_code for response in responses] == [200, 200, 200, 429]
    assert int(responses[3].headers["retry-after"]) > 0
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("chart", "pointers"),
    [
        ({}, [""]),
        ({"calendar": {}, "timeseries": {}}, [""]),
        ({"pie": {}}, ["/pie"]),
        ({"calendar": []}, ["/calendar"]),
        ({"exercise": {}}, ["/exercise/exercise_id"]),
        ({"calendar": {"exercise": BENCH}}, ["/calendar/exercise"]),
        ({"calendar": {"year": 2026, "from": "2026-01-01"}}, ["/calendar/year"]),
        ({"calendar": {"year": "2026"}}, ["/calendar/year"]),
        ({"calendar": {"from": "2026-01-01", "to": "2027-06-01"}}, ["/calendar/to"]),
        ({"timeseries": {"metric": "e1rm_kg"}}, ["/timeseries/exercise"]),
        ({"timeseries": {"exercise": BENCH, "muscle": "chest"}}, ["/timeseries/muscle"]),
        ({"timeseries": {"bucket": "day", "to": "2199-12-31"}}, ["/timeseries/bucket"]),
        ({"timeseries": {"from": "2026-02-01", "to": "2026-01-01"}}, ["/timeseries/to"]),
        ({"exercise": {"exercise_id": BENCH, "bucket": "day", "to": "2199-12-31"}}, ["/exercise/from"]),
    ],
    ids=str,
)
async def test_what_is_wrong_is_told_when_the_link_is_created(
    ann: Person, chart: dict[str, Any], pointers: list[str]
) -> None:
    response = await ann.post("/statistics/links", json=chart)

    assert response.status_code == 422
    assert error_pointers(response) == pointers
    assert {error["location"] for error in response.json()["errors"]} == {"body"}


async def test_an_exercise_that_does_not_exist(ann: Person, bob: Person, client: Client) -> None:
    custom = (await ann.post("/exercises", json=CUSTOM_EXERCISE)).json()["id"]
    link = await create_link(ann, exercise={"exercise_id": custom})

    foreign = await bob.post("/statistics/links", json={"exercise": {"exercise_id": custom}})
    unknown = await bob.post("/statistics/links", json={"exercise": {"exercise_id": str(UUID(int=7))}})
    await ann.delete(f"/exercises/{custom}")
    deleted = await client.get(link)

    assert read_problem(foreign) == read_problem(unknown) == read_problem(deleted) == (404, "/problems/not-found")


async def test_without_an_access_token_no_link_is_created(client: Client) -> None:
    assert (await client.post("/api/v1/statistics/links", json={"calendar": {}})).status_code == 401
