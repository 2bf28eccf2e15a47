"""What the OpenID providers of the tests have in common, whoever wrote them: they all play Google."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.providers.faults import Breakage, Fault

CALLBACK = "http://testserver/api/v1/auth/google/callback"

CLAIMS_OF_SCOPES = {"email": ("email", "email_verified"), "profile": ("name", "given_name", "family_name", "picture")}


@dataclass(frozen=True, slots=True)
class GoogleAccount:
    """Somebody with an account at the OpenID provider. What is None is not said."""

    sub: str = "110169484474386276334"
    email: str | None = "ann@example.com"
    email_verified: bool | str | None = True
    name: str | None = "Ann Archer"
    picture: str | None = "https://lh3.googleusercontent.com/a/ann=s96-c"
    claims: dict[str, Any] = field(default_factory=dict)
    """Claims to say besides those, or instead of them, whatever the scopes are."""

    def told_to(self, scopes: Sequence[str]) -> dict[str, Any]:
        """Give the claims that go with scopes."""
        known = {name: getattr(self, name, None) for scope in scopes for name in CLAIMS_OF_SCOPES.get(scope, ())}
        return {name: value for name, value in known.items() if value is not None} | self.claims


class OpenIDProvider(Protocol):
    """A provider that signs in whom the test chooses."""

    issuer: str
    redirect_uri: str

    @property
    def next_person(self) -> GoogleAccount:
        """Who signs in next."""

    @next_person.setter
    def next_person(self, person: GoogleAccount) -> None: ...

    @property
    def deny(self) -> bool:
        """Whether the person refuses."""

    @deny.setter
    def deny(self, deny: bool) -> None: ...

    def settings(self) -> dict[str, str]:
        """Give the settings of our API, by their names in lower case, for which this is Google."""


class FaultyProvider(OpenIDProvider, Protocol):
    """One that can be told to lie and to break down, too."""

    @property
    def hang_seconds(self) -> float:
        """For how long a hanging endpoint says nothing."""

    @hang_seconds.setter
    def hang_seconds(self, seconds: float) -> None: ...

    def misbehave(self, *faults: Fault) -> None:
        """Tell these lies from now on, and no others; without any, be honest again."""

    def break_endpoint(self, name: str, breakage: Breakage | None) -> None:
        """Let an endpoint answer badly from now on, or well again (None)."""
