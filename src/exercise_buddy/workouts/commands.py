"""The commands of workouts."""

from uuid import UUID

import typer

from exercise_buddy.core.commands import run_with_database
from exercise_buddy.core.db.database import Database
from exercise_buddy.users import public as users
from exercise_buddy.workouts.documents.storage import render_missing_documents

workouts = typer.Typer(help="Stored workouts.", no_args_is_help=True)


@workouts.callback()
def prepare() -> None:
    """Maintain stored workouts."""


@workouts.command()
def render(context: typer.Context) -> None:
    """Render the documents of workouts that have none of this release, while the application runs.

    The application does the same after an upgrade, with a fifth of a core. Until then, PostgreSQL renders these
    workouts on each read, which takes longer. It works in small batches; to stop it and run it again is safe.
    """

    async def run(database: Database) -> int:
        return sum([await _render(database, user_id) async for user_id in users.iterate_account_ids(database)])

    typer.echo(f"Rendered {run_with_database(context, run)} workouts.")


async def _render(database: Database, user_id: UUID) -> int:
    number = 0
    while True:
        async with database.transaction() as session:
            try:
                await users.lock_user(session, user_id)
            except users.AccountGone:
                return number
            rendered = await render_missing_documents(session, user_id)
        if not rendered:
            return number
        number += len(rendered)
