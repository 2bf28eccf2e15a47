"""A device that keeps a copy of all that a person has by the feed."""

import asyncio
from typing import Any

from tests.support import Person

PLAIN = {"Accept-Encoding": "identity"}
Key = tuple[str, str]
PATHS = {
    "workout": "/workouts/{id}",
    "routine": "/routines/{id}",
    "exercise": "/exercises/{id}",
    "body_measurement": "/users/me/body-measurements/{id}",
    "goal": "/statistics/goal",
    "profile": "/users/me",
}


class Device:
    """A device: `held` is its copy by type and id, `heard` what it has received since it was cleared."""

    def __init__(self, person: Person, limit: int = 100) -> None:
        self.person = person
        self.limit = limit
        self.cursor: str | None = None
        self.held: dict[Key, Any] = {}
        self.etags: dict[Key, str] = {}
        self.heard: list[Key] = []
        self.replaced: dict[str, str] = {}

    async def sync(self) -> None:
        while await self.read_page():
            pass

    async def read_page(self) -> bool:
        since = {} if self.cursor is None else {"since": self.cursor}
        response = await self.person.get("/sync/changes", params={"limit": self.limit} | since)
        assert response.status_code == 200, response.text
        page = response.json()
        assert len(page["items"]) <= self.limit
        for item in page["items"]:
            key = (item["type"], item["id"])
            self.heard.append(key)
            if item["deleted_at"] is None:
                self.held[key] = item["resource"]
                self.etags[key] = item["etag"]
            else:
                assert (item["resource"], item["etag"]) == (None, None)
                self.held.pop(key, None)
                self.etags.pop(key, None)
            if item.get("replaced_by") is not None:
                self.replaced[item["id"]] = item["replaced_by"]
        self.cursor = page["next_cursor"]
        more: bool = page["has_more"]
        return more

    async def hear(self) -> list[Key]:
        """Synchronize, and return what was new."""
        self.heard.clear()
        await self.sync()
        return list(self.heard)

    async def hear_types(self) -> list[str]:
        return [kind for kind, _ in await self.hear()]

    async def check(self) -> None:
        """Check that the copy is exactly what the lists and the single resources show."""
        await self.sync()
        truth, etags = await everything(self.person)
        assert self.held == truth
        assert self.etags == etags


async def everything(person: Person) -> tuple[dict[Key, Any], dict[Key, str]]:
    """Return all that a person has, and the entity tags, each by its own request."""
    keys = [("profile", person.id)]
    for kind, path in (
        ("workout", "/workouts"),
        ("routine", "/routines"),
        ("body_measurement", "/users/me/body-measurements"),
    ):
        keys += [(kind, item["id"]) for item in await person.list_all(path)]
    exercises = await person.list_all("/exercises", custom="true")
    keys += [("exercise", item["id"]) for item in exercises]
    responses = await asyncio.gather(*(person.get(PATHS[kind].format(id=key), headers=PLAIN) for kind, key in keys))
    found = {key: response for key, response in zip(keys, responses, strict=True) if response.status_code == 200}
    goal = await person.get(PATHS["goal"], headers=PLAIN)
    if goal.status_code == 200:
        found["goal", person.id] = goal
    return (
        {key: response.json() for key, response in found.items()},
        {key: response.headers["ETag"] for key, response in found.items()},
    )
