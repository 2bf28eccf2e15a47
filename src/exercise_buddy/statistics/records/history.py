"""The statement of the records that were broken, the newest first.

What held a record before is the best of what came before, which an index finds at once. So the history of an exercise
and a kind is a chain that is followed back from the record of today. A page follows only the chains that reach into it,
and those no further than it reaches.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    DateTime,
    Double,
    FromClause,
    Integer,
    Select,
    SmallInteger,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    union_all,
)

from exercise_buddy.core.db.json_queries import json_array, json_fields, json_object
from exercise_buddy.statistics.progress.parts import if_known, looked_up
from exercise_buddy.statistics.records.candidates import (
    EXERCISE,
    ZERO,
    best,
    constant_kind,
    exercises,
    first_times,
    is_before,
    only_exercise,
    place,
    who_lifted,
)
from exercise_buddy.statistics.records.formulas import Formula
from exercise_buddy.statistics.records.kinds import STORED, StoredKind
from exercise_buddy.statistics.schemas import RecordKind
from exercise_buddy.statistics.shared.etags import StatisticsQuery
from exercise_buddy.statistics.shared.period import ONE, USER, interval, materialized
from exercise_buddy.workouts import public as workouts

LIST = "records"
"""What a cursor of this list begins with."""

KEY = ("started_at", "workout_id", "position", "number", "weight_kg")
"""What orders the history. A workout can break several records at once."""

_LIMIT = bindparam("limit", type_=Integer)
_FROM = bindparam("from_date", type_=Date)
_TO = bindparam("to_date", type_=Date)
_TYPES: dict[str, Any] = {
    "started_at": DateTime(timezone=True),
    "workout_id": Uuid(),
    "position": SmallInteger(),
    "number": Integer(),
}
_AFTER: dict[str, ColumnElement[Any]] = {
    **{name: bindparam(f"after_{name}", type_=kind) for name, kind in _TYPES.items()},
    "weight_kg": bindparam("after_weight_kg", type_=Double),
}
_NO_LOAD: ColumnElement[float] = literal_column("0::float8", Double)

_HELD = ("value", "started_at", "workout_id", "position", "local_date")
_NAMES = ("exercise_id", "kind", "number", *_HELD)

Condition = Callable[[FromClause], ColumnElement[bool]]


def _text(value: str) -> ColumnElement[str]:
    return literal_column(f"'{value}'", Text)


def _in_period(row: FromClause) -> ColumnElement[bool]:
    begun = or_(_FROM.is_(None), row.c.local_date >= _FROM)
    return and_(begun, or_(_TO.is_(None), row.c.local_date <= _TO))


def _after(row: FromClause, number: ColumnElement[int], weight_kg: ColumnElement[float]) -> ColumnElement[bool]:
    """Say whether a row comes after the cursor, if there is one, in the order of the history."""
    return or_(
        _AFTER["started_at"].is_(None),
        tuple_(*place(row), number, weight_kg) < tuple_(*(_AFTER[name] for name in KEY)),
    )


def _eligible(kind: StoredKind) -> Condition:
    number = constant_kind(kind.kind)[1]

    def condition(row: FromClause) -> ColumnElement[bool]:
        return and_(_after(row, number, _NO_LOAD), or_(_TO.is_(None), row.c.local_date <= _TO))

    return condition


def _only(given: ColumnElement[Any], kind: StoredKind) -> Condition:
    """Look for nothing if the kind is another one."""
    return lambda _: given == _text(kind.kind)


def _before(row: FromClause, names: Sequence[str], kinds: Sequence[StoredKind], formula: Formula) -> FromClause:
    """Give what held the record before, of the kind of a row whose value and place are the columns `names`."""
    value, *at = (row.c[name] for name in names)

    def earlier(done: FromClause) -> ColumnElement[bool]:
        return is_before(done, at)

    candidates = []
    for kind in kinds:
        one = best(
            kind, formula, row.c.exercise_id, earlier, _only(row.c.kind, kind), beside=[row], below=value
        ).subquery()
        candidates.append(select(*(one.c[name] for name in _HELD)))
    return union_all(*candidates).lateral("before")


def _chains(done: CTE, kinds: Sequence[StoredKind], formula: Formula) -> CTE:
    """Give the records of the page, and some more: `_NAMES` and `previous`, what stood before."""
    heads = union_all(
        *(best(kind, formula, done.c.exercise_id, _eligible(kind), beside=[done]) for kind in kinds)
    ).lateral("latest")
    head = (
        select(done.c.exercise_id, *(heads.c[name] for name in ("kind", "number", *_HELD)))
        .select_from(done.join(heads, true()))
        .where(_in_period(heads))
        .order_by(*(heads.c[name].desc() for name in KEY[:4]))
        .subquery("head")
    )
    before = _before(head, ("value", "started_at", "workout_id", "position"), kinds, formula)
    newest = (
        select(*(head.c[name] for name in _NAMES), *(before.c[name].label(f"before_{name}") for name in _HELD))
        .select_from(head.join(before, true()))
        .order_by(*(head.c[name].desc() for name in KEY[:4]))
        .limit(_LIMIT + ONE)
        .cte("newest")
    )
    # Whoever is older than so many others is on no page that they are on.
    oldest = (
        select(case((func.count() > _LIMIT, func.min(newest.c.started_at))).label("started_at"))
        .select_from(newest)
        .cte("oldest")
    )
    chain = select(newest, ONE.label("depth")).cte("chain", recursive=True)
    names = [f"before_{name}" for name in ("value", "started_at", "workout_id", "position")]
    further = _before(chain, names, kinds, formula)
    bound = select(oldest.c.started_at).scalar_subquery()
    # A local day is at most 14 hours away from that of UTC.
    begin = cast(_FROM, DateTime(timezone=True)) - interval("1 day")
    step = (
        select(
            chain.c.exercise_id,
            chain.c.kind,
            chain.c.number,
            *(chain.c[f"before_{name}"] for name in _HELD),
            *(further.c[name] for name in _HELD),
            chain.c.depth + ONE,
        )
        .select_from(chain.join(further, true()))
        .where(
            chain.c.depth <= _LIMIT,
            or_(bound.is_(None), chain.c.before_started_at >= bound),
            or_(_FROM.is_(None), chain.c.before_started_at >= begin),
        )
    )
    return chain.union_all(step)


def _at_loads() -> Select[Any]:
    """Give the page of records of reps at a load, of the bound exercise: most reps with a weight or a heavier one."""
    times = first_times().cte("first_time")
    number = constant_kind(RecordKind.REPS_AT_LOAD)
    # More often than this very weight before, and heavier than as often before: of what is left, which is far less, all
    # is compared with all.
    in_order = (times.c.started_at, times.c.reps.desc(), times.c.weight_kg.desc())
    reps = func.max(times.c.reps).over(partition_by=times.c.weight_kg, order_by=in_order, rows=(None, -1))
    weight_kg = func.max(times.c.weight_kg).over(partition_by=times.c.reps, order_by=in_order, rows=(None, -1))
    broken = select(times, reps.label("same_weight_reps"), weight_kg.label("same_reps_weight_kg")).subquery(
        "broken_yet"
    )
    every = (
        select(broken.c.weight_kg, broken.c.reps, broken.c.started_at)
        .where(
            func.coalesce(broken.c.same_weight_reps, ZERO) < broken.c.reps,
            func.coalesce(broken.c.same_reps_weight_kg, _NO_LOAD) < broken.c.weight_kg,
        )
        .cte("candidate")
    )
    better, before = every.alias("better"), every.alias("before")
    # Most are outdone, by what is soon found: these go first. Of what began at the same moment, the best counts.
    outdone = (
        select(ONE)
        .where(
            better.c.weight_kg >= every.c.weight_kg,
            better.c.reps >= every.c.reps,
            better.c.started_at <= every.c.started_at,
            or_(better.c.weight_kg > every.c.weight_kg, better.c.started_at < every.c.started_at),
        )
        .correlate(every)
        .exists()
    )
    candidate = materialized(select(every).where(~outdone), "best_yet")
    holder = who_lifted(candidate).lateral("holder")
    stood = (
        select(func.max(before.c.reps).label("reps"))
        .where(before.c.weight_kg >= candidate.c.weight_kg, before.c.started_at < candidate.c.started_at)
        .correlate(candidate)
        .lateral("stood")
    )
    return (
        select(
            EXERCISE.label("exercise_id"),
            *number,
            cast(candidate.c.reps, Double).label("value"),
            *(holder.c[name] for name in _HELD[1:]),
            cast(stood.c.reps, Double).label("previous"),
            candidate.c.weight_kg,
        )
        .select_from(candidate.join(holder, true()).join(stood, true()))
        .where(
            _in_period(holder),
            _after(holder, number[1], candidate.c.weight_kg),
            stood.c.reps.is_not(None),
        )
        .order_by(*(column.desc() for column in place(holder)), candidate.c.weight_kg.desc())
        .limit(_LIMIT + ONE)
    )


@cache
def history(formula: Formula, kind: RecordKind | None, *, of_exercise: bool) -> StatisticsQuery:
    """Give the statement of `RecordHistory`.

    Binds `user_id`, `limit`, `from_date`, `to_date`, the cursor's `after_…`, and `exercise_id` if it is `of_exercise`.
    Only then there are reps at a load.
    """
    kinds = [stored for stored in STORED if kind in {None, stored.kind}]
    parts: list[Select[Any]] = []
    if kinds:
        chain = _chains(only_exercise() if of_exercise else exercises(), kinds, formula)
        previous = chain.c.before_value.label("previous")
        parts.append(select(*(chain.c[name] for name in _NAMES), previous, _NO_LOAD.label("weight_kg")))
    if of_exercise and kind in {None, RecordKind.REPS_AT_LOAD}:
        parts.append(_at_loads().subquery("at_loads").select())
    broken = union_all(*parts).subquery("broken")
    newest_first = [broken.c[name].desc() for name in KEY]
    found = select(broken).where(_in_period(broken)).order_by(*newest_first).limit(_LIMIT + ONE).cte("found")
    shown = select(found).order_by(*(found.c[name].desc() for name in KEY)).limit(_LIMIT).cte("shown")
    last = select(shown).order_by(*(shown.c[name] for name in KEY)).limit(ONE).cte("last")
    more = select(func.count()).select_from(found).scalar_subquery() > _LIMIT
    cursor = select(_cursor([last.c[name] for name in KEY])).where(more).scalar_subquery()
    document = json_object(
        select(
            _text(formula).label("e1rm_formula"),
            json_array(_items(shown)).label("items"),
            cursor.label("next_cursor"),
        )
    )
    return StatisticsQuery(if_known(document) if of_exercise else select(document))


def _cursor(key: Sequence[ColumnElement[Any]]) -> ColumnElement[str]:
    """Write a key as `encode_cursor` does: the list that it is of and its parts, as JSON, in URL-safe Base64."""
    parts = cast(func.json_build_array(_text(LIST), *key), Text)
    encoded = func.encode(func.convert_to(parts, _text("UTF8")), _text("base64"))
    return func.translate(encoded, literal_column(r"E'+/=\n'"), _text("-_"))


def _items(shown: CTE) -> Select[Any]:
    names = looked_up(shown)
    done = workouts.performed_workouts()
    units = {one.kind: one.unit for one in STORED} | {RecordKind.REPS_AT_LOAD: "reps"}
    unit = case(*((shown.c.kind == _text(kind), _text(unit)) for kind, unit in units.items()))
    return (
        select(
            json_fields(id=names.c.exercise_id, name=names.c.name, custom=names.c.custom).label("exercise"),
            shown.c.kind,
            shown.c.value,
            shown.c.previous,
            (shown.c.value - shown.c.previous).label("improvement"),
            unit.label("unit"),
            func.nullif(shown.c.weight_kg, _NO_LOAD).label("weight_kg"),
            shown.c.local_date.label("date"),
            shown.c.workout_id,
            done.c.title.label("workout_title"),
        )
        .select_from(
            shown.join(names, true()).join(done, and_(done.c.user_id == USER, done.c.workout_id == shown.c.workout_id))
        )
        .order_by(*(shown.c[name].desc() for name in KEY))
    )
