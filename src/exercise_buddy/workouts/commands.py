"""The commands of workouts, and of the exercises that users log."""

from dataclasses import asdict
from functools import partial
from typing import Annotated

import orjson
import typer

from exercise_buddy.core.commands import run_in_transaction, run_with_database
from exercise_buddy.workouts.backfill import backfill
from exercise_buddy.workouts.unmatched_exercises import list_unmatched_exercises

workouts = typer.Typer(help="Stored workouts.", no_args_is_help=True)
exercises = typer.Typer(help="The exercises of all users.", no_args_is_help=True)

_MOST_NAMES = 10_000


@workouts.callback()
def prepare() -> None:
    """Maintain stored workouts."""


@workouts.command()
def render(context: typer.Context) -> None:
    """Update workouts of other releases while the application runs: their totals, records and documents.

    `exercise-buddy migrate` does the same. For what a former release writes afterwards, the application does so with a
    fifth of a core. Until then, PostgreSQL renders these workouts on each read, which takes longer. It works in small
    batches; to stop it and run it again is safe.
    """
    typer.echo(f"Updated {run_with_database(context, backfill)} workouts.")


@exercises.callback()
def group() -> None:
    """Keep `unmatched` a subcommand although it is the only one."""


@exercises.command()
def unmatched(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=_MOST_NAMES, help="The maximum number of names.")] = 100,
    min_users: Annotated[
        int, typer.Option(min=1, help="Leave out names that fewer users have. Names of one user may be private.")
    ] = 1,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object for each name.")] = False,
) -> None:
    """List the custom exercises of all users by name, with the exercise of the catalogue that each may be.

    For the maintainers of the aliases: the names of most users come first, then those of most sets. Spellings that
    differ in case, accents and punctuation are one name. It prints no users.
    """
    found = run_in_transaction(context, partial(list_unmatched_exercises, limit=limit, min_users=min_users))
    if as_json:
        for exercise in found:
            typer.echo(orjson.dumps(asdict(exercise)).decode())
        return
    typer.echo("users\tsets\tname\tmatch\tproposal\tscore")
    for exercise in found:
        score = "-" if exercise.score is None else f"{exercise.score:.2f}"
        match, proposal = exercise.match or "-", exercise.proposal or "-"
        typer.echo(f"{exercise.users}\t{exercise.sets}\t{exercise.name}\t{match}\t{proposal}\t{score}")
