"""`exercise-buddy dev explain`, for whoever looks into what a statement costs."""

from collections.abc import Awaitable, Callable

import pytest
from anyio import to_thread
from typer.testing import CliRunner, Result

from exercise_buddy.cli import app as cli
from exercise_buddy.dev.explain import statements
from exercise_buddy.settings import Settings
from exercise_buddy.startup import get_database_url
from tests.support import SECRET, Person

Explain = Callable[..., Awaitable[Result]]


@pytest.fixture
def explain(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Explain:
    """Run `exercise-buddy dev explain …` in a thread: it has an event loop of its own."""
    monkeypatch.setenv("DATABASE_URL", get_database_url(settings))
    monkeypatch.setenv("SECRET_KEY", SECRET)

    async def run(*arguments: str) -> Result:
        return await to_thread.run_sync(lambda: CliRunner().invoke(cli, ["dev", "explain", *arguments]))

    return run


async def test_without_a_name_all_are_listed(explain: Explain) -> None:
    result = await explain()

    assert {"statistics/overview/summary", "workouts/queries/workout_by_id"} <= set(result.stdout.splitlines())
    assert len(result.stdout.splitlines()) == len(statements())


@pytest.mark.usefixtures("ann")
async def test_every_statement_has_a_plan(explain: Explain) -> None:
    for name in statements():
        result = await explain(name)
        assert (result.exit_code, "cost=" in result.stdout) == (0, True), (name, result.stderr)


async def test_analyze_shows_what_each_step_took(ann: Person, explain: Explain) -> None:
    result = await explain("statistics/overview/summary", "--analyze", "--user", ann.email)

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
async def test_what_is_not_there(explain: Explain, arguments: list[str], message: str) -> None:
    result = await explain(*arguments)

    assert result.exit_code == 1
    assert message in result.stderr
