"""The settings of backups of the whole server."""

import re
from collections.abc import Container, Iterator
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode
from pyrage import RecipientError, x25519

from exercise_buddy.core.settings import CoreSettings, split_list

_DURATION = re.compile(r"(\d{1,5}) ?(m|min|h|d)")
_MINUTES = {"m": 1, "min": 1, "h": 60, "d": 24 * 60}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
S3_SCHEME = "s3://"
# Older ones have capitals and underscores, too.
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")


def parse_duration(value: Any) -> Any:  # noqa: ANN401  (whatever the environment or a caller holds)
    """Return the duration that a text such as `24h`, `30m` or `7d` means.

    Raises:
        ValueError: the text is something else, or the duration is less than a minute.

    """
    if not isinstance(value, str):
        return value
    found = _DURATION.fullmatch(value.strip().lower())
    if found is None or int(found[1]) == 0:
        raise ValueError("this is a number of minutes, hours or days, such as 30m, 24h or 7d")
    return timedelta(minutes=int(found[1]) * _MINUTES[found[2]])


def _recipient(value: str) -> str:
    try:
        x25519.Recipient.from_str(value)
    except RecipientError:
        # Not the value: somebody may have entered the secret key.
        raise ValueError("a recipient is the public key of age, age1 and 58 further characters") from None
    return value


def split_bucket_url(value: str) -> tuple[str, str]:
    """Return the bucket and the folder of an `s3://` URL, in which no character is encoded.

    Raises:
        ValueError: it has none, or a server could take it for another folder. The text does not contain the URL.

    """
    bucket, _, folder = value.removeprefix(S3_SCHEME).partition("/")
    folder = folder.rstrip("/")
    if not _BUCKET.fullmatch(bucket):
        raise ValueError("this names no bucket: write s3://BUCKET/FOLDER, and server and keys in BACKUP_S3_… settings")
    if folder and {"", ".", ".."} & set(folder.split("/")):
        raise ValueError("a folder in a bucket has no empty parts, and none that are dots")
    return bucket, folder


def _place(value: str) -> str:
    if value.startswith(S3_SCHEME):
        split_bucket_url(value)
    elif "://" in value:
        raise ValueError("this is a folder, or s3://BUCKET/FOLDER")
    return value


def _endpoint(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("this is the address of an S3-compatible server, such as https://s3.example.org")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValueError("this must be an https:// address: without TLS, backups could be replaced on the way")
    return value.rstrip("/")


class BackupSettings(CoreSettings):
    """Where backups are stored, how often, for how long and for whom."""

    backup_to: Annotated[str, AfterValidator(_place)] | None = None
    backup_every: Annotated[timedelta | None, BeforeValidator(parse_duration)] = None
    backup_recipients: Annotated[
        tuple[Annotated[str, AfterValidator(_recipient)], ...], NoDecode, BeforeValidator(split_list)
    ] = ()
    backup_keep: int = Field(default=7, ge=1, le=10_000)
    backup_keep_daily: int = Field(default=0, ge=0, le=10_000)
    backup_keep_weekly: int = Field(default=0, ge=0, le=10_000)
    backup_s3_endpoint: Annotated[str, AfterValidator(_endpoint)] | None = None
    backup_s3_region: str = "us-east-1"
    backup_s3_access_key_id: str | None = None
    backup_s3_secret_access_key: SecretStr | None = None

    @property
    def backup_place(self) -> str:
        """The folder or bucket of backups: by default, a folder beside the data."""
        return self.backup_to or str(self.data_dir / "backups")

    def find_conflicts(self, invalid: Container[str] = ()) -> Iterator[str]:
        """Yield a line for each rule for several settings that is broken: see `CoreSettings.find_conflicts`."""
        yield from super().find_conflicts(invalid)
        keys = {"backup_s3_access_key_id", "backup_s3_secret_access_key"}
        if len({bool(getattr(self, name)) or name in invalid for name in keys}) > 1:
            yield "BACKUP_S3_ACCESS_KEY_ID and BACKUP_S3_SECRET_ACCESS_KEY: set both, or none"
