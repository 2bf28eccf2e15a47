"""The import of the export of all data into an empty account.

Each slice contributes a list of `RestoredFile`s; `main` passes all lists in, in the order in which they are restored:
what others refer to comes first. All files are restored in one transaction.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema
from sqlalchemy import Table, delete, exists, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.http.validation import pointer
from exercise_buddy.core.problems import InvalidInput
from exercise_buddy.core.whole_numbers import accept_whole_numbers

FORMAT = "exercise-buddy-account"
VERSION = 1
"""The version of the format of the export. A later one is refused, an earlier one is restored as far as it goes."""

MANIFEST = "manifest.json"

ModelT = TypeVar("ModelT", bound=BaseModel)


class ExportedItem(BaseModel):
    """The base of what is read from an export. Fields that follow from others, such as totals, are ignored.

    An integer may be written as `5.0`, as other programs write a file again.
    """

    model_config = ConfigDict(extra="ignore")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        """Return the schema of the model."""
        return accept_whole_numbers(handler(source))


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a file, and the line on which it begins."""

    line: int
    value: Any


@dataclass(slots=True)
class Restoration:
    """A restore in progress.

    Attributes:
        session: the transaction, which holds the user's lock.
        user_id: the owner of the empty account.
        now: the time of what the export has no time of.
        file: the name of the file that is restored now.
        exercises: the ids of exercises here by their ids in the export.
        created: the custom exercises in place of exercises that are unknown here: their ids and names.
        counts: how much was restored, by what it is.
        warnings: the line, the code and the message of each.

    """

    session: AsyncSession
    user_id: UUID
    now: datetime
    file: str = ""
    exercises: dict[UUID, UUID] = field(default_factory=dict)
    created: list[tuple[UUID, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    volume_kg: float = 0.0
    warnings: list[tuple[int, str, str]] = field(default_factory=list)

    def parse(self, model: type[ModelT], item: Item) -> ModelT:
        """Return an item as a model.

        Raises:
            InvalidInput: it does not follow the rules that hold for clients.

        """
        try:
            return model.model_validate(item.value)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            self.refuse(item.line, f"{pointer(first['loc'])}: {first['msg'].removeprefix('Value error, ')}")

    def refuse(self, line: int, message: str) -> NoReturn:
        """Refuse the export because of an item.

        Raises:
            InvalidInput: always.

        """
        raise InvalidInput(f"Nothing was imported. {self.file}, line {line}: {message.removesuffix('.')}.")

    def warn(self, line: int, code: str, message: str) -> None:
        """Add a warning."""
        self.warnings.append((line, code, f"{self.file}: {message}"))


Pages = AsyncIterator[Sequence[Item]]


@dataclass(frozen=True, slots=True)
class RestoredFile:
    """One file of the export that is restored.

    Args:
        name: its name in the ZIP.
        tables: those that must have no row of the user before, the referring ones first.
        restore: writes the items of the file, which come in pages.
        delete: deletes what it has restored. None: it deletes the rows of `tables`.
        is_list: whether the file is an array. Otherwise it is one item.
        page_size: the number of items in a page.
        is_reversed: whether the last page comes first.

    """

    name: str
    tables: Sequence[Table]
    restore: Callable[[Restoration, Pages], Awaitable[None]]
    delete: Callable[[AsyncSession, UUID], Awaitable[None]] | None = None
    is_list: bool = True
    page_size: int = 100
    is_reversed: bool = False


async def find_filled_file(session: AsyncSession, user_id: UUID, files: Sequence[RestoredFile]) -> str | None:
    """Return the name of the first file for which the account has data; None if it is empty."""
    connection = await session.connection()
    for file in files:
        for table in file.tables:
            if await connection.scalar(select(exists().where(table.c.user_id == user_id))):
                return file.name
    return None


async def delete_restored(session: AsyncSession, user_id: UUID, files: Sequence[RestoredFile]) -> None:
    """Delete what was restored, the last file first. The caller holds the user's lock, and nothing is newer."""
    for file in reversed(files):
        if file.delete is not None:
            await file.delete(session, user_id)
            continue
        for table in file.tables:
            await session.exec(delete(table).where(table.c.user_id == user_id))
