"""The settings of auth."""

import ipaddress
from collections.abc import Container, Iterator
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo, field_validator

from exercise_buddy.core.settings import CoreSettings, check_host, origin

_PROVIDERS = ("google", "github", "discord")


class SmtpSecurity(StrEnum):
    """The encryption of the connection to the SMTP server."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


def _check_sender(value: str) -> str:
    try:
        validate_email(parseaddr(value)[1], check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise ValueError("this is not a sender, such as Exercise Buddy <no-reply@example.org>") from None
    return value


def _check_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        extra = parts.query or parts.fragment
        valid = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0 and not extra
    except ValueError:
        # An invalid port, or an incomplete IPv6 address.
        valid = False
    if not valid:
        raise ValueError("this must be an http:// or https:// address without ? and #")
    return value


def _normalize_url(value: str) -> str:
    return _check_address(value).rstrip("/")


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        # Names below localhost are this machine too (RFC 6761, section 6.3): one for each site, for development.
        return f".{host.rstrip('.')}".endswith(".localhost")


Url = Annotated[str, AfterValidator(_normalize_url)]
# Compared exactly with the issuer that the provider publishes: some issuers end with a slash.
Issuer = Annotated[str, AfterValidator(_check_address)]

# Headers and libraries write it in any case.
SameSite = Annotated[
    Literal["lax", "strict", "none"],
    BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value),
]


class AuthSettings(CoreSettings):
    """The settings of auth."""

    access_token_expire_minutes: int = Field(default=15, ge=1, le=60 * 24)
    refresh_token_expire_days: int = Field(default=7, ge=1, le=365)
    account_deletion_grace_days: int = Field(default=7, ge=0, le=365)
    session_max_days: int = Field(default=30, ge=1, le=365)
    refresh_cookie_samesite: SameSite = "lax"
    quota_sessions: int = Field(default=50, ge=1, le=1000)
    frontend_url: Annotated[str, AfterValidator(origin)] | None = None

    password_min_length: int = Field(default=8, ge=8, le=64)
    breached_passwords_url: Url | None = None
    password_hash_memory_kib: int = Field(default=19 * 1024, ge=7 * 1024, le=1024 * 1024)
    password_hash_iterations: int = Field(default=2, ge=1, le=20)

    smtp_host: Annotated[str, AfterValidator(check_host)] | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: SmtpSecurity = SmtpSecurity.STARTTLS
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    mail_from: Annotated[str, AfterValidator(_check_sender)] = "Exercise Buddy <no-reply@localhost.localdomain>"
    mail_outbox_dir: Path | None = None
    reveal_taken_email: bool | None = None

    google_client_id: str | None = None
    google_client_secret: SecretStr | None = None
    google_redirect_uri: Url | None = None
    google_issuer: Issuer = "https://accounts.google.com"
    github_client_id: str | None = None
    github_client_secret: SecretStr | None = None
    github_redirect_uri: Url | None = None
    github_authorize_url: Url = "https://github.com/login/oauth/authorize"
    github_token_url: Url = "https://github.com/login/oauth/access_token"  # noqa: S105  (an address)
    github_api_url: Url = "https://api.github.com"
    discord_client_id: str | None = None
    discord_client_secret: SecretStr | None = None
    discord_redirect_uri: Url | None = None
    discord_authorize_url: Url = "https://discord.com/oauth2/authorize"
    discord_token_url: Url = "https://discord.com/api/oauth2/token"  # noqa: S105
    discord_api_url: Url = "https://discord.com/api"

    @property
    def frontend_origin(self) -> str:
        """The origin of the web client, to which redirects and links in mails lead: by default, this server's."""
        return self.frontend_url or f"http://localhost:{self.port}"

    @property
    def uses_partitioned_cookies(self) -> bool:
        """Whether pages on other sites hold sessions in cookies of their own."""
        return self.refresh_cookie_samesite == "none"

    @property
    def outbox_dir(self) -> Path:
        """The folder for mails if no SMTP server is configured."""
        return self.mail_outbox_dir or self.data_dir / "outbox"

    @property
    def reveals_taken_email(self) -> bool:
        """Whether a registration reveals that an address is taken. By default, only if the service sends no mail."""
        return self.smtp_host is None if self.reveal_taken_email is None else self.reveal_taken_email

    @field_validator(
        "frontend_url",
        "breached_passwords_url",
        *(f"{provider}_redirect_uri" for provider in _PROVIDERS),
        "google_issuer",
        *(f"{provider}_{url}_url" for provider in ("github", "discord") for url in ("authorize", "token", "api")),
    )
    @classmethod
    def _encrypted(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value and not info.data.get("debug") and value.startswith("http:") and not _is_loopback(value):
            raise ValueError("this must be an https:// address: without TLS, codes and tokens could be read on the way")
        return value

    def find_conflicts(self, invalid: Container[str] = ()) -> Iterator[str]:
        """Yield a line for each rule for several settings that is broken: see `CoreSettings.find_conflicts`."""
        yield from super().find_conflicts(invalid)

        def is_set(name: str) -> bool:
            return name in invalid or bool(getattr(self, name))

        yield from self._find_cookie_conflicts()
        if is_set("smtp_username") != is_set("smtp_password"):
            yield "SMTP_USERNAME and SMTP_PASSWORD: set both, or none"
        if is_set("smtp_username") and not is_set("smtp_host"):
            yield "SMTP_HOST: it is missing, though SMTP_USERNAME is set"
        for provider in _PROVIDERS:
            names = [f"{provider}_{part}" for part in ("client_id", "client_secret", "redirect_uri")]
            missing = [name.upper() for name in names if not is_set(name)]
            if 0 < len(missing) < len(names):
                yield f"{provider.upper()}: set {' and '.join(missing)} too, or none of the three"
            redirect_uri: str | None = getattr(self, names[-1])
            callback = f"/auth/providers/{provider}/callback"
            # The former one may still be registered at the provider (`main.FORMER_PATHS`).
            if redirect_uri and not redirect_uri.endswith((callback, f"/auth/{provider}/callback")):
                yield f"{provider.upper()}_REDIRECT_URI: it ends with /api/v1{callback}"

    def _find_cookie_conflicts(self) -> Iterator[str]:
        if not self.uses_partitioned_cookies:
            return
        if self.debug:
            yield "REFRESH_COOKIE_SAMESITE: none needs Secure cookies, and DEBUG sends them without. Turn DEBUG off"
        if not self.cors_origins:
            yield "REFRESH_COOKIE_SAMESITE: none is for pages on other sites. List their origins in CORS_ORIGINS"
        for page in self.cors_origins:
            if page.startswith("http:") and not _is_loopback(page):
                yield (
                    f"CORS_ORIGINS: {page} has no TLS, so anybody on its network could write a page that gets the"
                    " session (REFRESH_COOKIE_SAMESITE=none). Use https"
                )
