"""`exercise-buddy keys`, as an operator uses it."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from exercise_buddy.cli import app as cli
from exercise_buddy.core.security.key_files import SigningKeysError
from exercise_buddy.settings import Settings, load_settings
from exercise_buddy.startup import open_key_ring

URL = "postgresql://ann:secret-word@db.example.org/exercise_buddy"
SECRET = "nine-and-forty-letters-of-which-no-two-neighbours"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, and the settings of a service that uses EdDSA."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in {"DATABASE_URL": URL, "SECRET_KEY": SECRET, "ALGORITHM": "EdDSA"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def keys(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["keys", *arguments])


def stored(path: Path = Path(".data/signing_keys.json")) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text())["keys"]
    return found


def test_keys_are_created_at_the_configured_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(folder / "data"))
    monkeypatch.setenv("ALGORITHM", "ES256")

    made = keys("generate")

    path = folder / "data" / "signing_keys.json"
    (key,) = stored(path)
    assert (made.exit_code, key["alg"]) == (0, "ES256")
    assert made.output == f"Created {path} with the key {key['kid']} for ES256.\n"
    monkeypatch.setenv("SIGNING_KEYS_FILE", "other.json")
    assert keys("generate").exit_code == 0
    assert len(stored(folder / "other.json")) == 1


def test_an_existing_file_is_not_overwritten() -> None:
    keys("generate")
    before = stored()

    again = keys("generate")

    assert again.exit_code == 1
    assert again.stderr == ".data/signing_keys.json exists. Add a key to it with: exercise-buddy keys rotate\n"
    assert stored() == before


def test_a_rotation_reports_the_state_of_each_key() -> None:
    keys("generate")
    (old,) = stored()

    done = keys("rotate")

    new = stored()[1]["kid"]
    first, second = done.output.splitlines()
    assert done.exit_code == 0
    assert first == f"The key {new} for EdDSA signs from now on."
    assert re.fullmatch(rf"The key {old['kid']} is accepted until \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC\.", second)


def test_a_key_is_accepted_for_the_lifetime_of_its_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    keys("generate")
    first = stored()[0]["kid"]
    keys("rotate")
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 60 * 20)
    monkeypatch.setenv("ACCESS_TOKEN_EXPIRE_MINUTES", "30")
    assert "dropped" not in keys("rotate").output
    monkeypatch.setenv("ACCESS_TOKEN_EXPIRE_MINUTES", "15")

    done = keys("rotate")

    assert f"The key {first} is dropped: its tokens have expired.\n" in done.output
    assert first not in {key["kid"] for key in stored()}


def test_a_key_can_be_published_before_it_signs() -> None:
    keys("generate")

    announced = keys("rotate", "--delay", "10")
    urgent = keys("rotate")

    old, new, last = (key["kid"] for key in stored())
    moment = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"
    assert re.fullmatch(
        rf"The key {new} for EdDSA signs from {moment} on\.\nThe key {old} is accepted until {moment}\.\n",
        announced.output,
    )
    assert stored()[1]["nbf"] - stored()[0]["nbf"] in range(600, 660)
    assert re.fullmatch(
        rf"The key {last} for EdDSA signs from now on\.\n"
        rf"The key {old} is accepted until {moment}\.\nThe key {new} signs from {moment} on\.\n",
        urgent.output,
    )
    keys("rotate", "--delay", "20")
    assert re.search(rf"The key {new} signs from {moment} on and is accepted until {moment}\.\n", keys("rotate").output)


def test_leaked_keys_are_revoked() -> None:
    keys("generate")
    keys("rotate")
    old = [key["kid"] for key in stored()]

    done = keys("rotate", "--revoke")

    (new,) = stored()
    assert done.exit_code == 0
    assert done.output.splitlines()[1:] == [f"The key {kid} is revoked." for kid in old]
    assert new["kid"] not in old


@pytest.mark.parametrize(
    "arguments", [["--revoke", "--delay", "5"], ["--delay", "-1"], ["--delay", "soon"], ["--delay", "1000000"], ["x"]]
)
def test_invalid_options_change_nothing(arguments: list[str]) -> None:
    keys("generate")
    before = stored()

    outcome = keys("rotate", *arguments)

    assert outcome.exit_code == 2
    assert stored() == before


def test_a_rotation_requires_a_file() -> None:
    outcome = keys("rotate")

    assert outcome.exit_code == 1
    assert outcome.stderr == (
        "SIGNING_KEYS_FILE: .data/signing_keys.json does not exist. Create it with: exercise-buddy keys generate\n"
    )


@pytest.mark.parametrize("arguments", [["generate"], ["rotate"]])
def test_invalid_settings_are_listed(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    monkeypatch.setenv("ALGORITHM", "RS256")
    monkeypatch.setenv("PORT", "x")

    outcome = keys(*arguments)

    assert outcome.exit_code == 1
    assert [line.split(":")[0] for line in outcome.stderr.splitlines()] == ["PORT", "ALGORITHM"]


def test_keys_can_be_prepared_while_a_secret_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALGORITHM", "HS256")

    made, rotated = keys("generate"), keys("rotate")

    assert [key["alg"] for key in stored()] == ["EdDSA", "EdDSA"]
    for outcome in (made, rotated):
        assert outcome.output.endswith("It signs nothing before ALGORITHM=EdDSA is set: now it is HS256.\n")


def test_a_rotation_introduces_another_algorithm(monkeypatch: pytest.MonkeyPatch) -> None:
    keys("generate")
    monkeypatch.setenv("ALGORITHM", "ES256")

    with pytest.raises(SigningKeysError) as refused:
        open_key_ring(load_settings())
    rotated = keys("rotate")

    assert str(refused.value) == (
        "ALGORITHM is ES256, but .data/signing_keys.json has no key for it. Add one with: exercise-buddy keys rotate"
    )
    assert (rotated.exit_code, [key["alg"] for key in stored()]) == (0, ["EdDSA", "ES256"])
    assert open_key_ring(load_settings()).signing_key().algorithm == "ES256"


def test_no_command_shows_a_private_key() -> None:
    outputs = [keys(*arguments).output for arguments in (["generate"], ["rotate"], ["rotate", "--delay", "1"])]
    private = [key["d"] for key in stored()]
    outputs.append(keys("rotate", "--revoke").output)
    Path(".data/signing_keys.json").write_text(json.dumps({"keys": [{"d": secret} for secret in private]}))
    outputs.append(keys("rotate").output)

    assert len(private) == 3
    assert not any(secret in "".join(outputs) for secret in private)
