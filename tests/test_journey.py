"""From a registration to statistics that equal what the file itself says."""

import csv
import io
import re
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.support import PASSWORD, RunningApp, shared_file

EXPORT = "exports/strong_ios_comma_AlexandrosK.csv"
TOTALS = ("workouts", "active_days", "sets", "reps", "volume_kg", "duration_seconds")


# Two names of one exercise of the catalogue.
SAME = {"Strict Military Press (Barbell)": "Overhead Press (Barbell)"}


def seconds(duration: str) -> int:
    hours, minutes = re.search(r"(\d+)h", duration), re.search(r"(\d+)m", duration)
    return 3600 * int(hours[1] if hours else 0) + 60 * int(minutes[1] if minutes else 0)


def computed(path: Path) -> tuple[dict[str, Any], dict[str, float], dict[tuple[str, str], tuple[float, str]]]:
    """Compute totals, volume by month and records, by nothing but the CSV: no code of the project."""
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    durations = {row["Date"]: seconds(row["Duration"]) for row in rows}
    days = sorted({date.fromisoformat(started[:10]) for started in durations})
    longest = current = 1
    for before, day in pairwise(days):
        current = current + 1 if day - before == timedelta(days=1) else 1
        longest = max(longest, current)
    by_month: dict[str, float] = defaultdict(float)
    best: dict[tuple[str, str], tuple[float, str]] = {}
    for row in rows:
        name, weight, reps = row["Exercise Name"], float(row["Weight"]), int(row["Reps"])
        name = SAME.get(name, name)
        by_month[row["Date"][:7]] += weight * reps
        kinds = {"reps": reps, "set_volume": weight * reps, "duration": float(row["Seconds"])}
        kinds["distance"] = 1000 * float(row["Distance"])
        if weight and reps:
            kinds["load"] = weight
            if reps <= 12:
                kinds["e1rm"] = weight if reps == 1 else weight * (1 + reps / 30)
        for kind, value in kinds.items():
            if value > best.get((name, kind), (0,))[0] + 1e-9:
                best[name, kind] = (value, row["Date"][:10])
    totals = {
        "workouts": len(durations),
        "active_days": len(days),
        "sets": len(rows),
        "reps": sum(int(row["Reps"]) for row in rows),
        "volume_kg": sum(by_month.values()),
        "duration_seconds": sum(durations.values()),
        "longest_streak_days": longest,
        "from": days[0].isoformat(),
    }
    return totals, by_month, best


async def registered(app: RunningApp) -> httpx2.AsyncClient:
    client = app.client()
    account = {"email": "alex@example.org", "password": PASSWORD, "time_zone": "Europe/Athens"}
    assert (await client.post("/api/v1/auth/register", json=account)).status_code == 201
    form = {"username": account["email"], "password": PASSWORD}
    signed_in = await client.post("/api/v1/auth/login", data=form)
    client.headers["Authorization"] = f"Bearer {signed_in.json()['access_token']}"
    return client


async def test_years_of_training_arrive_and_add_up(app: RunningApp) -> None:
    path = shared_file(EXPORT)
    totals, by_month, best = computed(path)
    client = await registered(app)
    files = {"file": (path.name, path.read_bytes(), "text/csv")}
    fields = {"weight_unit": "kg", "time_zone": "Europe/Athens"}

    imported = (await client.post("/api/v1/imports", files=files, data=fields)).json()
    summary = (await client.get("/api/v1/statistics/summary")).json()
    query = {"metric": "volume_kg", "bucket": "month"}
    points = (await client.get("/api/v1/statistics/timeseries", params=query)).json()["points"]
    records = (await client.get("/api/v1/statistics/records")).json()["items"]
    again = (await client.post("/api/v1/imports", files=files, data=fields)).json()

    assert (imported["workouts"], imported["sets"]) == (totals["workouts"], totals["sets"])
    assert {name: summary[name] for name in totals} == pytest.approx(totals)

    shown = {point["start"][:7]: point["value"] for point in points}
    assert {month: value for month, value in shown.items() if value} == pytest.approx(
        {month: value for month, value in by_month.items() if value}
    )
    assert len(points) == len(shown) >= len(by_month)

    found = [
        (record["kind"], round(record["value"], 6), record["date"]) for item in records for record in item["records"]
    ]
    assert sorted(found) == sorted((kind, round(value, 6), day) for (_, kind), (value, day) in best.items())
    assert len(records) == len({name for name, _ in best})

    assert (again["workouts"], again["sets"], again["duplicates"]) == (0, 0, totals["workouts"])
    assert (await client.get("/api/v1/statistics/summary")).json() == summary


async def test_any_month_equals_the_file(app: RunningApp) -> None:
    path = shared_file(EXPORT)
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    client = await registered(app)
    fields = {"weight_unit": "kg", "time_zone": "Europe/Athens"}
    await client.post("/api/v1/imports", files={"file": (path.name, path.read_bytes())}, data=fields)

    for month in sorted({row["Date"][:7] for row in rows}):
        of_month = [row for row in rows if row["Date"].startswith(month)]
        durations = {row["Date"]: seconds(row["Duration"]) for row in of_month}
        first = date.fromisoformat(f"{month}-01")
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        period = {"from": first.isoformat(), "to": last.isoformat()}
        summary = (await client.get("/api/v1/statistics/summary", params=period)).json()
        expected = (
            len(durations),
            len({started[:10] for started in durations}),
            len(of_month),
            sum(int(row["Reps"]) for row in of_month),
            sum(int(row["Reps"]) * float(row["Weight"]) for row in of_month),
            sum(durations.values()),
        )
        assert tuple(summary[name] for name in TOTALS) == pytest.approx(expected), month


async def test_a_second_person_sees_nothing_of_it(app: RunningApp) -> None:
    path = shared_file(EXPORT)
    first = await registered(app)
    fields = {"weight_unit": "kg", "time_zone": "Europe/Athens"}
    imported = await first.post("/api/v1/imports", files={"file": (path.name, path.read_bytes())}, data=fields)
    workout = (await first.get("/api/v1/workouts", params={"limit": 1})).json()["items"][0]
    other = app.client()
    account = {"email": "eve@example.org", "password": PASSWORD}
    await other.post("/api/v1/auth/register", json=account)
    signed_in = await other.post("/api/v1/auth/login", data={"username": account["email"], "password": PASSWORD})
    other.headers["Authorization"] = f"Bearer {signed_in.json()['access_token']}"

    assert imported.json()["workouts"] == 86
    assert (await other.get("/api/v1/workouts")).json()["items"] == []
    assert (await other.get("/api/v1/exercises", params={"custom": "true"})).json()["items"] == []
    assert (await other.get("/api/v1/statistics/summary")).json()["workouts"] == 0
    assert (await other.get("/api/v1/statistics/records")).json()["items"] == []
    assert (await other.get(f"/api/v1/workouts/{workout['id']}")).status_code == 404
    custom = imported.json()["created_exercises"]
    for exercise in custom[:3]:
        assert (await other.get(f"/api/v1/exercises/{exercise['id']}")).status_code == 404
