"""The files of a server that cannot be made again: the secret, the signing keys, and mails that were not sent.

The password of the embedded PostgreSQL is not included: a start without it sets a new one.
"""

import hashlib
import hmac
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from exercise_buddy.backups.archive import FILES
from exercise_buddy.core.files import write_atomically
from exercise_buddy.core.private_files import prepare_folder
from exercise_buddy.settings import Settings

_SECRET = f"{FILES}/secret_key"
_SIGNING_KEYS = f"{FILES}/signing_keys.json"
_OUTBOX = f"{FILES}/outbox/"
_PURPOSE = b"exercise-buddy backup"


def fingerprint_secret(settings: Settings) -> str:
    """Return 16 hexadecimal digits that tell whether two servers have the same `SECRET_KEY`, and nothing else of it."""
    return hmac.digest(settings.secret_key.get_secret_value().encode(), _PURPOSE, hashlib.sha256).hex()[:16]


def find_secret_file(settings: Settings) -> Path | None:
    """Return the file that `SECRET_KEY` comes from, None if it comes from the environment."""
    path = settings.secret_key_file or settings.data_dir / "secret_key"
    try:
        return path if path.read_text("utf-8").strip() == settings.secret_key.get_secret_value() else None
    except (OSError, UnicodeDecodeError):
        return None


def find_files(settings: Settings) -> dict[str, Path]:
    """Return the files that exist, by their names in a backup."""
    found = {_SIGNING_KEYS: settings.signing_keys_path}
    if (secret := find_secret_file(settings)) is not None:
        found[_SECRET] = secret
    found |= {f"{_OUTBOX}{path.name}": path for path in sorted(settings.outbox_dir.glob("*.eml"))}
    return {name: path for name, path in found.items() if path.is_file()}


def copy_files(files: Mapping[str, Path], folder: Path) -> list[str]:
    """Copy files into a folder, and return the names of those that still existed."""
    copied = []
    for name, path in files.items():
        target = folder / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, target)
        except FileNotFoundError:
            continue
        target.chmod(0o600)
        copied.append(name)
    return copied


def restore_files(settings: Settings, folder: Path, names: list[str]) -> Iterator[str]:
    """Put the files of a backup in their places, and yield a line about each that an operator should know.

    A file that is there and differs gets another name, and is not lost.
    """
    places = {_SIGNING_KEYS: settings.signing_keys_path, _SECRET: find_secret_file(settings)}
    for name in names:
        target = settings.outbox_dir / name.removeprefix(_OUTBOX) if name.startswith(_OUTBOX) else places.get(name)
        content = (folder / name).read_bytes()
        if target is None:
            if content.decode("utf-8", "replace").strip() != settings.secret_key.get_secret_value():
                yield "SECRET_KEY of the environment is not that of the backup, so everybody signs in again."
            continue
        if target.exists():
            if target.read_bytes() == content:
                continue
            former = target.with_name(f"{target.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
            target.rename(former)
            yield f"{target} was replaced. The former file is {former.name}."
        else:
            prepare_folder(target.parent)
        with write_atomically(target) as draft:
            draft.write(content)
