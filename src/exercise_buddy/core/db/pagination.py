"""Keyset pagination: a cursor is the key of the last item of a page, so inserts and deletes do not shift pages.

A page ends at its number of items or at about `MAX_PAGE_BYTES`, whichever comes first. The size of an item is estimated
before any item is rendered, so PostgreSQL never builds what the page does not contain.
"""

import base64
import binascii
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, TypeVar
from uuid import UUID

import orjson
from fastapi import Query
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import (
    CTE,
    JSON,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    select,
    tuple_,
)

from exercise_buddy.core.db.json_queries import json_array, json_object
from exercise_buddy.core.db.reads import Reads
from exercise_buddy.core.db.statements import Statement
from exercise_buddy.core.problems import FieldError, InvalidInput

Key = TypeVar("Key")

MAX_PAGE_BYTES = 1024 * 1024
MAX_PAGE_SIZE = literal_column(str(MAX_PAGE_BYTES), Integer)
"""The same in SQL."""

Limit = Annotated[
    int,
    Query(
        ge=1,
        le=100,
        description="The maximum number of items of the page. A page ends earlier at about 1 MiB: only `next_cursor` "
        "says whether another page follows.",
    ),
]
CURSOR_PATTERN = "^W[A-Za-z0-9_-]+$"
"""What each cursor matches: the JSON array of a key, in base64url. Only documented: `decode_cursor` checks more."""

Cursor = Annotated[
    str | None,
    Query(
        max_length=500,
        description="`next_cursor` of the previous page. Leave it out for the first page.",
        json_schema_extra={"pattern": CURSOR_PATTERN},
    ),
]
Size = Callable[[FromClause], ColumnElement[int]]
"""Builds the estimated octets of an item from the rows of a page."""


def size_before(size: ColumnElement[int], order: Sequence[ColumnElement[Any]]) -> ColumnElement[int]:
    """Return the size of all items before the one of a row, labelled `size_before`."""
    before = func.sum(size).over(order_by=order, rows=(None, -1))
    return func.coalesce(before, literal_column("0")).label("size_before")


def encode_cursor(key: Sequence[Any]) -> str:
    """Return the key of the last item of a page as an opaque, URL-safe text."""
    return base64.urlsafe_b64encode(orjson.dumps(list(key), default=str)).decode().rstrip("=")


def decode_cursor(cursor: str, key: TypeAdapter[Key], name: str = "cursor") -> Key:
    """Return the key that `encode_cursor` has encoded.

    Args:
        cursor: the text that the client sent.
        key: the type of the keys of this list.
        name: the query parameter, for the error.

    Raises:
        InvalidInput: the text is not a cursor of this list.

    """
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return key.validate_python(orjson.loads(raw))
    except (binascii.Error, orjson.JSONDecodeError, ValidationError, ValueError):
        raise _invalid_cursor(name) from None


def _invalid_cursor(name: str = "cursor") -> InvalidInput:
    return InvalidInput(errors=[FieldError(f"/{name}", "cursor", "This is not a cursor of this list", "query")])


class PagedList:
    """A list of a user's rows that is read page by page, with one statement per page.

    Args:
        key: the columns that order the list and are unique together, with their Python types.
        rows: selects all rows of the user, the bind parameter `user_id`; or builds that select from the conditions of
            the filters that a request applies.
        item: builds the select of an item's fields from the rows of a page. Column names are the keys of the JSON.
        filters: the conditions that a request may apply, by the name of their bind parameter.
        descending: whether the list begins with the greatest key.
        totals: builds the select of the totals of all rows that pass the filters: one row, column names are the keys
            of the JSON. The first page contains it as `totals`; on the other pages `totals` is null.
        size: builds the size of an item. Without it, 100 items are smaller than `MAX_PAGE_BYTES`.

    """

    def __init__(
        self,
        key: Mapping[str, Any],
        rows: Select[Any] | Callable[[Sequence[ColumnElement[bool]]], Select[Any]],
        item: Callable[[FromClause], Select[Any]],
        *,
        filters: Mapping[str, ColumnElement[bool]] | None = None,
        descending: bool = False,
        totals: Callable[[FromClause], Select[Any]] | None = None,
        size: Size | None = None,
    ) -> None:
        self._names = list(key)
        # Each cursor begins with it, so that a cursor of another list is refused.
        self._tag = "+".join(key)
        self._key: TypeAdapter[tuple[Any, ...]] = TypeAdapter(tuple[(str, *key.values())])  # type: ignore[misc, arg-type]
        self._rows = rows
        self._item = item
        self._filters = filters or {}
        self._descending = descending
        self._totals = totals
        self._size = size
        self._limit = bindparam("limit", type_=Integer)
        # A statement for each combination of filters, compiled at its first use.
        self._statement = cache(self._build)

    async def fetch(
        self,
        source: Reads,
        user_id: UUID,
        *,
        limit: int,
        cursor: str | None,
        **filters: Any,  # noqa: ANN401  (any bound value)
    ) -> bytes:
        """Return a page: the JSON object of `items` and `next_cursor`, which is null on the last page.

        A filter with the value None is not applied.

        Raises:
            InvalidInput: the cursor does not belong to this list.

        """
        values = {name: value for name, value in filters.items() if value is not None}
        after: list[Any] | None = None
        if cursor is not None:
            tag, *after = decode_cursor(cursor, self._key)
            if tag != self._tag:
                raise _invalid_cursor()
        items, totals, last = await self._page(source, user_id, limit, after, values, counted=self._totals is not None)
        next_cursor = None if last is None else encode_cursor([self._tag, *last])
        counted = b"" if self._totals is None else b',"totals":' + (totals or b"null")
        return b'{"items":' + items + counted + b',"next_cursor":' + orjson.dumps(next_cursor) + b"}"

    async def pages(
        self,
        source: Reads,
        user_id: UUID,
        *,
        limit: int,
        **filters: Any,  # noqa: ANN401  (any bound value)
    ) -> AsyncGenerator[bytes, None]:
        """Yield the whole list as JSON arrays of at most `limit` items.

        No connection is held between pages, however slow the consumer is. A filter with the value None is not applied.
        """
        values = {name: value for name, value in filters.items() if value is not None}
        after: Sequence[Any] | None = None
        while True:
            items, _, after = await self._page(source, user_id, limit, after, values)
            yield items
            if after is None:
                return

    def first_page(self) -> Statement:
        """Return the statement of a first page with every filter applied."""
        return self._statement(frozenset(self._filters), further=False, counted=self._totals is not None)

    @property
    def columns(self) -> list[str]:
        """The names of the fields of an item, in their order."""
        rows = self._filtered_rows(frozenset()).subquery()
        return [column.name for column in self._item(rows).selected_columns]

    async def _page(
        self,
        source: Reads,
        user_id: UUID,
        limit: int,
        after: Sequence[Any] | None,
        filters: dict[str, Any],
        *,
        counted: bool = False,
    ) -> tuple[bytes, bytes | None, Sequence[Any] | None]:
        """Return the items after the key `after`, the totals, and the key of the last item.

        The totals are None except on the first page and if `counted`; the key is None on the last page.
        """
        applied = frozenset(filters.keys() & self._filters.keys())
        statement = self._statement(applied, further=after is not None, counted=counted and after is None)
        key = {} if after is None else {f"after_{name}": part for name, part in zip(self._names, after, strict=True)}
        return await self._read(source, user_id, statement, limit=limit, **filters, **key)

    async def _read(
        self,
        source: Reads,
        user_id: UUID,
        statement: Statement,
        **values: Any,  # noqa: ANN401  (bound values)
    ) -> tuple[bytes, bytes | None, Sequence[Any] | None]:
        arguments = statement.arguments(values | {"user_id": user_id})
        items, totals, *last = await source.read(lambda connection: connection.fetchrow(statement.sql, *arguments))
        return items, totals, None if last[-1] is None else last

    def _build(self, filters: frozenset[str], *, further: bool, counted: bool) -> Statement:
        found = self._found(filters, further=further)
        fitting = self._within_budget(found)
        shown = self._ordered(fitting, fitting.selected_columns).limit(self._limit).cte("shown")
        last = self._ordered(select(shown), shown.c, backwards=True).limit(1).cte("last")
        more = self._count(found) > self._count(shown)
        return Statement(
            select(
                json_array(self._ordered(self._item(shown), shown.c)),
                self._totals_of(filters, counted=counted),
                *(select(last.c[name]).where(more).scalar_subquery() for name in self._names),
            )
        )

    def _found(self, filters: frozenset[str], *, further: bool) -> CTE:
        """Return one row more than the limit: it shows whether another page follows."""
        rows = self._filtered_rows(filters)
        if further:
            columns = {name: rows.selected_columns[name] for name in self._names}
            after = tuple_(*(bindparam(f"after_{name}", type_=column.type) for name, column in columns.items()))
            key = tuple_(*columns.values())
            rows = rows.where(key < after if self._descending else key > after)
        return self._ordered(rows, rows.selected_columns).limit(self._limit + 1).cte("found")

    def _totals_of(self, filters: frozenset[str], *, counted: bool) -> ColumnElement[Any]:
        if not counted or self._totals is None:
            return cast(null(), JSON)
        return json_object(self._totals(self._filtered_rows(filters).subquery()))

    @staticmethod
    def _count(rows: FromClause) -> ColumnElement[int]:
        return select(func.count()).select_from(rows).scalar_subquery()

    def _within_budget(self, found: CTE) -> Select[Any]:
        """Select the rows before which the page has room. There always is room for the first."""
        if self._size is None:
            return select(found)
        measured = select(found, size_before(self._size(found), self._order(found.c))).subquery("measured")
        return select(measured).where(measured.c.size_before < MAX_PAGE_SIZE)

    def _filtered_rows(self, filters: frozenset[str]) -> Select[Any]:
        conditions = [self._filters[name] for name in sorted(filters)]
        return self._rows.where(*conditions) if isinstance(self._rows, Select) else self._rows(conditions)

    def _ordered(self, rows: Select[Any], columns: Any, *, backwards: bool = False) -> Select[Any]:  # noqa: ANN401
        return rows.order_by(*self._order(columns, backwards=backwards))

    def _order(self, columns: Any, *, backwards: bool = False) -> list[ColumnElement[Any]]:  # noqa: ANN401
        key: list[ColumnElement[Any]] = [columns[name] for name in self._names]
        return [part.desc() if self._descending is not backwards else part for part in key]
