"""What a client sends with a file, in a form that can be stored until the file is imported."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.transfers.imports.model import ImportOptions, OnConflict


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """The request to import a file.

    Attributes:
        options: what the file does not state.
        file_name: the name of the file, for the list of imports.
        mapping: the exercise ids of names in the file, where the user replaces the automatic match.
        on_conflict: what happens to stored workouts that differ in the file.
        dry_run: whether to report only.
        accept_proposals: the least similarity of a proposal that an unmatched name gets. None: it gets none.
        is_account: whether the file is the export of a whole account.

    """

    options: ImportOptions
    file_name: str | None = None
    mapping: Mapping[str, UUID] = field(default_factory=dict)
    on_conflict: OnConflict = OnConflict.SKIP
    dry_run: bool = False
    accept_proposals: float | None = None
    is_account: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        content: dict[str, Any] = _REQUEST.dump_python(self, mode="json")
        return content

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "ImportRequest":
        """Return the request from its JSON."""
        return _REQUEST.validate_python(content)


def parse_mapping(text: str | None) -> dict[str, UUID]:
    """Return the exercise ids by names in the file from their JSON.

    Raises:
        InvalidInput: it is no such JSON.

    """
    if not text:
        return {}
    try:
        return _MAPPING.validate_json(text)
    except ValidationError:
        message = "This should be a JSON object with exercise ids by names in the file"
        raise InvalidInput(errors=[FieldError("/mapping", "mapping", message)]) from None


_MAPPING: TypeAdapter[dict[str, UUID]] = TypeAdapter(dict[str, UUID])
_REQUEST: TypeAdapter[ImportRequest] = TypeAdapter(ImportRequest)
