"""The statement of the change feed."""

from sqlalchemy import (
    BigInteger,
    DateTime,
    Integer,
    Uuid,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    select,
    tuple_,
    union_all,
)

from exercise_buddy.core.db.json_queries import USER, JsonQuery, json_array, json_object
from exercise_buddy.users import public as users
from exercise_buddy.workouts.queries import workout_rows
from exercise_buddy.workouts.selectables import deleted, workout


def _changes() -> JsonQuery:
    """Give the items, the key of the last of them, whether there are more, and the user's revision.

    Binds `user_id`, `limit`, and the key of the last change seen: `after_revision` and `after_id`. A revision is given
    under a lock that is held until the commit, so no change can come to be seen behind a later one.
    """
    limit = bindparam("limit", type_=Integer)
    after = tuple_(bindparam("after_revision", type_=BigInteger), bindparam("after_id", type_=Uuid))
    written = (
        select(workout.c.revision, workout.c.id, cast(null(), DateTime(timezone=True)).label("deleted_at"))
        .where(workout.c.user_id == USER, tuple_(workout.c.revision, workout.c.id) > after)
        .order_by(workout.c.revision, workout.c.id)
        .limit(limit + literal_column("1"))
    )
    gone = (
        select(deleted.c.revision, deleted.c.workout_id.label("id"), deleted.c.deleted_at)
        .where(deleted.c.user_id == USER, tuple_(deleted.c.revision, deleted.c.workout_id) > after)
        .order_by(deleted.c.revision, deleted.c.workout_id)
        .limit(limit + literal_column("1"))
    )
    both = union_all(select(written.subquery()), select(gone.subquery())).subquery()
    found = select(both).order_by(both.c.revision, both.c.id).limit(limit + literal_column("1")).cte("found")
    shown = select(found).order_by(found.c.revision, found.c.id).limit(limit).cte("shown")
    last = select(shown).order_by(shown.c.revision.desc(), shown.c.id.desc()).limit(literal_column("1")).cte("last")
    whole = json_object(
        workout_rows(workout, with_sets=True)
        .where(workout.c.user_id == USER, workout.c.id == shown.c.id)
        .correlate(shown)
    )
    items = select(
        shown.c.id, shown.c.deleted_at, case((shown.c.deleted_at.is_(None), whole)).label("workout")
    ).order_by(shown.c.revision, shown.c.id)
    more = select(func.count()).select_from(found).scalar_subquery() > limit
    return JsonQuery(
        select(
            json_array(items),
            select(last.c.revision).scalar_subquery(),
            select(last.c.id).scalar_subquery(),
            more,
            users.revision_of(USER),
        )
    )


changes = _changes()
