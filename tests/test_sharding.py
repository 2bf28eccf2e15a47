"""The tables can be distributed by user, as docs/operating/scale.md says."""

import re

import pytest
from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint, Table, UniqueConstraint

from exercise_buddy.dev.explain import statements
from exercise_buddy.schema import metadata
from tests import sharding
from tests.sharding import PAGE, ROLES, find_faults
from tests.support import Connection

TABLES = list(metadata.sorted_tables)
TRIGGERS = """
SELECT c.relname, t.tgname FROM pg_trigger AS t INNER JOIN pg_class AS c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal
"""


def role(table: str) -> str:
    return ROLES[table].role


def key_of(table: Table) -> set[str]:
    return set(ROLES[table.name].key)


def test_the_page_lists_each_table_once() -> None:
    listed = re.findall(r"^\| `(\w+)` \| (?:distributed|reference|local) ", PAGE, re.MULTILINE)

    assert sorted(listed) == sorted(metadata.tables)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_key_of_a_table_is_in_what_must_be_unique(table: Table) -> None:
    unique = [
        set(constraint.columns.keys())
        for constraint in table.constraints
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint) and constraint.columns
    ]
    unique += [set(index.columns.keys()) for index in table.indexes if index.unique]

    assert unique
    if role(table.name) == "distributed":
        assert key_of(table) == ({"id"} if table.name == "user_account" else {"user_id"})
        assert all(key_of(table) <= columns for columns in unique)
    elif role(table.name) == "local":
        indexes = [set(list(index.columns.keys())[: len(key_of(table))]) for index in table.indexes]
        assert key_of(table) in [*unique, *indexes]
    else:
        assert key_of(table) == set()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_foreign_key_stays_in_the_shard_of_the_user(table: Table) -> None:
    for key in table.constraints:
        if not isinstance(key, ForeignKeyConstraint):
            continue
        pairs = {(element.parent.name, element.column.name) for element in key.elements}
        assert role(table.name) != "local", key.name
        if role(key.referred_table.name) == "distributed":
            assert role(table.name) == "distributed", key.name
            assert (*key_of(table), *key_of(key.referred_table)) in pairs, key.name
        else:
            assert role(key.referred_table.name) == "reference", key.name


async def test_the_page_lists_each_trigger(connection: Connection) -> None:
    part = PAGE.partition("| trigger | what it does |")[2].partition("\n\n")[0]
    listed = re.findall(r"^\| (`.+?) \|", part, re.MULTILINE)
    names = [name.removesuffix("…") for row in listed for name in re.findall(r"`([\w…]+)`", row)]
    rows = [tuple(row) for row in await connection.fetch(TRIGGERS)]

    assert [row for row in rows if not any(row[1].startswith(name) for name in names)] == []
    assert [
        name for name in names if name not in metadata.tables and not any(t.startswith(name) for _, t in rows)
    ] == []
    # The page says what to do with them: nothing, as these tables are not distributed.
    assert {table for table, name in rows if name == "tell"} == {"outgoing_mail"}


async def test_the_page_drops_the_triggers_of_the_former_release(connection: Connection) -> None:
    dropped = set(re.findall(r"^DROP TRIGGER (\w+) ON (\w+);", PAGE, re.MULTILINE))

    disabled = await connection.fetch(TRIGGERS + " AND t.tgenabled = 'D'")

    assert {(row[1], row[0]) for row in disabled} == dropped


@pytest.mark.parametrize("name", sorted(statements()))
def test_a_stored_statement_needs_the_rows_of_one_user(name: str) -> None:
    assert find_faults(statements()[name].sql) == []


@pytest.mark.parametrize(
    ("sql", "faults"),
    [
        ("SELECT id FROM workout WHERE user_id = $1::uuid AND id = $2", 0),
        ("SELECT id FROM workout WHERE id = $1", 1),
        ("SELECT 1 FROM workout AS w JOIN workout_set AS s ON s.workout_id = w.id WHERE w.user_id = $1", 1),
        ("SELECT 1 FROM workout AS w JOIN workout_set AS s ON s.user_id = w.user_id WHERE w.user_id = $1", 0),
        ("SELECT 1 FROM workout WHERE user_id = $1 AND EXISTS (SELECT FROM workout_set WHERE workout_id = id)", 1),
        ("SELECT slug FROM catalogue_exercise WHERE id = $1", 0),
        ("SELECT user_id FROM login_identifier WHERE kind = 'email' AND key = $1", 0),
        ("SELECT email FROM user_account AS a WHERE a.id = $1", 0),
        ("SELECT email FROM user_account WHERE email_key = $1", 1),
        ("UPDATE workout SET title = '' WHERE user_id = $1", 0),
        ("UPDATE workout SET title = '' WHERE id = $1", 1),
        ("DELETE FROM goal", 1),
        ("DELETE FROM goal WHERE user_id <> $1", 1),
        ("WITH gone AS (DELETE FROM goal WHERE user_id = $1 RETURNING *) SELECT * FROM gone", 1),
        ("INSERT INTO goal (user_id) VALUES ($1)", 0),
        ("INSERT INTO goal (user_id) SELECT user_id FROM workout", 1),
        ("WITH w AS (SELECT * FROM workout WHERE user_id = $1) SELECT * FROM w", 0),
    ],
)
def test_faults_are_found(sql: str, faults: int) -> None:
    assert len(find_faults(sql)) == faults


@pytest.mark.usefixtures("ann")
async def test_the_statements_of_requests_are_watched() -> None:
    """The person has registered and signed in, and the fixture of all tests checks what that took."""
    assert any(sql.startswith("INSERT INTO login_identifier") for sql in sharding.executed), sharding.executed


def test_the_commands_distribute_each_table_after_those_to_which_it_refers() -> None:
    commands = re.findall(
        r"^SELECT create_(reference|distributed)_table\('(\w+)'(?:, '(\w+)')?(, colocate_with => 'user_account')?\);$",
        PAGE,
        re.MULTILINE,
    )
    place = {table: number for number, (_, table, *_) in enumerate(commands)}

    assert {table: (kind, [column] if column else []) for kind, table, column, _ in commands} == {
        table: (role.role, role.key) for table, role in ROLES.items() if role.role != "local"
    }
    assert len(place) == len(commands)
    assert {table for kind, table, _, together in commands if kind == "distributed" and not together} == {
        "user_account"
    }
    for table in TABLES:
        for key in table.foreign_key_constraints:
            if table.name in place and key.referred_table is not table:
                assert place[key.referred_table.name] < place[table.name], (table.name, key.referred_table.name)


async def test_the_commands_distribute_the_functions_that_are_called(connection: Connection) -> None:
    called = {name for query in statements().values() for name in re.findall(r"\b(\w+)\(\s*\$", query.sql)}
    own = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND 'owner_id' = ANY (proargnames)"
    named = re.search(r"proname IN \((.*?)\)", PAGE)

    assert named is not None
    functions = [name for (name,) in await connection.fetch(own) if name in called]
    # Each once: those of former releases have other names.
    assert sorted(functions) == sorted(re.findall(r"\w+", named[1]))


REFUSED = """
SELECT conrelid::regclass::text, conname FROM pg_constraint AS c
WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text = ANY ($1) AND (
    contype = 'x'
    OR (contype IN ('p', 'u') AND condeferrable)
    OR (contype = 'f' AND confupdtype IN ('c', 'n', 'd'))
    OR (
        contype = 'f' AND confdeltype IN ('n', 'd') AND EXISTS (
            SELECT FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey) AND attname = 'user_id'
        )
    )
)
"""


async def test_no_distributed_table_has_a_constraint_that_citus_refuses(connection: Connection) -> None:
    """Those that its documentation and its own tests name; deferred foreign keys are among those that they accept."""
    distributed = [table for table, role in ROLES.items() if role.role == "distributed"]

    assert await connection.fetch(REFUSED, distributed) == []
