"""The commands of accounts."""

import secrets
import sys
from typing import Annotated
from uuid import UUID

import typer
from pydantic import ValidationError

from exercise_buddy.auth import admin
from exercise_buddy.auth.events.trail import list_trail
from exercise_buddy.auth.schemas import Registration
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.core.commands import get_settings, run_in_transaction, run_with_database
from exercise_buddy.users import public as users

user = typer.Typer(help="The accounts.", no_args_is_help=True)

Who = Annotated[str, typer.Argument(help="The e-mail address or user name.")]


@user.command()
def create(
    context: typer.Context,
    email: Annotated[str, typer.Argument(help="The e-mail address.")],
    username: Annotated[str | None, typer.Option(help="A user name.")] = None,
    display_name: Annotated[str | None, typer.Option(help="The name to show.")] = None,
    time_zone: Annotated[str | None, typer.Option(help="An IANA name, such as Europe/Berlin.")] = None,
    *,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input instead of generating one.")
    ] = False,
    unverified: Annotated[bool, typer.Option("--unverified", help="The user must verify the address.")] = False,
) -> None:
    """Create an account. Without --password-stdin, generate a password and print it."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else secrets.token_urlsafe(15)
    try:
        registration = Registration(
            email=email, password=password, username=username, display_name=display_name, time_zone=time_zone
        )
    except ValidationError as error:
        for item in error.errors():
            typer.secho(f"{item['loc'][0]}: {item['msg'].removeprefix('Value error, ')}", fg="red", err=True)
        raise typer.Exit(1) from None
    settings = get_settings(context, AuthSettings)
    run_in_transaction(
        context, lambda session: admin.create_account(session, settings, registration, verified=not unverified)
    )
    typer.echo(f"Created {email}." + ("" if password_stdin else f" The password: {password}"))


@user.command()
def disable(context: typer.Context, who: Who) -> None:
    """Disable an account and revoke its sessions."""
    revoked = run_in_transaction(context, lambda session: admin.disable(session, who))
    typer.echo(f"Disabled {who}; {revoked} sessions revoked.")


@user.command()
def enable(context: typer.Context, who: Who) -> None:
    """Enable a disabled account."""
    run_in_transaction(context, lambda session: admin.enable(session, who))
    typer.echo(f"Enabled {who}.")


@user.command("sign-out")
def sign_out(
    context: typer.Context,
    who: Annotated[str | None, typer.Argument(help="The e-mail address or user name.")] = None,
    *,
    everybody: Annotated[bool, typer.Option("--all", help="Sign out the users of all accounts.")] = False,
) -> None:
    """Revoke the sessions of an account, and the links that lead into it, without disabling it."""
    if (who is None) is not everybody:
        raise typer.BadParameter("name an account, or --all")
    if who is None:
        revoked = run_with_database(context, admin.sign_everybody_out)
    else:
        identifier = who
        revoked = run_in_transaction(context, lambda session: admin.sign_out(session, identifier))
    typer.echo(f"{revoked} sessions revoked.")


@user.command()
def recount(context: typer.Context, who: Who) -> None:
    """Count again what an account stores, for its quotas."""
    differed = run_in_transaction(context, lambda session: admin.recount_usage(session, who))
    typer.echo(f"Corrected the counters of {who}." if differed else f"The counters of {who} are correct.")


@user.command()
def delete(
    context: typer.Context,
    who: Who,
    *,
    now: Annotated[bool, typer.Option("--now", help="Delete it at once, without a grace period.")] = False,
) -> None:
    """Delete an account and its data after ACCOUNT_DELETION_GRACE_DAYS. A sign-in until then cancels that."""
    grace_days = 0 if now else get_settings(context, AuthSettings).account_deletion_grace_days
    deletes_at = run_in_transaction(context, lambda session: admin.delete(session, who, grace_days))
    typer.echo(f"Will delete {who} at {deletes_at:%Y-%m-%d %H:%M} UTC." if grace_days else f"Deleted {who}.")


@user.command()
def trail(
    context: typer.Context, user_id: Annotated[UUID, typer.Argument(help="The id, from a log or a backup.")]
) -> None:
    """List the security events of a deleted account, which are kept for 90 days: time, kind and network."""
    for event in run_in_transaction(context, lambda session: list_trail(session, user_id)):
        typer.echo(f"{event.created_at:%Y-%m-%dT%H:%M:%SZ}\t{event.kind}\t{event.network or '-'}")


@user.command("list")
def list_users(context: typer.Context) -> None:
    """List the accounts: address, user name, date of registration and special states, separated by tabs."""
    for account in run_in_transaction(context, users.list_accounts):
        states = {"unverified": not account.email_verified, "disabled": account.disabled}
        marks = [name for name, applies in states.items() if applies]
        if account.deletes_at is not None:
            marks.append(f"deletes {account.deletes_at:%Y-%m-%d}")
        typer.echo("\t".join([account.email, account.username or "-", f"{account.created_at:%Y-%m-%d}", *marks]))
