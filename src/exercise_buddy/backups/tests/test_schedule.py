import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest
from anyio import to_thread

from exercise_buddy.backups.places import build_name
from exercise_buddy.backups.schedule import Schedule
from exercise_buddy.settings import Settings
from exercise_buddy.startup import get_database_url
from tests.support import wait_until

DAY = timedelta(days=1)


@pytest.fixture
def folder(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of backups, with the settings of the processes that write to it."""
    monkeypatch.setenv("DATABASE_URL", get_database_url(settings))
    monkeypatch.setenv("SECRET_KEY", settings.secret_key.get_secret_value())
    monkeypatch.setenv("DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("BACKUP_TO", str(tmp_path / "backups"))
    return tmp_path / "backups"


def list_files(folder: Path, pattern: str = "*") -> list[str]:
    return sorted(path.name for path in folder.glob(pattern))


async def run_in_thread(schedule: Schedule) -> None:
    await to_thread.run_sync(schedule.run)


def of(settings: Settings, folder: Path, every: timedelta = DAY) -> Schedule:
    return Schedule(settings.model_copy(update={"backup_to": str(folder)}), every)


async def test_a_backup_is_made_when_it_is_due_and_not_again(settings: Settings, folder: Path) -> None:
    schedule = of(settings, folder)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run_in_thread, schedule)
        await wait_until(lambda: list_files(folder, "exercise-buddy-*") != [], seconds=120)
        schedule.stop()
    (first,) = list_files(folder)

    again = of(settings, folder)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run_in_thread, again)
        await anyio.sleep(1)
        again.stop()
    assert list_files(folder) == [first]


async def test_a_stop_ends_a_backup_without_a_trace(
    settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a busy machine, a process that is killed after ten seconds has not tidied up.
    monkeypatch.setattr("exercise_buddy.backups.schedule._STOP_SECONDS", 90)
    schedule = of(settings, folder)
    with anyio.fail_after(180):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(run_in_thread, schedule)
            await wait_until(lambda: list_files(settings.data_dir, "backup-work-*") != [], seconds=60)
            schedule.stop()
    assert list_files(folder) == []
    assert list_files(settings.data_dir, "backup-work-*") == []


async def test_a_failure_is_told_and_tried_again(
    settings: Settings, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # The secret is a file, and no folder.
    schedule = of(settings, settings.data_dir / "secret_key")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run_in_thread, schedule)
        await anyio.sleep(1)
        schedule.stop()
    (event,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "backup_failed" in line]
    assert (event["level"], event["retry_minutes"]) == ("error", 15)
    assert "secret_key" in event["reason"]
    assert list_files(folder) == []


def add_backup(folder: Path, age: timedelta) -> None:
    folder.mkdir(mode=0o700)
    (folder / build_name(datetime.now(UTC) - age, is_encrypted=False)).touch()


async def test_an_old_backup_is_no_reason_to_wait(settings: Settings, folder: Path) -> None:
    add_backup(folder, 2 * DAY)
    schedule = of(settings, folder)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run_in_thread, schedule)
        await wait_until(lambda: len(list_files(folder, "exercise-buddy-*")) == 2, seconds=120)
        schedule.stop()
