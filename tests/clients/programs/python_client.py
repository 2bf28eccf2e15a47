"""A client of openapi-python-client: it logs the README's workout, reads it, and handles problems."""

import sys
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID, uuid4

from exercise_buddy_client import AuthenticatedClient, Client
from exercise_buddy_client.api.auth import auth_login, auth_refresh, auth_register
from exercise_buddy_client.api.exercises import exercises_list_exercises
from exercise_buddy_client.api.statistics import statistics_get_summary
from exercise_buddy_client.api.users import users_get_me
from exercise_buddy_client.api.workouts import workouts_get_workout, workouts_list_workouts, workouts_log_workout
from exercise_buddy_client.models import (
    CounterInput,
    Equipment,
    EvidenceInput,
    ExerciseInput,
    ExercisePage,
    InvalidInputProblem,
    LoginInput,
    Profile,
    RefreshInput,
    Registration,
    RepEvidenceInput,
    SetInput,
    SetKind,
    Summary,
    TokenResponse,
    Workout,
    WorkoutIdTakenProblem,
    WorkoutInput,
    WorkoutPage,
)

EMAIL = "python@example.org"
PASSWORD = "correct horse battery staple"
STARTED_AT = datetime.fromisoformat("2026-05-04T18:00:00+02:00")

T = TypeVar("T")


def expect(kind: type[T], result: object) -> T:
    """Return the result, which is one of this type, or raise what the problem says."""
    if not isinstance(result, kind):
        raise TypeError(result)
    return result


def create_workout(exercise_id: UUID) -> WorkoutInput:
    reps = [
        RepEvidenceInput(offset_ms=0, duration_ms=2400, eccentric_ms=1400, concentric_ms=1000),
        RepEvidenceInput(offset_ms=2600, duration_ms=2700, eccentric_ms=1500, concentric_ms=1200),
    ]
    evidence = EvidenceInput(counter=CounterInput(name="pose", version="1.4"), detected_reps=2, reps=reps)
    performed = SetInput(reps=2, weight_kg=80, rpe=7.5, evidence=evidence)
    return WorkoutInput(
        started_at=STARTED_AT,
        ended_at=datetime.fromisoformat("2026-05-04T18:40:00+02:00"),
        exercises=[ExerciseInput(exercise_id=exercise_id, sets=[performed])],
    )


def main(url: str) -> None:
    visitor = Client(base_url=url)
    registration = Registration(email=EMAIL, password=PASSWORD, time_zone="Europe/Berlin")
    assert expect(Profile, auth_register.sync(client=visitor, body=registration)).email == EMAIL
    login = LoginInput(username=EMAIL, password=PASSWORD, scope="offline_access")
    tokens = expect(TokenResponse, auth_login.sync(client=visitor, body=login))
    client = AuthenticatedClient(base_url=url, token=tokens.access_token)

    page = exercises_list_exercises.sync(client=client, search="squat", equipment=Equipment.BARBELL, limit=1)
    exercise_id = expect(ExercisePage, page).items[0].id

    workout = create_workout(exercise_id)
    workout.id = uuid4()
    created = expect(Workout, workouts_log_workout.sync(client=client, body=workout))
    read = expect(Workout, workouts_get_workout.sync(created.id, client=client))
    assert read.exercises[0].sets[0].kind is SetKind.NORMAL
    workouts = expect(WorkoutPage, workouts_list_workouts.sync(client=client, include="sets", limit=100))
    assert [item.id for item in workouts.items] == [workout.id]

    period = (date(2026, 5, 1), date(2026, 5, 31))
    summary = statistics_get_summary.sync(client=client, from_=period[0], to=period[1])
    assert expect(Summary, summary).volume_kg == 160

    taken = workouts_log_workout.sync(client=client, body=WorkoutInput(started_at=STARTED_AT, id=workout.id))
    if isinstance(taken, InvalidInputProblem):
        raise TypeError([f"{field.pointer}: {field.message}" for field in taken.errors or []])
    assert expect(WorkoutIdTakenProblem, taken).type_ == "/problems/workout-id-taken"

    body = RefreshInput(refresh_token=tokens.refresh_token)
    refreshed = expect(TokenResponse, auth_refresh.sync(client=visitor, body=body))
    again = AuthenticatedClient(base_url=url, token=refreshed.access_token)
    print(expect(Profile, users_get_me.sync(client=again)).email)


if __name__ == "__main__":
    main(sys.argv[1])
