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


class AccountNotEmpty(Conflict):
    """The file is the export of a whole account, and this account has data."""

    slug = "account-not-empty"
    title = "A whole account can only be imported into an empty one"


class AccountChanged(Conflict):
    """The account has changed since a whole account was imported into it, so the import cannot be undone."""

    slug = "account-changed"
    title = "The account has changed since this import"


class ReplacedWorkoutsUnknown(Conflict):
    """The import replaced workouts before the account was exported, so it cannot be undone after its restore."""

    slug = "replaced-workouts-unknown"
    title = "What this import replaced is not known here"


class ImportInterrupted(Unavailable):
    """The server stops, or the client is gone. The import is undone."""

    slug = "import-interrupted"
    title = "The import was interrupted"

    def __init__(self) -> None:
        super().__init__("Nothing of it is stored. Import the file again.", retry_after=10)


class ImportUnfinished(Conflict):
    """The import waits or runs, so it cannot be undone."""

    slug = "import-unfinished"
    title = "This import has not ended. Cancel it instead"


class ImportFinished(Conflict):
    """The import has ended, so it cannot be cancelled."""

    slug = "import-finished"
    title = "This import has ended. Undo it instead"
