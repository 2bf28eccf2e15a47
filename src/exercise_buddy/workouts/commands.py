"""The command-line verbs of workouts."""

from pathlib import Path
from typing import Annotated, cast

import typer

from exercise_buddy.core.commands import run_with_database
from exercise_buddy.core.database import Database
from exercise_buddy.core.fields import time_zones
from exercise_buddy.core.problems import NotFound
from exercise_buddy.users import public as users
from exercise_buddy.workouts.exercises.commands import catalogue
from exercise_buddy.workouts.imports.handlers import import_workouts
from exercise_buddy.workouts.imports.schemas import WeightUnit
from exercise_buddy.workouts.schemas import ImportReport

__all__ = ["catalogue", "import_file"]

_SHOWN = 20


def _weight_unit(value: str | None) -> str | None:
    if value is not None and value not in {"kg", "lb"}:
        raise typer.BadParameter("kg or lb")
    return value


def _time_zone(value: str | None) -> str | None:
    if value is not None and value not in time_zones():
        raise typer.BadParameter("an IANA name, such as Europe/Berlin")
    return value


def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A CSV from Strong.")],
    user: Annotated[str, typer.Option(help="The e-mail address or user name of the account.")],
    weight_unit: Annotated[
        str | None, typer.Option(callback=_weight_unit, help="kg or lb, where the file does not say.")
    ] = None,
    time_zone: Annotated[
        str | None,
        typer.Option(callback=_time_zone, help="Where the workouts happened. The account's zone without it."),
    ] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
) -> None:
    """Import the workouts of a file into an account."""

    async def run(database: Database) -> ImportReport:
        async with database.transaction() as session:
            account = await users.find_account(session, user)
            if account is None:
                raise NotFound(f"There is no account {user}.")
            with file.open("rb") as content:
                return await import_workouts(
                    session,
                    account.id,
                    content,
                    file_name=file.name,
                    weight_unit=cast("WeightUnit | None", weight_unit),
                    distance_unit=None,
                    time_zone=time_zone,
                    dry_run=dry_run,
                )

    report = run_with_database(context, run)
    would = "Would import" if dry_run else "Imported"
    typer.echo(f"{would} {report.workouts} workouts with {report.sets} sets, in {report.time_zone}.")
    typer.echo(f"{report.duplicates} were there already. New exercises: {len(report.created_exercises)}.")
    for kind, count, remarks in (
        ("warning", report.warning_count, report.warnings),
        ("problem", report.problem_count, report.problems),
    ):
        for remark in remarks[:_SHOWN]:
            typer.echo(f"{kind}, line {remark.line}: {remark.message}")
        if count > _SHOWN:
            typer.echo(f"… and {count - _SHOWN} more {kind}s.")
