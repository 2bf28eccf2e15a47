"""The next release migrates the database while this one serves."""

import asyncio
import shutil
import time
from pathlib import Path

import asyncpg

from tests.command.processes import ServerStarter, run_within
from tests.faults.processes import get_embedded_url
from tests.faults.verifier import verify
from tests.faults.writers import writing
from tests.support import SECRET

ROOT = Path(__file__).parents[2]
RECOVERY_SECONDS = 30.0
# Most of it is to load the program, while the writers keep the machine busy.
MIGRATE_SECONDS = 240.0
# What releases do: a column, which needs the table for a moment, and an index.
NEXT_RELEASE = '''
"""The next release.

Revision: 9999
Follows: {newest}
"""

from pathlib import Path
from runpy import run_path

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{newest}"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("ALTER TABLE workout ADD COLUMN IF NOT EXISTS next_release integer")
    create_concurrently = run_path(str(Path(__file__).parents[1] / "indexes.py"))["create_concurrently"]
    create_concurrently("ix_workout_next_release", "workout", ["user_id", "next_release"])


def downgrade():
    op.drop_column("workout", "next_release")
'''


def _prepare_next_release(folder: Path) -> Path:
    """Create a checkout with a further migration; return where its modules are."""
    tree = folder / "next"
    shutil.copytree(ROOT / "migrations", tree / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    newest = max(path.name for path in (tree / "migrations/versions").glob("*.py")).split("_")[0]
    (tree / "migrations/versions/9999_next_release.py").write_text(NEXT_RELEASE.format(newest=newest))
    (tree / "src").symlink_to(ROOT / "src")
    return tree / "src"


async def _outdate(url: str) -> None:
    """Let all workouts be those of a former release, so that the migration renders them again."""
    connection = await asyncpg.connect(url)
    # The service locks the row of the user first, and a migration must, too.
    for (user_id,) in await connection.fetch("SELECT user_id FROM user_revision"):
        async with connection.transaction():
            await connection.execute("SELECT FROM user_revision WHERE user_id = $1 FOR UPDATE", user_id)
            await connection.execute("UPDATE workout SET document_version = 0 WHERE user_id = $1", user_id)
    await connection.close()


async def _read_state(url: str) -> tuple[str, int, bool]:
    """Return the revision, the number of outdated workouts, and whether the index of the next release is complete."""
    connection = await asyncpg.connect(url)
    row = await connection.fetchrow(
        "SELECT (SELECT version_num FROM alembic_version),"
        " (SELECT count(*) FROM workout WHERE document_version = 0),"
        " (SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_workout_next_release'::regclass)"
    )
    await connection.close()
    return row[0], row[1], row[2]


def test_the_next_release_migrates_while_this_one_serves(folder: Path, start: ServerStarter) -> None:
    """Some migrate at the same time. Afterwards, this release serves on, and starts again."""
    modules = _prepare_next_release(folder)
    server, client = start("--workers", "2")
    url = get_embedded_url(folder)
    variables = {"DATABASE_URL": url, "SECRET_KEY": SECRET, "PYTHONPATH": str(modules)}
    with writing(str(client.base_url)) as writers:
        time.sleep(3)
        asyncio.run(_outdate(url))
        done = [run_within(MIGRATE_SECONDS, folder, "migrate", **variables) for _ in range(2)]
        writers.wait_for_progress(RECOVERY_SECONDS)
        state = asyncio.run(_read_state(url))
    verify(writers)
    assert [each.returncode for each in done] == [0, 0], [each.stderr + each.stdout for each in done]
    assert state == ("9999", 0, True)
    assert server.stop() == 0
    restarted, client = start()
    verify(writers, str(client.base_url))
    assert restarted.stop() == 0
