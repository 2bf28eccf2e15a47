"""The reader of any other table, whose columns the client names."""

from exercise_buddy.transfers.imports.column_mapping import LAYOUT
from exercise_buddy.transfers.imports.csv_reader import CsvReader


class MappedTableReader(CsvReader):
    """Reads a table with named columns. Without a name of the workout, a day is a workout."""

    layout = LAYOUT
