"""The description of the stream of a workout's events for AsyncAPI."""

from exercise_buddy.core.http.asyncapi import Channel, Message
from exercise_buddy.core.http.routing import BASE_PATH
from exercise_buddy.workouts.events.schemas import (
    LiveCounted,
    LiveHold,
    LiveRep,
    LiveTracking,
    StreamEnd,
    WorkoutVersion,
)

CHANNEL = Channel(
    name="workoutEvents",
    address=f"{BASE_PATH}/workouts/{{workout_id}}/events",
    protocol="http",
    title="Watch a workout in progress",
    description=(
        "Server-sent events. Send the access token in the header `Authorization`, with `fetch`: `EventSource` cannot. "
        "The name of a message is the `event`, its payload the `data`, and the `id` names the latest version of the "
        "workout that was sent. `retry` comes with the first event. A comment every 15 s keeps the connection alive. "
        "The first event is `workout`. If a set is being counted, its latest events follow. `end` is the last one."
    ),
    parameters={"workout_id": "The id of a workout of the user that is not finished."},
    messages=(
        Message("workout", WorkoutVersion, "The stored version of the workout. Get it if you do not have it."),
        Message("workout_changed", WorkoutVersion, "A new version of the workout is stored. Get it."),
        Message("rep", LiveRep, "A rep of the set that is counted live."),
        Message("hold", LiveHold, "The duration of the hold that is counted live."),
        Message("tracking", LiveTracking, "Whether the body is seen and in position."),
        Message("counted", LiveCounted, "The set that was counted live has ended."),
        Message("end", StreamEnd, "The stream ends. Connect again, unless the workout is finished or deleted."),
    ),
)
