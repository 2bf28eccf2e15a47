"""`exercise-buddy import`."""

from pathlib import Path

import pytest

from tests.command.processes import ACCOUNT, ServerStarter, register, run, run_in_terminal, sign_in
from tests.support import shared_file

BOB = {"email": "bob@example.org", "username": "bob"}

pytestmark = pytest.mark.usefixtures("anyio_backend")


def test_a_file_is_imported_into_an_account(folder: Path, start: ServerStarter, given_database: dict[str, str]) -> None:
    export = shared_file("exports/strong_ios_comma_AlexandrosK.csv")
    _, client = start(**given_database)
    register(client)
    arguments = ("import", str(export), "--weight-unit", "kg", "--time-zone", "Europe/Athens", "--user")
    unknown_user = run(folder, *arguments, "nobody@example.org", **given_database)
    no_options = run(folder, "import", str(export), "--user", "ann@example.org", **given_database)
    dry_run = run(folder, *arguments, "ann@example.org", "--dry-run", **given_database)
    first = run(folder, *arguments, "ann@example.org", **given_database)
    second = run(folder, *arguments, "ann@example.org", **given_database)
    not_a_file = run(folder, "import", str(folder), "--user", "ann@example.org", **given_database)

    assert (unknown_user.returncode, unknown_user.stderr.strip()) == (
        1,
        "The account nobody@example.org does not exist.",
    )
    assert no_options.returncode == 1
    assert "/weight_unit" in no_options.stderr
    assert "/time_zone" in no_options.stderr
    assert "Would import 86 workouts with 1903 sets, in Europe/Athens." in dry_run.stdout
    assert "Imported 86 workouts with 1903 sets, in Europe/Athens." in first.stdout
    # Progress is shown in a terminal only.
    assert first.stderr == ""
    assert "Imported 0 workouts with 0 sets" in second.stdout
    assert "86 were stored already" in second.stdout
    assert not_a_file.returncode == 2


def test_a_whole_account_is_imported_into_an_empty_one(
    folder: Path, start: ServerStarter, given_database: dict[str, str]
) -> None:
    _, client = start(**given_database)
    register(client)
    ann = sign_in(client)
    assert client.post("/api/v1/auth/register", json=ACCOUNT | BOB).status_code == 201
    bob = sign_in(client, {"username": BOB["email"], "password": ACCOUNT["password"]})
    workout = {"title": "Push", "started_at": "2026-05-01T10:00:00Z", "exercises": []}
    logged = client.post("/api/v1/workouts", headers=ann, json=workout).json()
    archive = folder / "export.zip"
    archive.write_bytes(client.get("/api/v1/users/me/export", headers=ann).content)

    refused = run(folder, "import", str(archive), "--user", "ann@example.org", **given_database)
    dry_run = run(folder, "import", str(archive), "--user", BOB["email"], "--dry-run", **given_database)
    status, output = run_in_terminal(folder, ["import", str(archive), "--user", BOB["email"]], b"", **given_database)

    assert (refused.returncode, "has data of its own" in refused.stderr) == (1, True)
    assert "Would import 1 workouts with 0 sets." in dry_run.stdout
    assert status == 0, output
    assert "Imported 1 workouts with 0 sets." in output
    assert "100%" in output
    restored = client.get(f"/api/v1/workouts/{logged['id']}", headers=bob).json()
    assert restored["created_at"] == logged["created_at"]
    (the_import,) = client.get("/api/v1/imports", headers=bob).json()["items"]
    assert (the_import["state"], the_import["progress"], the_import["file_name"]) == ("completed", 1, "export.zip")
    assert client.delete(f"/api/v1/imports/{the_import['id']}", headers=bob).status_code == 204
    assert client.get("/api/v1/workouts", headers=bob).json()["items"] == []


def test_a_terminal_shows_prompts_and_progress(
    folder: Path, start: ServerStarter, given_database: dict[str, str]
) -> None:
    export = folder / "strong.csv"
    export.write_text(
        "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps\n"
        + "".join(f"{day:02}/04/2025 18:00,Push,1h,My Press,1,50,8\n" for day in range(1, 13))
    )
    _, client = start(**given_database)
    register(client)
    typed = b"stones\nlb\nOlympus\nEurope/Athens\nday_first\n"

    status, output = run_in_terminal(
        folder, ["import", str(export), "--user", "ann@example.org"], typed, **given_database
    )

    page = client.get("/api/v1/workouts", headers=sign_in(client), params={"include": "sets"}).json()
    workout = page["items"][-1]
    assert status == 0, output
    assert output.count("This is not a valid answer.") == 2
    assert "100%" in output
    assert "Imported 12 workouts with 12 sets, in Europe/Athens." in output
    assert workout["started_at"] == "2025-04-01T15:00:00+00:00"
    assert workout["exercises"][0]["sets"][0]["weight_kg"] == 22.6796
