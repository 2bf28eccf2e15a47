"""Support for the commands of the slices: the settings, and running with the configured database."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

import typer
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.problems import Problem
from exercise_buddy.core.restores import RestoredFile
from exercise_buddy.core.settings import CoreSettings

Result = TypeVar("Result")
SomeSettings = TypeVar("SomeSettings", bound=CoreSettings)


@dataclass(frozen=True, slots=True)
class CommandContext:
    """The object that `cli` stores in the context of every command."""

    open_database: Callable[[], AbstractAsyncContextManager[Database]]
    load_settings: Callable[..., CoreSettings]
    restored_files: Sequence[RestoredFile]


def get_settings(context: typer.Context, kind: type[SomeSettings], **overrides: Any) -> SomeSettings:  # noqa: ANN401
    """Return the settings as the settings class of a slice. Invalid settings end with a message and exit status 1.

    Args:
        context: of the command.
        kind: the class.
        overrides: settings by their lower-case names, of any type; they take precedence.

    """
    settings = _command(context).load_settings(**overrides)
    assert isinstance(settings, kind)  # noqa: S101  (the settings of the program derive from those of all slices)
    return settings


def get_restored_files(context: typer.Context) -> Sequence[RestoredFile]:
    """Return what all slices restore from the export of a whole account, in this order."""
    return _command(context).restored_files


def run_with_database(context: typer.Context, use: Callable[[Database], Awaitable[Result]]) -> Result:
    """Run a coroutine with the open database and return its result. A problem ends with a message and exit status 1."""
    command = _command(context)

    async def run() -> Result:
        async with command.open_database() as database:
            return await use(database)

    try:
        return asyncio.run(run())
    except Problem as problem:
        typer.secho(problem.detail or problem.title, fg="red", err=True)
        for error in problem.errors:
            typer.secho(f"  {error.pointer} {error.message}", fg="red", err=True)
        raise typer.Exit(1) from None


def run_in_transaction(context: typer.Context, use: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
    """Run a coroutine in one transaction and return its result. A problem ends with a message and exit status 1."""

    async def run(database: Database) -> Result:
        async with database.transaction() as session:
            return await use(session)

    return run_with_database(context, run)


def _command(context: typer.Context) -> CommandContext:
    command: CommandContext = context.find_object(CommandContext) or context.obj
    return command
