"""The tokens that a key ring accepts, and the forgeries that it refuses."""

import base64
import hmac
import json
from functools import partial
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from exercise_buddy.core.security import key_files
from exercise_buddy.core.security.identity import TOKEN_TYPE, TokenVerifier
from exercise_buddy.core.security.keys import Key, KeyRing
from exercise_buddy.core.security.tests.tokens import (
    SECRET_RING,
    add_key,
    build_claims,
    build_raw_token,
    encode_segment,
    sign_token,
)
from exercise_buddy.core.settings import CoreSettings, KeyPairAlgorithm
from tests.support import SECRET


def test_a_signed_token_identifies_its_user(ring: KeyRing, algorithm: str) -> None:
    text = sign_token(ring.signing_key())

    assert jwt.get_unverified_header(text) == {"alg": algorithm, "typ": TOKEN_TYPE, "kid": ring.signing_key().kid}
    assert TokenVerifier(ring).identify(text) is not None


def list_public_bytes(key: Key) -> list[bytes]:
    """Return the encodings of the public key that a careless verifier could accept as an HS256 secret."""
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
def test_the_public_key_is_not_accepted_as_secret(ring: KeyRing, name: str) -> None:
    key = ring.signing_key()

    for secret in list_public_bytes(key):
        sign = partial(hmac.digest, secret, digest=f"sha{name[2:]}")
        text = build_raw_token({"alg": name, "kid": key.kid}, sign)
        assert TokenVerifier(ring).identify(text) is None


@pytest.mark.parametrize("name", ["none", "None", "NONE", "", None])
def test_an_unsigned_token_is_refused(ring: KeyRing, name: str | None) -> None:
    key = ring.signing_key()
    signed = sign_token(key)

    assert TokenVerifier(ring).identify(build_raw_token({"alg": name, "kid": key.kid}, lambda _: b"")) is None
    assert TokenVerifier(ring).identify(build_raw_token({"kid": key.kid}, lambda _: b"")) is None
    assert TokenVerifier(ring).identify(signed.rpartition(".")[0] + ".") is None


@pytest.mark.parametrize(
    "kid", ["", "somebody-else", "../../../../dev/null", "/proc/self/environ", "keys.json", "x' OR 1=1 --", "\0", "💪"]
)
def test_an_unknown_key_id_is_refused(ring: KeyRing, kid: str) -> None:
    key = ring.signing_key()

    assert TokenVerifier(ring).identify(sign_token(key, {"kid": kid})) is None


@pytest.mark.parametrize("kid", [None, 7, True, ["x"], {"x": 1}])
def test_a_key_id_must_be_a_string(ring: KeyRing, kid: object) -> None:
    key = ring.signing_key()

    text = build_raw_token({"alg": key.algorithm, "kid": kid}, lambda signed: signed)

    assert TokenVerifier(ring).identify(text) is None


def test_a_key_id_is_required(ring: KeyRing) -> None:
    key = ring.signing_key()

    text = jwt.encode(build_claims(), key.private, algorithm=key.algorithm, headers={"typ": TOKEN_TYPE})

    assert TokenVerifier(ring).identify(text) is None


def test_a_key_verifies_its_own_tokens_only(ring: KeyRing, file: Path) -> None:
    first, second, secret = ring.signing_key(), add_key(file), SECRET_RING.signing_key()
    with_pairs, with_secret = TokenVerifier(ring), TokenVerifier(SECRET_RING)

    assert with_pairs.identify(sign_token(second)) is not None
    assert with_pairs.identify(sign_token(second, {"kid": first.kid})) is None
    assert with_pairs.identify(sign_token(first, {"kid": second.kid})) is None
    assert with_pairs.identify(sign_token(secret, {"kid": first.kid})) is None
    assert with_pairs.identify(sign_token(secret)) is None
    assert with_secret.identify(sign_token(secret)) is not None
    assert with_secret.identify(sign_token(first)) is None
    assert with_secret.identify(sign_token(first, {"kid": secret.kid})) is None


def test_a_key_verifies_its_own_algorithm_only(tmp_path: Path, settings: CoreSettings, ring: KeyRing) -> None:
    other: KeyPairAlgorithm = "ES256" if settings.algorithm == "EdDSA" else "EdDSA"
    stranger: Any = key_files.generate_keys(tmp_path / "other.json", other).jwk.private_key
    key = ring.signing_key()
    head = {"typ": TOKEN_TYPE, "kid": key.kid}

    text = jwt.encode(build_claims(), stranger, algorithm=other, headers=head)

    assert TokenVerifier(ring).identify(text) is None


@pytest.mark.parametrize("name", ["HS384", "HS512"])
def test_a_secret_verifies_its_own_algorithm_only(name: str) -> None:
    key = SECRET_RING.signing_key()

    text = build_raw_token(
        {"alg": name, "kid": key.kid}, lambda signed: hmac.digest(SECRET.encode(), signed, f"sha{name[2:]}")
    )

    assert TokenVerifier(SECRET_RING).identify(text) is None


@pytest.mark.parametrize("claim", ["iat", "exp", "nbf", "auth_time"])
@pytest.mark.parametrize("value", [10**400, 10**15, -1, True, 4e9, "4102444800", None, [4102444800], "soon"])
def test_a_time_must_be_whole_seconds(ring: KeyRing, claim: str, value: Any) -> None:
    assert TokenVerifier(ring).identify(sign_token(ring.signing_key(), **{claim: value})) is None


def test_optional_claims_are_accepted(ring: KeyRing) -> None:
    claims: dict[str, Any] = {"nbf": 0, "auth_time": 1_700_000_000, "amr": ["pwd"]}

    assert TokenVerifier(ring).identify(sign_token(ring.signing_key(), **claims)) is not None


@pytest.mark.parametrize("value", [1, True, None, "pwd", [1], {"pwd": 1}])
def test_the_methods_must_be_a_list_of_texts(ring: KeyRing, value: Any) -> None:
    assert TokenVerifier(ring).identify(sign_token(ring.signing_key(), amr=value)) is None


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "sid", "jti"])
@pytest.mark.parametrize("value", [7, True, None, ["x"], {"x": 1}])
def test_other_claims_must_be_texts(ring: KeyRing, claim: str, value: Any) -> None:
    assert TokenVerifier(ring).identify(sign_token(ring.signing_key(), **{claim: value})) is None


def test_a_changed_signature_is_refused(ring: KeyRing) -> None:
    signed, _, signature = sign_token(ring.signing_key()).rpartition(".")
    raw = bytearray(base64.urlsafe_b64decode(signature + "=="))
    verifier = TokenVerifier(ring)

    for changed in (raw[:-1], raw + b"\0", bytes(len(raw)), bytes([raw[0] ^ 1]) + raw[1:]):
        assert verifier.identify(f"{signed}.{encode_segment(bytes(changed)).decode()}") is None
