"""The settings of all slices in one class. Only this module reads the environment, `.env` and `/run/secrets`."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from pydantic import ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.core.files import write_atomically
from exercise_buddy.core.ops.backup_settings import BackupSettings
from exercise_buddy.core.private_files import UnsafePathError, check_secret_file, prepare_folder
from exercise_buddy.counting.settings import CountingSettings
from exercise_buddy.statistics.settings import StatisticsSettings
from exercise_buddy.transfers.settings import TransfersSettings
from exercise_buddy.web.settings import WebSettings

_ADVICE = (
    "is missing. Make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))' "
    "(or name a file for it: SECRET_KEY_FILE)"
)

# Where containers find files with secrets, such as the file `database_url`.
_SECRETS_DIR = Path("/run/secrets")


class Settings(AuthSettings, BackupSettings, CountingSettings, StatisticsSettings, TransfersSettings, WebSettings):
    """The settings of the program. The class reads no environment: tests and tools pass values in."""


class SettingsError(Exception):
    """The settings are invalid. The text has one line per error."""


class _InvalidValuesError(Exception):
    """The errors of the settings, and the settings with defaults in place of invalid values."""

    def __init__(self, errors: list[str], settings: Settings) -> None:
        super().__init__(errors)
        self.errors = errors
        self.settings = settings


class _Environment(BaseSettings, Settings):
    """`Settings` that come from the environment, `.env` and the secrets of a container."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
        # A missing folder would be a warning.
        secrets_dir=_SECRETS_DIR if _SECRETS_DIR.is_dir() else None,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources in order: the environment, `.env`, a file per setting, the file with the secret."""
        return init_settings, env_settings, dotenv_settings, file_secret_settings, _SecretKeyFile(settings_cls)

    @model_validator(mode="wrap")
    @classmethod
    def _collect_errors(cls, values: dict[str, Any], handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Return the settings, or raise all errors: defaults replace invalid values while the other rules are checked.

        Raises:
            _InvalidValuesError: values are invalid or missing, or cannot work together.

        """
        errors: list[str] = []
        invalid: set[str] = set()
        if isinstance(unreadable := values.get("secret_key"), SettingsError):
            errors.append(str(unreadable))
            values = values | {"secret_key": _generate_secret()}
        try:
            settings = handler(values)
        except ValidationError as error:
            errors += [_describe_error(item) for item in error.errors()]
            invalid = {str(item["loc"][0]) for item in error.errors()}
            valid = {name: value for name, value in values.items() if name not in invalid}
            settings = handler({"secret_key": _generate_secret()} | valid)
        errors += settings.find_conflicts(invalid)
        if errors:
            raise _InvalidValuesError(errors, settings)
        return settings


class _SecretKeyFile(PydanticBaseSettingsSource):
    """Reads the secret from a file if the environment has none: for the embedded database and for containers."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return no value. The base class requires this method; `__call__` does the work."""
        del field
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the secret of the file, which is created if it does not exist."""
        found = self.current_state
        if found.get("secret_key"):
            return {}
        data_dir = Path(str(found.get("data_dir") or Settings.model_fields["data_dir"].default))
        if found.get("secret_key_file"):
            setting, path = "SECRET_KEY_FILE", Path(str(found["secret_key_file"]))
        elif not found.get("database_url") or str(found.get("debug", "")).lower() in {"1", "true", "yes", "on"}:
            setting, path = "DATA_DIR", data_dir / "secret_key"
        else:
            return {}
        try:
            return {"secret_key": _stored_secret(setting, path)}
        except SettingsError as error:
            # Raised here, it would hide the errors of all other settings.
            return {"secret_key": error}


def _generate_secret() -> str:
    return secrets.token_urlsafe(48)


def _stored_secret(setting: str, path: Path) -> str:
    """Return the secret of the file that a setting names, which the first of several processes creates."""
    try:
        if not path.exists():
            prepare_folder(path.parent)
            with suppress(FileExistsError), write_atomically(path, overwrite=False) as draft:
                draft.write(_generate_secret().encode())
        check_secret_file(path)
        return path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise SettingsError(f"{setting}: {path} is not text in UTF-8") from None
    except UnsafePathError as error:
        raise SettingsError(f"{setting}: {error}") from None
    except OSError as error:
        raise SettingsError(f"{setting}: {path} cannot be read or created: {error.strerror}") from None


def load_settings(*checks: Callable[[Settings], object], **overrides: Any) -> Settings:  # noqa: ANN401  (any setting)
    """Read the settings from the environment and from `.env` in the current folder, and report all errors at once.

    Args:
        checks: called in order; a ValueError is one more error. They see defaults in place of invalid values.
        overrides: settings by their lower-case names; they take precedence.

    Raises:
        SettingsError: values are invalid or missing, or cannot work together.

    """
    errors: list[str] = []
    try:
        found: Settings = _Environment(**overrides)
    except _InvalidValuesError as invalid:
        errors, found = invalid.errors, invalid.settings
    except UnicodeDecodeError as error:
        raise SettingsError(f".env: this is not text in UTF-8 (byte {error.start + 1})") from None
    settings = Settings.model_construct(found.model_fields_set, **found.__dict__)
    for check in checks:
        try:
            check(settings)
        except ValueError as error:
            errors.append(str(error))
    if errors:
        raise SettingsError("\n".join(errors))
    return settings


def _describe_error(item: Any) -> str:  # noqa: ANN401  (pydantic's error details)
    name, *path = item["loc"]
    if item["type"] == "missing" and name == "secret_key":
        return f"SECRET_KEY: {_ADVICE}"
    where = "".join(f", entry {part}" for part in path)
    return f"{str(name).upper()}{where}: {item['msg'].removeprefix('Value error, ')}"
