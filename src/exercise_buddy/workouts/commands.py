"""The command-line verbs of workouts."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, BinaryIO, get_args

import typer

from exercise_buddy.core.commands import run_with_database
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.problems import InvalidInput, NotFound
from exercise_buddy.core.types import time_zones
from exercise_buddy.users import public as users
from exercise_buddy.workouts.errors import UnreadableFile
from exercise_buddy.workouts.imports.dates import DateOrder
from exercise_buddy.workouts.imports.detection import open_file
from exercise_buddy.workouts.imports.handlers import import_workouts
from exercise_buddy.workouts.imports.model import DistanceUnit, Given, WeightUnit
from exercise_buddy.workouts.imports.schemas import ImportReport

_SHOWN = 20


def _time_zone(value: str | None) -> str | None:
    if value is not None and value not in time_zones():
        raise typer.BadParameter("an IANA name, such as Europe/Berlin")
    return value


def import_file(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, readable=True, help="A CSV from Strong or Hevy, or our own export."
        ),
    ],
    user: Annotated[str, typer.Option(help="The e-mail address or user name of the account.")],
    weight_unit: Annotated[
        WeightUnit | None, typer.Option(help="Where the file does not say. Asked if needed.")
    ] = None,
    distance_unit: Annotated[DistanceUnit | None, typer.Option(help="Where the file does not say.")] = None,
    time_zone: Annotated[
        str | None,
        typer.Option(callback=_time_zone, help="Where the workouts happened (IANA). Asked if needed."),
    ] = None,
    date_order: Annotated[DateOrder | None, typer.Option(help="Of dates like 03/04/2025. Asked if needed.")] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
) -> None:
    """Import the workouts of a file into an account."""
    with file.open("rb") as content:
        given = _ask(content, Given(weight_unit, distance_unit, time_zone, date_order))

        async def run(database: Database) -> ImportReport:
            async with database.transaction() as session:
                account = await users.find_account(session, user)
                if account is None:
                    raise NotFound(f"There is no account {user}.")
                # The file is read once before the import begins: no transaction waits for that.
                await session.rollback()
                with _progress(file) as done:
                    return await import_workouts(
                        session, account.id, content, given, file_name=file.name, dry_run=dry_run, progress=done
                    )

        report = run_with_database(context, run)
    _tell(report)


# --- what the file does not say ----------------------------------------------------------------------------------

_QUESTIONS: dict[str, tuple[str, Any]] = {
    "weight_unit": ("In what are the weights", get_args(WeightUnit)),
    "time_zone": ("In what time zone did the workouts happen, such as Europe/Berlin", None),
    "date_order": ("What comes first in dates like 03/04/2025", get_args(DateOrder)),
}


def _ask(content: BinaryIO, given: Given) -> Given:
    """Ask whoever is at the terminal for what the file does not say. Without a terminal, the import says what it is."""
    try:
        open_file(content, given)
    except UnreadableFile:
        return given
    except InvalidInput as problem:
        if not sys.stdin.isatty():
            return given
        answers: dict[str, Any] = {}
        for error in problem.errors:
            name = error.pointer.removeprefix("/")
            answers[name] = _answer(*_QUESTIONS[name])
        return replace(given, **answers)
    return given


def _answer(question: str, choices: tuple[str, ...] | None) -> str:
    options = f" ({' or '.join(choices)})" if choices else ""
    while True:
        answer: str = typer.prompt(f"{question}?{options}").strip()
        if answer in (choices or time_zones()):
            return answer
        typer.echo("That is none.")


# --- what happens, and has happened ------------------------------------------------------------------------------


@contextmanager
def _progress(file: Path) -> Iterator[Any]:
    """Show how much of the file is done, on a terminal only."""
    size = file.stat().st_size
    hidden = not sys.stderr.isatty()
    with typer.progressbar(length=size, label="Importing", file=sys.stderr, hidden=hidden) as bar:
        yield lambda done: bar.update(done - bar.pos)
        bar.update(size - bar.pos)


def _tell(report: ImportReport) -> None:
    would = "Would import" if report.dry_run else "Imported"
    where = f", in {report.time_zone}" if report.time_zone else ""
    typer.echo(f"{would} {report.workouts} workouts with {report.sets} sets{where}.")
    typer.echo(f"{report.duplicates} were there already. New exercises: {len(report.created_exercises)}.")
    for kind, count, remarks in (
        ("warning", report.warning_count, report.warnings),
        ("problem", report.problem_count, report.problems),
    ):
        for remark in remarks[:_SHOWN]:
            typer.echo(f"{kind}, line {remark.line}: {remark.message}")
        if count > _SHOWN:
            typer.echo(f"… and {count - _SHOWN} more {kind}s.")
