"""What the slices' command-line verbs need: a way to run against the configured database."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TypeVar

import typer

from exercise_buddy.core.database import Database
from exercise_buddy.core.problems import Problem
from exercise_buddy.core.settings import CoreSettings

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class CommandContext:
    """What `cli` puts into the context of every command."""

    open_database: Callable[[], AbstractAsyncContextManager[Database]]
    load_settings: Callable[[], CoreSettings]


def command_context(context: typer.Context) -> CommandContext:
    """Give what `cli` has put into the context."""
    found: CommandContext = context.find_object(CommandContext) or context.obj
    return found


def run_with_database(context: typer.Context, use: Callable[[Database], Awaitable[Result]]) -> Result:
    """Run an asynchronous use of the database to its end. A problem becomes a message and exit status 1."""

    async def run() -> Result:
        async with command_context(context).open_database() as database:
            return await use(database)

    try:
        return asyncio.run(run())
    except Problem as problem:
        typer.secho(problem.detail or problem.title, fg="red", err=True)
        for error in problem.errors:
            typer.secho(f"  {error.pointer} {error.message}", fg="red", err=True)
        raise typer.Exit(1) from None
