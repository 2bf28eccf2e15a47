"""Uploads up to `IMPORT_MAX_BYTES`, and what bounds them."""

import io
import secrets
from collections.abc import AsyncIterator
from uuid import UUID, uuid4
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from exercise_buddy.core.db.jobs import JobRunning, JobsBusy
from exercise_buddy.core.http.body_memory import BodyMemory
from exercise_buddy.core.problems import ContentTooLarge
from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports import uploads
from exercise_buddy.transfers.imports.detection import open_file
from exercise_buddy.transfers.imports.model import ImportOptions
from exercise_buddy.transfers.imports.requests import ImportRequest
from exercise_buddy.transfers.imports.spool import BatchSpool
from exercise_buddy.transfers.settings import TransfersSettings
from exercise_buddy.transfers.tests.support import send_file, wait_for_import
from exercise_buddy.workouts.public import Source
from tests.factories import read_problem
from tests.support import Connection, Person, RunningApp

MIB = 1024 * 1024
RUN = (
    ' <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30" durationUnit="min"'
    ' startDate="2025-03-01 18:00:00 +0100" endDate="2025-03-01 18:30:00 +0100"/>\n'
)
RECORD = ' <Record type="HKQuantityTypeIdentifierHeartRate" unit="count/min" value="61"/>\n'


def health(records: int = 0, name: str = "export.xml", beside: int = 0, noise: bytes = b"") -> bytes:
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        with archive.open(f"apple_health_export/{name}", "w") as member:
            member.write(b'<?xml version="1.0"?>\n<HealthData locale="en_US">\n')
            for _ in range(records // 1000):
                member.write(RECORD.encode() * 1000)
            member.write(f"{RUN}</HealthData>\n".encode())
        archive.writestr(f"apple_health_export/{name.replace('.xml', '_cda.xml')}", "<ClinicalDocument/>" * 1000)
        for number in range(beside):
            archive.writestr(f"apple_health_export/workout-routes/route_{number}.gpx", "<gpx/>")
        archive.writestr("apple_health_export/noise.bin", noise, ZIP_STORED)
    return content.getvalue()


async def parts(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 64 * 1024):
        yield content[start : start + 64 * 1024]


@pytest.fixture
def settings(settings: TransfersSettings) -> TransfersSettings:
    """Settings with a small limit of imported files."""
    return settings.model_copy(update={"import_max_bytes": 2 * MIB})


async def test_a_file_above_the_setting_is_refused(app: RunningApp, ann: Person) -> None:
    small = await send_file(ann, health(noise=secrets.token_bytes(MIB)))
    large = health(noise=secrets.token_bytes(3 * MIB))

    with_length = await send_file(ann, large)
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    body = head + large + b"\r\n--x--\r\n"
    without_length = await ann.post("/imports", content=parts(body), headers=headers)

    assert small.status_code in {201, 202}, small.text
    for refused in (with_length, without_length):
        assert read_problem(refused) == (413, "/problems/content-too-large")
        assert "2 MiB" in refused.json()["detail"]
    memory: BodyMemory = app.state["body_memory"]
    assert memory.free_disk == BodyMemory(max_upload=2 * MIB).free_disk


async def test_an_archive_of_apple_health_is_imported_in_the_background(ann: Person, connection: Connection) -> None:
    # 10 MB unpacked, so that it takes several steps to read.
    sent = await send_file(ann, health(records=120_000, beside=150))

    assert sent.status_code == 202, sent.text
    done = await wait_for_import(ann, sent.json()["id"])
    assert done["workouts"] == 1
    assert await connection.fetchval("SELECT count(*) FROM import_file_part") == 0


@pytest.mark.parametrize("name", ["export.xml", "Export.xml", "exportar.xml", "\u5bfc\u51fa.xml"])
def test_the_file_in_the_archive_has_a_name_in_any_language(name: str) -> None:
    file = io.BytesIO(health(name=name, beside=150))
    reader = open_file(file, ImportOptions())

    assert [workout.title for workout in reader.workouts() if workout is not None] == ["Running"]


def test_another_archive_with_many_files_is_refused() -> None:
    content = io.BytesIO()
    with ZipFile(content, "w") as archive:
        for number in range(150):
            archive.writestr(f"{number}.csv", "a")

    with pytest.raises(UnreadableFile, match="more than 100 files"):
        open_file(content, ImportOptions())


def test_a_file_that_is_read_into_memory_has_a_limit_of_its_own() -> None:
    table = io.BytesIO(b"Date,Workout Name\n" + b"x" * 32 * MIB)

    with pytest.raises(ContentTooLarge, match="may have 32 MiB"):
        open_file(table, ImportOptions())


def test_a_large_file_is_read_in_steps() -> None:
    file = io.BytesIO(health(records=240_000))
    reader = open_file(file, ImportOptions())

    with BatchSpool(reader) as spool:
        steps = 0
        while spool.parse_batch():
            steps += 1
        read = [workout for position in spool.positions() for workout in spool.read_batch(position)]

    assert (steps, len(read)) == (3, 1)


async def test_the_waiting_files_of_a_user_and_of_all_users_are_bounded(
    app: RunningApp, ann: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def queue(person: Person, size: int) -> None:
        async with app.state["database"].transaction() as session:
            await uploads.queue_import(
                session,
                UUID(person.id),
                uuid4(),
                io.BytesIO(bytes(size)),
                ImportRequest(ImportOptions(), dry_run=True),
                Source.APPLE_HEALTH,
                max_bytes=2 * MIB,
            )

    app.state["jobs"].stop()
    await queue(ann, 2 * MIB)
    await queue(ann, 100)
    with pytest.raises(JobRunning):
        await queue(ann, 3 * MIB)
    await queue(ann, 100)
    with pytest.raises(JobRunning):
        await queue(ann, 100)
    monkeypatch.setattr(uploads, "_MIN_WAITING_PARTS", 1)
    await queue(bob, 3 * MIB)
    with pytest.raises(JobsBusy):
        await queue(bob, 2 * MIB)
