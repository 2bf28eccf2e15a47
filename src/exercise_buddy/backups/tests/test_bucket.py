import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from exercise_buddy.backups import bucket as bucket_module
from exercise_buddy.backups.bucket import BucketPlace
from exercise_buddy.backups.errors import BackupError
from exercise_buddy.backups.tests.conftest import Bucket
from exercise_buddy.core.ops.backup_settings import split_bucket_url
from exercise_buddy.settings import Settings

NAME = "exercise-buddy-20260501T120000Z.tar"
Deliver = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]


@asynccontextmanager
async def open_proxy(bucket: Bucket, deliver: Deliver) -> AsyncIterator[str]:
    """Run a proxy before the server of a bucket, which delivers responses in its way; yield its address."""
    address = urlsplit(bucket.settings["backup_s3_endpoint"])
    # The client keeps connections open.
    handling: set[asyncio.Task[Any]] = set()

    async def send(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while piece := await source.read(65536):
            sink.write(piece)
            await sink.drain()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        current = asyncio.current_task()
        assert current is not None
        handling.add(current)
        upstream_reader, upstream_writer = await asyncio.open_connection(address.hostname, address.port)
        sending = asyncio.create_task(send(reader, upstream_writer))
        try:
            await deliver(upstream_reader, writer)
        except ConnectionError:
            pass
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            upstream_writer.close()
            writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        server.close()
        for task in handling:
            task.cancel()
        await asyncio.gather(*handling, return_exceptions=True)


def open_place(settings: Settings, bucket: Bucket, **changed: str) -> BucketPlace:
    values = bucket.settings | changed
    return BucketPlace(values["backup_to"], Settings.model_validate(settings.__dict__ | values))


CONTENT = os.urandom(1_000_000)


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft"
    path.write_bytes(CONTENT)
    return path


def read(bucket: Bucket) -> bytes | None:
    path = bucket.folder / NAME
    return path.read_bytes() if path.exists() else None


async def test_a_slow_line_may_take_longer_than_any_silence(
    settings: Settings, bucket: Bucket, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket_module, "_SILENCE_TIMEOUT", "4s")

    async def trickle(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while piece := await source.read(32768):
            sink.write(piece)
            await sink.drain()
            await asyncio.sleep(0.3)

    async with open_proxy(bucket, trickle) as endpoint:
        place = open_place(settings, bucket, backup_s3_endpoint=endpoint)
        began = asyncio.get_running_loop().time()
        await asyncio.to_thread(place.store, draft, NAME)
        seconds = asyncio.get_running_loop().time() - began

    assert seconds > 8
    assert read(bucket) == CONTENT
    open_place(settings, bucket).delete(NAME)


async def test_what_cannot_be_read_back_is_deleted(settings: Settings, bucket: Bucket, draft: Path) -> None:
    async def damage(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        sent = 0
        while piece := await source.read(65536):
            # One bit of the content, far behind the headers: only the response with the backup is so long.
            is_changed = sent < len(CONTENT) // 2 <= sent + len(piece)
            sent += len(piece)
            sink.write(piece[:-1] + bytes([piece[-1] ^ 1]) if is_changed else piece)
            await sink.drain()

    async with open_proxy(bucket, damage) as endpoint:
        place = open_place(settings, bucket, backup_s3_endpoint=endpoint)
        with pytest.raises(BackupError, match=r"is not what was uploaded\. It was deleted there\.$"):
            await asyncio.to_thread(place.store, draft, NAME)

    assert read(bucket) is None


async def test_an_interrupted_verification_leaves_no_backup(
    settings: Settings, bucket: Bucket, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise SystemExit(143)

    monkeypatch.setattr(BucketPlace, "_compare", interrupt)
    with pytest.raises(SystemExit):
        open_place(settings, bucket).store(draft, NAME)

    assert read(bucket) is None


async def test_a_missing_bucket_is_not_a_missing_backup(settings: Settings, bucket: Bucket, draft: Path) -> None:
    place = open_place(settings, bucket, backup_to="s3://no-such-bucket/x")
    with pytest.raises(BackupError, match=r"bucket does not exist\.$"):
        place.store(draft, NAME)
    with pytest.raises(BackupError, match=rf"{NAME} does not exist\.$"), open_place(settings, bucket).open(NAME):
        pass


@pytest.mark.parametrize("folder", ["a?b=c#d", "50 %25/ü+", "%2e%2e"])
async def test_a_folder_has_any_characters(settings: Settings, bucket: Bucket, draft: Path, folder: str) -> None:
    place = open_place(settings, bucket, backup_to=f"s3://bucket/{folder}/")
    other = open_place(settings, bucket, backup_to="s3://bucket/a")
    place.store(draft, NAME)
    found, elsewhere = place.list(), other.list()
    place.delete(NAME)

    assert [(backup.name, backup.size) for backup in found] == [(NAME, len(CONTENT))]
    assert elsewhere == []
    assert place.list() == []


@pytest.mark.parametrize(
    "url",
    [
        "s3://",
        "s3:///folder",
        "s3://bucket:9000/folder",
        "s3://key:secret@bucket/folder",
        "s3://bucket//folder",
        "s3://bucket/a//b",
        "s3://bucket/../b",
        "s3://bucket/a/./b",
    ],
)
async def test_an_url_that_servers_read_differently_is_refused(settings: Settings, url: str) -> None:
    with pytest.raises(ValueError, match="bucket") as raised:
        split_bucket_url(url)
    with pytest.raises(BackupError, match="bucket") as refused:
        BucketPlace(url, settings)
    assert "secret" not in f"{raised.value}{refused.value}"
