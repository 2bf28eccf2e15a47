"""Key rotation, as a serving process observes it."""

import time
from pathlib import Path

import jwt
import pytest
from structlog.testing import capture_logs

from exercise_buddy.core.security import key_files
from exercise_buddy.core.security.identity import TokenVerifier
from exercise_buddy.core.security.key_files import SigningKeysError
from exercise_buddy.core.security.keys import KeyRing
from exercise_buddy.core.security.tests.tokens import DUE, LIFETIME, Clock, add_key, rotate, sign_token
from exercise_buddy.core.settings import CoreSettings, KeyPairAlgorithm


def test_after_a_rotation_the_new_key_signs_and_the_old_one_verifies(ring: KeyRing, file: Path, clock: Clock) -> None:
    verifier = TokenVerifier(ring)
    old = sign_token(ring.signing_key())
    assert verifier.identify(old) is not None
    new = rotate(file).new

    clock.advance(key_files.CHECK_SECONDS)

    assert ring.signing_key().kid == new.kid
    assert verifier.identify(sign_token(ring.signing_key())) is not None
    assert verifier.identify(old) is not None
    assert TokenVerifier(ring).identify(old) is not None


def test_an_unknown_key_is_read_at_once(settings: CoreSettings, file: Path) -> None:
    # Another worker may sign with a new key right after this one has checked the file, even for a junk token.
    ring = KeyRing.open(settings, LIFETIME)
    verifier = TokenVerifier(ring)
    junk = sign_token(ring.signing_key(), {"kid": "junk"})

    for _ in range(5):
        assert verifier.identify(junk) is None
        assert verifier.identify(sign_token(add_key(file))) is not None


def test_an_unchanged_file_is_not_read_again(ring: KeyRing, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = []
    read = key_files.read_keys

    def read_and_count(path: Path) -> list[key_files.StoredKey]:
        reads.append(path)
        return read(path)

    monkeypatch.setattr(key_files, "read_keys", read_and_count)
    verifier = TokenVerifier(ring)

    for number in range(50):
        clock.advance(1)
        assert verifier.identify(sign_token(ring.signing_key(), {"kid": f"junk {number}"})) is None
        assert verifier.identify(sign_token(ring.signing_key())) is not None

    assert reads == []


def test_the_file_is_checked_once_a_second(ring: KeyRing, file: Path, clock: Clock) -> None:
    clock.advance(10)
    before = ring.signing_key()
    new = rotate(file).new

    at_once = ring.signing_key()
    clock.advance(key_files.CHECK_SECONDS)

    assert at_once.kid == before.kid
    assert ring.signing_key().kid == new.kid


def test_an_old_key_verifies_until_its_last_token_expires(ring: KeyRing, file: Path, clock: Clock) -> None:
    # The last moment at which another process may still sign with the old key.
    rotate(file)
    clock.advance(key_files._HANDOVER_SECONDS - 1)
    old = next(iter(ring._keys.values()))
    last = sign_token(old)
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


def test_a_cached_token_expires_with_its_key(ring: KeyRing, file: Path, clock: Clock) -> None:
    # A stolen key can sign tokens that never expire.
    verifier = TokenVerifier(ring)
    old = sign_token(ring.signing_key(), exp=int(time.time()) + 10**8)
    assert verifier.identify(old) is not None
    rotate(file)
    clock.advance(1)
    assert verifier.identify(old) is not None
    assert old in verifier._cache

    clock.advance(DUE)

    assert verifier.identify(old) is None
    assert old not in verifier._cache


def test_cached_tokens_of_a_revoked_key_are_refused(ring: KeyRing, file: Path, clock: Clock) -> None:
    verifier = TokenVerifier(ring)
    old = sign_token(ring.signing_key())
    assert verifier.identify(old) is not None
    rotate(file, revoke=True)

    clock.advance(key_files.CHECK_SECONDS)

    assert verifier.identify(old) is None
    assert verifier.identify(sign_token(ring.signing_key())) is not None


def test_an_announced_key_signs_later(ring: KeyRing, file: Path, clock: Clock) -> None:
    old = ring.signing_key()
    new = rotate(file, delay_seconds=600).new
    clock.advance(1)

    assert ring.signing_key().kid == old.kid
    assert {key.kid for key in ring.public_key_set()} == {old.kid, new.kid}
    # The clock of another server may be ahead.
    assert ring.verification_key(new.kid) is not None

    clock.advance(600)
    assert ring.signing_key().kid == new.kid
    assert ring.verification_key(old.kid) is not None
    clock.advance(DUE)
    assert ring.verification_key(old.kid) is None


def test_the_only_key_signs_even_before_its_time(ring: KeyRing, clock: Clock) -> None:
    clock.advance(-3600)

    assert TokenVerifier(ring).identify(sign_token(ring.signing_key())) is not None


@pytest.mark.parametrize("damage", ["", "{", "gone", "folder"])
def test_an_unreadable_file_keeps_the_last_keys(ring: KeyRing, file: Path, clock: Clock, damage: str) -> None:
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
            assert verifier.identify(sign_token(ring.signing_key())) is not None
            assert verifier.identify(sign_token(ring.signing_key(), {"kid": "junk"})) is None

    assert [line["event"] for line in logs] == ["signing_keys_unreadable"]
    assert "\n" not in logs[0]["reason"]
    assert ring.signing_key().kid == kid
    if damage == "folder":
        file.rmdir()
    file.write_bytes(content)
    file.chmod(0o600)
    new = rotate(file).new
    clock.advance(1)
    assert ring.signing_key().kid == new.kid


def test_keys_of_both_algorithms_coexist(ring: KeyRing, file: Path, settings: CoreSettings, clock: Clock) -> None:
    other: KeyPairAlgorithm = "ES256" if settings.algorithm == "EdDSA" else "EdDSA"
    old = sign_token(ring.signing_key())
    with pytest.raises(SigningKeysError, match=f"ALGORITHM is {other}, but .* has no key for it.* keys rotate"):
        KeyRing.open(settings.model_copy(update={"algorithm": other}), LIFETIME)
    key_files.rotate_keys(file, other, token_seconds=LIFETIME)
    clock.advance(1)
    with capture_logs() as logs:
        started_again = KeyRing.open(settings, LIFETIME)

    # A process follows the file, not the settings of its start.
    for key_ring in (ring, started_again, KeyRing.open(settings.model_copy(update={"algorithm": other}), LIFETIME)):
        assert key_ring.signing_key().algorithm == other
        assert TokenVerifier(key_ring).identify(sign_token(key_ring.signing_key())) is not None
        assert TokenVerifier(key_ring).identify(old) is not None
    assert [(line["event"], line["signs"]) for line in logs] == [("signing_key_for_another_algorithm", other)]
