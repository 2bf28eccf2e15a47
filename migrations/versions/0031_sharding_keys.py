"""Keys by which the tables can be sharded by user: see docs/operating/scale.md.

What is unique among all users moves to a table of its own, `login_identifier`. Rows that are found before their user is
known have no foreign key to the account. An event of the security log is found by its user.

The triggers are for the former release, which serves until the new one is rolled out and knows none of this. The next
release drops them, and with them `note_revoked` and `note_deleted` of `auth_session`: the code does what they do. It also
makes `user_id` and `id` the primary key of `security_event`: until then the former release writes null for strangers.

Revision: 0031
Follows: 0030
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: None = None
depends_on: None = None

FOUND_WITHOUT_USER = ("one_time_token", "sign_in_attempt", "outgoing_mail")

FILL = """
INSERT INTO login_identifier (kind, key, user_id)
SELECT 'email', email_key, id FROM user_account
UNION ALL
SELECT 'username', username_key, id FROM user_account WHERE username_key IS NOT NULL
UNION ALL
SELECT provider, subject, user_id FROM provider_identity
"""

FORMER_RELEASE = """
CREATE FUNCTION former_release_claim(kind text, key text, user_id uuid, rule text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO login_identifier (kind, key, user_id) VALUES ($1, $2, $3)
    ON CONFLICT ON CONSTRAINT pk_login_identifier DO UPDATE SET user_id = excluded.user_id
        WHERE login_identifier.user_id = excluded.user_id;
    IF NOT FOUND THEN
        RAISE unique_violation USING CONSTRAINT = rule;
    END IF;
END $$;

CREATE FUNCTION former_release_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM login_identifier AS l WHERE l.user_id = OLD.id AND (
            l.kind = 'email' AND l.key = OLD.email_key AND l.key IS DISTINCT FROM NEW.email_key
            OR l.kind = 'username' AND l.key = OLD.username_key AND l.key IS DISTINCT FROM NEW.username_key
        );
    END IF;
    IF TG_OP = 'DELETE' THEN
        DELETE FROM one_time_token AS r WHERE r.user_id = OLD.id;
        DELETE FROM sign_in_attempt AS r WHERE r.user_id = OLD.id;
        DELETE FROM outgoing_mail AS r WHERE r.user_id = OLD.id;
        RETURN NULL;
    END IF;
    PERFORM former_release_claim('email', NEW.email_key, NEW.id, 'uq_user_account_email_key');
    IF NEW.username_key IS NOT NULL THEN
        PERFORM former_release_claim('username', NEW.username_key, NEW.id, 'uq_user_account_username_key');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER former_release AFTER INSERT OR DELETE OR UPDATE OF email_key, username_key ON user_account
    FOR EACH ROW EXECUTE FUNCTION former_release_account();

CREATE FUNCTION former_release_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM login_identifier AS l
        WHERE l.user_id = OLD.user_id AND l.kind = OLD.provider AND l.key = OLD.subject;
    ELSE
        PERFORM former_release_claim(NEW.provider, NEW.subject, NEW.user_id, 'uq_provider_identity_provider_subject');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER former_release AFTER INSERT OR DELETE ON provider_identity
    FOR EACH ROW EXECUTE FUNCTION former_release_identity();
"""


def upgrade() -> None:
    op.create_table(
        "login_identifier",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_login_identifier")),
    )
    op.create_index(op.f("ix_login_identifier_user_id"), "login_identifier", ["user_id"])
    # From here on the former release waits, until all of this is committed.
    op.drop_constraint("uq_user_account_email_key", "user_account")
    op.drop_constraint("uq_user_account_username_key", "user_account")
    op.drop_constraint("uq_provider_identity_provider_subject", "provider_identity")
    op.execute(FILL)
    for statement in FORMER_RELEASE.strip().split("\n\n"):
        op.execute(statement)
    for table in FOUND_WITHOUT_USER:
        op.drop_constraint(f"fk_{table}_user_id_user_account", table)
    op.create_table(
        "stranger_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=True),
        sa.Column("user_agent", sa.String(length=255), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stranger_event")),
    )
    op.create_index(op.f("ix_stranger_event_created_at"), "stranger_event", ["created_at"])
    op.execute(
        "WITH moved AS (DELETE FROM security_event WHERE user_id IS NULL RETURNING *)"
        " INSERT INTO stranger_event SELECT id, kind, address, user_agent, details, created_at FROM moved"
    )
    op.drop_constraint("pk_security_event", "security_event")
    op.drop_index(op.f("ix_security_event_user_id_id"), table_name="security_event")
    # It becomes the primary key when no release writes null into `user_id` any more.
    op.create_unique_constraint("uq_security_event_user_id_id", "security_event", ["user_id", "id"])


def downgrade() -> None:
    op.drop_constraint("uq_security_event_user_id_id", "security_event")
    op.execute(
        "INSERT INTO security_event (id, kind, address, user_agent, details, created_at)"
        " SELECT id, kind, address, user_agent, details, created_at FROM stranger_event"
    )
    op.drop_table("stranger_event")
    op.create_primary_key("pk_security_event", "security_event", ["id"])
    op.create_index(op.f("ix_security_event_user_id_id"), "security_event", ["user_id", "id"], unique=False)
    for table in FOUND_WITHOUT_USER:
        op.execute(
            f"DELETE FROM {table} WHERE user_id IS NOT NULL"  # noqa: S608  (our own names)
            f" AND NOT EXISTS (SELECT FROM user_account WHERE id = {table}.user_id)"
        )
        op.create_foreign_key(
            f"fk_{table}_user_id_user_account", table, "user_account", ["user_id"], ["id"], ondelete="CASCADE"
        )
    op.execute("DROP TRIGGER former_release ON provider_identity")
    op.execute("DROP TRIGGER former_release ON user_account")
    op.execute("DROP FUNCTION former_release_identity()")
    op.execute("DROP FUNCTION former_release_account()")
    op.execute("DROP FUNCTION former_release_claim(text, text, uuid, text)")
    op.create_unique_constraint("uq_provider_identity_provider_subject", "provider_identity", ["provider", "subject"])
    op.create_unique_constraint("uq_user_account_username_key", "user_account", ["username_key"])
    op.create_unique_constraint("uq_user_account_email_key", "user_account", ["email_key"])
    op.drop_index(op.f("ix_login_identifier_user_id"), table_name="login_identifier")
    op.drop_table("login_identifier")
