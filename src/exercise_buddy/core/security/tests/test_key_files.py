"""The file of signing keys: its content and permissions, concurrent writes, failures."""

import json
import os
import re
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from exercise_buddy.core.security import key_files
from exercise_buddy.core.security.key_files import SigningKeysError, SigningKeysExistError
from exercise_buddy.core.security.tests.tokens import LIFETIME, rotate
from exercise_buddy.core.settings import KeyPairAlgorithm


def read_key_ids(path: Path) -> list[str]:
    return [key["kid"] for key in json.loads(path.read_text())["keys"]]


def get_mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256"])
def test_a_new_file_has_one_key_and_is_private(tmp_path: Path, algorithm: KeyPairAlgorithm) -> None:
    path = tmp_path / "new folder" / "keys.json"

    made = key_files.generate_keys(path, algorithm)

    assert key_files.read_keys(path) == [made]
    assert made.algorithm == algorithm
    assert abs(made.not_before - time.time()) < 5
    assert get_mode(path) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["keys.json"]


def test_a_file_of_an_earlier_release_is_read(tmp_path: Path) -> None:
    # The keys of RFC 8037, appendix A, and one of release 0.1 whose coordinate begins with a zero byte.
    path = tmp_path / "keys.json"
    path.write_text(
        """{"keys": [
            {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
             "alg": "EdDSA", "use": "sig", "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
             "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", "nbf": 1700000000},
            {"kty": "EC", "crv": "P-256", "x": "AAcP5VyUjxOLfxqnXUYC1DBwgkM69T1LNq9Aoo65LIM",
             "y": "Gp6S1AqPoR2bPTGP4UkNSUo4nR4mX0EoGyInjb_9l1M",
             "alg": "ES256", "use": "sig", "kid": "edsNeLQAkOCyAUtaV083BCIPfm1nkI4dnCSrwIe01sE",
             "d": "o6Qos36GoFLncjIoY3TQQhFcE0-LY-z1jjMfMkqbF7k", "nbf": 1700000001}]}"""
    )

    keys = key_files.read_keys(path)

    assert [(key.algorithm, key.not_before) for key in keys] == [("EdDSA", 1700000000), ("ES256", 1700000001)]
    stored = json.loads(path.read_text())["keys"]
    assert json.loads(key_files._serialize(keys))["keys"] == stored
    shown = [{name: value for name, value in key.items() if name not in {"d", "nbf"}} for key in stored]
    assert [key.jwk.as_dict() for key in keys] == shown


def test_an_existing_file_is_not_overwritten(file: Path) -> None:
    before = file.read_bytes()

    with pytest.raises(SigningKeysExistError, match=r"exists\. Add a key to it with: exercise-buddy keys rotate"):
        key_files.generate_keys(file, "EdDSA")

    assert file.read_bytes() == before
    assert [entry.name for entry in file.parent.iterdir()] == ["keys.json"]


def test_a_rotation_keeps_the_old_key_until_its_tokens_expire(file: Path) -> None:
    (old,) = key_files.read_keys(file)

    done = rotate(file)

    assert read_key_ids(file) == [old.kid, done.new.kid]
    ((kept, until),) = done.kept
    assert (kept.kid, done.dropped) == (old.kid, ())
    assert until >= done.new.not_before + LIFETIME + key_files.LEEWAY_SECONDS + key_files.CHECK_SECONDS
    assert done.new.algorithm == old.algorithm
    assert get_mode(file) == 0o600


def test_a_later_rotation_drops_expired_keys(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (old,) = key_files.read_keys(file)
    second = rotate(file).new
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + LIFETIME)
    third = rotate(file)
    assert third.dropped == ()
    monkeypatch.setattr(time, "time", lambda: now() + LIFETIME + 60)

    fourth = rotate(file)

    assert [key.kid for key in fourth.dropped] == [old.kid]
    assert read_key_ids(file) == [second.kid, third.new.kid, fourth.new.kid]


def test_a_rotation_can_change_the_algorithm(file: Path) -> None:
    (old,) = key_files.read_keys(file)
    other: KeyPairAlgorithm = "ES256" if old.algorithm == "EdDSA" else "EdDSA"

    assert rotate(file, other).new.algorithm == other

    assert [key.algorithm for key in key_files.read_keys(file)] == [old.algorithm, other]


def test_an_announced_key_signs_after_an_urgent_one(file: Path) -> None:
    (first,) = key_files.read_keys(file)
    announced = rotate(file, delay_seconds=600).new
    urgent = rotate(file)

    assert [key.kid for key in key_files.read_keys(file)] == [first.kid, urgent.new.kid, announced.kid]
    assert [until - announced.not_before > LIFETIME for _, until in urgent.kept] == [False, True]
    assert key_files.expiry_times(key_files.read_keys(file), LIFETIME)[1] > announced.not_before + LIFETIME


def test_a_revocation_leaves_only_the_new_key(file: Path) -> None:
    (old,) = key_files.read_keys(file)

    done = rotate(file, revoke=True)

    assert read_key_ids(file) == [done.new.kid]
    assert ([key.kid for key in done.dropped], done.kept) == ([old.kid], ())


def test_keys_of_one_second_keep_their_order(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)

    made = [rotate(file).new.kid for _ in range(5)]

    assert [key.kid for key in key_files.read_keys(file)][1:] == made


def test_concurrent_rotations_lose_no_key_and_reads_are_consistent(file: Path) -> None:
    reading = threading.Event()
    seen = set()

    def keep_reading() -> None:
        while not reading.is_set():
            seen.add(len(key_files.read_keys(file)))

    reader = threading.Thread(target=keep_reading)
    with ThreadPoolExecutor(20) as pool:
        reader.start()
        done = list(pool.map(lambda _: rotate(file).new.kid, range(20)))
        reading.set()
    reader.join()

    assert sorted(read_key_ids(file)[1:]) == sorted(done)
    assert len(set(read_key_ids(file))) == 21
    assert seen <= set(range(1, 22))


def test_rotations_of_several_processes_lose_no_key(file: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from exercise_buddy.core.security import key_files\n"
        "for _ in range(5): print(key_files.rotate_keys(Path(sys.argv[1]), None, token_seconds=900).new.kid)"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", program, str(file)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]

    made = [kid for process in processes for kid in process.communicate(timeout=60)[0].split()]

    assert len(made) == 15
    assert sorted(read_key_ids(file)[1:]) == sorted(made)


def test_one_of_many_concurrent_threads_creates_the_file(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"

    def make(_: int) -> str | None:
        try:
            return key_files.generate_keys(path, "EdDSA").kid
        except SigningKeysExistError:
            return None

    with ThreadPoolExecutor(20) as pool:
        made = [kid for kid in pool.map(make, range(20)) if kid]

    assert read_key_ids(path) == made
    assert len(made) == 1


def test_a_failed_write_keeps_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = file.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SigningKeysError, match="cannot be written: No space left on device"):
        rotate(file)

    assert file.read_bytes() == before
    assert [entry.name for entry in file.parent.iterdir()] == ["keys.json"]


def test_a_leftover_draft_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = file.with_name("keys.json.new")
    draft.write_text("")
    monkeypatch.setattr(key_files, "_LOCK_TIMEOUT_SECONDS", 0.1)

    with pytest.raises(SigningKeysError) as caught:
        rotate(file)

    assert str(caught.value) == (
        f"{draft} exists: another process is writing the keys. If no process is, remove the file and retry."
    )
    assert draft.exists()
    assert len(read_key_ids(file)) == 1


def test_a_rotation_needs_a_file(tmp_path: Path) -> None:
    with pytest.raises(SigningKeysError, match=r"does not exist\. Create it with: exercise-buddy keys generate"):
        rotate(tmp_path / "keys.json")

    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_path_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SigningKeysError, match=r"file/keys.json cannot be written: "):
        key_files.generate_keys(tmp_path / "file" / "keys.json", "EdDSA")


def test_a_symbolic_link_is_kept(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "link.json"
    link.parent.mkdir()
    link.symlink_to(file)

    new = rotate(link).new

    assert link.is_symlink()
    assert read_key_ids(file)[-1] == new.kid


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away")
def test_a_rotation_by_root_keeps_owner_and_permissions(file: Path) -> None:
    os.chown(file, 10_001, 10_002)
    file.chmod(0o640)

    rotate(file)

    found = file.stat()
    assert (found.st_uid, found.st_gid, get_mode(file)) == (10_001, 10_002, 0o640)


def build_entry(algorithm: KeyPairAlgorithm) -> dict[str, Any]:
    content: dict[str, Any] = key_files._generate_key(algorithm, 0).jwk.as_dict(private=True, nbf=0)
    return content


def build_broken(changes: dict[str, Any]) -> dict[str, Any]:
    """Build a file whose second key has changed members."""
    good, bad = build_entry("EdDSA"), build_entry("EdDSA")
    bad |= changes
    return {"keys": [good, {name: value for name, value in bad.items() if value is not None}]}


EC = build_entry("ES256")
MISTAKES: dict[str, tuple[Any, str]] = {
    "nothing": (b"", "Invalid JSON: EOF while parsing a value at line 1 column 0"),
    "no json": (b"{", "Invalid JSON: "),
    "no text": (b"\xff\xfe\0", "Invalid JSON: "),
    "a pem": (b"-----BEGIN PRIVATE KEY-----\nsecret", "Invalid JSON: "),
    "no object": ([], "Input should be an object"),
    "no keys": ({"keys": []}, "List should have at least 1 item"),
    "no list": ({"keys": 5}, "Input should be a valid array"),
    "something else": ({"keys": [EC], "secret": 1}, "Extra inputs are not permitted"),
    "a number": ({"keys": [5]}, "entry 0: "),
    "another type": (build_broken({"kty": "RSA"}), "entry 1: Input tag 'RSA'"),
    "another curve": (build_broken({"crv": "Ed448"}), "entry 1, crv: Input should be 'Ed25519'"),
    "another algorithm": (build_broken({"alg": "ES256"}), "entry 1, alg: Input should be 'EdDSA'"),
    "for encryption": (build_broken({"use": "enc"}), "entry 1, use: Input should be 'sig'"),
    "no private half": (build_broken({"d": None}), "entry 1, d: Field required"),
    "an empty half": (build_broken({"d": ""}), "entry 1: this is not a key pair"),
    "no base64": (build_broken({"d": "sécret"}), "entry 1: this is not a key pair"),
    "another half": (build_broken({"d": build_entry("EdDSA")["d"]}), "entry 1: this is not a key pair"),
    "another name": (build_broken({"kid": "mine"}), "entry 1: kid is not the thumbprint of the key"),
    "no beginning": (build_broken({"nbf": None}), "entry 1, nbf: Field required"),
    "no moment": (build_broken({"nbf": "secret"}), "entry 1, nbf: Input should be a valid integer"),
    "not in time": (build_broken({"nbf": 10**30}), "entry 1, nbf: "),
    "before time": (build_broken({"nbf": -1}), "entry 1, nbf: Input should be greater than or equal to 0"),
    "halves of two": ({"keys": [EC | {"d": build_entry("ES256")["d"]}]}, "entry 0: this is not a key pair"),
    "not on the curve": ({"keys": [EC | {"x": EC["y"]}]}, "entry 0: this is not a key pair"),
    "too short": ({"keys": [EC | {"x": "AA"}]}, "entry 0: this is not a key pair"),
    "one key twice": ({"keys": [EC, EC]}, "it has one key twice"),
}


@pytest.mark.parametrize(("content", "complaint"), MISTAKES.values(), ids=MISTAKES.keys())
def test_an_invalid_file_is_refused_in_one_line(tmp_path: Path, content: Any, complaint: str) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())

    with pytest.raises(SigningKeysError) as caught:
        key_files.read_keys(path)

    text = str(caught.value)
    assert text.startswith(f"SIGNING_KEYS_FILE: {path} is not a set of signing keys: {complaint}")
    assert text.endswith("(Create such a file with: exercise-buddy keys generate)")
    assert "\n" not in text
    # The file may hold keys: nothing of it is shown.
    secrets = re.findall(r'"d": "([^"]+)"', path.read_bytes().decode("latin-1"))
    assert not any(secret in text for secret in [*secrets, "secret"])


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SigningKeysError, match="cannot be read: Is a directory"):
        key_files.read_keys(tmp_path)


def test_a_private_key_is_not_in_the_representation(file: Path) -> None:
    (key,) = key_files.read_keys(file)
    private = str(key.jwk.as_dict(private=True)["d"])

    assert private not in repr(key)
    assert private not in repr(rotate(file))
