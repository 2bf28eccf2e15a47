"""What is read for the overview. A statistic of many metrics is a template, expanded here for each of them."""

from exercise_buddy.core.db.sql_files import load_sql
from exercise_buddy.statistics.goals.queries import STREAKS
from exercise_buddy.statistics.records.queries import RECENT
from exercise_buddy.statistics.schemas import Formula, Metric, Scope
from exercise_buddy.statistics.shared.etags import StatisticsQuery
from exercise_buddy.workouts.public import E1RM_FORMULA

SUMMARY = StatisticsQuery(load_sql(__package__, "summary.sql"))
WEEK = StatisticsQuery(load_sql(__package__, "weekly.sql"))
CALENDAR = StatisticsQuery(load_sql(__package__, "calendar.sql"))
DASHBOARD = StatisticsQuery(
    load_sql(__package__, "dashboard.sql", week=WEEK.statement, streaks=STREAKS.statement, records=RECENT)
)

_OF_WORKOUTS = {
    Metric.WORKOUTS: "count(*)",
    Metric.ACTIVE_DAYS: "count(DISTINCT local_date)",
    Metric.SETS: "sum(set_count)",
    Metric.REPS: "sum(rep_count)",
    Metric.VOLUME_KG: "round(sum(volume_kg)::numeric, 4)::float8",
    Metric.DURATION_SECONDS: "sum(duration_seconds)",
    Metric.BODYWEIGHT_VOLUME_KG: "round(sum(bodyweight_reps * mass_kg - assisted_volume_kg)::numeric, 4)::float8",
    Metric.ENERGY_KCAL: "round((sum(met_minutes * mass_kg) * 3.5 / 200)::numeric, 4)::float8",
}
_OF_EXERCISES = {
    Metric.WORKOUTS: "count(DISTINCT workout_id)",
    Metric.ACTIVE_DAYS: "count(DISTINCT local_date)",
    Metric.SETS: "sum(set_count * share)",
    Metric.REPS: "sum(rep_count * share)",
    Metric.VOLUME_KG: "round(sum(volume_kg * share)::numeric, 4)::float8",
    Metric.DURATION_SECONDS: "sum(duration_seconds * share)",
    Metric.BODYWEIGHT_VOLUME_KG: (
        "round(sum((bodyweight_reps * mass_kg - assisted_volume_kg) * share)::numeric, 4)::float8"
    ),
    Metric.WEIGHT_KG: "max(best_set_weight_kg)",
    Metric.E1RM_KG: "max(best_e1rm_kg)",
}
# The estimates that are stored are by one formula.
_ESTIMATED = """
        max((
            SELECT max(estimated_one_rep_max(:formula, weight_kg, reps))
            FROM unnest(load_kgs, load_reps) AS s (weight_kg, reps)
            WHERE reps <= 12
        ))
"""

OF_ONE_EXERCISE = {Metric.WEIGHT_KG, Metric.E1RM_KG}
"""Metrics of one exercise only."""

OF_WHOLE_WORKOUTS = {Metric.ENERGY_KCAL}
"""Metrics that neither an exercise nor a muscle has."""

_NULL_IF_EMPTY = OF_ONE_EXERCISE | OF_WHOLE_WORKOUTS | {Metric.BODYWEIGHT_VOLUME_KG}


def _expand(file_name: str, metric: Metric, measure: str, label: str = "") -> StatisticsQuery:
    empty = "NULL" if metric in _NULL_IF_EMPTY else "0"
    return StatisticsQuery(
        load_sql(__package__, file_name, label=label or metric.value, measure=measure.strip(), empty=empty)
    )


_BY_METRIC = {metric: _expand("timeseries.sql", metric, measure) for metric, measure in _OF_WORKOUTS.items()}
_BY_METRIC_OF_EXERCISES = {
    metric: _expand("timeseries_exercises.sql", metric, measure) for metric, measure in _OF_EXERCISES.items()
}
_E1RM_BY_FORMULA = _expand("timeseries_exercises.sql", Metric.E1RM_KG, _ESTIMATED, "e1rm_kg_by_another_formula")


def timeseries(metric: Metric, scope: Scope, formula: Formula) -> StatisticsQuery:
    """Return the query of `Timeseries` of a metric.

    Raises:
        KeyError: the scope has no such metric.

    """
    if scope is Scope.WORKOUTS:
        return _BY_METRIC[metric]
    if metric is Metric.E1RM_KG and formula != E1RM_FORMULA:
        return _E1RM_BY_FORMULA
    return _BY_METRIC_OF_EXERCISES[metric]
