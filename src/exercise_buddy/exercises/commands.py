"""The commands of the catalogue."""

from pathlib import Path
from typing import Annotated

import typer

from exercise_buddy.core.commands import run_with_database
from exercise_buddy.core.db.database import Database
from exercise_buddy.exercises.loading import LoadReport, load_catalogue, read_catalogue

catalogue = typer.Typer(help="The exercise catalogue.", no_args_is_help=True)


@catalogue.callback()
def group() -> None:
    """Keep `load` a subcommand although it is the only one."""


@catalogue.command()
def load(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="JSON in the schema of free-exercise-db.")
    ],
    images_at: Annotated[
        str, typer.Option(help="Prefix of the addresses of images, such as https://example.com/images/")
    ] = "",
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report what would change, without changing it.")] = False,
) -> None:
    """Load instructions, images and missing exercises from a file."""

    async def run(database: Database) -> LoadReport:
        given = read_catalogue(file.read_bytes())
        with typer.progressbar(length=len(given), label="Exercises") as bar:
            async with database.transaction() as session:
                attempt = await session.begin_nested()
                report = await load_catalogue(session, given, images_at=images_at, progress=bar.update)
                if dry_run:
                    await attempt.rollback()
        return report

    report = run_with_database(context, run)
    would = "Would update" if dry_run else "Updated"
    typer.echo(f"{would}: {report.filled}. Added: {report.added}. Unchanged: {report.unchanged}.")
