"""The log contains no secret of a sign-in."""

from typing import Any

import pytest

from exercise_buddy.auth.oauth.tests.support import Browser
from tests.providers.failures import Failure
from tests.providers.openid import Fault, OpenIDProvider
from tests.providers.provider import Provider
from tests.providers.server import authorize, parse_query


@pytest.mark.parametrize("name", ["google", "github", "discord"])
async def test_no_secret_is_logged(
    browser: Browser,
    google: OpenIDProvider,
    providers: dict[str, Provider[Any]],
    capfd: pytest.CaptureFixture[str],
    name: str,
) -> None:
    provider = providers[name]
    secrets = [provider.client_secret]
    for failure in (None, *(failure for failure in Failure if failure is not Failure.HANGS)):
        provider.fail_endpoint("token", failure)
        started = await browser.start_sign_in(name)
        callback = await authorize(started.url)
        cookies = list(browser.http.cookies.values())
        result = await browser.follow_callback(callback)
        stale = await browser.follow_callback(callback)
        assert stale == {"error": "invalid_state"}
        exchanged = await browser.exchange_code(result.get("code", "c" * 43), started.verifier, scope="offline_access")
        sent, back = parse_query(started.url), parse_query(callback)
        secrets += [sent["state"], back["code"], started.verifier, sent.get("nonce", sent["state"]), *cookies]
        if failure is None:
            assert exchanged.status_code == 200
            secrets += [result["code"], exchanged.json()["access_token"], exchanged.json()["refresh_token"]]
    secrets += list(provider.access_tokens)
    if name == "google":
        google.inject(Fault.WRONG_AUDIENCE)
        assert await browser.get_sign_in_error() == "provider_error"

    logged = "".join(capfd.readouterr())

    assert "provider_failed" in logged
    assert "signed_in" in logged
    assert len(secrets) > 20
    assert [secret for secret in secrets if secret in logged] == []
