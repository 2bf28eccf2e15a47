import time
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest

from exercise_buddy.core.security import identity
from exercise_buddy.core.security.identity import AUDIENCE, ISSUER, TOKEN_TYPE, TokenVerifier
from exercise_buddy.core.security.keys import KeyRing, secret_key_id
from exercise_buddy.core.settings import CoreSettings
from tests.support import SECRET

SETTINGS = CoreSettings(secret_key=SECRET)
KEYS = KeyRing.open(SETTINGS, token_seconds=60)
USER, SESSION = uuid4(), uuid4()


def token(
    claims: dict[str, Any] | None = None,
    headers: dict[str, Any] | None = None,
    secret: str = SECRET,
    algorithm: str = "HS256",
    without: str = "",
) -> str:
    now = int(time.time())
    content = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(USER),
        "sid": str(SESSION),
        "iat": now,
        "exp": now + 60,
        "jti": "x",
    } | (claims or {})
    content.pop(without, None)
    head = {"typ": TOKEN_TYPE, "kid": secret_key_id(SETTINGS)} | (headers or {})
    head.pop(without, None)
    return jwt.encode(content, secret, algorithm=algorithm, headers=head)


def test_a_token_of_ours_proves_who_it_was_issued_to() -> None:
    found = TokenVerifier(KEYS).identify(token())

    assert found == identity.Identity(USER, SESSION)


@pytest.mark.parametrize("claim", identity.CLAIMS)
def test_every_claim_is_required(claim: str) -> None:
    assert TokenVerifier(KEYS).identify(token(without=claim)) is None


FORGERIES: dict[str, Callable[[], str]] = {
    "another issuer": lambda: token({"iss": "somebody-else"}),
    "another audience": lambda: token({"aud": "something-else"}),
    "audience among others": lambda: token({"aud": [AUDIENCE, "something-else"]}),
    "expired": lambda: token({"exp": int(time.time()) - 60}),
    "not yet issued": lambda: token({"iat": int(time.time()) + 600}),
    "subject no uuid": lambda: token({"sub": "admin"}),
    "session no uuid": lambda: token({"sid": "admin"}),
    "session no text": lambda: token({"sid": 7}),
    "another key": lambda: token(secret="another-test-only-key-0123456789-abcdefghijklmno"),
    "another algorithm": lambda: token(algorithm="HS512", secret=SECRET + SECRET),
    "no algorithm": lambda: token(algorithm="none", secret=""),
    "an id token": lambda: token(headers={"typ": "JWT"}),
    "another kid": lambda: token(headers={"kid": "somebody-else"}),
    "no kid": lambda: token(without="kid"),
    "an empty kid": lambda: token(headers={"kid": ""}),
    "a kid that is a path": lambda: token(headers={"kid": "../../../../dev/null"}),
    "nonsense": lambda: "a.b.c",
    "empty": lambda: "",
    "not ascii": lambda: "ä.ö.ü",
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES.keys())
def test_what_is_no_token_of_ours_proves_nothing(forgery: Callable[[], str]) -> None:
    assert TokenVerifier(KEYS).identify(forgery()) is None


def test_a_remembered_token_is_forgotten_when_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    verifier = TokenVerifier(KEYS)
    text = token()
    assert verifier.identify(text) is not None

    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Later":
            return cls.fromtimestamp(later, tz)

    later = time.time() + 120
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr("jwt.api_jwt.datetime", Later)

    assert verifier.identify(text) is None
    assert text not in verifier._cache


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "_CACHE_SIZE", 3)
    verifier = TokenVerifier(KEYS)
    texts = [token({"jti": str(n)}) for n in range(5)]

    assert all(verifier.identify(text) for text in texts)
    assert list(verifier._cache) == texts[2:]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (b"Bearer abc", "abc"),
        (b"bearer  abc ", "abc"),
        (b"Basic abc", None),
        (b"Bearer", ""),
        (b"\xff\xfe", None),
    ],
)
def test_the_scheme_is_bearer_in_any_case(header: bytes, found: str | None) -> None:
    assert identity.bearer_token([(b"host", b"x"), (b"authorization", header)]) == found


def test_the_key_id_gives_the_key_away_to_nobody() -> None:
    other = CoreSettings(secret_key=SECRET[::-1])

    assert secret_key_id(SETTINGS) == secret_key_id(CoreSettings(secret_key=SECRET))
    assert secret_key_id(SETTINGS) != secret_key_id(other)
    assert len(secret_key_id(SETTINGS)) == 12


def test_identities_compare_by_value() -> None:
    assert identity.Identity(UUID(int=1), UUID(int=2)) == identity.Identity(UUID(int=1), UUID(int=2))
