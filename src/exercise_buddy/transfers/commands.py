"""The command-line verbs of imports."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, BinaryIO, get_args
from uuid import UUID

import typer

from exercise_buddy.core.commands import get_restored_files, run_with_database
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.jobs import Jobs
from exercise_buddy.core.problems import InvalidInput
from exercise_buddy.core.threads import run_in_thread
from exercise_buddy.core.types import time_zones
from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports import handlers
from exercise_buddy.transfers.imports.account_files import is_account_file
from exercise_buddy.transfers.imports.accounts import import_account
from exercise_buddy.transfers.imports.column_mapping import parse_columns
from exercise_buddy.transfers.imports.dates import DateOrder
from exercise_buddy.transfers.imports.detection import open_file
from exercise_buddy.transfers.imports.model import DistanceUnit, ImportOptions, OnConflict, WeightUnit
from exercise_buddy.transfers.imports.numbers import NumberFormat
from exercise_buddy.transfers.imports.requests import ImportRequest, parse_mapping
from exercise_buddy.transfers.imports.schemas import ImportReport
from exercise_buddy.users import public as users

_SHOWN_REMARKS = 20
_STEPS = 1000


def _check_time_zone(value: str | None) -> str | None:
    if value is not None and value not in time_zones():
        raise typer.BadParameter("Expected an IANA name, such as Europe/Berlin")
    return value


def _check_columns(value: str | None) -> str | None:
    try:
        parse_columns(value)
    except InvalidInput as problem:
        errors = "; ".join(f"{error.pointer}: {error.message}" for error in problem.errors)
        raise typer.BadParameter(errors) from None
    return value


def import_file(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, readable=True, help="The export of an app, or our own."),
    ],
    user: Annotated[str, typer.Option(help="The e-mail address or user name of the account.")],
    weight_unit: Annotated[
        WeightUnit | None, typer.Option(help="If the file does not state it. Asked for if needed.")
    ] = None,
    distance_unit: Annotated[DistanceUnit | None, typer.Option(help="If the file does not state it.")] = None,
    time_zone: Annotated[
        str | None,
        typer.Option(callback=_check_time_zone, help="The IANA time zone of the workouts. Asked for if needed."),
    ] = None,
    date_order: Annotated[
        DateOrder | None, typer.Option(help="The order of dates like 03/04/2025. Asked for if needed.")
    ] = None,
    number_format: Annotated[
        NumberFormat | None, typer.Option(help="The format of numbers like 1.250. Asked for if needed.")
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            callback=_check_columns,
            help='The columns of any other table, such as \'{"date": "Datum", "exercise": "Übung", "reps": "Wdh"}\'.',
        ),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, readable=True, help="A JSON file with exercise ids by names in the file."
        ),
    ] = None,
    on_conflict: Annotated[
        OnConflict, typer.Option(help="What happens to stored workouts that differ in the file.")
    ] = OnConflict.SKIP,
    accept_proposals: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="The least similarity of a proposal that a name without an exercise gets."),
    ] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report without importing.")] = False,
) -> None:
    """Import the workouts and body measurements of a file, or the export of all data, into an account.

    The export of all data needs an empty one.
    It runs in this process and shows its progress. If it is stopped, nothing of it stays.
    """
    exercise_ids = _read_mapping(mapping)
    with file.open("rb") as content:
        given = ImportOptions(weight_unit, distance_unit, time_zone, date_order, number_format, parse_columns(columns))
        options = _ask_options(content, given)

        async def run(database: Database) -> ImportReport:
            async with database.transaction() as session:
                account = await users.require_account(session, user)
            with typer.progressbar(
                length=_STEPS, label="Importing", file=sys.stderr, hidden=not sys.stderr.isatty()
            ) as bar:

                async def show(done: float) -> None:
                    bar.update(int(done * _STEPS) - bar.pos)

                async with Jobs(database).run(account.id) as job:
                    request = ImportRequest(options, file.name, exercise_ids, on_conflict, dry_run, accept_proposals)
                    if await run_in_thread(is_account_file, content):
                        files = get_restored_files(context)
                        report = await import_account(job, account.id, content, files, request, heartbeat=show)
                    else:
                        report = await handlers.import_small_file(job, account.id, content, request, checkpoint=show)
                await show(1)
                return report

        report = run_with_database(context, run)
    _show_report(report)


def _read_mapping(path: Path | None) -> dict[str, UUID]:
    """Return the exercise ids by names of a JSON file."""
    if path is None:
        return {}
    try:
        return parse_mapping(path.read_text(encoding="utf-8"))
    except (InvalidInput, UnicodeDecodeError):
        raise typer.BadParameter("This should be a JSON object with exercise ids by names in the file") from None


# --- missing options ---------------------------------------------------------------------------------------------

_QUESTIONS: dict[str, tuple[str, Any]] = {
    "weight_unit": ("What is the unit of the weights", get_args(WeightUnit)),
    "time_zone": ("What is the time zone of the workouts, such as Europe/Berlin", None),
    "number_format": ("What is the format of numbers like 1.250", get_args(NumberFormat)),
    "date_order": ("What is the order of dates like 03/04/2025", get_args(DateOrder)),
}


def _ask_options(content: BinaryIO, options: ImportOptions) -> ImportOptions:
    """Return the options, with answers from the terminal for the missing ones. Without one, the import reports them."""
    try:
        open_file(content, options)
    except UnreadableFile:
        return options
    except InvalidInput as problem:
        if not sys.stdin.isatty():
            return options
        names = [error.pointer.removeprefix("/") for error in problem.errors]
        if any(name not in _QUESTIONS for name in names):
            return options
        answers: dict[str, Any] = {name: _ask(*_QUESTIONS[name]) for name in names}
        return replace(options, **answers)
    return options


def _ask(question: str, choices: tuple[str, ...] | None) -> str:
    options = f" ({' or '.join(choices)})" if choices else ""
    while True:
        answer: str = typer.prompt(f"{question}?{options}").strip()
        if answer in (choices or time_zones()):
            return answer
        typer.echo("This is not a valid answer.")


def _show_report(report: ImportReport) -> None:
    verb = "Would import" if report.dry_run else "Imported"
    time_zone = f", in {report.time_zone}" if report.time_zone else ""
    typer.echo(f"{verb} {report.workouts} workouts with {report.sets} sets{time_zone}.")
    typer.echo(
        f"{report.duplicates} were stored already, {report.changed} with other content. "
        f"Replaced: {report.replaced}. New exercises: {len(report.created_exercises)}."
    )
    measured = report.body_measurements
    if measured.new or measured.equal or measured.changed or measured.skipped:
        typer.echo(
            f"{verb} {measured.new} body measurements. {measured.equal} were stored already, {measured.changed} with "
            f"other values. Replaced: {measured.replaced}. Not usable: {measured.skipped}."
        )
    for accepted in report.accepted_proposals:
        typer.echo(f"accepted: {accepted.name} is {accepted.exercise_name} ({accepted.similarity:.2f})")
    for kind, count, remarks in (
        ("warning", report.warning_count, report.warnings),
        ("problem", report.problem_count, report.problems),
    ):
        for remark in remarks[:_SHOWN_REMARKS]:
            typer.echo(f"{kind}, line {remark.line}: {remark.message}")
        if count > _SHOWN_REMARKS:
            typer.echo(f"… and {count - _SHOWN_REMARKS} more {kind}s.")
