"""Indexes that a migration builds while the application writes. Load it with `run_path`, as migration 0009 does."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

# Waiting for older transactions, such as a backup's, blocks nobody here. Elsewhere, migrations wait two seconds.
_LOCK_TIMEOUT = "10min"
_IS_VALID = sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")


def create_concurrently(name: str, table: str, columns: Sequence[Any], **options: Any) -> None:
    """Create an index outside of a transaction, unless it exists.

    An interrupted CREATE INDEX CONCURRENTLY leaves an invalid index behind, which is never used: it is built again.
    What the migration did before is committed, so it must be repeatable.
    """
    context = op.get_context()
    with context.autocommit_block():
        if not context.as_sql and op.get_bind().scalar(_IS_VALID, {"name": name}):
            return
        former = "0" if context.as_sql else op.get_bind().scalar(sa.text("SHOW lock_timeout"))
        op.execute(f"SET lock_timeout = '{_LOCK_TIMEOUT}'")
        op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)
        op.create_index(name, table, columns, postgresql_concurrently=True, **options)
        op.execute(f"SET lock_timeout = '{former}'")
