"""The tour of the README: bash runs its blocks as they are, and each command must succeed."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.command.processes import TIMEOUT_SECONDS, ServerStarter, build_environment

ROOT = Path(__file__).parents[2]
SECTIONS = ("A tour with curl", "Count a set live")
# Bash calls the trap before each command, outside of $(…).
MARK = "\x1e"
END = "\x1f"
PREPARATION = f'set -euo pipefail\ntrap \'printf "{MARK}%s{END}" "$BASH_COMMAND"\' DEBUG\n'

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "curl", "uv"))), reason="The tour needs bash, curl and uv."
)


def read_blocks(language: str) -> list[str]:
    """Return the blocks of a language in the sections of the tour."""
    sections = re.split(r"^## ", (ROOT / "README.md").read_text(), flags=re.MULTILINE)
    chosen = [section for section in sections if section.partition("\n")[0] in SECTIONS]
    assert len(chosen) == len(SECTIONS)
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", "".join(chosen), re.MULTILINE | re.DOTALL)
    return [block for name, block in blocks if name == language]


def run_tour(folder: Path, api: str) -> list[tuple[str, str]]:
    """Run the blocks in a folder with the examples; return each command with its output."""
    (folder / "examples").symlink_to(ROOT / "examples")
    # A status of 400 or more is a failure of curl.
    (folder / ".curlrc").write_text("fail-with-body\n")
    # `uv run` finds this project from any folder, and installs nothing.
    uv = {"UV_PROJECT": str(ROOT), "UV_PROJECT_ENVIRONMENT": sys.prefix, "UV_NO_SYNC": "1", "UV_OFFLINE": "1"}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    result = subprocess.run(
        ["bash", "-c", PREPARATION + "\n".join(read_blocks("sh"))],
        cwd=folder,
        env=build_environment(API=api, CURL_HOME=str(folder), PATH=path, **uv),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS * 2,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]
    assert result.stderr == ""
    commands = [part.partition(END) for part in result.stdout.split(MARK)[1:]]
    return [(command, output.strip()) for command, _, output in commands]


def test_every_command_of_the_tour_does_what_the_readme_says(folder: Path, start: ServerStarter) -> None:
    server, client = start()
    tour = folder / "tour"
    tour.mkdir()

    commands = run_tour(tour, f"http://localhost:{client.base_url.port}/api/v1")
    assert server.stop() == 0

    def output_of(part: str, number: int = 0) -> Any:
        found = [output for command, output in commands if command.startswith("curl ") and part in command]
        return json.loads(found[number])

    assert output_of("/auth/register")["email"] == "ann@example.org"
    exercises = output_of("/exercises?search")["items"]
    assert exercises[0]["name"] == "Barbell Squat"
    first = {"id": exercises[0]["id"], "name": "Barbell Squat"}
    workout = output_of('"started_at": "2026-05-04')
    assert first.items() <= workout["exercises"][0]["exercise"].items()
    assert workout["exercises"][0]["sets"][0]["evidence"]["detected_reps"] == 2
    assert output_of("/workouts?include=sets")["items"][0]["id"] == workout["id"]
    assert output_of("/finish")["exercises"][0]["sets"][0]["reps"] == 6
    assert output_of("/workouts/quick")["exercises"][0]["exercise"]["name"] == "Pushups"
    assert [item["type"] for item in output_of("/sync/changes")["items"]] == ["profile", *["workout"] * 3]
    assert output_of("/next")["exercises"][0]["targets"][0]["reps"] == 5
    assert output_of("/start")["ended_at"] is None
    preview, report = output_of("strong.csv"), output_of("strong.csv", 1)
    assert (preview["dry_run"], preview["workouts"], preview["problems"]) == (True, 3, [])
    assert (report["dry_run"], report["workouts"], report["problems"]) == (False, 3, [])
    assert [exercise["name"] for exercise in report["created_exercises"]] == ["Rope Climb on the Playground"]
    assert output_of("/body-measurements")["mass_kg"] == 81.5
    assert output_of("/statistics/summary")["workouts"] == 2
    assert output_of("/statistics/timeseries")["points"]
    assert output_of("/statistics/dashboard")
    assert first["id"] in {record["exercise"]["id"] for record in output_of("/statistics/records?")["items"]}
    assert output_of("/records/history")["items"]
    assert (tour / "calendar.svg").read_text().startswith("<svg")
    assert sorted(file.suffix for file in tour.iterdir() if file.suffix) == [".csv", ".svg", ".zip"]
    # The last block of the README is what the last command prints.
    assert commands[-1][1] == read_blocks("")[-1].strip()
