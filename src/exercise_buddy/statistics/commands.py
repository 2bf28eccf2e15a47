"""The command-line verbs of statistics."""

import time
from typing import Annotated

import typer

from exercise_buddy.core.commands import run_with_database
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.problems import NotFound
from exercise_buddy.statistics.consistency import Recounted, verify_totals
from exercise_buddy.users import public as users
from exercise_buddy.workouts import public as workouts

statistics = typer.Typer(help="What is stored so that statistics are quick.", no_args_is_help=True)


@statistics.callback()
def prepare() -> None:
    """Look after what is stored so that statistics are quick."""


class _Tally:
    """What has been found so far. Tells it on standard error, at most once a second."""

    def __init__(self) -> None:
        self.workouts = 0
        self.differing = 0
        self.repaired = 0
        self._told_at = time.monotonic()

    def add(self, one: Recounted) -> None:
        self.workouts += one.count
        self.differing += len({difference.workout_id for difference in one.differences})
        self.repaired += one.repaired
        for found in one.differences:
            place = "-" if found.position is None else str(found.position)
            values = [text if text is not None else "null" for text in (found.stored, found.counted)]
            typer.echo("\t".join([str(one.user_id), str(found.workout_id), place, found.name, *values]))
        if time.monotonic() - self._told_at >= 1:
            self.tell()

    def tell(self) -> None:
        self._told_at = time.monotonic()
        typer.echo(f"{self.workouts} workouts recounted, {self.differing} differ, {self.repaired} repaired", err=True)


@statistics.command()
def verify(
    context: typer.Context,
    user: Annotated[str | None, typer.Option(help="Only of the account with this e-mail address or user name.")] = None,
    batch: Annotated[
        int, typer.Option(min=1, max=workouts.RECOMPUTE_BATCH, help="How many workouts to recount at a time.")
    ] = workouts.RECOMPUTE_BATCH,
    *,
    repair: Annotated[bool, typer.Option("--repair", help="Store what the sets come to.")] = False,
) -> None:
    """Recount the totals of all workouts from their sets, while the app goes on.

    Prints what is stored otherwise: user, workout, place of the exercise (- for the workout itself), column, what is
    stored, and what it comes to, separated by tabs. The exit status is 1 if anything is left that differs.
    """

    async def run(database: Database) -> _Tally:
        user_id = None
        if user is not None:
            async with database.transaction() as session:
                account = await users.find_account(session, user)
            if account is None:
                raise NotFound(f"There is no account {user}.")
            user_id = account.id
        tally = _Tally()
        async for one in verify_totals(database, user_id, repair=repair, batch=batch):
            tally.add(one)
        tally.tell()
        return tally

    tally = run_with_database(context, run)
    if tally.differing and not repair:
        raise typer.Exit(1)
