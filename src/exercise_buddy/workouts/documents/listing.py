"""Lists of workouts: pages of stored documents."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, case, func, literal_column, null, select

from exercise_buddy.core.db.pagination import PagedList, Size
from exercise_buddy.core.db.reads import Reads
from exercise_buddy.core.db.statements import Statement
from exercise_buddy.workouts.documents.document import document_version
from exercise_buddy.workouts.documents.queries import document_columns
from exercise_buddy.workouts.documents.reading import DocumentRow, fetch_rows, read_documents

_ZERO: ColumnElement[int] = literal_column("0")


class DocumentList(PagedList):
    """A list of workouts.

    Args:
        key: see `PagedList`, like `filters`, `totals` and `size`.
        rows: selects all columns of the workouts of the user.
        with_sets: whether the workouts have their sets.
        convert: converts the JSON of each workout.

    """

    def __init__(
        self,
        key: Mapping[str, Any],
        rows: Select[Any],
        *,
        filters: Mapping[str, ColumnElement[bool]],
        size: Size,
        with_sets: bool,
        totals: Callable[[FromClause], Select[Any]] | None = None,
        convert: Callable[[bytes], bytes] | None = None,
    ) -> None:
        def item(rows: FromClause) -> Select[Any]:
            return select(*document_columns(rows, with_sets=with_sets))

        super().__init__(key, rows, item, filters=filters, descending=True, totals=totals, size=size)
        self._with_sets = with_sets
        self._convert = convert

    def _build(self, filters: frozenset[str], *, further: bool, counted: bool) -> Statement:
        found = self._found(filters, further=further)
        fitting = self._within_budget(found)
        shown = self._ordered(fitting, fitting.selected_columns).limit(self._limit).subquery("shown")
        # An empty page has totals too, and the totals need not be sent with each row.
        is_first = func.coalesce(shown.c.size_before, _ZERO) == _ZERO
        totals = self._totals_of(filters, counted=counted)
        page = select(
            (case((is_first, totals)) if counted else null()).label("totals"),
            self._count(found),
            *(shown.c[name].label(f"key_{name}") for name in self._names),
            *document_columns(shown, with_sets=self._with_sets),
        ).select_from(select(_ZERO).subquery("always").outerjoin(shown, literal_column("true")))
        return Statement(self._ordered(page, shown.c))

    async def _read(
        self,
        source: Reads,
        user_id: UUID,
        statement: Statement,
        **values: Any,  # noqa: ANN401  (bound values)
    ) -> tuple[bytes, bytes | None, Sequence[Any] | None]:
        values |= {"user_id": user_id, "document_version": document_version()}
        rows = await fetch_rows(source, statement, **values)
        totals, found, *_ = rows[0]
        first = 2 + len(self._names)
        shown = [DocumentRow(*row[first:]) for row in rows if row[first] is not None]
        documents = await read_documents(source, user_id, shown, with_sets=self._with_sets)
        contents = documents.values() if self._convert is None else map(self._convert, documents.values())
        last = rows[-1][2:first] if found > len(shown) else None
        return b"[" + b",".join(contents) + b"]", totals, last
