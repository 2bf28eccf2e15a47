"""Recounts streaks by iterating over every day and every week."""

from datetime import date, timedelta
from typing import Any

from tests.recount.model import WEEKDAYS, Goal, Life, total

DAY = timedelta(days=1)
Streak = dict[str, Any]
NONE: Streak = {"length": 0, "from": None, "to": None}


def day_streaks(life: Life, last: date, today: date) -> tuple[Streak, Streak]:
    """Return the current and the longest streak of days, up to a last day.

    Planned rest days of the goal of their time are skipped. A day that is not over breaks no streak.
    """
    active = {workout.day for workout in life.workouts}
    run, longest = NONE, NONE
    day = min(active, default=last)
    while day <= last:
        goal = life.goal(day)
        resting = goal is not None and WEEKDAYS[day.weekday()] in goal.rest_days
        if day in active:
            run = {"length": run["length"] + 1, "from": run["from"] or day, "to": day}
            longest = _longer(longest, run)
        elif not resting and day < today:
            run = NONE
        day += DAY
    return run, longest


def week_streaks(life: Life, today: date) -> tuple[Streak, Streak]:
    """Return the current and the longest streak of weeks that met the goal of their last day."""
    run, longest = NONE, NONE
    first = life.week(min((workout.day for workout in life.workouts), default=today))
    while first <= today:
        last = first + 6 * DAY
        if _met(life, life.goal(last), first, last):
            run = {"length": run["length"] + 1, "from": run["from"] or first, "to": last}
            longest = _longer(longest, run)
        elif last < today:
            run = NONE
        first += 7 * DAY
    return run, longest


def _met(life: Life, goal: Goal | None, first: date, last: date) -> bool:
    workouts = life.within(first, last)
    if goal is None or goal.metric == "workouts":
        return len(workouts) >= (1 if goal is None else goal.target)
    if goal.metric == "minutes":
        return total(workout.seconds for workout in workouts) >= goal.target * 60
    return sum(one.reps or 0 for workout in workouts for one in workout.sets) >= goal.target


def _longer(longest: Streak, run: Streak) -> Streak:
    return run if run["length"] > longest["length"] else longest


def all_streaks(life: Life, today: date) -> Streak:
    days, weeks = day_streaks(life, today, today), week_streaks(life, today)
    return {
        "days": {"current": days[0], "longest": days[1]},
        "weeks": {"current": weeks[0], "longest": weeks[1]},
    }
