"""The GitHub stub gives what GitHub documents."""

import secrets
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client

from tests.providers import github_accounts as accounts
from tests.providers.faults import Breakage
from tests.providers.github import CALLBACK, GitHub
from tests.providers.serving import NO_CERTIFICATES, http_client
from tests.providers.visitor import StoppedAtProvider, parameters, visit

SCOPE = "read:user user:email"


def authlib(stub: GitHub) -> Any:
    return AsyncOAuth2Client(
        stub.client.client_id,
        stub.client.client_secret,
        token_endpoint_auth_method="client_secret_post",
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
        trust_env=False,
        verify=NO_CERTIFICATES,
    )


async def token_for(stub: GitHub, person: accounts.GitHubAccount | None = None, scope: str = SCOPE) -> str:
    """Sign in with Authlib, with PKCE, and give the access token."""
    stub.next_person = person or stub.next_person
    verifier = secrets.token_urlsafe(48)
    async with authlib(stub) as client:
        url, state = client.create_authorization_url(
            stub.settings()["github_authorize_url"], code_verifier=verifier, scope=scope
        )
        back = parameters(await visit(url))
        assert back["state"] == state
        token = await client.fetch_token(
            stub.settings()["github_token_url"],
            grant_type="authorization_code",
            code=back["code"],
            code_verifier=verifier,
        )
    return str(token["access_token"])


async def code_for(stub: GitHub, **changed: str) -> str:
    sent = {"client_id": stub.client.client_id, "redirect_uri": CALLBACK, "scope": SCOPE, "state": "s"} | changed
    url = f"{stub.settings()['github_authorize_url']}?{httpx.QueryParams(sent)}"
    return parameters(await visit(url))["code"]


async def redeem(stub: GitHub, code: str, accept: str = "application/json", **changed: str) -> httpx.Response:
    sent = {"client_id": stub.client.client_id, "client_secret": stub.client.client_secret, "code": code} | changed
    async with http_client() as http:
        return await http.post(stub.settings()["github_token_url"], data=sent, headers={"Accept": accept})


async def get(stub: GitHub, path: str, token: str, **headers: str) -> httpx.Response:
    async with http_client() as http:
        return await http.get(f"{stub.api_url}{path}", headers={"Authorization": f"Bearer {token}"} | headers)


async def test_a_correct_client_learns_who_signs_in(github_stub: GitHub) -> None:
    token = await token_for(github_stub)

    user = (await get(github_stub, "/user", token)).json()
    emails = (await get(github_stub, "/user/emails", token)).json()

    assert token.startswith("gho_")
    assert (user["id"], user["login"], user["name"]) == (583231, "octocat", "The Octocat")
    assert user["avatar_url"] == "https://avatars.githubusercontent.com/u/583231?v=4"
    assert user["email"] is None
    assert emails == [{"email": "octocat@github.com", "primary": True, "verified": True, "visibility": "private"}]


async def test_the_token_endpoint_answers_with_a_form_unless_json_is_asked_for(github_stub: GitHub) -> None:
    as_form = await redeem(github_stub, await code_for(github_stub), accept="*/*")
    as_json = await redeem(github_stub, await code_for(github_stub))
    as_xml = await redeem(github_stub, await code_for(github_stub), accept="application/xml")

    assert as_form.headers["content-type"].startswith("application/x-www-form-urlencoded")
    assert parse_qs(as_form.text).keys() == {"access_token", "scope", "token_type"}
    assert as_json.json().keys() == {"access_token", "scope", "token_type"}
    assert (as_json.json()["scope"], as_json.json()["token_type"]) == ("read:user,user:email", "bearer")
    assert as_xml.text.startswith("<OAuth><access_token>gho_")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_secret": "wrong"}, "incorrect_client_credentials"),
        ({"client_id": "somebody-else"}, "incorrect_client_credentials"),
        ({"redirect_uri": "https://attacker.invalid/"}, "redirect_uri_mismatch"),
        ({"code": "made-up"}, "bad_verification_code"),
        ({"code_verifier": "v" * 64}, "bad_verification_code"),
    ],
    ids=str,
)
async def test_errors_of_the_token_endpoint_are_a_200(github_stub: GitHub, changed: dict[str, str], error: str) -> None:
    sent = {"code": await code_for(github_stub)} | changed

    response = await redeem(github_stub, **sent)

    assert response.status_code == 200
    assert response.json().keys() == {"error", "error_description", "error_uri"}
    assert response.json()["error"] == error


async def test_authlib_reads_such_a_200_as_an_error(github_stub: GitHub) -> None:
    async with authlib(github_stub) as client:
        with pytest.raises(OAuthError, match="bad_verification_code"):
            await client.fetch_token(
                github_stub.settings()["github_token_url"], grant_type="authorization_code", code="made-up"
            )


async def test_a_code_is_good_once(github_stub: GitHub) -> None:
    code = await code_for(github_stub)
    first, second = await redeem(github_stub, code), await redeem(github_stub, code)

    assert "access_token" in first.json()
    assert second.json()["error"] == "bad_verification_code"


async def test_pkce_is_checked_where_it_is_used(github_stub: GitHub) -> None:
    challenge = {"code_challenge": "a" * 43, "code_challenge_method": "S256"}

    unproven = await redeem(github_stub, await code_for(github_stub, **challenge))
    wrong = await redeem(github_stub, await code_for(github_stub, **challenge), code_verifier="v" * 64)

    assert [unproven.json()["error"], wrong.json()["error"]] == ["bad_verification_code"] * 2
    for method in ("plain", ""):
        with pytest.raises(StoppedAtProvider):
            await code_for(github_stub, **challenge | {"code_challenge_method": method})


async def test_people_and_wrong_requests_are_sent_back_with_documented_errors(github_stub: GitHub) -> None:
    base = f"{github_stub.settings()['github_authorize_url']}?client_id={github_stub.client.client_id}&state=xyz"

    mismatch = await visit(f"{base}&redirect_uri=https://attacker.invalid/")
    github_stub.deny = True
    denied = await visit(base)
    github_stub.suspended = True
    suspended = await visit(base)

    assert all(back.startswith(f"{CALLBACK}?") for back in (mismatch, denied, suspended))
    assert [parameters(back)["error"] for back in (mismatch, denied, suspended)] == [
        "redirect_uri_mismatch",
        "access_denied",
        "application_suspended",
    ]
    assert parameters(denied).keys() == {"error", "error_description", "error_uri", "state"}


async def test_an_unknown_application_gets_a_page(github_stub: GitHub) -> None:
    with pytest.raises(StoppedAtProvider, match="404"):
        await code_for(github_stub, client_id="somebody-else")


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (accounts.NAMELESS, [("n@example.com", True, True)]),
        (accounts.UNVERIFIED, [("u@example.com", True, False)]),
        (accounts.VERIFIED_BUT_NOT_PRIMARY, [("p@example.com", True, False), ("s@example.com", False, True)]),
        (accounts.WITHOUT_ADDRESS, []),
    ],
    ids=lambda value: getattr(value, "login", ""),
)
async def test_addresses_come_in_all_varieties(
    github_stub: GitHub, person: accounts.GitHubAccount, expected: list[tuple[str, bool, bool]]
) -> None:
    token = await token_for(github_stub, person)

    emails = (await get(github_stub, "/user/emails", token)).json()

    assert [(entry["email"], entry["primary"], entry["verified"]) for entry in emails] == expected
    assert (await get(github_stub, "/user", token)).json()["name"] == person.name


async def test_many_addresses_come_in_pages(github_stub: GitHub) -> None:
    token = await token_for(github_stub, accounts.PRIMARY_ON_THE_SECOND_PAGE)

    first = await get(github_stub, "/user/emails", token)
    second = await get(github_stub, "/user/emails?page=2", token)
    whole = await get(github_stub, "/user/emails?per_page=100", token)

    assert (len(first.json()), len(second.json()), len(whole.json())) == (30, 1, 31)
    assert first.links["next"]["url"] == f"{github_stub.api_url}/user/emails?per_page=30&page=2"
    assert not second.links
    assert second.json()[0]["primary"] is True


async def test_without_the_scope_there_are_no_addresses(github_stub: GitHub) -> None:
    token = await token_for(github_stub, scope="read:user")
    response = await get(github_stub, "/user/emails", token)

    assert (response.status_code, response.json()["message"]) == (404, "Not Found")
    assert response.json().keys() == {"message", "documentation_url", "status"}


async def test_the_private_profile_goes_with_a_scope(github_stub: GitHub) -> None:
    whole = await get(github_stub, "/user", await token_for(github_stub, scope="read:user"))
    public = await get(github_stub, "/user", await token_for(github_stub, scope="user:email"))

    assert (whole.headers["x-oauth-scopes"], public.headers["x-oauth-scopes"]) == ("read:user", "user:email")
    assert "two_factor_authentication" in whole.json()
    assert "two_factor_authentication" not in public.json()


async def test_people_may_grant_less_than_is_asked_for(github_stub: GitHub) -> None:
    github_stub.granted_scopes = ()

    answer = (await redeem(github_stub, await code_for(github_stub))).json()

    assert answer["scope"] == ""
    assert (await get(github_stub, "/user/emails", answer["access_token"])).status_code == 404


async def test_an_app_without_the_permission_may_not_see_addresses(github_stub: GitHub) -> None:
    github_stub.emails_forbidden = True

    response = await get(github_stub, "/user/emails", await token_for(github_stub))

    assert (response.status_code, response.json()["message"]) == (403, "Resource not accessible by integration")


async def test_people_without_a_verified_address_may_get_no_token(github_stub: GitHub) -> None:
    github_stub.refuse_unverified = True
    github_stub.next_person = accounts.UNVERIFIED

    response = await redeem(github_stub, await code_for(github_stub))

    assert response.json()["error"] == "unverified_user_email"


async def test_the_api_wants_a_token_and_a_user_agent(github_stub: GitHub) -> None:
    unknown = await get(github_stub, "/user", "made-up")
    nameless = await get(github_stub, "/user", "made-up", **{"User-Agent": ""})

    assert (unknown.status_code, unknown.json()["message"]) == (401, "Bad credentials")
    assert nameless.status_code == 403


async def test_its_endpoints_break_like_all_others(github_stub: GitHub) -> None:
    github_stub.break_endpoint("emails", Breakage.WRONG_TYPES)

    assert (await get(github_stub, "/user/emails", await token_for(github_stub))).json() == {"0": "a list was expected"}
