"""The use case of the feed: a page of changes, and the present state of what has changed."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import orjson
from pydantic import TypeAdapter

from exercise_buddy.core.db.pagination import MAX_PAGE_BYTES, decode_cursor, encode_cursor
from exercise_buddy.core.db.reads import Reads
from exercise_buddy.core.db.sql_files import load_sql
from exercise_buddy.core.http.conditional_requests import etag
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.sync.errors import CursorUnusable
from exercise_buddy.sync.feed.resources import READERS, ResourceType
from exercise_buddy.users import public as users

_CHANGES = load_sql(__package__, "changes.sql")

_TAG = "sync"
# Followed by the number of the restore, if there was one: see `users.get_restore_number`.
_TAG_PATTERN = re.compile(r"sync\d{0,19}")
_CURSOR: TypeAdapter[tuple[str, int, UUID, str]] = TypeAdapter(tuple[str, int, UUID, str])
_BEFORE_ALL_CHANGES = (_TAG, -1, UUID(int=0), "")
# Of `GET /workouts/changes`, which knew workouts only.
_FORMER_CURSOR: TypeAdapter[tuple[str, int, UUID]] = TypeAdapter(tuple[str, int, UUID])
_FORMER_TAG = "changes"
_MAX_REVISION = 2**63 - 1


class _Change(NamedTuple):
    revision: int
    type: ResourceType
    id: UUID
    deleted_at: datetime | None
    replaced_by: UUID | None


async def list_changes(reads: Reads, user_id: UUID, *, since: str | None, limit: int) -> bytes:
    """Return the `Changes` JSON: the resources that were written or deleted after a cursor, in their present state.

    Args:
        reads: where to read.
        user_id: the owner.
        since: `next_cursor` of the previous response, or None for all resources.
        limit: the maximum number of items.

    Raises:
        InvalidInput: the cursor does not belong to the feed.
        CursorUnusable: the cursor is of a time that a restored backup has undone, or of the former feed.
        AccountGone: the user no longer exists.

    """
    tag, revision, last_id, last_type = _BEFORE_ALL_CHANGES if since is None else _decode(since)
    arguments = _CHANGES.arguments(
        {
            "user_id": user_id,
            "after_revision": revision,
            "after_id": last_id,
            "after_type": last_type,
            "max_items": limit,
            "max_bytes": MAX_PAGE_BYTES,
        }
    )
    rows = await reads.read(lambda connection: connection.fetch(_CHANGES.sql, *arguments))
    if not rows:
        raise users.AccountGone
    current, found, *_ = rows[0]
    # The timeline that a restore has ended had other changes with other revisions.
    present_tag = _build_tag(current)
    if since is not None and (tag != present_tag or revision > current):
        raise CursorUnusable("The cursor does not belong to the stored data: a backup was restored since.")
    changes = [_build_change(row) for row in rows if row["type"] is not None]
    documents = await _read(reads, user_id, changes)
    # What was deleted meanwhile is a later change.
    items = [
        _render(change, documents.get((change.type, change.id)))
        for change in changes
        if change.deleted_at is not None or (change.type, change.id) in documents
    ]
    last = changes[-1] if changes else None
    after = (present_tag, last.revision, last.id, last.type) if last else (present_tag, revision, last_id, last_type)
    rest = orjson.dumps({"next_cursor": encode_cursor(after), "has_more": found > len(changes)})
    return b'{"items":[' + b",".join(items) + b"]," + rest[1:]


def _build_tag(revision: int) -> str:
    return f"{_TAG}{users.get_restore_number(revision) or ''}"


def _decode(since: str) -> tuple[str, int, UUID, str]:
    try:
        cursor = decode_cursor(since, _CURSOR, "since")
    except InvalidInput:
        if decode_cursor(since, _FORMER_CURSOR, "since")[0] == _FORMER_TAG:
            raise CursorUnusable("The cursor is of /workouts/changes, which had only workouts.") from None
        raise
    tag, revision, _, last_type = cursor
    if not _TAG_PATTERN.fullmatch(tag) or not -1 <= revision <= _MAX_REVISION or "\0" in last_type:
        raise InvalidInput(errors=[FieldError("/since", "cursor", "This is not a cursor of the changes", "query")])
    return cursor


def _build_change(row: Sequence[object]) -> _Change:
    _, _, revision, resource_type, resource_id, deleted_at, replaced_by = row
    return _Change(revision, ResourceType(resource_type), resource_id, deleted_at, replaced_by)  # type: ignore[arg-type]


async def _read(reads: Reads, user_id: UUID, changes: Sequence[_Change]) -> dict[tuple[ResourceType, UUID], bytes]:
    """Return the documents of the changed resources that exist, each kind with one statement."""
    ids: defaultdict[ResourceType, list[UUID]] = defaultdict(list)
    for change in changes:
        if change.deleted_at is None:
            ids[change.type].append(change.id)
    return {
        (kind, resource_id): document
        for kind, wanted in ids.items()
        for resource_id, document in (await READERS[kind](reads, user_id, wanted)).items()
    }


def _render(change: _Change, document: bytes | None) -> bytes:
    item: dict[str, object] = {"type": change.type, "id": change.id, "deleted_at": change.deleted_at}
    if change.type is ResourceType.EXERCISE:
        item["replaced_by"] = change.replaced_by
    item["etag"] = None if document is None else etag(document)
    item["resource"] = None if document is None else orjson.Fragment(document)
    return orjson.dumps(item, default=str)
