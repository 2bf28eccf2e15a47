"""Access tokens that are signed with a key pair."""

from pathlib import Path
from typing import Any

import httpx2
import jwt
import pytest

from exercise_buddy.core.security import key_files
from exercise_buddy.core.security.identity import AUDIENCE, ISSUER
from tests.support import PASSWORD, Person, RunningApp, StartApp

JWKS = "/.well-known/jwks.json"


@pytest.fixture(params=["EdDSA", "ES256"])
def algorithm(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def file(tmp_path: Path, algorithm: Any) -> Path:
    path = tmp_path / "keys.json"
    key_files.generate_keys(path, algorithm)
    return path


@pytest.fixture
async def app(start_app: StartApp, file: Path, algorithm: str) -> RunningApp:
    return await start_app(algorithm=algorithm, signing_keys_file=file)


def rotate(file: Path, **options: Any) -> str:
    return key_files.rotate_keys(file, None, token_seconds=900, **options).new.kid


async def log_in(client: httpx2.AsyncClient, person: Person) -> dict[str, Any]:
    form = {"username": person.email, "password": PASSWORD, "scope": "offline_access"}
    response = await client.post("/api/v1/auth/login", data=form)
    assert response.status_code == 200, response.text
    tokens: dict[str, Any] = response.json()
    return tokens


def bearer(tokens: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


async def test_the_published_keys_verify_every_token(app: RunningApp, ann: Person, algorithm: str) -> None:
    tokens = await log_in(ann.client, ann)
    refreshed = await ann.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    async with app.client() as anybody:
        response = await anybody.get(JWKS)

    key_set = jwt.PyJWKSet.from_dict(response.json())
    for token in (tokens["access_token"], refreshed.json()["access_token"]):
        header = jwt.get_unverified_header(token)
        key = key_set[header["kid"]]
        claims = jwt.decode(token, key, algorithms=[algorithm], audience=AUDIENCE, issuer=ISSUER)
        assert (header["alg"], header["typ"], claims["sub"]) == (algorithm, "at+jwt", ann.id)


async def test_the_key_set_is_cacheable_for_five_minutes(app: RunningApp) -> None:
    async with app.client() as anybody:
        response = await anybody.get(JWKS)

    assert response.headers["cache-control"] == "public, max-age=300"
    assert response.headers["content-type"] == "application/json"
    assert "set-cookie" not in response.headers
    assert '"d"' not in response.text
    assert "nbf" not in response.text


async def test_a_secret_is_not_published(start_app: StartApp, file: Path) -> None:
    app = await start_app(signing_keys_file=file)
    async with app.client() as anybody:
        response = await anybody.get(JWKS)

    assert (response.status_code, response.json()) == (200, {"keys": []})


async def test_after_a_rotation_old_and_new_tokens_are_valid(
    start_app: StartApp, app: RunningApp, ann: Person, file: Path, algorithm: str
) -> None:
    old_kid = jwt.get_unverified_header(ann.client.headers["Authorization"].removeprefix("Bearer "))["kid"]
    new_kid = rotate(file)
    # One process detects the rotation itself, another by the token that the first one issued.
    other = await start_app(algorithm=algorithm, signing_keys_file=file)
    tokens = await log_in(other.client(), ann)

    assert jwt.get_unverified_header(tokens["access_token"])["kid"] == new_kid
    async with app.client() as client:
        statuses = [
            (await client.get("/api/v1/users/me", headers=headers)).status_code
            for headers in (ann.client.headers, bearer(tokens))
        ]
        published = [key["kid"] for key in (await client.get(JWKS)).json()["keys"]]
    assert statuses == [200, 200]
    assert published == [old_kid, new_kid]


async def test_an_app_with_another_algorithm_refuses_the_tokens(start_app: StartApp, ann: Person) -> None:
    app = await start_app(algorithm="HS256")
    async with app.client() as client:
        response = await client.get("/api/v1/users/me", headers=ann.client.headers)
        refreshed = await client.post("/api/v1/auth/refresh", json={"refresh_token": ann.refresh_token})

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    # Sessions do not depend on the algorithm: a refresh returns a valid token.
    assert refreshed.status_code == 200
    assert jwt.get_unverified_header(refreshed.json()["access_token"])["alg"] == "HS256"


@pytest.mark.parametrize("kid", [None, "", "somebody-else", "../../../etc/passwd", "keys.json"])
async def test_a_token_with_an_unknown_key_id_is_refused(
    app: RunningApp, ann: Person, file: Path, kid: str | None
) -> None:
    (key,) = key_files.read_keys(file)
    private: Any = key.jwk.private_key
    claims = jwt.decode(
        ann.client.headers["Authorization"].removeprefix("Bearer "), options={"verify_signature": False}
    )
    headers = {"typ": "at+jwt"} if kid is None else {"typ": "at+jwt", "kid": kid}
    good = jwt.encode(claims, private, algorithm=key.algorithm, headers={"typ": "at+jwt", "kid": key.kid})
    bad = jwt.encode(claims, private, algorithm=key.algorithm, headers=headers)

    async with app.client() as client:
        statuses = [
            (await client.get("/api/v1/users/me", headers={"Authorization": f"Bearer {token}"})).status_code
            for token in (good, bad)
        ]

    assert statuses == [200, 401]


async def test_tokens_of_a_revoked_key_are_refused(
    app: RunningApp, ann: Person, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await ann.get("/users/me")).status_code == 200
    new_kid = rotate(file, revoke=True)
    # As if a second had passed: the next request checks the file.
    monkeypatch.setattr(app.state["keys"], "_next_check", 0.0)

    refused = await ann.get("/users/me")
    tokens = await log_in(app.client(), ann)

    assert refused.status_code == 401
    assert jwt.get_unverified_header(tokens["access_token"])["kid"] == new_kid
    assert (await app.client().get("/api/v1/users/me", headers=bearer(tokens))).status_code == 200
