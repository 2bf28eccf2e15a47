"""The charts that a link can show, and the link."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, Strict

from exercise_buddy.core.types import EARLIEST, LATEST_DATE, Input, LocalDate, Output, StrictBool, example
from exercise_buddy.exercises.public import Muscle
from exercise_buddy.statistics.examples import CHART_LINK
from exercise_buddy.statistics.overview.schemas import CalendarMetric
from exercise_buddy.statistics.parameters import WARM_UPS
from exercise_buddy.statistics.schemas import Bucket, Formula, Metric


class TimeseriesChart(Input):
    """A metric over time, as `GET /statistics/timeseries` draws it."""

    metric: Metric = Field(default=Metric.WORKOUTS, description="The quantity of each bar or point.")
    bucket: Bucket = Field(default=Bucket.WEEK, description="The length of each bar or point.")
    exercise: UUID | None = Field(default=None, description="This exercise only.")
    muscle: Muscle | None = Field(default=None, description="Only exercises that train this muscle.")
    formula: Formula = Field(default=Formula.EPLEY, description="Of the estimated one-rep max.")
    from_date: LocalDate | None = Field(
        default=None, alias="from", description="The first local day. Default: that of your first workout."
    )
    to_date: LocalDate | None = Field(
        default=None, alias="to", description="The last local day, inclusive. Default: today, whenever it is drawn."
    )
    include_warm_ups: StrictBool = Field(default=False, description=WARM_UPS)


class ExerciseChart(Input):
    """The progress in an exercise, as `GET /statistics/exercises/{exercise_id}` draws it."""

    exercise_id: UUID = Field(description="The id of the exercise.")
    bucket: Bucket | None = Field(default=None, description="Show each of these. Default: days with the exercise.")
    formula: Formula = Field(default=Formula.EPLEY, description="Of the estimated one-rep max.")
    from_date: LocalDate | None = Field(
        default=None, alias="from", description="The first local day. Default: the first day with the exercise."
    )
    to_date: LocalDate | None = Field(
        default=None, alias="to", description="The last local day, inclusive. Default: today, whenever it is drawn."
    )
    include_warm_ups: StrictBool = Field(default=False, description=WARM_UPS)


class CalendarChart(Input):
    """The heat map of up to 366 days, as `GET /statistics/calendar` draws it."""

    metric: CalendarMetric = Field(default=CalendarMetric.REPS, description="What makes a day intense.")
    year: Annotated[int, Strict(), Field(ge=EARLIEST.year, le=LATEST_DATE.year)] | None = Field(
        default=None, description="A calendar year, instead of `from` and `to`."
    )
    from_date: LocalDate | None = Field(default=None, alias="from", description="The first local day.")
    to_date: LocalDate | None = Field(default=None, alias="to", description="The last local day, inclusive.")
    include_warm_ups: StrictBool = Field(default=False, description=WARM_UPS)


class LinkedChart(Input):
    """The chart of a link: exactly one of these."""

    model_config = example({"timeseries": {"metric": "volume_kg", "bucket": "week"}})

    timeseries: TimeseriesChart | None = Field(default=None, description="A metric over time.")
    exercise: ExerciseChart | None = Field(default=None, description="The progress in an exercise.")
    calendar: CalendarChart | None = Field(default=None, description="The heat map of a year or less.")

    def describe(self) -> dict[str, Any]:
        """Return the chart as JSON, without what is the default: the same chart, however it was written."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)


class ChartLink(Output):
    """A link that shows one chart of yours to whoever has it."""

    model_config = example(CHART_LINK)

    url: str = Field(description="The address of the chart, relative to the origin of this API.")
    expires_at: datetime = Field(description="When the link stops working, unless its session ends before.")
