"""The problems of imports."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, Field

from exercise_buddy.core.problem_schemas import example_members
from exercise_buddy.core.problems import Conflict, InvalidInput, NotFound, Unavailable


class FileMembers(BaseModel):
    """What the file has, and what can be imported."""

    model_config = example_members(
        {
            "columns_found": ["Day", "Lift", "Count"],
            "layouts_known": ["Strong", "Hevy"],
            "columns_proposal": {"date": "Day", "exercise": "Lift", "reps": "Count"},
        }
    )

    columns_found: list[str] = Field(
        default_factory=list, description="The columns of the file. Missing if something else is wrong."
    )
    layouts_known: list[str] = Field(
        default_factory=list, description="The layouts that can be imported. Missing if something else is wrong."
    )
    columns_proposal: dict[str, str] = Field(
        default_factory=dict,
        description="What to send as `columns` to import this table. Check it first. Missing if nothing fits.",
    )


class UnreadableFile(InvalidInput):
    """The file has no layout that can be imported."""

    slug = "unreadable-file"
    title = "This file cannot be imported"
    extension = FileMembers

    def __init__(
        self,
        detail: str,
        *,
        columns_found: Sequence[str] | None = None,
        layouts_known: Sequence[str] | None = None,
        columns_proposal: Mapping[str, str] | None = None,
    ) -> None:
        members = {
            "columns_found": columns_found,
            "layouts_known": layouts_known,
            "columns_proposal": columns_proposal,
        }
        super().__init__(detail, members={name: value for name, value in members.items() if value is not None})


class ImportNotFound(NotFound):
    """The user has no such import."""


class EditedMembers(BaseModel):
    """How much was edited."""

    model_config = example_members({"edited": 3})

    edited: int = Field(ge=1, description="The number of workouts that were edited since the import.")


class ImportEdited(Conflict):
    """Workouts of the import were edited since."""

    slug = "import-edited"
    title = "Workouts of this import were edited since"
    extension = EditedMembers


class InterruptedMembers(BaseModel):
    """What the import has stored."""

    model_config = example_members({"import_id": "019a0000-0000-7000-8000-000000000002", "workouts": 150})

    import_id: str = Field(default_factory=str, description="The id of the import. Missing if it has stored nothing.")
    workouts: int = Field(
        default_factory=int,
        ge=0,
        description="The number of stored workouts. Missing if the import has stored nothing.",
    )


class ImportInterrupted(Unavailable):
    """The server stops, the database does not answer, or the client is gone. What the import has committed stays."""

    slug = "import-interrupted"
    title = "The import was interrupted"
    extension = InterruptedMembers

    def __init__(self) -> None:
        super().__init__("Import the file again: that adds what is missing.", retry_after=10)
