"""The interface of imports and exports for the composition root."""

from exercise_buddy.core.exports import json_list
from exercise_buddy.transfers.imports.background import BackgroundImports
from exercise_buddy.transfers.imports.handlers import import_small_file
from exercise_buddy.transfers.imports.model import ImportOptions
from exercise_buddy.transfers.imports.queries import imports
from exercise_buddy.transfers.imports.requests import ImportRequest

EXPORTS = (json_list("imports.json", imports, holds=["workout_import"]),)

__all__ = ["EXPORTS", "BackgroundImports", "ImportOptions", "ImportRequest", "import_small_file"]
