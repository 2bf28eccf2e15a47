"""The commands for people who change the code: `exercise-buddy dev`."""

from pathlib import Path
from typing import Annotated

import typer

from exercise_buddy.auth.public import write_common_passwords
from exercise_buddy.core.commands import run_with_database
from exercise_buddy.core.db.database import Database
from exercise_buddy.dev import explain as explaining
from exercise_buddy.dev.built_sql import write_built_statements
from exercise_buddy.dev.new_slice import ROOT, SliceError, create_slice
from exercise_buddy.workouts.public import write_dictionary

dev = typer.Typer(help="Commands for a checkout of the source code.", no_args_is_help=True)


@dev.command("new-slice")
def new_slice(
    name: Annotated[str, typer.Argument(help="The name of the package and of the path, such as gyms.")],
    item: Annotated[str | None, typer.Option(help="What the slice stores, such as gym. NAME_entry by default.")] = None,
) -> None:
    """Write a working slice with its table, endpoints, migration and tests, and register it."""
    try:
        created = create_slice(ROOT, name, item or f"{name}_entry")
    except SliceError as error:
        typer.secho(str(error), fg="red", err=True)
        raise typer.Exit(1) from None
    for path in created:
        typer.echo(path)
    typer.secho(f"Change them, then run: uv run pytest -n 0 src/exercise_buddy/{name}", fg="green")


@dev.command("sql")
def sql() -> None:
    """Write the SQL of every statement that SQLAlchemy builds to docs/sql."""
    write_built_statements()


@dev.command("common-passwords")
def common_passwords(
    source: Annotated[Path, typer.Argument(help="A list of passwords, one per line, the most common first.")],
) -> None:
    """Write the filter of the most common passwords, which new passwords are checked against."""
    with source.open(encoding="utf-8", errors="ignore") as lines:
        number = write_common_passwords(line.rstrip("\n") for line in lines)
    typer.echo(f"The filter has {number:,} passwords.")


@dev.command("document-dictionary")
def document_dictionary() -> None:
    """Train the dictionary that workout documents are compressed with, on workouts that are made up."""
    typer.echo(f"The dictionary has {write_dictionary():,} bytes.")


@dev.command("explain")
def explain(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Name of the statement. Without it, list all names.")] = None,
    user: Annotated[str | None, typer.Option(help="E-mail address of the user to read for. Default: any.")] = None,
    *,
    analyze: Annotated[bool, typer.Option("--analyze", help="Execute it, and show what each step took.")] = False,
) -> None:
    """Show the plan of a statement on the configured or embedded database."""
    if name is None:
        typer.echo("\n".join(sorted(explaining.statements())))
        return

    async def run(database: Database) -> str:
        return await explaining.explain(database, name, user, analyze=analyze)

    try:
        typer.echo(run_with_database(context, run))
    except explaining.ExplainError as error:
        typer.secho(str(error), fg="red", err=True)
        raise typer.Exit(1) from None
