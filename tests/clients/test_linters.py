"""Two linters of OpenAPI documents. `redocly.yaml` and `spectral.yaml` say which rules are off, and why."""

import json
from pathlib import Path

from tests.clients.node import run_tool

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_redocly_finds_nothing() -> None:
    linted = run_tool("redocly", "lint", DOCUMENT, "--config=redocly.yaml", "--format=json", "--max-problems=1000")
    report = json.loads(linted.stdout)

    found = [f"{it['ruleId']} {it['location'][0]['pointer']}: {it['message']}" for it in report["problems"]]
    assert found == []
    assert linted.returncode == 0, linted.stderr


def test_spectral_finds_nothing() -> None:
    linted = run_tool("spectral", "lint", DOCUMENT, "--ruleset=spectral.yaml", "--format=text", "--fail-severity=hint")

    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert "No results" in linted.stdout
