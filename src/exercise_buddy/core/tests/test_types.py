from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from exercise_buddy.core import types


def adapt(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


@pytest.mark.parametrize("value", [True, "5", 5.5, -1, None])
def test_a_count_is_a_whole_number_and_nothing_else(value: object) -> None:
    with pytest.raises(ValidationError):
        adapt(types.Count).validate_python(value)


@pytest.mark.parametrize("value", [True, "5", -0.1, float("nan"), float("inf")])
def test_a_measure_is_a_finite_number_and_nothing_else(value: object) -> None:
    with pytest.raises(ValidationError):
        adapt(types.Measure).validate_python(value)


def test_a_measure_may_be_written_without_a_point() -> None:
    assert adapt(types.Measure).validate_python(5) == 5.0


@pytest.mark.parametrize("value", [1, "yes", "true", None])
def test_a_flag_is_true_or_false(value: object) -> None:
    with pytest.raises(ValidationError):
        adapt(types.StrictBool).validate_python(value)


@pytest.mark.parametrize(
    "value",
    [
        1_700_000_000,
        "1700000000",
        "2026-03-29",
        "2026-03-29T18:30:00",
        "0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "9999-12-31T23:59:59-14:00",
        "2026-02-30T00:00:00Z",
        True,
    ],
)
def test_a_moment_has_an_offset_and_lies_in_our_time(value: object) -> None:
    with pytest.raises(ValidationError):
        adapt(types.Timestamp).validate_python(value)


def test_a_moment_may_lie_a_little_ahead_but_not_two_days() -> None:
    now = datetime.now(UTC)

    assert adapt(types.Timestamp).validate_python((now + timedelta(hours=23)).isoformat())
    with pytest.raises(ValidationError):
        adapt(types.Timestamp).validate_python((now + timedelta(days=2)).isoformat())


@pytest.mark.parametrize("value", [20260329, "2026-03-29T00:00:00Z", "29.03.2026", "1969-12-31", "2200-01-01", ""])
def test_a_local_date_is_a_date_and_nothing_else(value: object) -> None:
    with pytest.raises(ValidationError):
        adapt(types.LocalDate).validate_python(value)


def test_a_local_date_is_read() -> None:
    assert adapt(types.LocalDate).validate_python("2026-03-29") == date(2026, 3, 29)


def test_every_zone_has_rules() -> None:
    names = types.time_zones()

    assert {"Europe/Berlin", "Asia/Kolkata", "Pacific/Kiritimati", "UTC"} <= names
    assert all(types.zone(name).key == name for name in names)


async def test_postgresql_knows_every_zone_that_we_accept(connection: Any) -> None:
    known = {row["name"] for row in await connection.fetch("SELECT name FROM pg_timezone_names")}

    assert {types.canonical_zone(name) for name in types.time_zones()} <= known


@pytest.mark.parametrize(
    ("name", "canonical"),
    [("Asia/Calcutta", "Asia/Kolkata"), ("EST5EDT", "America/New_York"), ("Asia/Kolkata", "Asia/Kolkata")],
)
def test_names_of_old_have_a_canonical_one(name: str, canonical: str) -> None:
    assert types.canonical_zone(name) == canonical


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2026-03-28T23:30:00+00:00", "Europe/Berlin", "2026-03-29"),
        ("2026-03-29T22:30:00+00:00", "Europe/Berlin", "2026-03-30"),
        ("2026-10-25T22:30:00+00:00", "Europe/Berlin", "2026-10-25"),
        ("2026-01-01T09:59:00+00:00", "Pacific/Kiritimati", "2026-01-01"),
        ("2026-01-01T10:00:00+00:00", "Pacific/Kiritimati", "2026-01-02"),
        ("2026-01-01T10:59:00+00:00", "Pacific/Pago_Pago", "2025-12-31"),
        ("2026-01-01T18:29:00+00:00", "Asia/Kolkata", "2026-01-01"),
        ("2026-01-01T18:30:00+00:00", "Asia/Kolkata", "2026-01-02"),
    ],
)
def test_a_workout_belongs_to_the_day_of_its_place(moment: str, zone: str, day: str) -> None:
    assert types.local_date(datetime.fromisoformat(moment), zone).isoformat() == day
