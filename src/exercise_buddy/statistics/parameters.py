"""The query parameters that the endpoints of statistics share."""

from typing import Annotated

from fastapi import Query

from exercise_buddy.core.fields import LocalDate

OptionalDate = LocalDate | None

From = Annotated[
    OptionalDate, Query(alias="from", description="The first local day; that of your first workout without it.")
]
To = Annotated[OptionalDate, Query(alias="to", description="The last local day, included; today without it.")]
