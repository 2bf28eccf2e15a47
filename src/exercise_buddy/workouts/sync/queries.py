"""The statement of the change feed."""

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    select,
    tuple_,
    union_all,
)

from exercise_buddy.core.db.json_queries import USER
from exercise_buddy.core.db.pagination import MAX_PAGE_SIZE, size_before
from exercise_buddy.core.db.statements import Statement
from exercise_buddy.users import public as users
from exercise_buddy.workouts.documents.queries import document_columns
from exercise_buddy.workouts.response_sizes import workout_size_with_sets
from exercise_buddy.workouts.selectables import deleted, workout

_ITEM_SIZE: ColumnElement[int] = literal_column("120")


def _build_changes() -> Statement:
    """Build the statement of a page: the user's revision, how many rows were found, and a row for each change.

    Bind parameters: `user_id`, `limit`, and the key of the last received change: `after_revision` and `after_id`. A
    revision is assigned under a lock that is held until the commit, so no change becomes visible after a later one.
    """
    limit = bindparam("limit", type_=Integer)
    after = tuple_(bindparam("after_revision", type_=BigInteger), bindparam("after_id", type_=Uuid))
    written = (
        select(workout.c.revision, workout.c.id, cast(null(), DateTime(timezone=True)).label("deleted_at"))
        .where(workout.c.user_id == USER, tuple_(workout.c.revision, workout.c.id) > after)
        .order_by(workout.c.revision, workout.c.id)
        .limit(limit + literal_column("1"))
    )
    removed = (
        select(deleted.c.revision, deleted.c.workout_id.label("id"), deleted.c.deleted_at)
        .where(deleted.c.user_id == USER, tuple_(deleted.c.revision, deleted.c.workout_id) > after)
        .order_by(deleted.c.revision, deleted.c.workout_id)
        .limit(limit + literal_column("1"))
    )
    changed = union_all(select(written.subquery()), select(removed.subquery())).subquery()
    found = select(changed).order_by(changed.c.revision, changed.c.id).limit(limit + literal_column("1")).cte("found")
    size = select(workout_size_with_sets(workout)).where(
        workout.c.user_id == USER, workout.c.id == found.c.id, found.c.deleted_at.is_(None)
    )
    item_size = _ITEM_SIZE + func.coalesce(size.correlate(found).scalar_subquery(), literal_column("0"))
    measured = select(found, size_before(item_size, (found.c.revision, found.c.id))).subquery("measured")
    page = (
        select(measured)
        .where(measured.c.size_before < MAX_PAGE_SIZE)
        .order_by(measured.c.revision, measured.c.id)
        .limit(limit)
        .subquery("page")
    )
    is_shown = and_(workout.c.user_id == USER, workout.c.id == page.c.id, page.c.deleted_at.is_(None))
    always = select(users.select_revision(USER).label("revision")).subquery("always")
    return Statement(
        select(
            always.c.revision.label("current"),
            select(func.count()).select_from(found).scalar_subquery(),
            page.c.revision,
            page.c.id.label("changed_id"),
            page.c.deleted_at,
            *document_columns(workout, with_sets=True),
        )
        .select_from(always.outerjoin(page, literal_column("true")).outerjoin(workout, is_shown))
        .order_by(page.c.revision, page.c.id)
    )


CHANGES = _build_changes()
