import pytest

from exercise_buddy.core.db.sql_files import SqlFile, load_sql


def test_parameters_become_placeholders_in_the_order_of_their_first_use() -> None:
    statement = SqlFile("name", "SELECT :second, :first, :second WHERE day > :first")

    assert statement.sql == "SELECT $1, $2, $1 WHERE day > $2"
    assert statement.arguments({"first": 1, "second": 2, "other": 3}) == [2, 1]


@pytest.mark.parametrize("text", ["SELECT '1'::date", "-- :user_id  uuid\nSELECT 1", "SELECT 'at 10:30', ':name'"])
def test_a_cast_a_comment_and_a_string_have_no_parameter(text: str) -> None:
    statement = SqlFile("name", text)

    assert statement.sql == text
    assert statement.arguments({}) == []


def test_a_parameter_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="user_id"):
        SqlFile("name", "SELECT :user_id").arguments({})


def test_a_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        load_sql("exercise_buddy.core.db", "missing.sql")
