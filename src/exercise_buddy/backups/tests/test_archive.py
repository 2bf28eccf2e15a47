import hashlib
import io
import random
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from pyrage import x25519

from exercise_buddy.backups.archive import DUMP, Manifest, describe_member, read_archive, write_archive
from exercise_buddy.backups.encryption import (
    decrypt,
    encrypt,
    generate_identity,
    open_content,
    read_identities,
)
from exercise_buddy.backups.errors import BackupError
from exercise_buddy.core.private_files import UnsafePathError

CONTENTS = {DUMP: random.Random(1).randbytes(300_000), "files/secret_key": b"secret"}  # noqa: S311


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    for name, content in CONTENTS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return Manifest(
        format=1,
        created_at=datetime(2026, 5, 1, 12, tzinfo=UTC),
        version="1.2.3",
        revision="0051",
        postgresql=18,
        secret_key="0" * 16,
        rows={"workout": 3},
        members=[describe_member(tmp_path / name, name) for name in CONTENTS],
    )


def pack(manifest: Manifest, folder: Path) -> bytes:
    target = io.BytesIO()
    write_archive(target, manifest, folder)
    return target.getvalue()


def encrypted(content: bytes, *keys: x25519.Identity) -> bytes:
    target = io.BytesIO()
    with encrypt(target, [key.to_public() for key in keys]) as file:
        file.write(content)
    return target.getvalue()


def test_an_archive_is_read_as_it_was_written(manifest: Manifest, tmp_path: Path) -> None:
    content = pack(manifest, tmp_path)

    assert read_archive(io.BytesIO(content), tmp_path / "copy") == manifest
    assert {name: (tmp_path / "copy" / name).read_bytes() for name in CONTENTS} == CONTENTS
    assert (tmp_path / "copy" / "files" / "secret_key").stat().st_mode & 0o77 == 0


def test_any_damaged_byte_is_found_or_changes_nothing(manifest: Manifest, tmp_path: Path) -> None:
    content = pack(manifest, tmp_path)
    first_end = content.index(CONTENTS[DUMP][:100])
    chance = random.Random(2)  # noqa: S311
    places = [*range(0, first_end, 7), *chance.sample(range(first_end, len(content)), 300)]
    found = 0
    for number, place in enumerate(places):
        damaged = bytearray(content)
        damaged[place] ^= chance.choice([1, 16, 128, 255])
        folder = tmp_path / f"copy-{number}"
        try:
            assert read_archive(io.BytesIO(bytes(damaged)), folder) == manifest
        except BackupError:
            found += 1
        else:
            # A byte that nothing reads, such as the padding of tar.
            assert {name: (folder / name).read_bytes() for name in CONTENTS} == CONTENTS
    assert found > len(places) * 0.5


@pytest.mark.parametrize("share", [0, 0.001, 0.01, 0.5, 0.95])
def test_an_archive_that_ends_too_early_is_refused(manifest: Manifest, tmp_path: Path, share: float) -> None:
    content = pack(manifest, tmp_path)
    with pytest.raises(BackupError, match="damaged"):
        read_archive(io.BytesIO(content[: int(len(content) * share)]))


def test_a_file_that_the_manifest_does_not_name_is_refused(manifest: Manifest, tmp_path: Path) -> None:
    content = io.BytesIO(pack(manifest, tmp_path))
    with tarfile.open(fileobj=content, mode="a") as archive:
        archive.addfile(tarfile.TarInfo("more"), io.BytesIO())
    content.seek(0)
    with pytest.raises(BackupError, match="does not name"):
        read_archive(content)


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "files/../../x", "manifest.json", "files//x", ".x", ""])
def test_no_name_leads_out_of_the_folder(manifest: Manifest, tmp_path: Path, name: str) -> None:
    document = manifest.model_dump(mode="json")
    document["members"][0]["name"] = name
    content = orjson.dumps(document)
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        checksum = hashlib.sha256(content).hexdigest().encode()
        for member, data in (("manifest.json", content), ("manifest.json.sha256", checksum), (name or "x", b"")):
            entry = tarfile.TarInfo(member)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    with pytest.raises(BackupError, match="manifest cannot be read"):
        read_archive(io.BytesIO(target.getvalue()), tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_a_newer_format_is_refused_with_the_version_that_wrote_it(manifest: Manifest, tmp_path: Path) -> None:
    newer = manifest.model_copy(update={"format": 2})
    with pytest.raises(BackupError, match=r"Use Exercise Buddy 1\.2\.3"):
        read_archive(io.BytesIO(pack(newer, tmp_path)))


def test_each_recipient_can_decrypt_and_nobody_else() -> None:
    first, second, other = (x25519.Identity.generate() for _ in range(3))
    content = encrypted(b"content" * 50_000, first, second)

    for key in (first, second):
        with decrypt(io.BytesIO(content), [other, key]) as file:
            assert file.read() == b"content" * 50_000
    with pytest.raises(BackupError, match="None of the keys"), decrypt(io.BytesIO(content), [other]) as file:
        file.read()


@pytest.mark.parametrize("reads", [True, False])
def test_damage_of_an_encrypted_backup_is_found_at_any_place(*, reads: bool) -> None:
    key = x25519.Identity.generate()
    content = encrypted(bytes(1_000_000), key)
    chance = random.Random(3)  # noqa: S311
    damages = [content[:length] for length in (0, 10, 100, 70_000, len(content) - 1)]
    for place in [*range(0, 300, 11), *chance.sample(range(len(content)), 20)]:
        damages.append(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])  # noqa: PERF401
    for damaged in damages:
        # A reader that stops early does not hide what comes later.
        with pytest.raises(BackupError), decrypt(io.BytesIO(damaged), [key]) as file:
            file.read(-1 if reads else 10)


def test_an_error_of_the_disk_is_that_error() -> None:
    class Full(io.BytesIO):
        def write(self, _content: object, /) -> int:
            raise OSError(28, "No space left on device")

    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    key = x25519.Identity.generate()
    with pytest.raises(OSError, match="No space"), encrypt(Full(), [key.to_public()]) as file:  # noqa: PT012
        for _ in range(100):
            file.write(bytes(100_000))
    with pytest.raises(OSError, match="Input/output"), decrypt(Broken(), [key]) as file:
        file.read()


def test_the_error_of_a_reader_is_not_hidden() -> None:
    key = x25519.Identity.generate()
    content = encrypted(bytes(1_000_000), key)
    with pytest.raises(BackupError, match="of the reader"), decrypt(io.BytesIO(content), [key]) as file:  # noqa: PT012
        file.read(10)
        raise BackupError("of the reader")


def test_a_key_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key.txt"
    recipient = generate_identity(path)

    assert path.stat().st_mode & 0o77 == 0
    (identity,) = read_identities(path)
    assert str(identity.to_public()) == recipient
    with pytest.raises(BackupError, match="exists"):
        generate_identity(path)
    path.chmod(0o644)
    with pytest.raises(UnsafePathError):
        read_identities(path)


@pytest.mark.parametrize("text", ["", "# nothing\n", "AGE-SECRET-KEY-1WRONG\n", "\xff"])
def test_a_file_without_a_key_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key.txt"
    path.write_bytes(text.encode("latin-1"))
    path.chmod(0o600)
    with pytest.raises(BackupError, match="secret key"):
        read_identities(path)
    with pytest.raises(BackupError, match="No such file"):
        read_identities(tmp_path / "missing")


def test_an_encrypted_backup_needs_a_key() -> None:
    content = encrypted(b"x", x25519.Identity.generate())
    with (
        pytest.raises(BackupError, match="--identity"),
        open_content(io.BufferedReader(io.BytesIO(content)), []),
    ):
        pass
