"""The interface of imports and exports for the composition root."""

from exercise_buddy.core.exports import constant_document, json_list
from exercise_buddy.core.restores import FORMAT, MANIFEST, VERSION
from exercise_buddy.transfers.imports.background import BackgroundImports
from exercise_buddy.transfers.imports.handlers import import_small_file
from exercise_buddy.transfers.imports.metrics import measure_waiting_imports
from exercise_buddy.transfers.imports.model import ImportOptions
from exercise_buddy.transfers.imports.queries import exported_imports
from exercise_buddy.transfers.imports.requests import ImportRequest
from exercise_buddy.transfers.imports.restored_imports import RESTORED_FILES

EXPORTS = (
    json_list("imports.json", exported_imports, holds=["workout_import"]),
    constant_document(MANIFEST, {"format": FORMAT, "version": VERSION}),
)

__all__ = [
    "EXPORTS",
    "RESTORED_FILES",
    "BackgroundImports",
    "ImportOptions",
    "ImportRequest",
    "import_small_file",
    "measure_waiting_imports",
]
