"""Remarks about the lines of a file."""

import bisect

from exercise_buddy.transfers.imports.schemas import ImportRemark

SHOWN_REMARKS = 500


class Remarks:
    """Counts remarks and keeps those on the first lines: a file of broken rows only must not fill the memory."""

    def __init__(self) -> None:
        self.count = 0
        self.first: list[ImportRemark] = []

    def add(self, line: int, code: str, message: str) -> None:
        """Add a remark."""
        self.count += 1
        if len(self.first) == SHOWN_REMARKS:
            if line >= self.first[-1].line:
                return
            self.first.pop()
        remark = ImportRemark(line=line, code=code, message=message)
        bisect.insort(self.first, remark, key=lambda remark: (remark.line, remark.code, remark.message))
