"""The command-line verbs of accounts."""

import secrets
import sys
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import admin
from exercise_buddy.auth.schemas import Registration
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.core.commands import run_with_database, settings_of
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.problems import NotFound
from exercise_buddy.users import public as users

user = typer.Typer(help="The accounts.", no_args_is_help=True)

Who = Annotated[str, typer.Argument(help="The e-mail address or user name.")]


async def _found(session: AsyncSession, identifier: str) -> users.Account:
    account = await users.find_account(session, identifier)
    if account is None:
        raise NotFound(f"There is no account {identifier}.")
    return account


@user.command()
def create(
    context: typer.Context,
    email: Annotated[str, typer.Argument(help="The e-mail address.")],
    username: Annotated[str | None, typer.Option(help="A user name.")] = None,
    display_name: Annotated[str | None, typer.Option(help="What to call the person.")] = None,
    time_zone: Annotated[str | None, typer.Option(help="An IANA name, such as Europe/Berlin.")] = None,
    *,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input, instead of making one.")
    ] = False,
    unverified: Annotated[bool, typer.Option("--unverified", help="The address is still to be confirmed.")] = False,
) -> None:
    """Create an account. Without --password-stdin, it makes a password and prints it."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else secrets.token_urlsafe(15)
    try:
        registration = Registration(
            email=email, password=password, username=username, display_name=display_name, time_zone=time_zone
        )
    except ValidationError as error:
        for item in error.errors():
            typer.secho(f"{item['loc'][0]}: {item['msg'].removeprefix('Value error, ')}", fg="red", err=True)
        raise typer.Exit(1) from None
    settings = settings_of(context, AuthSettings)

    async def run(database: Database) -> None:
        async with database.transaction() as session:
            await admin.sign_up(session, settings, registration, verified=not unverified)

    run_with_database(context, run)
    typer.echo(f"Created {email}." + ("" if password_stdin else f" The password: {password}"))


@user.command()
def disable(context: typer.Context, who: Who) -> None:
    """Disable an account. All its sessions end at once."""

    async def run(database: Database) -> int:
        async with database.transaction() as session:
            return await admin.disable(session, (await _found(session, who)).id)

    typer.echo(f"Disabled {who}; {run_with_database(context, run)} sessions ended.")


@user.command()
def enable(context: typer.Context, who: Who) -> None:
    """Let a disabled account sign in again."""

    async def run(database: Database) -> None:
        async with database.transaction() as session:
            await admin.enable(session, (await _found(session, who)).id)

    run_with_database(context, run)
    typer.echo(f"Enabled {who}.")


@user.command("list")
def list_users(context: typer.Context) -> None:
    """List the accounts: address, user name, since when, and what is special, separated by tabs."""

    async def run(database: Database) -> list[users.Account]:
        async with database.transaction() as session:
            return await users.list_accounts(session)

    for account in run_with_database(context, run):
        special = {"unverified": not account.email_verified, "disabled": account.disabled}
        marks = [mark for mark, is_so in special.items() if is_so]
        typer.echo("\t".join([account.email, account.username or "-", f"{account.created_at:%Y-%m-%d}", *marks]))
