"""The parts of the code that must not be wrong, each with the tests that must notice a change of it."""

from typing import NamedTuple

_AUTH = "src/exercise_buddy/auth"
_CORE_TESTS = "src/exercise_buddy/core/tests"
_COUNTING = "src/exercise_buddy/counting"
_IMPORTS = "src/exercise_buddy/transfers/imports"
_OPS = "src/exercise_buddy/core/ops"
_WORKOUTS = "src/exercise_buddy/workouts"


class Area(NamedTuple):
    """Modules, and the tests that run for each mutant of them: few, so that a mutant takes seconds."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


AREAS = {
    "comparison": Area(
        (f"{_IMPORTS}/comparison.py", f"{_IMPORTS}/matching.py", f"{_IMPORTS}/model.py"),
        tuple(f"{_IMPORTS}/tests/test_{name}.py" for name in ("equality", "comparison", "matching")),
    ),
    "shifts": Area(
        (f"{_IMPORTS}/time_shifts.py",),
        (f"{_IMPORTS}/tests/test_shift_search.py",),
    ),
    "deduplication": Area(
        (f"{_IMPORTS}/deduplication.py", f"{_IMPORTS}/conflicts.py"),
        (
            f"{_IMPORTS}/tests/test_workout_index.py",
            f"{_IMPORTS}/tests/test_conflicts.py",
        ),
    ),
    "claims": Area(
        (f"{_IMPORTS}/claims.py",),
        (f"{_IMPORTS}/tests/test_claims.py",),
    ),
    "limits": Area(
        (f"{_OPS}/memory_storage.py", f"{_OPS}/rate_limits.py", f"{_OPS}/local_windows.py"),
        (
            f"{_CORE_TESTS}/test_shared_rate_limits.py",
            # The others of this file need a database, and notice no more.
            f"{_CORE_TESTS}/test_rate_limits.py::test_a_window_moves_with_its_entries",
            f"{_CORE_TESTS}/test_rate_limits.py::test_a_limit_that_does_not_exist_is_a_mistake",
            f"{_CORE_TESTS}/test_rate_limits.py::test_two_limits_cannot_have_one_name",
            f"{_CORE_TESTS}/test_rate_limits.py::test_holders_of_a_key_go_one_after_the_other",
        ),
    ),
    "totals": Area((f"{_WORKOUTS}/storage/computed_totals.py",), (f"{_WORKOUTS}/tests/test_totals_by_hand.py",)),
    # What PostgreSQL recomputes. The test builds the expressions itself: no other one notices what is built at import.
    "recomputed_totals": Area((f"{_WORKOUTS}/storage/totals.py",), (f"{_WORKOUTS}/tests/test_recomputed_totals.py",)),
    "revocation": Area(
        (f"{_AUTH}/sessions/service.py", f"{_AUTH}/active_sessions.py"),
        (
            *(
                f"{_AUTH}/tests/test_{name}.py"
                for name in (
                    "active_sessions",
                    "session_register",
                    "logout",
                    "new_device_mail",
                    "refresh",
                    "session_quota",
                    "sessions",
                )
            ),
            f"{_AUTH}/tests/test_account_deletion.py::test_a_sign_in_cancels_the_deletion",
            "tests/test_refusals.py::test_a_refusal_is_logged[refreshes_a_foreign_session]",
            "tests/test_refusals.py::test_a_refusal_is_logged[replays_a_refresh_token]",
        ),
    ),
    "counting": Area(
        tuple(f"{_COUNTING}/engine/{name}.py" for name in ("holds", "summary", "judgements")),
        tuple(f"{_COUNTING}/engine/tests/test_{name}.py" for name in ("holds", "summary", "judgements")),
    ),
    # About a minute of tests for each change: give names of mutants.
    "counter": Area(
        tuple(
            f"{_COUNTING}/engine/{name}.py" for name in ("counter", "tracker", "segmentation", "hypotheses", "voting")
        ),
        (f"{_COUNTING}/engine/tests/test_counter.py", f"{_COUNTING}/engine/tests/test_phases.py"),
    ),
}


_STATISTICS = "src/exercise_buddy/statistics"

STATEMENTS = {
    "record_statements": Area(
        (f"{_STATISTICS}/records/records.sql", f"{_STATISTICS}/records/history.sql"),
        (
            "tests/test_sql.py",
            f"{_STATISTICS}/records/tests/test_records.py",
            f"{_STATISTICS}/records/tests/test_record_history.py",
        ),
    ),
    "recent_records": Area(
        (f"{_STATISTICS}/records/recent.sql",),
        ("tests/test_sql.py", f"{_STATISTICS}/tests/test_dashboard.py"),
    ),
    "overview_statements": Area(
        (f"{_STATISTICS}/overview/*.sql",),
        (
            "tests/test_sql.py",
            *(
                f"{_STATISTICS}/tests/test_{name}.py"
                for name in ("summary", "weekly", "timeseries", "calendar", "dashboard")
            ),
        ),
    ),
    "ownership": Area(("src/exercise_buddy/**/*.sql",), ("tests/test_sql.py",)),
}
"""Areas of SQL: the files that are changed, and the tests."""
