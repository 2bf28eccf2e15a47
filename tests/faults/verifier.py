"""Compare what was acknowledged with what the server shows: the list, the change feed, the summary and the export."""

import io
import json
import zipfile
from collections import Counter
from typing import Any

import httpx2

from tests.faults.writers import Diary, Version, Writers


class LostWriteError(Exception):
    """The server shows something else than it has acknowledged."""


def verify(writers: Writers, base_url: str | None = None, *, allow: tuple[int, ...] = ()) -> None:
    """Check that nothing acknowledged is lost, that nothing is half stored, and that no response broke the promise.

    Raises:
        LostWriteError: with what differs.
        AssertionError: a response broke the promise, or two views differ.

    """
    print(writers.summarise())  # noqa: T201
    with httpx2.Client(base_url=base_url or writers.base_url, timeout=60) as client:
        for person in writers.people:
            client.headers.update(person.headers)
            if losses := _find_losses(person.diary, _list(client)):
                raise LostWriteError("\n".join(losses))
            _compare_views(client)
    refused = [line for person in writers.people for line in person.diary.refused]
    broken = [line for line in refused if not any(f": {status} " in line for status in allow)]
    assert not broken, "\n".join(broken[:10])


def _find_losses(diary: Diary, shown: dict[str, Version]) -> list[str]:
    ids = diary.stored.keys() | diary.unanswered.keys() | shown.keys()
    return [
        f"{i}: acknowledged {diary.stored.get(i)}, uncertain {diary.unanswered.get(i, '-')}, shown {shown.get(i)}"
        for i in sorted(ids)
        if not diary.allows(i, shown.get(i))
    ]


def _compare_views(client: httpx2.Client) -> None:
    shown = _list(client)
    reps = sum(version or 0 for version in shown.values())
    summary = _get(client, "statistics/summary", **{"from": "2026-01-01", "to": "2026-12-31"})
    assert _follow_feed(client) == shown
    assert _read_export(client) == shown
    assert (summary["workouts"], summary["reps"], summary["volume_kg"]) == (len(shown), reps, 20.0 * reps)


def _get(client: httpx2.Client, path: str, **query: str) -> Any:
    response = client.get(f"/api/v1/{path}", params=query)
    assert response.status_code == 200, response.text
    return response.json()


def _list(client: httpx2.Client) -> dict[str, Version]:
    shown: dict[str, Version] = {}
    query = {"limit": "100", "include": "sets"}
    while True:
        page = _get(client, "workouts", **query)
        for workout in page["items"]:
            shown[workout["id"]] = _read(workout)
        if page["next_cursor"] is None:
            return shown
        query["cursor"] = page["next_cursor"]


def _follow_feed(client: httpx2.Client) -> dict[str, Version]:
    shown: dict[str, Version] = {}
    query: dict[str, str] = {"limit": "100"}
    while True:
        page = _get(client, "sync/changes", **query)
        for change in page["items"]:
            if change["type"] == "workout":
                if change["deleted_at"] is None:
                    shown[change["id"]] = _read(change["resource"])
                else:
                    shown.pop(change["id"], None)
        if not page["has_more"]:
            return shown
        query["since"] = page["next_cursor"]


def _read_export(client: httpx2.Client) -> dict[str, Version]:
    response = client.get("/api/v1/users/me/export")
    assert response.status_code == 200, response.text
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        workouts = json.loads(archive.read("workouts.json"))
    ids = Counter(workout["id"] for workout in workouts)
    assert ids == Counter(set(ids)), "a workout twice"
    return {workout["id"]: _read(workout) for workout in workouts}


def _read(workout: dict[str, Any]) -> Version:
    """Return the version of a workout, whose title and only set must agree."""
    version = int(workout["title"].removeprefix("Version "))
    assert (workout["totals"]["sets"], workout["totals"]["reps"]) == (1, version), f"half stored: {workout}"
    return version
