"""The settings of auth."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from exercise_buddy.core.settings import CoreSettings, origin


class AuthSettings(CoreSettings):
    """What auth needs to know. The providers' settings wait for the sign-in with providers."""

    access_token_expire_minutes: int = Field(default=15, ge=1, le=60 * 24)
    refresh_token_expire_days: int = Field(default=7, ge=1, le=365)
    session_max_days: int = Field(default=30, ge=1, le=365)
    frontend_url: Annotated[str, AfterValidator(origin)] = "http://localhost:5173"

    password_hash_memory_kib: int = Field(default=19 * 1024, ge=7 * 1024, le=1024 * 1024)
    password_hash_iterations: int = Field(default=2, ge=1, le=20)

    google_client_id: str | None = None
    google_client_secret: SecretStr | None = None
    google_redirect_uri: str | None = None
    github_client_id: str | None = None
    github_client_secret: SecretStr | None = None
    github_redirect_uri: str | None = None
    discord_client_id: str | None = None
    discord_client_secret: SecretStr | None = None
    discord_redirect_uri: str | None = None
