import httpx2

from tests.support import PASSWORD, Client, Connection, Person


async def test_logout_revokes_the_session_and_deletes_the_cookie(client: Client, ann: Person) -> None:
    client.base_url = httpx2.URL("https://testserver")
    await client.post("/api/v1/auth/login", data={"username": ann.email, "password": PASSWORD})
    token = client.cookies["__Secure-exercise_buddy_refresh"]
    response = await client.post("/api/v1/auth/logout")
    gone = "__Secure-exercise_buddy_refresh" not in client.cookies
    refreshed = await client.post(
        "/api/v1/auth/refresh", headers={"Cookie": f"__Secure-exercise_buddy_refresh={token}"}
    )

    assert response.status_code == 204
    assert '__Secure-exercise_buddy_refresh=""' in response.headers["set-cookie"]
    assert "Path=/api/v1/auth" in response.headers["set-cookie"]
    assert gone
    assert refreshed.status_code == 401


async def test_logout_with_a_token_in_the_body_works_twice(
    client: Client, ann: Person, bob: Person, connection: Connection
) -> None:
    for _ in range(2):
        response = await client.post("/api/v1/auth/logout", json={"refresh_token": ann.refresh_token})
        assert response.status_code == 204
    other = await client.post("/api/v1/auth/refresh", json={"refresh_token": bob.refresh_token})

    assert other.status_code == 200
    revoked = await connection.fetch("SELECT user_id, id FROM auth_session WHERE revoked_at IS NOT NULL")
    assert [str(row["user_id"]) for row in revoked] == [ann.id]
    noted = await connection.fetch("SELECT user_id, session_id AS id FROM security_event WHERE kind = 'signed_out'")
    assert noted == revoked


async def test_logout_accepts_a_rotated_token(client: Client, ann: Person) -> None:
    refreshed = await client.post("/api/v1/auth/refresh", json={"refresh_token": ann.refresh_token})
    await client.post("/api/v1/auth/logout", json={"refresh_token": ann.refresh_token})
    response = await client.post("/api/v1/auth/refresh", json={"refresh_token": refreshed.json()["refresh_token"]})

    assert response.status_code == 401


async def test_logout_without_a_token_succeeds(client: Client) -> None:
    assert (await client.post("/api/v1/auth/logout")).status_code == 204
    foreign = await client.post("/api/v1/auth/logout", headers={"Origin": "http://evil.example"})

    assert foreign.status_code == 403
