"""`exercise-buddy import`."""

from pathlib import Path

import pytest

from tests.command.processes import ServerStarter, register, run, run_in_terminal, sign_in
from tests.support import shared_file

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
