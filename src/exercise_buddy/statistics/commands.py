"""The commands of statistics."""

import time
from typing import Annotated

import typer

from exercise_buddy.core.commands import run_with_database
from exercise_buddy.core.db.database import Database
from exercise_buddy.statistics.consistency import VerificationResult, verify_totals
from exercise_buddy.users import public as users
from exercise_buddy.workouts import public as workouts

statistics = typer.Typer(help="Stored totals, records and documents.", no_args_is_help=True)


@statistics.callback()
def prepare() -> None:
    """Verify and repair stored totals, records and documents."""


class _Tally:
    """The counts so far, printed on standard error at most once a second."""

    def __init__(self) -> None:
        self.workouts = 0
        self.differing = 0
        self.repaired = 0
        self._printed_at = time.monotonic()

    def add(self, one: VerificationResult) -> None:
        self.workouts += one.count
        self.differing += len({difference.workout_id for difference in one.differences})
        self.repaired += one.repaired
        for found in one.differences:
            place = "-" if found.position is None else str(found.position)
            values = [text if text is not None else "null" for text in (found.stored, found.counted)]
            typer.echo("\t".join([str(one.user_id), str(found.workout_id or "-"), place, found.name, *values]))
        if time.monotonic() - self._printed_at >= 1:
            self.print()

    def print(self) -> None:
        self._printed_at = time.monotonic()
        typer.echo(f"{self.workouts} workouts recounted, {self.differing} differ, {self.repaired} repaired", err=True)


@statistics.command()
def verify(
    context: typer.Context,
    user: Annotated[
        str | None, typer.Option(help="E-mail address or user name of one account. Default: all accounts.")
    ] = None,
    batch: Annotated[
        int, typer.Option(min=1, max=workouts.RECOMPUTE_BATCH, help="Number of workouts per batch.")
    ] = workouts.RECOMPUTE_BATCH,
    *,
    repair: Annotated[bool, typer.Option("--repair", help="Store the recomputed values.")] = False,
) -> None:
    """Verify stored totals, records and documents against the sets, while the application runs.

    Prints each difference: user, workout (- for a total of months, weeks or years), position of the exercise (- for the
    workout itself), column, stored value and recomputed value, separated by tabs. The exit status is 1 if
    differences remain.
    """

    async def run(database: Database) -> _Tally:
        user_id = None
        if user is not None:
            async with database.transaction() as session:
                user_id = (await users.require_account(session, user)).id
        tally = _Tally()
        async for result in verify_totals(database, user_id, repair=repair, batch=batch):
            tally.add(result)
        tally.print()
        return tally

    tally = run_with_database(context, run)
    if tally.differing and not repair:
        raise typer.Exit(1)
