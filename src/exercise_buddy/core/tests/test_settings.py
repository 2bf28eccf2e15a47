import pytest
from pydantic import ValidationError

from exercise_buddy.core.settings import CoreSettings, database_url
from tests.support import SECRET


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("postgres://u:p@h/d", "postgresql://u:p@h/d"),
        ("postgresql://u:p@h:6543/d", "postgresql://u:p@h:6543/d"),
        ("postgresql+asyncpg://u:p@h/d?ssl=require", "postgresql://u:p@h/d?sslmode=require"),
        ("postgresql+psycopg://u@h/d?sslmode=verify-full", "postgresql://u@h/d?sslmode=verify-full"),
        ("postgresql://u:p%40ss@h/d", "postgresql://u:p%40ss@h/d"),
        ("postgresql://u@[::1]:5432/d", "postgresql://u@[::1]:5432/d"),
        ("postgresql://u@/d?host=/var/run/postgresql", "postgresql://u@/d?host=%2Fvar%2Frun%2Fpostgresql"),
        ("postgresql://u:p@h/d?sslmode=require&channel_binding=require", "postgresql://u:p@h/d?sslmode=require"),
        ("postgresql://u:p@h/d?connect_timeout=10&application_name=x", "postgresql://u:p@h/d?application_name=x"),
    ],
)
def test_database_urls_are_taken_as_people_write_them(written: str, read: str) -> None:
    assert database_url(written) == read


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("mysql://u:p@h/d", "must be a PostgreSQL URL"),
        ("host=localhost dbname=x", "must be a PostgreSQL URL"),
        ("postgresql:/h/d", "must be a PostgreSQL URL"),
        ("postgresql:///d", "names no host"),
        ("postgresql://h", "names no database"),
        ("postgresql://u:p@h:port/d", "cannot be read"),
        ("postgresql://u:p@h/d?sslmode=maybe", "sslmode is one of"),
    ],
)
def test_wrong_database_urls_are_explained(written: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        database_url(written)


def settings(**values: object) -> CoreSettings:
    return CoreSettings.model_validate({"secret_key": SECRET} | values)


@pytest.mark.parametrize(
    "secret", ["short", "a" * 48, "change-me-change-me-change-me-change-me", "your-secret-key" * 3]
)
def test_a_weak_secret_is_refused_outside_debug(secret: str) -> None:
    with pytest.raises(ValidationError):
        settings(secret_key=secret)

    assert settings(secret_key=secret, debug=True).debug


@pytest.mark.parametrize(
    "written", ["https://a.example, http://b.example:8080", '["https://a.example/", "http://b.example:8080"]']
)
def test_lists_are_json_or_comma_separated(written: str) -> None:
    assert settings(cors_origins=written).cors_origins == ["https://a.example", "http://b.example:8080"]


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("HTTPS://App.Example.org/", "https://app.example.org"),
        ("https://app.example.org:443", "https://app.example.org"),
        ("http://[::1]:80", "http://[::1]"),
        ("http://app.example.org:443", "http://app.example.org:443"),
    ],
)
def test_an_origin_is_that_which_browsers_send(written: str, sent: str) -> None:
    assert settings(cors_origins=written).cors_origins == [sent]


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "example.org",
        "https://*.example.org",
        "https://a.example/path",
        "[nonsense",
        "https://a.example:port",
        "https://a.example:99999",
        "https://a.example\\path",
        "https://[::1",
        "https://:443",
    ],
)
def test_an_origin_is_exact(origin: str) -> None:
    with pytest.raises(ValidationError):
        settings(cors_origins=origin)


@pytest.mark.parametrize(
    "written", ["anonymous=5/minute,signed_in=9/hour", '{"anonymous": "5/minute", "signed_in": "9/hour"}']
)
def test_limits_are_pairs_or_json(written: str) -> None:
    assert settings(rate_limits=written).rate_limits == {"anonymous": "5/minute", "signed_in": "9/hour"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rate_limits", "anonymous=often"),
        ("rate_limits", "anonymous=0/minute"),
        ("rate_limits", "anonymous"),
        ("rate_limit_storage_url", "mongodb://h"),
        ("rate_limit_storage_url", "valkey://h:port/0"),
        ("rate_limit_storage_url", "redis://:pa/ss@h:6379/0"),
        ("rate_limit_storage_url", "valkey://h:6379/0?no_such_option=1"),
        ("trusted_proxies", "the one in front"),
        ("port", 0),
        ("port", 65536),
        ("algorithm", "none"),
        ("log_format", "xml"),
        ("database_pool_size", 0),
    ],
)
def test_wrong_values_are_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError):
        settings(**{name: value})


def test_neither_secret_nor_database_password_shows() -> None:
    shown = repr(settings(database_url="postgresql://u:hunter2@h/d"))

    assert "hunter2" not in shown
    assert SECRET not in shown


@pytest.mark.parametrize(
    "url", ["postgresql://u@a,b/d", "postgresql://u@/d?host=a,b", "postgresql://u@/d?host=/a,/b&port=1,2"]
)
def test_a_replica_is_one_server(url: str) -> None:
    with pytest.raises(ValidationError, match="several servers"):
        CoreSettings(secret_key=SECRET, database_url="postgresql://u@a/d", database_replica_url=url)


def test_a_replica_and_a_pooler_need_the_database() -> None:
    url = "postgresql://u:x,y@a/d"
    alone = CoreSettings(secret_key=SECRET, database_replica_url=url, database_pooler_url=url)
    whole = alone.model_copy(update={"database_url": alone.database_replica_url})

    assert [line.partition(":")[0] for line in alone.find_conflicts()] == [
        "DATABASE_REPLICA_URL",
        "DATABASE_POOLER_URL",
    ]
    assert list(whole.find_conflicts()) == list(alone.find_conflicts({"database_url"})) == []
