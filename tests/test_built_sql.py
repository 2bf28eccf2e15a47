"""What SQLAlchemy builds is committed as SQL, so that a review sees what changes."""

from exercise_buddy.dev.built_sql import FOLDER, built_statements, stored_files


def test_the_committed_sql_is_what_is_built() -> None:
    statements = built_statements()

    assert len(statements) > 30
    assert stored_files() == statements.keys(), "Run: uv run exercise-buddy dev sql"
    changed = [str(path) for path, text in statements.items() if (FOLDER / path).read_text() != text]
    assert changed == [], "Run: uv run exercise-buddy dev sql"
