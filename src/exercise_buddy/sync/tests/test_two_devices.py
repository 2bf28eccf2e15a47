"""Two devices of one person, which edit offline and synchronize in any order."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exercise_buddy.core.db.tables import new_id
from exercise_buddy.sync.feed.tests.helpers import Device
from exercise_buddy.sync.tests.replica import Operation, Replica, get_resource
from tests.factories import BENCH, START
from tests.support import Person

ACTIONS = [
    "create_workout",
    "update_workout",
    "delete_workout",
    "append_set",
    "update_set",
    "move_set",
    "delete_set",
    "delete_exercise_of_workout",
    "create_routine",
    "update_routine",
    "delete_routine",
]


class Step(NamedTuple):
    """What a person does on a device: an action while it is offline, or a synchronization.

    Attributes:
        device: which of the two.
        action: one of `ACTIONS`, or None to synchronize.
        choice: chooses one of what the device has.
        value: the new reps or place, and a part of new titles.
        guarded: whether the operation names the version that the device knows; of a synchronization, whether it is
            repeated, as if the response had been lost.

    """

    device: int
    action: str | None
    choice: int
    value: int
    guarded: bool


# Edits of sets and synchronizations are more frequent than others, so that devices often edit what the other deleted.
STEPS = st.lists(
    st.builds(
        Step,
        st.integers(0, 1),
        st.sampled_from([*ACTIONS, "update_set", "update_set", "delete_set", None, None, None]),
        st.integers(0, 5),
        st.integers(0, 4),
        st.booleans(),
    ),
    min_size=8,
    max_size=30,
)


class OfflineDevice(Device):
    """A device with a local store, `local`, and the operations that it has not sent yet."""

    def __init__(self, person: Person) -> None:
        super().__init__(person)
        self.local = Replica()
        self.pending: list[Operation] = []

    async def pull(self) -> None:
        await self.sync()
        self.local = Replica(self.held, self.etags)

    async def push(self, server: Replica, *, is_repeated: bool) -> None:
        """Send the operations; check that each has the outcome that it must have on the server."""
        if not self.pending:
            return
        batch = {"operations": self.pending}
        headers = {"Idempotency-Key": str(uuid4())}
        response = await self.person.post("/sync/batch", json=batch, headers=headers)
        assert response.status_code == 200, response.text
        items = response.json()["items"]
        for operation, item in zip(self.pending, items, strict=True):
            assert (operation, item["outcome"]) == (operation, server.apply(operation))
            if item["outcome"] in {"created", "updated"} or operation["operation"] in PARTS:
                server.etags[get_resource(operation)] = item["etag"]
        if is_repeated:
            repeated = await self.person.post("/sync/batch", json=batch, headers=headers)
            assert repeated.json()["items"] == items
        self.pending = []

    def act(self, step: Step) -> None:
        """Apply an action to the local store, to be sent later. Do nothing if the device has nothing that it fits."""
        operation = build_operation(self.local, step)
        if operation is None:
            return
        known = self.local.etags.get(get_resource(operation))
        if step.guarded and known is not None:
            operation["if_match"] = known
        assert self.local.apply(operation) in {"created", "updated", "deleted"}
        self.pending.append(operation)


PARTS = {"delete_set", "delete_exercise_of_workout"}
"""Deletions after which the workout has a new version."""


def build_operation(local: Replica, step: Step) -> Operation | None:
    """Build the operation of a step on something in the local store; None if there is nothing that it fits."""
    action, value = str(step.action), step.value
    data: Operation
    found: Any

    def choose(found: Sequence[Any]) -> Any:
        return found[step.choice % len(found)] if found else None

    if action == "create_workout":
        sets = [{"id": str(new_id()), "reps": reps} for reps in (10, 20, 30)]
        exercise = {"id": str(new_id()), "exercise_id": BENCH, "sets": sets}
        data = {"started_at": START, "title": f"Workout {value}", "exercises": [exercise]}
        return {"operation": action, "id": str(new_id()), "data": data}
    if action == "create_routine":
        return {"operation": action, "id": str(new_id()), "data": {"name": f"Routine {value}"}}
    if action in {"update_workout", "delete_workout", "update_routine", "delete_routine"}:
        change, _, kind = action.partition("_")
        found = choose(list(local.titles if kind == "workout" else local.routines))
        data = {"data": {"title" if kind == "workout" else "name": f"New {value}"}} if change == "update" else {}
        return found and {"operation": action, "id": found, **data}
    if action in {"append_set", "delete_exercise_of_workout"}:
        found = choose([(workout, entry) for workout, entries in local.sets.items() for entry in entries])
        if found is None:
            return None
        workout, entry = found
        if action == "append_set":
            data = {"id": str(new_id()), "entry_id": entry, "data": {"reps": 100 + value}}
            return {"operation": action, "workout_id": workout, **data}
        return {"operation": action, "workout_id": workout, "id": entry}
    found = choose(
        [
            (workout, set_id, len(sets))
            for workout, entries in local.sets.items()
            for sets in entries.values()
            for set_id, _ in sets
        ]
    )
    if found is None:
        return None
    workout, set_id, count = found
    changes = {"update_set": {"reps": value + 1}, "move_set": {"position": value % count}}
    data = {"data": changes[action]} if action in changes else {}
    name = "update_set" if action == "move_set" else action
    return {"operation": name, "workout_id": workout, "id": set_id, **data}


async def delete_everything(person: Person) -> None:
    for path in ("/workouts", "/routines"):
        for item in await person.list_all(path):
            assert (await person.delete(f"{path}/{item['id']}")).status_code == 204


@given(steps=STEPS)
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_two_devices_and_the_server_agree_after_any_interleaving(ann: Person, steps: list[Step]) -> None:
    await delete_everything(ann)
    server = Replica()
    devices = [OfflineDevice(ann), OfflineDevice(ann)]
    first = Step(0, "create_workout", 0, 0, guarded=False)
    devices[0].act(first)
    await devices[0].push(server, is_repeated=False)
    for device in devices:
        await device.pull()

    for step in steps:
        device = devices[step.device]
        if step.action is not None:
            device.act(step)
            continue
        await device.push(server, is_repeated=step.guarded)
        await device.pull()
        assert device.local.content() == server.content()

    for device in devices:
        await device.push(server, is_repeated=False)
    for device in devices:
        await device.check()
        assert Replica(device.held).content() == server.content()
