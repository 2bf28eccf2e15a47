"""The problems of synchronization."""

from exercise_buddy.core.problems import Problem


class CursorUnusable(Problem):
    """The cursor of the feed does not fit the stored data: it is newer, or of a former feed."""

    status = 410
    slug = "sync-from-the-start"
    title = "Sync from the start: this cursor does not fit the data"
