import pytest

from tests.support import PASSWORD, Client, Person, StartApp

REFRESH = "__Secure-exercise_buddy_refresh"


@pytest.mark.parametrize("path", ["refresh", "logout"])
@pytest.mark.parametrize("headers", [1, 2])
async def test_two_cookies_of_one_name_are_refused(client: Client, ann: Person, path: str, headers: int) -> None:
    cookies = [f"{REFRESH}={ann.refresh_token}", f"{REFRESH}=another"]
    lines = [("Cookie", "; ".join(cookies))] if headers == 1 else [("Cookie", cookie) for cookie in cookies]

    refused = await client.post(f"/api/v1/auth/{path}", headers=lines)
    accepted = await client.post(f"/api/v1/auth/{path}", headers=[("Cookie", f"a=1; a=2; {cookies[0]}")])

    assert (refused.status_code, refused.json()["type"]) == (400, "/problems/malformed-request")
    assert ann.refresh_token not in refused.text
    assert accepted.is_success


async def test_two_cookies_of_one_device_are_refused(client: Client, ann: Person) -> None:
    form = {"username": ann.email, "password": PASSWORD}
    name = "__Secure-exercise_buddy_device"

    signed_in = await client.post("/api/v1/auth/login", data=form, headers={"Cookie": f"{name}=a; {name}=b"})

    assert signed_in.status_code == 400


async def test_cookies_have_the_prefix_of_tls_and_a_narrow_path(client: Client, ann: Person) -> None:
    response = await client.post("/api/v1/auth/login", data={"username": ann.email, "password": PASSWORD})
    headers = response.headers.get_list("set-cookie")

    assert len(headers) == 2
    for header in headers:
        name, *attributes = (part.strip() for part in header.split(";"))
        assert name.startswith("__Secure-exercise_buddy_")
        assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/api/v1/auth"} < set(attributes)


async def test_without_tls_cookies_have_neither_prefix_nor_secure(start_app: StartApp, ann: Person) -> None:
    app = await start_app(debug=True)
    async with app.client() as client:
        response = await client.post("/api/v1/auth/login", data={"username": ann.email, "password": PASSWORD})
        refreshed = await client.post("/api/v1/auth/refresh")

    headers = response.headers.get_list("set-cookie")
    assert all(header.startswith("exercise_buddy_") and "secure" not in header.lower() for header in headers)
    assert refreshed.status_code == 200
