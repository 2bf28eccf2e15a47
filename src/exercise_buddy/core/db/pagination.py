"""Keyset pagination: a cursor is the key of the last item shown, so pages survive inserts and deletes."""

import base64
import binascii
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, TypeVar
from uuid import UUID

import orjson
from fastapi import Query
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import JSON, ColumnElement, FromClause, Integer, Select, bindparam, cast, func, null, select, tuple_

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.json_queries import JsonQuery, json_array, json_object
from exercise_buddy.core.problems import FieldError, InvalidInput

Key = TypeVar("Key")

Limit = Annotated[int, Query(ge=1, le=100, description="How many items a page has at the most.")]
Cursor = Annotated[
    str | None,
    Query(max_length=500, description="`next_cursor` of the page before; without it, the first page."),
]


def encode_cursor(key: Sequence[Any]) -> str:
    """Write the key of the last item shown as an opaque, URL-safe text."""
    return base64.urlsafe_b64encode(orjson.dumps(list(key), default=str)).decode().rstrip("=")


def decode_cursor(cursor: str, key: TypeAdapter[Key], name: str = "cursor") -> Key:
    """Read a cursor back as the key that `encode_cursor` wrote.

    Args:
        cursor: what a client has sent.
        key: what keys of this list are.
        name: the query parameter that it came in, to point to.

    Raises:
        InvalidInput: it is none of ours.

    """
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return key.validate_python(orjson.loads(raw))
    except (binascii.Error, orjson.JSONDecodeError, ValidationError, ValueError):
        raise _no_cursor(name) from None


def _no_cursor(name: str = "cursor") -> InvalidInput:
    return InvalidInput(errors=[FieldError(f"/{name}", "cursor", "This is not a cursor of this list", "query")])


class PagedList:
    """A list of a user that is read page by page, in one statement a page.

    Args:
        key: the columns that order the list and together occur once in it, with the type that each has in Python.
        rows: makes the select of the rows that pass the filters whose names it is given. A filter is a bound value of
            that name; the user is the bound value `user_id`.
        item: makes the select of an item's fields out of the rows of a page. Their names are the keys of the JSON.
        descending: whether the list begins with the greatest key.
        totals: makes the select of what all rows that pass the filters come to, in one row whose columns are the keys
            of the JSON. The first page shows it, as `totals`; on the others it is null.

    """

    def __init__(
        self,
        key: Mapping[str, Any],
        rows: Callable[[frozenset[str]], Select[Any]],
        item: Callable[[FromClause], Select[Any]],
        *,
        descending: bool = False,
        totals: Callable[[FromClause], Select[Any]] | None = None,
    ) -> None:
        self._names = list(key)
        # What a cursor begins with, so that one of another list is told apart.
        self._tag = "+".join(key)
        self._key: TypeAdapter[tuple[Any, ...]] = TypeAdapter(tuple[(str, *key.values())])  # type: ignore[misc, arg-type]
        self._rows = rows
        self._item = item
        self._descending = descending
        self._totals = totals
        # One for each combination of filters that somebody has used, compiled at its first use.
        self._document = cache(self._build)

    async def fetch(
        self,
        database: Database,
        user_id: UUID,
        *,
        limit: int,
        cursor: str | None,
        **filters: Any,  # noqa: ANN401  (any bound value)
    ) -> bytes:
        """Read a page: the JSON object of `items` and `next_cursor`, null on the last page.

        A filter that is None counts as left out.

        Raises:
            InvalidInput: the cursor is none of this list.

        """
        values = {name: value for name, value in filters.items() if value is not None}
        after: list[Any] | None = None
        if cursor is not None:
            tag, *after = decode_cursor(cursor, self._key)
            if tag != self._tag:
                raise _no_cursor()
        items, totals, last = await self._page(
            database, user_id, limit, after, values, counted=self._totals is not None
        )
        next_cursor = None if last is None else encode_cursor([self._tag, *last])
        counted = b"" if self._totals is None else b',"totals":' + (totals or b"null")
        return b'{"items":' + items + counted + b',"next_cursor":' + orjson.dumps(next_cursor) + b"}"

    async def pages(
        self,
        database: Database,
        user_id: UUID,
        *,
        limit: int,
        **filters: Any,  # noqa: ANN401  (any bound value)
    ) -> AsyncGenerator[bytes, None]:
        """Read the whole list, a page of at most `limit` items at a time: the JSON array of each.

        No connection is held from one page to the next, however long the reader takes. A filter that is None counts as
        left out.
        """
        values = {name: value for name, value in filters.items() if value is not None}
        after: Sequence[Any] | None = None
        while True:
            items, _, after = await self._page(database, user_id, limit, after, values)
            yield items
            if after is None:
                return

    @property
    def columns(self) -> list[str]:
        """The names of an item's fields, in their order."""
        rows = self._rows(frozenset()).subquery()
        return [column.name for column in self._item(rows).selected_columns]

    async def _page(
        self,
        database: Database,
        user_id: UUID,
        limit: int,
        after: Sequence[Any] | None,
        filters: dict[str, Any],
        *,
        counted: bool = False,
    ) -> tuple[bytes, bytes | None, Sequence[Any] | None]:
        """Read the items that follow the key `after`, the totals, and the key of the last item.

        There are totals on the first page only, if it is to be `counted`, and no key on the last page.
        """
        document = self._document(frozenset(filters), further=after is not None, counted=counted and after is None)
        key = {} if after is None else {f"after_{name}": part for name, part in zip(self._names, after, strict=True)}
        items: bytes
        totals: bytes | None
        items, totals, *last = await document.fetch_row(database, user_id=user_id, limit=limit, **filters, **key)
        return items, totals, None if last[-1] is None else last

    def _build(self, filters: frozenset[str], *, further: bool, counted: bool) -> JsonQuery:
        limit = bindparam("limit", type_=Integer)
        rows = self._rows(filters)
        totals = json_object(self._totals(rows.subquery())) if counted and self._totals else cast(null(), JSON)
        if further:
            columns = {name: rows.selected_columns[name] for name in self._names}
            after = tuple_(*(bindparam(f"after_{name}", type_=column.type) for name, column in columns.items()))
            key = tuple_(*columns.values())
            rows = rows.where(key < after if self._descending else key > after)
        # One more than is shown tells whether there is another page.
        found = self._ordered(rows, rows.selected_columns).limit(limit + 1).cte("found")
        shown = self._ordered(select(found), found.c).limit(limit).cte("shown")
        last = self._ordered(select(shown), shown.c, backwards=True).limit(1).cte("last")
        more = select(func.count()).select_from(found).scalar_subquery() > limit
        return JsonQuery(
            select(
                json_array(self._ordered(self._item(shown), shown.c)),
                totals,
                *(select(last.c[name]).where(more).scalar_subquery() for name in self._names),
            )
        )

    def _ordered(self, rows: Select[Any], columns: Any, *, backwards: bool = False) -> Select[Any]:  # noqa: ANN401
        key: list[ColumnElement[Any]] = [columns[name] for name in self._names]
        return rows.order_by(*(part.desc() if self._descending is not backwards else part for part in key))
