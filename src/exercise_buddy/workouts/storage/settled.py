"""Verification of settled totals, which triggers maintain: the functions of the triggers compute them again."""

import json
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.sql_files import load_sql
from exercise_buddy.workouts.storage.recompute import Difference

_settled = load_sql(__package__, "settled.sql")


async def recompute_settled_totals(session: AsyncSession, user_id: UUID) -> list[Difference]:
    """Recompute and store the settled totals of a user; return the stored values that differed.

    To verify without a write, roll back. The caller holds the user's lock.
    """
    stored = await _read_totals(session, user_id)
    await session.exec(sa.select(sa.func.resettle(user_id)))  # type: ignore[call-overload]
    counted = await _read_totals(session, user_id)
    return [
        Difference(None, None, f"{name} {column}", _text(old.get(column)), _text(new.get(column)))
        for name in sorted(stored.keys() | counted.keys())
        for old, new in ((stored.get(name, {}), counted.get(name, {})),)
        for column in sorted(old.keys() | new.keys())
        if old.get(column) != new.get(column)
    ]


async def _read_totals(session: AsyncSession, user_id: UUID) -> dict[str, dict[str, Any]]:
    rows = await _settled.run_in(session, user_id=user_id)
    # 1.0 and 1.00 are the same total.
    return {name: json.loads(totals, parse_float=Decimal) for name, totals in rows.all()}


def _text(value: Any) -> str | None:  # noqa: ANN401  (a value of a column)
    return None if value is None else str(value)
