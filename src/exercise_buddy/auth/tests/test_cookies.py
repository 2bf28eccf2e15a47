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


NONE = {"refresh_cookie_samesite": "none", "cors_origins": ["https://app.example.org"]}


async def log_in_cookies(start_app: StartApp, ann: Person, **settings: object) -> list[str]:
    """Log in; return the `Set-Cookie` headers of the login and of the logout."""
    app = await start_app(**settings)
    async with app.client(Origin="https://app.example.org") as client:
        response = await client.post("/api/v1/auth/login", data={"username": ann.email, "password": PASSWORD})
        cookies = response.headers.get_list("set-cookie")
        sent = "; ".join(cookie.partition(";")[0] for cookie in cookies)
        refreshed = await client.post("/api/v1/auth/refresh", headers={"Cookie": sent})
        assert refreshed.status_code == 200, refreshed.text
        assert refreshed.headers["access-control-allow-credentials"] == "true"
        return [*cookies, *(await client.post("/api/v1/auth/logout")).headers.get_list("set-cookie")]


@pytest.mark.parametrize("samesite", ["lax", "strict"])
async def test_cookies_stay_on_the_site_of_the_api(start_app: StartApp, ann: Person, samesite: str) -> None:
    cookies = await log_in_cookies(start_app, ann, **NONE | {"refresh_cookie_samesite": samesite})

    assert len(cookies) == 3
    assert all(f"SameSite={samesite}" in cookie and "Partitioned" not in cookie for cookie in cookies)


async def test_cookies_for_pages_on_other_sites_are_partitioned(start_app: StartApp, ann: Person) -> None:
    cookies = await log_in_cookies(start_app, ann, **NONE)

    assert len(cookies) == 3
    for cookie in cookies:
        assert {"SameSite=none", "Secure", "HttpOnly", "Partitioned"} < set(cookie.split("; "))


async def test_pages_that_cors_does_not_name_are_refused_in_any_layout(start_app: StartApp, ann: Person) -> None:
    app = await start_app(**NONE)
    async with app.client(Origin="https://evil.example") as client:
        form = {"username": ann.email, "password": PASSWORD}
        responses = [await client.post("/api/v1/auth/login", data=form)]
        responses += [await client.post(f"/api/v1/auth/{path}") for path in ("refresh", "logout", "exchange")]

    assert {response.status_code for response in responses} == {403}
    assert not any("access-control-allow-origin" in response.headers for response in responses)


async def test_the_cookie_of_another_layout_is_in_nobodys_way(start_app: StartApp, ann: Person) -> None:
    """After a change of the setting, browsers send the former cookie beside the new one."""
    former = await log_in_cookies(start_app, ann, **NONE | {"refresh_cookie_samesite": "lax"})
    (refresh, *_) = [
        cookie.partition(";")[0] for cookie in former if "refresh=" in cookie and "Max-Age=0" not in cookie
    ]
    app = await start_app(**NONE)
    async with app.client(Origin="https://app.example.org") as client:
        form = {"username": ann.email, "password": PASSWORD}
        response = await client.post("/api/v1/auth/login", data=form, headers={"Cookie": refresh})
        cookies = [cookie.partition(";")[0] for cookie in response.headers.get_list("set-cookie")]
        refreshed = await client.post("/api/v1/auth/refresh", headers={"Cookie": "; ".join([refresh, *cookies])})

    assert refreshed.status_code == 200


async def test_a_page_on_another_site_hears_why_there_is_no_session(client: Client) -> None:
    page = {"Origin": "http://localhost:5173", "Sec-Fetch-Site": "cross-site"}

    explained = await client.post("/api/v1/auth/refresh", headers=page)
    beside = await client.post("/api/v1/auth/refresh", headers=page | {"Sec-Fetch-Site": "same-site"})

    assert "REFRESH_COOKIE_SAMESITE" in explained.json()["detail"]
    assert "REFRESH_COOKIE_SAMESITE" not in beside.text
    assert explained.json()["type"] == beside.json()["type"] == "/problems/invalid-refresh-token"
