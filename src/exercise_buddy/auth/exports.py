"""The files of auth in the export of an account. They contain no password, no token and no hash of one."""

from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, Select, Uuid, bindparam, func, select

from exercise_buddy.auth.events.router import events
from exercise_buddy.auth.tables import AuthSession, PasswordCredential, ProviderIdentity
from exercise_buddy.core.db.json_queries import JsonQuery, json_object
from exercise_buddy.core.db.pagination import PagedList
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.exports import json_document, json_list

_session = core_table(AuthSession)
_password = core_table(PasswordCredential)
_identity = core_table(ProviderIdentity)
_USER = bindparam("user_id", type_=Uuid)


def _session_columns(session: FromClause) -> Select[Any]:
    return select(
        session.c.id,
        session.c.method,
        session.c.user_agent.label("device"),
        session.c.address,
        session.c.created_at,
        session.c.rotated_at.label("last_used_at"),
        func.least(session.c.idle_expires_at, session.c.expires_at).label("expires_at"),
        session.c.revoked_at.label("ended_at"),
    )


# Ids are ordered by the creation of the sessions.
_all_sessions = PagedList(
    {"id": UUID}, select(_session).where(_session.c.user_id == _USER), _session_columns, descending=True
)
_password_dates = JsonQuery(select(json_object(select(_password.c.changed_at).where(_password.c.user_id == _USER))))


def _identity_columns(identity: FromClause) -> Select[Any]:
    return select(
        identity.c.provider,
        identity.c.subject,
        identity.c.email,
        identity.c.name,
        identity.c.created_at,
        identity.c.last_used_at,
    )


# A user has at most one identity of a provider.
_all_identities = PagedList({"provider": str}, select(_identity).where(_identity.c.user_id == _USER), _identity_columns)

EXPORTS = (
    json_list("sessions.json", _all_sessions, holds=["auth_session"]),
    json_document("password.json", _password_dates, holds=["password_credential"]),
    json_list("identities.json", _all_identities, holds=["provider_identity"]),
    json_list("security_events.json", events, holds=["security_event"]),
)
