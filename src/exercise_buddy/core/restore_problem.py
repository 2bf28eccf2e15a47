"""The problem of writes while a whole account is restored (see `restores`)."""

from uuid import UUID

from pydantic import BaseModel, Field

from exercise_buddy.core.problem_schemas import example_members
from exercise_buddy.core.problems import Conflict

_RETRY_AFTER_SECONDS = 5


class RestoreMembers(BaseModel):
    """Which restore is running."""

    model_config = example_members({"import_id": "019ca1d2-6b40-7e8f-9a35-4d7c1e2b6f50"})

    import_id: str = Field(description="The import of the whole account.", json_schema_extra={"format": "uuid"})


class RestoreRunning(Conflict):
    """A whole account is being imported into this one, or that is being undone. The response has `Retry-After`."""

    slug = "restore-running"
    title = "This account is being restored"
    extension = RestoreMembers

    def __init__(self, import_id: UUID) -> None:
        super().__init__(
            f"Nothing can be stored until the import {import_id} of a whole account has ended. Send this again then, "
            "or cancel the import.",
            headers={"Retry-After": str(_RETRY_AFTER_SECONDS)},
            members={"import_id": str(import_id)},
        )
