"""What is logged of a sign-in tells nobody how to repeat it."""

from typing import Any

import pytest

from exercise_buddy.auth.oauth.tests.support import Browser
from tests.providers.counterpart import Counterpart
from tests.providers.discord import Discord
from tests.providers.faults import Breakage, Fault
from tests.providers.github import GitHub
from tests.providers.strict import StrictProvider
from tests.providers.visitor import parameters, visit


@pytest.mark.parametrize("provider", ["google", "github", "discord"])
async def test_no_secret_is_in_any_log_line(
    browser: Browser,
    google: StrictProvider,
    github_stub: GitHub,
    discord_stub: Discord,
    capfd: pytest.CaptureFixture[str],
    provider: str,
) -> None:
    counterparts: dict[str, Counterpart[Any]] = {"google": google, "github": github_stub, "discord": discord_stub}
    counterpart = counterparts[provider]
    secrets = [counterpart.client.client_secret]
    for breakage in (None, *(each for each in Breakage if each is not Breakage.HANGS)):
        counterpart.break_endpoint("token", breakage)
        begun = await browser.start(provider)
        callback = await visit(begun.url)
        cookies = list(browser.http.cookies.values())
        told = await browser.come_back(callback)
        stale = await browser.come_back(callback)
        assert stale == {"error": "invalid_state"}
        exchanged = await browser.exchange(told.get("code", "c" * 43), begun.verifier, scope="offline_access")
        sent, back = parameters(begun.url), parameters(callback)
        secrets += [sent["state"], back["code"], begun.verifier, sent.get("nonce", sent["state"]), *cookies]
        if breakage is None:
            assert exchanged.status_code == 200
            secrets += [told["code"], exchanged.json()["access_token"], exchanged.json()["refresh_token"]]
    secrets += list(counterpart.grants._tokens)
    if provider == "google":
        google.misbehave(Fault.WRONG_AUDIENCE)
        assert await browser.refusal() == "provider_error"

    logged = "".join(capfd.readouterr())

    assert "provider_failed" in logged
    assert "signed_in" in logged
    assert len(secrets) > 20
    assert [secret for secret in secrets if secret in logged] == []
