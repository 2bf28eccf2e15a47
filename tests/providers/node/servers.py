"""OpenID providers that nobody here wrote, running on Node: `oidc-provider`, and `oauth2-mock-server` for faults."""

import json
import secrets
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal

import httpx

from tests.providers.faults import Breakage, Fault
from tests.providers.node import installation
from tests.providers.openid import CALLBACK, CLAIMS_OF_SCOPES, GoogleAccount
from tests.providers.serving import NO_CERTIFICATES

Method = Literal["client_secret_basic", "client_secret_post"]

_PATIENCE_SECONDS = 30.0


class NodeProvider:
    """A provider that runs on Node, as far as the two have the same to say."""

    def __init__(self, base_url: str, redirect_uri: str, clients: dict[Method, tuple[str, str]]) -> None:
        self.base_url = self.issuer = base_url
        self.redirect_uri = redirect_uri
        self._clients = clients
        self.reset()

    def reset(self) -> None:
        """Be as in the beginning again."""
        self.next_person = GoogleAccount()
        self.deny = False
        self.control(forget=True)

    def settings(self, method: Method = "client_secret_basic") -> dict[str, str]:
        """Give the settings of our API for which this is Google, and for which it authenticates itself by `method`."""
        client_id, client_secret = self._clients[method]
        return {
            "google_client_id": client_id,
            "google_client_secret": client_secret,
            "google_redirect_uri": self.redirect_uri,
            "google_issuer": self.issuer,
        }

    @property
    def next_person(self) -> GoogleAccount:
        """Who signs in next."""
        return self._next_person

    @next_person.setter
    def next_person(self, person: GoogleAccount) -> None:
        self._next_person = person
        self.control(person={"sub": person.sub} | person.told_to(list(CLAIMS_OF_SCOPES)))

    @property
    def deny(self) -> bool:
        """Whether the person refuses."""
        return self._deny

    @deny.setter
    def deny(self, deny: bool) -> None:
        self._deny = deny
        self.control(deny=deny)

    def asked(self) -> dict[str, int]:
        """Say how often each path was asked for."""
        counts: dict[str, int] = httpx.get(f"{self.base_url}/control", verify=NO_CERTIFICATES, trust_env=False).json()
        return counts

    def control(self, **changes: Any) -> None:
        """Change the state of the server."""
        httpx.post(f"{self.base_url}/control", json=changes, verify=NO_CERTIFICATES, trust_env=False).raise_for_status()


class OidcProvider(NodeProvider):
    """npm's `oidc-provider`, the Google stand-in: PKCE required, `iss` sent, claims in the ID token.

    Whoever has signed in with a browser stays signed in there, as with Google.
    """

    def reset(self) -> None:
        super().reset()
        self.interactive = False

    @property
    def interactive(self) -> bool:
        """Whether the person is shown a page and has to press a button."""
        return self._interactive

    @interactive.setter
    def interactive(self, interactive: bool) -> None:
        self._interactive = interactive
        self.control(interactive=interactive)


class MockServer(NodeProvider):
    """npm's `oauth2-mock-server`, for faults. It believes every client and knows no redirect URIs."""

    _BREAKAGES = (Breakage.HTML, Breakage.SERVER_ERROR, Breakage.HANGS)
    _ENDPOINTS = ("discovery", "jwks", "token", "userinfo")

    def reset(self) -> None:
        super().reset()
        self.misbehave()
        self.hang_seconds = 30.0
        self._broken: dict[str, Breakage] = {}
        self.control(broken={})

    @property
    def hang_seconds(self) -> float:
        """For how long a hanging endpoint says nothing."""
        return self._hang_seconds

    @hang_seconds.setter
    def hang_seconds(self, seconds: float) -> None:
        self._hang_seconds = seconds
        self.control(hang_seconds=seconds)

    def misbehave(self, *faults: Fault) -> None:
        """Tell these lies from now on, and no others; without any, be honest again."""
        self.control(faults=list(faults))

    def break_endpoint(self, name: str, breakage: Breakage | None) -> None:
        """Let an endpoint answer badly from now on, or well again (None).

        Raises:
            ValueError: there is no such endpoint, or it cannot break like this.

        """
        if name not in self._ENDPOINTS or breakage not in (None, *self._BREAKAGES):
            raise ValueError(f"{name!r} of oauth2-mock-server cannot break like {breakage}")
        self._broken.pop(name, None)
        if breakage is not None:
            self._broken[name] = breakage
        self.control(broken=self._broken)


@contextmanager
def oidc_provider(redirect_uri: str = CALLBACK) -> Iterator[OidcProvider]:
    """Run `oidc-provider` on loopback, with a client that may be called back at `redirect_uri` only."""
    clients = _clients()
    registered = [
        {
            "client_id": client_id,
            "client_secret": client_secret,
            "token_endpoint_auth_method": method,
            "redirect_uris": [redirect_uri],
        }
        for method, (client_id, client_secret) in clients.items()
    ]
    with _running("oidc.mjs", {"clients": registered}) as base_url:
        yield OidcProvider(base_url, redirect_uri, clients)


@contextmanager
def mock_server(redirect_uri: str = CALLBACK) -> Iterator[MockServer]:
    """Run `oauth2-mock-server` on loopback."""
    with _running("mock.mjs", {}) as base_url:
        yield MockServer(base_url, redirect_uri, _clients())


def _clients() -> dict[Method, tuple[str, str]]:
    return {
        "client_secret_basic": ("google-client", secrets.token_urlsafe(32)),
        "client_secret_post": ("google-client-post", secrets.token_urlsafe(32)),
    }


@contextmanager
def _running(script: str, options: dict[str, Any]) -> Iterator[str]:
    """Run a script of this folder on Node, and give the base URL of the port that it prints."""
    with tempfile.TemporaryDirectory(prefix="exercise-buddy-node-") as name, tempfile.TemporaryFile() as errors:
        # Node looks for packages beside the script and above it, so it gets a place that has both.
        place = Path(name)
        for source in installation.SCRIPTS.glob("*.mjs"):
            shutil.copy(source, place)
        (place / "node_modules").symlink_to(installation.folder() / "node_modules", target_is_directory=True)
        node = shutil.which("node") or "node"
        with subprocess.Popen(
            [node, script, json.dumps(options)],
            cwd=place,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        ) as process:
            try:
                yield f"http://127.0.0.1:{_port(process, errors)}"
            finally:
                process.kill()


def _port(process: subprocess.Popen[bytes], errors: IO[bytes]) -> int:
    assert process.stdout is not None
    impatience = threading.Timer(_PATIENCE_SECONDS, process.kill)
    impatience.start()
    line = process.stdout.readline()
    impatience.cancel()
    if not line.strip().isdigit():
        process.wait()
        errors.seek(0)
        raise RuntimeError(f"a provider of npm did not start:\n{errors.read().decode(errors='replace')[-2000:]}")
    return int(line)
