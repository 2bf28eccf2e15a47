"""The start of a key ring, and the keys that it publishes."""

import hashlib
import json
import math
from pathlib import Path
from typing import Any

import pytest

from exercise_buddy.core.security import key_files
from exercise_buddy.core.security.identity import TokenVerifier
from exercise_buddy.core.security.key_files import SigningKeysError
from exercise_buddy.core.security.keys import KeyRing
from exercise_buddy.core.security.tests.tokens import LIFETIME, encode_segment, sign_token
from exercise_buddy.core.settings import CoreSettings
from tests.support import SECRET


def test_missing_keys_prevent_the_start(file: Path, settings: CoreSettings) -> None:
    file.unlink()

    with pytest.raises(SigningKeysError) as caught:
        KeyRing.open(settings, LIFETIME)

    assert str(caught.value) == (
        f"SIGNING_KEYS_FILE: {file} does not exist. Create it with: exercise-buddy keys generate"
    )
    assert not file.exists()


@pytest.mark.parametrize("changed", [{"database_url": None}, {"debug": True}])
def test_keys_are_generated_for_development(file: Path, settings: CoreSettings, changed: dict[str, Any]) -> None:
    file.unlink()
    development = settings.model_copy(update=changed)

    first = KeyRing.open(development, LIFETIME).signing_key()

    assert first.kid == KeyRing.open(development, LIFETIME).signing_key().kid == key_files.read_keys(file)[0].kid
    assert first.algorithm == settings.algorithm


def test_an_existing_file_is_never_replaced(file: Path, settings: CoreSettings) -> None:
    file.write_text("precious")

    with pytest.raises(SigningKeysError, match="is not a set of signing keys"):
        KeyRing.open(settings.model_copy(update={"debug": True}), LIFETIME)

    assert file.read_text() == "precious"


def test_a_secret_has_no_file_and_no_public_key(tmp_path: Path) -> None:
    ring = KeyRing.open(CoreSettings(secret_key=SECRET, data_dir=tmp_path), LIFETIME)

    assert ring.public_key_set().keys == []
    assert ring.signing_key().expires_at == math.inf
    assert TokenVerifier(ring).identify(sign_token(ring.signing_key(), {"kid": "junk"})) is None
    assert list(tmp_path.iterdir()) == []


def test_keys_that_others_can_read_are_refused(file: Path, settings: CoreSettings) -> None:
    KeyRing.open(settings, LIFETIME)
    file.chmod(0o644)

    with pytest.raises(SigningKeysError, match="is open to other users"):
        KeyRing.open(settings, LIFETIME)


def test_no_keys_are_created_where_others_can_replace_them(tmp_path: Path, settings: CoreSettings) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    development = settings.model_copy(update={"debug": True, "signing_keys_file": folder / "keys.json"})

    with pytest.raises(SigningKeysError, match=f"Other users may write to {folder}"):
        KeyRing.open(development, LIFETIME)

    assert list(folder.iterdir()) == []


def test_the_default_file_is_in_the_data_directory(tmp_path: Path) -> None:
    assert CoreSettings(secret_key=SECRET).signing_keys_path == Path(".data/signing_keys.json")
    assert CoreSettings(secret_key=SECRET, data_dir=tmp_path).signing_keys_path == tmp_path / "signing_keys.json"
    named = CoreSettings(secret_key=SECRET, signing_keys_file=tmp_path / "x", data_dir=Path("/data"))
    assert named.signing_keys_path == tmp_path / "x"


def test_only_public_keys_are_published(ring: KeyRing, file: Path) -> None:
    members = {"EdDSA": {"kty", "crv", "x"}, "ES256": {"kty", "crv", "x", "y"}}
    secrets = [key["d"] for key in json.loads(file.read_text())["keys"]]

    (shown,) = ring.public_key_set().as_dict()["keys"]

    expected = members[ring.signing_key().algorithm]
    assert set(shown) == expected | {"alg", "use", "kid"}
    assert all(secret not in json.dumps(shown) + repr(ring.signing_key()) for secret in secrets)
    # RFC 7638, by hand.
    made_of = ",".join(f'"{name}":"{shown[name]}"' for name in sorted(expected))
    assert shown["kid"] == encode_segment(hashlib.sha256(f"{{{made_of}}}".encode()).digest()).decode()
