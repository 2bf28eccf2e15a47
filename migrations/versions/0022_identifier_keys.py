"""Compare user names and e-mail addresses in any spelling: NFKC and case folding, NFC and lower case.

Keys of ASCII texts stay as they are. Where two accounts have the same name now, one of them gets a number: the newer one,
or the one whose name is not ASCII. Two addresses that are the same now keep both keys. The log names these accounts.

Revision: 0022
Follows: 0021
"""

import logging
import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: None = None
depends_on: None = None

MAX_USERNAME = 32
log = logging.getLogger("alembic.runtime.migration")
account = sa.table(
    "user_account",
    *(sa.column(name, sa.Text) for name in ("email", "email_key", "username", "username_key")),
    sa.column("id", sa.Uuid),
)


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def lower(text: str) -> str:
    return unicodedata.normalize("NFC", text.lower())


def is_taken(column: str, key: str, row: sa.Row[Any]) -> bool:
    query = sa.select(account.c.id).where(account.c[column] == key, account.c.id != row.id)
    return op.get_bind().execute(query).first() is not None


def update(row: sa.Row[Any], **values: str) -> None:
    op.get_bind().execute(sa.update(account).where(account.c.id == row.id).values(**values))


def update_username(row: sa.Row[Any]) -> None:
    name = row.username
    number = 1
    while len(fold(name)) > MAX_USERNAME or is_taken("username_key", fold(name), row):
        number += 1
        suffix = f"-{number}"
        stem = row.username
        while len(fold(stem + suffix)) > MAX_USERNAME:
            stem = stem[:-1]
        name = stem + suffix
    if name != row.username:
        log.warning("The user name of account %s was too long or that of another account: it has a number now.", row.id)
    update(row, username=name, username_key=fold(name))


def upgrade() -> None:
    # Ids of accounts are ordered by time.
    spelled = sa.or_(account.c.username.regexp_match("[^ -~]"), account.c.email.regexp_match("[^ -~]"))
    rows = op.get_bind().execute(sa.select(account).where(spelled).order_by(account.c.id)).all()
    for row in rows:
        if row.username is not None and fold(row.username) != row.username_key:
            update_username(row)
        key = lower(row.email)
        if key != row.email_key:
            if is_taken("email_key", key, row):
                log.warning("The address of account %s is that of another account: change one of them.", row.id)
            else:
                update(row, email_key=key)


def downgrade() -> None:
    # The keys of the release before: it finds accounts by the lower case.
    op.execute("UPDATE user_account SET username_key = lower(username) WHERE username_key <> lower(username)")
