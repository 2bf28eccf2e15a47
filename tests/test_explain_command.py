"""`exercise-buddy dev explain`, which shows the query plan of a statement."""

import pytest

from exercise_buddy.dev.explain import statements
from tests.support import Person, RunCommand


async def test_without_a_name_all_are_listed(run_command: RunCommand) -> None:
    result = await run_command("dev", "explain")

    assert {"statistics/overview/summary", "workouts/queries/workout_by_id"} <= set(result.stdout.splitlines())
    assert len(result.stdout.splitlines()) == len(statements())


@pytest.mark.usefixtures("ann")
async def test_every_statement_has_a_plan(run_command: RunCommand) -> None:
    for name in statements():
        result = await run_command("dev", "explain", name)
        assert (result.exit_code, "cost=" in result.stdout) == (0, True), (name, result.stderr)


async def test_analyze_shows_what_each_step_took(ann: Person, run_command: RunCommand) -> None:
    result = await run_command("dev", "explain", "statistics/overview/summary", "--analyze", "--user", ann.email)

    assert "actual time=" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["statistics/nothing"], "The statement statistics/nothing does not exist"),
        (
            ["statistics/overview/summary", "--user", "nobody@example.org"],
            "The account nobody@example.org does not exist",
        ),
    ],
)
async def test_what_is_not_there(run_command: RunCommand, arguments: list[str], message: str) -> None:
    result = await run_command("dev", "explain", *arguments)

    assert result.exit_code == 1
    assert message in result.stderr
