"""The databases of the tests: each test has its own, which contains only what the migrations created.

Creating one takes up to a third of a second on a slow disk. So a test gets the emptied database of the previous test,
or a new copy if that test has changed more than rows.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from exercise_buddy.migration import migrate
from tests.support import Connection

# These triggers serve processes of the former release, and none is left when the next release drops them. They would do
# what the code forgets, so no test has them but those of the migrations.
WITHOUT_FORMER_RELEASE = """
ALTER TABLE user_account DISABLE TRIGGER former_release;
ALTER TABLE provider_identity DISABLE TRIGGER former_release;
ALTER TABLE auth_session DISABLE TRIGGER note_revoked;
ALTER TABLE auth_session DISABLE TRIGGER note_deleted;
"""

# What a database has from its migrations: the version of every row that describes a table, an index, a rule, a trigger
# or a function, and how often rows of the catalogue were written. Whatever a test changes there changes one of these.
_FINGERPRINT = """
SELECT md5(string_agg(concat(kind, versions), ';' ORDER BY kind)) FROM (
    SELECT 'class', string_agg(concat(oid, '/', xmin), ',' ORDER BY oid)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'column', string_agg(concat(attrelid, '/', attnum, '/', a.xmin), ',' ORDER BY attrelid, attnum)
    FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'rule', string_agg(concat(oid, '/', xmin), ',' ORDER BY oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'function', string_agg(concat(oid, '/', xmin), ',' ORDER BY oid)
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'trigger', string_agg(concat(oid, '/', xmin), ',' ORDER BY oid) FROM pg_trigger
    UNION ALL
    SELECT 'setting', string_agg(array_to_string(setconfig, ','), ',') FROM pg_db_role_setting
    WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
    UNION ALL
    SELECT 'catalogue', string_agg(concat(
        name, '/', pg_stat_get_tuples_inserted(name::regclass), '/', pg_stat_get_tuples_updated(name::regclass),
        '/', pg_stat_get_tuples_deleted(name::regclass)
    ), ',' ORDER BY name)
    FROM unnest(ARRAY[{kept}]) AS name
) AS described (kind, versions)
"""
# Connections that a test has left close on their own, but perhaps later than we write. Then their writes are counted.
_END_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
# What was deleted still takes its room: a test that asks what a statement costs is not to pay for the others.
_MOST_BYTES = 1024 * 1024


def with_database(url: str, name: str) -> str:
    """Return the URL of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@asynccontextmanager
async def template_of(server_url: str) -> AsyncIterator[str]:
    """Yield the name of a database with all migrations and the catalogue, to copy.

    Nothing in it helps a former release.
    """
    name = f"template_{secrets.token_hex(4)}"
    admin = await asyncpg.connect(server_url)
    await admin.execute(f"CREATE DATABASE {name}")
    try:
        url = with_database(server_url, name)
        await migrate(url)
        connection = await asyncpg.connect(url)
        await connection.execute(WITHOUT_FORMER_RELEASE)
        await connection.close()
        yield name
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


class Databases:
    """Copies of a template; each is used by one test at a time."""

    def __init__(self, admin: Connection, server_url: str, template: str) -> None:
        self._admin = admin
        self._server_url = server_url
        self._template = template
        self._free: list[tuple[str, str]] = []
        self._tables: list[str] = []
        self._fingerprint = ""

    @classmethod
    @asynccontextmanager
    async def of(cls, server_url: str, template: str) -> AsyncIterator[Self]:
        """Yield a pool of copies of `template`, and drop them at the end."""
        admin = await asyncpg.connect(server_url)
        databases = cls(admin, server_url, template)
        try:
            yield databases
        finally:
            for name, _ in databases._free:
                await databases._drop(name)
            await admin.close()

    @asynccontextmanager
    async def one(self, *, is_new: bool = False) -> AsyncIterator[str]:
        """Yield the URL of a database that nobody else uses, and that nobody has used if `is_new`."""
        name, fingerprint = self._free.pop() if self._free and not is_new else await self._make()
        try:
            yield with_database(self._server_url, name)
        finally:
            emptied = await self._emptied(name, fingerprint)
            if emptied is None:
                await self._drop(name)
            else:
                self._free.append((name, emptied))

    async def _make(self) -> tuple[str, str]:
        name = f"test_{secrets.token_hex(4)}"
        await self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        connection = await asyncpg.connect(with_database(self._server_url, name))
        try:
            if not self._tables:
                await self._look_at(connection)
            return name, await connection.fetchval(self._fingerprint)
        finally:
            await connection.close()

    async def _look_at(self, connection: Connection) -> None:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        kept: list[str] = []
        for (table,) in tables:
            filled = await connection.fetchval(f"SELECT EXISTS (TABLE {table})")
            (kept if filled else self._tables).append(table)
        self._fingerprint = _FINGERPRINT.format(kept=", ".join(f"'{table}'" for table in kept))

    async def _emptied(self, name: str, fingerprint: str) -> str | None:
        """Delete the rows of a test. Return the fingerprint, or None if the database cannot be used again."""
        try:
            connection = await asyncpg.connect(with_database(self._server_url, name), timeout=10)
        except (asyncpg.PostgresError, OSError):
            return None
        try:
            await connection.execute(_END_OTHERS)
            if await connection.fetchval(self._fingerprint) != fingerprint:
                return None
            sizes = " + ".join(f"pg_relation_size('{table}')" for table in self._tables)
            if await connection.fetchval(f"SELECT {sizes}") > _MOST_BYTES:
                return None
            # No trigger and no foreign key is to act on it.
            deletions = "; ".join(f"DELETE FROM {table}" for table in self._tables)  # noqa: S608
            await connection.execute(f"BEGIN; SET LOCAL session_replication_role = replica; {deletions}; COMMIT")
        except asyncpg.PostgresError:
            # An ordinary user may not, for one.
            return None
        finally:
            await connection.close()
        return fingerprint

    async def _drop(self, name: str) -> None:
        await self._admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
