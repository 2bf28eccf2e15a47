"""The examples of statistics in OpenAPI: those of an account with two workouts, seen on 3 March 2026.

Lists are shorter than those of the server, which have no gaps.
"""

from typing import Any

from exercise_buddy.exercises.public import catalogue_id

Example = dict[str, Any]

PUSHUPS_ID = str(catalogue_id("pushups"))
_PUSHUPS: Example = {"id": PUSHUPS_ID, "name": "Pushups", "custom": False}
_MONDAYS_ID = "019c8e1a-5a3c-7c61-9d5e-0b7f3c7f4a10"
_TUESDAYS_ID = "019c9340-b1e8-7d17-8a94-6f2e4c1b9d98"
_TITLE = "Evening workout: chest"
_WEEK: Example = {"from": "2026-03-02", "to": "2026-03-08"}
_WEEK_BEFORE: Example = {"from": "2026-02-23", "to": "2026-03-01"}
_WEEK_POINT: Example = {"start": "2026-03-02", "end": "2026-03-08"}

# --- totals ------------------------------------------------------------------------------------------------------

_NO_TOTALS: Example = {"workouts": 0, "sets": 0, "reps": 0, "volume_kg": 0.0, "duration_seconds": 0.0}
_MONDAYS_TOTALS: Example = {"workouts": 1, "sets": 3, "reps": 35, "volume_kg": 900.0, "duration_seconds": 2700.0}
_TUESDAYS_TOTALS: Example = {"workouts": 1, "sets": 1, "reps": 25, "volume_kg": 0.0, "duration_seconds": 1200.0}
_TOTALS: Example = {"workouts": 2, "sets": 4, "reps": 60, "volume_kg": 900.0, "duration_seconds": 3900.0}
_NOTHING = _NO_TOTALS | {"energy_kcal": None}
_MONDAY = _MONDAYS_TOTALS | {"energy_kcal": 310.0}
_TUESDAY = _TUESDAYS_TOTALS | {"energy_kcal": 99.8}
_BOTH = _TOTALS | {"energy_kcal": 409.8}

# --- goals -------------------------------------------------------------------------------------------------------

GOAL: Example = {"metric": "workouts", "target": 3, "rest_days": ["sunday"], "valid_since": "2026-03-02"}
GOAL_HISTORY: Example = {"items": [GOAL | {"valid_until": None}]}
_DAYS: Example = {"length": 2, "from": "2026-03-02", "to": "2026-03-03"}
_NO_STREAK: Example = {"length": 0, "from": None, "to": None}
STREAKS: Example = {
    "days": {"current": _DAYS, "longest": _DAYS},
    "weeks": {"current": _NO_STREAK, "longest": {"length": 1, **_WEEK_BEFORE}},
}

# --- the overview ------------------------------------------------------------------------------------------------

_PERIOD: Example = {
    "active_days": 2,
    "bodyweight_volume_kg": 2160.0,
    "current_streak_days": 2,
    "longest_streak_days": 2,
}
_NO_DAYS: Example = {"active_days": 0, "bodyweight_volume_kg": None, "current_streak_days": 0, "longest_streak_days": 0}
SUMMARY: Example = {**_BOTH, **_PERIOD, **_WEEK, "previous": {**_NOTHING, **_NO_DAYS, **_WEEK_BEFORE}}
WEEK: Example = {
    **_BOTH,
    **_WEEK,
    "today": "2026-03-03",
    "week_starts_on": "monday",
    "days": [
        {**_MONDAY, "date": "2026-03-02", "last_week": _NOTHING},
        {**_TUESDAY, "date": "2026-03-03", "last_week": _NOTHING},
    ],
    "last_week": {**_NOTHING, **_WEEK_BEFORE, "until_same_weekday": _NOTHING},
    "goal": {"metric": "workouts", "target": 3, "value": 2.0, "reached": False},
}
_CALENDAR_DAYS: list[Example] = [
    {**_NO_TOTALS, "date": "2026-03-01", "level": 0},
    {**_MONDAYS_TOTALS, "date": "2026-03-02", "level": 4},
    {**_TUESDAYS_TOTALS, "date": "2026-03-03", "level": 2},
]
CALENDAR: Example = {
    "from": "2026-03-01",
    "to": "2026-03-03",
    "metric": "reps",
    "week_starts_on": "monday",
    "days": _CALENDAR_DAYS,
}
_RECORD: Example = {"kind": "reps", "value": 25.0, "unit": "reps", "date": "2026-03-03", "workout_id": _TUESDAYS_ID}
DASHBOARD: Example = {
    "date": "2026-03-03",
    "today": _TUESDAY,
    "week": WEEK,
    "streaks": STREAKS,
    "all_time": _BOTH,
    "weeks": [{**_WEEK, "workouts": 2, "reps": 60, "volume_kg": 900.0, "duration_seconds": 3900.0}],
    "calendar": _CALENDAR_DAYS,
    "workouts": [
        {
            "id": _TUESDAYS_ID,
            "title": _TITLE,
            "started_at": "2026-03-03T17:00:00+00:00",
            "date": "2026-03-03",
            "exercises": 1,
            "sets": 1,
            "reps": 25,
            "volume_kg": 0.0,
            "duration_seconds": 1200.0,
        }
    ],
    "records": [_RECORD | {"exercise": _PUSHUPS}],
}

# --- records -----------------------------------------------------------------------------------------------------

RECORDS: Example = {
    "e1rm_formula": "epley",
    "items": [
        {
            "exercise": _PUSHUPS,
            "records": [_RECORD | {"weight_kg": None, "reps": None, "baseline": False}],
        }
    ],
}
RECORD_HISTORY: Example = {
    "e1rm_formula": "epley",
    "items": [
        _RECORD
        | {
            "exercise": _PUSHUPS,
            "previous": 20.0,
            "improvement": 5.0,
            "weight_kg": None,
            "workout_title": _TITLE,
        }
    ],
    "next_cursor": None,
}

# --- progress ----------------------------------------------------------------------------------------------------

_MEASURED: Example = {
    "volume_kg": 0.0,
    "duration_seconds": None,
    "distance_meters": None,
    "e1rm_kg": None,
    "best_set": {"weight_kg": None, "reps": None},
    "best_set_volume_kg": None,
    "longest_seconds": None,
    "farthest_meters": None,
    "eccentric_seconds": 1.1,
    "concentric_seconds": 0.9,
    "range_degrees": 92.0,
    "least_assistance_kg": None,
    "mean_assistance_kg": None,
    "velocity_loss_percent": None,
    "velocity_loss_sets": 0,
    "slowdown_percent": 24.0,
    "slowdown_sets": 2,
}
EXERCISE_PROGRESS: Example = {
    "exercise": _PUSHUPS,
    "e1rm_formula": "epley",
    "bucket": "week",
    "from": "2026-03-02",
    "to": "2026-03-03",
    "all_time": {
        **_MEASURED,
        "workouts": 2,
        "sets": 2,
        "reps": 45,
        "most_reps": 25,
        "first_on": "2026-03-02",
        "last_on": "2026-03-03",
    },
    "points": [{**_MEASURED, **_WEEK_POINT, "workouts": 2, "sets": 2, "reps": 45, "most_reps": 25}],
}
MUSCLES: Example = {
    **_WEEK,
    "bucket": None,
    "muscles": [
        {"muscle": "chest", "sets": 4.0, "volume_kg": 900.0, "share": 0.5},
        {"muscle": "shoulders", "sets": 2.0, "volume_kg": 450.0, "share": 0.25},
        {"muscle": "triceps", "sets": 2.0, "volume_kg": 450.0, "share": 0.25},
    ],
    "sets_of_no_known_muscle": 0,
    "points": None,
}
WORKLOAD: Example = {
    "metric": "volume_kg",
    "acute_days": 7,
    "chronic_days": 28,
    "from": "2026-03-02",
    "to": "2026-03-03",
    "points": [
        {"date": "2026-03-02", "load": 900.0, "acute": 900.0, "chronic": 900.0, "ratio": None},
        {"date": "2026-03-03", "load": 0.0, "acute": 675.0, "chronic": 837.931034, "ratio": None},
    ],
}
_QUALITY: Example = {
    "sets": 1,
    "reps": 25,
    "detected_reps": 25,
    "corrected_reps": 25,
    "corrected_sets": 0,
    "rep_seconds": 2.0,
    "eccentric_seconds": 1.1,
    "concentric_seconds": 0.9,
    "range_degrees": 92.0,
    "full_range_share": None,
    "range_loss_percent": 8.5,
    "faded_sets": 0,
    "faded_share": 0.0,
    "left_reps": None,
    "right_reps": None,
    "time_under_tension_seconds": 50.0,
    "slowdown_percent": 24.0,
    "slowdown_sets": 2,
    "velocity_loss_percent": None,
    "velocity_loss_sets": 0,
    "slowed_sets": 1,
    "slowed_share": 1.0,
    "variation_percent": 6.1,
    "cadence_per_minute": 28.6,
    "longest_unbroken_reps": 25,
}
REP_QUALITY: Example = {
    **_WEEK,
    "exercise": None,
    "bucket": "week",
    "total": _QUALITY,
    "exercises": [_QUALITY | {"exercise": _PUSHUPS}],
    "points": [_QUALITY | _WEEK_POINT],
}
TIMESERIES: Example = {
    **_WEEK,
    "metric": "workouts",
    "bucket": "week",
    "exercise": None,
    "muscle": None,
    "e1rm_formula": None,
    "points": [_WEEK_POINT | {"value": 2.0}],
}

# --- links -------------------------------------------------------------------------------------------------------

LINK_TOKEN = "eyJhbGciOiJIUzI1NiJ9.e30.ZXhhbXBsZQ"  # noqa: S105  (the one of no session)
"""The form of the token of a link, which ends with the session of its user."""
CHART_LINK: Example = {
    "url": f"/api/v1/statistics/chart.svg?link={LINK_TOKEN}",
    "expires_at": "2026-03-03T19:30:00Z",
}
