"""The settings of the kernel. Their names are the environment variables in lower case."""

import ipaddress
import json
import re
from collections.abc import Container, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from limits import parse as parse_limit
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import NoDecode
from valkey.asyncio import ConnectionPool

from exercise_buddy.core.quotas import Quotas

MIN_SECRET_BYTES = 32
MIN_SECRET_VARIETY = 8

KeyPairAlgorithm = Literal["EdDSA", "ES256"]
"""The algorithms that sign with a private key and verify with a public key."""

# Query parameters of connection URLs that libpq knows; asyncpg would send them to the server as session settings.
_LIBPQ_ONLY = {
    "channel_binding",
    "connect_timeout",
    "gssencmode",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "tcp_user_timeout",
}
_SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}
_ORIGIN = re.compile(r"https?://[^/?#@*\s\\]+")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9._-]+)?")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_PLACEHOLDER = re.compile(r"change|secret.?key|your.?secret|example|default|insecure|password", re.IGNORECASE)


def split_list(value: Any) -> Any:  # noqa: ANN401  (whatever the environment or a caller holds)
    """Return the list that a setting contains, as JSON or as comma-separated values."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith(("[", "{")):
        try:
            return json.loads(value)
        except ValueError:
            raise ValueError("this begins like JSON but is not valid JSON") from None
    return [part.strip() for part in value.split(",") if part.strip()]


def split_pairs(value: Any) -> Any:  # noqa: ANN401
    """Return the mapping that a setting contains, as JSON or as comma-separated name=value pairs."""
    parts = split_list(value)
    if not isinstance(parts, list):
        return parts
    if not all(isinstance(part, str) and "=" in part for part in parts):
        raise ValueError("write it as name=value,name=value")
    return dict(part.split("=", 1) for part in parts)


def origin(value: str) -> str:
    """Return an origin (scheme, host and port) as browsers write it: in lower case and without the default port.

    Raises:
        ValueError: the text is not an origin.

    """
    text = value.rstrip("/").lower()
    scheme = text.partition(":")[0]
    try:
        valid = _ORIGIN.fullmatch(text) is not None and urlsplit(text).hostname and urlsplit(text).port != 0
    except ValueError:
        # The port is not a number, or an IPv6 address is incomplete.
        valid = False
    if not valid:
        raise ValueError(f"{value!r} is not an origin, such as https://app.example.org (no path, no *)")
    return text.removesuffix(_DEFAULT_PORTS[scheme])


def database_url(value: str) -> str:
    """Return a PostgreSQL URL in the form that asyncpg reads.

    Accepts `postgres://`, `postgresql://` and `postgresql+driver://`, `sslmode=` and SQLAlchemy's `ssl=`.

    Raises:
        ValueError: the URL is not valid; the text says why.

    """
    try:
        parts = urlsplit(value)
        scheme = parts.scheme.partition("+")[0]
        _ = parts.port
    except ValueError:
        raise ValueError(
            "this URL cannot be read; special characters in user name and password must be percent-encoded"
        ) from None
    if scheme not in {"postgres", "postgresql"} or not value.partition(":")[2].startswith("//"):
        raise ValueError("this must be a PostgreSQL URL, such as postgresql://user:password@host:5432/database")
    query = {("sslmode" if name == "ssl" else name): text for name, text in parse_qsl(parts.query)}
    if not parts.hostname and "host" not in query:
        raise ValueError("this names no host")
    if not parts.path.strip("/") and "dbname" not in query and "database" not in query:
        raise ValueError("this names no database (the part after the host, such as /exercise_buddy)")
    if (mode := query.get("sslmode", "prefer")) not in _SSL_MODES:
        raise ValueError(f"sslmode is one of {', '.join(sorted(_SSL_MODES))}, not {mode!r}")
    kept = {name: text for name, text in query.items() if name not in _LIBPQ_ONLY}
    return urlunsplit(("postgresql", parts.netloc, parts.path, urlencode(kept), ""))


def _limit(value: str) -> str:
    try:
        amount = parse_limit(value).amount
    except ValueError:
        amount = 0
    if amount < 1:
        raise ValueError(f"{value!r} is not a limit, such as 600/minute or 5/15 minutes")
    return value


def _storage_url(value: str) -> str:
    scheme = value.partition("://")[0]
    if scheme not in {"memory", "redis", "rediss", "valkey", "valkeys"}:
        raise ValueError("this is memory://, or the URL of a Redis or Valkey server such as valkey://host:6379/0")
    if scheme != "memory":
        try:
            # This opens no connection yet.
            ConnectionPool.from_url(value).make_connection()  # type: ignore[no-untyped-call]
        except (ValueError, TypeError):
            raise ValueError(
                "this URL cannot be read; special characters in the password must be percent-encoded"
            ) from None
    return value


def _network(value: str) -> str:
    try:
        ipaddress.ip_network(value)
    except ValueError:
        raise ValueError(f"{value!r} is not an IP address or network, such as 10.0.0.0/8") from None
    return value


def check_host(value: str) -> str:
    """Return the name or address of a host.

    Raises:
        ValueError: the text is something else, such as a URL or a host with a port.

    """
    if not _HOST.fullmatch(value):
        raise ValueError("this is not the name or address of a host (the port is a setting of its own)")
    return value


def _contact(value: str) -> str:
    if not value.startswith(("https://", "mailto:", "tel:")) or not value.isprintable() or " " in value:
        raise ValueError("this is a URI, such as mailto:security@example.org or https://example.org/security")
    return value


def _endpoint(value: str) -> str:
    if urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname:
        raise ValueError("this is a base URL, such as http://collector:4318")
    return value


def _secret_url(value: Any) -> Any:  # noqa: ANN401
    return database_url(value) if isinstance(value, str) else value


def _replica_url(value: Any) -> Any:  # noqa: ANN401
    url = _secret_url(value)
    if isinstance(url, str) and (
        "," in urlsplit(url).netloc.rpartition("@")[2] or "%2C" in urlsplit(url).query.upper()
    ):
        raise ValueError("this names several servers: a replica is one, as what it has once shown must stay so")
    return url


class CoreSettings(BaseModel):
    """The settings of the kernel."""

    app_name: str = "Exercise Buddy"
    version: str = Field(default_factory=lambda: version("exercise-buddy"))
    debug: bool = False
    host: Annotated[str, AfterValidator(check_host)] = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)

    database_url: Annotated[SecretStr | None, BeforeValidator(_secret_url)] = None
    database_replica_url: Annotated[SecretStr | None, BeforeValidator(_replica_url)] = None
    database_pooler_url: Annotated[SecretStr | None, BeforeValidator(_secret_url)] = None
    database_pool_size: int = Field(default=5, ge=1, le=200)
    data_dir: Path = Path(".data")

    secret_key_file: Path | None = None
    secret_key: SecretStr
    algorithm: Literal["HS256", "HS384", "HS512", "EdDSA", "ES256"] = "HS256"
    signing_keys_file: Path | None = None

    cors_origins: Annotated[list[Annotated[str, AfterValidator(origin)]], NoDecode, BeforeValidator(split_list)] = [
        "http://localhost:5173"
    ]
    trusted_proxies: Annotated[
        list[Annotated[str, AfterValidator(_network)]], NoDecode, BeforeValidator(split_list)
    ] = []

    rate_limit_storage_url: Annotated[str, AfterValidator(_storage_url)] = "memory://"
    rate_limit_processes: int | None = Field(default=None, ge=1)
    rate_limits: Annotated[
        dict[str, Annotated[str, AfterValidator(_limit)]], NoDecode, BeforeValidator(split_pairs)
    ] = {}

    max_connections: int = Field(default=2000, ge=1)
    max_connections_per_address: int = Field(default=64, ge=1)
    max_requests_in_flight: int = Field(default=64, ge=1)

    quota_stored_bytes: int = Field(default=1024**3, ge=1)
    quota_workouts: int = Field(default=100_000, ge=1, le=2**31 - 1)
    quota_body_measurements: int = Field(default=20_000, ge=1, le=2**31 - 1)
    quota_idempotency_keys: int = Field(default=10_000, ge=1, le=2**31 - 1)

    metrics_enabled: bool = False
    otel_exporter_otlp_endpoint: Annotated[str, AfterValidator(_endpoint)] | None = None
    docs_enabled: bool = True
    security_contact: Annotated[str, AfterValidator(_contact)] | None = None

    log_format: Literal["json", "console"] | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def quotas(self) -> Quotas:
        """What one account may store."""
        return Quotas(
            self.quota_stored_bytes, self.quota_workouts, self.quota_body_measurements, self.quota_idempotency_keys
        )

    @property
    def key_pair_algorithm(self) -> KeyPairAlgorithm | None:
        """The algorithm, or None if it signs with the secret key."""
        match self.algorithm:
            case "EdDSA" | "ES256" as algorithm:
                return algorithm
            case _:
                return None

    @property
    def signing_keys_path(self) -> Path:
        """The file with the keys of EdDSA and ES256."""
        return self.signing_keys_file or self.data_dir / "signing_keys.json"

    def find_conflicts(self, invalid: Container[str] = ()) -> Iterator[str]:
        """Yield a line for each rule for several settings that is broken.

        Args:
            invalid: the names of settings that have an invalid value, which was reported. Here they have their default.

        """
        if self.database_url is not None or "database_url" in invalid:
            return
        if self.database_replica_url is not None:
            yield "DATABASE_REPLICA_URL: set DATABASE_URL, the primary that this replica follows"
        if self.database_pooler_url is not None:
            yield "DATABASE_POOLER_URL: set DATABASE_URL, the server behind this pooler"

    @field_validator("secret_key")
    @classmethod
    def _strong_enough(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        if info.data.get("debug"):
            return value
        secret = value.get_secret_value()
        if len(secret.encode()) < MIN_SECRET_BYTES:
            raise ValueError(f"a secret has at least {MIN_SECRET_BYTES} bytes")
        if len(set(secret)) < MIN_SECRET_VARIETY or _PLACEHOLDER.search(secret):
            raise ValueError("this looks like a placeholder, not like a secret")
        return value
