"""Where the settings come from, and what a wrong one is answered with."""

import stat
from pathlib import Path

import pytest

from exercise_buddy.settings import Settings, SettingsError, _Environment, load_settings
from exercise_buddy.startup import get_database_url

URL = "postgresql://ann:secret-word@db.example.org/exercise_buddy"
SECRET = "nine-and-forty-letters-of-which-no-two-neighbours"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, and an environment without any of our names."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def complaints() -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return str(caught.value).splitlines()


def test_the_environment_wins_over_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text("APP_NAME=from the file\nPORT=9000\nUNRELATED=1\n")
    monkeypatch.setenv("APP_NAME", "from the environment")

    settings = load_settings()

    assert (settings.app_name, settings.port) == ("from the environment", 9000)
    assert load_settings(port=7000).port == 7000


def test_a_secret_of_a_container_is_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "database_url").write_text(f"{URL}\n")
    monkeypatch.setitem(_Environment.model_config, "secrets_dir", folder)
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("SECRET_KEY", SECRET)

    settings = load_settings()
    monkeypatch.setenv("DATABASE_URL", "postgresql://ann@elsewhere/x")

    assert get_database_url(settings) == URL
    assert get_database_url(load_settings()) == "postgresql://ann@elsewhere/x"


def test_empty_means_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "CORS_ORIGINS", "GOOGLE_CLIENT_ID", "SECRET_KEY", "TRUSTED_PROXIES"):
        monkeypatch.setenv(name, "")

    settings = load_settings()

    assert settings.database_url is None
    assert settings.cors_origins == ["http://localhost:5173"]
    assert settings.google_client_id is None


def test_the_web_client_is_here_unless_its_address_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8123")
    assert load_settings().frontend_origin == "http://localhost:8123"

    monkeypatch.setenv("FRONTEND_URL", "http://localhost:5173")
    assert load_settings().frontend_origin == "http://localhost:5173"


def test_without_a_database_the_secret_is_made_and_kept(folder: Path) -> None:
    first = load_settings().secret_key

    assert load_settings().secret_key == first
    assert (folder / ".data" / "secret_key").read_text() == first.get_secret_value()
    assert stat.S_IMODE((folder / ".data" / "secret_key").stat().st_mode) == 0o600
    assert len(first.get_secret_value()) >= 48


def test_a_container_keeps_its_secret_where_it_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    monkeypatch.setenv("SECRET_KEY_FILE", str(folder / "volume" / "key"))

    first = load_settings().secret_key

    assert load_settings().secret_key == first
    assert (folder / "volume" / "key").read_text() == first.get_secret_value()


def test_a_secret_of_the_environment_is_not_written_anywhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("SECRET_KEY_FILE", str(folder / "key"))

    assert load_settings().secret_key.get_secret_value() == SECRET
    assert list(folder.iterdir()) == []


def test_a_secret_file_that_cannot_be_made_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "file").write_text("")
    monkeypatch.setenv("SECRET_KEY_FILE", str(folder / "file" / "key"))

    assert complaints() == [f"SECRET_KEY_FILE: {folder}/file/key cannot be read or created: File exists"]


def test_a_secret_file_that_is_no_text_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "key").write_bytes(b"\xff" * 48)
    (folder / "key").chmod(0o600)
    monkeypatch.setenv("SECRET_KEY_FILE", str(folder / "key"))

    assert complaints() == [f"SECRET_KEY_FILE: {folder}/key is not text in UTF-8"]


def test_a_kept_secret_that_is_weak_is_refused_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "key").write_text("short")
    (folder / "key").chmod(0o600)
    monkeypatch.setenv("SECRET_KEY_FILE", str(folder / "key"))

    (line,) = complaints()

    assert line.startswith("SECRET_KEY: a secret has at least 32 bytes")


def test_a_secret_that_others_can_read_is_refused(folder: Path) -> None:
    load_settings()
    (folder / ".data" / "secret_key").chmod(0o644)

    (line,) = complaints()

    assert line.startswith(f"DATA_DIR: {folder}/.data/secret_key is open to other users. Close it: chmod go= ")


def test_no_secret_is_made_where_others_can_replace_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "open").mkdir()
    (folder / "open").chmod(0o777)
    monkeypatch.setenv("DATA_DIR", str(folder / "open" / "data"))

    (line,) = complaints()

    assert line.startswith(f"DATA_DIR: Other users may write to {folder}/open.")
    assert list((folder / "open").iterdir()) == []


def test_with_a_database_the_secret_must_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)

    (line,) = complaints()

    assert line.startswith("SECRET_KEY: is missing")


def test_debug_makes_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    monkeypatch.setenv("DEBUG", "true")

    assert load_settings().secret_key.get_secret_value()


def test_one_line_for_each_mistake_and_no_secret_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {
        "DATABASE_URL": "mysql://ann:hunter2@db/x",
        "PORT": "seventy",
        "SECRET_KEY": "hunter2",
        "CORS_ORIGINS": "https://a.example.org,*",
        "ACCESS_TOKEN_EXPIRE_MINUTES": "0",
        "ALGORITHM": "none",
        "LOG_FORMAT": "xml",
        "RATE_LIMITS": "anonymous=often",
        "RATE_LIMIT_STORAGE_URL": "http://cache",
        "TRUSTED_PROXIES": "10.0.0.1/8",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)

    lines = complaints()

    assert sorted(line.split(":")[0].split(",")[0] for line in lines) == sorted(wrong)
    assert "CORS_ORIGINS, entry 1" in "\n".join(lines)
    assert "hunter2" not in "\n".join(lines)


@pytest.mark.parametrize(
    "written", ["https://a.example.org,https://b.example.org", '["https://a.example.org", "https://b.example.org"]']
)
def test_lists_are_written_either_way(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("CORS_ORIGINS", written)

    assert load_settings().cors_origins == ["https://a.example.org", "https://b.example.org"]


def test_the_example_names_every_setting_and_only_those() -> None:
    example = (Path(__file__).parents[1] / ".env.example").read_text()
    named = {
        line.removeprefix("#").split("=")[0].strip()
        for line in example.splitlines()
        if "=" in line and line[:2] != "# "
    }

    assert named == {name.upper() for name in Settings.model_fields}


def test_a_file_in_another_encoding_is_named(folder: Path) -> None:
    (folder / ".env").write_bytes(b"APP_NAME=\xdcbung\n")

    assert complaints() == [".env: this is not text in UTF-8 (byte 10)"]


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"SMTP_HOST": "http://mail:25"}, "SMTP_HOST"),
        ({"SMTP_HOST": "mail:25"}, "SMTP_HOST"),
        ({"SMTP_HOST": "mail", "SMTP_USERNAME": "ann"}, "SMTP_USERNAME and SMTP_PASSWORD"),
        ({"SMTP_USERNAME": "ann", "SMTP_PASSWORD": "x"}, "SMTP_HOST"),
        ({"GOOGLE_ISSUER": "https://accounts.example.org:port"}, "GOOGLE_ISSUER"),
        ({"GITHUB_API_URL": "https://[::1"}, "GITHUB_API_URL"),
        ({"GOOGLE_CLIENT_ID": "x"}, "GOOGLE"),
        (
            {
                "GITHUB_CLIENT_ID": "x",
                "GITHUB_CLIENT_SECRET": "y",
                "GITHUB_REDIRECT_URI": "https://api.example.org/api/v1/auth/providers/google/callback",
            },
            "GITHUB_REDIRECT_URI",
        ),
    ],
)
def test_settings_that_cannot_work_together_are_named(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], named: str
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)

    (line,) = complaints()

    assert line.startswith(f"{named}:")


@pytest.mark.parametrize(
    "name",
    [
        "FRONTEND_URL",
        "BREACHED_PASSWORDS_URL",
        "GOOGLE_ISSUER",
        "GITHUB_REDIRECT_URI",
        "GITHUB_AUTHORIZE_URL",
        "DISCORD_TOKEN_URL",
        "DISCORD_API_URL",
    ],
)
@pytest.mark.parametrize(
    "host", ["app.example.org", "localhost.example.org", "mylocalhost", "10.0.0.1", "[fe80::1]:5173"]
)
def test_addresses_without_tls_are_refused(monkeypatch: pytest.MonkeyPatch, name: str, host: str) -> None:
    monkeypatch.setenv(name, f"http://{host}")

    lines = complaints()

    assert lines[0].startswith(f"{name}: this must be an https:// address")
    monkeypatch.setenv("DEBUG", "true")
    monkeypatch.delenv("GITHUB_REDIRECT_URI", raising=False)
    assert load_settings().debug


@pytest.mark.parametrize(
    "host", ["localhost:5173", "127.0.0.1", "127.9.9.9:80", "[::1]:5173", "LOCALHOST", "app.localhost"]
)
def test_addresses_on_this_machine_need_no_tls(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("FRONTEND_URL", f"http://{host}")
    monkeypatch.setenv("GOOGLE_ISSUER", f"http://{host}")

    assert load_settings().google_issuer == f"http://{host}"


def test_pages_on_other_sites_need_tls_and_origins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFRESH_COOKIE_SAMESITE", "None")
    monkeypatch.setenv("CORS_ORIGINS", "https://app.example.org,http://localhost:5173")
    assert load_settings().refresh_cookie_samesite == "none"

    for name, value, expected in (
        ("DEBUG", "true", "REFRESH_COOKIE_SAMESITE: none needs Secure cookies"),
        ("CORS_ORIGINS", "[]", "REFRESH_COOKIE_SAMESITE: none is for pages on other sites"),
        ("CORS_ORIGINS", "http://app.example.org", "CORS_ORIGINS: http://app.example.org has no TLS"),
        ("REFRESH_COOKIE_SAMESITE", "always", "REFRESH_COOKIE_SAMESITE: Input should be 'lax', 'strict' or 'none'"),
    ):
        with monkeypatch.context() as changed:
            changed.setenv(name, value)
            (line,) = complaints()
        assert line.startswith(expected)
