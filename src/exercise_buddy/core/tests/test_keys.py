"""The keys of EdDSA and ES256 as a process that serves knows them, and what their tokens prove."""

import base64
import hashlib
import hmac
import json
import math
import time
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from structlog.testing import capture_logs

from exercise_buddy.core.security import key_files, keys
from exercise_buddy.core.security.identity import AUDIENCE, ISSUER, TOKEN_TYPE, TokenVerifier
from exercise_buddy.core.security.key_files import SigningKeysError
from exercise_buddy.core.security.keys import Key, KeyRing
from exercise_buddy.core.settings import CoreSettings, KeyPairAlgorithm
from tests.support import SECRET

LIFETIME = 900
DUE = LIFETIME + key_files._HANDOVER_SECONDS + key_files.LEEWAY_SECONDS
SECRET_RING = KeyRing.open(CoreSettings(secret_key=SECRET), LIFETIME)


@pytest.fixture(params=["EdDSA", "ES256"])
def algorithm(request: pytest.FixtureRequest) -> KeyPairAlgorithm:
    chosen: KeyPairAlgorithm = request.param
    return chosen


@pytest.fixture
def file(tmp_path: Path, algorithm: KeyPairAlgorithm) -> Path:
    path = tmp_path / "keys.json"
    key_files.generate_keys(path, algorithm)
    return path


@pytest.fixture
def settings(file: Path, algorithm: KeyPairAlgorithm) -> CoreSettings:
    return CoreSettings.model_validate(
        {
            "secret_key": SECRET,
            "algorithm": algorithm,
            "signing_keys_file": file,
            "database_url": "postgresql://ann@db.example.org/exercise_buddy",
        }
    )


@pytest.fixture
def ring(settings: CoreSettings) -> KeyRing:
    return KeyRing.open(settings, LIFETIME)


class Clock:
    """A clock that the test sets: of the day, and of the time that passes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._ahead = 0.0
        now, passed = time.time, time.monotonic
        monkeypatch.setattr(time, "time", lambda: now() + self._ahead)
        monkeypatch.setattr(time, "monotonic", lambda: passed() + self._ahead)

        class Shifted(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> "Shifted":
                return cls.fromtimestamp(time.time(), tz)

        monkeypatch.setattr("jwt.api_jwt.datetime", Shifted)

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def claims(**changed: Any) -> dict[str, Any]:
    now = int(time.time())
    return {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(uuid4()),
        "sid": str(uuid4()),
        "iat": now,
        "exp": now + LIFETIME,
        "jti": uuid4().hex,
    } | changed


def token(key: Key, headers: dict[str, Any] | None = None, **changed: Any) -> str:
    head = {"typ": TOKEN_TYPE, "kid": key.kid} | (headers or {})
    return jwt.encode(claims(**changed), key.private, algorithm=key.algorithm, headers=head)


def segment(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def raw_token(header: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    """Make a token as no library would."""
    head = segment(json.dumps({"typ": TOKEN_TYPE} | header).encode())
    signed = head + b"." + segment(json.dumps(claims()).encode())
    return (signed + b"." + segment(sign(signed))).decode()


def rotate(path: Path, **options: Any) -> key_files.Rotation:
    return key_files.rotate_keys(path, None, token_seconds=LIFETIME, **options)


def rotated(path: Path) -> Key:
    """Rotate the keys, and give the new one as a process knows it that has just started."""
    rotate(path)
    return keys._FileKeyRing(path, LIFETIME).signing_key()


# --- what a token proves -----------------------------------------------------------------------------------------


def test_a_token_of_ours_proves_who_it_was_issued_to(ring: KeyRing, algorithm: str) -> None:
    text = token(ring.signing_key())

    assert jwt.get_unverified_header(text) == {"alg": algorithm, "typ": TOKEN_TYPE, "kid": ring.signing_key().kid}
    assert TokenVerifier(ring).identify(text) is not None


def public_bytes(key: Key) -> list[bytes]:
    """Return the public key as everybody can have it: what a careless verifier may take for the secret of HS256."""
    public = key.public
    spki = PublicFormat.SubjectPublicKeyInfo
    raw = [public.public_bytes(Encoding.Raw, PublicFormat.Raw)] if key.algorithm == "EdDSA" else []
    assert key.jwk is not None
    shown = key.jwk.as_dict()
    return [
        *raw,
        public.public_bytes(Encoding.DER, spki),
        public.public_bytes(Encoding.PEM, spki),
        json.dumps(shown).encode(),
        str(shown["x"]).encode(),
        b"",
    ]


@pytest.mark.parametrize("name", ["HS256", "HS384", "HS512"])
def test_the_public_key_is_no_secret(ring: KeyRing, name: str) -> None:
    key = ring.signing_key()

    for secret in public_bytes(key):
        digest = f"sha{name[2:]}"
        text = raw_token({"alg": name, "kid": key.kid}, lambda signed, s=secret, d=digest: hmac.digest(s, signed, d))  # type: ignore[misc]
        assert TokenVerifier(ring).identify(text) is None


@pytest.mark.parametrize("name", ["none", "None", "NONE", "", None])
def test_a_token_without_a_signature_proves_nothing(ring: KeyRing, name: str | None) -> None:
    key = ring.signing_key()
    signed = token(key)

    assert TokenVerifier(ring).identify(raw_token({"alg": name, "kid": key.kid}, lambda _: b"")) is None
    assert TokenVerifier(ring).identify(raw_token({"kid": key.kid}, lambda _: b"")) is None
    assert TokenVerifier(ring).identify(signed.rpartition(".")[0] + ".") is None


@pytest.mark.parametrize(
    "kid", ["", "somebody-else", "../../../../dev/null", "/proc/self/environ", "keys.json", "x' OR 1=1 --", "\0", "💪"]
)
def test_a_token_that_names_no_key_of_ours_proves_nothing(ring: KeyRing, kid: str) -> None:
    key = ring.signing_key()

    assert TokenVerifier(ring).identify(token(key, {"kid": kid})) is None


@pytest.mark.parametrize("kid", [None, 7, True, ["x"], {"x": 1}])
def test_a_name_that_is_no_text_proves_nothing(ring: KeyRing, kid: object) -> None:
    key = ring.signing_key()

    text = raw_token({"alg": key.algorithm, "kid": kid}, lambda signed: signed)

    assert TokenVerifier(ring).identify(text) is None


def test_a_token_that_names_no_key_at_all_proves_nothing(ring: KeyRing) -> None:
    key = ring.signing_key()

    text = jwt.encode(claims(), key.private, algorithm=key.algorithm, headers={"typ": TOKEN_TYPE})

    assert TokenVerifier(ring).identify(text) is None


def test_a_key_answers_for_itself_only(ring: KeyRing, file: Path) -> None:
    first, second, secret = ring.signing_key(), rotated(file), SECRET_RING.signing_key()
    with_pairs, with_secret = TokenVerifier(ring), TokenVerifier(SECRET_RING)

    assert with_pairs.identify(token(second)) is not None
    assert with_pairs.identify(token(second, {"kid": first.kid})) is None
    assert with_pairs.identify(token(first, {"kid": second.kid})) is None
    assert with_pairs.identify(token(secret, {"kid": first.kid})) is None
    assert with_pairs.identify(token(secret)) is None
    assert with_secret.identify(token(secret)) is not None
    assert with_secret.identify(token(first)) is None
    assert with_secret.identify(token(first, {"kid": secret.kid})) is None


def test_a_key_of_one_algorithm_verifies_no_other(tmp_path: Path, settings: CoreSettings, ring: KeyRing) -> None:
    other: KeyPairAlgorithm = "ES256" if settings.algorithm == "EdDSA" else "EdDSA"
    stranger: Any = key_files.generate_keys(tmp_path / "other.json", other).jwk.private_key
    key = ring.signing_key()
    head = {"typ": TOKEN_TYPE, "kid": key.kid}

    text = jwt.encode(claims(), stranger, algorithm=other, headers=head)

    assert TokenVerifier(ring).identify(text) is None


@pytest.mark.parametrize("name", ["HS384", "HS512"])
def test_a_secret_is_for_its_own_algorithm_only(name: str) -> None:
    key = SECRET_RING.signing_key()

    text = raw_token(
        {"alg": name, "kid": key.kid}, lambda signed: hmac.digest(SECRET.encode(), signed, f"sha{name[2:]}")
    )

    assert TokenVerifier(SECRET_RING).identify(text) is None


def test_a_signature_that_is_changed_proves_nothing(ring: KeyRing) -> None:
    signed, _, signature = token(ring.signing_key()).rpartition(".")
    raw = bytearray(base64.urlsafe_b64decode(signature + "=="))
    verifier = TokenVerifier(ring)

    for changed in (raw[:-1], raw + b"\0", bytes(len(raw)), bytes([raw[0] ^ 1]) + raw[1:]):
        assert verifier.identify(f"{signed}.{segment(bytes(changed)).decode()}") is None


# --- rotation, seen by a process that serves ---------------------------------------------------------------------


def test_a_new_key_signs_and_the_old_one_still_verifies(ring: KeyRing, file: Path, clock: Clock) -> None:
    verifier = TokenVerifier(ring)
    old = token(ring.signing_key())
    assert verifier.identify(old) is not None
    new = rotate(file).new

    clock.advance(key_files.CHECK_SECONDS)

    assert ring.signing_key().kid == new.kid
    assert verifier.identify(token(ring.signing_key())) is not None
    assert verifier.identify(old) is not None
    assert TokenVerifier(ring).identify(old) is not None


def test_a_key_that_is_not_known_here_is_looked_for_at_once(settings: CoreSettings, file: Path) -> None:
    # Another worker signs with a key right after this one has looked, if only for a token that names nothing.
    ring = KeyRing.open(settings, LIFETIME)
    verifier = TokenVerifier(ring)
    junk = token(ring.signing_key(), {"kid": "junk"})

    for _ in range(5):
        assert verifier.identify(junk) is None
        assert verifier.identify(token(rotated(file))) is not None


def test_a_file_that_has_not_changed_is_not_read_again(
    ring: KeyRing, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = []
    read = key_files.read_keys

    def read_and_count(path: Path) -> list[key_files.StoredKey]:
        reads.append(path)
        return read(path)

    monkeypatch.setattr(key_files, "read_keys", read_and_count)
    verifier = TokenVerifier(ring)

    for number in range(50):
        clock.advance(1)
        assert verifier.identify(token(ring.signing_key(), {"kid": f"junk {number}"})) is None
        assert verifier.identify(token(ring.signing_key())) is not None

    assert reads == []


def test_looks_are_a_second_apart(ring: KeyRing, file: Path, clock: Clock) -> None:
    clock.advance(10)
    before = ring.signing_key()
    new = rotate(file).new

    at_once = ring.signing_key()
    clock.advance(key_files.CHECK_SECONDS)

    assert at_once.kid == before.kid
    assert ring.signing_key().kid == new.kid


def test_an_old_key_verifies_until_its_last_token_has_died(ring: KeyRing, file: Path, clock: Clock) -> None:
    # The last moment at which a process that has not noticed yet may sign with it.
    rotate(file)
    clock.advance(key_files._HANDOVER_SECONDS - 1)
    old = next(iter(ring._keys.values()))
    last = token(old)
    verifier = TokenVerifier(ring)

    clock.advance(LIFETIME)
    assert ring.verification_key(old.kid) is not None
    assert old.kid in {key.kid for key in ring.public_key_set()}
    assert jwt.decode(last, options={"verify_signature": False})["exp"] <= time.time() + 1
    clock.advance(key_files.LEEWAY_SECONDS + 1.5)

    assert ring.verification_key(old.kid) is None
    assert verifier.identify(last) is None
    assert old.kid not in {key.kid for key in ring.public_key_set()}
    assert len(ring.public_key_set().keys) == 1


def test_a_remembered_token_does_not_outlive_its_key(ring: KeyRing, file: Path, clock: Clock) -> None:
    # Whoever has stolen the key makes tokens that live for ever.
    verifier = TokenVerifier(ring)
    old = token(ring.signing_key(), exp=int(time.time()) + 10**8)
    assert verifier.identify(old) is not None
    rotate(file)
    clock.advance(1)
    assert verifier.identify(old) is not None
    assert old in verifier._cache

    clock.advance(DUE)

    assert verifier.identify(old) is None
    assert old not in verifier._cache


def test_the_remembered_tokens_of_a_revoked_key_prove_nothing(ring: KeyRing, file: Path, clock: Clock) -> None:
    verifier = TokenVerifier(ring)
    old = token(ring.signing_key())
    assert verifier.identify(old) is not None
    rotate(file, revoke=True)

    clock.advance(key_files.CHECK_SECONDS)

    assert verifier.identify(old) is None
    assert verifier.identify(token(ring.signing_key())) is not None


def test_a_key_that_is_announced_signs_later(ring: KeyRing, file: Path, clock: Clock) -> None:
    old = ring.signing_key()
    new = rotate(file, delay_seconds=600).new
    clock.advance(1)

    assert ring.signing_key().kid == old.kid
    assert {key.kid for key in ring.public_key_set()} == {old.kid, new.kid}
    # The clock of another server is ahead.
    assert ring.verification_key(new.kid) is not None

    clock.advance(600)
    assert ring.signing_key().kid == new.kid
    assert ring.verification_key(old.kid) is not None
    clock.advance(DUE)
    assert ring.verification_key(old.kid) is None


def test_a_key_from_the_future_signs_if_it_is_the_only_one(ring: KeyRing, clock: Clock) -> None:
    clock.advance(-3600)

    assert TokenVerifier(ring).identify(token(ring.signing_key())) is not None


@pytest.mark.parametrize("damage", ["", "{", "gone", "folder"])
def test_while_the_file_is_of_no_use_the_last_keys_count(ring: KeyRing, file: Path, clock: Clock, damage: str) -> None:
    verifier = TokenVerifier(ring)
    kid = ring.signing_key().kid
    content = file.read_bytes()
    file.unlink()
    if damage == "folder":
        file.mkdir()
    elif damage != "gone":
        file.write_text(damage)

    with capture_logs() as logs:
        for _ in range(5):
            clock.advance(1)
            assert verifier.identify(token(ring.signing_key())) is not None
            assert verifier.identify(token(ring.signing_key(), {"kid": "junk"})) is None

    assert [line["event"] for line in logs] == ["signing_keys_unreadable"]
    assert "\n" not in logs[0]["reason"]
    assert ring.signing_key().kid == kid
    if damage == "folder":
        file.rmdir()
    file.write_bytes(content)
    new = rotate(file).new
    clock.advance(1)
    assert ring.signing_key().kid == new.kid


def test_keys_of_both_algorithms_live_side_by_side(
    ring: KeyRing, file: Path, settings: CoreSettings, clock: Clock
) -> None:
    other: KeyPairAlgorithm = "ES256" if settings.algorithm == "EdDSA" else "EdDSA"
    old = token(ring.signing_key())
    with pytest.raises(SigningKeysError, match=f"ALGORITHM is {other}, but .* has no key for it.* keys rotate"):
        KeyRing.open(settings.model_copy(update={"algorithm": other}), LIFETIME)
    key_files.rotate_keys(file, other, token_seconds=LIFETIME)
    clock.advance(1)
    with capture_logs() as logs:
        started_again = KeyRing.open(settings, LIFETIME)

    # A process follows the file, whatever the settings were when it started.
    for one in (ring, started_again, KeyRing.open(settings.model_copy(update={"algorithm": other}), LIFETIME)):
        assert one.signing_key().algorithm == other
        assert TokenVerifier(one).identify(token(one.signing_key())) is not None
        assert TokenVerifier(one).identify(old) is not None
    assert [(line["event"], line["signs"]) for line in logs] == [("signing_key_for_another_algorithm", other)]


# --- the start ---------------------------------------------------------------------------------------------------


def test_without_keys_there_is_no_start(file: Path, settings: CoreSettings) -> None:
    file.unlink()

    with pytest.raises(SigningKeysError) as caught:
        KeyRing.open(settings, LIFETIME)

    assert str(caught.value) == (
        f"SIGNING_KEYS_FILE: {file} does not exist. Create it with: exercise-buddy keys generate"
    )
    assert not file.exists()


@pytest.mark.parametrize("changed", [{"database_url": None}, {"debug": True}])
def test_without_a_database_and_in_debug_mode_the_keys_are_made(
    file: Path, settings: CoreSettings, changed: dict[str, Any]
) -> None:
    file.unlink()
    development = settings.model_copy(update=changed)

    first = KeyRing.open(development, LIFETIME).signing_key()

    assert first.kid == KeyRing.open(development, LIFETIME).signing_key().kid == key_files.read_keys(file)[0].kid
    assert first.algorithm == settings.algorithm


def test_what_is_there_already_is_never_replaced(file: Path, settings: CoreSettings) -> None:
    file.write_text("precious")

    with pytest.raises(SigningKeysError, match="is not a set of signing keys"):
        KeyRing.open(settings.model_copy(update={"debug": True}), LIFETIME)

    assert file.read_text() == "precious"


def test_a_secret_has_no_file_and_nothing_to_publish(tmp_path: Path) -> None:
    ring = KeyRing.open(CoreSettings(secret_key=SECRET, data_dir=tmp_path), LIFETIME)

    assert ring.public_key_set().keys == []
    assert ring.signing_key().expires_at == math.inf
    assert TokenVerifier(ring).identify(token(ring.signing_key(), {"kid": "junk"})) is None
    assert list(tmp_path.iterdir()) == []


def test_the_keys_are_in_the_data_folder_unless_a_file_is_named(tmp_path: Path) -> None:
    assert CoreSettings(secret_key=SECRET).signing_keys_path == Path(".data/signing_keys.json")
    assert CoreSettings(secret_key=SECRET, data_dir=tmp_path).signing_keys_path == tmp_path / "signing_keys.json"
    named = CoreSettings(secret_key=SECRET, signing_keys_file=tmp_path / "x", data_dir=Path("/data"))
    assert named.signing_keys_path == tmp_path / "x"


# --- what is published -------------------------------------------------------------------------------------------


def test_only_public_halves_are_published(ring: KeyRing, file: Path) -> None:
    members = {"EdDSA": {"kty", "crv", "x"}, "ES256": {"kty", "crv", "x", "y"}}
    secrets = [key["d"] for key in json.loads(file.read_text())["keys"]]

    (shown,) = ring.public_key_set().as_dict()["keys"]

    expected = members[ring.signing_key().algorithm]
    assert set(shown) == expected | {"alg", "use", "kid"}
    assert all(secret not in json.dumps(shown) + repr(ring.signing_key()) for secret in secrets)
    # RFC 7638, by hand.
    made_of = ",".join(f'"{name}":"{shown[name]}"' for name in sorted(expected))
    assert shown["kid"] == segment(hashlib.sha256(f"{{{made_of}}}".encode()).digest()).decode()
