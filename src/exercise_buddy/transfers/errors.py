"""The problems of imports."""

from collections.abc import Sequence

from exercise_buddy.core.problems import Conflict, InvalidInput, NotFound, Unavailable


class UnreadableFile(InvalidInput):
    """The file has no layout that can be imported."""

    slug = "unreadable-file"
    title = "This file cannot be imported"

    def __init__(
        self, detail: str, *, columns_found: Sequence[str] | None = None, layouts_known: Sequence[str] | None = None
    ) -> None:
        members = {"columns_found": columns_found, "layouts_known": layouts_known}
        super().__init__(detail, members={name: value for name, value in members.items() if value is not None})


class ImportNotFound(NotFound):
    """The user has no such import."""


class ImportEdited(Conflict):
    """Workouts of the import were edited since."""

    slug = "import-edited"
    title = "Workouts of this import were edited since"


class ImportInterrupted(Unavailable):
    """The server stops, or the client is gone. What the import has committed stays."""

    slug = "import-interrupted"
    title = "The import was interrupted"

    def __init__(self) -> None:
        super().__init__("Import the file again: that adds what is missing.", retry_after=10)
